"""How a file is laid out: where an mp4 keeps its index, whether a file was cut short.

Reads the outer structure of MP4 (ISO/IEC 14496-12), Matroska/WebM (RFC 9559) and RIFF in
pure Python: a few headers, by seeking, never the media. ffprobe does not tell these things.
Must stand any bytes: what cannot be read is described as far as it could be.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MAX_ELEMENTS = 100_000
_EBML = 0x1A45DFA3
_DOC_TYPE = 0x4282
_SEGMENT = 0x18538067
_CLUSTER = 0x1F43B675
_CUES = 0x1C53BB6B
_SEEK_HEAD = 0x114D9B74
_SEEK = 0x4DBB
_SEEK_ID = 0x53AB
_SEEK_POSITION = 0x53AC
_MAX_SEEK_HEAD_BYTES = 65536
# Sizes that mean "not known when the header was written" (recorders that stream a WAV).
_RIFF_UNKNOWN_SIZES = {0, 0xFFFFFFFF}
_RIFF_LARGEST_HONEST = 0x7FFFFFFF
_MP3_FRAME_BYTES = 1441  # the largest frame of MPEG-1 layer III


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The outer structure of one media file."""

    brand: str = ""
    """MP4 major brand (`isom`, `qt  `) or Matroska DocType (`webm`, `matroska`)."""
    index_missing: bool = False
    """An MP4 without the `moov` box: nothing in it can be read."""
    index_first: bool = False
    """The MP4 index lies before the media, so that playing starts without the file's end."""
    fragmented: bool = False
    """An MP4 of fragments (`moof`), as recorders and streaming write it."""
    seekable: bool = False
    """A Matroska/WebM file that has Cues, its index."""
    cut_short: bool = False
    """The file ends before its structure says."""
    states_length: bool = False
    """An MP3 whose first frame states how long it is; others are only estimated."""


def read_layout(path: Path) -> Layout:
    """Read the layout of a file; a default `Layout` for other containers."""
    with path.open("rb") as file:
        size_bytes = file.seek(0, os.SEEK_END)
        file.seek(0)
        head = file.read(16)
        if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}:
            return _read_mp4(file, size_bytes)
        if head[:4] == _EBML.to_bytes(4, "big"):
            return _read_matroska(file, size_bytes)
        if head[:4] == b"RIFF":
            declared = int.from_bytes(head[4:8], "little")
            known = declared not in _RIFF_UNKNOWN_SIZES and declared <= _RIFF_LARGEST_HONEST
            return Layout(cut_short=known and declared + 8 > size_bytes)
        return Layout(states_length=_has_mp3_length(file, head))


def _has_mp3_length(file: BinaryIO, head: bytes) -> bool:
    """Look for the Xing, Info or VBRI header in the first frame, after an ID3v2 tag."""
    offset = 0
    if head[:3] == b"ID3":  # four bytes of 7 bits each, id3.org/id3v2.3.0 section 3.1
        offset = 10 + sum(
            (byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False)
        )
    file.seek(offset)
    frame = file.read(_MP3_FRAME_BYTES)
    return any(tag in frame for tag in (b"Xing", b"Info", b"VBRI"))


def _read_mp4(file: BinaryIO, size_bytes: int) -> Layout:
    brand = ""
    order: list[bytes] = []
    cut_short = False
    for kind, start, end in _boxes(file, size_bytes):
        if kind == b"ftyp" and not brand:
            file.seek(start)
            brand = file.read(4).decode("latin-1")
        order.append(kind)
        cut_short = end > size_bytes
    moov = order.index(b"moov") if b"moov" in order else None
    mdat = order.index(b"mdat") if b"mdat" in order else len(order)
    return Layout(
        brand=brand,
        index_missing=moov is None and b"moof" not in order,
        index_first=moov is not None and moov < mdat,
        fragmented=b"moof" in order,
        cut_short=cut_short,
    )


