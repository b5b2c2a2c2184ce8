"""What the index is given of recordings, read from the database.

One that cannot be read (a damaged row) holds up no other: it is told of where its INDEX stage is,
so under "My recordings" and wherever else it is told what a recording lacks.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from archive.clock import Clock
from archive.database import Database, explained
from archive.describing.reading import read_described
from archive.describing.values import Described
from archive.errors import (
    DamagedError,
    DatabaseError,
    SearchIndexError,
    SupersededError,
    UnreadableError,
)
from archive.imported_captions import untouched_cues
from archive.index import IndexDocument, SlideText
from archive.models import Publication, Recording, StageRun, StageState, Status, TranscriptKind
from archive.models.transcript import CAPTIONS
from archive.pipeline import Stage
from archive.privacy.reading import read_cuts, readable_slides, readable_transcript
from archive.readings import read_readings
from archive.speakers import read_names
from archive.subjects import subjects_of
from archive.transcript import Segment
from archive.transcripts import KeptTranscript, spoken_languages

KEPT_OUT = (Status.REJECTED, Status.FAILED)
TAKEN_OUT = (Publication.BINNED, Publication.GONE)
_IMPORTED = 0.5
"""How sure of a word of imported captions: less than what search takes for certain."""
_MOST_OF_CAUSE = 200


class Documents:
    """Reads all recordings for a rebuild of the index, which those it cannot read do not stop."""

    def __init__(self, database: Database, recording_ids: Sequence[int]) -> None:
        """Name what is to be read."""
        self._database = database
        self._ids = recording_ids
        self._left_out: set[int] = set()
        self._last: int | None = None
        self.unreadable: dict[int, UnreadableError] = {}
        """Those that could not be read the last time they were."""

    def all(self) -> Iterator[IndexDocument]:
        """Read all of them, one at a time.

        Raises:
            SearchIndexError: none of several can be read; then the mistake is not in them.
        """
        yield from self.read(self._ids)
        if len(self._ids) > 1 and len(self.unreadable) == len(self._ids):
            first = self.unreadable[self._ids[0]]
            raise SearchIndexError(
                f"none of the {len(self._ids)} recordings can be read, so the search index is left "
                f"as it is; the first: {first}"
            )

    def read(self, recording_ids: Sequence[int]) -> Iterator[IndexDocument]:
        """Read some of them, one at a time."""
        for recording_id in recording_ids:
            if recording_id in self._left_out:
                continue
            try:
                document = read_document(self._database, recording_id)
            except UnreadableError as exc:
                self.unreadable[recording_id] = exc
                continue
            self.unreadable.pop(recording_id, None)
            if document is not None:
                self._last = recording_id
                yield document
            self._last = None

    def leave_out_last(self, error: Exception) -> bool:
        """Leave out what was read last, since the index cannot take it; False: there is nothing."""
        if self._last is None:
            return False
        self._left_out.add(self._last)
        self.unreadable[self._last] = unreadable(self._last, "what is kept of it", error)
        self._last = None
        return True


def read_documents(database: Database, recording_ids: Sequence[int]) -> Iterator[IndexDocument]:
    """Read what the index should hold of these recordings, one at a time.

    Raises:
        UnreadableError: one of them cannot be read.
    """
    for recording_id in recording_ids:
        document = read_document(database, recording_id)
        if document is not None:
            yield document


def read_document(database: Database, recording_id: int) -> IndexDocument | None:
    """Read what the index should hold of a recording; None: nothing.

    Raises:
        UnreadableError: it cannot be read, but others perhaps can.
        DatabaseError: the database cannot be used.
    """
    with _reading(recording_id, "what is kept of it"), database.read() as session:
        return index_document(session, recording_id)


def unreadable(recording_id: int, what: str, error: Exception) -> UnreadableError:
    """Say that a recording cannot be brought into the index, why, and what to do.

    Args:
        recording_id: of the recording.
        what: cannot be read of it, as a noun: "its transcript".
        error: that came of trying.
    """
    if isinstance(error, UnreadableError):
        return error
    cause = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    told = UnreadableError(
        f"Recording {recording_id}: {what} cannot be read from the database "
        f"({cause[:_MOST_OF_CAUSE]}), so the search cannot follow it. Mend it, or restore the "
        "database from a backup; then “Try again” or `webinar-archive reindex`."
    )
    told.__cause__ = error
    return told


@contextmanager
def _reading(recording_id: int, what: str) -> Iterator[None]:
    """Name what is read of a recording, should it be damaged: reading it may raise anything."""
    try:
        with explained():
            yield
    except (UnreadableError, SupersededError, OSError, MemoryError):
        raise
    except DatabaseError as exc:
        if not isinstance(exc, DamagedError):
            raise
        raise unreadable(recording_id, what, exc) from exc
    except Exception as exc:
        raise unreadable(recording_id, what, exc) from exc


def tell_of_unreadable(
    database: Database,
    errors: Mapping[int, UnreadableError],
    *,
    brought: Collection[int],
    clock: Clock,
) -> None:
    """Let the INDEX stage of recordings say that they could not be read, or can be again.

    Only where it has ended: of one under way its pipeline tells.

    Args:
        database: of the archive.
        errors: why recordings could not be read.
        brought: those of which the index says now what the database says.
        clock: the present.
    """
    of_index = StageRun.stage == Stage.INDEX
    failed = StageRun.state == StageState.FAILED
    with database.read() as session:
        rows = session.execute(
            select(StageRun.recording_id, StageRun.problem).where(of_index, failed)
        ).all()
    told = {row.recording_id: row.problem for row in rows}
    mended = told.keys() & set(brought)
    news = {one: str(error) for one, error in errors.items() if told.get(one) != str(error)}
    if not mended and not news:
        return
    with database.begin() as session:
        for recording_id in mended:
            session.execute(
                update(StageRun)
                .where(StageRun.recording_id == recording_id, of_index, failed)
                .values(state=StageState.DONE, problem=None, fraction=1.0, updated_at=clock())
            )
        for recording_id, problem in news.items():
            session.execute(
                update(StageRun)
                .where(
                    StageRun.recording_id == recording_id,
                    of_index,
                    StageRun.state.in_([StageState.DONE, StageState.FAILED]),
                )
                .values(state=StageState.FAILED, problem=problem, updated_at=clock())
            )


def is_indexed(recording: Recording) -> bool:
    """Tell whether a recording may be in the index."""
    return recording.status not in KEPT_OUT and recording.publication not in TAKEN_OUT


def index_document(session: Session, recording_id: int) -> IndexDocument | None:
    """Read what the index should hold of a recording; None: nothing.

    Of one that is still being transcribed, the paragraphs that are there.
    """
    recording = session.get(Recording, recording_id)
    if recording is None or not is_indexed(recording):
        return None
    described = read_described(session, [recording_id])[recording_id]
    said = described.languages
    shown_from_ms = read_cuts(session, recording_id).shown_from_ms
    with _reading(recording_id, "its transcript"):
        transcript = readable_transcript(session, recording_id, partial=True)
        segments = _as_sure(session, transcript) if transcript else ()
    with _reading(recording_id, "its translation"):
        translation = readable_transcript(session, recording_id, kind=TranscriptKind.TRANSLATION)
    with _reading(recording_id, "what its slides say"):
        slides = readable_slides(session, recording_id)
    return IndexDocument(
        recording_id=recording.id,
        version=recording.version,
        public=recording.publication is Publication.PUBLISHED,
        title=recording.title,
        description=_about(described),
        collection="\n".join(described.collections),
        language=recording.language or (*said, recording.detected_language or "")[0],
        recorded_on=recording.recorded_on,
        segments=segments,
        speakers=tuple(
            dict.fromkeys(
                [*read_names(session, recording_id).values(), *recording.speakers.splitlines()]
            )
        ),
        slides=tuple(
            SlideText(
                start_ms=max(slide.start_ms, shown_from_ms), end_ms=slide.end_ms, text=slide.text
            )
            for slide in slides
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
