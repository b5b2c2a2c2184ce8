"""The command as the operator types it, in this process; the worker is not needed for these."""

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.models import Recording, SearchedOnce
from tests.media import cut, make_video
from tests.worker.conftest import SPEECH
from worker.command import main

ROOT = Path(__file__).resolve().parents[3]
Output = pytest.CaptureFixture[str]


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data_dir = tmp_path / "data"
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(data_dir))
    monkeypatch.delenv("PORT", raising=False)
    return data_dir


def _kept(data_dir: Path) -> list[Path]:
    return [path for path in (data_dir / "files").rglob("*") if path.is_file()]


def _recordings(data_dir: Path) -> int:
    database = Database(f"sqlite:///{data_dir / 'archive.db'}")
    with database.read() as session:
        count = session.query(Recording).count()
    database.close()
    return count


def test_deposit_prints_id_and_address(data_dir: Path, capsys: Output) -> None:
    assert main(["deposit", str(SPEECH), "--title", "Inaugural"]) == 0

    assert capsys.readouterr().out == "recording 1  http://127.0.0.1:8000/recordings/1  waiting\n"
    assert len(_kept(data_dir)) == 1


@pytest.mark.usefixtures("data_dir")
def test_deposit_prints_json(capsys: Output) -> None:
    assert main(["deposit", str(SPEECH), "--language", "en", "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "id": 1,
        "url": "http://127.0.0.1:8000/recordings/1",
        "status": "waiting",
        "duration_ms": None,
        "language": "en",
    }


def test_the_same_bytes_lead_to_the_first_recording(
    data_dir: Path, tmp_path: Path, capsys: Output
) -> None:
    copy = tmp_path / "copy.ogg"
    copy.write_bytes(SPEECH.read_bytes())
    main(["deposit", str(SPEECH)])

    assert main(["deposit", str(copy)]) == 0

    output = capsys.readouterr()
    assert "recording 1 " in output.out.splitlines()[-1]
    assert "already" in output.err
    assert len(_kept(data_dir)) == 1
    assert _recordings(data_dir) == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("talk.mp4", b"", "empty"),
        ("talk.mp4", random.Random(7).randbytes(200_000), "talk.mp4"),
        ("talk.mp4", b"#EXTM3U\n#EXTINF:10,\n/etc/passwd\n", "playlist"),
        ("talk.mp4", b"ffconcat version 1.0\nfile /etc/passwd\n", "list"),
        ("talk.pdf", b"%PDF-1.7\n" + bytes(5000), "PDF"),
        ("notes.txt", b"Notes of the session. " * 400, "text"),
        ("محاضرة.mp4", b"\x89PNG\r\n\x1a\n" + bytes(4000), "picture"),
        ("x" * 240 + ".mp4", b"<html><body>not a video</body></html>", "web page|HTML"),
    ],
    ids=["empty", "noise", "m3u8", "concat", "pdf", "text", "image", "html"],
)
def test_what_is_not_media_is_refused_with_the_reason_and_leaves_nothing(
    data_dir: Path, tmp_path: Path, capsys: Output, name: str, content: bytes, message: str
) -> None:
    source = tmp_path / name
    source.write_bytes(content)

    assert main(["deposit", str(source)]) == 1

    error = capsys.readouterr().err
    assert error.startswith("webinar-archive: ")
    assert re.search(message, error, re.IGNORECASE), error
    assert "Traceback" not in error
    assert _kept(data_dir) == []
    assert _recordings(data_dir) == 0


def test_an_mp4_cut_before_its_index_is_refused_with_what_to_do(
    data_dir: Path, tmp_path: Path, capsys: Output
) -> None:
    whole = make_video(tmp_path / "whole.mp4", options=())

    assert main(["deposit", str(cut(whole, tmp_path / "part.mp4", fraction=0.6))]) == 1

    assert "cut off" in capsys.readouterr().err
    assert _kept(data_dir) == []


