import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from archive.database import Database
from archive.describing.bulk import carry_out, plan_edits, read_edit
from archive.describing.editing import Outcome, describe, get_description, marks_of
from archive.describing.reading import read_described
from archive.describing.values import DescriptionError, Field, Identifier
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import (
    AuditEntry,
    IdentifierKind,
    RecordingSubject,
    ThesaurusConcept,
    ThesaurusLabel,
)
from archive.permissions import LIBRARIAN, Actor
from tests.archive.conftest import Deposit
from tests.conftest import START

LINA = Actor(account_id=7, name="Lina", roles=frozenset({LIBRARIAN}))
MAX = Actor(account_id=8, name="Max", roles=frozenset({LIBRARIAN}))
DOI = Identifier(kind=IdentifierKind.DOI, value="10.1000/a")


def _open(database: Database, recording_id: int):  # noqa: ANN202 - a test's
    with database.read() as session:
        return get_description(session, recording_id, actor=LINA)


def test_two_who_save_in_the_same_moment_are_not_both_first(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    recording_id = make(title="Old")
    based_on = _open(database, recording_id)
    ready = threading.Barrier(4)
    outcomes: list[Outcome] = []

    def save(title: str) -> None:
        ready.wait()
        with database.begin() as session:
            outcomes.append(
                describe(
                    session,
                    jobs,
                    recording_id,
                    replace(based_on.described, title=title),
                    edition=based_on.edition,
                    marks=marks_of(based_on.described),
                    actor=LINA,
                    now=START,
                )
            )

    threads = [threading.Thread(target=save, args=[f"By {n}"]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    saved = [one for one in outcomes if one.changed]
    told = [one for one in outcomes if one.conflicts]
    assert (len(saved), len(told)) == (1, 3)
    with database.read() as session:
        assert len(session.scalars(select(AuditEntry)).all()) == 1


def test_what_changed_between_a_look_and_the_deed_stops_all_of_it(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    first, second = make(title="One"), make(title="Two")
    with database.read() as session:
        edits = [read_edit("subjects", "add", "Malaria")]
        plan = plan_edits(session, [first, second], edits, actor=LINA, now=START)
    there = _open(database, second)
    with database.begin() as session:
        describe(
            session,
            jobs,
            second,
            replace(there.described, subjects=("Fever",)),
            edition=there.edition,
            marks=marks_of(there.described),
            actor=MAX,
            now=START,
        )

    with database.begin() as session, pytest.raises(InvalidInputError, match="“Two” meanwhile"):
        carry_out(session, jobs, plan, actor=LINA, now=START)

    with database.read() as session:
        assert read_described(session, [first])[first].subjects == ()


def test_a_doi_names_one_recording(database: Database, jobs: Jobs, make: Deposit) -> None:
    first, second = make(title="The first"), make()

    def give(recording_id: int) -> Outcome:
        there = _open(database, recording_id)
        with database.begin() as session:
            return describe(
                session,
                jobs,
                recording_id,
                replace(there.described, identifiers=(DOI,)),
                edition=there.edition,
                marks={},
                actor=LINA,
                now=START,
            )

    assert give(first).changed == (Field.IDENTIFIERS,)
    with pytest.raises(DescriptionError, match=r"recording 1, “The first”"):
        give(second)


def test_a_subject_of_the_thesaurus_leads_to_its_concept(
    database: Database, jobs: Jobs, make: Deposit
) -> None:
    with database.begin() as session:
        session.add(ThesaurusConcept(id="malaria", mesh="D008288"))
        session.flush()
        for language, term in (("en", "Malaria"), ("fr", "Paludisme")):
            session.add(
                ThesaurusLabel(
                    concept_id="malaria",
                    language=language,
                    term=term,
                    folded=term.lower(),
                    created_at=START,
                    updated_at=START,
                )
            )

    make(subjects=("paludisme", "Something else"))

    with database.read() as session:
        kept = session.execute(
            select(RecordingSubject.subject, RecordingSubject.concept_id).order_by(
                RecordingSubject.place
            )
        ).all()
    assert [tuple(row) for row in kept] == [("paludisme", "malaria"), ("Something else", None)]
    assert jobs
