"""Which concepts words of a query name: the longest names, inflected, in any language."""

import pytest

from archive.thesaurus.lookup import Thesaurus
from archive.thesaurus.shipped import load_shipped


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus(load_shipped().read())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("hypertension", {"hypertension": "hypertension"}),
        ("HTA", {"HTA": "hypertension"}),
        ("hta", {"hta": "hypertension"}),
        ("high blood pressure", {"high blood pressure": "hypertension"}),
        (
            "high blood pressure in pregnancy",
            {"high blood pressure": "hypertension", "pregnancy": "pregnancy"},
        ),
        ("blood transfusions", {"blood transfusions": "blood-transfusion"}),
        ("infecções", {"infecções": "infection"}),
        ("l'hypertension artérielle", {"l'hypertension artérielle": "hypertension"}),
        ("高血压", {"高血压": "hypertension"}),
        ("ارتفاع ضغط الدم", {"ارتفاع ضغط الدم": "hypertension"}),
        ("الملاريا", {"الملاريا": "malaria"}),
        ("kifua kikuu", {"kifua kikuu": "tuberculosis"}),
        ("ሳንባ ነቀርሳ", {"ሳንባ ነቀርሳ": "tuberculosis"}),
        ("COVID-19", {"COVID-19": "covid-19"}),
        ("covid 19", {"covid 19": "covid-19"}),
        ("aid", {}),
        ("first aid", {"first aid": "first-aid"}),
        ("paludisme grave", {"paludisme grave": "severe-malaria"}),
        ("une forme grave", {}),
        ("who said so", {}),
        ("", {}),
    ],
)
def test_words_of_a_query_name_concepts(
    thesaurus: Thesaurus, query: str, named: dict[str, str]
) -> None:
    words = query.split()

    found = {
        " ".join(words[each.first : each.last + 1]): each.concepts[0]
        for each in thesaurus.find(words)
    }

    assert found == named


def test_a_word_that_names_several_things_names_them_all(thesaurus: Thesaurus) -> None:
    (named,) = thesaurus.find(["shinikizo", "la", "damu"])

    assert set(named.concepts) == {"hypertension", "blood-pressure"}


def test_an_empty_thesaurus_names_nothing() -> None:
    assert Thesaurus().find(["malaria"]) == ()


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("高血压治疗", ("高血压", "治疗")),
        ("高血压的治疗", ("高血压", "治疗")),
        ("孕妇高血压和糖尿病", ("孕妇", "高血压", "糖尿病")),
        ("高血压", ("高血压",)),
        ("今天天气好", ("今天天气好",)),
        ("的", ("的",)),
    ],
)
def test_a_word_without_spaces_is_cut_where_names_are(
    thesaurus: Thesaurus, typed: str, parts: tuple[str, ...]
) -> None:
    assert thesaurus.split(typed) == parts
