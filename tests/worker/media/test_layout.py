import random
from pathlib import Path

import pytest

from worker.media.layout import Layout, read_layout


def _box(kind: bytes, size: int, *, content: bytes | None = None) -> bytes:
    return size.to_bytes(4, "big") + kind + (bytes(size - 8) if content is None else content)


_FTYP = _box(b"ftyp", 16, content=b"isom\0\0\2\0")
_EBML = bytes.fromhex("1a45dfa3 87 4282 84") + b"webm"  # header with a DocType
_SEGMENT = bytes.fromhex("18538067")
_UNKNOWN = bytes.fromhex("01ffffffffffffff")
_CLUSTER = bytes.fromhex("1f43b675 84 00000000")
_CUES = bytes.fromhex("1c53bb6b 80")
# Seek head of 14 bytes: one entry, Cues at 27 (after it and the cluster).
_SEEK_HEAD = bytes.fromhex("114d9b74 8e 4dbb 8b 53ab 84 1c53bb6b 53ac 81 1b")


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        (
            _FTYP + _box(b"moov", 100) + _box(b"mdat", 50),
            Layout(brand="isom", index_first=True),
        ),
        (_FTYP + _box(b"mdat", 50) + _box(b"moov", 100), Layout(brand="isom")),
        (
            _FTYP + _box(b"moov", 100) + _box(b"mdat", 50)[:-1],
            Layout(brand="isom", index_first=True, cut_short=True),
        ),
        (
            _FTYP + _box(b"moov", 100) + b"\0\0\0\0mdat" + bytes(30),  # 0: to the end of the file
            Layout(brand="isom", index_first=True),
        ),
        (
            _FTYP + b"\0\0\0\1mdat" + (24).to_bytes(8, "big") + bytes(8) + _box(b"moov", 9),
            Layout(brand="isom"),
        ),
        (
            _FTYP + b"\0\0\0\1mdat" + (2**40).to_bytes(8, "big") + bytes(8),
            Layout(brand="isom", index_missing=True, cut_short=True),
        ),
        (_FTYP + b"\0\0\0\3mdat" + bytes(50), Layout(brand="isom", index_missing=True)),
        (
            _FTYP + _box(b"moov", 20) + _box(b"moof", 20) + _box(b"mdat", 20),
            Layout(brand="isom", index_first=True, fragmented=True),
        ),
        (_EBML + _SEGMENT + _UNKNOWN + _CUES + _CLUSTER, Layout(brand="webm", seekable=True)),
        (_EBML + _SEGMENT + _UNKNOWN + _CLUSTER + _CUES, Layout(brand="webm")),
        (
            _EBML + _SEGMENT + b"\x9d" + _SEEK_HEAD + _CLUSTER[:4] + b"\x83\0\0\0" + _CUES,
            Layout(brand="webm", seekable=True),
        ),
        (
            _EBML + _SEGMENT + b"\xff" + _SEEK_HEAD + _CLUSTER[:4] + b"\x83\0\0\0",
            Layout(brand="webm"),  # the Cues it promises are not there
        ),
        (_EBML + _SEGMENT + b"\xa0" + _CLUSTER, Layout(brand="webm", cut_short=True)),
        (b"RIFF\x10\0\0\0WAVE" + bytes(12), Layout()),
        (b"RIFF\x11\0\0\0WAVE" + bytes(12), Layout(cut_short=True)),
        (b"RIFF\xff\xff\xff\xffWAVE" + bytes(12), Layout()),  # recorded to a pipe
        (b"ID3\4\0\0\0\0\0\x05" + bytes(5) + b"\xff\xfb" + b"Xing", Layout(states_length=True)),
        (b"\xff\xfb" + bytes(100), Layout()),
        (b"", Layout()),
    ],
)
def test_layouts(content: bytes, layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)

    assert read_layout(tmp_path / "file") == layout


@pytest.mark.parametrize("start", [_FTYP, _EBML, _EBML + _SEGMENT + _UNKNOWN + _SEEK_HEAD])
def test_any_bytes_are_read_to_an_end(start: bytes, tmp_path: Path) -> None:
    for seed in range(200):
        (tmp_path / "file").write_bytes(start + random.Random(seed).randbytes(2000))

        assert isinstance(read_layout(tmp_path / "file"), Layout)
