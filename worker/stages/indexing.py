"""Bringing the search index to what the database says of a recording."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.index import IndexDocument, IndexedState, SearchIndex
from archive.models import Publication, Recording, StageRun, StageState, Status
from archive.pipeline import Stage
from archive.transcripts import current_transcript
from worker.parts import Parts
from worker.stages.report import stage_run


def index(parts: Parts, recording_id: int) -> None:
    """Add the recording to the search, as a stage of its pipeline."""
    with stage_run(parts.database, recording_id, Stage.INDEX, parts.clock):
        follow(parts, recording_id)


def follow(parts: Parts, recording_id: int) -> None:
    """Make the index say what the database says of one recording."""
    parts.index.refresh([recording_id], reload=partial(_documents, parts.database))


def index_document(session: Session, recording_id: int) -> IndexDocument | None:
    """Read what the index should hold of a recording; None: nothing."""
    recording = session.get(Recording, recording_id)
    if recording is None or recording.status in (Status.REJECTED, Status.FAILED):
        return None
    transcript = current_transcript(session, recording_id)
    return IndexDocument(
        recording_id=recording.id,
        version=recording.version,
        public=recording.publication is Publication.PUBLISHED,
        title=recording.title,
        description=recording.description,
        collection=recording.collection.title if recording.collection else "",
        language=recording.language or recording.detected_language or "",
        recorded_on=recording.recorded_on,
        segments=transcript.segments if transcript else (),
    )


def rebuild(
    database: Database, index: SearchIndex, *, on_progress: Callable[[int, int], None]
) -> int:
    """Build the index anew from the database; returns how many recordings it holds.

    Args:
        on_progress: Told how many recordings are done, and of how many.
    """
    with database.read() as session:
        ids = session.scalars(select(Recording.id).order_by(Recording.id)).all()
    return index.rebuild(
        _documents(database, ids),
        reload=partial(_documents, database),
        progress=lambda done: on_progress(done, len(ids)),
    )


def _documents(database: Database, recording_ids: Sequence[int]) -> Iterator[IndexDocument]:
    """Read what the index should hold of these recordings, one at a time."""
    for recording_id in recording_ids:
        with database.read() as session:
            document = index_document(session, recording_id)
        if document is not None:
            yield document


def expected_contents(database: Database) -> dict[int, IndexedState]:
    """Return what the index should hold: recordings that the pipeline has brought there."""
    with database.read() as session:
        rows = session.execute(
            select(Recording.id, Recording.version, Recording.publication)
            .join(StageRun, StageRun.recording_id == Recording.id)
            .where(
                StageRun.stage == Stage.INDEX,
                StageRun.state == StageState.DONE,
                Recording.status.not_in([Status.REJECTED, Status.FAILED]),
            )
        ).all()
    return {
        row.id: IndexedState(version=row.version, public=row.publication is Publication.PUBLISHED)
        for row in rows
    }
