# Letters and signs of many scripts are what is tested.
# ruff: noqa: RUF001

from collections.abc import Callable
from datetime import date
from itertools import dropwhile

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from archive.index import EVERYTHING, IndexDocument, SearchIndex
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]
Find = Callable[..., list[int]]


def test_an_index_never_written_answers_nothing(index: SearchIndex) -> None:
    page = index.search("fever")

    assert (page.total, page.hits, page.understood) == (0, (), "fever")
    assert index.moments("fever", 1) == ()
    assert index.matched_words("fever", 1) == ()
    assert index.contents() == {}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("malaria", {1, 2, 4}),
        ("MALARIA", {1, 2, 4}),
        ("malaria fever", {1}),
        ("malaria OR cough", {1, 2, 3, 4}),
        ("malaria -fever", {2, 4}),
        ("malaria NOT (fever OR quinine)", {4}),
        ("-malaria", {3}),
        ('"severe malaria"', {1}),
        ('"malaria severe"', set()),
        ("title:malaria", {4}),
        ("title:fever", set()),
        ("collection:clinic", {3}),
        ("infant", {3}),
        ('"infant"', set()),
        ('"infants"', {3}),
        ("description:infant", {3}),
        ('title:"about malaria"', {4}),
        ("nothing", set()),
    ],
)
def test_words_phrases_and_operators_find(
    index: SearchIndex, make_document: Make, query: str, found: set[int]
) -> None:
    index.update(
        [
            make_document(1, "fever in severe malaria"),
            make_document(2, "malaria and quinine"),
            make_document(3, "a cough", collection="Clinic talks", description="For infants"),
            make_document(4, "hello", title="About malaria"),
        ]
    )

    page = index.search(query)

    assert {hit.recording_id for hit in page.hits} == found
    assert page.total == len(found)


@pytest.mark.parametrize(
    ("language", "spoken", "query"),
    [
        ("en", "the infections spread", "infection"),
        ("en", "patients with COVID-19 here", "covid 19"),
        ("en", "patients with COVID 19 here", "covid-19"),
        ("en", "patients with covid19 here", "COVID-19"),
        ("en", "the patient's fever", "patients"),
        ("fr", "surveiller l'hypertension artérielle", "hypertension"),
        ("fr", "surveiller l’hypertension artérielle", "l'hypertension arterielle"),
        ("fr", "les enfants vaccinés", "enfant vacciné"),
        ("pt", "as infecções graves", "infecção"),
        ("pt", "a hipertensão arterial", "hipertensao"),
        ("ar", "علاج ارتفاع ضغط الدَّم", "دم"),
        ("ar", "الأطباء في المستشفى", "اطباء مستشفى"),
        ("sw", "shinikizo la damu", "Shinikizo"),
        ("sw", "maziwa ya ng'ombe", "ng’ombe"),
        ("am", "የደም ግፊት ኀይል", "ሃይል"),
        ("zh", "今天讨论高血压治疗", "高血压"),
        ("zh", "今天讨论高血压治疗", '"血压治疗"'),
        ("id", "pengobatan anak", "obat"),
    ],
)
def test_every_language_finds_its_words(
    index: SearchIndex, make_document: Make, speak: Speak, language: str, spoken: str, query: str
) -> None:
    index.update([make_document(1, speak(spoken, 0, language)), make_document(2, "other")])

    assert [hit.recording_id for hit in index.search(query).hits] == [1]
    assert index.search(query).hits[0].moments


def test_an_unquoted_chinese_word_is_looked_for_as_a_phrase(
    make_document: Make, speak: Speak, index: SearchIndex, find: Find
) -> None:
    index.update(
        [make_document(1, speak("血高压", 0, "zh")), make_document(2, speak("高血压", 0, "zh"))]
    )

    assert find("高血压") == [2]


def test_a_phrase_of_words_that_no_recording_holds_together_is_not_found(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "fever and cough"), make_document(2, "oxygen by mask")])

    assert find('"fever mask"') == []
    assert find('cough OR "fever mask"') == [1]


