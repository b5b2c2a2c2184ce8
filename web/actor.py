"""Who makes this request, as `archive.permissions` wants to know it."""

from flask import g
from flask_security import current_user

from archive.permissions import VISITOR, Actor


def current_actor() -> Actor:
    """Return the signed-in account, or the visitor."""
    if "actor" not in g:
        g.actor = _read_actor()
    actor: Actor = g.actor
    return actor


def _read_actor() -> Actor:
    if not current_user.is_authenticated:
        return VISITOR
    return Actor(
        account_id=current_user.id,
        name=current_user.name or current_user.email,
        roles=frozenset(role.name for role in current_user.roles),
    )
