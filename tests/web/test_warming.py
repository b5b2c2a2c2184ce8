"""Index and thesaurus are read when the site starts."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment

from archive.clock import utc_now
from archive.database import Database
from archive.index import SearchIndex
from archive.settings import Settings
from archive.thesaurus.lookup import Thesaurus
from archive.thesaurus.shipped import bring_labels
from tests.archive.index.conftest import make_document
from web import create_app
from web.parts import Parts, current_parts
from web.warming import start_warming


@pytest.fixture
def parts(settings: Settings) -> Parts:
    with create_app(settings).app_context():
        return current_parts()


def test_a_site_starts_where_nothing_was_ever_indexed(
    parts: Parts, caplog: pytest.LogCaptureFixture
) -> None:
    start_warming(parts).join(60)

    assert caplog.messages == []


def test_what_stays_is_kept_out_of_the_garbage_collectors_rounds(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As gunicorn starts it, in a process of its own."""
    monkeypatch.setenv("ARCHIVE_DATA_DIR", str(settings.data_dir))
    started = """if True:
        import gc, threading
        from web import create_app_from_env

        site = create_app_from_env()
        for thread in threading.enumerate():
            if thread.name == "warm search":
                thread.join(60)
        print(gc.get_freeze_count())
    """
    done = subprocess.run([sys.executable, "-c", started], capture_output=True, check=True)

    assert int(done.stdout) > 100_000


def test_pages_are_compiled(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(settings)
    with app.app_context():
        start_warming(current_parts(), templates=app.jinja_env).join(60)
    monkeypatch.delattr(Environment, "compile")

    page = app.test_client().get("/")

    assert page.status_code == 200
    assert "Search" in page.text


def test_names_of_concepts_are_read(
    parts: Parts, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_labels(database, now=utc_now())
    start_warming(parts).join(60)
    with database.read() as session:
        thesaurus = parts.concepts.thesaurus(session)
    monkeypatch.delattr(Thesaurus, "_word")

    [label, *_] = thesaurus.labels("hypertension")

    assert thesaurus.words(label)  # without reading it again


def test_an_index_that_cannot_be_read_is_told_of(
    parts: Parts, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = SearchIndex(tmp_path / "index")
    index.update([make_document(1, "they gave artesunate")])
    start_warming(replace(parts, index=index)).join(60)
    assert caplog.messages == []
    (tmp_path / "index" / "current").write_text("elsewhere")

    start_warming(replace(parts, index=SearchIndex(tmp_path / "index"))).join(60)

    assert "could not be read at the start" in caplog.text
