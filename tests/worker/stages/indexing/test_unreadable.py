"""The index is built anew although one recording cannot be read."""

import logging
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from archive.clock import utc_now
from archive.database import Database
from archive.errors import DatabaseError, SearchIndexError, UnreadableError
from archive.models import Recording, StageState, Status
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.recordings import get_recording
from archive.settings import Settings
from tests.worker.stages.indexing.rows import add_ready, finish, transcribe
from worker.command.doctor import examine
from worker.command.reindex import run as reindex
from worker.parts import Parts
from worker.stages.following import follow, follow_all
from worker.stages.indexing import differing, mend, rebuild, unlike

_WORDS = '[[0, 900, 0.9, " fièvre"]]'
_DAMAGE = {
    "no word": "UPDATE transcript_segments SET words = '[[\"no word\"]]'",
    "no JSON": "UPDATE transcript_segments SET words = '[[0, 9'",
    "no text": "UPDATE transcript_segments SET text = CAST(x'ff41' AS TEXT)",
    "no time": "UPDATE transcript_segments SET words = "
    "'[[0, 99999999999999999999, 0.9, \" fièvre\"]]'",
}
"""What a row looks like that cannot be read, or cannot be laid out once it is."""


def _silent(_done: int, _all: int) -> None:
    pass


_rebuild = partial(rebuild, on_progress=_silent)


@pytest.fixture
def ids(database: Database, recording_id: int) -> list[int]:
    """Three recordings; the first says fièvre, which the tests damage."""
    transcribe(database, recording_id, "fièvre")
    found = [recording_id, *(add_ready(database, title) for title in ("Sepsis", "Malaria"))]
    for one in found:
        finish(database, one)
    return found


def _execute(database: Database, statement: str) -> None:
    with database.begin() as session:
        session.execute(text(statement))


def _heal(database: Database) -> None:
    _execute(database, f"UPDATE transcript_segments SET words = '{_WORDS}', text = 'fièvre'")


def _problem(database: Database, recording_id: int) -> str | None:
    """Return why it cannot be searched, as its page says; None: it can."""
    with database.read() as session:
        view = get_recording(session, recording_id, actor=OPERATOR, now=utc_now())
    return next((one.problem for one in view.shortcomings if one.stage is Stage.INDEX), None)


@pytest.mark.parametrize("damage", _DAMAGE.values(), ids=_DAMAGE.keys())
def test_all_others_are_indexed_and_it_is_told_which_is_not_and_why(
    database: Database, parts: Parts, ids: list[int], damage: str
) -> None:
    _rebuild(database, parts.index)
    _execute(database, damage)

    rebuilt = _rebuild(database, parts.index)

    assert rebuilt.indexed == 2
    assert parts.index.contents().keys() == set(ids[1:])
    assert list(rebuilt.unreadable) == [ids[0]]
    told = str(rebuilt.unreadable[ids[0]])
    assert told.startswith(f"Recording {ids[0]}: ")
    assert "cannot be read" in told
    assert "backup" in told
    assert _problem(database, ids[0]) == told
    assert [_problem(database, one) for one in ids[1:]] == [None, None]
    assert differing(database, parts.index.contents()) == [ids[0]]


def test_what_of_it_cannot_be_read_is_named(
    database: Database, parts: Parts, ids: list[int]
) -> None:
    _execute(database, _DAMAGE["no word"])

    told = str(_rebuild(database, parts.index).unreadable[ids[0]])

    assert "its transcript cannot be read from the database (ValueError: not enough values" in told


@pytest.mark.parametrize(
    "again",
    [
        lambda database, parts, _ids: _rebuild(database, parts.index),
        lambda _database, parts, ids: follow(parts, ids[0]),
        lambda _database, parts, ids: follow_all(parts, ids[2]),
    ],
    ids=["built anew", "followed", "another is followed"],
)
def test_mended_it_is_indexed_with_what_comes_next_and_nothing_is_told_any_more(
    database: Database, parts: Parts, ids: list[int], again: Callable[..., Any]
) -> None:
    _execute(database, _DAMAGE["no word"])
    _rebuild(database, parts.index)
    _heal(database)

    again(database, parts, ids)

    assert differing(database, parts.index.contents()) == []
    assert parts.index.search("fièvre").total == 1
    assert _problem(database, ids[0]) is None


def test_one_that_cannot_be_followed_says_so_until_it_can(
    database: Database, parts: Parts, ids: list[int]
) -> None:
    _rebuild(database, parts.index)
    _execute(database, _DAMAGE["no text"])

    with pytest.raises(UnreadableError, match="its transcript cannot be read"):
        follow(parts, ids[0])
    told = _problem(database, ids[0])
    _heal(database)
    follow(parts, ids[0])

    assert told is not None
    assert "not UTF-8" in told
    assert _problem(database, ids[0]) is None


