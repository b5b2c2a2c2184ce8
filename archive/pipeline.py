"""The stages a recording goes through, how far it is, and how long it will take. Pure.

The worker runs the stages and stores how each went; this module says what they are
called, in which order they come, which of them a recording can do without, and turns
what is stored into one fraction and a time left.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archive.models.stage import StageState


class Stage(StrEnum):
    """A step of the pipeline, in order."""

    FINGERPRINT = "fingerprint"
    PROBE = "probe"
    POSTER = "poster"
    SLIDES = "slides"
    RENDITION = "rendition"
    STILLS = "stills"
    AUDIO = "audio"
    TRANSCRIPTION = "transcription"
    TRANSCRIPT = "transcript"
    CAPTIONS = "captions"
    INDEX = "index"
    TRANSLATION = "translation"
    REFINEMENT = "refinement"
    SPEAKERS = "speakers"
    READINGS = "readings"
    MUTING = "muting"

    @property
    def label(self) -> str:
        """What it is called while it runs."""
        return _LABELS[self]

    @property
    def missing(self) -> str:
        """What a recording lacks when the stage failed."""
        return _MISSING[self]


INTAKE_STAGES = (Stage.FINGERPRINT, Stage.PROBE)
PICTURE_STAGES = (Stage.POSTER, Stage.SLIDES, Stage.STILLS, Stage.RENDITION)
SPEECH_STAGES = (
    Stage.AUDIO,
    Stage.TRANSCRIPTION,
    Stage.TRANSCRIPT,
    Stage.CAPTIONS,
    Stage.INDEX,
)
LATER_STAGES = (Stage.TRANSLATION, Stage.REFINEMENT, Stage.SPEAKERS, Stage.READINGS)
"""What a recording is ready without."""
_WHEN_BEGUN = (Stage.RENDITION, Stage.MUTING, *LATER_STAGES)
"""Most recordings need none of these; they count from when it is known that one does."""

_LABELS = {
    Stage.FINGERPRINT: "Checking the file",
    Stage.PROBE: "Looking at what is in it",
    Stage.POSTER: "Making a poster",
    Stage.RENDITION: "Making a version that plays in browsers",
    Stage.AUDIO: "Extracting the sound",
    Stage.TRANSCRIPTION: "Transcribing",
    Stage.TRANSCRIPT: "Putting the transcript together",
    Stage.CAPTIONS: "Making captions",
    Stage.INDEX: "Adding it to the search",
    Stage.SLIDES: "Looking for slides",
    Stage.TRANSLATION: "Translating into English",
    Stage.REFINEMENT: "Transcribing again with the larger model",
    Stage.SPEAKERS: "Telling the speakers apart",
    Stage.READINGS: "Listening again where it was not clear",
    Stage.STILLS: "Taking still images",
    Stage.MUTING: "Taking what is hidden out of the file",
}
_MISSING = {
    Stage.FINGERPRINT: "the file could not be checked",
    Stage.PROBE: "the file could not be read",
    Stage.POSTER: "there is no poster image",
    Stage.RENDITION: "some browsers may not play it",
    Stage.AUDIO: "its sound could not be read, so there is no transcript",
    Stage.TRANSCRIPTION: "the transcript is not complete",
    Stage.TRANSCRIPT: "the transcript is not complete",
    Stage.CAPTIONS: "there are no captions",
    Stage.INDEX: "it cannot be searched yet",
    Stage.STILLS: "there are no still images",
    Stage.SLIDES: "slides are missing",
    Stage.TRANSLATION: "there is no English translation",
    Stage.REFINEMENT: "the larger model has not transcribed it",
    Stage.SPEAKERS: "it does not say who speaks",
    Stage.READINGS: "what is not clear in it is found less well",
    Stage.MUTING: "what is hidden could not be taken out of the file, so readers cannot play it",
}

# Seconds of work for a minute of recording, measured on two cores with `base` int8; only
# first guesses: a stage that has run for a while is judged by its own speed.
_SECONDS_A_MINUTE = {
    Stage.FINGERPRINT: 0.02,
    Stage.PROBE: 0.02,
    Stage.POSTER: 0.05,
    Stage.RENDITION: 6.0,
    Stage.AUDIO: 0.15,
    Stage.TRANSCRIPTION: 5.5,
    Stage.TRANSCRIPT: 0.01,
    Stage.CAPTIONS: 0.03,
    Stage.INDEX: 0.05,
    Stage.STILLS: 0.2,
    Stage.SLIDES: 1.0,
    Stage.TRANSLATION: 5.5,
    Stage.REFINEMENT: 15.0,
    Stage.SPEAKERS: 2.0,
    Stage.READINGS: 8.5,
    Stage.MUTING: 1.0,
}
_LEAST_S = 0.2
"""Least time a stage is reckoned to take."""
_TRUSTED_FRACTION = 0.05
"""From here on a running stage is judged by its own speed."""
_NEARLY = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class StageProgress:
    """How one stage went, as stored."""

    state: StageState
    fraction: float
    """In [0, 1]."""
    started_at: datetime
    updated_at: datetime
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a recording is."""

    stage: Stage | None
    """What runs now; None: nothing (it waits, or it is done)."""
    fraction: float
    """Of the whole, in [0, 1]."""
    left_s: int | None
    """Seconds until it is ready, estimated; None: not known yet."""
    heard_ms: int | None = None
    """How far into the recording it is transcribed, about; None: not being transcribed."""
    speed: float | None = None
    """How many times as fast as it plays it is transcribed; None: not known yet."""


