"""`artes*`: words that begin so, wherever words are looked for."""

from collections.abc import Callable
from itertools import product

import pytest

from archive.index import IndexDocument, SearchIndex, SlideText
from archive.index.beginnings import MOST_LOOKED_UP, MOST_WORDS
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]
Show = Callable[..., SlideText]
Find = Callable[..., list[int]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("artes*", [1, 2]),
        ("ARTÉS*", [1, 2]),
        ("artesunated*", []),
        ("artes* given", [1]),
        ("title:artes*", [2]),
        ("slide:quin*", [3]),
        ("NOT artes*", [3, 4]),
        ("covid-1*", [4]),
        ("covid-2*", []),
        ("高血*", [4]),
        ("ضغ*", [4]),
        ("የደ*", [4]),
        ("artes* OR quin*", [1, 2, 3]),
        ("artes* ceft*", []),
    ],
)
def test_words_that_begin_so_are_found(
    index: SearchIndex,
    make_document: Make,
    speak: Speak,
    show: Show,
    find: Find,
    query: str,
    found: list[int],
) -> None:
    index.update(
        [
            make_document(1, "artesunate was given"),
            make_document(2, "hello", title="Artesunates"),
            make_document(3, "hello", slides=[show("Quinine", 0)]),
            make_document(
                4,
                "covid 19",
                speak("高血压", 60_000, "zh"),
                speak("ضغط الدم", 90_000, "ar"),
                speak("የደም ግፊት", 120_000, "am"),
            ),
        ]
    )

    assert sorted(find(query, tolerant=False)) == found


def test_the_moment_is_at_the_word_that_begins_so(index: SearchIndex, make_document: Make) -> None:
    index.update([make_document(1, "we gave them artesunate and artemether")])

    (hit,) = index.search("arte*").hits

    (moment,) = hit.moments
    assert [moment.text[start:end] for start, end in moment.marks] == ["artesunate", "artemether"]
    assert hit.match_starts_ms == (1_200, 2_000)
    assert index.matched_words("arte*", 1) == ((1_200, 1_500), (2_000, 2_300))


def test_a_word_marked_on_a_slide_is_one_that_was_asked_for_there(
    index: SearchIndex, make_document: Make, show: Show
) -> None:
    index.update([make_document(1, "the dose", slides=[show("The dose", 60_000)])])

    (hit,) = index.search("slide:dose").hits

    assert [(moment.track, moment.start_ms) for moment in hit.moments] == [("slide", 60_000)]
    assert (hit.match_starts_ms, hit.slide_starts_ms) == ((), (60_000,))


def test_of_very_many_words_the_most_frequent_are_taken(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    letters = "abcdefghi"
    rare = [
        make_document(number, f"word{first}{second}")
        for number, (first, second) in enumerate(product(letters, letters), 1)
    ]
    index.update([*rare, make_document(1_000, "wordy wordy")])

    found = find("word*", page_size=100)

    assert len(found) == MOST_WORDS
    assert 1_000 in found


def test_of_very_many_beginnings_the_first_are_looked_up(
    index: SearchIndex, make_document: Make, find: Find
) -> None:
    words = [f"{letter}{letter}xyz" for letter in "abcdefghij"]
    index.update([make_document(number, word) for number, word in enumerate(words, 1)])
    query = " OR ".join(f"{letter}{letter}*" for letter in "abcdefghij")

    assert sorted(find(query, tolerant=False)) == list(range(1, MOST_LOOKED_UP + 1))
