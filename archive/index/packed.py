"""One document's tokens, times and words as flat arrays: what phrases, moments and marks need.

The index engine finds which recordings hold which terms; where in the recording they stand
is read from here. `archive.index.packing` writes it, nothing here changes it. Arrays are
views into the (memory-mapped) bytes, so a phrase check touches the tokens only.

Positions number the tokens of a document: a separator, the title, a separator, the next
field … and last the transcript. A separator equals no term, so no phrase crosses it;
segments of the transcript follow each other without one, so phrases do cross those.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.errors import SearchIndexError

FIELDS = ("title", "collection", "description", "transcript")
"""In the order of their tokens; the transcript last."""
TRANSCRIPT = FIELDS.index("transcript")

MAGIC = b"WAD1"
ALIGNMENT = 8

Array = NDArray[Any]


class Section(IntEnum):
    """The arrays of a packed document, in file order."""

    SURFACES = 0
    """uint64 (terms,): hash of each distinct term's surface form, ascending; 0 = separator."""
    TOKENS = 1
    """uint (tokens,): index into the terms at each position."""
    BOUNDS = 2
    """uint (fields + 1,): first position of each field, which ends a separator before the next."""
    STEMS = 3
    """uint64 (terms,): hash of each distinct term's stem."""
    STARTS = 4
    """uint (transcript tokens,): start of the spoken word in ms."""
    DURATIONS = 5
    """uint (transcript tokens,): length of the spoken word in ms."""
    GAPS = 6
    """uint (transcript tokens,): characters between the token before and this one."""
    WIDTHS = 7
    """uint (transcript tokens,): characters of the token."""
    SEGMENTS = 8
    """uint (segments with tokens,): first transcript token of each."""
    LANGUAGES = 9
    """uint (segments with tokens,): index into the language codes."""
    CODES = 10
    """UTF-8: language codes, a space between."""
    TEXT = 11
    """UTF-8: the transcript's text."""


_HEADER = struct.Struct("<4sI" + "II" * len(Section))  # magic, total; (item size, count) each
_DTYPES: dict[int, np.dtype[Any]] = {
    1: np.dtype("u1"),
    2: np.dtype("<u2"),
    4: np.dtype("<u4"),
    8: np.dtype("<u8"),
}


