"""Which transcript a page or a download shows: what was said, or all of it in English."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Transcript, TranscriptKind, TranscriptSegment
from archive.origins import describe_origin, is_by_machine
from archive.pipeline import Stage
from archive.privacy.reading import readable_transcript
from archive.recording_views import RecordingView
from archive.slides import KeptSlide
from archive.transcript import Segment
from archive.transcripts import KeptTranscript, main_language
from archive.translations import ENGLISH, in_english


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A transcript as it is read."""

    transcript: KeptTranscript
    """What the words are from; of the English reading the translation."""
    segments: tuple[Segment, ...]
    """In order of time; of the English reading also what was said in English."""
    language: str | None
    """What most of it is in, Whisper's code."""
    english: bool
    """True where it is the translation."""

    @property
    def origin(self) -> str:
        """Who made it, and whether anyone has checked it."""
        segments = self.transcript.segments
        return describe_origin(
            self.transcript.model,
            segments,
            translated=self.english,
            review=self.transcript.review,
            source=self.transcript.source,
        )

    @property
    def by_machine(self) -> bool:
        """True where its track is to say that no one has checked it."""
        return is_by_machine(review=self.transcript.review, source=self.transcript.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What there is to read of a recording."""

    spoken: Reading | None
    """What was said, in part while it is being transcribed."""
    has_english: bool
    """Whether there is a translation."""
    english: Reading | None
    """The translation where it was asked for; reading it costs as much as the other."""

    @property
    def chosen(self) -> Reading | None:
        """What was asked for; what was said where there is no other."""
        return self.english or self.spoken


def read_readings(session: Session, recording_id: int, *, language: str = "") -> Readings:
    """Read what was said; with `en` the translation too, once it is complete."""
    spoken = readable_transcript(session, recording_id, partial=True)
    said = spoken.segments if spoken else ()
    has_english = _has_translation(session, recording_id)
    translated = (
        readable_transcript(session, recording_id, kind=TranscriptKind.TRANSLATION)
        if has_english and language == ENGLISH
        else None
    )
    return Readings(
        spoken=(
            Reading(transcript=spoken, segments=said, language=main_language(said), english=False)
            if spoken
            else None
        ),
        has_english=has_english,
        english=(
            Reading(
                transcript=translated,
                segments=in_english(said, translated.segments),
                language=ENGLISH,
                english=True,
            )
            if translated
            else None
        ),
    )


def _has_translation(session: Session, recording_id: int) -> bool:
    found = session.scalar(
        select(TranscriptSegment.id)
        .join(Transcript)
        .where(
            Transcript.recording_id == recording_id,
            Transcript.kind == TranscriptKind.TRANSLATION,
            Transcript.complete.is_(True),
        )
        .limit(1)
    )
    return found is not None


def translation_offer(recording: RecordingView, readings: Readings) -> str | None:
    """Tell what can be done about an English translation: `ask`, `asked`, or None for nothing."""
    is_made = recording.progress.stage is Stage.TRANSLATION
    if readings.has_english or is_made or not set(recording.languages) - {ENGLISH}:
        return None
    if recording.in_progress:
        # Languages are known when the transcript is complete; a wish is kept until then.
        return "asked" if recording.translate else None
    failed = any(lack.stage is Stage.TRANSLATION for lack in recording.shortcomings)
    return "asked" if recording.translate and not failed else "ask"


def primes_anew(readings: Readings, slides: Sequence[KeptSlide]) -> bool:
    """Tell whether transcribing anew would hear of the words on slides that came later."""
    spoken = readings.spoken
    return (
        spoken is not None
        and spoken.by_machine
        and spoken.transcript.complete
        and any(slide.text for slide in slides)
    )
