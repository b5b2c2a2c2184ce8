"""What people ask of a recording's processing: again, anew, in English, no more.

Each raises `attempt`, which every transaction of the worker compares with its own
(`require_attempt`): what is under way then stops at its next step, batch or report of progress,
and nothing it does is kept. New work is enqueued in the same transaction.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from archive.audit import Noting
from archive.cuts import ask_for_muting
from archive.errors import InvalidInputError, SupersededError
from archive.jobs import (
    READINGS_WORKFLOW,
    REFINEMENT_WORKFLOW,
    RENDITION_WORKFLOW,
    SPEAKERS_WORKFLOW,
    TRANSLATION_WORKFLOW,
    Jobs,
    turn,
)
from archive.models import Recording, StageRun, StageState, Status, TranscriptKind
from archive.outgoing import keep_told
from archive.permissions import Actor
from archive.pipeline import LATER_STAGES, SPEECH_STAGES, Stage, estimated_work_s
from archive.recordings import editable_recording
from archive.transcripts import next_version, shown_transcript_id
from archive.translations import ENGLISH

_note = Noting("recording")
_LEFT = {
    Stage.RENDITION: RENDITION_WORKFLOW,
    Stage.TRANSLATION: TRANSLATION_WORKFLOW,
    Stage.REFINEMENT: REFINEMENT_WORKFLOW,
    Stage.SPEAKERS: SPEAKERS_WORKFLOW,
    Stage.READINGS: READINGS_WORKFLOW,
}
"""Work on a recording that is ready; one is stopped without the others."""
_READINGS_SHARE = 1.5
"""What listening again takes of the time of a first transcript, about."""


def try_again(
    session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
) -> None:
    """Run the pipeline again for what failed; finished stages are not done again.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: the actor may not.
        InvalidInputError: it is being processed, or its file was not kept.
    """
    recording = editable_recording(session, recording_id, actor)
    if recording.status is Status.REJECTED:
        raise InvalidInputError("This file was not kept; deposit it again.")
    failed = session.scalars(
        select(StageRun).where(
            StageRun.recording_id == recording_id, StageRun.state == StageState.FAILED
        )
    ).all()
    if recording.status in (Status.WAITING, Status.PROCESSING) or not failed:
        raise InvalidInputError("There is nothing to try again: no step of it has failed.")
    if any(run.stage == Stage.MUTING for run in failed):
        ask_for_muting(session, jobs, recording)
    _begin_anew(session, jobs, recording, now=now)


def transcribe_again(
    session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
) -> None:
    """Transcribe a recording anew, at any moment; what people edited in it stays.

    The transcript it has is shown until the new one is complete.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: the actor may not.
        InvalidInputError: its file was not kept.
    """
    recording = editable_recording(session, recording_id, actor)
    if recording.status is Status.REJECTED:
        raise InvalidInputError("This file was not kept; deposit it again.")
    session.execute(
        delete(StageRun).where(
            StageRun.recording_id == recording_id,
            StageRun.stage.in_([*SPEECH_STAGES, *LATER_STAGES]),
            # What is heard again already holds until there is another transcript.
            ~((StageRun.stage == Stage.READINGS) & (StageRun.state == StageState.DONE)),
        )
    )
    _begin_anew(session, jobs, recording, now=now)
    _note(session, "asked to transcribe again", recording_id, {}, {}, actor=actor, now=now)


def cancel(
    session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
) -> frozenset[Stage]:
    """Stop the work on a recording: what is finished stays, a step under way is dropped.

    Of one that is ready, other work that has not begun keeps its turn. The transcript that stays
    when another is not made is listened to again in its place.

    Returns the stages that were under way; of a recording that is ready also the translation
    whose turn had not come.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: the actor may not.
        InvalidInputError: nothing is being done with it.
    """
    recording = editable_recording(session, recording_id, actor)
    heard = finished_stages(session, recording_id).issuperset(
        (Stage.TRANSCRIPTION, Stage.TRANSCRIPT)
    )
    stopped = _drop_unfinished(session, recording_id)
    if _awaits_translation(session, recording):
        stopped |= {Stage.TRANSLATION}
    if recording.status not in (Status.WAITING, Status.PROCESSING) and not stopped:
        raise InvalidInputError("There is nothing to stop: this recording is not being processed.")
    if recording.status is Status.READY and stopped <= _LEFT.keys():
        left = [workflow for stage, workflow in _LEFT.items() if stage not in stopped]
        jobs.leave(session, recording_id, recording.attempt, left)
        keep_told(session, recording)
    recording.attempt += 1
    recording.translate = False
    if recording.status in (Status.WAITING, Status.PROCESSING):
        recording.status = Status.CANCELLED
    recording.updated_at = now
    is_pass = not heard or Stage.REFINEMENT in stopped
    if is_pass and Stage.READINGS not in stopped and _lacks_readings(session, recording):
        ask_for_readings(session, jobs, recording, attempt=recording.attempt, now=now)
    _note(session, "stopped the work on", recording_id, {}, {}, actor=actor, now=now)
    return stopped


def require_attempt(session: Session, recording_id: int, attempt: int) -> None:
    """Let an attempt at a recording write, and nobody stop it before the transaction ends.

    An update that changes nothing, since SQLite knows no row locks
    (`archive.transcript_versions.hold`).

    Raises:
        SupersededError: the recording was cancelled or begun anew, or is gone.
    """
    held = session.execute(
        update(Recording)
        .where(Recording.id == recording_id, Recording.attempt == attempt)
        .values(attempt=Recording.attempt)
        .returning(Recording.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not held:
        raise SupersededError(
            f"recording {recording_id} was cancelled or begun anew after attempt {attempt}"
        )


def request_translation(
    session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
) -> None:
    """Ask for an English translation; asked again, it is made anew.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: the actor may not.
        InvalidInputError: it is in English, or not transcribed yet.
    """
    recording = editable_recording(session, recording_id, actor)
    if not set(recording.languages.split()) - {ENGLISH}:
        raise InvalidInputError(
            "There is nothing to translate: no other language than English was heard in it (yet)."
        )
    session.execute(
        delete(StageRun).where(
            StageRun.recording_id == recording_id, StageRun.stage == Stage.TRANSLATION
        )
    )
    recording.translate = True
    recording.updated_at = now
    _note(session, "asked for a translation", recording_id, {}, {}, actor=actor, now=now)
    if recording.status in (Status.WAITING, Status.PROCESSING):
        return  # It follows when the transcript is complete.
    jobs.translation(
        session,
        recording.id,
        recording.attempt,
        version=next_version(session, recording.id, TranscriptKind.TRANSLATION),
        priority=turn(now, work_s=estimated_work_s(recording.duration_ms or 0)),
    )


def ask_for_readings(
    session: Session, jobs: Jobs, recording: Recording, *, attempt: int, now: datetime
) -> None:
    """Enqueue that a recording is listened to again where it was not clear; nobody waits for it.

    The worker does nothing where its settings say no.
    """
    work_s = _READINGS_SHARE * estimated_work_s(recording.duration_ms or 0)
    priority = turn(now, work_s=work_s, later=True)
    jobs.readings(session, recording.id, attempt, priority=priority)


def _lacks_readings(session: Session, recording: Recording) -> bool:
    """Tell whether a recording has a transcript, and nobody has listened again."""
    if not recording.has_audio or shown_transcript_id(session, recording.id) is None:
        return False
    begun = select(StageRun.id).where(
        StageRun.recording_id == recording.id, StageRun.stage == Stage.READINGS
    )
    return session.scalar(begun) is None


def _begin_anew(session: Session, jobs: Jobs, recording: Recording, *, now: datetime) -> None:
    """Enqueue the pipeline for what is not done; work that is under way is dropped."""
    _drop_unfinished(session, recording.id)
    _forget_ends(session, recording.id)
    recording.attempt += 1
    recording.problem = None
    if recording.status in (Status.FAILED, Status.CANCELLED):
        recording.status = Status.WAITING
    recording.updated_at = now
    jobs.process(session, recording.id, recording.attempt)


def _forget_ends(session: Session, recording_id: int) -> None:
    """Forget how those of the two legs ended that are gone through again.

    A recording is ready when both have ended (`worker.stages.status.settle`), and the leg that is
    done first would take the other's old end for its new one. In the transaction in which the
    attempt begins: a step that is done again after a crash would forget what came of it meanwhile.
    """
    done = finished_stages(session, recording_id)
    forgotten = [Stage.RENDITION] if Stage.RENDITION not in done else []
    if not done.issuperset(SPEECH_STAGES):
        forgotten.append(Stage.INDEX)
    session.execute(
        delete(StageRun).where(StageRun.recording_id == recording_id, StageRun.stage.in_(forgotten))
    )


def finished_stages(session: Session, recording_id: int) -> set[str]:
    """Return the stages that are done or not needed."""
    return set(
        session.scalars(
            select(StageRun.stage).where(
                StageRun.recording_id == recording_id,
                StageRun.state.in_([StageState.DONE, StageState.SKIPPED]),
            )
        )
    )


def _drop_unfinished(session: Session, recording_id: int) -> frozenset[Stage]:
    """Forget stages that are under way; returns which.

    Not what is muted: that follows the cuts, whatever attempt it is.
    """
    dropped = session.scalars(
        delete(StageRun)
        .where(
            StageRun.recording_id == recording_id,
            StageRun.state == StageState.RUNNING,
            StageRun.stage != Stage.MUTING,
        )
        .returning(StageRun.stage)
    )
    return frozenset(map(Stage, dropped))


def _awaits_translation(session: Session, recording: Recording) -> bool:
    """Tell whether a person asked a ready recording's translation, and it has not begun."""
    if recording.status is not Status.READY or not recording.translate:
        return False
    begun = session.scalar(
        select(StageRun.id).where(
            StageRun.recording_id == recording.id, StageRun.stage == Stage.TRANSLATION
        )
    )
    return begun is None and bool(set(recording.languages.split()) - {ENGLISH})
