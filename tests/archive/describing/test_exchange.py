import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from archive.database import Database
from archive.deposits import Description, deposit
from archive.describing.editing import keep_changes
from archive.describing.exchange import COLUMNS, export_csv, guard, import_csv, plan_csv, unguard
from archive.describing.keeping import Keeper
from archive.describing.reading import read_described
from archive.describing.typed import read_text
from archive.describing.values import Credit, Described, DescriptionError, Field, Link
from archive.errors import InvalidInputError, NotAllowedError
from archive.jobs import Jobs
from archive.models import AuditEntry, PersonRole, Recording
from archive.permissions import OPERATOR, UPLOADER, Actor
from archive.storage import Blob
from tests.archive.conftest import Deposit
from tests.conftest import START

FULL = Described(
    title='=HYPERLINK("http://x","y"), a "quoted" title',
    description="First line\n\n- second; with, commas\n+ third\n",
    recorded_on=date(2020, 4, 16),
    people=(
        Credit(name="أمينة ديالو", organisation="منظمة الصحة العالمية"),
        Credit(name="李伟", role=PersonRole.INTERPRETER, orcid="0000-0002-1825-0097"),
        Credit(name="A | B\\C", role=PersonRole.MODERATOR),
        Credit(name="'Quoted'", role=PersonRole.CONTRIBUTOR),
    ),
    organisation="@ministry",
    collections=("Rounds", "-Club"),
    subjects=("Malaria", "የወባ በሽታ"),
    languages=("fr", "zh"),
    licence="CC-BY-4.0",
    rights="'=not a formula",
    links=(Link(url="https://a.example/x?y=1&z=2", label="Slides, and | more"),),
)


def _keep(database: Database, jobs: Jobs, recording_id: int, described: Described) -> None:
    with database.begin() as session:
        keeper = Keeper(session, now=START)
        before = read_described(session, [recording_id])[recording_id]
        recording = session.get_one(Recording, recording_id)
        settled = keeper.settle(recording_id, before, described)
        keep_changes(
            session, jobs, keeper, [(recording, before, settled)], actor=OPERATOR, now=START
        )


def _export(database: Database) -> bytes:
    with database.read() as session:
        return export_csv(session, actor=OPERATOR).encode()


def test_what_is_exported_can_be_imported_without_a_difference(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    recording_id = make()
    make(title="Another", speakers=("李伟",), collection="Rounds")
    _keep(database, jobs, recording_id, FULL)

    content = _export(database)
    with database.begin() as session:
        kept = read_described(session, [recording_id])[recording_id]
        plan = plan_csv(session, content, actor=OPERATOR, now=START)

    assert kept.title == FULL.title
    assert kept.people == FULL.people
    assert (plan.changed, plan.refused, plan.unchanged) == ((), (), 2)


def test_an_export_restores_what_was_changed_since(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    recording_id = make()
    _keep(database, jobs, recording_id, FULL)
    with database.read() as session:
        before = read_described(session, [recording_id])[recording_id]
    content = _export(database)
    _keep(database, jobs, recording_id, Described(title="Emptied"))

    with database.begin() as session:
        done = import_csv(session, jobs, content, actor=OPERATOR, now=START)

    with database.read() as session:
        assert read_described(session, [recording_id])[recording_id] == before
        version = session.get_one(Recording, recording_id).version
        queued = session.scalar(
            text("SELECT count(*) FROM workflow_status WHERE workflow_uuid = :id"),
            {"id": f"index-{recording_id}-{version}"},
        )
        noted = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.action == "described")
            .order_by(AuditEntry.id.desc())
        ).first()
    assert len(done.changed) == 1
    assert queued == 1
    assert noted is not None
    assert (noted.before["title"], noted.after["title"]) == ("Emptied", FULL.title)


def test_no_cell_runs_in_a_spreadsheet(database: Database, jobs: Jobs, make: Deposit) -> None:
    _keep(database, jobs, make(), FULL)

    content = _export(database).decode()

    row = content.split("\r\n", 1)[1]
    for cell in ("=HYPERLINK", "@ministry"):
        assert f"'{cell}" in row


@given(st.text())
def test_a_guarded_cell_reads_as_it_was(cell: str) -> None:
    guarded = guard(cell)

    assert unguard(guarded) == cell
    assert guarded[:1] not in set("=+-@\t\r＝＋－＠")  # noqa: RUF001


