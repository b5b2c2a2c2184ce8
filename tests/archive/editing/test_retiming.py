"""Which times the words of an edited text get."""

# The marks of many scripts are what is typed here.
# ruff: noqa: RUF001

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.editing.retiming import join_words, pieces_of, retime
from archive.transcript import Segment, Word
from tests.web.factories import speak


def _edit(segment: Segment, text: str) -> tuple[Word, ...]:
    return retime(
        segment.words,
        text,
        segment.language,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
    )


def _times(words: tuple[Word, ...]) -> list[tuple[str, int, int]]:
    return [(word.text.strip(), word.start_ms, word.end_ms) for word in words]


def test_a_corrected_word_is_said_when_the_wrong_one_was() -> None:
    said = speak("We give artisanate at once.", start_ms=1_000)

    words = _edit(said, "We give artesunate at once.")

    assert _times(words)[2] == ("artesunate", 1_800, 2_150)
    assert [words[at] for at in (0, 1, 3, 4)] == [said.words[at] for at in (0, 1, 3, 4)]
    assert words[2].confidence == 1.0


def test_one_word_for_two_takes_the_time_of_both() -> None:
    said = speak("We give artisan eight at once.", start_ms=1_000)

    words = _edit(said, "We give artesunate at once.")

    assert _times(words)[2:4] == [("artesunate", 1_800, 2_550), ("at", 2_600, 2_950)]


def test_two_words_for_one_share_its_time_by_their_length() -> None:
    said = speak("We use xy now.", start_ms=0)

    words = _edit(said, "We use an oxygen now.")

    assert _times(words)[2:4] == [("an", 800, 887), ("oxygen", 887, 1_150)]


def test_a_word_put_in_stands_between_its_neighbours() -> None:
    said = speak("It causes harm.", start_ms=0)

    words = _edit(said, "It never causes harm.")

    assert _times(words) == [
        ("It", 0, 350),
        ("never", 350, 400),
        ("causes", 400, 750),
        ("harm.", 800, 1_150),
    ]


def test_case_and_punctuation_leave_a_word_its_time_and_confidence() -> None:
    said = speak("malaria in pregnancy", start_ms=700)

    words = _edit(said, "Malaria, in pregnancy.")

    assert words == tuple(
        replace(word, text=text)
        for word, text in zip(said.words, (" Malaria,", " in", " pregnancy."), strict=True)
    )


def test_a_text_with_nothing_in_common_fills_the_time_of_the_old_one() -> None:
    said = speak("hum hum hum", start_ms=2_000)

    words = _edit(said, "Good morning everybody here")

    assert (words[0].start_ms, words[-1].end_ms) == (2_000, said.end_ms)


def test_an_empty_text_has_no_words() -> None:
    assert _edit(speak("hum hum"), "  ") == ()


def test_words_without_any_before_fill_the_segment() -> None:
    said = replace(speak("hum", start_ms=0), words=(), end_ms=900)

    assert _times(_edit(said, "two words")) == [("two", 0, 337), ("words", 337, 900)]


def test_chinese_keeps_the_characters_around_a_correction() -> None:
    said = speak("我们用青蒿虎酯治疗", start_ms=0, language="zh")

    words = _edit(said, "我们用青蒿琥酯治疗。")

    assert [word.text for word in words] == ["我", "们", "用", "青", "蒿", "琥", "酯", "治", "疗。"]
    assert [(w.start_ms, w.end_ms) for w in words] == [(w.start_ms, w.end_ms) for w in said.words]


def test_chinese_words_of_several_characters_stay_whole() -> None:
    said = speak("我们治疗", language="zh")
    first, second = (
        Word(start_ms=0, end_ms=500, text="我们", confidence=0.5),
        Word(start_ms=600, end_ms=900, text="治疗", confidence=0.5),
    )
    said = replace(said, words=(first, second), end_ms=900)

    words = _edit(said, "我们在家治疗")

    assert words[0] == first
    assert words[-1] == second
    assert [word.text for word in words] == ["我们", "在", "家", "治疗"]


def test_latin_words_in_chinese_stay_whole_with_their_spaces() -> None:
    assert pieces_of("使用 COVID-19 疫苗 2.4 毫克", "zh") == [
        "使",
        "用",
        " COVID-19",
        " 疫",
        "苗",
        " 2.4",
        " 毫",
        "克",
    ]


def test_amharic_and_arabic_are_divided_at_spaces() -> None:
    assert pieces_of("ሰላም  ለሁላችሁ፡፡", "am") == [" ሰላም", " ለሁላችሁ፡፡"]
    assert pieces_of("نعطي الدواء.", "ar") == [" نعطي", " الدواء."]


_LANGUAGES = {
    "en": "We give artesunate at once, then we wait.",
    "fr": "Qu’est-ce que l’on donne ? De l’artésunate.",
    "ar": "نعطي الأرتيسونات كل ١٢ ساعة. ثم نعيد القياس.",
    "am": "ሰላም ለሁላችሁ፡፡ ዛሬ ስለ ወባ እንነጋገራለን",
    "zh": "我们用ACT治疗疟疾，每天2次。",
    "th": "เราให้ยาทันที แล้วรอหนึ่งชั่วโมง",
}
_TYPED = st.text(
    alphabet=st.sampled_from("abé ñ.,-’ \n\tምስ، عثا疟疾。中ยาทั12½\u200b\u0301"), max_size=40
)


@settings(max_examples=120, deadline=None)
@given(
    language=st.sampled_from(sorted(_LANGUAGES)),
    cut=st.tuples(st.integers(0, 45), st.integers(0, 45)),
    typed=_TYPED,
)
def test_whatever_is_typed_words_stay_in_order_inside_and_apart(
    language: str, cut: tuple[int, int], typed: str
) -> None:
    said = speak(_LANGUAGES[language], start_ms=3_000, language=language)
    begin, end = min(cut), max(cut)
    text = said.text[:begin] + typed + said.text[end:]

    words = _edit(said, text)

    assert join_words(words) == " ".join(text.split())
    edges = [said.start_ms, *(ms for word in words for ms in (word.start_ms, word.end_ms))]
    assert all(before <= after for before, after in pairwise([*edges, said.end_ms]))
    assert all(word.text.strip() for word in words)


@settings(max_examples=60, deadline=None)
@given(language=st.sampled_from(sorted(_LANGUAGES)), at=st.integers(0, 40), typed=_TYPED)
def test_what_is_put_in_moves_no_word_after_or_before_it(
    language: str, at: int, typed: str
) -> None:
    said = speak(_LANGUAGES[language], language=language)
    at = min(at, len(said.words))
    before = join_words(said.words[:at])
    after = join_words(said.words[at:])

    words = _edit(said, f"{before} {typed} {after}")

    if not typed.strip():
        assert len(words) == len(said.words)
    kept = {(word.start_ms, word.end_ms) for word in words}
    spans = [(word.start_ms, word.end_ms) for word in said.words]
    assert sum(span in kept for span in spans) >= len(said.words) - (2 if typed.strip() else 0)


def test_a_long_segment_is_done_quickly() -> None:
    said = speak(" ".join(f"word{number % 40}" for number in range(400)))

    words = _edit(said, said.text.replace("word7 ", "other "))

    assert len(words) == 400


@pytest.mark.parametrize("text", ["\u200b", "\u0301", "،", " . "])
def test_marks_alone_are_words_too(text: str) -> None:
    words = _edit(speak("one two"), text)

    assert join_words(words) == text.strip()
