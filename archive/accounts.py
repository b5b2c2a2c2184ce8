"""Accounts: how they come to be, what role they have, and who may sign in.

How people get one is in `archive.account_links`. Passwords are hashed by the site's security
library; this module never sees one in clear. Each change is noted in the audit log.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from archive.audit import note
from archive.errors import InvalidInputError, NotFoundError
from archive.models import Account, AccountRole, ApiToken, Passkey
from archive.permissions import ADMINISTRATOR, ROLES, Action, Actor, require

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_MAX_EMAIL = 255
_MAX_NAME = 200
KIND = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """An account as the administrator sees it."""

    id: int
    email: str
    name: str
    roles: tuple[str, ...]
    active: bool
    has_password: bool
    second_factor: bool
    """An app on a phone is asked for a code as well."""
    passkeys: int
    tokens: int
    """How many can be used."""
    last_sign_in_at: datetime | None
    created_at: datetime


def has_administrator(session: Session) -> bool:
    """Tell whether anyone administers the archive yet."""
    return bool(
        session.scalar(
            select(func.count(Account.id)).where(
                Account.roles.any(AccountRole.name == ADMINISTRATOR), Account.active.is_(True)
            )
        )
    )


def create_account(
    session: Session, *, email: str, name: str, role: str, actor: Actor, now: datetime
) -> int:
    """Create an account without a password; `make_password_link` lets its owner set one.

    Raises:
        NotAllowedError: the actor is no administrator.
        InvalidInputError: the address is none or taken, or there is no such role.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    account = add_account(session, email, name, role, now)
    note(
        session,
        actor=actor,
        action="made",
        kind=KIND,
        object_id=account.id,
        after={"email": account.email, "name": account.name, "role": role},
        now=now,
    )
    return account.id


def set_active(
    session: Session, account_id: int, *, active: bool, actor: Actor, now: datetime
) -> None:
    """Let an account sign in, or end its sessions and keep it and its tokens out.

    Raises:
        InvalidInputError: it is the actor's own.
    """
    account = managed_account(session, account_id, actor)
    if account_id == actor.account_id:
        raise InvalidInputError("You cannot switch off your own account.")
    if account.active == active:
        return
    account.active = active
    account.fs_uniquifier = secrets.token_hex(32)
    note_account(
        session, account, "switched on" if active else "switched off", actor=actor, now=now
    )


def set_role(session: Session, account_id: int, role: str, *, actor: Actor, now: datetime) -> None:
    """Change what an account may do, from its next request on.

    Raises:
        InvalidInputError: it is the actor's own, or there is no such role.
    """
    account = managed_account(session, account_id, actor)
    check_role(role)
    if account_id == actor.account_id:
        raise InvalidInputError("Another administrator must change your own role.")
    before = [one.name for one in account.roles]
    if before == [role]:
        return
    account.roles = [_role(session, role)]
    note(
        session,
        actor=actor,
        action="changed the role of",
        kind=KIND,
        object_id=account_id,
        before={"role": ", ".join(before)},
        after={"role": role},
        now=now,
    )


def clear_second_factors(session: Session, account_id: int, *, actor: Actor, now: datetime) -> None:
    """Take away app, recovery codes and passkeys of who has lost them; ends their sessions.

    Raises:
        NotFoundError: there is no such account.
    """
    account = managed_account(session, account_id, actor)
    account.tf_primary_method = account.tf_totp_secret = account.tf_counter = None
    account.mf_recovery_codes = []
    account.passkeys.clear()
    account.fs_uniquifier = secrets.token_hex(32)
    note_account(session, account, "took away the second factors of", actor=actor, now=now)


