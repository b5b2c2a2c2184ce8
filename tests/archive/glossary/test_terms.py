"""Keeping the glossary: who may, what stands once, and what recognition is given."""

from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files

import pytest
from sqlalchemy.orm import Session

from archive.database import Database
from archive.errors import InvalidInputError, NotAllowedError, NotFoundError
from archive.glossary.exchange import export_terms, import_terms, plan_import
from archive.glossary.shipped import offer_shipped, read_shipped
from archive.glossary.table import read_table
from archive.glossary.terms import (
    Filter,
    add_term,
    change_term,
    find_collection,
    get_term,
    list_scopes,
    list_terms,
    remove_term,
    terms_for,
)
from archive.glossary.values import Draft, Kind
from archive.glossary.wording import fold_term, squeeze
from archive.models import Collection, GlossaryTerm
from archive.permissions import LIBRARIAN, OPERATOR, VISITOR, Actor

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LINA = Actor(account_id=1, roles=frozenset({LIBRARIAN}))
QUININE = Draft(term="quinine", kind=Kind.DRUG, sounds_like=("queening",))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.read() as session:
        yield session


@pytest.fixture
def collection_id(session: Session) -> int:
    collection = Collection(title="Ward rounds", created_at=NOW)
    session.add(collection)
    session.flush()
    return collection.id


def _names(session: Session, collection_id: int | None = None, **wanted: object) -> list[str]:
    page = list_terms(session, collection_id, Filter(**wanted), actor=LINA)  # type: ignore[arg-type]
    return [entry.draft.term for entry in page.entries]


def test_a_term_is_added_changed_and_removed(session: Session) -> None:
    entry = add_term(session, None, QUININE, actor=LINA, now=NOW)
    draft = Draft(term="Quinine", language="en")

    changed = change_term(session, entry.id, draft, actor=LINA, now=NOW)
    removed = remove_term(session, entry.id, actor=LINA, now=NOW)

    assert changed.draft == removed.draft == draft
    assert _names(session) == []
    with pytest.raises(NotFoundError, match="someone may have removed it"):
        get_term(session, entry.id, actor=LINA)


def test_a_term_stands_once_in_a_glossary_and_language(
    session: Session, collection_id: int
) -> None:
    add_term(session, None, QUININE, actor=LINA, now=NOW)
    other = add_term(session, None, Draft(term="artesunate"), actor=LINA, now=NOW)
    add_term(session, None, Draft(term="quinine", language="fr"), actor=LINA, now=NOW)
    add_term(session, collection_id, QUININE, actor=LINA, now=NOW)

    with pytest.raises(InvalidInputError, match="'quinine' is in this glossary already"):
        add_term(session, None, Draft(term="QUÍNINE"), actor=LINA, now=NOW)
    with pytest.raises(InvalidInputError, match="already"):
        change_term(session, other.id, QUININE, actor=LINA, now=NOW)


def test_visitors_and_accounts_without_a_role_keep_no_glossary(session: Session) -> None:
    entry = add_term(session, None, QUININE, actor=OPERATOR, now=NOW)

    for actor in (VISITOR, Actor(account_id=9)):
        for refused in (
            lambda actor=actor: list_terms(session, None, actor=actor),
            lambda actor=actor: list_scopes(session, actor=actor),
            lambda actor=actor: get_term(session, entry.id, actor=actor),
            lambda actor=actor: add_term(session, None, QUININE, actor=actor, now=NOW),
            lambda actor=actor: change_term(session, entry.id, QUININE, actor=actor, now=NOW),
            lambda actor=actor: remove_term(session, entry.id, actor=actor, now=NOW),
            lambda actor=actor: plan_import(session, None, b"term\n", actor=actor),
            lambda actor=actor: import_terms(session, None, b"term\n", actor=actor, now=NOW),
            lambda actor=actor: export_terms(session, None, actor=actor),
        ):
            with pytest.raises(NotAllowedError, match="keep the glossary"):
                refused()


