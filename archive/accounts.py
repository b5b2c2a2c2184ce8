"""Accounts: the first administrator by a one-time link, then accounts made by administrators.

Passwords are hashed by the site's security library; this module never sees one in clear.
Only the hash of a link's token is kept.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from archive.errors import InvalidInputError, NotFoundError
from archive.models import Account, AccountRole, OneTimeLink
from archive.permissions import ADMINISTRATOR, ROLES, Action, Actor, require

LINK_LIFETIME = timedelta(days=3)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """An account as the administrator sees it."""

    id: int
    email: str
    name: str
    roles: tuple[str, ...]
    active: bool
    has_password: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What an unused link is for."""

    account_id: int | None
    """Whose password it sets; None: it creates the first administrator."""
    email: str | None


def has_administrator(session: Session) -> bool:
    """Tell whether anyone administers the archive yet."""
    return bool(
        session.scalar(
            select(func.count(Account.id)).where(
                Account.roles.any(AccountRole.name == ADMINISTRATOR), Account.active.is_(True)
            )
        )
    )


def make_first_link(session: Session, *, now: datetime) -> str | None:
    """Make the link that creates the first administrator; earlier ones stop working.

    Returns:
        The token, or None when there is an administrator already.
    """
    if has_administrator(session):
        return None
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.account_id.is_(None), OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    return _make_link(session, None, now)


def make_password_link(session: Session, account_id: int, *, actor: Actor, now: datetime) -> str:
    """Make a link by which someone sets their password; earlier ones stop working."""
    require(actor, Action.MANAGE_ACCOUNTS)
    if session.get(Account, account_id) is None:
        raise NotFoundError(f"There is no account {account_id}.")
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    return _make_link(session, account_id, now)


def read_link(session: Session, token: str, *, now: datetime) -> LinkView:
    """Look at a link without using it.

    Raises:
        NotFoundError: it was used, it is too old, or it never was.
    """
    link = _usable_link(session, token, now)
    account = session.get(Account, link.account_id) if link.account_id else None
    return LinkView(account_id=link.account_id, email=account.email if account else None)


def use_link(
    session: Session, token: str, *, email: str, name: str, password_hash: str, now: datetime
) -> int:
    """Use a link up: create the first administrator, or set the account's password.

    Args:
        session: In a transaction.
        token: From the link's address.
        email: For the first administrator; otherwise not read.
        name: The same.
        password_hash: As the site's security library made it.
        now: The present.

    Returns:
        The account's id.

    Raises:
        NotFoundError: the link was used, is too old, or there is an administrator already.
        InvalidInputError: the email address is none.
    """
    link = _usable_link(session, token, now)
    if link.account_id is None:
        if has_administrator(session):
            raise NotFoundError("There is an administrator already; sign in.")
        account = _add_account(session, email, name, ADMINISTRATOR, now)
    else:
        account = session.get_one(Account, link.account_id)
    account.password = password_hash
    account.fs_uniquifier = secrets.token_hex(32)
    link.used_at = now
    session.flush()
    return account.id


def create_account(
    session: Session, *, email: str, name: str, role: str, actor: Actor, now: datetime
) -> int:
    """Create an account without a password; `make_password_link` lets its owner set one.

    Raises:
        NotAllowedError: the actor is no administrator.
        InvalidInputError: the address is none or taken, or there is no such role.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    return _add_account(session, email, name, role, now).id


def set_active(session: Session, account_id: int, *, active: bool, actor: Actor) -> None:
    """Let an account sign in, or end its sessions and keep it out.

    Raises:
        InvalidInputError: it is the actor's own.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    if account_id == actor.account_id:
        raise InvalidInputError("You cannot switch off your own account.")
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError(f"There is no account {account_id}.")
    account.active = active
    account.fs_uniquifier = secrets.token_hex(32)


def list_accounts(session: Session, *, actor: Actor) -> tuple[AccountView, ...]:
    """List all accounts, oldest first."""
    require(actor, Action.MANAGE_ACCOUNTS)
    return tuple(
        AccountView(
            id=account.id,
            email=account.email,
            name=account.name,
            roles=tuple(role.name for role in account.roles),
            active=account.active,
            has_password=account.password is not None,
            created_at=account.created_at,
        )
        for account in session.scalars(select(Account).order_by(Account.id))
    )


def _add_account(session: Session, email: str, name: str, role: str, now: datetime) -> Account:
    email = email.strip().lower()
    if not _EMAIL.fullmatch(email) or len(email) > 255:  # noqa: PLR2004 - the column
        raise InvalidInputError(f"{email!r} is not an email address.")
    if role not in ROLES:
        raise InvalidInputError(f"{role!r} is not a role; use one of {', '.join(ROLES)}.")
    if session.scalar(select(Account.id).where(Account.email == email)) is not None:
        raise InvalidInputError(f"There is an account for {email} already.")
    account = Account(
        email=email,
        name=" ".join(name.split())[:200],
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        created_at=now,
        roles=[_role(session, role)],
    )
    session.add(account)
    session.flush()
    return account


def _role(session: Session, name: str) -> AccountRole:
    role = session.scalar(select(AccountRole).where(AccountRole.name == name))
    if role is None:
        role = AccountRole(name=name)
        session.add(role)
    return role


def _make_link(session: Session, account_id: int | None, now: datetime) -> str:
    token = secrets.token_urlsafe(24)
    session.add(
        OneTimeLink(
            token_sha256=_hash(token),
            account_id=account_id,
            created_at=now,
            expires_at=now + LINK_LIFETIME,
        )
    )
    return token


def _usable_link(session: Session, token: str, now: datetime) -> OneTimeLink:
    link = session.scalar(select(OneTimeLink).where(OneTimeLink.token_sha256 == _hash(token)))
    if link is None or link.used_at is not None or link.expires_at < now:
        raise NotFoundError(
            "This link was used already or is too old. Ask the administrator for a new one "
            "(on the server: webinar-archive admin-link)."
        )
    return link


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
