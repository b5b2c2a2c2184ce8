"""The names of drugs a transcript is looked through for."""

import time

from archive.database import Database
from archive.glossary.drugs import read_drug_names
from archive.glossary.shipped import offer_shipped
from archive.glossary.terms import add_term
from archive.glossary.values import Draft, Kind
from archive.models import Collection, Publication, Recording, RecordingCollection, Status
from archive.permissions import OPERATOR
from tests.conftest import START


def test_names_are_those_of_the_archive_and_of_the_collection_by_language(
    database: Database,
) -> None:
    with database.begin() as session:
        mine, other = (
            Collection(title="Mine", created_at=START),
            Collection(title="Other", created_at=START),
        )
        session.add_all([mine, other])
        session.flush()
        recording = Recording(
            title="Rounds", publication=Publication.DRAFT, status=Status.READY,
            original_name="a.mp4", collection_id=mine.id, created_at=START, updated_at=START,
        )  # fmt: skip
        session.add(recording)
        session.flush()
        session.add(
            RecordingCollection(recording_id=recording.id, collection_id=mine.id, rank=0, place=0)
        )
        for collection_id, draft in (
            (None, Draft(term="Quinine", kind=Kind.DRUG, variants=("Kinine-S",))),
            (None, Draft(term="fièvre", language="fr", kind=Kind.DISEASE)),
            (mine.id, Draft(term="aténolol", language="fr", kind=Kind.DRUG)),
            (other.id, Draft(term="rifampicin", kind=Kind.DRUG)),
        ):
            add_term(session, collection_id, draft, actor=OPERATOR, now=START)

    with database.read() as session:
        names = read_drug_names(session, recording.id)

    assert names.in_language("en") == {"quinine", "kinine s"}
    assert names.in_language("fr") == {"quinine", "kinine s", "atenolol"}


def test_the_shipped_drugs_are_read_within_a_part_of_a_page(database: Database) -> None:
    with database.begin() as session:
        offer_shipped(session, now=START)
    began = time.process_time()

    with database.read() as session:
        names = read_drug_names(session, 1)

    assert {"artesunate", "ceftriaxone"} <= names.in_language("en")
    assert time.process_time() - began < 0.1
