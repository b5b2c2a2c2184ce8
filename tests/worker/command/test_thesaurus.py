"""The thesaurus from the terminal."""

import io
import json
import sys
from pathlib import Path

import pytest

from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.settings import Settings
from archive.storage import Storage
from archive.thesaurus.shipped import bring_labels
from tests.conftest import START
from tests.web.factories import Archivist, speak
from worker.command import main

Output = pytest.CaptureFixture[str]


@pytest.fixture
def environ(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("PORT", raising=False)


@pytest.mark.usefixtures("environ")
def test_a_file_is_imported_listed_and_exported(tmp_path: Path, capsys: Output) -> None:
    path, copy = tmp_path / "names.csv", tmp_path / "copy.csv"
    path.write_text(
        "concept;language;term;preferred;mesh\nasthma;en;asthma;yes;D001249\nasthma;am;አስም\n",
        encoding="utf-8",
    )

    assert main(["thesaurus", "import", str(path), "--dry-run"]) == 0
    assert main(["thesaurus", "list"]) == 0
    dry = capsys.readouterr()
    assert main(["thesaurus", "import", str(path)]) == 0
    assert main(["thesaurus", "list", "asth", "--language", "am"]) == 0
    done = capsys.readouterr()
    assert main(["thesaurus", "export", str(copy)]) == 0
    assert main(["thesaurus", "import", str(copy)]) == 0
    again = capsys.readouterr()

    assert dry.out == "added 2, changed 0, unchanged 0, refused 0\n"
    assert done.out.splitlines()[1:] == ["asthma  D001249", "  en * asthma  []", "  am   አስም  []"]
    assert again.out == "added 0, changed 0, unchanged 2, refused 0\n"


@pytest.mark.usefixtures("environ")
def test_standard_input_and_output_will_do(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    given = "concept,language,term\r\nasthma,en,asthma\r\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))

    assert main(["thesaurus", "import", "-"]) == 0
    assert main(["thesaurus", "export"]) == 0

    printed = capsys.readouterr().out.splitlines()
    assert printed[1:] == [
        "concept,language,term,preferred,mesh,source,confirmed",
        "asthma,en,asthma,,,,",
    ]


@pytest.mark.usefixtures("environ")
def test_a_wrong_line_is_named_and_nothing_imported(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "names.csv"
    path.write_text("concept,language,term\nasthma,en,asthma\nasthma,xx,asthme\n", encoding="utf-8")

    assert main(["thesaurus", "import", str(path)]) == 1
    assert main(["thesaurus", "list"]) == 0

    printed = capsys.readouterr()
    assert "line 3" in printed.err
    assert "0 concepts" in printed.err


@pytest.mark.usefixtures("environ")
def test_migrating_brings_the_shipped_names(capsys: Output) -> None:
    assert main(["migrate"]) == 0
    assert main(["thesaurus", "list", "HTA"]) == 0

    printed = capsys.readouterr().out
    assert "names came into the thesaurus" in printed
    assert "  am * የደም ግፊት  [project]" in printed


@pytest.mark.usefixtures("environ")
def test_a_search_in_the_terminal_finds_other_names_and_can_leave_them_out(
    settings: Settings, database: Database, storage: Storage, jobs: Jobs, capsys: Output
) -> None:
    index = SearchIndex(settings.index_dir)
    archivist = Archivist(database=database, storage=storage, index=index, jobs=jobs)
    bring_labels(database, now=START)
    archivist.recording(speak("une HTA mal suivie", language="fr"), title="Cas")
    archivist.recording(speak("高血压患者", language="zh"), title="病例")

    assert main(["search", "high blood pressure"]) == 0
    found = capsys.readouterr().out
    assert main(["search", "high blood pressure", "--without", "fr:HTA"]) == 0
    less = capsys.readouterr().out
    assert main(["search", "high blood pressure", "--no-concepts", "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)

    (told,) = [line for line in found.splitlines() if line.startswith("also called: ")]
    assert "HTA (fr, 1)" in told
    assert "高血压 (zh, 1)" in told
    assert ("Cas" in found, "病例" in found) == (True, True)
    assert ("Cas" in less, "病例" in less) == (False, True)
    assert (alone["total"], alone["other_names"]) == (0, [])