def test_a_list_is_narrowed_and_paged(session: Session) -> None:
    for draft in (
        Draft(term="hémolyse", language="fr", kind=Kind.DISEASE),
        Draft(term="haemolysis", language="en", kind=Kind.DISEASE, variants=("hemolysis",)),
        Draft(term="Lilongwe", kind=Kind.PLACE, sounds_like=("La Long We",)),
    ):
        add_term(session, None, draft, actor=LINA, now=NOW)

    assert _names(session) == ["haemolysis", "hémolyse", "Lilongwe"]
    assert _names(session, text="HÉMOLY") == ["haemolysis", "hémolyse"]
    assert _names(session, text="long we") == ["Lilongwe"]
    assert _names(session, language="") == ["Lilongwe"]
    assert _names(session, kind=Kind.DISEASE, language="fr") == ["hémolyse"]
    page = list_terms(session, None, actor=LINA, limit=1, offset=1)
    assert ([entry.draft.term for entry in page.entries], page.total) == (["hémolyse"], 3)


def test_a_collections_terms_come_first_and_stand_for_the_archives(
    session: Session, collection_id: int
) -> None:
    add_term(session, None, QUININE, actor=LINA, now=NOW)
    add_term(session, None, Draft(term="artesunate"), actor=LINA, now=NOW)
    add_term(
        session, collection_id, Draft(term="Quinine", sounds_like=("kwin",)), actor=LINA, now=NOW
    )
    add_term(session, collection_id, Draft(term="Zomba"), actor=LINA, now=NOW)

    terms = terms_for(session, collection_id)

    assert [(term.term, term.of_collection) for term in terms] == [
        ("Quinine", True), ("Zomba", True), ("artesunate", False),
    ]  # fmt: skip
    assert [term.term for term in terms_for(session, None)] == ["artesunate", "quinine"]
    assert terms_for(session, None)[1].sounds_like == ("queening",)


def test_a_recording_in_several_collections_has_the_terms_of_all_the_main_one_first(
    session: Session, collection_id: int
) -> None:
    other = Collection(title="Another", created_at=NOW)
    session.add(other)
    session.flush()
    for scope, spelling in ((other.id, "zomba"), (collection_id, "Zomba")):
        add_term(session, scope, Draft(term=spelling), actor=LINA, now=NOW)
    add_term(session, other.id, Draft(term="Mzuzu"), actor=LINA, now=NOW)

    both = [term.term for term in terms_for(session, collection_id, other.id)]
    turned = [term.term for term in terms_for(session, other.id, collection_id)]

    assert both == ["Mzuzu", "Zomba"]
    assert turned == ["Mzuzu", "zomba"]


def test_scopes_are_counted_and_found_by_title(session: Session, collection_id: int) -> None:
    add_term(session, collection_id, QUININE, actor=LINA, now=NOW)

    assert [(scope.title, scope.count) for scope in list_scopes(session, actor=LINA)] == [
        ("", 0), ("Ward rounds", 1),
    ]  # fmt: skip
    assert find_collection(session, "Ward rounds") == collection_id
    with pytest.raises(NotFoundError, match="there are: 'Ward rounds'"):
        find_collection(session, "Rounds")
    with pytest.raises(NotFoundError, match="no collection 99"):
        add_term(session, 99, QUININE, actor=LINA, now=NOW)


def test_an_import_tells_and_then_does_what_it_told(session: Session) -> None:
    add_term(session, None, QUININE, actor=LINA, now=NOW)
    add_term(session, None, Draft(term="artesunate", source="Lina"), actor=LINA, now=NOW)
    content = b"term,kind\nquinine,drug\nartesunate,drug\nGulu,place\n"

    plan = plan_import(session, None, content, actor=LINA)
    before = _names(session)
    done = import_terms(session, None, content, actor=LINA, now=NOW)

    assert before == ["artesunate", "quinine"]
    assert plan == done
    assert ([d.term for d in plan.added], plan.unchanged) == (["Gulu"], 1)
    assert plan.changed == (Draft(term="artesunate", kind=Kind.DRUG, source="Lina"),)
    assert "quinine,,drug,,queening,\r\n" in export_terms(session, None, actor=LINA)


def test_an_import_with_one_bad_line_does_nothing(session: Session) -> None:
    content = b"term,language\nGulu,\nquinine,xx\n"

    with pytest.raises(InvalidInputError, match=r"Nothing was imported\. Line 3: 'xx'"):
        import_terms(session, None, content, actor=LINA, now=NOW)

    assert _names(session) == []


