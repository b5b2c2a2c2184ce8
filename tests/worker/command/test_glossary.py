"""The glossary from the terminal."""

import io
import sys
from pathlib import Path

import pytest

from archive.database import Database
from archive.glossary.shipped import read_shipped
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.models import Recording
from archive.settings import Settings
from archive.storage import Storage
from tests.web.factories import Archivist, speak
from worker.command import main

Output = pytest.CaptureFixture[str]


@pytest.fixture
def environ(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(settings.data_dir))
    monkeypatch.delenv("PORT", raising=False)


@pytest.fixture
def archivist(settings: Settings, database: Database, storage: Storage, jobs: Jobs) -> Archivist:
    return Archivist(
        database=database, storage=storage, index=SearchIndex(settings.index_dir), jobs=jobs
    )


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    path = tmp_path / "terms.csv"
    path.write_text("term;language;kind\nlèpre;fr;disease\nartesunate;;drug\n", encoding="utf-8")
    return path


@pytest.mark.usefixtures("environ")
def test_a_file_is_imported_listed_and_exported(
    terms: Path, tmp_path: Path, capsys: Output
) -> None:
    copy = tmp_path / "copy.csv"

    assert main(["glossary", "import", str(terms), "--dry-run"]) == 0
    assert main(["glossary", "list"]) == 0
    dry = capsys.readouterr()
    assert main(["glossary", "import", str(terms)]) == 0
    assert main(["glossary", "list", "lepre", "--language", "fr"]) == 0
    done = capsys.readouterr()
    assert main(["glossary", "export", str(copy)]) == 0
    assert main(["glossary", "import", str(copy)]) == 0
    again = capsys.readouterr()

    assert dry.out == "added 2, changed 0, unchanged 0, refused 0\n"
    assert done.out.splitlines()[-1] == "lèpre  [fr disease]"
    assert again.out == "added 0, changed 0, unchanged 2, refused 0\n"


@pytest.mark.usefixtures("environ")
def test_an_import_names_the_recordings_that_misheard(
    archivist: Archivist, terms: Path, capsys: Output
) -> None:
    archivist.recording(speak("We gave artisanate."), title="Severe malaria")

    main(["glossary", "import", str(terms)])

    output = capsys.readouterr().out
    assert "Severe malaria  (1 place)" in output
    assert "“artisanate” for artesunate" in output


@pytest.mark.usefixtures("environ")
@pytest.mark.parametrize(("more", "attempts"), [([], [1, 1]), (["--transcribe"], [2, 1])])
def test_an_import_transcribes_again_what_misheard_where_it_is_told_to(
    archivist: Archivist, terms: Path, database: Database, more: list[str], attempts: list[int]
) -> None:
    misheard = archivist.recording(speak("We gave artisanate."), title="Severe malaria")
    other = archivist.recording(speak("Nothing of the kind."), title="Workshop")

    assert main(["glossary", "import", str(terms), *more]) == 0

    with database.read() as session:
        recordings = [session.get_one(Recording, one) for one in (misheard, other)]
        assert [recording.attempt for recording in recordings] == attempts


@pytest.mark.usefixtures("environ")
def test_a_bad_line_is_named_and_nothing_is_imported(
    terms: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = terms.read_bytes() + b"quinine;xx;\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))

    assert main(["glossary", "import", "-"]) == 1
    refused = capsys.readouterr()
    main(["glossary", "list"])

    assert "line 4: 'xx' is not a language code" in refused.err
    assert "Nothing was imported" in refused.err
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("environ")
def test_a_collection_is_named_by_its_title(
    archivist: Archivist, terms: Path, capsys: Output
) -> None:
    archivist.deposit(title="Round", collection="Ward rounds")

    assert main(["glossary", "import", str(terms), "--collection", "Ward rounds"]) == 0
    capsys.readouterr()
    main(["glossary", "export", "--collection", "Ward rounds"])
    own = capsys.readouterr().out
    main(["glossary", "export"])
    archives = capsys.readouterr().out

    assert own.splitlines()[1:] == ["artesunate,,drug,,,", "lèpre,fr,disease,,,"]
    assert archives == "term,language,kind,variants,sounds_like,source\n"
    assert main(["glossary", "list", "--collection", "Rounds"]) == 1
    assert "there are: 'Ward rounds'" in capsys.readouterr().err


@pytest.mark.usefixtures("environ")
def test_files_that_are_not_there_are_named(tmp_path: Path, capsys: Output) -> None:
    assert main(["glossary", "import", str(tmp_path / "none.csv")]) == 1
    assert main(["glossary", "export", str(tmp_path / "no" / "where.csv")]) == 1

    assert capsys.readouterr().err.count("No such file") == 2


@pytest.mark.usefixtures("environ")
def test_migrate_brings_the_shipped_terms_once(capsys: Output) -> None:
    main(["migrate"])
    first = capsys.readouterr().out
    main(["migrate"])
    again = capsys.readouterr().out

    assert f"{len(read_shipped())} terms came into the glossary." in first
    assert "came into" not in again
