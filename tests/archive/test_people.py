from dataclasses import replace

import pytest
from sqlalchemy import select, text

from archive.database import Database
from archive.describing.keeping import Keeper
from archive.describing.reading import read_described
from archive.describing.values import Credit
from archive.errors import InvalidInputError, NotAllowedError, NotFoundError
from archive.jobs import Jobs
from archive.known_people import KnownPeople
from archive.models import AuditEntry, Person, PersonName, PersonRole, Recording
from archive.people import (
    change_person,
    get_person,
    list_people,
    merge_people,
    remove_person,
    similar_people,
)
from archive.permissions import LIBRARIAN, UPLOADER, Actor
from tests.archive.conftest import Deposit
from tests.conftest import START
from worker.stages.context import read_hints
from worker.stages.documents import index_document

LINA = Actor(account_id=7, name="Lina", roles=frozenset({LIBRARIAN}))
ORCID = "0000-0002-1825-0097"
OTHER_ORCID = "0000-0001-5109-3700"


def _person(database: Database, name: str, organisation: str = "", orcid: str = "") -> int:
    with database.begin() as session:
        known = KnownPeople(session, now=START)
        return known.ensure(Credit(name=name, organisation=organisation, orcid=orcid)).id


def _found(database: Database, name: str, organisation: str = "", orcid: str = "") -> int | None:
    with database.read() as session:
        known = KnownPeople(session, now=START)
        person = known.find(Credit(name=name, organisation=organisation, orcid=orcid))
        return person.id if person else None


def test_a_name_leads_to_its_person_whatever_case_and_accents(database: Database) -> None:
    joana = _person(database, "João Silva")

    assert _found(database, "joao  silva") == joana
    assert _found(database, "João Silvano") is None


def test_people_of_one_name_are_told_apart_by_organisation_or_orcid(database: Database) -> None:
    of_who = _person(database, "Amina Diallo", "WHO")
    of_msf = _person(database, "Amina Diallo", "MSF", ORCID)

    assert of_who != of_msf
    assert _found(database, "Amina Diallo", "who") == of_who
    assert _found(database, "Amina Diallo", "", ORCID) == of_msf
    assert _found(database, "Amina Diallo", "Red Cross") is None
    with pytest.raises(InvalidInputError, match=r"2 people called Amina Diallo \(0000.*; of WHO\)"):
        _found(database, "Amina Diallo")


def test_what_was_not_known_of_someone_is_filled_in(database: Database) -> None:
    first = _person(database, "Amina Diallo")

    assert _person(database, "Amina Diallo", "WHO", ORCID) == first
    with database.read() as session:
        person = session.get_one(Person, first)
    assert (person.organisation, person.orcid) == ("WHO", ORCID)


@pytest.mark.parametrize(
    ("name", "organisation", "remedy"),
    [
        ("Somebody Else", "", "is that of Amina Diallo"),
        ("Amina Diallo", "MSF", "is of WHO here"),
    ],
)
def test_an_orcid_that_says_otherwise_is_told(
    database: Database, name: str, organisation: str, remedy: str
) -> None:
    _person(database, "Amina Diallo", "WHO", ORCID)

    with pytest.raises(InvalidInputError, match=remedy):
        _found(database, name, organisation, ORCID)