def test_a_damaged_index_is_mended_without_it_by_a_worker_that_starts_and_the_log_says_so(
    database: Database, parts: Parts, ids: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    _rebuild(database, parts.index)
    _execute(database, _DAMAGE["no word"])
    for path in parts.settings.index_dir.rglob("*.bin"):
        path.write_bytes(b"damage")

    mend(database, parts.index)

    assert parts.index.contents().keys() == set(ids[1:])
    (record,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert f"recording={ids[0]} not indexed: Recording {ids[0]}: its tr" in record.getMessage()


def test_a_damaged_index_is_mended_by_whoever_follows_and_the_job_of_the_unreadable_one_fails(
    database: Database, parts: Parts, ids: list[int]
) -> None:
    _rebuild(database, parts.index)
    _execute(database, _DAMAGE["no word"])
    for path in parts.settings.index_dir.glob("gen-*/*"):
        path.write_bytes(b"damage")

    with pytest.raises(UnreadableError):
        follow(parts, ids[0])

    assert parts.index.contents().keys() == set(ids[1:])
    assert _problem(database, ids[0]) is not None


def test_one_that_becomes_unreadable_while_the_index_is_built_is_left_out(
    database: Database, parts: Parts, ids: list[int]
) -> None:
    _rebuild(database, parts.index)

    def damage(done: int, _all: int) -> None:
        if done == len(ids):
            _execute(database, _DAMAGE["no word"])
            for one in ids:
                _follow_or_not(parts, one)

    rebuilt = rebuild(database, parts.index, on_progress=damage)

    assert list(rebuilt.unreadable) == [ids[0]]
    assert parts.index.contents().keys() == set(ids[1:])
    assert _problem(database, ids[0]) is not None


def _follow_or_not(parts: Parts, recording_id: int) -> None:
    try:
        follow(parts, recording_id)
    except UnreadableError:
        return


def test_where_none_can_be_read_the_index_is_left_as_it_is(
    database: Database, parts: Parts, ids: list[int]
) -> None:
    for one in ids[1:]:
        transcribe(database, one, "toux")
    _rebuild(database, parts.index)
    before = parts.index.generation
    _execute(database, _DAMAGE["no word"])

    with pytest.raises(SearchIndexError, match="none of the 3 recordings can be read"):
        _rebuild(database, parts.index)

    assert parts.index.generation == before
    assert parts.index.search("toux").total == 2


def test_a_database_that_cannot_be_used_is_not_taken_for_a_damaged_recording(
    database: Database, parts: Parts, ids: list[int]
) -> None:
    _rebuild(database, parts.index)
    before = parts.index.generation
    _execute(database, "ALTER TABLE transcript_segments RENAME TO away")

    with pytest.raises(DatabaseError, match="no such table"):
        _rebuild(database, parts.index)
    with pytest.raises(DatabaseError, match="no such table"):
        follow(parts, ids[0])

    assert parts.index.generation == before
    assert _problem(database, ids[0]) is None


def test_a_stage_under_way_is_left_to_its_pipeline(
    database: Database, parts: Parts, ids: list[int]
) -> None:
    _execute(database, _DAMAGE["no word"])
    _execute(database, f"UPDATE stage_runs SET state = 'running' WHERE recording_id = {ids[0]}")

    _rebuild(database, parts.index)

    with database.read() as session:
        states = session.scalars(text("SELECT state FROM stage_runs ORDER BY recording_id")).all()
    assert states == [StageState.RUNNING, StageState.DONE, StageState.DONE]


def test_the_command_lists_it_and_fails(
    settings: Settings, database: Database, ids: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    _execute(database, _DAMAGE["no word"])

    status = reindex(Namespace(), settings)
    output = capsys.readouterr()
    _heal(database)
    status_then = reindex(Namespace(), settings)

    assert (status, status_then) == (1, 0)
    assert output.out == (
        "2 recordings indexed.\n1 recording could not be read, and cannot be searched.\n"
    )
    assert output.err.startswith(f"webinar-archive: Recording {ids[0]}: its transcript cannot")
    assert capsys.readouterr().out == "3 recordings indexed.\n"


def _told_by_doctor(settings: Settings) -> str:
    (finding,) = [one for one in examine(settings) if one.part == "index"]
    return f"{finding.verdict}: {finding.text}"


def test_doctor_tells_of_it_whether_the_index_holds_it_or_not(
    settings: Settings, database: Database, parts: Parts, ids: list[int]
) -> None:
    _rebuild(database, parts.index)
    _execute(database, _DAMAGE["no word"])

    held = _told_by_doctor(settings)
    _rebuild(database, parts.index)
    left_out = _told_by_doctor(settings)
    _heal(database)
    mended = _told_by_doctor(settings)
    _rebuild(database, parts.index)

    assert held == left_out
    assert held.startswith(
        f"failed: 1 recording differs from the database (such as {ids[0]}). Recording {ids[0]}: "
        "its transcript cannot be read from the database (ValueError: "
    )
    assert mended == (
        f"failed: 1 recording differs from the database (such as {ids[0]}); "
        "run: webinar-archive reindex"
    )
    assert _told_by_doctor(settings).startswith("ok: 3 recordings")


def test_one_that_was_stopped_is_told_of_too(
    database: Database, parts: Parts, ids: list[int]
) -> None:
    with database.begin() as session:
        session.get_one(Recording, ids[0]).status = Status.CANCELLED
    _execute(database, f"DELETE FROM stage_runs WHERE recording_id = {ids[0]}")
    _execute(database, _DAMAGE["no word"])
    _rebuild(database, parts.index)

    assert differing(database, parts.index.contents()) == []
    assert unlike(database, parts.index, on_progress=_silent) == [ids[0]]
