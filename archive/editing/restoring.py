"""Versions of a transcript: reading what each changed, and making an old one the newest.

Runs in the caller's transaction.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from archive.audit import TRANSCRIPT, note
from archive.editing.difference import Difference, compare_segments, pair_segments
from archive.editing.saving import editable_transcript, follow
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.segment_rows import read_stored
from archive.transcript_versions import (
    Cause,
    Version,
    What,
    begin_version,
    changes_of,
    get_version,
    list_versions,
    replace_segments,
    segments_at,
)

MADE = (What.MACHINE, What.IMPORTED)
"""Of these all is new; they are not compared with what was before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    """A version and what it changed."""

    version: Version
    newest: int
    """Number of the version that is shown to readers."""
    differences: tuple[Difference, ...]
    """With the version before it, in order of time; empty where all of it was made anew."""
    since: tuple[Difference, ...]
    """What was changed after it, as restoring it would undo: from now to then."""


def read_version(session: Session, recording_id: int, number: int) -> VersionView:
    """Read a version, what it changed, and what restoring it would change.

    Raises:
        NotFoundError: there is no such version.
    """
    version = get_version(session, recording_id, number)
    newest = list_versions(session, recording_id)[0]
    differences = () if version.what in MADE else compare_segments(changes_of(session, version))
    since: tuple[Difference, ...] = ()
    if newest.number != number and newest.transcript_id == version.transcript_id:
        then = segments_at(session, recording_id, number)
        now = segments_at(session, recording_id, newest.number)
        since = compare_segments(pair_segments(now, then))
    return VersionView(version=version, newest=newest.number, differences=differences, since=since)


def restore(session: Session, jobs: Jobs, recording_id: int, number: int, *, cause: Cause) -> int:
    """Make a version the newest again: a new one that equals it; returns its number.

    Args:
        session: Of the caller's transaction.
        jobs: Lets captions and search follow.
        recording_id: Whose transcript.
        number: Of the version.
        cause: Who asks and when; `what` is `restored`.

    Raises:
        NotFoundError: there is no such recording or version.
        NotAllowedError: the actor may not change it.
        InvalidInputError: it is the newest already.
    """
    if cause.actor is None or cause.what is not What.RESTORED:
        raise InvalidInputError("Only people restore a version.")
    actor = cause.actor
    recording, transcript = editable_transcript(session, recording_id, actor=actor)
    wanted = segments_at(session, recording_id, number)
    newest = list_versions(session, recording_id)[0]
    if newest.number == number:
        raise InvalidInputError(f"Version {number} is the newest; there is nothing to restore.")
    stored = read_stored(session, transcript.id)
    begun = begin_version(session, transcript, cause)
    replace_segments(session, transcript, begun, stored, wanted)
    note(
        session,
        actor=actor,
        action="restored",
        kind=TRANSCRIPT,
        object_id=recording_id,
        before={"version": newest.number},
        after={"version": begun, "as": number},
        now=cause.now,
    )
    follow(session, jobs, recording, transcript, now=cause.now)
    return begun
