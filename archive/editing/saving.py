"""Saving what people do to a transcript: what has not changed meanwhile is applied, the rest told.

A segment is changed on top of the revision its editor has seen. Where somebody else has changed
it since, nothing of that segment is written and both texts go back; other segments of the same
save are kept. Runs in the caller's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.audit import TRANSCRIPT, note
from archive.editing.operations import (
    Join,
    Operation,
    SegmentChange,
    Split,
    change_segment,
    join_segments,
    split_segment,
)
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import (
    Recording,
    Transcript,
    TranscriptKind,
    TranscriptSegment,
    TranscriptVersion,
)
from archive.models.transcript import Review
from archive.permissions import Action, Actor, require
from archive.recordings import subject_of
from archive.segment_rows import StoredSegment, read_stored
from archive.transcript import Segment
from archive.transcript_versions import Cause, What, begin_version, hold, replace_segments
from archive.transcripts import languages_by_time, shown_transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """What could not be applied, and what stands there instead."""

    operation: Operation
    theirs: Segment | None
    """As it is now; None: it is gone, joined with the one before it."""
    who: str
    """Who changed it last, by name; empty: a machine."""
    at: datetime | None
    problem: str = ""
    """Why it cannot be done at all; empty: somebody else changed the segment meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What came of a save."""

    number: int | None
    """Of the version it is in; None: nothing changed."""
    changes: int
    """`Transcript.changes` after it."""
    segments: tuple[Segment, ...]
    """All that it concerned, as they are now, in order of time; speakers by label."""
    gone: tuple[str, ...]
    """Those that were joined with others."""
    conflicts: tuple[Conflict, ...]


def editable_transcript(
    session: Session, recording_id: int, *, actor: Actor
) -> tuple[Recording, Transcript]:
    """Hold a recording and return its transcript, for changing it.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
        InvalidInputError: it has no complete transcript.
    """
    recording = hold(session, recording_id)
    require(actor, Action.EDIT, subject_of(recording))
    transcript = shown_transcript(session, recording_id)
    if transcript is None:
        raise InvalidInputError(
            f"Recording {recording_id} has no complete transcript yet; it can be corrected once "
            "it has."
        )
    return recording, transcript


def save(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    operations: Sequence[Operation],
    *,
    cause: Cause,
) -> Saved:
    """Apply operations in their order; captions and search follow.

    Args:
        session: Of the caller's transaction.
        jobs: Lets what is derived follow.
        recording_id: Whose transcript of what was said.
        operations: Each on the revision its editor has seen; later ones may build on earlier.
        cause: Who does it and when; saves of one sitting grow one version.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
        InvalidInputError: it has no complete transcript.
    """
    actor = _person(cause)
    recording, transcript = editable_transcript(session, recording_id, actor=actor)
    desk = _Desk(session, transcript, _named(operations), cause)
    conflicts = [told for operation in operations if (told := desk.apply(operation))]
    number = None
    if desk.is_changed:
        number = begin_version(session, transcript, cause)
        replace_segments(session, transcript, number, desk.before, desk.after)
        if cause.what is What.EDITED and transcript.review is Review.MACHINE:
            take_into_review(transcript, actor, now=cause.now)
        _note(session, recording_id, number, cause)
        follow(session, jobs, recording, transcript, now=cause.now)
    uids = desk.concerned
    return Saved(
        number=number,
        changes=transcript.changes,
        segments=tuple(one.segment for one in read_stored(session, transcript.id, uids)),
        gone=tuple(sorted(desk.gone)),
        conflicts=tuple(conflicts),
    )


def take_into_review(transcript: Transcript, actor: Actor, *, now: datetime) -> None:
    """Note who works on a transcript."""
    transcript.in_review_by = actor.name or "operator"
    transcript.in_review_by_id = actor.account_id
    transcript.reviewed_at = now


def follow(
    session: Session, jobs: Jobs, recording: Recording, transcript: Transcript, *, now: datetime
) -> None:
    """Let captions, search and the languages of a recording follow its changed transcript."""
    rows = session.execute(
        select(TranscriptSegment.start_ms, TranscriptSegment.end_ms, TranscriptSegment.language)
        .where(TranscriptSegment.transcript_id == transcript.id, TranscriptSegment.text != "")
        .order_by(TranscriptSegment.start_ms)
    )
    languages = languages_by_time((row.language, row.end_ms - row.start_ms) for row in rows)
    recording.languages = " ".join(languages)
    recording.detected_language = next(iter(languages), None)
    recording.version += 1
    recording.updated_at = now
    session.flush()
    jobs.edits(session, recording.id, recording.version, transcript.changes)


def _note(session: Session, recording_id: int, number: int, cause: Cause) -> None:
    """Note a version in the audit log, once: what it changed is shown by its own page."""
    begun = session.scalar(
        select(TranscriptVersion.created_at).where(
            TranscriptVersion.recording_id == recording_id,
            TranscriptVersion.kind == TranscriptKind.SPEECH,
            TranscriptVersion.number == number,
        )
    )
    if begun == cause.now:
        note(
            session,
            actor=_person(cause),
            action="corrected" if cause.what is What.EDITED else cause.what,
            kind=TRANSCRIPT,
            object_id=recording_id,
            before={"version": number - 1},
            after={"version": number} | ({"note": cause.note} if cause.note else {}),
            now=cause.now,
        )


def _person(cause: Cause) -> Actor:
    if cause.actor is None:
        raise InvalidInputError("A machine does not edit a transcript; it makes another.")
    return cause.actor


def _named(operations: Iterable[Operation]) -> set[str]:
    """Return the segments that operations name."""
    names: set[str] = set()
    for operation in operations:
        names.add(operation.uid)
        if isinstance(operation, Split):
            names.add(operation.new_uid)
        elif isinstance(operation, Join):
            names.add(operation.next_uid)
    return names


class _Desk:
    """The segments a save concerns, as they are and as they become."""

    def __init__(
        self, session: Session, transcript: Transcript, uids: Iterable[str], cause: Cause
    ) -> None:
        self._session = session
        self._transcript = transcript
        self.before: tuple[StoredSegment, ...] = read_stored(session, transcript.id, uids)
        self._stored = {one.segment.uid: one for one in self.before}
        self._now = {one.segment.uid: one.segment for one in self.before}
        self._touched: set[str] = set()
        self.gone: set[str] = set()
        self._own = _own_versions(session, transcript, cause)

    @property
    def after(self) -> list[Segment]:
        """Return the segments as they become."""
        return list(self._now.values())

    @property
    def is_changed(self) -> bool:
        """Tell whether anything becomes different."""
        return self._now.keys() != self._stored.keys() or any(
            self._stored[uid].segment != segment for uid, segment in self._now.items()
        )

    @property
    def concerned(self) -> set[str]:
        """Return what the editor should see as it is now."""
        return set(self._now)

    def apply(self, operation: Operation) -> Conflict | None:
        """Do one thing, or tell why it is not done."""
        try:
            done = self._do(operation)
        except InvalidInputError as exc:
            return self._conflict(operation, problem=str(exc))
        return None if done else self._conflict(operation)

    def _do(self, operation: Operation) -> bool:
        """Do one thing; False: somebody else changed the segment meanwhile."""
        match operation:
            case SegmentChange():
                return self._change(operation)
            case Split():
                return self._split(operation)
            case Join():
                return self._join(operation)

    def _conflict(self, operation: Operation, problem: str = "") -> Conflict:
        uid = operation.uid
        if isinstance(operation, Join) and self._is_free(uid, operation.revision):
            uid = operation.next_uid
        stored = self._stored.get(uid)
        who, at = "", None
        number = stored.since if stored else None
        version = _version(self._session, self._transcript, number)
        if version is not None:
            who, at = version.account_name, version.updated_at
        return Conflict(
            operation=operation, theirs=self._now.get(uid), who=who, at=at, problem=problem
        )

    def _is_free(self, uid: str, revision: int) -> bool:
        """Tell whether a segment is as its editor has seen it, or the editor's own doing."""
        if uid in self._touched:
            return uid in self._now
        stored = self._stored.get(uid)
        return stored is not None and (
            stored.segment.revision <= revision or stored.since in self._own
        )

    def _change(self, change: SegmentChange) -> bool:
        segment = self._now.get(change.uid)
        if segment is None:
            return False
        becomes = change_segment(segment, change)
        if becomes == segment:
            return True
        if not self._is_free(change.uid, change.revision):
            return False
        self._put(becomes)
        return True

    def _split(self, split: Split) -> bool:
        if split.new_uid in self._now:
            return True  # done by an earlier try whose answer was lost
        if not self._is_free(split.uid, split.revision):
            return False
        first, second = split_segment(self._now[split.uid], split)
        self._put(first)
        self._put(second)
        return True

    def _join(self, join: Join) -> bool:
        if not self._is_free(join.uid, join.revision):
            return False
        if join.next_uid not in self._now:
            # Done by an earlier try whose answer was lost, if nobody else did it.
            stored = self._stored.get(join.uid)
            return stored is not None and stored.since in self._own
        if not self._is_free(join.next_uid, join.next_revision):
            return False
        first, second = self._now[join.uid], self._now[join.next_uid]
        if second.start_ms < first.start_ms or self._between(first, second):
            raise InvalidInputError("Only segments that follow one another can be joined.")
        del self._now[join.next_uid]
        self._touched.add(join.next_uid)
        self.gone.add(join.next_uid)
        self._put(join_segments(first, second))
        return True

    def _between(self, first: Segment, second: Segment) -> bool:
        """Tell whether a segment lies between two others, in the database or of this save."""
        here = (one for one in self._now.values() if one.uid not in (first.uid, second.uid))
        if any(first.start_ms <= one.start_ms < second.start_ms for one in here):
            return True
        between = select(TranscriptSegment.id).where(
            TranscriptSegment.transcript_id == self._transcript.id,
            TranscriptSegment.start_ms > first.start_ms,
            TranscriptSegment.start_ms < second.start_ms,
            TranscriptSegment.uid.not_in(self._stored.keys()),
        )
        return self._session.scalar(between.limit(1)) is not None

    def _put(self, segment: Segment) -> None:
        self._now[segment.uid] = segment
        self._touched.add(segment.uid)
        self.gone.discard(segment.uid)


def _own_versions(session: Session, transcript: Transcript, cause: Cause) -> frozenset[int]:
    """Return the versions that an opened editor has made already."""
    if not cause.sitting or cause.actor is None:
        return frozenset()
    return frozenset(
        session.scalars(
            select(TranscriptVersion.number).where(
                TranscriptVersion.transcript_id == transcript.id,
                TranscriptVersion.sitting == cause.sitting,
                TranscriptVersion.account_id == cause.actor.account_id,
            )
        )
    )


def _version(
    session: Session, transcript: Transcript, number: int | None
) -> TranscriptVersion | None:
    """Return the row of a version; None as number: of the newest."""
    query = select(TranscriptVersion).where(TranscriptVersion.transcript_id == transcript.id)
    if number is not None:
        query = query.where(TranscriptVersion.number == number)
    return session.scalar(query.order_by(TranscriptVersion.number.desc()).limit(1))