def _boxes(file: BinaryIO, size_bytes: int) -> Iterator[tuple[bytes, int, int]]:
    """Walk the top-level boxes: kind, where the content starts, where the box should end."""
    offset = 0
    for _ in range(_MAX_ELEMENTS):
        file.seek(offset)
        header = file.read(16)
        if len(header) < 8:  # noqa: PLR2004 - size and kind, 14496-12 section 4.2
            return
        length, kind, content = int.from_bytes(header[:4], "big"), header[4:8], offset + 8
        if length == 1:  # the size is in the next 8 bytes
            length, content = int.from_bytes(header[8:16], "big"), offset + 16
        elif length == 0:  # to the end of the file
            length = size_bytes - offset
        if length < content - offset:
            return
        yield kind, content, offset + length
        offset += length


def _read_matroska(file: BinaryIO, size_bytes: int) -> Layout:
    doc_type = ""
    cut_short = False
    cues = False
    for kind, start, length in _elements(file, 0, size_bytes):
        if kind == _EBML:
            doc_type = _doc_type(file, start, start + (length or 0))
        elif kind == _SEGMENT:
            cut_short = length is not None and start + length > size_bytes
            cues = _has_cues(file, start, size_bytes)
            break
    return Layout(brand=doc_type, seekable=cues, cut_short=cut_short)


def _doc_type(file: BinaryIO, start: int, end: int) -> str:
    for kind, content, length in _elements(file, start, end):
        if kind == _DOC_TYPE and length:
            file.seek(content)
            return file.read(min(length, 16)).rstrip(b"\0").decode("latin-1")
    return ""


def _has_cues(file: BinaryIO, segment_start: int, size_bytes: int) -> bool:
    """Look for Cues before the first cluster, or where the seek head says they are."""
    for kind, start, length in _elements(file, segment_start, size_bytes):
        if kind == _CUES:
            return True
        if kind == _SEEK_HEAD and length:
            for position in _cue_positions(file, start, min(length, _MAX_SEEK_HEAD_BYTES)):
                element = next(_elements(file, segment_start + position, size_bytes), None)
                if element and element[0] == _CUES:
                    return True
        if kind == _CLUSTER:
            return False
    return False


def _cue_positions(file: BinaryIO, start: int, length: int) -> list[int]:
    """Read from a seek head where it places the Cues, relative to the segment."""
    positions = []
    for kind, content, size in _elements(file, start, start + length):
        if kind != _SEEK or not size:
            continue
        values = {}
        for part, part_start, part_size in _elements(file, content, content + size):
            file.seek(part_start)
            values[part] = int.from_bytes(file.read(min(part_size or 0, 8)), "big")
        if values.get(_SEEK_ID) == _CUES and _SEEK_POSITION in values:
            positions.append(values[_SEEK_POSITION])
    return positions


def _elements(file: BinaryIO, offset: int, end: int) -> Iterator[tuple[int, int, int | None]]:
    """Walk sibling elements: id, where the content starts, its size (None: unknown)."""
    for _ in range(_MAX_ELEMENTS):
        if offset >= end:
            return
        file.seek(offset)
        header = file.read(12)  # an id has at most 4 bytes, a size at most 8
        id_bytes = _vint_bytes(header[:1], largest=4)
        size_bytes = _vint_bytes(header[id_bytes : id_bytes + 1], largest=8)
        if not id_bytes or not size_bytes or len(header) < id_bytes + size_bytes:
            return
        kind = int.from_bytes(header[:id_bytes], "big")
        ones = (1 << 7 * size_bytes) - 1  # all ones: unknown, RFC 8794 section 6.2
        length = int.from_bytes(header[id_bytes : id_bytes + size_bytes], "big") & ones
        start = offset + id_bytes + size_bytes
        yield kind, start, None if length == ones else length
        if length == ones:
            return
        offset = start + length


def _vint_bytes(first: bytes, *, largest: int) -> int:
    """Read from its first byte how long a variable-size integer is; 0 when it is none."""
    count = 9 - first[0].bit_length() if first else 0
    return count if count <= largest else 0
