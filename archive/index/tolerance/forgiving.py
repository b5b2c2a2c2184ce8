"""Alternatives that forgive: spelling, numbers, typos and sound-alikes, from the vocabulary.

The expander every search has. A word that is known to be right, and found, is hardly taken for
a slip; what it may have been misheard as is looked for all the same, and comes after.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice, pairwise, product
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from archive.glossary.inflection import inflects
from archive.glossary.soundalike import likeness
from archive.index.analysis import Stemmer, tokenize
from archive.index.leaves import LeafReader, LeafWord
from archive.index.query import Word
from archive.index.readings import Readings
from archive.index.snapshot import Snapshot
from archive.index.tolerance.alternatives import Alternative, Offer
from archive.index.tolerance.lexicon import Lexicon, shipped_lexicon
from archive.index.tolerance.numbers import UNSPOKEN, find_quantities, write_quantity
from archive.index.tolerance.pairs import mended_pairs
from archive.index.tolerance.readings import look_up_readings, look_up_slips
from archive.index.tolerance.sounds import find_sound_alikes
from archive.index.tolerance.typos import Near, near_words
from archive.index.tolerance.vocabulary import Vocabularies, Vocabulary
from archive.index.values import Reason

_SPELLING, _NUMBER, _TYPO, _FURTHER_TYPO = 1.0, 0.9, 0.7, 0.4
_SOUND = 0.6
"""Of the likeness of a sound-alike."""
_MOST_WORDS = 8
"""Words of a query that are looked at; each costs some ms."""
_MOST_TYPOS, _MOST_SOUNDS, _MOST_RUNS, _MOST_SPELLINGS = 4, 12, 6, 6
_SHORTEST_JOINED, _LONGEST_JOINED = 6, 30
_SHORTEST_SPLIT, _SHORT_WORD, _LONG_WORD = 4, 4, 9
_VOWELS = frozenset("aeiouy")
_TOLD_APART = 10.0
"""How much more frequent a word must be than one that nobody knows, to be what was meant."""
_LEAST_ALIKE = 0.8
"""Of the sounds of words that are two slips apart: slips are made in writing."""
_ABOUT_AS_LIKELY = 0.2
"""Of the cost of slips: what costs so little more may have been meant as well."""
_WELL_HEARD = 20
"""Places where a word that nobody lists stands: then it is hardly misheard at others."""
_CACHED = 500

Words = tuple[str, ...]


class _Known:
    """What was found for words before, with one vocabulary."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], tuple[Alternative, ...]] = {}

    def get(
        self, words: tuple[str, ...], find: Callable[[], Iterable[Alternative]]
    ) -> tuple[Alternative, ...]:
        """Return it, found now where it was not before."""
        found = self._found.get(words)
        if found is None:
            if len(self._found) >= _CACHED:
                self._found.clear()
            found = self._found[words] = tuple(find())
        return found


