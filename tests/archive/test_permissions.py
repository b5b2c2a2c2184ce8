"""The whole table: every action for every actor on every kind of recording."""

from itertools import product

import pytest

from archive.errors import NotAllowedError, NotFoundError
from archive.models import Publication
from archive.permissions import (
    ADMINISTRATOR,
    LIBRARIAN,
    OPERATOR,
    READER,
    UPLOADER,
    VISITOR,
    Action,
    Actor,
    Scope,
    Subject,
    may,
    no_recording,
    reads_everything,
    reads_own,
    reads_published,
    require,
)

OWNER = 1


def _account(account_id: int, role: str, *scopes: Scope) -> Actor:
    return Actor(
        account_id=account_id, roles=frozenset({role}), scopes=frozenset(scopes) if scopes else None
    )


ACTORS = {
    "visitor": VISITOR,
    "kept out": Actor(kept_out=True),
    "reader": _account(2, READER),
    "former uploader": _account(OWNER, READER),
    "own": _account(OWNER, UPLOADER),
    "other": _account(2, UPLOADER),
    "librarian": _account(3, LIBRARIAN),
    "administrator": _account(4, ADMINISTRATOR),
    "operator": OPERATOR,
    "own, to read": _account(OWNER, UPLOADER, Scope.READ),
    "own, to deposit": _account(OWNER, UPLOADER, Scope.DEPOSIT),
    "own, for all": _account(OWNER, UPLOADER, *Scope),
    "librarian, to read": _account(3, LIBRARIAN, Scope.READ),
    "librarian, to curate": _account(3, LIBRARIAN, Scope.READ, Scope.CURATE),
    "administrator, to curate": _account(4, ADMINISTRATOR, Scope.CURATE),
    "administrator, to administer": _account(4, ADMINISTRATOR, Scope.ADMINISTER),
}
LIBRARIANS = {
    "librarian",
    "administrator",
    "operator",
    "librarian, to curate",
    "administrator, to curate",
}
ADMINISTRATORS = {"administrator", "operator", "administrator, to administer"}
LOOKING_ON = LIBRARIANS | {"librarian, to read"}
OWNERS = {"own", "own, to deposit", "own, for all"}
DRAFT, REVIEW, PUBLISHED, WITHDRAWN, BINNED, GONE = ALL = tuple(
    Subject(publication=publication, depositor_id=OWNER) for publication in Publication
)
EVERYONE = set(ACTORS) - {"kept out"}
PERSONS = {"reader", "former uploader", "own", "other", "librarian", "administrator", "operator"}

TABLE: list[tuple[Action, Subject | None, set[str]]] = [
    (Action.READ, DRAFT, LOOKING_ON | OWNERS | {"former uploader", "own, to read"}),
    (Action.READ, PUBLISHED, EVERYONE),
    (Action.READ, WITHDRAWN, LOOKING_ON | OWNERS | {"former uploader", "own, to read"}),
    (Action.READ, BINNED, LOOKING_ON),
    (Action.KNOW, DRAFT, LOOKING_ON | OWNERS | {"former uploader", "own, to read"}),
    (Action.KNOW, PUBLISHED, EVERYONE),
    (Action.KNOW, WITHDRAWN, EVERYONE),
    (Action.KNOW, BINNED, LOOKING_ON),
    *(
        (action, subject, LIBRARIANS | OWNERS)
        for action, subject in product(
            (Action.READ_WHOLE, Action.READ_HISTORY, Action.WITHDRAW),
            (DRAFT, PUBLISHED, WITHDRAWN),
        )
    ),
    (Action.READ_HISTORY, BINNED, LIBRARIANS),
    *(
        (action, BINNED, {"operator"})
        for action in (Action.READ_WHOLE, Action.WITHDRAW, Action.EDIT, Action.PUBLISH)
    ),
    (Action.EDIT, DRAFT, LIBRARIANS | OWNERS),
    (Action.EDIT, REVIEW, LIBRARIANS | OWNERS),
    (Action.EDIT, PUBLISHED, LIBRARIANS),
    (Action.EDIT, WITHDRAWN, LIBRARIANS),
    *(
        (action, subject, LIBRARIANS)
        for action, subject in product(
            (Action.PUBLISH, Action.DELETE), (DRAFT, REVIEW, PUBLISHED, WITHDRAWN)
        )
    ),
    (Action.DELETE, BINNED, LIBRARIANS),
    (
        Action.DEPOSIT,
        None,
        OWNERS | {"other", "librarian", "administrator", "operator"},
    ),
    *(
        (action, None, LIBRARIANS)
        for action in (
            Action.CURATE,
            Action.KEEP_COLLECTIONS,
            Action.KEEP_PEOPLE,
            Action.KEEP_GLOSSARY,
            Action.KEEP_THESAURUS,
            Action.READ_UNANSWERED,
        )
    ),
    *(
        (action, None, ADMINISTRATORS)
        for action in (
            Action.DELETE_FOR_GOOD,
            Action.MANAGE_ACCOUNTS,
            Action.CHANGE_SETTINGS,
            Action.READ_AUDIT,
        )
    ),
    (Action.KEEP_ACCOUNT, None, PERSONS),
    *((action, GONE, {"operator"}) for action in (Action.READ, Action.KNOW, Action.EDIT)),
]


