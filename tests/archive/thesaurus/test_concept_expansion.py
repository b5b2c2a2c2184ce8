"""Search finds what is meant in other languages, exact hits first, in a real index."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from archive.database import Database
from archive.index import IndexDocument, SearchIndex
from archive.index.values import Reason
from archive.permissions import OPERATOR
from archive.thesaurus.expansion import ConceptExpander, Concepts, Wish, key_of
from archive.thesaurus.labels import add_label, remove_label
from archive.thesaurus.lookup import Thesaurus
from archive.thesaurus.shipped import load_shipped
from archive.thesaurus.values import Label
from tests.archive.index.conftest import make_document, speak
from tests.conftest import START as NOW

SAID = {
    1: ("en", "we treat hypertension with two drugs at the clinic"),
    2: ("fr", "les patients avec une HTA reviennent chaque mois"),
    3: ("pt", "a hipertensão arterial é muito comum na consulta"),
    4: ("sw", "mgonjwa ana shinikizo la damu na anatumia dawa"),
    5: ("zh", "高血压患者需要定期检查"),
    6: ("ar", "يعاني المريض من ارتفاع ضغط الدم منذ سنوات"),
    7: ("am", "ታካሚው የደም ግፊት አለበት"),
    8: ("id", "pasien dengan hipertensi harus minum obat"),
    9: ("en", "the weather is fine today"),
}


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus(load_shipped().read())


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    index = SearchIndex(tmp_path_factory.mktemp("concepts") / "index")
    index.update(
        make_document(number, speak(text, language=language), language=language)
        for number, (language, text) in SAID.items()
    )
    return index


@pytest.fixture
def find(index: SearchIndex, thesaurus: Thesaurus) -> Callable[..., list[int]]:
    def find(query: str, *left_out: str) -> list[int]:
        expanders = [ConceptExpander(thesaurus, frozenset(left_out))]
        return [hit.recording_id for hit in index.search(query, expanders=expanders).hits]

    return find


@pytest.mark.parametrize(
    "query",
    [
        "hypertension",
        "high blood pressure",
        "HTA",
        "hipertensão",
        "shinikizo la damu",
        "高血压",
        "ارتفاع ضغط الدم",
        "የደም ግፊት",
        "hipertensi",
        "darah tinggi",
    ],
)
def test_a_name_in_any_language_finds_the_thing_in_all_eight(
    find: Callable[..., list[int]], query: str
) -> None:
    assert sorted(find(query)) == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("query", "first"), [("hypertension", 1), ("HTA", 2), ("shinikizo la damu", 4), ("高血压", 5)]
)
def test_what_was_typed_comes_first(find: Callable[..., list[int]], query: str, first: int) -> None:
    assert find(query)[0] == first


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("高血压检查", [5]),  # said apart in it
        ("定期高血压", [5]),
        ('"高血压检查"', []),
        ("高血压头痛", []),
    ],
)
def test_names_written_in_one_piece_are_looked_for_each(
    find: Callable[..., list[int]], query: str, found: list[int]
) -> None:
    assert find(query) == found


def test_a_hit_tells_the_name_it_was_found_by(index: SearchIndex, thesaurus: Thesaurus) -> None:
    page = index.search("hypertension", expanders=[ConceptExpander(thesaurus)])

    found = {hit.recording_id: hit for hit in page.hits}
    (instead,) = found[2].moments[0].instead
    assert (instead.reason, instead.asked, instead.found) == (Reason.CONCEPT, "hypertension", "HTA")
    moment = found[3].moments[0]
    assert [moment.text[start:end] for start, end in moment.marks] == ["hipertensão arterial"]
    assert found[1].exact
    assert not found[2].exact


def test_the_page_tells_what_else_was_looked_for_and_found(
    index: SearchIndex, thesaurus: Thesaurus
) -> None:
    page = index.search("hypertension", expanders=[ConceptExpander(thesaurus)])

    also = {(each.language, each.label): each for each in page.also if each.concept}
    assert also["fr", "HTA"].recordings == 1
    assert also["sw", "shinikizo la damu"].concept == "hypertension"
    assert ("pt", "tensão alta") not in also


def test_a_name_can_be_left_out(find: Callable[..., list[int]]) -> None:
    without = find("hypertension", key_of("fr", "HTA"), key_of("zh", "高血压"))

    assert sorted(without) == [1, 3, 4, 6, 7, 8]


def test_an_inflected_name_of_several_words_is_found(tmp_path: Path, thesaurus: Thesaurus) -> None:
    index = SearchIndex(tmp_path / "index")
    spoken = "on a fait deux transfusions sanguines hier"
    index.update([make_document(1, speak(spoken, language="fr"), language="fr")])

    page = index.search("blood transfusion", expanders=[ConceptExpander(thesaurus)])

    assert [hit.recording_id for hit in page.hits] == [1]


@pytest.mark.parametrize(
    ("query", "language", "text"),
    [
        ("liver", "id", "obat ini harus diminum"),  # Swahili `ini` is the liver
        ("bread", "fr", "du pain frais"),
        ("blood", "id", "sang raja datang"),  # French `sang`
        ("rabies", "en", "he was in a rage"),  # French `rage`
        ("eye", "pt", "ele mata mosquitos"),  # Indonesian `mata`
        ("pain", "pt", "a flor em botão"),
        ("personal protective equipment", "en", "the EPI manager counts vaccines"),  # fr EPI
    ],
)
def test_a_name_is_not_taken_for_another_word_of_another_language(
    tmp_path: Path, thesaurus: Thesaurus, query: str, language: str, text: str
) -> None:
    index = SearchIndex(tmp_path / "index")
    index.update([make_document(1, speak(text, language=language), language=language)])

    page = index.search(query, expanders=[ConceptExpander(thesaurus)])

    assert [each for hit in page.hits for m in hit.moments for each in m.instead] == []
    assert page.total == 0


def test_what_is_not_wanted_is_never_widened(find: Callable[..., list[int]]) -> None:
    assert sorted(find("mgonjwa -hypertension")) == [2, 4, 5, 6, 8]


def test_a_phrase_in_quotes_means_only_itself(find: Callable[..., list[int]]) -> None:
    assert find('"hypertension"') == [1]


def test_nothing_unpublished_is_told_by_other_names(tmp_path: Path, thesaurus: Thesaurus) -> None:
    index = SearchIndex(tmp_path / "index")
    drafts: Sequence[IndexDocument] = [
        make_document(1, "hypertension here"),
        make_document(2, speak("une HTA sévère", language="fr"), language="fr", public=False),
    ]
    index.update(drafts)

    page = index.search("hypertension", expanders=[ConceptExpander(thesaurus)])

    assert page.total == 1
    assert page.also == ()


def test_searching_inside_one_recording_finds_the_names_too(
    index: SearchIndex, thesaurus: Thesaurus
) -> None:
    (moment,) = index.moments("hypertension", 4, expanders=[ConceptExpander(thesaurus)])

    assert "shinikizo la damu" in moment.text
    words = index.matched_words("hypertension", 4, expanders=[ConceptExpander(thesaurus)])
    assert len(words) == 3


def test_a_changed_thesaurus_is_searched_with_at_once_without_a_new_index(
    database: Database, tmp_path: Path
) -> None:
    index, concepts = SearchIndex(tmp_path / "index"), Concepts()
    spoken = speak("une tension trop forte", language="fr")
    index.update([make_document(1, spoken, language="fr")])

    def total() -> int:
        with database.read() as session:
            expanders = concepts.expanders(session, Wish())
            return index.search("hypertension", expanders=expanders).total

    counts = [total()]
    with database.begin() as session:
        english = Label(concept="bp", language="en", term="hypertension")
        add_label(session, english, actor=OPERATOR, now=NOW)
        french = Label(concept="bp", language="fr", term="tension trop forte")
        entry = add_label(session, french, actor=OPERATOR, now=NOW)
    counts.append(total())
    with database.begin() as session:
        remove_label(session, entry.id, actor=OPERATOR, now=NOW)
    counts.append(total())

    assert counts == [0, 1, 0]


def test_only_the_words_typed_are_looked_for_where_that_is_wished(database: Database) -> None:
    with database.read() as session:
        assert Concepts().expanders(session, Wish(off=True)) == ()
