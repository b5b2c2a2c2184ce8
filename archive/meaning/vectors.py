"""Files of vectors, one a recording, and all of them in memory to look through.

`data/meaning/7.npz`: which version of the recording it is of, the times of its passages, and
their vectors in 8 bits. Written aside and renamed; who reads follows by the files' times. 100,000
passages take 45 MB.

E5 puts what is in one language close together, whatever it is about: asked in English, English
passages came first for 9 of 20 questions that only another language answered. So each vector is
taken from the mean of its language, and the query from the mean of all
(docs/decisions/0010-concepts.md).
"""

import json
import os
import threading
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.meaning.model import DIMENSIONS, Vectors
from archive.meaning.passages import Passage

_FORMAT = "2"
_SUFFIX = ".npz"
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)
"""What numpy raises on a file that is gone, cut off or something else."""
_PIECE = 4_096
"""Vectors widened at a time: they stay in the processor's cache."""
_RESCORED = 2_000
"""Of many passages, those whose signs are most like the query's are scored in full: 125 ms
without that among 100,000, with it 10."""
_TRUST, _TRUST_ALL = 2.0, 20.0
"""So many passages of a language count as much as the mean of all, and so many of all as much as
what passages have in common anywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a recording."""

    version: int
    digest: str
    """Of its passages."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A file in memory."""

    stamp: tuple[int, int]
    kept: Kept
    starts_ms: NDArray[np.int64]
    ends_ms: NDArray[np.int64]
    languages: NDArray[np.str_]
    vectors: NDArray[np.int8]
    scales: NDArray[np.float32]
    sums: Mapping[str, tuple[int, Vectors]]
    """How many vectors there are of each language, and their sum."""


@dataclass(frozen=True, slots=True)
class Near:
    """A passage and how near it is."""

    recording_id: int
    start_ms: int
    end_ms: int
    score: float
    """Cosine after the means are taken off: about 0 for what has nothing to do with it."""


@dataclass(frozen=True, slots=True)
class _Table:
    """All passages one below the other."""

    recordings: NDArray[np.int64]
    versions: NDArray[np.int64]
    starts_ms: NDArray[np.int64]
    ends_ms: NDArray[np.int64]
    vectors: NDArray[np.int8]
    scales: NDArray[np.float32]
    languages: NDArray[np.int64]
    """Index of each passage's language in `means`."""
    means: Vectors
    """float32, (languages, dimensions)."""
    mean: Vectors
    """Of all: float32, (dimensions,)."""
    lengths: NDArray[np.float32]
    """Of each vector from its language's mean."""
    signs: NDArray[np.uint64]
    """uint64, (passages, 6): a bit for each dimension."""