def test_merged_people_are_one_with_both_names_and_all_recordings(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    first = make(speakers=("Amina Diallo",))
    second = make(speakers=("A. Diallo", "Otieno"))
    both = make(speakers=("A. Diallo", "Amina Diallo"))
    amina = _found(database, "Amina Diallo")
    short = _found(database, "A. Diallo")
    assert amina is not None
    assert short is not None

    with database.begin() as session:
        kept = merge_people(session, jobs, short, amina, actor=LINA, now=START)

    assert (kept.name, kept.aliases, kept.recordings) == ("Amina Diallo", ("A. Diallo",), 3)
    assert _found(database, "a diallo") == amina
    with database.read() as session:
        described = read_described(session, [first, second, both])
        recording = session.get_one(Recording, second)
        hints = read_hints(session, second)
        document = index_document(session, second)
        queued = session.scalar(
            text("SELECT count(*) FROM workflow_status WHERE workflow_uuid = :id"),
            {"id": f"index-{second}-{recording.version}"},
        )
        noted = session.scalars(select(AuditEntry).where(AuditEntry.kind == "person")).one()
        with pytest.raises(NotFoundError):
            get_person(session, short, actor=LINA)
    assert [one.name for one in described[second].people] == ["Amina Diallo", "Otieno"]
    assert [one.name for one in described[both].people] == ["Amina Diallo"]
    assert recording.speakers == "Amina Diallo\nOtieno"
    assert hints.speakers == ("Amina Diallo", "Otieno")
    assert document is not None
    assert document.speakers == ("Amina Diallo", "Otieno")
    assert queued == 1
    assert noted.action == "merged"


def test_two_with_orcids_of_their_own_are_not_one(database: Database, jobs: Jobs) -> None:
    first = _person(database, "Amina Diallo", "", ORCID)
    second = _person(database, "Aminata Diallo", "", OTHER_ORCID)

    with database.begin() as session:
        with pytest.raises(InvalidInputError, match="so they are two"):
            merge_people(session, jobs, first, second, actor=LINA, now=START)
        with pytest.raises(InvalidInputError, match="same person"):
            merge_people(session, jobs, first, first, actor=LINA, now=START)


def test_a_new_name_keeps_the_old_one_and_recordings_follow(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    recording_id = make(speakers=("Amina D",))
    person_id = _found(database, "Amina D")
    assert person_id is not None

    with database.begin() as session:
        change_person(
            session,
            jobs,
            person_id,
            name="أمينة ديالو",
            organisation="WHO",
            orcid=f"https://orcid.org/{ORCID}",
            aliases="Amina Diallo\n",
            actor=LINA,
            now=START,
        )

    with database.read() as session:
        described = read_described(session, [recording_id])[recording_id]
        recording = session.get_one(Recording, recording_id)
    assert described.people == (Credit(name="أمينة ديالو", organisation="WHO", orcid=ORCID),)
    assert recording.speakers == "أمينة ديالو"
    assert {_found(database, name) for name in ("Amina D", "amina diallo", "أمينة ديالو")} == {
        person_id
    }


def test_nobody_is_given_what_is_anothers(database: Database, jobs: Jobs) -> None:
    _person(database, "Amina", "WHO", ORCID)
    other = _person(database, "Otieno")

    with database.begin() as session, pytest.raises(InvalidInputError, match="merge the two"):
        change_person(
            session,
            jobs,
            other,
            name="Otieno",
            organisation="",
            orcid=ORCID,
            aliases="",
            actor=LINA,
            now=START,
        )


def test_who_may_be_the_same_is_told_whatever_the_order_of_the_names(database: Database) -> None:
    amina = _person(database, "Amina Diallo")
    turned = _person(database, "Diallo Amina")
    near = _person(database, "Aminata Diallo", "WHO")
    _person(database, "Otieno Odhiambo")

    with database.read() as session:
        found = [one.id for one in similar_people(session, amina, actor=LINA)]

    assert found == [turned, near]


def test_people_are_found_by_every_name_and_place_of_work(database: Database) -> None:
    amina = _person(database, "Amina Diallo", "Ministère de la Santé")
    _person(database, "Otieno")
    with database.begin() as session:
        session.add(PersonName(person_id=amina, name="阿米娜", folded="阿 米 娜"))

    with database.read() as session:
        for typed in ("diallo", "ministere", "阿米娜"):
            assert [p.id for p in list_people(session, typed, actor=LINA).people] == [amina]
        with pytest.raises(NotAllowedError):
            list_people(session, actor=Actor(account_id=3, roles=frozenset({UPLOADER})))


def test_only_someone_whom_no_recording_names_is_removed(database: Database, make: Deposit) -> None:
    make(speakers=("Amina",))
    amina, lonely = _found(database, "Amina"), _person(database, "Nobody")
    assert amina is not None

    with database.begin() as session:
        with pytest.raises(InvalidInputError, match="1 recording names Amina"):
            remove_person(session, amina, actor=LINA, now=START)
        assert remove_person(session, lonely, actor=LINA, now=START) == "Nobody"
    assert _found(database, "Nobody") is None


def test_interpreters_are_heard_and_organisers_are_not(database: Database, make: Deposit) -> None:
    recording_id = make()
    with database.begin() as session:
        keeper = Keeper(session, now=START)
        before = read_described(session, [recording_id])[recording_id]
        credits_ = (
            Credit(name="Amina", role=PersonRole.INTERPRETER),
            Credit(name="Olga", role=PersonRole.ORGANISER),
        )
        recording = session.get_one(Recording, recording_id)
        keeper.keep(recording, before, replace(before, people=credits_))
        keeper.finish()

    with database.read() as session:
        assert session.get_one(Recording, recording_id).speakers == "Amina"
        document = index_document(session, recording_id)
    assert document is not None
    assert document.speakers == ("Amina",)
    assert "Olga" in document.description