def hash_term(term: str) -> int:
    """Hash a surface form or stem to 64 bits, never 0 (the separator)."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little") or 1


@dataclass(frozen=True, slots=True)
class TermHashes:
    """What one query word may be in a document: any of these surface forms or stems."""

    hashes: tuple[int, ...]
    exact: bool
    """True: `hashes` holds one surface form; False: they are stems."""


def join_sections(sections: dict[Section, Array]) -> bytes:
    """Lay the arrays out one after the other behind a header."""
    header: list[int] = []
    body = bytearray()
    for section in Section:
        array = sections[section]
        array = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
        header += (array.itemsize, len(array))
        body += array.tobytes()
        body += bytes(-len(body) % ALIGNMENT)
    return (
        _HEADER.pack(MAGIC, _body_start() + len(body), *header)
        + bytes(_body_start() - _HEADER.size)
        + bytes(body)
    )


def _body_start() -> int:
    return _HEADER.size + -_HEADER.size % ALIGNMENT


def _read_layout(buffer: memoryview) -> list[tuple[np.dtype[Any], int, int]] | None:
    """Return type, count and offset of each section; None when the bytes do not fit."""
    if len(buffer) < _HEADER.size:
        return None
    magic, size, *layout = _HEADER.unpack_from(buffer)
    sections: list[tuple[np.dtype[Any], int, int]] = []
    offset = _body_start()
    for itemsize, count in zip(layout[::2], layout[1::2], strict=True):
        if itemsize not in _DTYPES:
            return None
        sections.append((_DTYPES[itemsize], count, offset))
        offset += itemsize * count + -(itemsize * count) % ALIGNMENT
    return sections if magic == MAGIC and size == offset == len(buffer) else None


class PackedDocument:
    """A packed document opened for reading; cheap until a section is asked for."""

    def __init__(self, buffer: memoryview) -> None:
        """Read the header of `buffer`, which holds exactly one packed document.

        Raises:
            SearchIndexError: the bytes are not a packed document, or not all of one.
        """
        sections = _read_layout(buffer)
        if sections is None:
            raise SearchIndexError(
                "the search index is damaged: stored words cannot be read; "
                "run `webinar-archive reindex`"
            )
        self._buffer = buffer
        self._sections = sections

    def section(self, section: Section) -> Array:
        """Return one array as a read-only view."""
        dtype, count, offset = self._sections[section]
        array: Array = np.frombuffer(self._buffer, dtype, count, offset)
        return array

    def find_phrase(self, words: tuple[TermHashes, ...], anchor: int = 0) -> NDArray[np.int64]:
        """Find where the words stand side by side in this order.

        Args:
            words: in order, one at least.
            anchor: index of the word looked for first, best the rarest.

        Returns:
            int64, (matches,): positions of the first word, ascending.
        """
        ids = [self._ids(word) for word in words]
        if not all(len(found) for found in ids):
            return np.empty(0, np.int64)
        tokens = self.section(Section.TOKENS)
        starts = np.flatnonzero(self._is_any(tokens, ids[anchor])) - anchor
        if len(words) > 1:
            starts = starts[(starts >= 0) & (starts + len(words) <= len(tokens))]
        for index, found in enumerate(ids):
            if index != anchor and len(starts):
                starts = starts[self._is_any(tokens[starts + index], found)]
        return starts

    def _ids(self, word: TermHashes) -> NDArray[np.int64]:
        """Return the local terms a query word may be."""
        if word.exact:
            surfaces = self.section(Section.SURFACES)
            # Of the hash's own type: a Python int would make numpy compare as float64.
            wanted = np.uint64(word.hashes[0])
            first = surfaces.searchsorted(wanted)
            return np.arange(first, surfaces.searchsorted(wanted, "right"))
        stems = self.section(Section.STEMS)
        matched = stems == np.uint64(word.hashes[0])
        for stem in word.hashes[1:]:
            matched |= stems == np.uint64(stem)
        return np.flatnonzero(matched)

    def _is_any(self, tokens: Array, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        if len(ids) == 1:
            same: NDArray[np.bool_] = np.equal(tokens, tokens.dtype.type(ids[0]))
            return same
        chosen = np.zeros(self._sections[Section.SURFACES][1], np.bool_)
        chosen[ids] = True
        return chosen[tokens]

    @cached_property
    def bounds(self) -> list[int]:
        """First position of each field, and past the end; see `Section.BOUNDS`."""
        bounds: list[int] = self.section(Section.BOUNDS).tolist()
        return bounds

    @cached_property
    def starts_ms(self) -> Array:
        """uint, (transcript tokens,): start of each spoken word in ms."""
        return self.section(Section.STARTS)

    @cached_property
    def durations_ms(self) -> Array:
        """uint, (transcript tokens,): length of each spoken word in ms."""
        return self.section(Section.DURATIONS)

    @cached_property
    def text(self) -> str:
        """The transcript's text, segments joined by a space."""
        return self.section(Section.TEXT).tobytes().decode()

    @cached_property
    def text_starts(self) -> NDArray[np.int64]:
        """int64, (transcript tokens,): first character of each token in `text`."""
        widths = self.section(Section.WIDTHS).astype(np.int64)
        gaps = self.section(Section.GAPS).astype(np.int64)
        return np.cumsum(gaps + widths) - widths

    @cached_property
    def text_ends(self) -> NDArray[np.int64]:
        """int64, (transcript tokens,): the character after each token in `text`."""
        return self.text_starts + self.section(Section.WIDTHS)

    @cached_property
    def segment_starts(self) -> Array:
        """uint, (segments with tokens,): first transcript token of each segment."""
        return self.section(Section.SEGMENTS)

    def language_at(self, token: int) -> str:
        """Return the language spoken at a transcript token."""
        codes = self.section(Section.CODES).tobytes().decode().split(" ")
        segment = int(self.segment_starts.searchsorted(token, "right")) - 1
        return codes[int(self.section(Section.LANGUAGES)[max(segment, 0)])]
