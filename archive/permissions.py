"""Who may do what: the one function that decides, asked by every route and command.

Roles grow in a later issue; what asks here will not change. Pure.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from archive.errors import NotAllowedError
from archive.models.recording import Publication

ADMINISTRATOR = "administrator"
LIBRARIAN = "librarian"
ROLES = (LIBRARIAN, ADMINISTRATOR)


class Action(StrEnum):
    """What someone wants to do."""

    READ = "read"
    """See, play and search a recording."""
    DEPOSIT = "deposit"
    EDIT = "edit"
    """Change what is said about a recording; try its processing again."""
    PUBLISH = "publish"
    DELETE = "delete"
    KEEP_GLOSSARY = "keep the glossary"
    KEEP_THESAURUS = "keep the thesaurus"
    READ_UNANSWERED = "see which searches found nothing"
    MANAGE_ACCOUNTS = "manage accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who is asking."""

    account_id: int | None = None
    """None for a visitor, and for the operator at the command line."""
    name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)
    operator: bool = False
    """True for who runs a command on the server."""


VISITOR = Actor()
OPERATOR = Actor(operator=True, name="operator")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What permission needs to know of a recording."""

    publication: Publication
    depositor_id: int | None


def may(actor: Actor, action: Action, subject: Subject | None = None) -> bool:
    """Tell whether someone may do something (with a recording, where it concerns one)."""
    if actor.operator:
        return True
    signed_in = actor.account_id is not None
    match action:
        case Action.READ:
            published = subject is not None and subject.publication is Publication.PUBLISHED
            return published or signed_in
        case Action.KEEP_GLOSSARY | Action.KEEP_THESAURUS | Action.READ_UNANSWERED:
            return signed_in and not actor.roles.isdisjoint((LIBRARIAN, ADMINISTRATOR))
        case Action.MANAGE_ACCOUNTS:
            return signed_in and ADMINISTRATOR in actor.roles
        case Action.DEPOSIT | Action.EDIT | Action.PUBLISH | Action.DELETE:
            return signed_in


def require(actor: Actor, action: Action, subject: Subject | None = None) -> None:
    """Refuse what is not permitted.

    Raises:
        NotAllowedError: says what an account is needed for.
    """
    if not may(actor, action, subject):
        what = action if " " in action else f"{action} this"
        raise NotAllowedError(f"Sign in with an account that may {what}.")
