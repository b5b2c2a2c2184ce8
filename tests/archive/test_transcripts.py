from dataclasses import replace
from itertools import pairwise

import pytest

from archive.database import Database
from archive.errors import SupersededError
from archive.models import TranscriptKind
from archive.transcript import Segment, Word
from archive.transcripts import (
    begin_transcript,
    complete_transcript,
    current_transcript,
    keep_batch,
    keep_edits,
    language_before,
    main_language,
    spoken_languages,
)
from tests.conftest import START


def _segment(start_ms: int, text: str, language: str = "en") -> Segment:
    words = tuple(
        Word(
            start_ms=start_ms + 100 * n,
            end_ms=start_ms + 100 * n + 90,
            text=f" {word}",
            confidence=0.5,
        )
        for n, word in enumerate(text.split())
    )
    return Segment(
        start_ms=start_ms,
        end_ms=words[-1].end_ms,
        text=text,
        language=language,
        confidence=0.75,
        words=words,
    )


def test_a_transcript_comes_back_as_it_was_kept(database: Database, recording_id: int) -> None:
    first, second = _segment(0, "oxygen is given"), _segment(5000, "merci beaucoup", "fr")
    with database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        keep_batch(session, transcript_id, 1, [second])
        keep_batch(session, transcript_id, 0, [first])
        complete_transcript(session, transcript_id)

    with database.read() as session:
        kept = current_transcript(session, recording_id)
    assert kept is not None
    assert kept.segments == (first, second)
    assert (kept.version, kept.model, kept.created_at) == (1, "base", START)


def test_a_batch_done_again_replaces_its_segments_only(
    database: Database, recording_id: int
) -> None:
    with database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        keep_batch(session, transcript_id, 0, [_segment(0, "one")])
        keep_batch(session, transcript_id, 1, [_segment(1000, "two")])
        keep_batch(session, transcript_id, 1, [_segment(1000, "two again")])
        complete_transcript(session, transcript_id)

    with database.read() as session:
        kept = current_transcript(session, recording_id)
    assert kept is not None
    assert [segment.text for segment in kept.segments] == ["one", "two again"]


def test_a_transcript_is_not_shown_before_it_is_complete(
    database: Database, recording_id: int
) -> None:
    with database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        keep_batch(session, transcript_id, 0, [_segment(0, "one")])

    with database.read() as session:
        assert current_transcript(session, recording_id) is None
        partial = current_transcript(session, recording_id, partial=True)
    assert partial is not None
    assert not partial.complete


def test_the_older_transcript_is_shown_until_the_newer_is_complete(
    database: Database, recording_id: int
) -> None:
    with database.begin() as session:
        old = begin_transcript(session, recording_id, model="tiny", now=START)
        complete_transcript(session, old)
        new = begin_transcript(session, recording_id, model="base", now=START)

    with database.begin() as session:
        before = current_transcript(session, recording_id, partial=True)
        complete_transcript(session, new)
        after = current_transcript(session, recording_id)
    assert before is not None
    assert after is not None
    assert (before.model, after.model, after.version) == ("tiny", "base", 2)


def test_the_main_language_is_the_one_spoken_longest() -> None:
    segments = [_segment(0, "a b c"), _segment(1000, "d", "fr"), _segment(2000, "e", "fr")]

    assert main_language(segments) == "en"
    assert main_language([]) is None


def test_languages_spoken_for_more_than_a_moment_are_told_longest_first() -> None:
    segments = [
        Segment(start_ms=0, end_ms=60_000, text="a", language="en", confidence=1, words=()),
        Segment(start_ms=60_000, end_ms=90_000, text="b", language="fr", confidence=1, words=()),
        Segment(start_ms=90_000, end_ms=90_900, text="c", language="cy", confidence=1, words=()),
    ]

    assert spoken_languages(segments) == ("en", "fr")


def test_what_a_person_edited_stays_when_a_machine_transcribes_again(
    database: Database, recording_id: int
) -> None:
    edited = replace(_segment(2_000, "artesunate was given"), edited=True)
    with database.begin() as session:
        first = begin_transcript(session, recording_id, model="tiny.en", now=START)
        keep_batch(session, first, 0, [_segment(0, "good morning"), edited])
        complete_transcript(session, first)
        second = begin_transcript(session, recording_id, model="base", now=START)
        keep_batch(session, second, 0, [_segment(0, "Good morning all")])
        keep_batch(session, second, 1, [_segment(1_900, "artisanate was given")])
        complete_transcript(session, second)

    with database.read() as session:
        kept = current_transcript(session, recording_id)
    assert kept is not None
    assert kept.model == "base"
    assert [s.text for s in kept.segments if s.edited] == ["artesunate was given"]
    assert kept.segments[0].text == "Good morning all"
    assert "artisanate" not in " ".join(s.text for s in kept.segments if s.start_ms >= 2_000)


def test_words_around_an_edit_are_kept() -> None:
    long = _segment(0, "one two three four five six")
    edited = replace(_segment(200, "drei vier"), edited=True)

    kept = keep_edits([long], [edited])

    assert [segment.text for segment in kept] == ["one two", "drei vier", "five six"]
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(kept))


def test_a_translation_is_kept_apart_from_what_was_said(
    database: Database, recording_id: int
) -> None:
    with database.begin() as session:
        spoken = begin_transcript(session, recording_id, model="base", now=START)
        keep_batch(session, spoken, 0, [_segment(0, "bonjour à tous", "fr")])
        complete_transcript(session, spoken)
        english = begin_transcript(
            session, recording_id, model="base", now=START, kind=TranscriptKind.TRANSLATION
        )
        keep_batch(session, english, 0, [_segment(0, "good morning")])
        complete_transcript(session, english)

    with database.read() as session:
        said = current_transcript(session, recording_id)
        translated = current_transcript(session, recording_id, kind=TranscriptKind.TRANSLATION)
    assert said is not None
    assert translated is not None
    assert (said.segments[0].text, said.version) == ("bonjour à tous", 1)
    assert (translated.segments[0].text, translated.version) == ("good morning", 1)


def test_a_batch_of_a_transcript_that_was_begun_anew_is_dropped(
    database: Database, recording_id: int
) -> None:
    with database.begin() as session:
        first = begin_transcript(session, recording_id, model="base", now=START)
        second = begin_transcript(session, recording_id, model="base", now=START)

    # SQLite may give the second the first one's number; then there is nothing to tell apart.
    gone = first if first != second else first + 1
    with database.begin() as session, pytest.raises(SupersededError):
        keep_batch(session, gone, 0, [_segment(0, "late")])


def test_the_language_spoken_before_a_batch_is_known(database: Database, recording_id: int) -> None:
    with database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="base", now=START)
        keep_batch(session, transcript_id, 0, [_segment(0, "hello"), _segment(900, "oui", "fr")])

        assert language_before(session, transcript_id, 1) == "fr"
        assert language_before(session, transcript_id, 0) is None
