"""One-time links: the first administrator's, invitations, and those that set a password.

Whoever has a link may use it, once, for some days. Only the hash of its token is kept: who
reads the database cannot use it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.accounts import (
    KIND,
    add_account,
    check_role,
    free_address,
    has_administrator,
    managed_account,
    note_account,
)
from archive.audit import note
from archive.errors import NotFoundError
from archive.models import Account, OneTimeLink
from archive.permissions import ADMINISTRATOR, Action, Actor, require

LINK_LIFETIME = timedelta(days=3)
INVITATION_LIFETIME = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationView:
    """An invitation nobody has used yet."""

    id: int
    role: str
    email: str | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What an unused link is for."""

    account_id: int | None
    """Whose password it sets; None: it creates an account."""
    email: str | None
    role: str | None
    """Of the account it creates, where it is an invitation."""


def make_first_link(session: Session, *, now: datetime) -> str | None:
    """Make the link that creates the first administrator; earlier ones stop working.

    Returns:
        The token, or None when there is an administrator already.
    """
    if has_administrator(session):
        return None
    session.execute(
        update(OneTimeLink)
        .where(
            OneTimeLink.account_id.is_(None),
            OneTimeLink.role.is_(None),
            OneTimeLink.used_at.is_(None),
        )
        .values(used_at=now)
    )
    return _make_link(session, None, now)


def make_password_link(session: Session, account_id: int, *, actor: Actor, now: datetime) -> str:
    """Make a link by which someone sets their password; earlier ones stop working."""
    account = managed_account(session, account_id, actor)
    session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.account_id == account_id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    note_account(session, account, "made a password link for", actor=actor, now=now)
    return _make_link(session, account_id, now)


def invite(session: Session, *, role: str, email: str | None, actor: Actor, now: datetime) -> str:
    """Make a link by which someone makes their account; the person gives name and password.

    Args:
        role: What the account may do.
        email: Whom it is for; None: who has the link says.

    Raises:
        NotAllowedError: the actor is no administrator.
        InvalidInputError: the address is none or taken, or there is no such role.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    check_role(role)
    address = free_address(session, email) if email else None
    token = _make_link(session, None, now, role=role, email=address)
    note(
        session,
        actor=actor,
        action="invited",
        kind=KIND,
        object_id=None,
        after={"email": address, "role": role},
        now=now,
    )
    return token


def list_invitations(
    session: Session, *, actor: Actor, now: datetime
) -> tuple[InvitationView, ...]:
    """List the invitations that still work, newest first."""
    require(actor, Action.MANAGE_ACCOUNTS)
    links = session.scalars(
        select(OneTimeLink)
        .where(
            OneTimeLink.role.is_not(None),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at >= now,
        )
        .order_by(OneTimeLink.id.desc())
    )
    return tuple(
        InvitationView(
            id=link.id,
            role=link.role or "",
            email=link.email,
            created_at=link.created_at,
            expires_at=link.expires_at,
        )
        for link in links
    )


def take_back_invitation(session: Session, link_id: int, *, actor: Actor, now: datetime) -> None:
    """End an invitation nobody has used.

    Raises:
        NotFoundError: there is none.
    """
    require(actor, Action.MANAGE_ACCOUNTS)
    link = session.get(OneTimeLink, link_id)
    if link is None or link.role is None or link.used_at is not None:
        raise NotFoundError("That invitation was used or taken back already.")
    link.used_at = now
    note(
        session,
        actor=actor,
        action="took back the invitation of",
        kind=KIND,
        object_id=None,
        before={"email": link.email, "role": link.role},
        now=now,
    )


def read_link(session: Session, token: str, *, now: datetime) -> LinkView:
    """Look at a link without using it.

    Raises:
        NotFoundError: it was used, it is too old, or it never was.
    """
    link = _usable_link(session, token, now)
    account = session.get(Account, link.account_id) if link.account_id else None
    return LinkView(
        account_id=link.account_id,
        email=account.email if account else link.email,
        role=link.role,
    )


def use_link(
    session: Session, token: str, *, email: str, name: str, password_hash: str, now: datetime
) -> int:
    """Use a link up: create the account it is for, or set its password and end its sessions.

    Args:
        session: In a transaction.
        token: From the link's address.
        email: Of a new account, unless the invitation says.
        name: Of a new account.
        password_hash: As the site's security library made it.
        now: The present.

    Returns:
        The account's id.

    Raises:
        NotFoundError: the link was used, is too old, or there is an administrator already.
        InvalidInputError: the email address is none, or taken.
    """
    link = _usable_link(session, token, now)
    # Only one of two who use it at once gets past here.
    taken = session.execute(
        update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=now)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise _used_up()
    if link.account_id is not None:
        account = session.get_one(Account, link.account_id)
        account.fs_uniquifier = secrets.token_hex(32)
        action = "set their password by a link"
    else:
        if link.role is None and has_administrator(session):
            raise NotFoundError("There is an administrator already; sign in.")
        account = add_account(session, link.email or email, name, link.role or ADMINISTRATOR, now)
        action = "made their account by an invitation" if link.role else "made the first account"
    account.password = password_hash
    session.flush()
    note_account(session, account, action, actor=_themselves(account), now=now)
    return account.id


def _themselves(account: Account) -> Actor:
    return Actor(account_id=account.id, name=account.name or account.email)


def _make_link(
    session: Session,
    account_id: int | None,
    now: datetime,
    *,
    role: str | None = None,
    email: str | None = None,
) -> str:
    token = secrets.token_urlsafe(24)
    session.add(
        OneTimeLink(
            token_sha256=_hash(token),
            account_id=account_id,
            role=role,
            email=email,
            created_at=now,
            expires_at=now + (INVITATION_LIFETIME if role else LINK_LIFETIME),
        )
    )
    return token


def _usable_link(session: Session, token: str, now: datetime) -> OneTimeLink:
    link = session.scalar(select(OneTimeLink).where(OneTimeLink.token_sha256 == _hash(token)))
    if link is None or link.used_at is not None or link.expires_at < now:
        raise _used_up()
    return link


def _used_up() -> NotFoundError:
    return NotFoundError(
        "This link was used already or is too old. Ask the administrator for a new one "
        "(on the server: webinar-archive admin-link)."
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
