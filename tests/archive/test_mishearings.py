"""What a search found by its sound becomes a mishearing the glossary lists."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError
from archive.glossary.terms import add_term, list_terms
from archive.glossary.values import Draft, Kind
from archive.mishearings import note_mishearing
from archive.permissions import LIBRARIAN, VISITOR, Actor

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LINA = Actor(account_id=1, roles=frozenset({LIBRARIAN}))
MEMBER = Actor(account_id=2)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.read() as session:
        yield session


def _note(session: Session, term: str, heard: str, actor: Actor = LINA) -> Draft:
    return note_mishearing(session, term=term, heard=heard, actor=actor, now=NOW).draft


def test_a_term_that_is_not_there_is_added_with_what_was_heard(session: Session) -> None:
    draft = _note(session, "ganaplacide", "Ghana placid")

    assert (draft.term, draft.sounds_like) == ("ganaplacide", ("Ghana placid",))
    assert draft.source


def test_what_was_heard_joins_what_the_term_lists(session: Session) -> None:
    add_term(
        session,
        None,
        Draft(term="quinine", kind=Kind.DRUG, sounds_like=("queening",)),
        actor=LINA,
        now=NOW,
    )

    draft = _note(session, "Quinine", "kwai nine")

    assert draft.term == "quinine"
    assert draft.kind is Kind.DRUG
    assert draft.sounds_like == ("queening", "kwai nine")


def test_a_variant_is_enough_to_know_the_term(session: Session) -> None:
    haemolysis = Draft(term="haemolysis", variants=("hemolysis",))
    add_term(session, None, haemolysis, actor=LINA, now=NOW)

    assert _note(session, "hemolysis", "he molly sis").term == "haemolysis"


def test_noting_it_twice_changes_nothing(session: Session) -> None:
    first = _note(session, "artesunate", "artisanate")

    second = _note(session, "artesunate", "Artisanate")

    assert second == first
    assert list_terms(session, None, actor=LINA).total == 1


@pytest.mark.parametrize("actor", [MEMBER, VISITOR])
def test_only_who_keeps_the_glossary_may_note_it(session: Session, actor: Actor) -> None:
    with pytest.raises(NotAllowedError):
        _note(session, "artesunate", "artisanate", actor)


def test_what_was_heard_must_be_something(session: Session) -> None:
    with pytest.raises(InvalidInputError):
        _note(session, "", "artisanate")
