"""Bringing the search index to what the database says of a recording."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.database import Database
from archive.describing.reading import read_described
from archive.describing.values import Described
from archive.errors import IndexBusyError, SearchIndexError
from archive.imported_captions import untouched_cues
from archive.index import IndexDocument, IndexedState, SearchIndex, SlideText
from archive.models import (
    Publication,
    Recording,
    StageRun,
    StageState,
    Status,
    TranscriptKind,
)
from archive.models.transcript import CAPTIONS
from archive.pipeline import Stage
from archive.privacy.reading import read_cuts, readable_slides, readable_transcript
from archive.readings import read_readings
from archive.speakers import read_names
from archive.subjects import subjects_of
from archive.transcript import Segment
from archive.transcripts import KeptTranscript, spoken_languages
from worker.parts import Parts
from worker.stages.report import stage_run

logger = logging.getLogger(__name__)

_KEPT_OUT = (Status.REJECTED, Status.FAILED)
_TAKEN_OUT = (Publication.BINNED, Publication.GONE)
_IMPORTED = 0.5
"""How sure of a word of imported captions: less than what search takes for certain."""


def index(parts: Parts, recording_id: int) -> None:
    """Add the recording to the search, as a stage of its pipeline."""
    with stage_run(parts.database, recording_id, Stage.INDEX, parts.clock):
        refresh(parts, [recording_id])


def refresh(parts: Parts, recording_ids: Sequence[int]) -> None:
    """Make the index say what the database says of some recordings, as one commit.

    An index that cannot be written is built anew, and then says it too.
    """
    generation = parts.index.generation
    try:
        parts.index.refresh(recording_ids, reload=partial(_documents, parts.database))
    except IndexBusyError:
        raise
    except SearchIndexError as exc:
        logger.warning("recordings=%s: %s; the index is built anew", recording_ids, exc)
        replace_damaged(parts, generation)


def index_document(session: Session, recording_id: int) -> IndexDocument | None:
    """Read what the index should hold of a recording; None: nothing.

    Of one that is still being transcribed, the paragraphs that are there.
    """
    recording = session.get(Recording, recording_id)
    if recording is None or not _is_indexed(recording):
        return None
    described = read_described(session, [recording_id])[recording_id]
    said = described.languages
    shown_from_ms = read_cuts(session, recording_id).shown_from_ms
    transcript = readable_transcript(session, recording_id, partial=True)
    translation = readable_transcript(session, recording_id, kind=TranscriptKind.TRANSLATION)
    return IndexDocument(
        recording_id=recording.id,
        version=recording.version,
        public=recording.publication is Publication.PUBLISHED,
        title=recording.title,
        description=_about(described),
        collection="\n".join(described.collections),
        language=recording.language or (*said, recording.detected_language or "")[0],
        recorded_on=recording.recorded_on,
        segments=_as_sure(session, transcript) if transcript else (),
        speakers=tuple(
            dict.fromkeys(
                [*read_names(session, recording_id).values(), *recording.speakers.splitlines()]
            )
        ),
        slides=tuple(
            SlideText(
                start_ms=max(slide.start_ms, shown_from_ms), end_ms=slide.end_ms, text=slide.text
            )
            for slide in readable_slides(session, recording_id)
        ),
        translation=translation.segments if translation else (),
        readings=(
            read_readings(session, transcript.transcript_id, transcript.segments)
            if transcript
            else ()
        ),
        subjects=subjects_of(session, recording_id),
        languages=tuple(
            dict.fromkeys((*said, *(spoken_languages(transcript.segments) if transcript else ())))
        ),
        checked=transcript is not None and transcript.checked,
    )


def _as_sure(session: Session, transcript: KeptTranscript) -> tuple[Segment, ...]:
    """Return the segments of a transcript, with each word as sure as it is.

    Imported captions say nothing of it, and many were made by machine: until people here have
    changed or checked a cue, its words may be misheard as well as any.
    """
    if transcript.source != CAPTIONS or transcript.checked:
        return transcript.segments
    untouched = untouched_cues(session, transcript.transcript_id)
    return tuple(
        replace(
            segment,
            edited=False,
            confidence=_IMPORTED,
            words=tuple(replace(word, confidence=_IMPORTED) for word in segment.words),
        )
        if segment.uid in untouched
        else segment
        for segment in transcript.segments
    )


def _about(described: Described) -> str:
    """Return what is found in the description: also who held the session, and who helped."""
    others = [one.name for one in described.people if one.name not in described.speakers]
    return "\n".join(
        part
        for part in (
            described.description,
            described.organisation,
            *dict.fromkeys(others),
            *(one.value for one in described.identifiers),
        )
        if part
    )


def replace_damaged(parts: Parts, generation: str) -> None:
    """Build the index anew in place of one that is damaged, if nobody has done so since.

    Args:
        parts: of the worker.
        generation: the damaged one, as `SearchIndex.generation` names it.

    Raises:
        IndexBusyError: another worker builds it.
    """
    if parts.index.generation != generation:
        logger.info("generation=%s is replaced already", generation)
        return
    count = rebuild(parts.database, parts.index, on_progress=lambda _done, _all: None)
    logger.info("generation=%s replaced recordings=%d", generation, count)


def replace_if_damaged(parts: Parts, generation: str) -> None:
    """Build the index anew if it is damaged, as a search that failed took it to be.

    One that is whole is left as it is: then the mistake is ours, and building would go on for as
    long as somebody asks the same.

    Args:
        parts: of the worker.
        generation: as for `replace_damaged`.

    Raises:
        IndexBusyError: another worker builds it.
    """
    try:
        parts.index.verify()
    except SearchIndexError as exc:
        logger.warning("generation=%s: %s", generation, exc)
        replace_damaged(parts, generation)
    else:
        logger.error("generation=%s is whole, but a search of it failed", generation)


def mend(database: Database, index: SearchIndex) -> None:
    """Build the index anew when it cannot be read: damaged, or from another version.

    For the start of a worker, before anything is written to it. Takes a second for some ten
    recordings; searching answers "being rebuilt" until it is done.
    """
    try:
        index.contents()
    except SearchIndexError as exc:
        logger.warning("%s; rebuilding it now", exc)
    else:
        return
    try:
        count = rebuild(database, index, on_progress=lambda _done, _all: None)
    except SearchIndexError as exc:
        # Another worker that started at the same time does it, or the disk is full.
        logger.warning("the search index was not rebuilt here: %s", exc)
    else:
        logger.info("recordings=%d indexed anew", count)


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
    states = _states(database)
    with database.read() as session:
        brought = session.scalars(
            select(StageRun.recording_id).where(
                StageRun.stage == Stage.INDEX, StageRun.state == StageState.DONE
            )
        ).all()
    return {one: states[one] for one in brought if one in states}


def differing(database: Database, held: Mapping[int, IndexedState]) -> list[int]:
    """Return the recordings of which the index does not say what the database says, in order.

    One that the pipeline has not brought there (it is being transcribed, for the first time or
    again, or that was stopped) may be in the index or not. If it is, then as it is in the
    database; of one under way only as public as that, since its paragraphs come one by one.

    Args:
        database: the truth.
        held: what the index holds.
    """
    states, under_way = _states(database), _under_way(database)
    missing = expected_contents(database).keys() - held.keys() - under_way.keys()
    other = {
        recording_id
        for recording_id, found in held.items()
        if found != states.get(recording_id)
        and not (recording_id in under_way and found.public == under_way[recording_id])
    }
    return sorted(missing | other)


def waiting(
    database: Database, held: Mapping[int, IndexedState], *, urgent_only: bool = False
) -> list[int]:
    """Return the recordings that `differing` tells of, the most urgent first.

    Those that became public or were taken back, then what was changed last.

    Args:
        database: the truth.
        held: what the index holds.
        urgent_only: only the former.
    """
    differ = differing(database, held)
    if not differ:
        return []
    states = _states(database)

    def is_urgent(recording_id: int) -> bool:
        wanted, found = states.get(recording_id), held.get(recording_id)
        return bool(wanted and wanted.public) != bool(found and found.public)

    with database.read() as session:
        changed_at = {
            row.id: row.updated_at.timestamp()
            for row in session.execute(select(Recording.id, Recording.updated_at))
        }
    return sorted(
        filter(is_urgent, differ) if urgent_only else differ,
        key=lambda one: (not is_urgent(one), -changed_at.get(one, 0.0)),
    )


def indexed_state(database: Database, recording_id: int) -> IndexedState | None:
    """Return how the index should hold a recording; None: not at all."""
    with database.read() as session:
        recording = session.get(Recording, recording_id)
    if recording is None or not _is_indexed(recording):
        return None
    return IndexedState(
        version=recording.version, public=recording.publication is Publication.PUBLISHED
    )


def _is_indexed(recording: Recording) -> bool:
    return recording.status not in _KEPT_OUT and recording.publication not in _TAKEN_OUT


def _states(database: Database) -> dict[int, IndexedState]:
    """Return how the index should hold each recording that may be in it."""
    with database.read() as session:
        rows = session.execute(
            select(Recording.id, Recording.version, Recording.publication).where(
                Recording.status.not_in(_KEPT_OUT), Recording.publication.not_in(_TAKEN_OUT)
            )
        ).all()
    return {
        row.id: IndexedState(version=row.version, public=row.publication is Publication.PUBLISHED)
        for row in rows
    }


def unlike(
    database: Database, index: SearchIndex, *, on_progress: Callable[[int, int], None]
) -> list[int]:
    """Return the recordings of which the index holds something else than the database, in order.

    Each is read anew from the database and compared with what the index was made from. Those
    under way are not: what is heard of them goes into the index paragraph by paragraph.

    Args:
        database: the truth.
        index: what is to follow it.
        on_progress: told how many recordings are done, and of how many.

    Raises:
        SearchIndexError: the index is damaged.
    """
    ids = sorted(index.contents().keys() - _under_way(database).keys())
    found = []
    for done, recording_id in enumerate(ids, 1):
        with database.read() as session:
            document = index_document(session, recording_id)
        if document is None or not index.holds(document):
            found.append(recording_id)
        on_progress(done, len(ids))
    return found


def _under_way(database: Database) -> dict[int, bool]:
    """Return the recordings that are being worked on, and whether each is public."""
    with database.read() as session:
        rows = session.execute(
            select(Recording.id, Recording.publication).where(
                Recording.status.in_([Status.WAITING, Status.PROCESSING])
            )
        ).all()
    return {row.id: row.publication is Publication.PUBLISHED for row in rows}
