"""Doubtful places are heard again when there is nothing else to do, through kills, for search.

Real worker processes and the real model.
"""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.clock import utc_now
from archive.database import Database
from archive.index import Reason, SearchIndex, Track
from archive.jobs import Jobs
from archive.models import StageState, TranscriptReadings
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.processing import cancel, transcribe_again
from archive.readings import read_readings
from archive.settings import Settings
from archive.transcript import Reading
from tests.worker.test_second_pass import MEDIA, Archive, wait_until
from worker.stages.indexing import differing, expected_contents

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture
def archive(settings: Settings, database: Database) -> Archive:
    return Archive(settings, database, {"ARCHIVE_WHISPER_MODEL": "tiny.en"})


def readings(archive: Archive, recording_id: int) -> tuple[Reading, ...]:
    transcript = archive.transcript(recording_id)
    with archive.database.read() as session:
        return read_readings(session, transcript.transcript_id, transcript.segments)


def test_what_was_not_clear_is_found_once_it_was_heard_again(
    archive: Archive, session_of_a_minute: Path
) -> None:
    """`tiny.en` writes "Ibraham" for Ibrahim."""
    with archive.worker():
        recording_id = archive.deposit(session_of_a_minute)
        wait_until(lambda: archive.ready(recording_id))
        wait_until(lambda: archive.run(recording_id, Stage.READINGS) is not None)
        ready_without = not readings(archive, recording_id)
    with archive.worker():
        wait_until(archive.idle)

    assert ready_without, "a recording is ready before it is heard again"
    run = archive.run(recording_id, Stage.READINGS)
    assert run is not None
    assert (run.state, run.fraction) == (StageState.DONE, 1.0)
    found = readings(archive, recording_id)
    assert found
    transcript = archive.transcript(recording_id)
    with archive.database.read() as session:
        kept = session.scalars(select(TranscriptReadings.transcript_id)).all()
    assert set(kept) == {transcript.transcript_id}
    index = SearchIndex(archive.settings.index_dir)
    assert dict(index.contents()) == expected_contents(archive.database)
    written = {word.text.strip(" .,").casefold() for s in transcript.segments for word in s.words}
    other, text = next(
        (one, text)
        for one in sorted(found, key=lambda one: -max(map(len, one.texts)))
        for text in sorted(one.texts, key=len, reverse=True)
        if text not in written
    )
    (hit,) = index.search(text).hits
    assert not hit.exact
    # Of runs that may be it, and overlap, the shortest is told; and it may sound like others.
    moment = next(
        one
        for one in index.moments(text, recording_id)
        if one.start_ms < other.end_ms and one.end_ms > other.start_ms
    )
    assert moment.track is Track.SPEECH
    assert Reason.SOUND in [one.reason for one in moment.instead]


def test_the_transcript_that_stays_when_a_second_pass_is_stopped_is_heard_again_once(
    archive: Archive, session_of_a_minute: Path
) -> None:
    archive.models["ARCHIVE_SECOND_MODEL"] = "base"
    with archive.worker():
        recording_id = archive.deposit(session_of_a_minute)
        wait_until(lambda: archive.run(recording_id, Stage.REFINEMENT) is not None)
        first = archive.transcript(recording_id)
        with archive.database.begin() as session, closing(Jobs(archive.database)) as jobs:
            stopped = cancel(session, jobs, recording_id, actor=OPERATOR, now=utc_now())
        wait_until(archive.idle)
        wait_until(lambda: archive.run(recording_id, Stage.READINGS) is not None)
        wait_until(archive.idle)
        heard = [name for name in archive.jobs() if name.startswith("reread")]
        with archive.database.begin() as session, closing(Jobs(archive.database)) as jobs:
            transcribe_again(session, jobs, recording_id, actor=OPERATOR, now=utc_now())
        wait_until(lambda: archive.run(recording_id, Stage.TRANSCRIPTION) is not None)
        with archive.database.begin() as session, closing(Jobs(archive.database)) as jobs:
            cancel(session, jobs, recording_id, actor=OPERATOR, now=utc_now())
        wait_until(archive.idle)

    assert stopped == {Stage.REFINEMENT}
    assert archive.transcript(recording_id) == first
    run = archive.run(recording_id, Stage.READINGS)
    assert run is not None
    assert run.state is StageState.DONE
    assert readings(archive, recording_id)
    assert len(heard) == 1
    assert [name for name in archive.jobs() if name.startswith("reread")] == heard
    assert differing(archive.database, SearchIndex(archive.settings.index_dir).contents()) == []


def test_it_is_left_out_where_the_settings_say_so(archive: Archive) -> None:
    archive.models["ARCHIVE_READINGS"] = "no"
    with archive.worker():
        recording_id = archive.deposit(MEDIA / "two-voices.ogg")
        wait_until(lambda: archive.ready(recording_id))
        wait_until(archive.idle)

    assert archive.run(recording_id, Stage.READINGS) is None
