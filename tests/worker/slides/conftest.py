"""Films of made webinars, each filmed once for all tests; drawn by the benchmark's parts.

The font is the one inside Pillow, which knows ASCII only; so these slides are English.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from archive.media_info import MediaInfo
from benchmarks.slides import deck
from benchmarks.slides.drawing import packed_font
from benchmarks.slides.filming import Scene, Truth, face, film, pointer, talking_head, truths
from benchmarks.slides.scenes import CORNER, build, still
from tests import media
from worker.media.probe import probe
from worker.media.tools import Tools, find_tools
from worker.slides import FoundSlide, TextReader, find_slides

SIZE = (640, 360)


@dataclass(slots=True, kw_only=True)
class Film:
    """A film, what is really in it, and what was found in it."""

    path: Path
    truth: list[Truth]
    info: MediaInfo
    folder: Path
    given: list[FoundSlide] = field(default_factory=list)
    """As they came: a slide twice."""
    progress: list[tuple[float, int]] = field(default_factory=list)
    """The fraction, and how many had been given by then."""

    @property
    def slides(self) -> list[FoundSlide]:
        """The last word on each slide."""
        return list({slide.start_ms: slide for slide in self.given}.values())


@pytest.fixture(scope="session")
def tools() -> Tools:
    return find_tools()


@pytest.fixture(scope="session")
def reader() -> TextReader:
    return TextReader()


def look_through(made: Film, tools: Tools, reader: TextReader, *, from_ms: int = 0) -> Film:
    def note(done: float) -> None:
        made.progress.append((done, len(made.given)))

    for slide in find_slides(
        made.path, made.folder, info=made.info, tools=tools, reader=reader, from_ms=from_ms,
        on_progress=note,
    ):  # fmt: skip
        made.given.append(slide)
    return made


def shoot(
    scenes: list[Scene], path: Path, tools: Tools, *, rate: int = 5, key_s: float = 2
) -> Film:
    film(scenes, path, ffmpeg=tools.ffmpeg, size=SIZE, rate=rate, key_s=key_s, crf=28)
    return Film(
        path=path, truth=truths(scenes), info=probe(path, tools), folder=path.with_suffix("")
    )


@pytest.fixture(scope="session")
def session(tmp_path_factory: pytest.TempPathFactory, tools: Tools, reader: TextReader) -> Film:
    """A talking head, slides with webcam and pointer, a fade, bullets, one again, the head."""
    over = (face(CORNER, seed=3), pointer(seed=1))
    scenes = [
        talking_head(seconds=6, seed=5),
        still(deck.MALARIA[1], packed_font, seconds=9, overlays=over),
        still(deck.MALARIA[6], packed_font, seconds=9, overlays=over, fade_s=1.0),
        build(deck.MALARIA[2], packed_font, every_s=3, hold_s=5, overlays=over[:1]),
        still(deck.MALARIA[1], packed_font, seconds=8, overlays=over),
        talking_head(seconds=6, seed=6),
    ]
    path = tmp_path_factory.mktemp("session") / "session.mp4"
    return look_through(shoot(scenes, path, tools), tools, reader)


@pytest.fixture(scope="session")
def forty_minutes(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Film:
    """One slide with a webcam and a pointer for 40 minutes: 48 s over and over."""
    folder = tmp_path_factory.mktemp("static")
    over = (face(CORNER, seed=3), pointer(seed=1))
    scenes = [still(deck.MALARIA[6], packed_font, seconds=48, overlays=over)]
    short = shoot(scenes, folder / "short.mp4", tools, rate=4, key_s=4)
    path = folder / "long.mp4"
    media.run_tool("-stream_loop", "49", "-i", short.path, "-c", "copy", path)
    truth = [Truth(start_ms=0, end_ms=2_400_000, page=deck.MALARIA[6])]
    return Film(path=path, truth=truth, info=probe(path, tools), folder=folder / "long")
