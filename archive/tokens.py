"""Tokens by which programs act for an account: made, shown once, used, revoked.

A token is `wa_` and 32 random bytes; only its hash is kept. What it may do is decided by
`archive.permissions`: its scopes, within the roles of its account.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from archive.audit import note
from archive.errors import InvalidInputError, NotFoundError
from archive.models import Account, ApiToken
from archive.permissions import Action, Actor, Scope, may, require

MOST_DAYS = 366
"""Longest a token may live: what is forgotten ends by itself."""
MOST_TOKENS = 50
"""Of one account that can be used."""
_PREFIX = "wa_"
_SHOWN = 7
_MAX_NAME = 100
_USED_EVERY = timedelta(minutes=1)
"""How exactly the last use is kept: not a write for every piece of an upload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """A token as its owner sees it in the list."""

    id: int
    name: str
    beginning: str
    """Its first characters."""
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    def works(self, now: datetime) -> bool:
        """Tell whether it can be used."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token just made: `text` is shown once."""

    id: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedToken:
    """What a token that works says about who asks."""

    id: int
    name: str
    account_id: int
    account_name: str
    roles: frozenset[str]
    scopes: frozenset[Scope]


def make_token(
    session: Session,
    account_id: int,
    *,
    name: str,
    scopes: Iterable[Scope],
    days: int,
    actor: Actor,
    now: datetime,
) -> NewToken:
    """Make a token of an account: its owner does, or the operator on the server.

    Args:
        name: What it is for.
        scopes: What it may be used for, at least one.
        days: How long it lives, up to `MOST_DAYS`.

    Raises:
        NotFoundError: there is no such account.
        NotAllowedError: it is somebody else's, or a token asks.
        InvalidInputError: a field cannot be used.
    """
    account = _own_account(session, account_id, actor)
    name = " ".join(name.split())
    if not name or len(name) > _MAX_NAME:
        raise InvalidInputError(f"Give the token a name of up to {_MAX_NAME} characters.")
    wanted = sorted(set(scopes))
    if not wanted:
        raise InvalidInputError("Choose at least one thing the token may be used for.")
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInputError(f"A token lives from 1 to {MOST_DAYS} days.")
    if sum(view.works(now) for view in _views(session, account_id)) >= MOST_TOKENS:
        raise InvalidInputError(f"There are {MOST_TOKENS} tokens already; revoke some first.")
    text = _PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        account_id=account.id,
        name=name,
        token_sha256=_hash(text),
        beginning=text[:_SHOWN],
        scopes=" ".join(wanted),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    note(
        session,
        actor=actor,
        action="made",
        kind="token",
        object_id=token.id,
        after={"account": account.email, "name": name, "scopes": wanted, "until": token.expires_at},
        now=now,
    )
    return NewToken(id=token.id, text=text)


def list_tokens(session: Session, account_id: int, *, actor: Actor) -> tuple[TokenView, ...]:
    """List the tokens of an account, newest first: its owner may, and who manages accounts.

    Raises:
        NotAllowedError: the actor may not.
    """
    if account_id != actor.account_id or not may(actor, Action.KEEP_ACCOUNT):
        require(actor, Action.MANAGE_ACCOUNTS)
    return _views(session, account_id)


def revoke_token(session: Session, token_id: int, *, actor: Actor, now: datetime) -> str:
    """End a token: its owner may, and who manages accounts; returns its name.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is.
    """
    token = session.get(ApiToken, token_id)
    own = token is not None and token.account_id == actor.account_id
    allowed = may(actor, Action.MANAGE_ACCOUNTS) or (own and may(actor, Action.KEEP_ACCOUNT))
    if token is None or not allowed:
        raise NotFoundError("There is no such token.")
    if token.revoked_at is None:
        token.revoked_at = now
        note(
            session,
            actor=actor,
            action="revoked",
            kind="token",
            object_id=token.id,
            before={"account": token.account.email, "name": token.name},
            now=now,
        )
    return token.name


def read_token(session: Session, text: str, *, now: datetime) -> UsedToken | None:
    """Tell whose a token is, and note that it was used; None where it does not work.

    Args:
        session: In a transaction.
        text: As it was sent.
        now: The present.
    """
    token = session.scalar(
        select(ApiToken)
        .where(ApiToken.token_sha256 == _hash(text))
        .options(joinedload(ApiToken.account).selectinload(Account.roles))
    )
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        return None
    if not token.account.active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= _USED_EVERY:
        session.execute(update(ApiToken).where(ApiToken.id == token.id).values(last_used_at=now))
    return UsedToken(
        id=token.id,
        name=token.name,
        account_id=token.account_id,
        account_name=token.account.name or token.account.email,
        roles=frozenset(role.name for role in token.account.roles),
        scopes=_scopes(token),
    )


def _own_account(session: Session, account_id: int, actor: Actor) -> Account:
    require(actor, Action.KEEP_ACCOUNT)
    account = session.get(Account, account_id)
    if account is None or not (actor.operator or account_id == actor.account_id):
        raise NotFoundError(f"There is no account {account_id} of yours.")
    return account


def _views(session: Session, account_id: int) -> tuple[TokenView, ...]:
    tokens = session.scalars(
        select(ApiToken).where(ApiToken.account_id == account_id).order_by(ApiToken.id.desc())
    )
    return tuple(
        TokenView(
            id=token.id,
            name=token.name,
            beginning=token.beginning,
            scopes=_scopes(token),
            created_at=token.created_at,
            expires_at=token.expires_at,
            revoked_at=token.revoked_at,
            last_used_at=token.last_used_at,
        )
        for token in tokens
    )


def _scopes(token: ApiToken) -> frozenset[Scope]:
    """Read the scopes; one that this version does not know allows nothing."""
    known = set(Scope)
    return frozenset(Scope(text) for text in token.scopes.split() if text in known)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
