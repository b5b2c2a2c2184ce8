"""How long 500 recordings take to be changed at once, as the page does it, on SQLite.

Makes an archive of described recordings, each with people, collections, subjects, links and
identifiers, in a temporary folder. Then the real use cases: list, preview, apply in one transaction
with audit entries and index jobs; CSV out, in, and what a re-import finds. Prints seconds by the
clock and of the processor, and checks that every recording changed and every index job is there.

    python benchmarks/bulk_edit/run.py [--recordings 500] [--others 1500]
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from archive.database import Database
from archive.deposits import Description, deposit
from archive.describing.bulk import carry_out, plan_edits, read_edit
from archive.describing.choice import Choice, list_choice
from archive.describing.exchange import export_csv, import_csv, plan_csv
from archive.describing.keeping import Keeper
from archive.describing.reading import read_described
from archive.describing.typed import read_texts
from archive.describing.values import Field
from archive.jobs import Jobs
from archive.models import Recording
from archive.permissions import LIBRARIAN, Actor
from archive.schema import migrate
from archive.storage import Blob

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIBRARIAN_ACTOR = Actor(account_id=None, operator=True, name="Lina", roles=frozenset({LIBRARIAN}))
_FIRST_DAY = date(2020, 3, 1)
_NAMES = ("Amina Diallo", "Otieno Odhiambo", "李伟", "Joana Silva", "أمينة سالم", "Abebe Bekele")
_SUBJECTS = ("Malaria", "COVID-19", "Maternal health", "Tuberculosis", "Nutrition", "Sepsis")


def _make(database: Database, jobs: Jobs, count: int) -> list[int]:
    """Make described recordings, 100 in a transaction."""
    ids: list[int] = []
    for first in range(0, count, 100):
        with database.begin() as session:
            keeper = Keeper(session, now=NOW)
            for number in range(first, min(first + 100, count)):
                recording_id = deposit(
                    session,
                    jobs,
                    blob=Blob(sha256=f"{number:064x}", size_bytes=1),
                    file_name=f"session-{number}.mp4",
                    description=Description(title=f"Knowledge sharing session {number}"),
                    depositor_id=None,
                    publish=number % 3 > 0,
                    now=NOW,
                ).recording_id
                ids.append(recording_id)
                before = read_described(session, [recording_id])[recording_id]
                after = read_texts(_said(number), before)
                keeper.keep(
                    session.get_one(Recording, recording_id),
                    before,
                    keeper.settle(recording_id, before, after),
                )
            keeper.finish()
    return ids


def _said(number: int) -> dict[Field, str]:
    names = [f"{_NAMES[(number + k) % len(_NAMES)]} {number % 70}" for k in range(3)]
    return {
        Field.DESCRIPTION: "Clinicians of two continents share what they have seen.\n\n" * 8,
        Field.RECORDED_ON: (_FIRST_DAY + timedelta(days=number % 900)).isoformat(),
        Field.PEOPLE: f"{names[0]}\n{names[1]} | moderator | Hospital {number % 9}\n"
        f"{names[2]} | interpreter",
        Field.COLLECTIONS: f"Series {number % 12}\nYear {2020 + number % 3}",
        Field.SUBJECTS: f"{_SUBJECTS[number % 6]}\n{_SUBJECTS[(number + 1) % 6]}",
        Field.LINKS: f"https://example.org/{number} | Slides",
        Field.IDENTIFIERS: f"doi | 10.1234/session.{number}",
    }


def _timed(name: str, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it gives
    began, began_cpu = time.perf_counter(), time.process_time()
    result = work()
    took, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    print(f"{name:<44}{took:>8.2f} s{cpu:>9.2f} s of processor")
    return result


def _count(database: Database, sql: str) -> int:
    with database.read() as session:
        return int(session.scalar(text(sql)) or 0)


def _change(database: Database, jobs: Jobs, ids: Sequence[int]) -> int:
    """Do what the page's button does: plan and carry out in one transaction."""
    edits = [
        read_edit("subjects", "add", "Infection prevention\nTriage"),
        read_edit("people", "add", "Grace Mwangi | interpreter | Ministry of Health"),
        read_edit("collections", "add", "Re-release 2026"),
        read_edit("licence", "set", "CC-BY-4.0"),
        read_edit("rights", "set", "© the speakers"),
    ]
    with database.begin() as session:
        plan = plan_edits(session, ids, edits, actor=LIBRARIAN_ACTOR, now=NOW)
        return carry_out(session, jobs, plan, actor=LIBRARIAN_ACTOR, now=NOW)


def _look(database: Database, ids: Sequence[int]) -> int:
    edits = [read_edit("subjects", "add", "Infection prevention")]
    with database.read() as session:
        return len(plan_edits(session, ids, edits, actor=LIBRARIAN_ACTOR, now=NOW).changes)


def main() -> None:
    """Make the archive, do the work, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--recordings", type=int, default=500, help="changed at once (500)")
    parser.add_argument("--others", type=int, default=1500, help="in the archive beside (1500)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'archive.db'}")
        migrate(database)
        jobs = Jobs(database)
        made = _timed(
            f"make {options.recordings + options.others} described recordings",
            lambda: _make(database, jobs, options.recordings + options.others),
        )
        ids = made[: options.recordings]

        def listed() -> int:
            with database.read() as session:
                found = list_choice(session, Choice(text="session"), actor=LIBRARIAN_ACTOR)
                return len(found.ids)

        def exported() -> bytes:
            with database.read() as session:
                return export_csv(session, actor=LIBRARIAN_ACTOR, recording_ids=ids).encode()

        def replanned(content: bytes) -> int:
            with database.read() as session:
                plan = plan_csv(session, content, actor=LIBRARIAN_ACTOR, now=NOW)
                return len(plan.changed) + len(plan.refused)

        def imported(content: bytes) -> int:
            with database.begin() as session:
                done = import_csv(session, jobs, content, actor=LIBRARIAN_ACTOR, now=NOW)
                return len(done.changed)

        _timed("list, a page of 100", listed)
        _timed(f"preview a change of {len(ids)}", lambda: _look(database, ids))
        before = _timed("export them as CSV", exported)
        changed = _timed(
            f"change five fields of {len(ids)}, all in one", lambda: _change(database, jobs, ids)
        )
        jobs_there = _count(
            database,
            "SELECT count(*) FROM workflow_status WHERE workflow_uuid LIKE 'index-%' "
            "AND queue_name = 'index'",
        )
        noted = _count(database, "SELECT count(*) FROM audit_entries WHERE action = 'described'")
        after = exported()
        differing = _timed("import what was exported: differences", lambda: replanned(after))
        back = _timed("import the export of before, all in one", lambda: imported(before))
        print(
            f"\nchanged {changed}, index jobs {jobs_there}, audit entries {noted}; "
            f"differences of an export {differing}; brought back {back}, "
            f"of which differ {replanned(before)}"
        )
        assert changed == len(ids) == jobs_there == noted == back
        assert differing == 0
        assert exported() == before
        jobs.close()
        database.close()


if __name__ == "__main__":
    main()