@pytest.mark.parametrize(("action", "subject", "allowed"), TABLE)
def test_exactly_these_may(action: Action, subject: Subject | None, allowed: set[str]) -> None:
    assert {name for name, actor in ACTORS.items() if may(actor, action, subject)} == allowed


def test_every_action_is_in_the_table() -> None:
    known = {action for action, _, _ in TABLE}
    assert known == set(Action), "say here who may do it"


@pytest.mark.parametrize("action", Action)
def test_a_role_may_whatever_a_lesser_one_may(action: Action) -> None:
    for subject in (None, *ALL):
        allowed = [
            may(_account(9, role), action, subject)
            for role in (READER, UPLOADER, LIBRARIAN, ADMINISTRATOR)
        ]

        assert allowed == sorted(allowed)


@pytest.mark.parametrize("action", Action)
def test_a_token_never_does_what_its_account_may_not(action: Action) -> None:
    for subject, role, account_id, scope in product(
        (None, *ALL),
        (READER, UPLOADER, LIBRARIAN, ADMINISTRATOR),
        (OWNER, 2),
        Scope,
    ):
        if may(_account(account_id, role, scope), action, subject):
            assert may(_account(account_id, role), action, subject)


def test_lists_are_as_wide_as_single_recordings() -> None:
    for name, actor in ACTORS.items():
        stranger = Subject(publication=Publication.DRAFT, depositor_id=99)

        assert reads_everything(actor) == may(actor, Action.READ, stranger), name
        assert reads_published(actor) == may(actor, Action.READ, PUBLISHED), name
        own = Subject(publication=Publication.DRAFT, depositor_id=actor.account_id)
        assert (reads_own(actor) is not None) == (
            actor.account_id is not None and may(actor, Action.READ, own)
        ), name


def test_an_account_without_a_role_does_not_keep_the_glossary() -> None:
    assert not may(Actor(account_id=4), Action.KEEP_GLOSSARY)


def test_require_says_what_an_account_is_needed_for() -> None:
    with pytest.raises(NotAllowedError, match="may publish this"):
        require(VISITOR, Action.PUBLISH, PUBLISHED)
    with pytest.raises(NotAllowedError, match="may keep the glossary\\."):
        require(VISITOR, Action.KEEP_GLOSSARY)


def test_require_does_not_tell_that_there_is_what_nobody_may_know_of() -> None:
    hidden = Subject(publication=Publication.DRAFT, depositor_id=OWNER, recording_id=7)

    with pytest.raises(NotFoundError) as refused:
        require(ACTORS["other"], Action.EDIT, hidden)

    assert str(refused.value) == str(no_recording(7))


def test_require_says_that_a_token_is_for_something_else() -> None:
    with pytest.raises(NotAllowedError, match="This token is not for that"):
        require(ACTORS["librarian, to read"], Action.PUBLISH, DRAFT)