@pytest.mark.parametrize(
    ("content", "line", "why"),
    [
        ("id,title\n{a},One\n{a},Two\n", 3, "stands in line 2 already"),
        ("id,title\nx,One\n", 2, "is no id"),
        ("id,title\n999,One\n", 2, "no recording 999"),
        ("id,title\n{a},\n", 2, "Title: It is empty"),
        ("id,recorded_on,licence\n{a},yesterday,mine\n", 2, "Day of the session: .* Licence: "),
        ("id,people\n{a},A | nurse\n", 2, "the roles are"),
        ("id,title\n{a},One,Two\n", 2, "3 cells"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_and_nothing_is_done(
    database: Database, jobs: Jobs, make: Deposit, content: str, line: int, why: str
) -> None:
    first, second = make(), make()
    content = content.format(a=first) + (f"{second},Renamed" if "title\n" in content else "")

    with database.begin() as session:
        plan = plan_csv(session, content.encode(), actor=OPERATOR, now=START)
        with pytest.raises(InvalidInputError, match="Nothing was imported"):
            import_csv(session, jobs, content.encode(), actor=OPERATOR, now=START)

    with database.read() as session:
        assert read_described(session, [second])[second].title == "Session 2"
    assert plan.refused[0].line == line
    assert re.search(why, plan.refused[0].why)


def test_columns_a_file_leaves_out_stay_and_a_byte_order_mark_is_no_matter(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    recording_id = make(speakers=("Amina",), collection="Rounds")

    with database.begin() as session:
        import_csv(
            session,
            jobs,
            f"\ufeffid;title\r\n{recording_id};Renamed\r\n".encode(),
            actor=OPERATOR,
            now=START,
        )

    with database.read() as session:
        kept = read_described(session, [recording_id])[recording_id]
    assert kept == Described(
        title="Renamed", people=(Credit(name="Amina"),), collections=("Rounds",)
    )


def test_only_librarians_import_and_export(database: Database, make: Deposit) -> None:
    make()
    uploader = Actor(account_id=3, roles=frozenset({UPLOADER}))

    with database.begin() as session:
        with pytest.raises(NotAllowedError):
            export_csv(session, actor=uploader)
        with pytest.raises(NotAllowedError):
            plan_csv(session, b"id,title\n", actor=uploader, now=START)


_ODD = st.text(max_size=40)
_ODD_LINE = _ODD.map(lambda text: " ".join(text.splitlines()))
"""For what is typed a line each: the rest of a line that breaks would be a link of its own."""


@pytest.fixture(scope="module")
def odd(
    tmp_path_factory: pytest.TempPathFactory, migrated_database: Path
) -> Iterator[tuple[Database, Jobs, int]]:
    path = tmp_path_factory.mktemp("odd") / "archive.db"
    path.write_bytes(migrated_database.read_bytes())
    database = Database(f"sqlite:///{path}")
    jobs = Jobs(database)
    with database.begin() as session:
        recording_id = deposit(
            session,
            jobs,
            blob=Blob(sha256="ab" * 32, size_bytes=1),
            file_name="a.mp4",
            description=Description(title="A"),
            depositor_id=None,
            publish=False,
            now=START,
        ).recording_id
    yield database, jobs, recording_id
    jobs.close()
    database.close()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    title=_ODD,
    description=st.text(max_size=200),
    people=st.lists(st.tuples(_ODD, st.sampled_from(list(PersonRole)), _ODD), max_size=4),
    collections=st.lists(_ODD, max_size=3),
    subjects=st.lists(_ODD, max_size=3),
    rights=_ODD,
    labels=st.lists(_ODD_LINE, max_size=2),
    numbers=st.lists(_ODD_LINE, max_size=2),
)
@example(
    title="", description="\r\n=1+1", people=[], collections=["a\nb"], subjects=["\x00"],
    rights="\n0", labels=["| \\"], numbers=["\u2028"],
)  # fmt: skip
def test_odd_texts_go_out_and_in_again(  # noqa: PLR0913, PLR0917 - what Hypothesis draws
    odd: tuple[Database, Jobs, int],
    title: str,
    description: str,
    people: list[tuple[str, PersonRole, str]],
    collections: list[str],
    subjects: list[str],
    rights: str,
    labels: list[str],
    numbers: list[str],
) -> None:
    database, jobs, recording_id = odd
    typed = {
        Field.TITLE: f"T{title}",
        Field.DESCRIPTION: description,
        Field.PEOPLE: "\n".join(_row(*one) for one in people),
        Field.COLLECTIONS: "\n".join(collections),
        Field.SUBJECTS: "\n".join(f"s{one}" for one in subjects),
        Field.RIGHTS: rights,
        Field.LINKS: "\n".join(f"https://a.example/{n} | {one}" for n, one in enumerate(labels)),
        Field.IDENTIFIERS: "\n".join(f"other | n{one}" for one in numbers),
    }
    described = Described(**{field: read_text(field, text) for field, text in typed.items()})
    try:
        _keep(database, jobs, recording_id, described)
    except DescriptionError:
        return  # names that several people of earlier examples have

    content = _export(database)
    with database.begin() as session:
        plan = plan_csv(session, content, actor=OPERATOR, now=START)
        people_there = session.scalar(select(func.count()).select_from(Recording))

    assert content.decode().count("\r\n") >= 2
    assert [change.fields for change in plan.changed] == []
    assert plan.refused == ()
    assert people_there == 1


def _row(name: str, role: PersonRole, organisation: str) -> str:
    cells = (f"n{name}", role, organisation)
    return " | ".join(
        cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in cells
    )


def test_the_columns_are_those_of_the_description() -> None:
    assert ("id", *(field.value for field in Field)) == COLUMNS
