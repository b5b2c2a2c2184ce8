"""How far people are with a transcript: machine → in review → checked.

It is said of what is shown; a transcript made anew keeps what people checked
(`archive.transcripts.complete_transcript`). Runs in the caller's transaction.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from archive.audit import TRANSCRIPT, note
from archive.editing.saving import follow, take_into_review
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models.transcript import Review
from archive.permissions import Actor
from archive.recordings import editable_recording
from archive.transcripts import shown_transcript


def set_checked(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    *,
    checked: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Say of the transcript that is shown that people have checked it, or that they have not.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
        InvalidInputError: it has no complete transcript.
    """
    review = Review.CHECKED if checked else Review.MACHINE
    set_review(session, jobs, recording_id, review, actor=actor, now=now)


def set_review(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    review: Review,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Say how far people are with the transcript that is shown; tell whether that is new.

    Whoever takes one into review that is in review by another takes it over.

    Args:
        session: Of the caller's transaction.
        jobs: Lets captions and search follow.
        recording_id: Whose transcript.
        review: How far.
        actor: Who says so.
        now: The present, aware.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
        InvalidInputError: it has no complete transcript.
    """
    recording = editable_recording(session, recording_id, actor)
    transcript = shown_transcript(session, recording_id)
    if transcript is None:
        raise InvalidInputError(
            f"Recording {recording_id} has no complete transcript that could be checked."
        )
    name = actor.name or "operator"
    before = transcript.review
    taken_over = review is Review.IN_REVIEW and transcript.in_review_by != name
    if before is review and not taken_over:
        return False
    old = {"review": before, "by": transcript.checked_by or transcript.in_review_by}
    transcript.checked = review is Review.CHECKED
    transcript.checked_by = name if review is Review.CHECKED else ""
    if review is Review.IN_REVIEW:
        take_into_review(transcript, actor, now=now)
    elif review is Review.MACHINE:
        transcript.in_review_by, transcript.in_review_by_id = "", None
    transcript.reviewed_at = now
    note(
        session,
        actor=actor,
        action="reviewed",
        kind=TRANSCRIPT,
        object_id=recording_id,
        before=old,
        after={"review": review, "by": name},
        now=now,
    )
    if Review.CHECKED in (before, review):
        transcript.changes += 1
        follow(session, jobs, recording, transcript, now=now)
    return True
