import pytest

from archive.database import Database
from archive.deposits import Description, deposit
from archive.jobs import Jobs
from archive.storage import Blob
from archive.transcript import Segment, Word
from archive.transcripts import (
    begin_transcript,
    complete_transcript,
    current_transcript,
    keep_batch,
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


@pytest.fixture
def recording_id(database: Database, jobs: Jobs) -> int:
    with database.begin() as session:
        return deposit(
            session,
            jobs,
            blob=Blob(sha256="cd" * 32, size_bytes=1),
            file_name="a.mp4",
            description=Description(),
            depositor_id=None,
            publish=False,
            now=START,
        ).recording_id


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
