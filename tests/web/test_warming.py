"""The index is read when the site starts."""

from pathlib import Path

import pytest

from archive.index import SearchIndex
from tests.archive.index.conftest import make_document
from web.warming import start_warming


def test_a_site_starts_where_nothing_was_ever_indexed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    start_warming(SearchIndex(tmp_path / "none")).join(60)

    assert caplog.messages == []


def test_an_index_that_cannot_be_read_is_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    index = SearchIndex(tmp_path)
    index.update([make_document(1, "they gave artesunate")])
    start_warming(index).join(60)
    assert caplog.messages == []
    (tmp_path / "current").write_text("elsewhere")

    start_warming(SearchIndex(tmp_path)).join(60)

    assert "could not be read at the start" in caplog.text