def test_an_export_imported_again_changes_nothing(session: Session) -> None:
    offer_shipped(session, now=NOW)
    content = export_terms(session, None, actor=LINA).encode()

    plan = plan_import(session, None, content, actor=LINA)

    assert (plan.added, plan.changed, plan.refused) == ((), (), ())
    assert plan.unchanged == len(read_shipped())


def test_shipped_terms_are_offered_once(session: Session) -> None:
    first = offer_shipped(session, now=NOW)
    again = offer_shipped(session, now=NOW)

    assert first == len(read_shipped())
    assert again == 0
    assert session.query(GlossaryTerm).count() == first


def test_a_newer_list_leaves_what_people_did(session: Session) -> None:
    old = (Draft(term="quinine"), Draft(term="Gulu"), Draft(term="Edo"), Draft(term="Owo"))
    new = (
        Draft(term="quinine", kind=Kind.DRUG), Draft(term="Gulu"), Draft(term="Edo", source="x"),
        Draft(term="Beni"), Draft(term="Goma", source="shipped"),
    )  # fmt: skip
    offer_shipped(session, now=NOW, drafts=old)
    by_name = {e.draft.term: e for e in list_terms(session, None, actor=LINA).entries}
    remove_term(session, by_name["Gulu"].id, actor=LINA, now=NOW)
    change_term(session, by_name["Edo"].id, Draft(term="Edo State"), actor=LINA, now=NOW)
    add_term(session, None, Draft(term="Goma", source="Lina"), actor=LINA, now=NOW)

    offered = offer_shipped(session, now=NOW, drafts=new)

    kept = {e.draft.term: e for e in list_terms(session, None, actor=LINA).entries}
    assert offered == 1
    assert sorted(kept) == ["Beni", "Edo State", "Goma", "quinine"]
    assert kept["quinine"].draft.kind is Kind.DRUG
    assert kept["Goma"].draft.source == "Lina"
    assert {name for name, entry in kept.items() if entry.shipped} == {"Beni", "quinine"}


def test_saving_a_shipped_term_as_it_is_leaves_it_shipped(session: Session) -> None:
    offer_shipped(session, now=NOW, drafts=(QUININE,))
    [entry] = list_terms(session, None, actor=LINA).entries

    assert change_term(session, entry.id, QUININE, actor=LINA, now=NOW).shipped


def test_the_shipped_list_is_large_well_formed_and_says_where_it_is_from() -> None:
    drafts = read_shipped()
    spellings: dict[tuple[str, str], str] = {}
    for draft in drafts:
        for spelling in (draft.term, *draft.variants):
            owner = spellings.setdefault((draft.language, squeeze(spelling)), draft.term)
            assert owner == draft.term, f"{spelling} stands for {owner} and {draft.term}"

    for language in ("en", "fr"):
        assert sum(draft.language in ("", language) for draft in drafts) >= 800
    assert all(draft.source and draft.kind for draft in drafts)
    names = {(draft.language, fold_term(draft.term)) for draft in drafts}
    assert not {folded for language, folded in names if language == ""} & {
        folded for language, folded in names if language
    }


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("drugs.csv", {Kind.DRUG: 650}),
        ("clinical.csv", {Kind.DISEASE: 600, Kind.PROCEDURE: 350}),
        ("places.csv", {Kind.PLACE: 500}),
        ("institutions.csv", {Kind.INSTITUTION: 120}),
    ],
)
def test_each_shipped_list_has_enough_of_its_kinds_in_english_and_in_french(
    name: str, least: dict[Kind, int]
) -> None:
    table = read_table((files("archive.glossary") / "data" / name).read_bytes())
    shipped = set(read_shipped())

    drafts = [row.draft for row in table.rows if row.draft in shipped]

    assert len(drafts) == len(table.rows)
    assert {draft.kind for draft in drafts} == set(least)
    for kind, count in least.items():
        own = [draft for draft in drafts if draft.kind is kind]
        assert len(own) >= count
        for language in ("en", "fr"):
            assert sum(draft.language in ("", language) for draft in own) >= count / 2
