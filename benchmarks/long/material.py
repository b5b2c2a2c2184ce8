"""The recordings: films of the findability benchmark, one after the other, streams copied.

Made once into a cache folder; copying makes two hours in seconds. What is said, and when, is
known from the truth beside the films.
"""

import hashlib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from benchmarks.findability.make_sessions import FOLDER as FILMS
from benchmarks.findability.make_sessions import SOUNDS, Film, make_films
from worker.media.tools import find_tools

_TIMEOUT_S = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence that is said in a recording."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A recording and what is said in it."""

    path: Path
    duration_ms: int
    sentences: tuple[Said, ...]


def make_recording(folder: Path, *, duration_s: int) -> Material:
    """Return a recording of spoken sessions with slides, repeated; made if it is not there.

    Args:
        folder: Where it is kept, with the list ffmpeg joins.
        duration_s: Its length; the last session is cut off there.
    """
    films = [film for film in make_films(FILMS) if film.truth.name != SOUNDS]
    parts: list[Film] = []
    sentences: list[Said] = []
    at_ms = 0
    for film in cycle(films):
        if at_ms >= duration_s * 1000:
            break
        parts.append(film)
        sentences += [
            Said(
                start_ms=at_ms + sentence.start_ms,
                end_ms=at_ms + sentence.end_ms,
                text=" ".join(word.text for word in sentence.words),
            )
            for sentence in film.truth.sentences
        ]
        at_ms += duration_ms(film.path)
    mark = hashlib.sha256("".join(film.truth.made_from for film in parts).encode()).hexdigest()[:8]
    path = folder / f"{duration_s}-{mark}.mp4"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _join([film.path for film in parts], path, duration_s)
    length_ms = duration_ms(path)
    return Material(
        path=path,
        duration_ms=length_ms,
        sentences=tuple(said for said in sentences if said.end_ms <= length_ms),
    )


def copies(source: Path, folder: Path, count: int) -> list[Path]:
    """Make recordings that differ by one tag: the archive keeps the same bytes only once."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{source.stem}-{number}.mp4" for number in range(count)]
    for path in paths:
        if not path.exists():
            _run("-i", source, "-map", "0", "-c", "copy", "-metadata", f"comment={path.stem}", path)
    return paths


def duration_ms(path: Path) -> int:
    """Ask ffprobe how long a file is."""
    show = ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
    done = subprocess.run(
        [find_tools().ffprobe, *show, path],
        check=True,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
    )
    return round(float(done.stdout) * 1000)


def _join(paths: Sequence[Path], target: Path, duration_s: int) -> None:
    """Join files of the same codecs without encoding them again."""
    names = target.with_suffix(".txt")
    names.write_text("".join(f"file '{path.resolve()}'\n" for path in paths), "utf-8")
    joined = ["-f", "concat", "-safe", "0", "-i", str(names), "-t", str(duration_s)]
    _run(*joined, "-map", "0", "-c", "copy", target)


def _run(*arguments: str | Path) -> None:
    """Run ffmpeg; its output, the last argument, is written aside and renamed."""
    target = Path(arguments[-1])
    aside = target.with_suffix(".part.mp4")
    command = [find_tools().ffmpeg, "-v", "error", "-nostdin", "-y", *arguments[:-1]]
    subprocess.run(
        [*command, "-movflags", "+faststart", aside],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=_TIMEOUT_S,
    )
    aside.rename(target)