def test_a_file_over_the_maximum_is_refused(
    data_dir: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE_MAX_UPLOAD_BYTES", "10K")

    assert main(["deposit", str(SPEECH)]) == 1

    assert "ARCHIVE_MAX_UPLOAD_BYTES" in capsys.readouterr().err
    assert _kept(data_dir) == []


def test_a_disk_too_full_says_how_much_is_needed_and_keeps_nothing(
    data_dir: Path, tmp_path: Path, capsys: Output
) -> None:
    """On a real file system that has 80 MB, of which 64 are kept free."""
    data_dir.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(data_dir)]
    mounted = subprocess.run(mount, check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"mounting a tmpfs needs root: {mounted.stderr.decode().strip()}")
    try:
        large = tmp_path / "large.ogg"
        large.write_bytes(SPEECH.read_bytes() + bytes(30_000_000))

        assert main(["deposit", str(large)]) == 1

        assert "this file needs 30 MB and" in capsys.readouterr().err
        assert _kept(data_dir) == []
        assert _recordings(data_dir) == 0
    finally:
        subprocess.run(["umount", "-l", str(data_dir)], check=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["/no/such/file.mp4"], "No such file"),
        ([str(SPEECH), "--date", "yesterday"], "year-month-day"),
        ([str(SPEECH), "--language", "klingon"], "language code"),
    ],
)
def test_options_that_cannot_be_used_are_named(
    data_dir: Path, capsys: Output, arguments: list[str], message: str
) -> None:
    assert main(["deposit", *arguments]) == 1

    assert message in capsys.readouterr().err
    assert not (data_dir / "files").exists() or _kept(data_dir) == []


@pytest.mark.parametrize(
    "name", ["-v.ogg", "a b'c\".ogg", "محاضرة عن الإنتان.ogg", "x" * 250 + ".ogg"]
)
def test_any_file_name_will_do(
    data_dir: Path, tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / name).write_bytes(SPEECH.read_bytes())
    monkeypatch.chdir(tmp_path)

    assert main(["deposit", "--", name]) == 0

    assert "recording 1" in capsys.readouterr().out
    assert len(_kept(data_dir)) == 1


@pytest.mark.usefixtures("data_dir")
def test_search_finds_nothing_in_an_empty_archive(capsys: Output) -> None:
    main(["migrate"])
    capsys.readouterr()

    assert main(["search", "oxygen", "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {
        "query": "oxygen",
        "total": 0,
        "page": 1,
        "other_names": [],
        "meant": [],
        "recordings": [],
    }


def test_a_search_in_vain_is_counted(data_dir: Path, capsys: Output) -> None:
    main(["migrate"])
    for _ in range(2):
        main(["search", "oxygen"])
    capsys.readouterr()

    database = Database(f"sqlite:///{data_dir / 'archive.db'}")
    with database.read() as session:
        assert session.scalars(select(SearchedOnce.searched)).all() == [2]


@pytest.mark.usefixtures("data_dir")
def test_search_tells_what_it_found_in_place_of_what_was_typed(capsys: Output) -> None:
    main(["migrate"])
    main(["deposit", str(SPEECH), "--title", "Haemolysis and artesunate"])
    main(["reindex"])
    capsys.readouterr()

    assert main(["search", "hemolysis"]) == 0
    spelled = capsys.readouterr().out
    assert main(["search", "artesunte"]) == 0
    mistyped = capsys.readouterr().out

    assert "spelled haemolysis" in spelled
    assert "did you mean" not in spelled
    assert "found with artesunate" in mistyped
    assert "did you mean: artesunate (1)" in mistyped


@pytest.mark.usefixtures("data_dir")
def test_a_command_on_an_archive_without_tables_says_to_migrate(
    capsys: Output,
) -> None:
    assert main(["search", "oxygen"]) == 1

    assert "webinar-archive migrate" in capsys.readouterr().err


@pytest.mark.usefixtures("data_dir")
def test_a_setting_that_cannot_be_read_is_named(
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PORT", "eighty")

    assert main(["doctor"]) == 1

    assert "PORT" in capsys.readouterr().err


@pytest.mark.usefixtures("data_dir")
def test_admin_link_is_printed_once_for_each_call(capsys: Output) -> None:
    main(["admin-link"])
    first = capsys.readouterr().out.strip()
    main(["admin-link"])
    second = capsys.readouterr().out.strip()

    assert first.startswith("http://127.0.0.1:8000/setup/")
    assert first != second


def test_reindex_builds_the_index_from_the_database(data_dir: Path, capsys: Output) -> None:
    main(["deposit", str(SPEECH), "--title", "Inaugural address"])
    capsys.readouterr()

    assert main(["reindex"]) == 0
    assert capsys.readouterr().out == "1 recording indexed.\n"
    assert main(["search", "title:inaugural", "--json"]) == 0
    (recording,) = json.loads(capsys.readouterr().out)["recordings"]

    assert recording["title"] == "Inaugural address"
    assert recording["moments"] == []
    assert len(list((data_dir / "index").iterdir())) > 0


@pytest.mark.usefixtures("data_dir")
def test_a_reader_that_stops_reading_is_no_error() -> None:
    main(["migrate"])
    done = subprocess.run(
        f"{sys.executable} -m worker.command doctor | head -1",
        shell=True, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    assert done.stdout.startswith("ok")
    assert "Traceback" not in done.stderr
