"""A speech model that makes up what it hears, for tests of what goes on around it.

Run as a script it is the real worker but for that: `python fake_transcriber.py FOLDER`. There
every batch that begins is told of (`Batches`), and waits while it is held; so do renditions.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from archive.settings import Settings
from archive.transcript import Reading, Segment
from tests.web.factories import speak
from worker import service
from worker.parts import Parts, SpeechModels
from worker.speech import Chunk, Hints, Place, SpokenChunk
from worker.stages import pictures

SAID = ("zebra", "giraffe", "ostrich", "baboon", "cheetah", "buffalo", "hyena", "antelope")
"""What is said in the first batch that is heard of a recording, in the second, and so on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What it was asked to transcribe."""

    chunks: tuple[Chunk, ...]
    language: str | None
    hints: Hints
    before: str | None

    @property
    def title(self) -> str:
        return self.hints.title


class FakeTranscriber:
    """Remembers what it was asked; in each chunk it hears a word, the same in all of a batch."""

    def __init__(self, begin: Callable[[Asked], None] = lambda _: None) -> None:
        """Name what is done when a batch begins."""
        self.asked: list[Asked] = []
        self._begin = begin

    def transcribe_batch(
        self,
        pcm: Path,
        chunks: Sequence[Chunk],
        *,
        language: str | None,
        hints: Hints | None = None,
        before: str | None = None,
    ) -> tuple[Segment, ...]:
        assert pcm.exists()
        asked = Asked(
            chunks=tuple(chunks), language=language, hints=hints or Hints(), before=before
        )
        said = SAID[sum(one.title == asked.title for one in self.asked)]
        self.asked.append(asked)
        self._begin(asked)
        return tuple(
            speak(f"I see a {said}", start_ms=chunk.start_ms, language=language or "en")
            for chunk in chunks
        )

    def translate_batch(self, pcm: Path, spoken: Sequence[SpokenChunk]) -> tuple[Segment, ...]:
        raise NotImplementedError

    def reread(self, pcm: Path, places: Sequence[Place]) -> tuple[Reading, ...]:
        raise NotImplementedError


class Batches:
    """The batches of a worker in another process: which have begun, and which are held."""

    def __init__(self, folder: Path) -> None:
        """Name the folder in which it is told."""
        self._folder = folder
        self._begun = folder / "begun.jsonl"

    def hold(self, title: str, number: int) -> None:
        """Let the batch that is the n-th heard of a recording, from 0, wait in the model."""
        self._held(title, number).touch()

    def let_go(self, title: str, number: int) -> None:
        self._held(title, number).unlink()

    def begin(self, asked: Asked) -> None:
        """Tell that a batch begins, and wait while it is held."""
        number = len(self.begun(asked.title))
        with self._begun.open("a") as file:
            file.write(json.dumps([asked.title, asked.chunks[0].start_ms]) + "\n")
        while self._held(asked.title, number).exists():
            time.sleep(0.02)

    def begun(self, title: str) -> list[int]:
        """Return where the batches begin that were heard of a recording, in ms, as they came."""
        return [start_ms for one, start_ms in self._read() if one == title]

    def hold_renditions(self) -> None:
        """Let renditions take until they are let go."""
        self._renditions.touch()

    def let_renditions_go(self) -> None:
        self._renditions.unlink()

    def render(self) -> None:
        """Wait while renditions are held."""
        while self._renditions.exists():
            time.sleep(0.02)

    def order(self) -> list[str]:
        """Return the titles in the order in which they were first heard."""
        return list(dict.fromkeys(title for title, _ in self._read()))

    @property
    def _renditions(self) -> Path:
        return self._folder / "renditions.held"

    def _held(self, title: str, number: int) -> Path:
        return self._folder / f"{title}-{number}.held"

    def _read(self) -> list[tuple[str, int]]:
        lines: list[tuple[str, int]] = []
        with suppress(FileNotFoundError):
            lines = [
                (title, start_ms)
                for title, start_ms in map(json.loads, self._begun.read_text().splitlines())
            ]
        return lines


def main(folder: Path) -> None:
    build, make = service.build_parts, pictures.make_rendition
    batches = Batches(folder)
    fake = FakeTranscriber(batches.begin)

    def build_with_fake(*given: Any) -> Parts:  # noqa: ANN401 - handed through
        return replace(build(*given), models=SpeechModels(lambda _: fake))

    def make_in_time(*given: Any, **options: Any) -> None:  # noqa: ANN401 - handed through
        batches.render()
        make(*given, **options)

    service.build_parts, pictures.make_rendition = build_with_fake, make_in_time
    service.serve(Settings.from_env(service.os.environ))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
