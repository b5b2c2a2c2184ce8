"""Transcribe as the worker does, with more or less known beforehand.

The one place of this benchmark that knows how recognition is primed (`Recognizer.transcribe`).
It goes the way of `worker/stages/speech.py`: plan the chunks, deal them into batches, recognize
each, the language left open.
"""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from archive.glossary.shipped import read_shipped
from archive.glossary.values import Term as GlossaryTerm
from archive.transcript import Segment
from worker.media.audio import extract_audio
from worker.media.probe import probe
from worker.media.tools import find_tools
from worker.speech import Hints, ShownText, find_model, load_model, plan_batches, plan_chunks

BATCH_SIZE = 8
"""As `ARCHIVE_SPEECH_BATCH` is by default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """What is told to recognition beforehand; title and speakers go with either."""

    name: str
    glossary: bool = False
    slides: bool = False

    @property
    def primed(self) -> bool:
        """True when anything is told."""
        return self.glossary or self.slides


PLAIN = Contender(name="plain")
EVERYTHING = Contender(name="glossary+slides", glossary=True, slides=True)
CONTENDERS = (
    PLAIN,
    Contender(name="glossary", glossary=True),
    Contender(name="slides", slides=True),
    EVERYTHING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a recording before it is heard."""

    title: str = ""
    speakers: tuple[str, ...] = ()
    slides: tuple[tuple[int, int, str], ...] = ()
    """Start and end in ms, and the text on the slide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcription:
    """What was recognized and what it took."""

    segments: tuple[Segment, ...]
    wall_s: float
    processor_s: float
    """Of all threads of this process."""


class Recognizer:
    """The speech model in memory, as a worker holds it."""

    def __init__(
        self, model: str, models: Path, *, threads: int, glossary: tuple[GlossaryTerm, ...]
    ) -> None:
        self._transcriber = load_model(find_model(model, models), cpu_threads=threads)
        self._glossary = glossary

    def transcribe(self, pcm: Path, contender: Contender, known: Known) -> Transcription:
        """Recognize a whole recording.

        Args:
            pcm: s16le, mono, 16 kHz.
            contender: What of all that is known is told.
            known: What is known of the recording.
        """
        hints = self._hints(contender, known) if contender.primed else None
        begun, begun_processor = time.perf_counter(), _processor_s()
        segments: list[Segment] = []
        for batch in plan_batches(plan_chunks(pcm), size=BATCH_SIZE):
            before = segments[-1].language if segments else None
            segments += self._transcriber.transcribe_batch(
                pcm, batch, language=None, hints=hints, before=before
            )
        return Transcription(
            segments=tuple(segments),
            wall_s=time.perf_counter() - begun,
            processor_s=_processor_s() - begun_processor,
        )

    def warm_up(self, pcm: Path) -> None:
        """Recognize a little of a recording, so that the first contender is not the slowest."""
        self._transcriber.transcribe_batch(pcm, plan_chunks(pcm)[:1], language=None)

    def _hints(self, contender: Contender, known: Known) -> Hints:
        shown = [
            ShownText(start_ms=start_ms, end_ms=end_ms, text=text)
            for start_ms, end_ms, text in known.slides
        ]
        return Hints(
            title=known.title,
            speakers=known.speakers,
            terms=self._glossary if contender.glossary else (),
            slides=tuple(shown) if contender.slides else (),
        )


def extract_pcm(source: Path, target: Path) -> Path:
    """Take the sound out of a recording as the worker does, unless it was done before."""
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        tools = find_tools()
        extract_audio(source, target, info=probe(source, tools), tools=tools)
    return target


def shipped_glossary(*, sounds_like: bool = False) -> tuple[GlossaryTerm, ...]:
    """Read the glossary that comes with the archive, as recognition is given it.

    Args:
        sounds_like: Whether to keep what recognition is known to write for a term. That was
            heard from the voices which speak here (`scripts/hear_glossary.py`): with it the
            benchmark would be examined on what it learned by heart.
    """
    return tuple(
        GlossaryTerm(
            term=draft.term,
            language=draft.language,
            kind=draft.kind,
            variants=draft.variants,
            sounds_like=draft.sounds_like if sounds_like else (),
        )
        for draft in read_shipped()
    )


def _processor_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def words_of(segments: Sequence[Segment]) -> str:
    """Give the whole text of a transcript."""
    return " ".join(segment.text for segment in segments)
