"""Spoken text and documents for the index, made in one line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from archive.index import IndexDocument, SearchIndex, SlideText
from archive.transcript import Segment, Word

WORD_MS = 400
SPOKEN_MS = 300


def speak(text: str, start_ms: int = 0, language: str = "en", each: int = 1) -> Segment:
    """Speak a text, a word every 400 ms; in Chinese a word is `each` characters."""
    if language == "zh":
        written = [text[at : at + each] for at in range(0, len(text), each)]
    else:
        written = [f" {word}" for word in text.split()]
    words = tuple(
        Word(
            start_ms=start_ms + index * WORD_MS,
            end_ms=start_ms + index * WORD_MS + SPOKEN_MS,
            text=word,
            confidence=0.9,
        )
        for index, word in enumerate(written)
    )
    return Segment(
        start_ms=start_ms,
        end_ms=start_ms + len(written) * WORD_MS,
        text="".join(written).strip(),
        language=language,
        confidence=0.9,
        words=words,
    )


def show(text: str, start_ms: int, end_ms: int | None = None) -> SlideText:
    """Show a slide, a line a line."""
    return SlideText(start_ms=start_ms, end_ms=end_ms, text=text)


def make_document(recording_id: int, *segments: Segment | str, **changes: object) -> IndexDocument:
    """Make a document of one recording, public, in English, with these segments."""
    spoken: list[Segment] = []
    for segment in segments:
        start_ms = spoken[-1].end_ms if spoken else 0
        spoken.append(speak(segment, start_ms) if isinstance(segment, str) else segment)
    fields: dict[str, object] = {
        "recording_id": recording_id,
        "version": 1,
        "public": True,
        "title": "",
        "description": "",
        "collection": "",
        "language": "en",
        "recorded_on": None,
        "segments": spoken,
    }
    return IndexDocument(**(fields | changes))  # type: ignore[arg-type] # a test's keywords


@pytest.fixture(name="speak")
def speak_fixture() -> Callable[..., Segment]:
    return speak


@pytest.fixture(name="show")
def show_fixture() -> Callable[..., SlideText]:
    return show


@pytest.fixture(name="make_document")
def make_document_fixture() -> Callable[..., IndexDocument]:
    return make_document


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SearchIndex]:
    return SearchIndex(tmp_path / "index")


@pytest.fixture
def find(index: SearchIndex) -> Callable[..., list[int]]:
    """Ids of the recordings that answer a query, best first."""

    def find(query: str, **options: object) -> list[int]:
        return [hit.recording_id for hit in index.search(query, **options).hits]  # type: ignore[arg-type]

    return find
