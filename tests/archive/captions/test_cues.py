# ruff: noqa: RUF001 - text in many scripts
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.captions import Cue, make_cues
from archive.transcript import Segment, Word
from tests.archive.captions.conversation import say, segment_of


def lines_of(segments: Sequence[Segment]) -> list[tuple[str, ...]]:
    return [cue.lines for cue in make_cues(segments)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Thank you.", "en", [("Thank you.",)]),
        (
            "Give it on arrival, and then once a day until the patient can swallow.",
            "en",
            [("Give it on arrival, and then once", "a day until the patient can swallow.")],
        ),
        (
            (
                "Do not wait for the laboratory result before you begin the treatment. "
                "Check the airway and check the breathing of every child."
            ),
            "en",
            [
                ("Do not wait for the laboratory result", "before you begin the treatment."),
                ("Check the airway and check", "the breathing of every child."),
            ],
        ),
        (
            "Il faut commencer le traitement et revoir l'enfant après une semaine.",
            "fr",
            [("Il faut commencer le traitement", "et revoir l'enfant après une semaine.")],
        ),
        ("我们今天讨论儿童重症疟疾的治疗。", "zh", [("我们今天讨论儿童重症疟疾的治疗。",)]),
        (
            "我们今天讨论儿童重症疟疾的治疗，请大家把麦克风关掉。",
            "zh",
            [("我们今天讨论儿童重症疟疾的治疗，", "请大家把麦克风关掉。")],
        ),
    ],
)
def test_cues_break_at_phrases(text: str, language: str, expected: list[tuple[str, ...]]) -> None:
    assert lines_of([say(text, language=language, word_ms=200)]) == expected


def test_a_cue_ends_where_the_language_changes() -> None:
    english = say("Good morning to everyone.")
    french = say("Bonjour à tous.", language="fr", start_ms=english.end_ms + 100)

    cues = make_cues([english, french])

    assert [(cue.lines, cue.language) for cue in cues] == [
        (("Good morning to everyone.",), "en"),
        (("Bonjour à tous.",), "fr"),
    ]


def test_a_cue_ends_at_a_long_pause() -> None:
    before = say("and the dose")
    after = say("is three milligrams", start_ms=before.end_ms + 1_600)

    assert lines_of([before, after]) == [("and the dose",), ("is three milligrams",)]


def test_a_phrase_may_go_on_in_the_next_segment_of_the_same_cue() -> None:
    before = say("and the dose")
    after = say("is three milligrams", start_ms=before.end_ms + 100)

    assert lines_of([before, after]) == [("and the dose is three milligrams",)]


def test_a_short_cue_stays_for_a_second_where_nothing_follows() -> None:
    (cue,) = make_cues([say("Yes.", start_ms=5_000, word_ms=200)])

    assert (cue.start_ms, cue.end_ms) == (5_000, 6_000)


def test_a_short_cue_ends_where_the_next_begins() -> None:
    yes = say("Yes.", word_ms=200)
    oui = say("Oui.", language="fr", start_ms=600, word_ms=200)

    cues = make_cues([yes, oui])

    assert [(cue.start_ms, cue.end_ms) for cue in cues] == [(0, 599), (600, 1_600)]


def test_a_gap_of_two_frames_is_closed() -> None:
    slow = say("One two three four", word_ms=600)
    other = say("cinq six", language="fr", start_ms=slow.end_ms + 70)

    first, second = make_cues([slow, other])

    assert first.end_ms == second.start_ms - 1


def test_a_word_wider_than_two_lines_is_cut_into_cues_of_their_own_times() -> None:
    word = Word(start_ms=0, end_ms=3_000, text=" " + "x" * 100, confidence=0.5)

    cues = make_cues([segment_of([word])])

    assert [line for cue in cues for line in cue.lines] == ["x" * 42, "x" * 42, "x" * 16]
    assert [(cue.start_ms, cue.end_ms) for cue in cues] == [(0, 1_259), (1_260, 4_740)]


def test_a_long_word_is_cut_after_a_hyphen() -> None:
    word = Word(
        start_ms=0,
        end_ms=3_000,
        text=" sulfadoxine-pyrimethamine-amodiaquine-primaquine-resistant",
        confidence=0.5,
    )

    assert lines_of([segment_of([word])]) == [
        ("sulfadoxine-pyrimethamine-amodiaquine-", "primaquine-resistant")
    ]