def change_password(
    session: Session, account_id: int, password_hash: str, *, actor: Actor, now: datetime
) -> None:
    """Set one's own password, once the old one was given; ends all one's sessions.

    Raises:
        NotFoundError: it is not the actor's own account.
        NotAllowedError: a token asks.
    """
    require(actor, Action.KEEP_ACCOUNT)
    account = session.get(Account, account_id)
    if account is None or account_id != actor.account_id:
        raise NotFoundError("That is not your account.")
    account.password = password_hash
    account.fs_uniquifier = secrets.token_hex(32)
    note_account(session, account, "changed their password", actor=actor, now=now)


def list_accounts(session: Session, *, actor: Actor, now: datetime) -> tuple[AccountView, ...]:
    """List all accounts, oldest first."""
    require(actor, Action.MANAGE_ACCOUNTS)
    tokens = _counts(
        session,
        select(ApiToken.account_id, func.count())
        .where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .group_by(ApiToken.account_id),
    )
    passkeys = _counts(
        session, select(Passkey.account_id, func.count()).group_by(Passkey.account_id)
    )
    accounts = session.scalars(
        select(Account).order_by(Account.id).options(selectinload(Account.roles))
    )
    return tuple(
        AccountView(
            id=account.id,
            email=account.email,
            name=account.name,
            roles=tuple(role.name for role in account.roles),
            active=account.active,
            has_password=account.password is not None,
            second_factor=account.tf_primary_method is not None,
            passkeys=passkeys.get(account.id, 0),
            tokens=tokens.get(account.id, 0),
            last_sign_in_at=account.last_sign_in_at,
            created_at=account.created_at,
        )
        for account in accounts
    )


def find_account(session: Session, email: str) -> int:
    """Return the id of the account with an address, for the operator's commands.

    Raises:
        NotFoundError: there is none.
    """
    address = email.strip().lower()
    account_id = session.scalar(select(Account.id).where(Account.email == address))
    if account_id is None:
        raise NotFoundError(f"There is no account for {address}.")
    return account_id


def managed_account(session: Session, account_id: int, actor: Actor) -> Account:
    """Return the row of an account to someone who manages accounts.

    Raises:
        NotAllowedError: the actor does not.
        NotFoundError: there is none.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError(f"There is no account {account_id}.")
    return account


def note_account(
    session: Session, account: Account, action: str, *, actor: Actor, now: datetime
) -> None:
    """Note what happened to an account where no value tells it."""
    note(
        session,
        actor=actor,
        action=action,
        kind=KIND,
        object_id=account.id,
        after={"email": account.email},
        now=now,
    )


def _counts(session: Session, query: Select[int, int]) -> dict[int, int]:
    return {row[0]: row[1] for row in session.execute(query)}


def add_account(session: Session, email: str, name: str, role: str, now: datetime) -> Account:
    """Add an account without a password; who may is asked by the caller.

    Raises:
        InvalidInputError: the address is none or taken, or there is no such role.
    """
    check_role(role)
    account = Account(
        email=free_address(session, email),
        name=" ".join(name.split())[:_MAX_NAME],
        active=True,
        fs_uniquifier=secrets.token_hex(32),
        mf_recovery_codes=[],
        created_at=now,
        roles=[_role(session, role)],
    )
    session.add(account)
    session.flush()
    return account


def free_address(session: Session, email: str) -> str:
    """Return an address as it is kept.

    Raises:
        InvalidInputError: it is none, or an account has it.
    """
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address) or len(address) > _MAX_EMAIL:
        raise InvalidInputError(f"{address!r} is not an email address.")
    if session.scalar(select(Account.id).where(Account.email == address)) is not None:
        raise InvalidInputError(f"There is an account for {address} already.")
    return address


def check_role(role: str) -> None:
    """Refuse what is no role.

    Raises:
        InvalidInputError: says which there are.
    """
    if role not in ROLES:
        raise InvalidInputError(f"{role!r} is not a role; use one of {', '.join(ROLES)}.")


def _role(session: Session, name: str) -> AccountRole:
    role = session.scalar(select(AccountRole).where(AccountRole.name == name))
    if role is None:
        role = AccountRole(name=name)
        session.add(role)
    return role
