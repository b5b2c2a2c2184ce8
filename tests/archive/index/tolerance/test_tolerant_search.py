"""Searching an index that forgives: exact first, alternatives after, and told apart."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from archive.index import EVERYTHING, IndexDocument, SearchIndex, Track
from archive.index.values import Reason
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]
FILLER = "we met many children on the ward last week and talked about what to do"


@pytest.fixture
def fill(index: SearchIndex, make_document: Make, speak: Speak) -> Callable[..., SearchIndex]:
    """Index some texts, heard badly, as recordings 1, 2, … and others that are about nothing."""

    def add(*texts: str, others: int = 3, certainty: float = 0.4) -> SearchIndex:
        heard = [speak(f"{FILLER} {text} {FILLER}") for text in texts]
        documents = [
            make_document(
                number,
                replace(
                    one, words=tuple(replace(word, confidence=certainty) for word in one.words)
                ),
            )
            for number, one in enumerate(heard, start=1)
        ]
        documents += [make_document(100 + number, FILLER) for number in range(others)]
        index.update(documents)
        return index

    return add


def _found(index: SearchIndex, query: str) -> list[int]:
    return [hit.recording_id for hit in index.search(query).hits]


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        # spellings
        ("haemolysis", "hemolysis"),
        ("hemolysis", "haemolysis"),
        ("oesophagus", "esophagus"),
        ("tumors", "tumour"),
        ("phalciparum", "falciparum"),
        ("cotrimoxazole", "co-trimoxazole"),
        ("co-trimoxazole", "cotrimoxazole"),
        ("micro filaria", "microfilaria"),
        ("ring worm", "ringworm"),
        ("ringworm", "ring worm"),
        ("health care", "healthcare"),
        ("xray", "x-ray"),
        ("x-ray", "xray"),
        # numbers
        ("covid 19", "COVID-19"),
        ("COVID-19", "covid 19"),
        ("COVID-19", "covid nineteen"),
        ("covid nineteen", "COVID-19"),
        ("covid19", "covid nineteen"),
        ("2.4 mg", "two point four milligrams"),
        ("2.4mg", "two point four milligrams"),
        ("two point four milligrams", "2.4 mg"),
        ("95 percent", "95%"),
        ("dix-neuf", "19"),
        ("٤٥", "45"),
        ("45", "forty five"),
        # typos
        ("artesunte", "artesunate"),
        ("oxigen", "oxygen"),
        ("chlorhexidin", "chlorhexidine"),
        ("rifapentinee", "rifapentine"),
        ("pre-eclampska", "pre-eclampsia"),
        ("co-trimooxazole", "cotrimoxazole"),
        # as recognizers mishear
        ("artesunate", "artisanate"),
        ("hypoxaemia", "hyposemia"),
        ("Lilongwe", "la longwee"),
        ("levetiracetam", "levator acetam"),
        ("artemether-lumefantrine", "art and mother luma fan train"),
        ("Kampala", "compala"),
        # a typo of what was misheard
        ("artesunte", "artisanate"),
    ],
)
def test_a_recording_is_found_by_what_stands_there_instead(
    fill: Callable[..., SearchIndex], typed: str, spoken: str
) -> None:
    index = fill(spoken)

    assert _found(index, typed) == [1]


@pytest.mark.parametrize(
    ("typed", "spoken"),
    [
        ("prednisone", "prednisolone"),
        ("hypotension", "hypertension"),
        ("intravenous", "inter venous"),
        ("malaria", "malaise"),
        ("fever", "never"),
        ("Kilifi", "Kisumu"),
        ("cefotaxime", "ceftriaxone"),
        ("19", "90"),
        ("acidosis", "is the size"),
        ("hypoxaemia", "hypochlicemia hypoglycaemia"),
        ("in to", "into"),
    ],
)
def test_another_word_is_not_found(
    fill: Callable[..., SearchIndex], typed: str, spoken: str
) -> None:
    index = fill(spoken)

    assert (_found(index, typed), index.search(typed).also) == ([], ())


@pytest.mark.parametrize("query", ["Lilongwe", "lilongwe clinic"])
def test_a_name_heard_as_ordinary_words_is_found_where_the_recognizer_was_unsure(
    index: SearchIndex, make_document: Make, speak: Speak, query: str
) -> None:
    heard = speak(f"{FILLER} in La Long We the clinic was full")
    unsure = ("La", "Long", "We")
    words = tuple(
        replace(word, confidence=0.5 if word.text.strip() in unsure else 0.95)
        for word in heard.words
    )
    index.update([make_document(1, replace(heard, words=words)), make_document(2, FILLER)])

    (hit,) = index.search(query).hits

    assert hit.recording_id == 1
    assert [(one.reason, one.found) for one in hit.moments[0].instead] == [
        (Reason.SOUND, "La Long We")
    ]


@pytest.mark.parametrize(
    ("confidence", "edited", "found"), [(0.5, False, 1), (1.0, False, 0), (0.5, True, 0)]
)
def test_a_segment_without_words_is_as_sure_as_it_says_itself(
    index: SearchIndex,
    make_document: Make,
    speak: Speak,
    *,
    confidence: float,
    edited: bool,
    found: int,
) -> None:
    heard = speak(f"{FILLER} in La Long We the clinic was full")
    cue = replace(heard, words=(), confidence=confidence, edited=edited)
    index.update([make_document(1, cue), make_document(2, FILLER)])

    assert index.search("Lilongwe").total == found


def test_exact_hits_come_before_any_other(fill: Callable[..., SearchIndex]) -> None:
    index = fill(
        "artisanate artisanate artisanate", "artesunate", "artisanate and artesunate", others=5
    )

    page = index.search("artesunate")

    assert {hit.recording_id for hit in page.hits[:2]} == {2, 3}
    assert [(hit.recording_id, hit.exact) for hit in page.hits[2:]] == [(1, False)]


def test_a_moment_says_what_was_heard_and_where(fill: Callable[..., SearchIndex]) -> None:
    index = fill("we flew to la longwee at night")

    [hit] = index.search("Lilongwe").hits
    [moment] = hit.moments
    [instead] = moment.instead

    assert (instead.reason, instead.asked, instead.found) == (
        Reason.SOUND,
        "Lilongwe",
        "la longwee",
    )
    assert instead.start_ms == moment.start_ms
    assert [moment.text[start:end] for start, end in moment.marks] == ["la longwee"]


def test_an_exact_moment_says_nothing_of_it(fill: Callable[..., SearchIndex]) -> None:
    index = fill("artesunate")

    assert [moment.instead for moment in index.search("artesunate").hits[0].moments] == [()]


def test_searching_inside_lands_on_the_misheard_word(fill: Callable[..., SearchIndex]) -> None:
    index = fill("artisanate")
    words = len(FILLER.split())

    assert index.matched_words("artesunate", 1) == ((words * 400, words * 400 + 300),)
    assert [moment.start_ms for moment in index.moments("artesunate", 1)] == [words * 400]


@pytest.mark.parametrize(
    ("typed", "heard"), [("tafenoquine", "tape nick wine"), ("Kitgum", "kickum")]
)
def test_what_was_heard_for_sure_is_hardly_taken_for_something_else(
    fill: Callable[..., SearchIndex], typed: str, heard: str
) -> None:
    assert _found(fill(heard, certainty=0.3), typed) == [1]
    assert _found(fill(heard, certainty=0.98), typed) == []


def test_what_people_corrected_is_sure(
    index: SearchIndex, make_document: Make, speak: Speak
) -> None:
    heard = speak(f"{FILLER} kickum")
    words = tuple(replace(word, confidence=0.2) for word in heard.words)
    for edited in (False, True):
        index.update([make_document(1, replace(heard, words=words, edited=edited))])

        assert _found(index, "Kitgum") == ([] if edited else [1])


def test_on_slides_too(
    index: SearchIndex, make_document: Make, show: Callable[..., object]
) -> None:
    index.update([make_document(1, FILLER, slides=[show("Hemolysis after treatment", 5_000)])])

    [moment] = index.search("haemolysis").hits[0].moments

    assert moment.track is Track.SLIDE
    assert [(one.reason, one.found) for one in moment.instead] == [(Reason.SPELLING, "Hemolysis")]


@pytest.mark.parametrize("query", ['"artesunate"', "-artesunate zebra", "NOT artesunate zebra"])
def test_quoted_and_unwanted_words_are_as_typed(
    fill: Callable[..., SearchIndex], query: str
) -> None:
    index = fill("artisanate zebra")

    assert _found(index, query) == ([1] if "zebra" in query else [])


def test_tolerance_may_be_left_out(fill: Callable[..., SearchIndex]) -> None:
    index = fill("artisanate")

    assert index.search("artesunate", tolerant=False).total == 0


def test_every_word_of_a_query_is_forgiven(fill: Callable[..., SearchIndex]) -> None:
    index = fill("artisanate for haemolysis", "artisanate", "haemolysis")

    assert _found(index, "artesunate hemolysis") == [1]


@pytest.mark.parametrize("between", [" ", " OR "])
def test_only_the_first_words_of_a_long_query_are_forgiven(
    fill: Callable[..., SearchIndex], between: str
) -> None:
    index = fill("artisanate")
    many = between.join(f"zz{number}" for number in range(12))

    early, late = (
        index.moments(query, 1)
        for query in (f"artesunate{between}{many}", f"{many}{between}artesunate")
    )

    assert (len(early), late) == (1, ())


def test_did_you_mean_tells_how_many(fill: Callable[..., SearchIndex]) -> None:
    index = fill("pneumonia and oxygen", "oxygen", "fever")

    page = index.search("oxigen")

    assert [(one.query, one.recordings) for one in page.meant] == [("oxygen", 2)]
    assert [(one.label, one.recordings) for one in page.also] == [("oxygen", 2)]


def test_did_you_mean_keeps_the_rest_of_the_query(fill: Callable[..., SearchIndex]) -> None:
    index = fill("pneumonia and oxygen", "oxygen", "fever")

    assert [one.query for one in index.search("oxigen pneumonia").meant] == ["oxygen pneumonia"]


def test_what_is_right_and_found_suggests_nothing(fill: Callable[..., SearchIndex]) -> None:
    index = fill("fever", "fewer", "never")

    assert index.search("fever").meant == ()
    assert _found(index, "fever") == [1]


def test_nothing_unpublished_is_suggested_counted_or_found(
    index: SearchIndex, make_document: Make
) -> None:
    index.update(
        [
            make_document(1, f"{FILLER} zidovudine artisanate", public=False),
            make_document(2, f"{FILLER} oxygen"),
        ]
    )

    for query in ("zidovudin", "artesunate", "zidovudine"):
        page = index.search(query)
        assert (page.total, page.meant, page.also) == (0, (), ())
        assert index.moments(query, 1) == ()
    assert index.search("artesunate", audience=EVERYTHING).total == 1


def test_a_new_recording_is_found_by_its_sound_at_once(
    fill: Callable[..., SearchIndex], make_document: Make
) -> None:
    index = fill("oxygen")
    assert _found(index, "artesunate") == []

    index.update([make_document(7, f"{FILLER} artisanate")])

    assert _found(index, "artesunate") == [7]
    index.remove([7])
    assert _found(index, "artesunate") == []


@pytest.mark.parametrize(
    "query",
    ["高血压", "ارتفاع ضغط الدم", "የደም ግፊት", "x", "", "2", "2.4", "١٩", "a-b-c-d-e", "ß", "naïve"],
)
def test_any_script_is_taken(fill: Callable[..., SearchIndex], query: str) -> None:
    index = fill("artisanate 高血压 ضغط")

    index.search(query)
    index.moments(query, 1)
