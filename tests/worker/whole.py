"""What must be true of a recording whose workers were killed, once it is finished."""

from collections.abc import Mapping
from itertools import pairwise

from sqlalchemy import select

from archive.clock import utc_now
from archive.database import Database
from archive.index import SearchIndex
from archive.models import StageRun, StageState, Status, Transcript
from archive.permissions import OPERATOR
from archive.recordings import get_recording
from archive.settings import Settings
from archive.transcripts import current_transcript
from worker.stages.indexing import expected_contents


def check_whole(
    settings: Settings, database: Database, recording_id: int, *, phrase: str, times: int
) -> Mapping[str, StageRun]:
    """Finished, no segment twice, none missing, and searchable; returns the runs by stage.

    Args:
        settings: of the archive.
        database: of the archive.
        recording_id: the only recording.
        phrase: in lower case, what is said in it again and again.
        times: how often.
    """
    with database.read() as session:
        view = get_recording(session, recording_id, actor=OPERATOR, now=utc_now())
        transcript = current_transcript(session, recording_id)
        transcripts = session.scalars(select(Transcript)).all()
        runs = {run.stage: run for run in session.scalars(select(StageRun))}
    assert view.status is Status.READY
    assert view.shortcomings == ()
    assert transcript is not None
    assert len(transcripts) == 1
    assert all(run.state in (StageState.DONE, StageState.SKIPPED) for run in runs.values())
    starts = [segment.start_ms for segment in transcript.segments]
    assert starts == sorted(set(starts))
    assert all(a.end_ms <= b.start_ms + 1 for a, b in pairwise(transcript.segments))
    spoken = " ".join(segment.text.lower() for segment in transcript.segments)
    assert spoken.count(phrase) == times
    index = SearchIndex(settings.index_dir)
    assert dict(index.contents()) == expected_contents(database)
    (hit,) = index.search(f'"{phrase}"').hits
    assert hit.moment_count == times
    return runs
