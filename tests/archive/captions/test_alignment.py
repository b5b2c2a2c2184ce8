import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archive.captions.alignment import CaptionLine, place_words, replace_times
from archive.transcript import Word


def line(start_ms: int, end_ms: int, text: str, language: str = "en") -> CaptionLine:
    return CaptionLine(start_ms=start_ms, end_ms=end_ms, text=text, language=language)


def word(start_ms: int, end_ms: int, text: str) -> Word:
    return Word(start_ms=start_ms, end_ms=end_ms, text=text, confidence=0.7)


def test_words_take_the_times_at_which_they_were_heard() -> None:
    heard = [word(1200, 1500, " Give"), word(1600, 2000, " artesunate,"), word(2100, 2300, " now")]

    [segment] = place_words([line(1000, 4000, "Give artesunate now.")], heard)

    assert [(one.text, one.start_ms, one.end_ms) for one in segment.words] == [
        (" Give", 1200, 1500),
        (" artesunate", 1600, 2000),
        (" now.", 2100, 2300),
    ]
    assert (segment.start_ms, segment.end_ms) == (1200, 2300)
    assert segment.text == "Give artesunate now."


def test_a_word_that_was_misheard_lies_between_its_neighbours() -> None:
    heard = [
        word(1200, 1500, " Give"),
        word(1600, 1700, " art"),
        word(1700, 2000, " a sunate"),
        word(2100, 2300, " now"),
    ]

    [segment] = place_words([line(1000, 4000, "Give artesunate now.")], heard)

    assert (segment.words[1].start_ms, segment.words[1].end_ms) == (1500, 2100)


def test_without_hearing_words_share_the_time_of_their_cue_by_length() -> None:
    [segment] = place_words([line(0, 1000, "no fever")], [])

    assert [(one.start_ms, one.end_ms) for one in segment.words] == [(0, 333), (333, 1000)]


def test_a_language_without_spaces_has_a_word_a_character_and_marks_stay_with_it() -> None:
    [segment] = place_words([line(0, 900, "发烧,CT扫", "zh")], [])

    assert [one.text for one in segment.words] == ["发", "烧,", "CT", "扫"]


def test_the_same_word_said_elsewhere_is_not_mistaken_for_it() -> None:
    heard = [word(60_000, 60_400, " fever")]

    [segment] = place_words([line(0, 1000, "fever")], heard)

    assert segment.words[0].start_ms == 0


@given(st.integers(0, 10_000), st.integers(1, 60))
def test_words_stay_all_in_order_and_never_overlap(seed: int, count: int) -> None:
    dice = random.Random(seed)
    vocabulary = ["the", "fever", "dose", "and", "malaria"]
    lines, heard, at = [], [], 0
    for _ in range(count):
        text = " ".join(dice.choices(vocabulary, k=dice.randint(1, 6)))
        length = dice.randint(1, 3000)
        lines.append(line(at, at + length, text))
        at += length + dice.randint(0, 500)
    moment = 0
    while moment < at:
        length = dice.randint(0, 400)
        heard.append(word(moment, moment + length, f" {dice.choice(vocabulary)}"))
        moment += length + dice.randint(0, 300)

    segments = place_words(lines, heard)

    words = [one for segment in segments for one in segment.words]
    assert [segment.text for segment in segments] == [one.text for one in lines]
    assert all(one.start_ms <= one.end_ms for one in words)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(words))
    assert all(
        segment.start_ms <= one.start_ms <= one.end_ms <= segment.end_ms
        for segment in segments
        for one in segment.words
    )


def test_better_times_change_nothing_else() -> None:
    segments = place_words([line(0, 1000, "fever and chills")], [])

    [timed] = replace_times(segments, [word(400, 600, " fever")])

    assert timed.words[0].start_ms == 400
    assert timed.text == segments[0].text