class VectorStore:
    """The files of vectors in a directory. Shared by threads; cheap to make."""

    def __init__(self, directory: Path) -> None:
        """Name the directory; it is made at the first write."""
        self.directory = directory
        self._lock = threading.Lock()
        self._loaded: dict[int, _Loaded] = {}
        self._table: _Table | None = None

    def write(
        self, recording_id: int, kept: Kept, passages: Sequence[Passage], vectors: Vectors
    ) -> None:
        """Keep the vectors of a recording's passages in place of what was kept of it."""
        largest = np.abs(vectors).max(axis=1, initial=1e-9)
        scales = (largest / 127).astype(np.float32)
        self._write(
            recording_id,
            kept,
            starts_ms=np.array([each.start_ms for each in passages], np.int64),
            ends_ms=np.array([each.end_ms for each in passages], np.int64),
            languages=np.array([each.language for each in passages], "U8"),
            vectors=np.round(vectors / scales[:, None]).astype(np.int8),
            scales=scales,
        )

    def raise_version(self, recording_id: int, version: int) -> None:
        """Say that the same passages belong to a later version of the recording."""
        found = _load(self._path(recording_id))
        if found is not None:
            self._write(
                recording_id,
                Kept(version=version, digest=found.kept.digest),
                starts_ms=found.starts_ms,
                ends_ms=found.ends_ms,
                languages=found.languages,
                vectors=found.vectors,
                scales=found.scales,
            )

    def remove(self, recording_id: int) -> None:
        """Keep nothing of a recording any more."""
        self._path(recording_id).unlink(missing_ok=True)

    def contents(self) -> dict[int, Kept]:
        """Tell what is kept, by recording, without loading the vectors.

        A file that cannot be read is not kept.
        """
        found: dict[int, Kept] = {}
        for number in self._files():
            kept = _read_kept(self._path(number))
            if kept is not None:
                found[number] = kept
        return found

    def nearest(self, query: Vectors, allowed: Mapping[int, int], *, most: int) -> tuple[Near, ...]:
        """Find the passages nearest to a query, nearest first.

        Args:
            query: float32, (384,), of length 1.
            allowed: recordings to look in, and which version of each: another is passed over.
            most: how many.
        """
        table = self._current_table()
        numbers = np.array(sorted(allowed), np.int64)
        versions = np.array([allowed[number] for number in numbers.tolist()], np.int64)
        if not len(table.recordings) or not len(numbers):
            return ()
        places = np.minimum(numbers.searchsorted(table.recordings), len(numbers) - 1)
        wanted = np.flatnonzero(
            (numbers[places] == table.recordings) & (versions[places] == table.versions)
        )
        asked = query - table.mean
        asked /= max(float(np.linalg.norm(asked)), 1e-6)
        wanted = _likely(table, wanted, asked)
        scores = _score(table, wanted, asked)
        best = np.argsort(-scores, kind="stable")[:most]
        return tuple(
            Near(
                int(table.recordings[row]),
                int(table.starts_ms[row]),
                int(table.ends_ms[row]),
                float(scores[place]),
            )
            for place, row in zip(best.tolist(), wanted[best].tolist(), strict=True)
        )

    def _current_table(self) -> _Table:
        with self._lock:
            if self._follow() or self._table is None:
                self._table = _stack(self._loaded)
            return self._table

    def _follow(self) -> bool:
        """Load what has changed on disk; returns whether anything has."""
        changed = False
        found = self._files()
        for number in self._loaded.keys() - found.keys():
            del self._loaded[number]
            changed = True
        for number, stamp in found.items():
            known = self._loaded.get(number)
            if known is None or known.stamp != stamp:
                changed = True
                self._loaded.pop(number, None)
                loaded = _load(self._path(number), stamp)
                if loaded is not None:
                    self._loaded[number] = loaded
        return changed

    def _files(self) -> dict[int, tuple[int, int]]:
        """List the files: by recording, what tells one from the file that replaces it."""
        found: dict[int, tuple[int, int]] = {}
        if not self.directory.is_dir():
            return found
        for entry in os.scandir(self.directory):
            stem = entry.name.removesuffix(_SUFFIX)
            if stem.isdecimal() and entry.name.endswith(_SUFFIX):
                with suppress(FileNotFoundError):  # removed since it was listed
                    about = entry.stat()
                    found[int(stem)] = (about.st_mtime_ns, about.st_ino)
        return found

    def _write(self, recording_id: int, kept: Kept, **arrays: Any) -> None:  # noqa: ANN401 - as numpy types it
        self.directory.mkdir(parents=True, exist_ok=True)
        path = self._path(recording_id)
        aside = path.with_name(f"{path.name}.{os.getpid()}.new")
        with aside.open("wb") as file:
            np.savez(
                file,
                format=np.array(_FORMAT),
                version=np.array(kept.version),
                digest=np.array(kept.digest),
                **arrays,
            )
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)

    def _path(self, recording_id: int) -> Path:
        return self.directory / f"{recording_id}{_SUFFIX}"


def _load(path: Path, stamp: tuple[int, int] = (0, 0)) -> _Loaded | None:
    """Read a file; None: there is none, or not one of ours."""
    try:
        # Opened here: numpy leaves a file open that it cannot read.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            vectors = file["vectors"]
            rows = len(file["scales"])
            if str(file["format"]) != _FORMAT or vectors.shape != (rows, DIMENSIONS):
                return None
            scales, languages = file["scales"], file["languages"]
            return _Loaded(
                stamp,
                Kept(version=int(file["version"]), digest=str(file["digest"])),
                file["starts_ms"],
                file["ends_ms"],
                languages,
                vectors,
                scales,
                {
                    str(code): (
                        int((languages == code).sum()),
                        scales[languages == code] @ vectors[languages == code].astype(np.float32),
                    )
                    for code in np.unique(languages)
                },
            )
    except _UNREADABLE:
        return None


