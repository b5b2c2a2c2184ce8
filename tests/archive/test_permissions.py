"""The whole table: every action for every actor on every kind of recording."""

import pytest

from archive.errors import NotAllowedError
from archive.models import Publication
from archive.permissions import (
    ADMINISTRATOR,
    LIBRARIAN,
    OPERATOR,
    VISITOR,
    Action,
    Actor,
    Subject,
    may,
    require,
)

OWNER = Actor(account_id=1, roles=frozenset({LIBRARIAN}))
OTHER = Actor(account_id=2, roles=frozenset({LIBRARIAN}))
ADMIN = Actor(account_id=3, roles=frozenset({ADMINISTRATOR}))
ACTORS = {"visitor": VISITOR, "owner": OWNER, "other": OTHER, "admin": ADMIN, "operator": OPERATOR}
DRAFT = Subject(publication=Publication.DRAFT, depositor_id=1)
PUBLISHED = Subject(publication=Publication.PUBLISHED, depositor_id=1)
ACCOUNTS = {"owner", "other", "admin", "operator"}

TABLE = [
    (Action.READ, DRAFT, ACCOUNTS),
    (Action.READ, PUBLISHED, ACCOUNTS | {"visitor"}),
    (Action.DEPOSIT, None, ACCOUNTS),
    (Action.EDIT, DRAFT, ACCOUNTS),
    (Action.EDIT, PUBLISHED, ACCOUNTS),
    (Action.PUBLISH, DRAFT, ACCOUNTS),
    (Action.PUBLISH, PUBLISHED, ACCOUNTS),
    (Action.DELETE, DRAFT, ACCOUNTS),
    (Action.DELETE, PUBLISHED, ACCOUNTS),
    (Action.KEEP_GLOSSARY, None, ACCOUNTS),
    (Action.KEEP_THESAURUS, None, ACCOUNTS),
    (Action.READ_UNANSWERED, None, ACCOUNTS),
    (Action.MANAGE_ACCOUNTS, None, {"admin", "operator"}),
]


@pytest.mark.parametrize(("action", "subject", "allowed"), TABLE)
def test_exactly_these_may(action: Action, subject: Subject | None, allowed: set[str]) -> None:
    assert {name for name, actor in ACTORS.items() if may(actor, action, subject)} == allowed


def test_an_account_without_a_role_does_not_keep_the_glossary() -> None:
    assert not may(Actor(account_id=4), Action.KEEP_GLOSSARY)


def test_every_action_is_in_the_table() -> None:
    assert {action for action, _, _ in TABLE} == set(Action)


def test_require_says_what_an_account_is_needed_for() -> None:
    with pytest.raises(NotAllowedError, match="may publish this"):
        require(VISITOR, Action.PUBLISH, DRAFT)
    with pytest.raises(NotAllowedError, match="may keep the glossary\\."):
        require(VISITOR, Action.KEEP_GLOSSARY)
