import hashlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import DiskFullError, NotFoundError, NotMediaError, TooLargeError
from archive.storage import RESERVE_BYTES, Storage, format_bytes

MEDIA = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + bytes(range(256)) * 64


def _everything_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_received_can_be_read_back_by_its_hash(storage: Storage) -> None:
    with storage.receive(name="talk.mp4") as incoming:
        incoming.write(MEDIA[:1000])
        incoming.write(MEDIA[1000:])
        blob = incoming.finish()

    assert blob.sha256 == hashlib.sha256(MEDIA).hexdigest()
    assert blob.size_bytes == len(MEDIA)
    assert storage.path(blob.sha256).read_bytes() == MEDIA
    assert storage.verify(blob.sha256)


def test_a_file_dropped_half_way_leaves_nothing(tmp_path: Path) -> None:
    storage = Storage(tmp_path)

    with pytest.raises(RuntimeError), storage.receive(name="talk.mp4") as incoming:  # noqa: PT012 - the block is the test
        incoming.write(MEDIA)
        raise RuntimeError

    assert _everything_below(tmp_path) == []


def test_a_file_that_is_no_media_is_refused_at_its_first_bytes(tmp_path: Path) -> None:
    storage = Storage(tmp_path)

    with pytest.raises(NotMediaError), storage.receive(name="talk.mp4") as incoming:
        incoming.write(b"#EXTM3U\n" + b"#" * 9000)

    assert _everything_below(tmp_path) == []


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    storage = Storage(tmp_path)

    with pytest.raises(NotMediaError, match="empty"), storage.receive(name="a.mp4") as incoming:
        incoming.finish()

    assert _everything_below(tmp_path) == []


def test_a_file_over_the_maximum_is_refused_before_and_while_it_travels(storage: Storage) -> None:
    with pytest.raises(TooLargeError, match="10 kB"):
        storage.check_room(20_000, max_bytes=10_000)

    with (
        pytest.raises(TooLargeError),
        storage.receive(name="a.mp4", max_bytes=10_000) as incoming,
    ):
        incoming.write(MEDIA)


def test_a_full_disk_says_how_much_is_needed(tmp_path: Path) -> None:
    storage = Storage(tmp_path, free_bytes=lambda _: RESERVE_BYTES + 3_000_000)

    with pytest.raises(DiskFullError, match=r"needs 2\.5 GB and 3\.0 MB are free"):
        storage.check_room(2_500_000_000, max_bytes=10**12)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip(f"mounting a tmpfs needs root: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_up_while_bytes_come_keeps_nothing(tiny_disk: Path) -> None:
    storage = Storage(tiny_disk, free_bytes=lambda _: RESERVE_BYTES)

    with (  # noqa: PT012 - the block is the test
        pytest.raises(DiskFullError, match=r"needs 5\.0 MB"),
        storage.receive(name="a.mp4", expected_bytes=5_000_000) as incoming,
    ):
        for _ in range(5):
            incoming.write(MEDIA + bytes(1_000_000))
        incoming.finish()

    assert _everything_below(tiny_disk) == []


def test_a_damaged_file_is_noticed(storage: Storage) -> None:
    blob = storage.keep_bytes(b"captions")
    storage.path(blob.sha256).write_bytes(b"cap_ions")

    assert not storage.verify(blob.sha256)


@pytest.mark.parametrize("key", ["../../etc/passwd", "", "a" * 63, "A" * 64, "/" * 64])
def test_only_a_hash_is_a_storage_key(storage: Storage, key: str) -> None:
    with pytest.raises(NotFoundError):
        storage.path(key)


def test_deleting_twice_is_no_error(storage: Storage) -> None:
    blob = storage.keep_bytes(b"poster")

    storage.delete(blob.sha256)
    storage.delete(blob.sha256)

    with pytest.raises(NotFoundError):
        storage.path(blob.sha256)


def test_sweep_removes_only_uploads_that_died_long_ago(tmp_path: Path) -> None:
    storage = Storage(tmp_path)
    old, new = tmp_path / "incoming" / "old", tmp_path / "incoming" / "new"
    old.touch()
    new.touch()
    os.utime(old, (0, 0))

    assert storage.sweep() == 1
    assert new.exists()
    assert not old.exists()


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (12_345, "12 kB"),
        (3_400_000, "3.4 MB"),
        (42_000_000, "42 MB"),
        (1_200_000_000, "1.2 GB"),
        (5 * 10**12, "5.0 TB"),
    ],
)
def test_format_bytes_reads_as_people_do(size_bytes: int, text: str) -> None:
    assert format_bytes(size_bytes) == text