def _read_kept(path: Path) -> Kept | None:
    """Read what a file is of; None: there is none, or not one of ours."""
    try:
        # Opened here: numpy leaves a file open that it cannot read.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            if str(file["format"]) != _FORMAT:
                return None
            return Kept(version=int(file["version"]), digest=str(file["digest"]))
    except _UNREADABLE:
        return None


def _stack(loaded: Mapping[int, _Loaded]) -> _Table:
    """Put all passages one below the other, and take their means."""
    parts = [(number, each) for number, each in sorted(loaded.items()) if len(each.scales)]
    counts = [len(each.scales) for _, each in parts]
    none = np.empty(0, np.int64)
    codes = sorted({code for _, each in parts for code in each.sums})
    means, mean = _means(codes, [each.sums for _, each in parts])
    vectors = np.concatenate(
        [np.empty((0, DIMENSIONS), np.int8), *(each.vectors for _, each in parts)]
    )
    scales = np.concatenate([np.empty(0, np.float32), *(each.scales for _, each in parts)])
    languages = np.concatenate([none, *(np.searchsorted(codes, e.languages) for _, e in parts)])
    lengths = np.empty(len(scales), np.float32)
    signs = np.empty((len(scales), DIMENSIONS // 64), np.uint64)
    for start in range(0, len(scales), _PIECE):
        piece = slice(start, start + _PIECE)
        apart = vectors[piece] * scales[piece, None] - means[languages[piece]]
        lengths[piece] = np.maximum(np.linalg.norm(apart, axis=1), 1e-3)
        signs[piece] = _signs(apart)
    return _Table(
        np.repeat(np.array([number for number, _ in parts], np.int64), counts),
        np.repeat(np.array([each.kept.version for _, each in parts], np.int64), counts),
        np.concatenate([none, *(each.starts_ms for _, each in parts)]),
        np.concatenate([none, *(each.ends_ms for _, each in parts)]),
        vectors,
        scales,
        languages,
        means,
        mean,
        lengths,
        signs,
    )


def _means(
    codes: Sequence[str], sums: Sequence[Mapping[str, tuple[int, Vectors]]]
) -> tuple[Vectors, Vectors]:
    """Return the mean vector of each language, and of all.

    What is known from a few passages only is drawn towards the mean of all, and that towards
    what E5's vectors have in common anywhere: in an archive of four sessions everything would
    seem near otherwise.
    """
    counts = np.zeros(len(codes), np.float32)
    totals = np.zeros((len(codes), DIMENSIONS), np.float32)
    for each in sums:
        for code, (count, total) in each.items():
            counts[codes.index(code)] += count
            totals[codes.index(code)] += total
    usual = np.array(json.loads((files("archive.meaning") / "usual.json").read_text()), np.float32)
    mean = (totals.sum(axis=0) + _TRUST_ALL * usual) / (float(counts.sum()) + _TRUST_ALL)
    means = (totals + _TRUST * mean) / (counts + _TRUST)[:, None]
    return means.astype(np.float32), mean.astype(np.float32)


def _likely(table: _Table, rows: NDArray[np.int64], asked: Vectors) -> NDArray[np.int64]:
    """Return the rows worth scoring in full."""
    if len(rows) <= _RESCORED:
        return rows
    differing = np.bitwise_count(table.signs[rows] ^ _signs(asked[None])).sum(axis=1)
    return rows[np.sort(np.argpartition(differing, _RESCORED)[:_RESCORED])]


def _signs(vectors: Vectors) -> NDArray[np.uint64]:
    return np.packbits(vectors > 0, axis=1).view(np.uint64)


def _score(table: _Table, rows: NDArray[np.int64], asked: Vectors) -> NDArray[np.float32]:
    """Multiply some rows, taken from the means of their languages, with the query's vector."""
    products = table.vectors[rows].astype(np.float32) @ asked * table.scales[rows]
    beside = (table.means @ asked)[table.languages[rows]]
    return ((products - beside) / table.lengths[rows]).astype(np.float32)
