from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.transcript import Word
from worker.speech.plan import Chunk, Stretch
from worker.speech.words import HeardWord, place_words, split_segments


def heard(text: str, start_s: float, end_s: float, probability: float = 0.9) -> HeardWord:
    return HeardWord(text=text, start_s=start_s, end_s=end_s, probability=probability)


def chunk(*voiced: tuple[int, int], start_ms: int, end_ms: int) -> Chunk:
    return Chunk(
        start_ms=start_ms,
        end_ms=end_ms,
        voiced=tuple(Stretch(start_ms=start, end_ms=end) for start, end in voiced),
    )


SPEECH = chunk((10_400, 12_000), (15_000, 16_600), start_ms=10_000, end_ms=17_000)
"""Heard: 10.0 to 12.4 s and 14.6 to 17.0 s, so 2.4 s in is where the pause was cut out."""


@pytest.mark.parametrize(
    ("start_s", "end_s", "expected"),
    [
        (0.5, 1.0, (10_500, 11_000)),  # inside the first stretch
        (0.0, 0.8, (10_400, 10_800)),  # stretched over the silence before it
        (3.0, 3.5, (15_200, 15_700)),  # inside the second stretch
        (2.2, 3.1, (15_000, 15_300)),  # begins in the pause: belongs after it
        (1.8, 3.1, (15_000, 15_300)),  # begins before the pause, but mostly after it
        (0.9, 2.85, (10_900, 12_000)),  # nearly all before the pause
        (2.1, 2.4, (12_100, 14_600)),  # in the silence alone: left where it is
    ],
)
def test_a_word_lies_within_one_stretch_of_speech(
    start_s: float, end_s: float, expected: tuple[int, int]
) -> None:
    (word,) = place_words([heard(" fever", start_s, end_s)], SPEECH)

    assert (word.start_ms, word.end_ms) == expected


def test_words_without_letters_are_left_out() -> None:
    words = place_words([heard(" ", 0.5, 0.6), heard("\ufffd", 0.6, 0.7)], SPEECH)

    assert words == ()


@pytest.mark.parametrize(
    ("probability", "confidence"), [(0.5, 0.5), (1.5, 1.0), (-0.1, 0.0), (float("nan"), 0.0)]
)
def test_confidence_is_a_probability(probability: float, confidence: float) -> None:
    (word,) = place_words([heard(" fever", 0.5, 0.8, probability)], SPEECH)

    assert word.confidence == confidence


def test_more_words_than_milliseconds_are_not_speech() -> None:
    short = Chunk(start_ms=0, end_ms=3)

    assert place_words([heard(" x", 0, 0)] * 4, short) == ()
    assert len(place_words([heard(" x", 0, 0)] * 3, short)) == 3


_TIMES = st.lists(
    st.tuples(st.floats(-1, 40), st.floats(0, 3)).map(lambda pair: (pair[0], sum(pair))),
    max_size=40,
)


@settings(deadline=None)
@given(_TIMES)
def test_words_are_in_order_apart_and_inside_their_chunk(times: list[tuple[float, float]]) -> None:
    words = place_words([heard(" x", start_s, end_s) for start_s, end_s in sorted(times)], SPEECH)

    assert len(words) == len(times)
    assert all(SPEECH.start_ms <= w.start_ms < w.end_ms <= SPEECH.end_ms for w in words)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(words))


def spoken(text: str, *, word_ms: int = 300, gaps: dict[str, int] | None = None) -> list[Word]:
    """Speak text; `gaps` gives the pause after a word in ms."""
    words, now_ms = [], 0
    for part in text.split():
        words.append(
            Word(start_ms=now_ms, end_ms=now_ms + word_ms, text=f" {part}", confidence=0.5)
        )
        now_ms += word_ms + (gaps or {}).get(part, 20)
    return words


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        (spoken("Good morning. How are you?"), ["Good morning.", "How are you?"]),
        (spoken("Dr. Banda gave 2.4 milligrams."), ["Dr. Banda gave 2.4 milligrams."]),
        (spoken("and then we", gaps={"then": 2_000}), ["and then", "we"]),
        (spoken("and then we", gaps={"then": 1_900}), ["and then we"]),
        (
            spoken("one two three four, five six seven eight nine", word_ms=1_500),
            ["one two three four,", "five six seven eight nine"],
        ),
        (
            spoken("one two three four five six seven eight", word_ms=2_000, gaps={"five": 900}),
            ["one two three four five", "six seven eight"],
        ),
        ([], []),
    ],
)
def test_segments_are_sentences(words: list[Word], texts: list[str]) -> None:
    assert [segment.text for segment in split_segments(words, language="en")] == texts


def test_a_segment_has_the_times_language_and_confidence_of_its_words() -> None:
    (segment,) = split_segments(spoken("Good morning."), language="sw")

    assert (segment.start_ms, segment.end_ms, segment.language) == (0, 620, "sw")
    assert segment.confidence == pytest.approx(0.5)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["fever", "yes.", "and,", "疼痛"]), max_size=120),
    st.integers(1, 4_000),
)
def test_every_word_is_in_one_segment_in_order(texts: list[str], word_ms: int) -> None:
    words = spoken(" ".join(texts), word_ms=word_ms)

    segments = split_segments(words, language="en")

    assert [word for segment in segments for word in segment.words] == words
    assert all(s.end_ms - s.start_ms <= 12_000 or len(s.words) == 1 for s in segments)