def estimated_work_s(duration_ms: int) -> float:
    """Estimate how long it takes to transcribe a recording, in seconds."""
    return _SECONDS_A_MINUTE[Stage.TRANSCRIPTION] * duration_ms / 60_000


def progress_of(
    stages: Mapping[Stage, StageProgress],
    *,
    duration_ms: int | None,
    now: datetime,
    only: Stage | None = None,
) -> Progress:
    """Turn stored stage runs into one fraction and a time left.

    Args:
        stages: The stage runs that exist; a stage without one has not begun.
        duration_ms: Length of the recording; None while it is not known.
        now: The present, aware.
        only: Of this stage, whatever else is to be done.
    """
    running = [stage for stage in Stage if _runs(stages.get(stage))]
    # Pictures and speech go on at once; the transcription is what people wait for.
    current = next((s for s in running if s in SPEECH_STAGES), next(iter(running), None))
    if duration_ms is None:
        return Progress(stage=current, fraction=0.0, left_s=None)
    done_s = left_s = 0.0
    for stage in Stage:
        if (stage in _WHEN_BEGUN and stage not in stages) or only not in (None, stage):
            continue
        guess_s = max(_SECONDS_A_MINUTE[stage] * duration_ms / 60_000, _LEAST_S)
        run = stages.get(stage)
        if run is None:
            left_s += guess_s
        elif run.state is StageState.RUNNING:
            spent_s, whole_s = _spent_and_whole(run, guess_s, now)
            done_s += spent_s
            left_s += whole_s - spent_s
        elif run.state is StageState.DONE:
            done_s += guess_s
    total_s = done_s + left_s
    heard_ms, speed = _hearing(stages.get(Stage.TRANSCRIPTION), duration_ms)
    return Progress(
        stage=current,
        fraction=done_s / total_s if total_s else 0.0,
        left_s=max(round(left_s), 1) if current is not None else None,
        heard_ms=heard_ms,
        speed=speed,
    )


def _runs(run: StageProgress | None) -> bool:
    return run is not None and run.state is StageState.RUNNING


def _hearing(run: StageProgress | None, duration_ms: int) -> tuple[int | None, float | None]:
    """Tell how far a transcription under way is, and how fast it goes."""
    if run is None or run.state is not StageState.RUNNING:
        return None, None
    heard_ms = round(run.fraction * duration_ms)
    took_s = (run.updated_at - run.started_at).total_seconds()
    return heard_ms, heard_ms / 1000 / took_s if heard_ms and took_s > 0 else None


def _spent_and_whole(run: StageProgress, guess_s: float, now: datetime) -> tuple[float, float]:
    """Return the seconds a running stage has taken and those it will take in all.

    Between two notes of progress time goes on; a stage that takes longer than reckoned is
    reckoned to be nearly, never quite, done.
    """
    spent_s = max((now - run.started_at).total_seconds(), 0.0)
    if run.fraction >= _TRUSTED_FRACTION:
        guess_s = (run.updated_at - run.started_at).total_seconds() / run.fraction
    return spent_s, max(guess_s, spent_s / _NEARLY, _LEAST_S)
