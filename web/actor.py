"""Who makes this request, as `archive.permissions` wants to know it: by session or by token.

`Authorization: Bearer …` is a token, and then the session does not count; a token that cannot
be used is refused, never taken for a visitor. A request with a token needs no form token: no
other site can make a browser send the header.
"""

from flask import g, request
from flask_security import current_user

from archive.errors import UnknownTokenError
from archive.permissions import Actor, Scope
from archive.tokens import read_token
from web.parts import current_parts

_SCHEME = "bearer"


def current_actor() -> Actor:
    """Return who makes this request.

    Raises:
        UnknownTokenError: the token it comes with cannot be used.
    """
    if "actor" not in g:
        g.actor = _read_actor()
    actor: Actor = g.actor
    return actor


def anonymous_actor() -> Actor:
    """Return who asks without an account: what they may, shared caches may keep."""
    return Actor(kept_out=current_parts().settings.sign_in_only)


def sent_token() -> str | None:
    """Return the token this request comes with, as it was sent; None for a session's request."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == _SCHEME else None


def _read_actor() -> Actor:
    token = sent_token()
    if token is not None:
        return _token_actor(token)
    if not current_user.is_authenticated:
        return anonymous_actor()
    return Actor(
        account_id=current_user.id,
        name=current_user.name or current_user.email,
        roles=frozenset(role.name for role in current_user.roles),
    )


def _token_actor(token: str) -> Actor:
    parts = current_parts()
    with parts.database.begin() as session:
        found = read_token(session, token, now=parts.clock())
    if found is None:
        g.actor = anonymous_actor()  # for the page that tells of it
        raise UnknownTokenError(
            "This token is not known, was revoked, or has expired. Make a new one on the page "
            "of your account."
        )
    kept_out = parts.settings.sign_in_only and Scope.READ not in found.scopes
    return Actor(
        account_id=found.account_id,
        name=f"{found.account_name} · {found.name}",
        roles=found.roles,
        scopes=found.scopes,
        token_id=found.id,
        kept_out=kept_out,
    )
