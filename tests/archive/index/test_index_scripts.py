"""Marks and times in the scripts of all eight languages, with combining marks and either direction.

Words are made of letters and marks at random, so they are in no dictionary; what is asked for is
one or more of them side by side.
"""

# Letters and signs of many scripts are what this file is about.

import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.index import SearchIndex
from archive.index.analysis import fold, tokenize
from archive.transcript import Segment, Word
from tests.archive.index.conftest import make_document

_LETTERS = {
    "en": "abcdefghijklmnopqrstuvwxyzABC",
    "fr": "abcdeéèêëàâçîïôœùûæÉÀ",
    "pt": "abcdeãõáéíóúâêôçÃÇ",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءأإآؤئ",
    "sw": "abdefghijklmnoprstuvwyz'",
    "am": "ሀለሐመሠረሰሸቀበተኀነአከኸወዐዘየደጀገጠፀጸፈፐሁሊላሌልሎ",
    "zh": "高血压妊娠母亲孩子医院病人洗手药次",
    "id": "abcdefghijklmnoprstuwyz-",
}
_MARKS = {
    "en": "\u0301\u0308",
    "fr": "\u0300\u0301\u0302\u0327",
    "pt": "\u0303\u0301",
    "ar": "\u064b\u064c\u064e\u064f\u0650\u0651\u0652\u0670\u0640",
    "sw": "\u0301",
    "am": "\u135d\u135e\u135f",
    "zh": "",
    "id": "\u0301\u200d",
}
_AROUND = ("", ",", ".", "?", "،", "؟", "።", "፣", "!", "…")


@st.composite
def _word(draw: st.DrawFn, language: str) -> str:
    """Make a word: letters, after some of them a mark."""
    pieces = draw(
        st.lists(
            st.tuples(
                st.sampled_from(_LETTERS[language]),
                st.sampled_from(("", "", *_MARKS[language])),
            ),
            min_size=1,
            max_size=6,
        )
    )
    return "".join(letter + mark for letter, mark in pieces)


@st.composite
def _sentence(draw: st.DrawFn) -> tuple[str, list[str]]:
    language = draw(st.sampled_from(sorted(_LETTERS)))
    words = draw(st.lists(_word(language), min_size=1, max_size=12))
    return language, [word + draw(st.sampled_from(_AROUND)) for word in words]


def _speak(language: str, words: list[str]) -> Segment:
    space = "" if language == "zh" else " "
    timed = tuple(
        Word(
            start_ms=1_000 * number,
            end_ms=1_000 * number + 900,
            text=space + word,
            confidence=0.9,
        )
        for number, word in enumerate(words)
    )
    return Segment(
        start_ms=0,
        end_ms=timed[-1].end_ms,
        text="".join(word.text for word in timed).strip(),
        language=language,
        confidence=0.9,
        words=timed,
    )


def _surfaces(text: str) -> list[str]:
    return [token.surface for token in tokenize(text)]


@settings(deadline=None, max_examples=150)
@given(sentence=_sentence(), data=st.data())
def test_what_was_asked_for_is_marked_to_the_character_and_timed_to_the_word(
    sentence: tuple[str, list[str]], data: st.DataObject
) -> None:
    language, words = sentence
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, min(first + 4, len(words) - 1)))
    asked = " ".join(words[first : last + 1])
    wanted = _surfaces(asked)
    with TemporaryDirectory() as name:
        index = SearchIndex(Path(name))
        index.update([make_document(1, _speak(language, words), language=language)])

        page = index.search(f'"{asked}"', tolerant=False)

        if not wanted:
            assert page.total == 0
            return
        (hit,) = page.hits
        starts = _expected_starts(words, wanted, language)
        spoken = next(at for at in range(first, last + 1) if _surfaces(words[at]))
        assert spoken * 1_000 in {start - start % 1_000 for start in starts}
        assert set(hit.match_starts_ms) <= starts or language == "zh"
        for moment in hit.moments:
            assert moment.text in _speak(language, words).text
            ends = [0, *(edge for mark in moment.marks for edge in mark), len(moment.text)]
            assert ends == sorted(ends)
            for begin, end in moment.marks:
                marked = moment.text[begin:end]
                _check_edges(moment.text, begin, end)
                # Places that overlap are marked as one.
                assert _surfaces(marked)[: len(wanted)] == wanted
                assert _surfaces(marked)[-len(wanted) :] == wanted
        spoken = index.matched_words(f'"{asked}"', 1)
        assert any(first * 1_000 <= start < first * 1_000 + 1_000 for start, _ in spoken)


def _expected_starts(words: list[str], wanted: list[str], language: str) -> set[int]:
    """When the run of tokens begins, by brute force; any time of a word in Chinese."""
    tokens = [
        (surface, number * 1_000)
        for number, word in enumerate(words)
        for surface in _surfaces(word)
    ]
    found = {
        tokens[at][1]
        for at in range(len(tokens) - len(wanted) + 1)
        if [surface for surface, _ in tokens[at : at + len(wanted)]] == wanted
    }
    return {start + part for start in found for part in range(1_000)} if language == "zh" else found


def _check_edges(text: str, begin: int, end: int) -> None:
    """A mark neither begins with a combining mark nor leaves one of its last letter behind."""
    assert not unicodedata.combining(text[begin])
    if end < len(text) and unicodedata.combining(text[end]):
        raise AssertionError(f"{text[begin:end]!r} is cut before U+{ord(text[end]):04X}")


@pytest.mark.parametrize(
    ("said", "language", "asked", "marked"),
    [
        ("نُعطي المريضَ الأكسجينَ", "ar", "المريض", "المريضَ"),
        ("ارتفاع ضغط الدم", "ar", "ضغط الدم", "ضغط الدم"),
        ("l'hypertension artérielle", "fr", "hypertension", "hypertension"),
        ("la fie\u0300vre monte", "fr", "fièvre", "fie\u0300vre"),
        ("ሐኪሙና ነርሷ", "am", "ሀኪሙና", "ሐኪሙና"),
        ("妊娠期高血压很危险", "zh", "高血压", "高血压"),
        ("anak-anak demam", "id", "anak demam", "anak demam"),
    ],
)
def test_a_mark_holds_what_was_asked_for_as_it_is_written(
    tmp_path: Path, said: str, language: str, asked: str, marked: str
) -> None:
    words = list(said) if language == "zh" else said.split()
    index = SearchIndex(tmp_path / "index")
    index.update([make_document(1, _speak(language, words), language=language)])

    (hit,) = index.search(f'"{asked}"').hits

    (moment,) = hit.moments
    assert [moment.text[begin:end] for begin, end in moment.marks] == [marked]
    assert fold(moment.text[moment.marks[0][0] : moment.marks[0][1]].replace(" ", "")) == fold(
        asked.replace(" ", "")
    )