@pytest.mark.parametrize(
    "query", ['"secret mask"', 'title:"secret mask"', '"oxygen mask" OR "secret mask"', "秘密"]
)
def test_a_phrase_of_words_only_a_draft_holds_is_not_found_and_no_error(
    index: SearchIndex, make_document: Make, speak: Speak, find: Find, query: str
) -> None:
    index.update(
        [
            make_document(1, "oxygen by mask"),
            make_document(2, "the secret mask", speak("秘密", 9_000, "zh"), public=False),
        ]
    )

    assert find(query) == []
    assert index.search(query, audience=EVERYTHING).total == (0 if "title" in query else 1)


def test_a_phrase_of_a_word_that_was_replaced_everywhere_is_not_found(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "oxygen by mask")])
    index.update([make_document(1, "oxygen by tube", version=2)])

    assert find('"by mask"') == []


def test_a_phrase_across_segments_starts_at_its_first_word(
    index: SearchIndex, make_document: Make, speak: Speak
) -> None:
    index.update(
        [
            make_document(
                1, speak("we treat severe acute", 60_000), speak("malnutrition now", 70_000)
            )
        ]
    )

    (hit,) = index.search('"acute malnutrition"').hits

    (moment,) = hit.moments
    assert moment.start_ms == 60_000 + 3 * 400
    assert moment.end_ms == 70_300
    assert moment.text == "we treat severe acute malnutrition now"
    assert [moment.text[start:end] for start, end in moment.marks] == ["acute malnutrition"]
    assert hit.match_starts_ms == (61_200,)


def test_a_title_weighs_more_than_speech_and_is_said_so(
    index: SearchIndex, make_document: Make
) -> None:
    index.update(
        [
            make_document(1, "cholera and cholera again"),
            make_document(2, "hello all", title="Cholera in camps", description="cholera"),
        ]
    )

    best, second = index.search("cholera").hits

    assert (best.recording_id, best.matched_fields, best.moments) == (
        2,
        ("title", "description"),
        (),
    )
    assert (second.recording_id, second.matched_fields, second.moment_count) == (1, (), 1)


