import csv
from pathlib import Path

import pytest

from archive.database import Database
from archive.deposits import Description, deposit
from archive.jobs import Jobs
from archive.permissions import OPERATOR, VISITOR
from archive.recordings import get_recording
from archive.storage import Blob
from tests.conftest import START
from worker.command import main

Output = pytest.CaptureFixture[str]


@pytest.fixture
def recording_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, migrated_database: Path) -> int:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(tmp_path))
    (tmp_path / "archive.db").write_bytes(migrated_database.read_bytes())
    database = Database(f"sqlite:///{tmp_path / 'archive.db'}")
    jobs = Jobs(database)
    with database.begin() as session:
        made = deposit(
            session,
            jobs,
            blob=Blob(sha256="ab" * 32, size_bytes=1),
            file_name="a.mp4",
            description=Description(title="=Sum, of", speakers=("أمينة",)),
            depositor_id=None,
            publish=False,
            now=START,
        ).recording_id
    jobs.close()
    database.close()
    return made


def _title(tmp_path: Path, recording_id: int) -> str:
    database = Database(f"sqlite:///{tmp_path / 'archive.db'}")
    with database.read() as session:
        title = get_recording(session, recording_id, actor=OPERATOR, now=START).title
    database.close()
    return title


def test_an_export_is_imported_without_a_difference(
    tmp_path: Path, recording_id: int, capsys: Output
) -> None:
    file = tmp_path / "out.csv"

    assert main(["metadata", "export", str(file)]) == 0
    assert main(["metadata", "import", str(file)]) == 0

    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert (rows[0]["title"], rows[0]["people"]) == ("'=Sum, of", "أمينة | presenter")
    assert "changed 0, unchanged 1, refused 0" in capsys.readouterr().out
    assert _title(tmp_path, recording_id) == "=Sum, of"


def test_a_dry_run_tells_and_changes_nothing(
    tmp_path: Path, recording_id: int, capsys: Output
) -> None:
    file = tmp_path / "in.csv"
    file.write_text(f"id,title\n{recording_id},Renamed\n")

    assert main(["metadata", "import", "--dry-run", str(file)]) == 0
    told = capsys.readouterr().out
    before = _title(tmp_path, recording_id)
    assert main(["metadata", "import", str(file)]) == 0

    assert f"recording {recording_id}: Title: '=Sum, of' → 'Renamed'" in told
    assert before == "=Sum, of"
    assert _title(tmp_path, recording_id) == "Renamed"


def test_a_refused_line_is_named_and_nothing_is_imported(
    tmp_path: Path, recording_id: int, capsys: Output
) -> None:
    file = tmp_path / "in.csv"
    file.write_text(f"id,title,licence\n{recording_id},Renamed,none such\n")

    assert main(["metadata", "import", str(file)]) == 1

    told = capsys.readouterr().err
    assert "line 2: Licence:" in told
    assert "Nothing was imported" in told
    assert _title(tmp_path, recording_id) == "=Sum, of"


def test_a_recording_is_published_and_withdrawn_from_the_terminal(
    tmp_path: Path, recording_id: int, capsys: Output
) -> None:
    number = str(recording_id)

    assert main(["publication", number]) == 0
    stood = capsys.readouterr()
    assert main(["publication", number, "--step", "publish"]) == 0
    assert f"recording {number}  published" in capsys.readouterr().out
    assert main(["publication", number, "--step", "submit"]) == 1
    assert "submit is for what is draft" in capsys.readouterr().err
    assert main(["publication", number, "--step", "withdraw", "--reason", "Named someone"]) == 0

    assert f"recording {number}  draft" in stood.out
    assert "advised: Rights:" in stood.err
    database = Database(f"sqlite:///{tmp_path / 'archive.db'}")
    with database.read() as session, pytest.raises(Exception, match="withdrawn"):
        get_recording(session, recording_id, actor=VISITOR, now=START)
    database.close()