class Forgiving:
    """Makes the expander of spelling, numbers, typos and sound-alikes. Shared by threads."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        """Take what is known of words; by default what comes with the archive."""
        self._lexicon = lexicon if lexicon is not None else shipped_lexicon()
        self._terms = sorted(self._lexicon.terms)
        self._vocabularies = Vocabularies(self._lexicon)
        self._reader = LeafReader()
        self._stemmer = Stemmer()
        self._known: WeakKeyDictionary[Vocabulary, _Known] = WeakKeyDictionary()

    def of(self, snapshot: Snapshot, visible: NDArray[np.bool_]) -> "_ForgivingOf":
        """Return the expander that looks in the visible documents of one snapshot."""
        return _ForgivingOf(self, snapshot, visible)

    def expand(
        self, words: Sequence[Word], snapshot: Snapshot, visible: NDArray[np.bool_]
    ) -> Iterable[Offer]:
        """Offer alternatives from the words of those documents of a snapshot that may be seen."""
        tokens = [self._tokens(word.text) for word in words[:_MOST_WORDS]]
        vocabulary = self._vocabularies.of(snapshot, visible)
        readings = snapshot.readings.of(visible)
        known = self._known.setdefault(vocabulary, _Known())
        offers: list[Offer] = []
        for place, own in enumerate(tokens):
            if own:
                found = known.get(own, partial(self._of_word, own, vocabulary, readings))
                offers.append(Offer(place, place, found))
        for first, pair in enumerate(pairwise(tokens)):
            if all(len(own) == 1 for own in pair):
                (one,), (other,) = pair
                of_pair = partial(self._of_pair, one, other, vocabulary, readings)
                found = known.get((one, "", other), of_pair)
                offers.append(Offer(first, first + 1, found))
        offers += self._of_numbers(tokens)
        return tuple(offer for offer in offers if offer.alternatives)

    def vocabulary(self, snapshot: Snapshot, visible: NDArray[np.bool_]) -> Vocabulary:
        """Return the words of those documents of a snapshot that may be seen."""
        return self._vocabularies.of(snapshot, visible)

    def _tokens(self, text: str) -> tuple[str, ...]:
        """Return the tokens of one typed word, if they must stand side by side."""
        leaves = self._reader.leaves(Word(text))
        return tuple(word.surface for word in leaves[0].words) if len(leaves) == 1 else ()

    # One typed word

    def _of_word(
        self, tokens: Sequence[str], vocabulary: Vocabulary, readings: Readings
    ) -> Iterator[Alternative]:
        if not all(token.isalpha() for token in tokens):
            return
        joined = "".join(tokens)
        if len(tokens) == 1:
            yield from self._spellings(joined, vocabulary)
            yield from self._splits(joined, vocabulary)
        else:
            yield from self._hyphenated(tokens, joined, vocabulary)
        twins = [] if joined in self._lexicon.terms else self._twins(joined)
        meant = twins[:1] or [joined]
        near: list[Near] = []
        if len(tokens) == 1 and not (self._is_known(joined) or vocabulary.is_written(joined)):
            near = self._typos(joined, vocabulary)
            yield from self._as_alternatives(near, vocabulary)
            terms = [one.word for one in near if one.word in self._lexicon.terms]
            # What is one slip from an ordinary word is that, rather than heard as something else.
            slip = any(one.distance == 1 and self._is_known(one.word) for one in near)
            meant = terms[:1] if terms or slip else meant
        for word in meant:
            yield from self._as_meant((joined,), (word,), self._sound_alikes(word, vocabulary))
        for word in meant if near else dict.fromkeys((joined, *meant)):
            if not self._is_well_heard(word, vocabulary):
                read = look_up_readings(word, readings, weight=_SOUND)
                yield from self._as_meant((joined,), (word,), read)
        # Costly, so not where it is known what was meant.
        if not near and not self._is_known(joined) and not vocabulary.frequency(joined):
            yield from look_up_slips(joined, readings, weight=_SOUND)

    def _as_meant(
        self, typed: Words, meant: Words, found: Iterable[Alternative]
    ) -> Iterator[Alternative]:
        """Say of what sounds like mended words what was meant, as the glossary writes it."""
        words = " ".join(self._lexicon.written.get(word, word) for word in meant)
        for one in found:
            yield one if meant == typed else replace(one, meant=words)

    def _spellings(self, word: str, vocabulary: Vocabulary) -> Iterator[Alternative]:
        right = self._lexicon.is_right(word)
        forms = (word, f"{word}s", word.removesuffix("s")) if len(word) > _SHORT_WORD else (word,)
        sure = [
            other
            for form in dict.fromkeys(forms)
            for other in vocabulary.spelled_like(form, loose=False)
        ]
        loose = [
            other
            for other in vocabulary.spelled_like(word, loose=True)
            if other not in sure and not (right and self._lexicon.is_right(other))
        ]
        stems = set(self._stems(word))
        for other in islice((*sure, *loose), _MOST_SPELLINGS):
            inflected = self._inflected(other)
            if not stems.issuperset(inflected.stems or (other,)):
                slip = not right and other in loose and self._lexicon.is_right(other)
                reason = Reason.TYPO if slip else Reason.SPELLING
                yield _alternative((inflected,), reason, other, _SPELLING)

    def _splits(self, word: str, vocabulary: Vocabulary) -> Iterator[Alternative]:
        """Offer a word written as two: co trimoxazole, x ray."""
        if len(word) < _SHORTEST_SPLIT or word in self._lexicon.ordinary:
            return
        for at in range(1, len(word) - 1):
            parts = (word[:at], word[at:])
            # `a` and `i` stand before everything.
            if parts[0] not in _VOWELS and all(vocabulary.frequency(part) for part in parts):
                yield _written(parts, Reason.SPELLING, _SPELLING)

    def _hyphenated(
        self, tokens: Sequence[str], joined: str, vocabulary: Vocabulary
    ) -> Iterator[Alternative]:
        """Offer a word of several parts as one, and its parts in other spellings."""
        for spelled in (joined, *vocabulary.spelled_like(joined, loose=False)):
            if vocabulary.frequency(spelled):
                yield _alternative((self._inflected(spelled),), Reason.SPELLING, spelled, _SPELLING)
        choices = [[token, *vocabulary.spelled_like(token, loose=False)[:2]] for token in tokens]
        for parts in islice(product(*choices), 1, _MOST_SPELLINGS):
            yield _written(parts, Reason.SPELLING, _SPELLING)
        if not vocabulary.frequency(joined):
            yield from self._as_alternatives(self._typos(joined, vocabulary), vocabulary)
        for place, token in enumerate(tokens):
            if not vocabulary.frequency(token) and not self._is_known(token):
                for near in self._typos(token, vocabulary)[:2]:
                    mended = (*tokens[:place], near.word, *tokens[place + 1 :])
                    yield _written(mended, Reason.TYPO, _TYPO)

    def _is_known(self, word: str) -> bool:
        """Whether a word, or its singular, is right as it is."""
        return self._lexicon.is_right(word) or (
            word.endswith("s") and self._lexicon.is_right(word[:-1])
        )

    def _typos(self, word: str, vocabulary: Vocabulary) -> list[Near]:
        """Choose what an unknown word may have been meant to be, most likely first."""
        own = vocabulary.frequency(word)
        here = near_words(word, vocabulary.words[: vocabulary.count])
        terms = near_words(word, self._terms)
        near = {one.word: one for one in (*here, *terms)}
        terms_of = self._lexicon.terms
        likely = [
            one
            for one in near.values()
            if self._stems(one.word)[1:2] != self._stems(word)[1:2]
            and (
                one.distance == 1
                or (not inflects(one.word, word) and likeness(word, one.word) >= _LEAST_ALIKE)
            )
            and (
                one.word in terms_of or vocabulary.frequency(one.word) >= max(own * _TOLD_APART, 1)
            )
        ]
        least = min((one.cost for one in likely), default=0.0)
        return sorted(
            (one for one in likely if one.cost <= least + _ABOUT_AS_LIKELY),
            key=lambda one: (
                one.cost - _ABOUT_AS_LIKELY * (one.word in terms_of),
                -vocabulary.frequency(one.word),
                one.word,
            ),
        )[:_MOST_TYPOS]

    def _twins(self, word: str) -> list[str]:
        """Find terms that are the same to the index, and not to the ear: chlorhexidin."""
        stem = self._stems(word)[1:2]
        near = near_words(word, self._terms) if stem else []
        return [
            one.word for one in near if one.distance == 1 and self._stems(one.word)[1:2] == stem
        ]

    def _as_alternatives(
        self, near: Sequence[Near], vocabulary: Vocabulary
    ) -> Iterator[Alternative]:
        for one in near:
            weight = _TYPO if one is near[0] else _FURTHER_TYPO
            for word in (one.word, *vocabulary.spelled_like(one.word, loose=False)):
                if vocabulary.frequency(word):
                    yield _alternative((self._inflected(word),), Reason.TYPO, word, weight)

    def _sound_alikes(self, word: str, vocabulary: Vocabulary) -> Iterator[Alternative]:
        for heard in self._lexicon.heard.get(word, ()):
            parts = tuple(token.surface for token in tokenize(heard))
            if parts and all(vocabulary.frequency(part) for part in parts):
                yield _written(parts, Reason.SOUND, _SOUND)
        if self._is_well_heard(word, vocabulary):
            return
        spellings = vocabulary.spelled_like(word, loose=False)
        alike = find_sound_alikes(word, vocabulary, besides=(*spellings, *self._twins(word)))
        for one in alike[:_MOST_SOUNDS]:
            yield _written(one.words, Reason.SOUND, _SOUND * one.likeness)

    def _is_well_heard(self, word: str, vocabulary: Vocabulary) -> bool:
        """Whether a word is hardly ever misheard: ordinary, or often written as it is.

        Of a term of the glossary it must be both.
        """
        ordinary = word in self._lexicon.ordinary
        often = vocabulary.frequency(word) >= _WELL_HEARD
        return ordinary and often if word in self._lexicon.terms else ordinary or often

    # Several typed words

    def _of_pair(
        self, first: str, second: str, vocabulary: Vocabulary, readings: Readings
    ) -> Iterator[Alternative]:
        """Offer two words written as one, or heard as something else."""
        joined = first + second
        if not joined.isalpha() or not _SHORTEST_JOINED <= len(joined) <= _LONGEST_JOINED:
            return
        for pair in mended_pairs(first, second, vocabulary):
            words = tuple(map(self._inflected, pair))
            yield _alternative(words, Reason.TYPO, " ".join(pair), _TYPO)
        both_ordinary = self._lexicon.ordinary.issuperset((first, second))
        # `ring worm` is ringworm, and `in to` need not be into.
        if vocabulary.frequency(joined) and not (
            both_ordinary and len(joined) < _LONG_WORD and joined in self._lexicon.ordinary
        ):
            yield _alternative((self._inflected(joined),), Reason.SPELLING, joined, _SPELLING)
        if both_ordinary:
            return
        for heard in self._lexicon.heard.get(joined, ()):
            parts = tuple(token.surface for token in tokenize(heard))
            if parts and all(vocabulary.frequency(part) for part in parts):
                yield _written(parts, Reason.SOUND, _SOUND)
        meant = tuple(self._meant(word, vocabulary) for word in (first, second))
        if all(
            vocabulary.frequency(word) or self._is_well_heard(word, vocabulary) for word in meant
        ):
            return
        joined = "".join(meant)
        alike = find_sound_alikes(joined, vocabulary, besides=meant)
        runs = [
            _written(one.words, Reason.SOUND, _SOUND * one.likeness) for one in alike[:_MOST_RUNS]
        ]
        read = look_up_readings(joined, readings, weight=_SOUND)
        yield from self._as_meant((first, second), meant, chain(runs, read))

    def _meant(self, word: str, vocabulary: Vocabulary) -> str:
        """Mend a word with a slip that is told by itself; any other is meant as it is."""
        if vocabulary.frequency(word) or self._is_known(word):
            return word
        near = self._typos(word, vocabulary)[:1]
        return near[0].word if near and near[0].distance == 1 else word

    def _of_numbers(self, tokens: Sequence[Sequence[str]]) -> Iterator[Offer]:
        """Offer numbers in digits for words and the other way round, units by any name."""
        owners = [place for place, own in enumerate(tokens) for _ in own]
        flat = [token for own in tokens for token in own]
        for quantity in find_quantities(flat):
            first, last = owners[quantity.first], owners[quantity.last]
            before = owners.index(first)
            after = len(owners) - owners[::-1].index(last)
            numbers, units = write_quantity(quantity)
            head, tail = flat[before : quantity.first], flat[quantity.last + 1 : after]
            unit = [LeafWord(units[0], (), units)] if units else []
            found: list[Alternative] = []
            for number in numbers:
                said = [*map(_as_written, (*head, *number)), *unit, *map(_as_written, tail)]
                label = " ".join((*head, *number, *units[:1], *tail))
                found.append(_alternative(tuple(said), Reason.NUMBER, label, _NUMBER))
                if quantity.unit in UNSPOKEN:
                    found.append(_written((*head, *number, *tail), Reason.NUMBER, _NUMBER))
            typed = tuple(map(_as_written, flat[before:after]))
            yield Offer(first, last, tuple(one for one in found if one.words != typed))

    def _inflected(self, surface: str) -> LeafWord:
        stems = self._stems(surface)
        return LeafWord(surface, stems if len(stems) > 1 else ())

    def _stems(self, surface: str) -> tuple[str, ...]:
        return self._stemmer.stems(surface)


class _ForgivingOf:
    """What forgives, with the snapshot that is searched; an `Expander` for one search."""

    def __init__(
        self, forgiving: Forgiving, snapshot: Snapshot, visible: NDArray[np.bool_]
    ) -> None:
        self._forgiving = forgiving
        self._snapshot = snapshot
        self._visible = visible

    def expand(self, words: Sequence[Word]) -> Iterable[Offer]:
        """Offer alternatives; see `Expander`."""
        return self._forgiving.expand(words, self._snapshot, self._visible)


def _written(parts: Sequence[str], reason: Reason, weight: float) -> Alternative:
    """Make an alternative of words in this very form."""
    return _alternative(tuple(map(_as_written, parts)), reason, " ".join(parts), weight)


def _as_written(surface: str) -> LeafWord:
    return LeafWord(surface, ())


def _alternative(
    words: tuple[LeafWord, ...], reason: Reason, label: str, weight: float
) -> Alternative:
    return Alternative(words=words, reason=reason, label=label, weight=weight)
