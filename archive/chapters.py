"""The chapters of a recording: made by people, each until the next one begins.

Times are the master's; readers get those that lie in the range shown. Use cases run in the
caller's transaction and note what was changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.errors import InvalidInputError, NotFoundError
from archive.glossary.wording import one_line
from archive.models import Chapter, Recording
from archive.permissions import Actor
from archive.privacy.values import Cuts
from archive.recordings import editable_recording
from archive.timecode import format_clock

MAX_TITLE = 200
MOST_CHAPTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptChapter:
    """One chapter as stored."""

    chapter_id: int
    start_ms: int
    end_ms: int | None
    """Where the next begins, or the recording ends; None: its length is not known."""
    title: str


def read_chapters(session: Session, recording_id: int) -> tuple[KeptChapter, ...]:
    """Read the chapters of a recording, in order of time."""
    rows = session.scalars(
        select(Chapter).where(Chapter.recording_id == recording_id).order_by(Chapter.start_ms)
    ).all()
    length_ms = session.scalar(select(Recording.duration_ms).where(Recording.id == recording_id))
    ends = [*(later.start_ms for _, later in pairwise(rows)), length_ms]
    return tuple(
        KeptChapter(chapter_id=row.id, start_ms=row.start_ms, end_ms=end_ms, title=row.title)
        for row, end_ms in zip(rows, ends, strict=False)
    )


def within(chapters: Sequence[KeptChapter], cuts: Cuts) -> tuple[KeptChapter, ...]:
    """Return what readers get of chapters: those in the range shown, cut to it."""
    until_ms = cuts.shown_until_ms
    return tuple(
        replace(
            chapter,
            start_ms=max(chapter.start_ms, cuts.shown_from_ms),
            end_ms=(
                chapter.end_ms if until_ms is None else min(chapter.end_ms or until_ms, until_ms)
            ),
        )
        for chapter in chapters
        if cuts.shows(chapter.start_ms, chapter.end_ms)
    )


def add_chapters(
    session: Session,
    recording_id: int,
    chapters: Sequence[tuple[int, str]],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Add chapters, each a start in ms and a title; returns how many.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not.
        InvalidInputError: a title is missing or too long, a time is outside of the recording or
            taken, or there are too many.
    """
    recording = editable_recording(session, recording_id, actor)
    taken = {chapter.start_ms for chapter in read_chapters(session, recording_id)}
    if len(taken) + len(chapters) > MOST_CHAPTERS:
        raise InvalidInputError(f"A recording can have {MOST_CHAPTERS} chapters.")
    for start_ms, title in chapters:
        made = Chapter(
            recording_id=recording_id,
            start_ms=_time(recording, start_ms, taken),
            title=_title(title),
        )
        taken.add(made.start_ms)
        session.add(made)
        _note(session, recording_id, "added a chapter", None, made, actor=actor, now=now)
    session.flush()
    return len(chapters)


def change_chapter(
    session: Session,
    recording_id: int,
    chapter_id: int,
    *,
    start_ms: int,
    title: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """Move or rename a chapter; returns whether anything changed.

    Raises:
        NotFoundError: there is no such recording, or no such chapter of it.
        NotAllowedError: the actor may not.
        InvalidInputError: as for `add_chapters`.
    """
    recording = editable_recording(session, recording_id, actor)
    chapter = _one(session, recording_id, chapter_id)
    others = {
        other.start_ms
        for other in read_chapters(session, recording_id)
        if other.chapter_id != chapter_id
    }
    becomes = (_time(recording, start_ms, others), _title(title))
    if becomes == (chapter.start_ms, chapter.title):
        return False
    before = _told(chapter)
    chapter.start_ms, chapter.title = becomes
    _note(session, recording_id, "changed a chapter", before, chapter, actor=actor, now=now)
    return True


def delete_chapter(
    session: Session, recording_id: int, chapter_id: int, *, actor: Actor, now: datetime
) -> tuple[int, str]:
    """Delete a chapter; what it was called goes on with the one before. Returns time and title.

    Raises:
        NotFoundError: there is no such recording, or no such chapter of it.
        NotAllowedError: the actor may not.
    """
    editable_recording(session, recording_id, actor)
    chapter = _one(session, recording_id, chapter_id)
    session.delete(chapter)
    _note(session, recording_id, "deleted a chapter", _told(chapter), None, actor=actor, now=now)
    return chapter.start_ms, chapter.title


def _one(session: Session, recording_id: int, chapter_id: int) -> Chapter:
    chapter = session.get(Chapter, chapter_id)
    if chapter is None or chapter.recording_id != recording_id:
        raise NotFoundError("This chapter is not there any more; load the page again.")
    return chapter


def _time(recording: Recording, start_ms: int, taken: set[int]) -> int:
    """Check where a chapter is to begin."""
    if recording.duration_ms is not None and start_ms >= recording.duration_ms:
        raise InvalidInputError(
            f"{format_clock(start_ms)} is after the end of the recording, which is "
            f"{format_clock(recording.duration_ms)} long."
        )
    if start_ms in taken:
        raise InvalidInputError(f"There is a chapter at {format_clock(start_ms)} already.")
    return start_ms


def _title(title: str) -> str:
    """Check a title as typed."""
    title = one_line(title)
    if not title:
        raise InvalidInputError("A chapter needs a title: what is it about?")
    if len(title) > MAX_TITLE:
        raise InvalidInputError(
            f"The title has {len(title)} characters; a chapter's may have {MAX_TITLE}."
        )
    return title


def _note(
    session: Session,
    recording_id: int,
    action: str,
    before: str | None,
    after: Chapter | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    audit.note(
        session,
        actor=actor,
        action=action,
        kind="recording",
        object_id=recording_id,
        before={"chapter": before} if before else None,
        after={"chapter": _told(after)} if after else None,
        now=now,
    )


def _told(chapter: Chapter) -> str:
    return f"{format_clock(chapter.start_ms)} {chapter.title}"
