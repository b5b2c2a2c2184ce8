"""Every phrase drawn at random from what was said or shown is found, at its word.

A phrase is 2 to 8 words as the recognizer wrote them, punctuation and all, wherever they begin
and end: across captions, paragraphs, languages and the lines of slides.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from archive.index import Moment, SearchIndex, SlideText, Track
from archive.transcript import Segment
from tests.archive.index.conftest import make_document
from tests.archive.index.eight import SENTENCES, real_sessions, session

DRAWS = 1_000
SEED = 20_261_124
SAME_MS = 10_000
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»「」『』', " "))


Spoken = tuple[str, int, int]
"""A word as written, with what stands before it; start and end in ms."""


@dataclass(frozen=True)
class Written:
    """One track of a recording as its words were given to the index."""

    recording_id: int
    track: Track
    words: tuple[Spoken, ...]


def _sessions() -> Iterator[list[Segment]]:
    yield from real_sessions()
    for number, language in enumerate(SENTENCES):
        yield session([language], 40, seed=number)
    for number in range(8):
        yield session(list(SENTENCES), 60, seed=100 + number)


def _slides(chance: random.Random) -> list[SlideText]:
    slides = []
    for number in range(6):
        lines = [
            chance.choice(SENTENCES[chance.choice(list(SENTENCES))])
            for _ in range(chance.randrange(1, 5))
        ]
        slides.append(
            SlideText(
                start_ms=number * 60_000, end_ms=number * 60_000 + 50_000, text="\n".join(lines)
            )
        )
    return slides


def _of_speech(recording_id: int, track: Track, segments: list[Segment]) -> Written:
    words = []
    for segment in segments:
        for place, word in enumerate(segment.words):
            before = " " if place == 0 else ""
            words.append((before + word.text, word.start_ms, word.end_ms))
    return Written(recording_id, track, tuple(words))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[SearchIndex, list[Written]]:
    index = SearchIndex(tmp_path_factory.mktemp("phrases") / "index")
    chance = random.Random(SEED)
    documents, written = [], []
    for number, segments in enumerate(_sessions(), 1):
        slides = _slides(chance)
        translation = session(["en"], 10, seed=1_000 + number)
        documents.append(
            make_document(
                number,
                *segments,
                slides=slides,
                translation=translation,
                language=segments[0].language,
            )
        )
        written.append(_of_speech(number, Track.SPEECH, segments))
        written.append(_of_speech(number, Track.TRANSLATION, translation))
        written += [
            Written(
                number,
                Track.SLIDE,
                tuple(
                    (f" {word}", slide.start_ms, slide.end_ms or 0) for word in slide.text.split()
                ),
            )
            for slide in slides
        ]
    index.update(documents)
    return index, written


def _draw(written: list[Written], chance: random.Random) -> tuple[Written, int, int]:
    """Choose a track, as often as it has words, and words in it: first and last."""
    while True:
        one = chance.choices(written, [len(track.words) for track in written])[0]
        length = chance.randint(2, 8)
        first = chance.randrange(max(len(one.words) - length + 1, 1))
        last = min(first + length, len(one.words)) - 1
        heard = [any(map(str.isalnum, word)) for word, _, _ in one.words[first : last + 1]]
        # It begins and ends with something that is said, and is more than that.
        if heard[0] and heard[-1] and sum(heard) > 1:
            return one, first, last


def _is_at(at_ms: int, word: Spoken) -> bool:
    """Whether a time is that of a word: its start, but characters of Chinese share a word's."""
    text, start_ms, end_ms = word
    shared = any("\u4e00" <= character <= "\u9fff" for character in text)
    return start_ms <= at_ms < end_ms if shared else at_ms in (start_ms, end_ms - 1)


def _holds(moment: Moment, track: Track, word: Spoken) -> bool:
    """Whether a moment is where a word is; what is said in the very words stands for the rest."""
    _, start_ms, end_ms = word
    if moment.track is track and moment.start_ms < end_ms and start_ms <= moment.end_ms:
        return True
    said = track is Track.TRANSLATION and moment.track is Track.SPEECH
    return said and abs(moment.start_ms - start_ms) <= SAME_MS


@pytest.mark.slow
def test_every_drawn_phrase_is_found_at_its_word(
    archive: tuple[SearchIndex, list[Written]],
) -> None:
    index, written = archive
    chance = random.Random(SEED)
    missed: list[str] = []
    for number in range(DRAWS):
        if number == DRAWS // 2:
            index.search("artisunnate")  # From here on the places of words are known.
        one, first, last = _draw(written, chance)
        phrase = "".join(word for word, _, _ in one.words[first : last + 1])
        phrase = " ".join(phrase.translate(_QUOTES).split())

        query = f'"{phrase}"'
        hits = index.search(query, page_size=100, tolerant=False).hits
        moments = index.moments(query, one.recording_id)
        words = index.matched_words(query, one.recording_id, track=one.track)

        first_word, last_word = one.words[first], one.words[last]
        if not (
            one.recording_id in [hit.recording_id for hit in hits]
            and any(_is_at(start, first_word) for start, _ in words)
            and any(_is_at(end - 1, last_word) for _, end in words)
            and any(_holds(moment, one.track, first_word) for moment in moments)
        ):
            missed.append(f"{one.recording_id} {one.track} {first_word[1]} {query}")

    assert missed == []
