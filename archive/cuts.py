"""Cutting out of a recording what readers must not get, and putting it back.

Every change is noted, raises the recording's version and enqueues what follows it: captions,
subtitles and search, and the file readers play: it may hold hidden words too, as subtitles or
chapters. Until that file is there they get none (`RecordingView.playable_file`). The master is
never touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.errors import InvalidInputError, NotFoundError
from archive.jobs import Jobs
from archive.models import Cut, Recording
from archive.permissions import Actor
from archive.privacy.values import Span, merge
from archive.recordings import editable_recording
from archive.timecode import format_clock

MOST_CUTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCut:
    """One cut as stored."""

    cut_id: int
    start_ms: int
    end_ms: int
    hides_words: bool
    mutes_sound: bool
    hides_picture: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """What a cut leaves out; at least one of them."""

    words: bool = False
    sound: bool = False
    picture: bool = False


def list_cuts(session: Session, recording_id: int) -> tuple[KeptCut, ...]:
    """List the cuts of a recording, in order of time."""
    rows = session.scalars(
        select(Cut).where(Cut.recording_id == recording_id).order_by(Cut.start_ms, Cut.id)
    )
    return tuple(
        KeptCut(
            cut_id=row.id,
            start_ms=row.start_ms,
            end_ms=row.end_ms,
            hides_words=row.hides_words,
            mutes_sound=row.mutes_sound,
            hides_picture=row.hides_picture,
            created_at=row.created_at,
        )
        for row in rows
    )


def add_cuts(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    spans: Sequence[Span],
    leaves: Leaves,
    *,
    spoken: bool = False,
    actor: Actor,
    now: datetime,
) -> int:
    """Cut stretches out of a recording for readers; returns how many cuts that made.

    Args:
        session: Of the caller's transaction.
        jobs: Lets captions, search and media follow.
        recording_id: Whose.
        spans: Any order; those that touch become one.
        leaves: What readers do not get of them.
        spoken: They are the times of recognized words: the sound is muted a little before and
            after too, since those times are not exact.
        actor: Who cuts.
        now: The present, aware.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not.
        InvalidInputError: nothing is left out, a stretch lies outside of the recording, or there
            are too many.
    """
    recording = editable_recording(session, recording_id, actor)
    length_ms = _length(recording)
    if not (leaves.words or leaves.sound or leaves.picture):
        raise InvalidInputError("Choose what readers shall not get: words, sound or picture.")
    merged = merge(spans)
    if not merged:
        raise InvalidInputError("Choose at least one word, or a start before its end.")
    if outside := [one for one in merged if one.start_ms < 0 or one.start_ms >= length_ms]:
        raise InvalidInputError(
            f"{format_clock(outside[0].start_ms)} lies outside of the recording, which is "
            f"{format_clock(length_ms)} long."
        )
    if len(list_cuts(session, recording_id)) + len(merged) > MOST_CUTS:
        raise InvalidInputError(f"A recording can have {MOST_CUTS} cuts; join some of them.")
    rows = [
        Cut(
            recording_id=recording_id,
            start_ms=span.start_ms,
            end_ms=min(span.end_ms, length_ms),
            hides_words=leaves.words,
            mutes_sound=leaves.sound,
            hides_picture=leaves.picture,
            spoken=spoken,
            account_id=actor.account_id,
            created_at=now,
        )
        for span in merged
    ]
    session.add_all(rows)
    audit.note(
        session,
        actor=actor,
        action="cut",
        kind="recording",
        object_id=recording_id,
        # Times only: the words are what is to be hidden.
        after={"cuts": [_told(row) for row in rows]},
        now=now,
    )
    _follow(session, jobs, recording, media=True, now=now)
    return len(merged)


def remove_cut(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    cut_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give readers back what a cut left out.

    Raises:
        NotFoundError: there is no such recording, or no such cut of it.
        NotAllowedError: the actor may not.
    """
    recording = editable_recording(session, recording_id, actor)
    cut = session.get(Cut, cut_id)
    if cut is None or cut.recording_id != recording_id:
        raise NotFoundError(f"Recording {recording_id} has no cut {cut_id}; load the page again.")
    audit.note(
        session,
        actor=actor,
        action="took back a cut",
        kind="recording",
        object_id=recording_id,
        before={"cuts": [_told(cut)]},
        now=now,
    )
    session.delete(cut)
    _follow(session, jobs, recording, media=True, now=now)


def set_range(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    *,
    from_ms: int | None,
    until_ms: int | None,
    actor: Actor,
    now: datetime,
) -> bool:
    """Say where the session begins and ends for readers; returns whether that changed.

    Args:
        from_ms: None or 0: with the recording.
        until_ms: None: with the recording.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not.
        InvalidInputError: the end is not after the start, or one lies outside of the recording.
    """
    recording = editable_recording(session, recording_id, actor)
    length_ms = _length(recording)
    from_ms = from_ms or None
    if until_ms is not None and until_ms >= length_ms:
        until_ms = None
    if (from_ms or 0) >= (length_ms if until_ms is None else until_ms):
        raise InvalidInputError("The session has to end after it begins; look at the two times.")
    before = (recording.shown_from_ms, recording.shown_until_ms)
    if before == (from_ms, until_ms):
        return False
    recording.shown_from_ms, recording.shown_until_ms = from_ms, until_ms
    audit.note(
        session,
        actor=actor,
        action="set the range shown",
        kind="recording",
        object_id=recording_id,
        before={"from_ms": before[0], "until_ms": before[1]},
        after={"from_ms": from_ms, "until_ms": until_ms},
        now=now,
    )
    _follow(session, jobs, recording, media=False, now=now)
    return True


def ask_for_muting(session: Session, jobs: Jobs, recording: Recording) -> None:
    """Enqueue that what readers play follows the cuts; in place of what was asked before."""
    recording.version += 1
    recording.muting_version = recording.version
    session.flush()
    jobs.muting(session, recording.id, recording.version)


def _follow(
    session: Session, jobs: Jobs, recording: Recording, *, media: bool, now: datetime
) -> None:
    """Let captions and search follow, and what readers play."""
    recording.updated_at = now
    if media:
        ask_for_muting(session, jobs, recording)
    else:
        recording.version += 1
        session.flush()
    jobs.names(session, recording.id, recording.version)


def _length(recording: Recording) -> int:
    if recording.duration_ms is None:
        raise InvalidInputError(
            "This recording's file was not looked at yet, so its times are not known. "
            "Come back when it can be played."
        )
    return recording.duration_ms


def _told(cut: Cut) -> str:
    names = {"words": cut.hides_words, "sound": cut.mutes_sound, "picture": cut.hides_picture}
    what = ", ".join(name for name, left_out in names.items() if left_out)
    return f"{format_clock(cut.start_ms)} to {format_clock(cut.end_ms)}: {what}"
