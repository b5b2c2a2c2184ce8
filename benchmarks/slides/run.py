"""Measure how well slides are found and read, on made webinars whose slides are known.

    python -m benchmarks.slides.run                      all films in 720p and 360p
    python -m benchmarks.slides.run --only corner fades --size 720
    python -m benchmarks.slides.run --films FOLDER       keep the films and use them again

A slide counts as found when its start is within one second of the truth and half of its words
are right. Words are right when they are the same, accents and case included. Prints a table;
`--out` writes JSON. Exits with 1 when a bar is missed. Processor seconds, not the clock: they
hold on a shared machine.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.slides.drawing import inter
from benchmarks.slides.filming import Truth, film, truths
from benchmarks.slides.scenes import WEBINARS
from worker.media.probe import probe
from worker.media.tools import Tools, find_tools
from worker.slides import FoundSlide, TextReader, find_slides

SIZES = {"720": (1280, 720), "360": (640, 360)}
FOUND_BAR = 0.95
WORDS_BAR = {"720": 0.97, "360": 0.90}
_CLOSE_MS = 1_000
_HALF = 0.5
_HOUR_S = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one film, or all of a size, came out."""

    name: str
    duration_s: float
    slides: int
    found: int
    """Slides that were found again."""
    given: int
    """Slides that were given, right or wrong."""
    errors_ms: list[int]
    words: int
    words_right: int
    processor_s: float

    @property
    def precision(self) -> float:
        """The part of the given slides that are there."""
        return self.found / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The part of the slides that were found."""
        return self.found / self.slides if self.slides else 1.0

    @property
    def accuracy(self) -> float:
        """Right words, of those on the slides or those read, whichever are more."""
        return self.words_right / self.words if self.words else 1.0


def words_of(text: str) -> Counter[str]:
    """Count the words of a text; `µ` has two code points, which look the same."""
    return Counter(unicodedata.normalize("NFKC", text).split())


def score(
    name: str, truth: list[Truth], given: list[FoundSlide], *, duration_s: float, processor_s: float
) -> Score:
    """Compare what was found with the truth."""
    left = list(given)
    errors, words, right = [], 0, 0
    for slide in truth:
        wanted = words_of(" ".join(slide.page.words()))
        for candidate in left:
            read = words_of(candidate.text)
            common = (wanted & read).total()
            error_ms = candidate.start_ms - slide.start_ms
            if abs(error_ms) <= _CLOSE_MS and common >= _HALF * wanted.total():
                left.remove(candidate)
                errors.append(error_ms)
                words += max(wanted.total(), read.total())
                right += common
                break
        else:
            print(f"    {name}: missed at {slide.start_ms} ms: {slide.page.title}")
    for candidate in left:
        print(f"    {name}: false at {candidate.start_ms} ms: {candidate.text[:60]!r}")
    return Score(
        name=name, duration_s=duration_s, slides=len(truth), found=len(errors), given=len(given),
        errors_ms=errors, words=words, words_right=right, processor_s=processor_s,
    )  # fmt: skip


def total(name: str, scores: list[Score]) -> Score:
    """Add films up."""
    return Score(
        name=name,
        duration_s=sum(one.duration_s for one in scores),
        slides=sum(one.slides for one in scores),
        found=sum(one.found for one in scores),
        given=sum(one.given for one in scores),
        errors_ms=[error for one in scores for error in one.errors_ms],
        words=sum(one.words for one in scores),
        words_right=sum(one.words_right for one in scores),
        processor_s=sum(one.processor_s for one in scores),
    )


def measure(name: str, path: Path, truth: list[Truth], tools: Tools, reader: TextReader) -> Score:
    """Find the slides of one film."""
    info = probe(path, tools)
    with tempfile.TemporaryDirectory() as folder:
        begun_s = processor_seconds()
        found = {
            slide.start_ms: slide
            for slide in find_slides(path, Path(folder), info=info, tools=tools, reader=reader)
        }
        used_s = processor_seconds() - begun_s
    return score(
        name, truth, list(found.values()), duration_s=info.duration_ms / 1000, processor_s=used_s
    )


def measure_hour(path: Path, tools: Tools, reader: TextReader) -> float:
    """Give the processor seconds for an hour at 25 frames a second in which few words are new.

    The film with a webcam in the corner over and over: 180 changes of 9 slides.
    """
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "hour.mp4"
        subprocess.run(
            [tools.ffmpeg, "-nostdin", "-v", "error", "-stream_loop", "-1", "-i", path,
             "-t", str(_HOUR_S), "-c", "copy", long],
            check=True,
        )  # fmt: skip
        info = probe(long, tools)
        begun_s = processor_seconds()
        for slide in find_slides(
            long, Path(folder) / "slides", info=info, tools=tools, reader=reader
        ):
            slide.picture.unlink()
        return processor_seconds() - begun_s


def processor_seconds() -> float:
    """Give the processor time of this process and its finished children."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def show(one: Score) -> None:
    """Print one line of the table."""
    late_ms = np.percentile(np.abs(one.errors_ms), 95) if one.errors_ms else 0
    print(
        f"{one.name:18} {one.duration_s:7.0f} {one.slides:7} {one.precision:10.3f} "
        f"{one.recall:7.3f} {late_ms:9.0f} {one.accuracy:7.3f} {one.processor_s:8.1f} "
        f"{one.processor_s * _HOUR_S / one.duration_s:9.0f}",
        flush=True,
    )


