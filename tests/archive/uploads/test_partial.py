import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import UploadBusyError, UploadGoneError
from archive.uploads.partial import PartialFiles

ID = "abcdefghijkl"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def files(tmp_path: Path) -> PartialFiles:
    files = PartialFiles(tmp_path / "uploads")
    files.create(ID)
    return files


def hold_in_another_process(files: PartialFiles, code: str) -> "subprocess.Popen[str]":
    """Run code in a process that holds the file; it has said `held` when this returns."""
    root = files.path(ID).parent
    script = (
        "import pathlib, sys, time\n"
        "from archive.uploads.partial import PartialFiles\n"
        f"with PartialFiles(pathlib.Path({str(root)!r})).hold({ID!r}) as partial:\n"
        f"    {code}\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_bytes_stay_and_the_size_is_the_offset(files: PartialFiles) -> None:
    with files.hold(ID) as partial:
        partial.write(b"one ")
    with files.hold(ID) as partial:
        assert partial.offset == 4
        partial.write(b"two")

    assert files.path(ID).read_bytes() == b"one two"
    assert files.kept_size(ID) == 7


def test_of_two_processes_one_holds_a_file_and_a_killed_one_lets_go(files: PartialFiles) -> None:
    process = hold_in_another_process(files, "partial.write(b'kept')")

    with pytest.raises(UploadBusyError), files.hold(ID, patience_s=0.2):
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()

    with files.hold(ID) as partial:
        assert partial.offset == 4


def test_who_holds_a_file_hears_that_another_wants_it(files: PartialFiles) -> None:
    with files.hold(ID) as partial:
        assert not partial.is_wanted()
        with pytest.raises(UploadBusyError), files.hold(ID, patience_s=0.1):
            pass
        assert partial.is_wanted()

    with files.hold(ID) as partial:
        assert not partial.is_wanted()


def test_unchecked_bytes_of_a_killed_process_do_not_count(files: PartialFiles) -> None:
    with files.hold(ID) as partial:
        partial.write(b"checked")
    process = hold_in_another_process(files, "partial.begin_unchecked(); partial.write(b'not')")

    assert files.size(ID) == 7
    process.kill()
    process.communicate()

    assert files.size(ID) == 7
    with files.hold(ID) as partial:
        assert partial.offset == 7
    assert files.path(ID).read_bytes() == b"checked"


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", ".hidden", "x" * 40])
def test_only_ids_of_our_own_are_places(files: PartialFiles, name: str) -> None:
    with pytest.raises(UploadGoneError):
        files.path(name)


def test_a_file_that_was_put_away_is_gone(files: PartialFiles) -> None:
    files.drop(ID)

    with pytest.raises(UploadGoneError), files.hold(ID):
        pass
    assert files.size(ID) == 0
