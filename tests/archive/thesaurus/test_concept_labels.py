"""Librarians' labels: added, changed, removed, imported and exported; shipped ones beside them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError, NotFoundError
from archive.permissions import LIBRARIAN, OPERATOR, VISITOR, Actor
from archive.thesaurus.concepts import Filter, get_concept, list_concepts, measure
from archive.thesaurus.exchange import export_labels, import_labels, plan_import
from archive.thesaurus.labels import (
    add_label,
    change_label,
    change_mesh,
    read_labels,
    read_revision,
    remove_label,
)
from archive.thesaurus.shipped import ShippedLabels, bring_labels, load_shipped, offer_labels
from archive.thesaurus.values import Label
from tests.conftest import START as NOW

LATER = NOW + timedelta(days=1)
LINA = Actor(account_id=1, name="Lina", roles=frozenset((LIBRARIAN,)))
MEMBER = Actor(account_id=2, name="Moses")
ASTHMA = Label(concept="asthma", language="en", term="asthma", preferred=True, mesh="D001249")
HEADER = "concept,language,term,preferred,mesh,source\n"


def shipped(*lines: str) -> ShippedLabels:
    return ShippedLabels((HEADER + "\n".join(lines) + "\n").encode())


def terms(session: Session, concept: str) -> list[tuple[str, str, bool, bool]]:
    entries = get_concept(session, concept, actor=LINA).entries
    return [(e.label.language, e.label.term, e.label.preferred, e.shipped) for e in entries]


def test_a_label_is_added_changed_and_removed(database: Database) -> None:
    with database.begin() as session:
        added = add_label(session, ASTHMA, actor=LINA, now=NOW)
        changed = change_label(
            session,
            added.id,
            Label(concept="asthma", language="en", term="Bronchial asthma"),
            actor=LINA,
            now=LATER,
        )

        assert (changed.label.term, changed.label.mesh) == ("Bronchial asthma", "D001249")

        gone = remove_label(session, added.id, actor=LINA, now=NOW)

        assert gone.label.term == "Bronchial asthma"
        with pytest.raises(NotFoundError):
            get_concept(session, "asthma", actor=LINA)


@pytest.mark.parametrize("actor", [VISITOR, MEMBER])
def test_only_who_keeps_the_thesaurus_may_see_and_change_it(
    database: Database, actor: Actor
) -> None:
    with database.begin() as session:
        with pytest.raises(NotAllowedError):
            list_concepts(session, actor=actor)
        with pytest.raises(NotAllowedError):
            add_label(session, ASTHMA, actor=actor, now=NOW)
        with pytest.raises(NotAllowedError):
            import_labels(session, b"", actor=actor, now=NOW)
        with pytest.raises(NotAllowedError):
            export_labels(session, actor=actor)

        assert read_labels(session) == ()


def test_every_change_raises_the_revision(database: Database) -> None:
    with database.begin() as session:
        seen = [read_revision(session)]
        entry = add_label(session, ASTHMA, actor=LINA, now=NOW)
        seen.append(read_revision(session))
        change_mesh(session, "asthma", "", actor=LINA, now=NOW)
        seen.append(read_revision(session))
        import_labels(session, f"{HEADER}asthma,fr,asthme".encode(), actor=LINA, now=NOW)
        seen.append(read_revision(session))
        remove_label(session, entry.id, actor=LINA, now=NOW)
        seen.append(read_revision(session))

    assert seen == sorted(set(seen))


def test_one_name_of_a_language_is_preferred(database: Database) -> None:
    with database.begin() as session:
        add_label(session, ASTHMA, actor=LINA, now=NOW)
        other = Label(concept="asthma", language="en", term="asthma bronchiale", preferred=True)
        add_label(session, other, actor=LINA, now=NOW)

        assert [(term, preferred) for _, term, preferred, _ in terms(session, "asthma")] == [
            ("asthma bronchiale", True),
            ("asthma", False),
        ]


def test_the_same_name_is_not_added_twice_whatever_case_and_accents(database: Database) -> None:
    with database.begin() as session:
        add_label(session, ASTHMA, actor=LINA, now=NOW)
        with pytest.raises(InvalidInputError, match="already"):
            add_label(
                session,
                Label(concept="asthma", language="en", term="ASTHMÁ"),
                actor=LINA,
                now=NOW,
            )


def test_an_export_imported_again_changes_nothing(database: Database) -> None:
    bring_labels(database, now=NOW)
    with database.begin() as session:
        text = export_labels(session, actor=LINA)
        before = read_labels(session)

        plan = import_labels(session, text.encode(), actor=LINA, now=LATER)

        assert (plan.added, plan.changed, plan.refused) == ((), (), ())
        assert plan.unchanged == len(before)
        assert read_labels(session) == before
        assert export_labels(session, actor=LINA) == text


def test_an_export_brings_another_archive_to_the_same_labels(
    database: Database,
) -> None:
    rows = "asthma,en,asthma,yes,D001249,a nurse\nasthma,am,አስም,,,\n"
    with database.begin() as session:
        import_labels(session, (HEADER + rows).encode(), actor=LINA, now=NOW)
        text = export_labels(session, actor=LINA)
        for entry in get_concept(session, "asthma", actor=LINA).entries:
            remove_label(session, entry.id, actor=LINA, now=NOW)
        import_labels(session, text.encode(), actor=LINA, now=NOW)

        assert export_labels(session, actor=LINA) == text


def test_a_file_with_one_wrong_line_changes_nothing(database: Database) -> None:
    content = f"{HEADER}asthma,en,asthma\nasthma,xx,asthme\n".encode()
    with database.begin() as session:
        with pytest.raises(InvalidInputError, match="Line 3"):
            import_labels(session, content, actor=LINA, now=NOW)

        assert read_labels(session) == ()
        assert [refusal.line for refusal in plan_import(session, content, actor=LINA).refused] == [
            3
        ]


def test_columns_a_file_lacks_are_left_alone(database: Database) -> None:
    with database.begin() as session:
        rows = f"{HEADER}asthma,en,asthma,yes,D001249,a nurse"
        import_labels(session, rows.encode(), actor=LINA, now=NOW)

        plan = import_labels(
            session, b"concept,language,term\nasthma,en,Asthma\n", actor=LINA, now=NOW
        )

        assert [label.term for label in plan.changed] == ["Asthma"]
        (label,) = read_labels(session)
        assert (label.preferred, label.mesh, label.source) == (True, "D001249", "a nurse")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), ["asthma", "hiv"]),
        (Filter(text="VIH"), ["hiv"]),
        (Filter(text="d001249"), ["asthma"]),
        (Filter(text="አስ"), ["asthma"]),
        (Filter(text="%"), ["asthma", "hiv"]),
        (Filter(language="fr"), ["hiv"]),
        (Filter(without="fr"), ["asthma"]),
        (Filter(edited=True), ["asthma"]),
        (Filter(text="measles"), []),
    ],
)
def test_concepts_are_found_by_any_name(
    database: Database, wanted: Filter, found: list[str]
) -> None:
    with database.begin() as session:
        offer_labels(session, shipped("hiv,en,HIV,yes,,", "hiv,fr,VIH,yes,,"), now=NOW)
        add_label(session, ASTHMA, actor=LINA, now=NOW)
        add_label(session, Label(concept="asthma", language="am", term="አስም"), actor=LINA, now=NOW)

        page = list_concepts(session, wanted, actor=LINA)

        assert [concept.id for concept in page.concepts] == found
        assert page.total == len(found)


def test_what_ships_has_400_concepts_in_english_and_french_and_a_source_for_each_label(
    database: Database,
) -> None:
    bring_labels(database, now=NOW)

    with database.read() as session:
        size = measure(session)
        labels = read_labels(session)

    counts = dict(size.by_language)
    assert min(counts["en"], counts["fr"]) >= 400
    assert set(counts) == {"en", "fr", "pt", "ar", "sw", "am", "zh", "id"}
    assert all(label.source.startswith("project") for label in labels)
    named = {label.concept for label in labels if label.preferred and label.language == "en"}
    assert named == {label.concept for label in labels}


def test_hypertension_ships_with_its_names_in_eight_languages(database: Database) -> None:
    bring_labels(database, now=NOW)

    with database.read() as session:
        labels = read_labels(session, ["hypertension"])

    assert {"HTA", "hipertensão", "shinikizo la damu", "高血压", "ارتفاع ضغط الدم", "የደም ግፊት"} <= {
        label.term for label in labels
    }
    assert {label.mesh for label in labels} == {"D006973"}


def test_shipped_labels_come_once_and_quickly_the_second_time(database: Database) -> None:
    first = bring_labels(database, now=NOW)
    again = bring_labels(database, now=LATER)

    assert first == len(load_shipped().read())
    assert again == 0


def test_an_upgrade_keeps_what_librarians_did(database: Database) -> None:
    old = shipped(
        "asthma,en,asthma,yes,D000001,project",
        "asthma,en,astma,,,project",
        "asthma,fr,asthme,yes,,project",
        "asthma,pt,asma,yes,,project",
        "asthma,sw,pumu,yes,,project",
    )
    new = shipped(
        "asthma,en,asthma,yes,D001249,MeSH",
        "asthma,fr,asthme,yes,,MeSH",
        "asthma,pt,asma,yes,,MeSH",
        "asthma,id,asma,yes,,project",
        "asthma,ar,ربو,yes,,project",
        "asthma,sw,pumu,yes,,project",
    )
    with database.begin() as session:
        offer_labels(session, old, now=NOW)
        ids = {
            (e.label.language, e.label.term): e.id
            for e in get_concept(session, "asthma", actor=LINA).entries
        }
        remove_label(session, ids["pt", "asma"], actor=LINA, now=NOW)
        change_label(
            session,
            ids["fr", "asthme"],
            Label(concept="asthma", language="fr", term="asthme", preferred=True, source="Lina"),
            actor=LINA,
            now=NOW,
        )
        theirs = Label(concept="asthma", language="id", term="mengi", preferred=True)
        add_label(session, theirs, actor=LINA, now=NOW)

        new_to_it = offer_labels(session, new, now=LATER)

        assert new_to_it == 2
        assert terms(session, "asthma") == [
            ("en", "asthma", True, True),
            ("fr", "asthme", True, False),
            ("ar", "ربو", True, True),
            ("sw", "pumu", True, True),
            ("id", "mengi", True, False),
            ("id", "asma", False, True),
        ]
        concept = get_concept(session, "asthma", actor=LINA)
        assert concept.mesh == "D001249"
        sources = {e.label.language: e.label.source for e in concept.entries}
        assert (sources["en"], sources["fr"]) == ("MeSH", "Lina")


def test_an_upgrade_keeps_a_mesh_id_a_librarian_took_away(database: Database) -> None:
    with database.begin() as session:
        offer_labels(session, shipped("asthma,en,asthma,yes,D000001,project"), now=NOW)
        change_mesh(session, "asthma", "", actor=LINA, now=NOW)

        offer_labels(session, shipped("asthma,en,asthma,yes,D001249,project"), now=LATER)

        assert get_concept(session, "asthma", actor=OPERATOR).mesh == ""


def test_a_concept_that_is_shipped_no_more_goes_with_its_last_label(database: Database) -> None:
    with database.begin() as session:
        offer_labels(session, shipped("asthma,en,asthma,yes,,p", "hiv,en,HIV,yes,,p"), now=NOW)
        offer_labels(session, shipped("hiv,en,HIV,yes,,p"), now=LATER)

        assert [concept.id for concept in list_concepts(session, actor=LINA).concepts] == ["hiv"]
