"""A PDF becomes pages: really rendered, kept once, and told of when it cannot be."""

import cv2
import pytest

from archive.database import Database
from archive.errors import InvalidInputError
from archive.models import Deck, DeckPage, DeckState, Publication, Recording, Status
from archive.permissions import OPERATOR
from archive.slide_decks import KeptDeck, get_deck, give_deck, remove_deck
from tests.conftest import START
from tests.pdfs import make_pdf
from worker.parts import Parts
from worker.stages import decks


@pytest.fixture
def recording_id(database: Database) -> int:
    with database.begin() as session:
        recording = Recording(
            title="Rounds", publication=Publication.DRAFT, status=Status.READY,
            original_name="rounds.mp3", duration_ms=600_000, created_at=START, updated_at=START,
        )  # fmt: skip
        session.add(recording)
        session.flush()
        return recording.id


def given(parts: Parts, recording_id: int, content: bytes) -> int:
    blob = parts.storage.keep_bytes(content)
    with parts.database.begin() as session:
        give_deck(
            session, parts.jobs, recording_id, blob=blob, file_name="talk.pdf", actor=OPERATOR,
            now=START,
        )  # fmt: skip
        return session.query(Deck).one().id


def kept(parts: Parts, recording_id: int) -> KeptDeck:
    with parts.database.read() as session:
        deck = get_deck(session, recording_id)
    assert deck is not None
    return deck


def test_pages_are_kept_with_both_pictures_and_their_words(parts: Parts, recording_id: int) -> None:
    deck_id = given(parts, recording_id, make_pdf("Severe malaria\nArtesunate first", "Questions"))

    decks.read(parts, recording_id, deck_id)

    deck = kept(parts, recording_id)
    assert (deck.state, deck.problem) == (DeckState.READY, None)
    assert [(page.number, page.text, page.start_ms) for page in deck.pages] == [
        (1, "Severe malaria\nArtesunate first", None), (2, "Questions", None),
    ]  # fmt: skip
    full = cv2.imread(str(parts.storage.path(deck.pages[0].picture_sha256)))
    small = cv2.imread(str(parts.storage.path(deck.pages[0].small_sha256)))
    assert (full.shape, small.shape) == ((720, 1280, 3), (90, 160, 3))
    assert not (parts.settings.scratch_dir / f"deck-{deck_id}").exists()


def test_reading_it_again_gives_the_same_pages(parts: Parts, recording_id: int) -> None:
    deck_id = given(parts, recording_id, make_pdf("One", "Two"))

    decks.read(parts, recording_id, deck_id)
    first = kept(parts, recording_id)
    decks.read(parts, recording_id, deck_id)

    assert kept(parts, recording_id) == first
    with parts.database.read() as session:
        assert session.query(DeckPage).count() == 2


def test_a_locked_pdf_is_refused_with_what_to_do(parts: Parts, recording_id: int) -> None:
    deck_id = given(parts, recording_id, make_pdf("Secret", locked=True))

    with pytest.raises(InvalidInputError, match=r"The PDF .* password.* without one") as caught:
        decks.read(parts, recording_id, deck_id)
    decks.fail(parts, recording_id, deck_id, str(caught.value))

    deck = kept(parts, recording_id)
    assert deck.state is DeckState.FAILED
    assert "password" in (deck.problem or "")
    assert deck.pages == ()


def test_too_many_pages_are_refused(parts: Parts, recording_id: int) -> None:
    deck_id = given(parts, recording_id, make_pdf(*["A"] * 301))

    with pytest.raises(InvalidInputError, match="301 pages, and 300 are allowed"):
        decks.read(parts, recording_id, deck_id)


def test_a_pdf_that_was_removed_meanwhile_is_passed_over(parts: Parts, recording_id: int) -> None:
    deck_id = given(parts, recording_id, make_pdf("One"))
    with parts.database.begin() as session:
        remove_deck(session, parts.jobs, recording_id, actor=OPERATOR, now=START)

    decks.read(parts, recording_id, deck_id)
    decks.fail(parts, recording_id, deck_id, "nothing")

    with parts.database.read() as session:
        assert get_deck(session, recording_id) is None
