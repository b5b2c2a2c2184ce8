from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.speaker_turns import Turn, give_speakers, number_turns
from archive.transcript import Segment
from tests.archive.captions.conversation import say, segment_of


def turns(*stretches: tuple[int, int, str]) -> list[Turn]:
    return [Turn(start_ms=start, end_ms=end, speaker=who) for start, end, who in stretches]


def told(segments: list[Segment], *stretches: tuple[int, int, str]) -> list[tuple[str, str]]:
    return [(one.speaker, one.text) for one in give_speakers(segments, turns(*stretches))]


def spoken(text: str, start_ms: int = 0) -> Segment:
    """A word every 400 ms, of 300 ms each."""
    return say(text, start_ms=start_ms, word_ms=300, gap_ms=100)


def test_a_segment_has_the_speaker_whose_turns_share_most_time_with_it() -> None:
    segment = spoken("we give oxygen first")

    assert told([segment], (0, 200, "b"), (200, 1_600, "a")) == [("a", "we give oxygen first")]
    assert told([segment], (0, 500, "a"), (600, 1_600, "a")) == [("a", "we give oxygen first")]


@pytest.mark.parametrize(
    ("text", "change_ms", "parts"),
    [
        # Four words of 400 ms each side: the change falls on a word's edge.
        ("are you well now yes I am fine", 1_600, ["are you well now", "yes I am fine"]),
        # The turn's edge is a word off: a sentence ends nearby.
        ("are you well now? yes I am fine", 2_000, ["are you well now?", "yes I am fine"]),
        ("are you well now? yes I am fine", 1_200, ["are you well now?", "yes I am fine"]),
        # Too far to be an edge that is off: a speaker breaks in.
        ("are you well. now yes I am fine", 2_400, ["are you well. now yes I", "am fine"]),
        # One short word at an edge is no turn of its own.
        ("are you well now yes I am fine", 400, ["are you well now yes I am fine"]),
        ("are you well now yes I am fine", 2_800, ["are you well now yes I am fine"]),
    ],
)
def test_a_segment_is_divided_where_the_speaker_changes(
    text: str, change_ms: int, parts: list[str]
) -> None:
    found = told([spoken(text)], (0, change_ms, "a"), (change_ms, 9_000, "b"))

    assert [part for _, part in found] == parts
    assert len({who for who, _ in found}) == len(parts)


def test_a_change_is_moved_to_a_pause_where_no_sentence_ends() -> None:
    first, second = spoken("so that is it"), spoken("and then we", start_ms=2_000)
    joined = segment_of([*first.words, *second.words])

    assert told([joined], (0, 1_200, "a"), (1_200, 9_000, "b")) == [
        ("a", "so that is it"),
        ("b", "and then we"),
    ]


def test_what_a_person_edited_is_never_divided() -> None:
    segment = replace(spoken("are you well now? yes I am"), edited=True)

    (one,) = give_speakers([segment], turns((0, 1_600, "a"), (1_600, 9_000, "b")))

    assert one == replace(segment, speaker="a")


def test_far_from_every_turn_nobody_is_named_and_near_one_its_speaker_is() -> None:
    near, far = spoken("hello there", start_ms=3_000), spoken("who is this", start_ms=9_000)

    assert told([near, far], (0, 2_000, "a")) == [("a", "hello there"), ("", "who is this")]
    assert told([far]) == [("", "who is this")]


def test_turns_may_overlap() -> None:
    segments = [spoken("yes yes yes"), spoken("no no no", start_ms=1_200)]

    assert told(segments, (0, 9_000, "a"), (1_150, 2_400, "b")) == [
        ("a", "yes yes yes"),
        ("a", "no no no"),
    ]
    assert told(segments, (0, 1_500, "a"), (1_150, 2_400, "b")) == [
        ("a", "yes yes yes"),
        ("b", "no no no"),
    ]


def test_a_segment_without_words_has_a_speaker_too() -> None:
    segment = replace(spoken("a b c"), words=())

    assert told([segment], (0, 400, "a"), (400, 2_000, "b")) == [("b", "a b c")]


def test_speakers_are_numbered_as_they_are_heard_and_who_says_nothing_last() -> None:
    segments = [spoken("hello to all", start_ms=5_000), spoken("thank you all", start_ms=9_000)]
    found = turns((0, 1_000, "cough"), (5_000, 6_300, "B"), (9_000, 10_400, "A"))

    assert number_turns(found, segments) == tuple(
        turns((0, 1_000, "Speaker 3"), (5_000, 6_300, "Speaker 1"), (9_000, 10_400, "Speaker 2"))
    )


@given(
    st.lists(st.tuples(st.integers(0, 9_000), st.integers(1, 3_000), st.sampled_from("abc"))),
    st.lists(st.sampled_from(["yes", "no.", "we", "can?"]), min_size=1, max_size=25),
)
def test_words_are_never_changed_lost_or_moved(
    stretches: list[tuple[int, int, str]], words: list[str]
) -> None:
    segment = spoken(" ".join(words), start_ms=700)
    found = sorted(
        turns(*((start, start + length, who) for start, length, who in stretches)),
        key=lambda turn: turn.start_ms,
    )

    parts = give_speakers([segment], found)

    assert [word for part in parts for word in part.words] == list(segment.words)
    assert all(one.end_ms <= after.start_ms for one, after in pairwise(parts))
    assert all(part.text and part.start_ms == part.words[0].start_ms for part in parts)
    assert give_speakers(parts, found)
