"""One track's words and times as flat arrays: what moments and snippets are made of.

`archive.index.timed_text` writes it; read for the recordings on a page only. Arrays are views
into the (memory-mapped) bytes. Tokens are those of the track but the separators between
slides, which have no place here.
"""

import struct
from collections.abc import Mapping
from enum import IntEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from archive.errors import SearchIndexError

_MAGIC = b"WAD2"
_ALIGNMENT = 8

Array = NDArray[Any]
_NOTHING: Array = np.empty(0, np.uint8)


class Section(IntEnum):
    """The arrays of a packed track, in file order."""

    STARTS = 0
    """uint (tokens,): start of the spoken word, or of the slide, in ms."""
    DURATIONS = 1
    """uint (tokens,): length of the spoken word, or of the slide, in ms."""
    GAPS = 2
    """uint (tokens,): characters between the token before and this one."""
    WIDTHS = 3
    """uint (tokens,): characters of the token."""
    SEGMENTS = 4
    """uint (segments, or lines of slides, with tokens,): first token of each."""
    LANGUAGES = 5
    """uint, likewise: index into the language codes."""
    CODES = 6
    """UTF-8: language codes, a space between."""
    TEXT = 7
    """UTF-8: the track's text."""
    SPEAKERS = 8
    """uint, as segments: who speaks in each, counted from 1 in the names; 0: not known."""
    NAMES = 9
    """UTF-8: names of the recording's speakers, a line feed between."""


_HEADER = struct.Struct("<4sI" + "II" * len(Section))  # magic, size; (item size, count) each
_BODY_START = _HEADER.size + -_HEADER.size % _ALIGNMENT
_DTYPES: dict[int, np.dtype[Any]] = {
    1: np.dtype("u1"),
    2: np.dtype("<u2"),
    4: np.dtype("<u4"),
    8: np.dtype("<u8"),
}


def shrink(array: Array) -> Array:
    """Return the array in the smallest unsigned type that holds it."""
    small: Array = array.astype(np.min_scalar_type(int(array.max(initial=0))))
    return small


def join_sections(sections: Mapping[Section, Array]) -> bytes:
    """Lay the arrays out one after the other behind a header; a multiple of 8 bytes."""
    header: list[int] = []
    body = bytearray()
    for section in Section:
        array = sections.get(section, _NOTHING)
        header += (array.itemsize, len(array))
        body += array.astype(array.dtype.newbyteorder("<")).tobytes()
        body += bytes(-len(body) % _ALIGNMENT)
    head = _HEADER.pack(_MAGIC, _BODY_START + len(body), *header)
    return head.ljust(_BODY_START, b"\0") + body


class PackedSections:
    """What `join_sections` laid out, opened for reading."""

    def __init__(self, buffer: memoryview) -> None:
        """Read the header of `buffer`, which holds exactly that.

        Raises:
            SearchIndexError: the bytes are not that, or not all of it.
        """
        sections = _read_layout(buffer)
        if sections is None:
            raise SearchIndexError(
                "the search index is damaged: stored words cannot be read; "
                "run `webinar-archive reindex`"
            )
        self._buffer = buffer
        self._sections = sections

    def _section(self, section: Section) -> Array:
        dtype, count, offset = self._sections[section]
        array: Array = np.frombuffer(self._buffer, dtype, count, offset)
        return array


class PackedTrack(PackedSections):
    """A packed track opened for reading."""

    @cached_property
    def starts_ms(self) -> Array:
        """uint, (tokens,): start of each spoken word, or of the slide, in ms."""
        return self._section(Section.STARTS)

    @cached_property
    def durations_ms(self) -> Array:
        """uint, (tokens,): length of each spoken word, or of the slide, in ms."""
        return self._section(Section.DURATIONS)

    @cached_property
    def text(self) -> str:
        """The track's text: segments joined by a space, lines of a slide by ` · `."""
        return self._section(Section.TEXT).tobytes().decode()

    @cached_property
    def text_starts(self) -> NDArray[np.int64]:
        """int64, (tokens,): first character of each token in `text`."""
        return self.text_ends - self._section(Section.WIDTHS)

    @cached_property
    def text_ends(self) -> NDArray[np.int64]:
        """int64, (tokens,): the character after each token in `text`."""
        gaps = self._section(Section.GAPS).astype(np.int64)
        return np.cumsum(gaps + self._section(Section.WIDTHS))

    @cached_property
    def segment_starts(self) -> Array:
        """uint, (segments, or lines of slides, with tokens,): first token of each."""
        return self._section(Section.SEGMENTS)

    def language_at(self, token: int) -> str:
        """Return the language of the segment, or line, a token is in."""
        codes = self._section(Section.CODES).tobytes().decode().split(" ")
        segment = int(self.segment_starts.searchsorted(token, "right")) - 1
        return codes[int(self._section(Section.LANGUAGES)[segment])]

    def speaker_name(self, number: int) -> str:
        """Return the name of a number in `speakers`; empty for 0."""
        if number == 0:
            return ""
        return self._section(Section.NAMES).tobytes().decode().split("\n")[number - 1]

    @cached_property
    def speakers(self) -> NDArray[np.int64]:
        """int64, (tokens,): who says each, from 1 in the order of the names; 0: not known.

        Names stand in the document's field `speaker` in the same order.
        """
        starts = self.segment_starts.astype(np.int64)
        lengths = np.diff(starts, append=len(self.starts_ms))
        return np.repeat(self._section(Section.SPEAKERS).astype(np.int64), lengths)


def _read_layout(buffer: memoryview) -> list[tuple[np.dtype[Any], int, int]] | None:
    """Return type, count and offset of each section; None when the bytes do not fit."""
    if len(buffer) < _HEADER.size:
        return None
    magic, size, *layout = _HEADER.unpack_from(buffer)
    sections: list[tuple[np.dtype[Any], int, int]] = []
    offset = _BODY_START
    for itemsize, count in zip(layout[::2], layout[1::2], strict=True):
        if itemsize not in _DTYPES:
            return None
        sections.append((_DTYPES[itemsize], count, offset))
        offset += itemsize * count + -(itemsize * count) % _ALIGNMENT
    return sections if magic == _MAGIC and size == offset == len(buffer) else None
