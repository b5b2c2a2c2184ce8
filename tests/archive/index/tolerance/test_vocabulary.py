"""The words of a snapshot: frequencies, what is right, and where the recognizer was unsure."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from archive.index import PUBLIC, Audience, IndexDocument, SearchIndex
from archive.index.snapshot import Snapshot
from archive.index.tolerance.lexicon import Lexicon, build_lexicon
from archive.index.tolerance.vocabulary import Vocabularies, Vocabulary
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]


@pytest.fixture
def lexicon() -> Lexicon:
    return build_lexicon(["fever", "haemoglobin", "cough"], [])


def _snapshot(index: SearchIndex) -> Snapshot:
    snapshot = index._latest.get()
    assert snapshot is not None
    return snapshot


def _vocabulary(
    index: SearchIndex, vocabularies: Vocabularies, audience: Audience = PUBLIC
) -> Vocabulary:
    snapshot = _snapshot(index)
    return vocabularies.of(snapshot, snapshot.visible(audience))


def _doubted(index: SearchIndex, vocabularies: Vocabularies, *, most: int = 999) -> list[str]:
    vocabulary = _vocabulary(index, vocabularies)
    places = vocabulary.doubted_places(np.arange(vocabulary.count), most=most)
    return [vocabulary.words[number] for number in vocabulary.numbers_of(vocabulary.tokens[places])]


def test_words_of_all_parts_are_counted_together(
    index: SearchIndex, make_document: Make, lexicon: Lexicon
) -> None:
    vocabularies = Vocabularies(lexicon)
    index.update([make_document(1, "fever fever keremga")])
    before = _vocabulary(index, vocabularies)

    index.update([make_document(2, "fever zomba")])
    after = _vocabulary(index, vocabularies)

    assert [before.frequency(word) for word in ("fever", "keremga", "zomba")] == [2, 1, 0]
    assert [after.frequency(word) for word in ("fever", "keremga", "zomba")] == [3, 1, 1]


def test_ordinary_words_any_spelling_and_what_people_wrote_are_right(
    index: SearchIndex, make_document: Make, lexicon: Lexicon
) -> None:
    index.update([make_document(1, "fever hemoglobin keremga zomba", title="Zomba")])

    vocabulary = _vocabulary(index, Vocabularies(lexicon))

    words = ("fever", "hemoglobin", "keremga", "zomba")
    assert [vocabulary.is_written(word) for word in words] == [True, True, False, True]


def test_words_of_drafts_are_neither_here_nor_right_but_for_who_may_see_them(
    index: SearchIndex, make_document: Make, lexicon: Lexicon
) -> None:
    draft = make_document(2, "fever hemoglobin", title="Zomba", public=False)
    index.update([make_document(1, "fever"), draft])
    vocabularies = Vocabularies(lexicon)

    public = _vocabulary(index, vocabularies)
    own = _vocabulary(index, vocabularies, Audience(also=frozenset([2])))

    numbers = [public.table.numbers[word] for word in ("fever", "hemoglobin", "zomba")]
    assert public.frequencies[numbers].tolist() == [1, 0, 0]
    assert public.right[numbers].tolist() == [True, False, False]
    assert own.frequencies[numbers].tolist() == [2, 1, 1]
    assert own.right[numbers].tolist() == [True, True, True]


@pytest.mark.parametrize("hidden", [3, 5, 9])
def test_words_are_counted_in_what_is_seen_whatever_was_counted_before(
    index: SearchIndex, make_document: Make, lexicon: Lexicon, hidden: int
) -> None:
    index.update([make_document(number, "fever") for number in range(1, 13)])
    vocabularies = Vocabularies(lexicon)
    _vocabulary(index, vocabularies, Audience(never=frozenset([2, 3, 4, 12])))

    index.update([make_document(4, "cough")])
    seen = Audience(never=frozenset(range(1, hidden + 1)))
    vocabulary = _vocabulary(index, vocabularies, seen)

    left = set(range(hidden + 1, 13))
    assert vocabulary.frequency("fever") == len(left - {4})
    assert vocabulary.frequency("cough") == len(left & {4})


def test_an_older_snapshot_is_counted_after_a_newer_one_with_more_words(
    index: SearchIndex, make_document: Make, lexicon: Lexicon
) -> None:
    index.update([make_document(number, "fever") for number in range(1, 5)])
    vocabularies, older = Vocabularies(lexicon), _snapshot(index)
    vocabularies.of(older, older.visible(PUBLIC))
    index.update([make_document(5, "quinine dose")])
    _vocabulary(index, vocabularies, Audience(never=frozenset([1])))

    vocabulary = vocabularies.of(older, older.visible(Audience(never=frozenset([1, 2]))))

    assert vocabulary.frequency("fever") == 2
    assert vocabulary.frequency("quinine") == 0


def test_unsure_words_and_their_neighbours_are_doubted(
    index: SearchIndex, make_document: Make, speak: Speak, lexicon: Lexicon
) -> None:
    heard = speak("one two keremga four five six")
    words = tuple(
        replace(word, confidence=0.3 if "keremga" in word.text else 0.95) for word in heard.words
    )
    index.update([make_document(1, replace(heard, words=words), title="Title")])

    assert _doubted(index, Vocabularies(lexicon)) == ["two", "keremga", "four"]


def test_of_very_many_doubted_places_the_first_are_enough(
    index: SearchIndex,
    make_document: Make,
    speak: Speak,
    lexicon: Lexicon,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = speak("one two keremga four five six kitgum eight nine ten zomba")
    odd = ("keremga", "kitgum", "zomba")
    words = tuple(
        replace(word, confidence=0.3 if word.text.strip() in odd else 0.95) for word in heard.words
    )
    index.update([make_document(1, replace(heard, words=words), title="Title")])
    every = ["two", "keremga", "four", "six", "kitgum", "eight", "ten", "zomba"]

    for at_once in (1, 2, 3, 100):
        monkeypatch.setattr("archive.index.tolerance.vocabulary._LOOKED_AT", at_once)
        for most in (1, 4, 8, 9):
            assert _doubted(index, Vocabularies(lexicon), most=most) == every[:most]


def test_a_replaced_version_is_not_doubted_any_more(
    index: SearchIndex, make_document: Make, speak: Speak, lexicon: Lexicon
) -> None:
    heard = speak("keremga")
    words = tuple(replace(word, confidence=0.3) for word in heard.words)
    index.update([make_document(1, replace(heard, words=words))])
    vocabularies = Vocabularies(lexicon)
    assert _doubted(index, vocabularies) == ["keremga"]

    index.update([make_document(1, replace(heard, words=words, edited=True))])

    assert _doubted(index, vocabularies) == []


def test_words_cut_in_pieces_by_the_recognizer_take_the_first_pieces_certainty(
    index: SearchIndex, make_document: Make, speak: Speak, lexicon: Lexicon
) -> None:
    heard = speak("give co trimoxazole now")
    give, co, trimoxazole, now = heard.words
    words = (give, co, replace(trimoxazole, text="-trimoxazole", confidence=0.2), now)
    index.update([make_document(1, replace(heard, words=words))])

    assert _doubted(index, Vocabularies(lexicon)) == ["co", "trimoxazole", "now"]