def test_a_word_of_ten_seconds_is_shown_for_seven() -> None:
    word = Word(start_ms=0, end_ms=10_000, text=" Mmm", confidence=0.5)

    (cue,) = make_cues([segment_of([word])])

    assert (cue.start_ms, cue.end_ms) == (0, 7_000)


def test_no_speech_gives_no_cues() -> None:
    assert make_cues([]) == ()


_LATIN = st.text("abcdefgh,.?-<>&é", min_size=1, max_size=14).map(" {}".format)
_LONG = st.text("abc-/", min_size=60, max_size=60).map(" {}".format)
_CHINESE = st.text("的一是在不了有和人这，。a1", min_size=1, max_size=3)


@st.composite
def transcripts(draw: st.DrawFn, words: st.SearchStrategy[str] | None = None) -> list[Segment]:
    """Any transcript the recognizer may give: words in order, without overlap."""
    segments = []
    now_ms = 0
    for _ in range(draw(st.integers(1, 4))):
        language = draw(st.sampled_from(["en", "fr", "zh", "ar"]))
        texts = _CHINESE if language == "zh" else _LATIN | _LONG
        said = []
        for text in draw(st.lists(texts if words is None else words, min_size=1, max_size=40)):
            start_ms = now_ms + draw(st.sampled_from([0, 0, 0, 40, 300, 1_600, 9_000]))
            now_ms = start_ms + draw(st.sampled_from([1, 80, 250, 600, 8_000]))
            said.append(Word(start_ms=start_ms, end_ms=now_ms, text=text, confidence=0.5))
        segments.append(segment_of(said, language))
    return segments


def shown_width(line: str, language: str) -> float:
    if language != "zh":
        return len(line)
    return sum(1 if unicodedata.east_asian_width(sign) in "WF" else 0.5 for sign in line)


@settings(deadline=None)
@given(transcripts())
def test_every_word_is_shown_once_and_in_order(segments: list[Segment]) -> None:
    cues = make_cues(segments)

    said = "".join(word.text for segment in segments for word in segment.words)
    assert "".join("".join(cue.lines) for cue in cues).replace(" ", "") == said.replace(" ", "")


@settings(deadline=None)
@given(transcripts(words=_LATIN))
def test_words_that_fit_a_line_are_never_cut(segments: list[Segment]) -> None:
    cues = make_cues(segments)

    shown = [word for cue in cues for line in cue.lines for word in line.split()]
    assert shown == [word.text.strip() for segment in segments for word in segment.words]


@settings(deadline=None)
@given(transcripts())
def test_all_limits_hold(segments: list[Segment]) -> None:
    cues = make_cues(segments)

    for cue in cues:
        assert 1 <= len(cue.lines) <= 2
        assert all(line.strip() == line != "" for line in cue.lines)
        limit = 16 if cue.language == "zh" else 42
        assert max(shown_width(line, cue.language) for line in cue.lines) <= limit
        assert 0 < cue.end_ms - cue.start_ms <= 7_000
    assert_follow_each_other(cues)


def assert_follow_each_other(cues: Sequence[Cue]) -> None:
    for one, following in pairwise(cues):
        gap_ms = following.start_ms - one.end_ms
        shown_ms = one.end_ms - one.start_ms
        assert gap_ms >= 1 or (gap_ms, shown_ms) == (0, 1)
        assert gap_ms <= 1 or gap_ms >= 80 or shown_ms == 7_000
        assert shown_ms >= 1_000 or gap_ms <= 1


def test_a_cue_ends_where_the_speaker_changes_and_knows_who_speaks() -> None:
    asked = replace(say("Is it"), speaker="Dr Otieno")
    answered = replace(say("Yes.", start_ms=asked.end_ms), speaker="Speaker 2")

    cues = make_cues([asked, answered])

    assert [(cue.speaker, cue.lines) for cue in cues] == [
        ("Dr Otieno", ("Is it",)),
        ("Speaker 2", ("Yes.",)),
    ]
