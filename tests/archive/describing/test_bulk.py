from datetime import date

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.describing.bulk import carry_out, plan_edits, read_edit
from archive.describing.choice import Choice, Missing, list_choice
from archive.describing.reading import read_described
from archive.describing.values import Credit, DescriptionError
from archive.errors import InvalidInputError, NotAllowedError, NotFoundError
from archive.jobs import Jobs
from archive.models import AuditEntry, Collection, Publication, Recording
from archive.permissions import LIBRARIAN, UPLOADER, Actor
from tests.archive.conftest import Deposit
from tests.conftest import START

LINA = Actor(account_id=7, name="Lina", roles=frozenset({LIBRARIAN}))


def _apply(database: Database, jobs: Jobs, ids: list[int], *edits: tuple[str, str, str]) -> int:
    with database.begin() as session:
        plan = plan_edits(session, ids, [read_edit(*edit) for edit in edits], actor=LINA, now=START)
        return carry_out(session, jobs, plan, actor=LINA, now=START)


def test_fields_are_set_added_to_and_removed_from_in_one_transaction(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    first = make(subjects=("Malaria", "Fever"), speakers=("Amina",), collection="Old")
    second = make(subjects=("malaria",))
    untouched = make()

    changed = _apply(
        database,
        jobs,
        [first, second],
        ("subjects", "remove", "MALARIA"),
        ("subjects", "add", "Triage\nfever"),
        ("people", "remove", "amina"),
        ("people", "add", "李伟 | interpreter"),
        ("collections", "add", "New"),
        ("recorded_on", "set", "2020-04-16"),
        ("licence", "set", "CC BY 4.0"),
    )

    assert changed == 2
    with database.read() as session:
        described = read_described(session, [first, second, untouched])
        noted = session.scalars(select(AuditEntry.object_id)).all()
        versions = [session.get_one(Recording, one).version for one in (first, second, untouched)]
    assert described[first].subjects == ("Fever", "Triage")
    assert described[second].subjects == ("Triage", "Fever")
    assert [one.name for one in described[first].people] == ["李伟"]
    assert described[first].collections == ("Old", "New")
    assert described[second].recorded_on == date(2020, 4, 16)
    assert described[untouched].licence == ""
    assert sorted(noted) == [first, second]
    assert versions == [2, 2, 1]


def test_a_preview_tells_what_would_change_and_who_is_new(
    database: Database, make: Deposit
) -> None:
    recording_id = make(speakers=("Amina",))
    same = make(collection="Rounds")

    with database.begin() as session:
        plan = plan_edits(
            session,
            [recording_id, same],
            [
                read_edit("collections", "add", "rounds"),
                read_edit("people", "add", "Otieno | presenter"),
            ],
            actor=LINA,
            now=START,
        )

    assert [(one.field, one.before, one.after) for one in plan.changes[0].fields] == [
        ("people", "Amina | presenter", "Amina | presenter\nOtieno | presenter"),
        ("collections", "", "Rounds"),
    ]
    assert plan.newcomers.people == ("Otieno",)
    assert plan.newcomers.collections == ()
    with database.read() as session:
        assert read_described(session, [recording_id])[recording_id].people == (
            Credit(name="Amina"),
        )


def test_one_that_cannot_be_changed_keeps_all_as_they_are(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    full = make(subjects=tuple(f"Subject {n}" for n in range(20)))
    other = make()

    with pytest.raises(InvalidInputError, match=r"Nothing was changed. “Session 1”: These are 21"):
        _apply(database, jobs, [other, full], ("subjects", "add", "One more"))

    with database.read() as session:
        assert read_described(session, [other])[other].subjects == ()


def test_a_new_name_in_two_spellings_becomes_one(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    first, second = make(), make()

    _apply(database, jobs, [first], ("subjects", "add", "Santé"), ("collections", "add", "Étude"))
    _apply(database, jobs, [second], ("subjects", "add", "sante"), ("collections", "add", "etude"))

    with database.read() as session:
        described = read_described(session, [second])[second]
        assert session.scalars(select(Collection.title)).all() == ["Étude"]
    assert (described.subjects, described.collections) == (("Santé",), ("Étude",))


@pytest.mark.parametrize(
    ("edit", "remedy"),
    [
        (("nothing", "set", "x"), "There is no field"),
        (("title", "add", "x"), "can only be set"),
        (("title", "set", " "), "It is empty"),
        (("subjects", "add", " "), "Say what is to be added"),
        (("subjects", "turn", "x"), "set, added to or removed"),
        (("people", "set", "A | nurse"), "the roles are"),
    ],
)
def test_an_edit_that_cannot_be_meant_is_refused(edit: tuple[str, str, str], remedy: str) -> None:
    with pytest.raises((InvalidInputError, DescriptionError), match=remedy):
        read_edit(*edit)


def test_only_what_one_may_change_is_changed(database: Database, jobs: Jobs, make: Deposit) -> None:
    recording_id = make()
    uploader = Actor(account_id=3, roles=frozenset({UPLOADER}))
    edit = read_edit("title", "set", "Mine")

    with database.begin() as session:
        with pytest.raises(NotFoundError):  # they may not even know that it is there
            plan_edits(session, [recording_id], [edit], actor=uploader, now=START)
        with pytest.raises(NotAllowedError):
            list_choice(session, Choice(), actor=uploader)
        with pytest.raises(NotFoundError, match="no recording 999"):
            plan_edits(session, [recording_id, 999], [edit], actor=LINA, now=START)
        too_many = list(range(1, 2_002))
        with pytest.raises(InvalidInputError, match="2000 can be changed"):
            plan_edits(session, too_many, [edit], actor=LINA, now=START)
    assert jobs


def test_the_list_is_narrowed_by_state_collection_words_and_what_is_missing(
    database: Database, make: Deposit
) -> None:
    full = make(
        title="Malaria in Élan",
        collection="Rounds",
        speakers=("Amina Diallo",),
        subjects=("Fever",),
        recorded_on=date(2020, 1, 1),
        language="fr",
        description="x",
    )
    bare = make(title="100% of it")
    binned = make(title="Malaria, deleted")
    with database.begin() as session:
        session.get_one(Recording, full).publication = Publication.REVIEW
        session.get_one(Recording, full).licence = "CC0-1.0"
        session.get_one(Recording, binned).publication = Publication.BINNED
        rounds = session.scalars(select(Collection.id)).one()

    def found(**wanted: object) -> set[int]:
        with database.read() as session:
            return set(list_choice(session, Choice(**wanted), actor=LINA).ids)  # type: ignore[arg-type] # a test's

    assert found() == {full, bare}
    assert found(text="malaria amina") == {full}
    assert found(text="fever") == {full}
    assert found(text="100%") == {bare}
    assert found(text="%") == {bare}
    assert found(publication=Publication.REVIEW) == {full}
    assert found(collection_id=rounds) == {full}
    assert found(collection_id=0) == {bare}
    for missing in Missing:
        expected = {full, bare} if missing is Missing.CHECKED else {bare}
        assert found(missing=missing) == expected, missing
