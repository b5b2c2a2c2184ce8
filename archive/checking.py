"""Whether people have checked a transcript against the sound. Runs in the caller's transaction.

It is said of one version: a transcript made anew is not checked.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import Transcript
from archive.permissions import Actor
from archive.recordings import editable_recording, touch
from archive.transcripts import shown_transcript_id


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
    recording = editable_recording(session, recording_id, actor)
    transcript_id = shown_transcript_id(session, recording_id)
    if transcript_id is None:
        raise InvalidInputError(
            f"Recording {recording_id} has no complete transcript that could be checked."
        )
    transcript = session.get_one(Transcript, transcript_id)
    if transcript.checked is not checked:
        transcript.checked = checked
        touch(session, jobs, recording, now=now)