def main() -> int:
    """Run; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(WEBINARS), default=list(WEBINARS))
    parser.add_argument("--size", nargs="+", choices=list(SIZES), default=list(SIZES))
    parser.add_argument("--films", type=Path, help="where films are kept")
    parser.add_argument("--hour", action="store_true", help="also what an hour costs")
    parser.add_argument("--out", type=Path, help="write JSON")
    options = parser.parse_args()
    tools, reader = find_tools(), TextReader()
    with tempfile.TemporaryDirectory() as folder:
        films = options.films or Path(folder)
        films.mkdir(parents=True, exist_ok=True)
        totals = {}
        print(f"{'film':18} {'seconds':>7} {'slides':>7} {'precision':>10} {'recall':>7} "
              f"{'p95 ms':>9} {'words':>7} {'cpu s':>8} {'cpu s/h':>9}")  # fmt: skip
        for size in options.size:
            scores = []
            for name in options.only:
                webinar = WEBINARS[name](inter)
                path = films / f"{name.replace(' ', '_')}-{size}.mp4"
                if not path.exists():
                    film(
                        webinar.scenes, path, ffmpeg=tools.ffmpeg, size=SIZES[size],
                        rate=webinar.rate, key_s=webinar.key_s, crf=webinar.crf,
                    )  # fmt: skip
                scores.append(
                    measure(f"{name} {size}p", path, truths(webinar.scenes), tools, reader)
                )
                show(scores[-1])
            totals[size] = total(f"all {size}p", scores)
            show(totals[size])
        if options.hour and "corner" in options.only:
            cost_s = measure_hour(films / f"corner-{options.size[0]}.mp4", tools, reader)
            print(f"an hour at 25 frames a second, 180 changes: {cost_s:.0f} processor seconds")
    if options.out:
        options.out.write_text(json.dumps({size: asdict(s) for size, s in totals.items()}))
    return judge(totals)


def judge(totals: dict[str, Score]) -> int:
    """Hold the totals against the bars."""
    missed = [
        f"{what} at {size}p is {value:.3f}, the bar {bar}"
        for size, one in totals.items()
        for what, value, bar in (
            ("precision", one.precision, FOUND_BAR),
            ("recall", one.recall, FOUND_BAR),
            ("word accuracy", one.accuracy, WORDS_BAR[size]),
        )
        if value < bar
    ]
    print("\n".join(missed) or "all bars held")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