def test_the_form_typed_ranks_before_an_inflection(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    index.update([make_document(1, "we were nursing"), make_document(2, "we were nurses")])

    assert find("nursing") == [1, 2]
    assert find("nurses") == [2, 1]


def test_equals_are_shown_latest_first(index: SearchIndex, make_document: Make, find: Find) -> None:
    index.update(
        [
            make_document(1, "fever", recorded_on=date(2021, 5, 1)),
            make_document(2, "fever", recorded_on=date(2023, 5, 1)),
            make_document(3, "fever"),
        ]
    )

    assert find("fever") == [2, 1, 3]
    assert find("-cough") == [2, 1, 3]


def test_pages_follow_each_other(index: SearchIndex, make_document: Make, find: Find) -> None:
    index.update([make_document(number, "fever") for number in range(1, 26)])

    pages = [find("fever", page=page, page_size=10) for page in (1, 2, 3, 4)]

    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert sorted(number for page in pages for number in page) == list(range(1, 26))
    assert index.search("fever", page=4).total == 25
    assert index.search("fever", page=0).page == 1


def test_what_is_not_public_is_neither_shown_nor_counted_nor_weighed(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    shown = [make_document(1, "fever and cough"), make_document(2, "cough and fever fever")]
    index.update(shown)
    before = index.search("fever cough")
    hidden = [make_document(number, "fever fever", public=False) for number in range(3, 10)]

    index.update(hidden)

    after = index.search("fever cough")
    assert {*find("fever"), *find("-nothing"), *find('"fever"')} == {1, 2}
    assert after.total == 2
    assert [hit.moments for hit in after.hits] == [hit.moments for hit in before.hits]
    assert index.search("fever", audience=EVERYTHING).total == 9
    assert index.moments("fever", 5) == ()
    assert index.matched_words("fever", 5) == ()
    assert len(index.moments("fever", 5, audience=EVERYTHING)) == 1


SPACED = ["the", "a", "of", "fever", "malaria", "l'eau", "d’urgence", "COVID-19", "2.4mg", "don't"]
SPACED += [
    "infecções",
    "الدَّم",
    "الحمى",
    "damu",
    "ng'ombe",
    "ግፊት",
    "ጸሐይ",
    "obat",
    "naïve",
    "(so)",
    "—",
]
SPOKEN = st.one_of(
    st.tuples(
        st.sampled_from(["en", "fr", "pt", "ar", "sw", "am", "id"]),
        st.lists(st.sampled_from(SPACED), min_size=1, max_size=9).map(" ".join),
    ),
    st.tuples(st.just("zh"), st.text("高血压治疗的，。", min_size=1, max_size=9)),
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    spoken=st.lists(SPOKEN, min_size=1, max_size=6),
    each=st.integers(1, 3),
    start=st.integers(0, 60),
    length=st.integers(2, 8),
)
def test_every_run_of_words_is_found_as_a_phrase_at_its_word(
    spoken: list[tuple[str, str]],
    each: int,
    start: int,
    length: int,
    index: SearchIndex,
    make_document: Make,
    speak: Speak,
) -> None:
    segments: list[Segment] = []
    for language, text in spoken:
        start_ms = segments[-1].end_ms + 100 if segments else 0
        segments.append(speak(text, start_ms, language, each))
    index.update([make_document(1, *segments)])
    words = [word for segment in segments for word in segment.words]
    run = words[min(start, len(words) - 1) :][:length]
    run = list(dropwhile(lambda word: not any(map(str.isalnum, word.text)), run))
    typed = "".join(word.text for word in run)
    assume(run)

    page = index.search(f'"{typed}"')
    marked = index.matched_words(f'"{typed}"', 1)

    assert page.total == 1
    first = range(run[0].start_ms, run[0].end_ms)
    assert any(start_ms in first for start_ms in page.hits[0].match_starts_ms)
    assert any(start_ms in first for start_ms, _ in marked)


# Property: nothing typed is an error.


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(
                [
                    '"',
                    "(",
                    ")",
                    "-",
                    "AND",
                    "OR",
                    "NOT",
                    "title:",
                    "fever",
                    "高",
                    "*",
                    "\x00",
                    "\ud800",
                    "'",
                    "’s",
                    "l'",
                ]
            ),
            max_size=30,
        ).map(" ".join),
    )
)
def test_a_hostile_query_never_fails(query: str, index: SearchIndex, make_document: Make) -> None:
    if not index.contents():
        index.update([make_document(1, "fever and 高血压 l'eau"), make_document(2, title="NOT")])

    page = index.search(query)
    index.moments(query, 1)
    index.matched_words(query, 1)

    assert page.total >= len(page.hits)


@pytest.mark.parametrize(
    "query",
    [
        "/".join(f"w{number}" for number in range(300)),
        " ".join(f'"fever w{number}"' for number in range(100)),
        "fever " * 200,
        ".".join("abc" * 300),
        "高" * 1_000,
    ],
)
def test_a_query_that_asks_for_too_much_is_answered_in_part(
    query: str, index: SearchIndex, make_document: Make
) -> None:
    index.update([make_document(1, "fever and more")])

    index.search(query)

    snapshot = index._latest.get()
    assert snapshot is not None
    assert len(snapshot._cache) < 2_000


@pytest.mark.parametrize(
    ("query", "inflected"),
    [
        ("infection", "infections infected infections infections"),
        ("infection fever", "fever infections fever infected fever infections"),
        ("infection OR quinine", "infections infected infections quinines quinines"),
    ],
)
def test_the_very_form_that_was_typed_comes_before_inflections_said_more_often(
    index: SearchIndex, make_document: Make, query: str, inflected: str
) -> None:
    exact = "an infection" + " and other things" * 60 + " with fever"
    index.update([make_document(1, inflected), make_document(2, exact)])

    assert [hit.recording_id for hit in index.search(query).hits] == [2, 1]
    assert [hit.exact for hit in index.search(query).hits] == [True, True]
