"""What speech recognition is told of a recording before it hears it."""

import time
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import SupersededError
from archive.glossary.terms import terms_for
from archive.models import Recording, RecordingCollection, Slide, StageRun, StageState
from archive.pipeline import Stage
from worker.parts import Parts
from worker.speech import Hints, ShownText

_NOT_BEGUN_S = 10.0
"""So long after a transcription began nobody waits any more for slides that are not being looked
for: their turn comes later. For each batch it would be a third of the time of a transcript."""
_LONGEST_S = 30.0
"""The first words are to be searchable 90 s after a deposit, on a busy machine too."""
_POLL_S = 0.25


def read_hints(session: Session, recording_id: int) -> Hints:
    """Read title, speakers, glossary and the slides found so far."""
    recording = session.get_one(Recording, recording_id)
    slides = session.scalars(
        select(Slide).where(Slide.recording_id == recording_id).order_by(Slide.start_ms)
    ).all()
    collections = session.scalars(
        select(RecordingCollection.collection_id)
        .where(RecordingCollection.recording_id == recording_id)
        .order_by(RecordingCollection.rank)
    )
    duration_ms = recording.duration_ms or 0
    following = [slide.start_ms for slide in slides[1:]] + [duration_ms] * bool(slides)
    return Hints(
        title=recording.title,
        speakers=tuple(recording.speakers.splitlines()),
        terms=terms_for(session, *collections),
        slides=tuple(
            ShownText(start_ms=slide.start_ms, end_ms=slide.end_ms or next_ms, text=slide.text)
            for slide, next_ms in zip(slides, following, strict=True)
        ),
    )


def wait_for_slides(
    parts: Parts,
    recording_id: int,
    *,
    until_ms: int,
    stage: Stage = Stage.TRANSCRIPTION,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until the slides shown up to a time are known, if they are being looked for.

    Looking is several times as fast as transcribing, so only the first batch waits long.

    Args:
        parts: of the worker.
        recording_id: of the recording.
        until_ms: where the batch ends that is to be heard.
        stage: that hears it.
        sleep: how time passes.

    Raises:
        SupersededError: the stage was stopped meanwhile.
    """
    waited_s = 0.0
    while waited_s <= _LONGEST_S:
        with parts.database.read() as session:
            recording = session.get_one(Recording, recording_id)
            looking, hearing = (
                session.scalar(
                    select(StageRun).where(
                        StageRun.recording_id == recording_id, StageRun.stage == one
                    )
                )
                for one in (Stage.SLIDES, stage)
            )
        if hearing is None:
            raise SupersededError(f"the {stage} of recording {recording_id} was stopped")
        if not recording.has_video:
            return
        if looking is None:
            heard_for_s = (parts.clock() - hearing.started_at).total_seconds()
            if max(heard_for_s, waited_s) > _NOT_BEGUN_S:
                return
        elif (
            looking.state is not StageState.RUNNING
            or looking.fraction * (recording.duration_ms or 0) >= until_ms
        ):
            return
        sleep(_POLL_S)
        waited_s += _POLL_S
