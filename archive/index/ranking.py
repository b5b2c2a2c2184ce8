"""Which recordings answer a query and in what order: boolean matching and BM25F.

Every node of the query becomes a mask and a score over all documents of the snapshot.
Phrases are looked for in the tokens of the documents that hold their rarest word. Only
documents that may be seen take part, in the word statistics too, so that nothing about the
others can be learnt from scores.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from archive.index.facets import filter_mask
from archive.index.leaves import Leaf, LeafReader, LeafWord
from archive.index.query import (
    And,
    Checked,
    Held,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Spoken,
    Within,
    Word,
)
from archive.index.snapshot import Snapshot
from archive.index.tokens import FIELDS
from archive.index.tolerance import Alternative, Choice, Replacing
from archive.index.values import Reason

# BM25F (Robertson, Zaragoza, Taylor 2004): term counts of all fields, each weighted and
# normalised by its length, are added up before they saturate. The transcript is thousands of
# words, so a word of the title must weigh like many spoken ones. Slides and translation weigh
# less than speech: the one was seen and not said, the other was said in other words.
_K1 = 1.2
_READINGS = "readings"
"""Beside the fields: what else may have been said."""
_BOOSTS = {
    "title": 12.0,
    "collection": 4.0,
    "description": 4.0,
    "speaker": 8.0,
    "subject": 8.0,
    "transcript": 1.0,
    "slides": 0.3,
    "translation": 0.25,
    _READINGS: 0.25,
}
_LENGTH_EFFECTS = {
    "title": 0.3,
    "collection": 0.3,
    "description": 0.5,
    "speaker": 0.3,
    "subject": 0.3,
    "transcript": 0.4,
    "slides": 0.5,
    "translation": 0.75,
    _READINGS: 0.75,
}
# A word in the very form that was typed counts this much more than an inflection.
_EXACT_BONUS = 0.5

# What one query may cost: a word takes 1 ms or less, a phrase of common words some 15 ms a
# thousand recordings. What comes after is not looked for.
_MOST_LEAVES = 40
_PHRASE_COST = 3
_FEW_CANDIDATES = 20
"""Recordings that may hold a phrase: so few are looked through at once."""
_MOST_ALTERNATIVES, _MOST_CONCEPTS = 60, 160

Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Found:
    """What a node of the query found: bool and float32, (documents,); scores 0 outside."""

    mask: Mask
    scores: Scores
    exact: Mask
    """bool, (documents,): found without any alternative to what was typed."""
    typed: Mask
    """bool, (documents,): with every word in the very form that was typed."""


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """What a leaf finds, how telling it is, and where it stands by field; shared, not changed."""

    found: Found
    idf: float
    seen: dict[str, Mask]


@dataclass(slots=True)
class Ranker:
    """Evaluates one query on one snapshot."""

    snapshot: Snapshot
    reader: LeafReader
    visible: Mask
    """Documents that take part."""
    leaf_weights: dict[Leaf, float] = field(default_factory=dict)
    """How telling each leaf is (its inverse document frequency), NOT aside, in their order."""
    field_masks: dict[str, Mask] = field(default_factory=dict)
    """Where words of the query, NOT aside, were found, by field."""
    replacing: dict[Leaf, Replacing] = field(default_factory=dict)
    """What was found somewhere in place of what was typed; these leaves have weights too."""
    alternative_counts: dict[tuple[str, Alternative], int] = field(default_factory=dict)
    """How many documents hold each alternative, by what was typed and it."""
    _found: dict[tuple[Leaf, bool], Found] = field(default_factory=dict)
    _evaluated: dict[Leaf, _Evaluated] = field(default_factory=dict)
    mean_lengths: Scores = field(default_factory=lambda: np.empty(0, np.float32))
    _left: int = _MOST_LEAVES
    _left_instead: int = _MOST_ALTERNATIVES
    _left_concepts: int = _MOST_CONCEPTS

    def anew(self) -> "Ranker":
        """Return a ranker that has evaluated nothing, and knows what each leaf finds."""
        return Ranker(
            self.snapshot,
            self.reader,
            self.visible,
            _evaluated=self._evaluated,
            mean_lengths=self.mean_lengths,
        )

    def evaluate(  # noqa: PLR0911 - one for each kind of node
        self, node: Node, *, wanted: bool = True
    ) -> Found | None:
        """Find and score the documents that answer a node; None when it asks for nothing."""
        match node:
            case Word() | Prefix() | Phrase():
                parts = [self._find_leaf(leaf, wanted=wanted) for leaf in self.reader.leaves(node)]
                return _all_of([part for part in parts if part is not None])
            case And(nodes):
                found = [self.evaluate(inner, wanted=wanted) for inner in nodes]
                all_found = _all_of([part for part in found if part is not None])
                if wanted and all_found is not None and isinstance(node, Choice):
                    return self._add_alternatives(node, all_found)
                return all_found
            case Or(nodes):
                found = [self.evaluate(inner, wanted=wanted) for inner in nodes]
                return _any_of([part for part in found if part is not None])
            case Not(inner):
                unwanted = self.evaluate(inner, wanted=False)
                if unwanted is None:
                    return None
                return _unscored(self.visible & ~unwanted.mask)
            case Within() | Spoken() | Held() | Checked():
                return _unscored(self.visible & filter_mask(self.snapshot, node))

    def leaves_in(self, number: int) -> dict[Leaf, float]:
        """Return the leaves that a document holds, NOT aside, and how telling each is."""
        return {
            leaf: weight
            for leaf, weight in self.leaf_weights.items()
            if self._evaluated[leaf].found.mask[number]
        }

    def holding(self, leaf: Leaf) -> Mask:
        """Tell which documents hold a leaf that was evaluated."""
        return self._evaluated[leaf].found.mask

    def order(self, found: Found) -> NDArray[np.int64]:
        """Return the document numbers found, best first; equals: latest first.

        Those found as typed come before those found by alternatives only, and those that
        hold every word in the very form typed before those that hold inflections.
        """
        numbers = np.flatnonzero(found.mask)
        rows = self.snapshot.rows[numbers]
        order = np.lexsort(
            (
                -rows["recording_id"],
                -rows["recorded_on"],
                -found.scores[numbers],
                ~found.typed[numbers],
                ~found.exact[numbers],
            )
        )
        return numbers[order]

    def _mean_lengths(self) -> Scores:
        """Return tokens of each field, the mean of what may be seen and has it: float32."""
        if not len(self.mean_lengths):
            lengths = self.snapshot.lengths[:, self.visible]
            having = np.count_nonzero(lengths, axis=1)
            means = lengths.sum(axis=1) / np.maximum(having, 1)
            self.mean_lengths = np.maximum(means, 1).astype(np.float32)
        return self.mean_lengths

    def _find_leaf(self, leaf: Leaf, *, wanted: bool) -> Found | None:
        """Find a leaf, each once; None when the query has asked for too much already."""
        key = (leaf, wanted)
        if key not in self._found:
            self._left -= 1 if len(leaf.words) == 1 else _PHRASE_COST
            if self._left < 0:
                return None
            found = self._evaluate_leaf(leaf, wanted=wanted)
            self._found[key] = replace(found, typed=self._holding_typed(leaf, found.mask))
        return self._found[key]

    def _evaluate_leaf(self, leaf: Leaf, *, wanted: bool) -> Found:
        known = self._evaluated.get(leaf)
        if known is None:
            known = self._evaluated[leaf] = self._look_up(leaf)
        if wanted:
            self.leaf_weights[leaf] = known.idf
            for name, seen in known.seen.items():
                before = self.field_masks.get(name)
                self.field_masks[name] = seen if before is None else before | seen
        return known.found

    def _look_up(self, leaf: Leaf) -> _Evaluated:
        fields = (leaf.field,) if leaf.field else self.snapshot.fields
        if leaf.words[0].heard:
            counts = self._count_readings(leaf)
        elif len(leaf.words) == 1:
            counts = self._count_in(fields, leaf.words[0])
        else:
            counts = self._count_phrase(leaf, fields)
        weights = np.zeros(len(self.visible), np.float32)
        for name, count in counts.items():
            relative = self._relative_lengths(name)
            effect = _LENGTH_EFFECTS[name]
            weights += _BOOSTS[name] * count / (1 - effect + effect * relative)
        mask = weights > 0
        visible, frequency = int(self.visible.sum()), int(mask.sum())
        idf = float(np.log1p((visible - frequency + 0.5) / (frequency + 0.5)))
        scores = idf * (_K1 + 1) * weights / (weights + _K1)
        return _Evaluated(
            Found(mask, scores.astype(np.float32), mask, mask),
            idf,
            {name: count > 0 for name, count in counts.items()},
        )

    def _add_alternatives(self, choice: Choice, typed: Found) -> Found:
        """Add to what was found as typed what is found by alternatives."""
        exact = frozenset(self.reader.wanted_leaves(choice))
        telling = sum(self.leaf_weights.get(leaf, 0.0) for leaf in exact)
        mask, scores = typed.mask.copy(), typed.scores.copy()
        for one in choice.alternatives:
            leaf = Leaf(one.words, choice.field)
            if leaf in exact and (part := self._found.get((leaf, True))) is not None:
                mask |= part.mask  # a part of what was typed is enough
                np.maximum(scores, part.scores * np.float32(one.weight), out=scores)
            if leaf in self.leaf_weights:  # typed too, or instead of another word
                continue
            cost = 1 if len(leaf.words) == 1 else _PHRASE_COST
            if one.reason is Reason.CONCEPT:
                self._left_concepts -= cost
            else:
                self._left_instead -= cost
            if min(self._left_concepts, self._left_instead) < 0:
                continue
            found = self._evaluate_leaf(leaf, wanted=True)
            count, idf = int(found.mask.sum()), self.leaf_weights.pop(leaf)
            if not count:
                continue
            # A rare misspelling tells no more than what it stands for.
            worth = one.weight * (min(idf, telling) if typed.mask.any() else idf)
            self.leaf_weights[leaf] = worth
            self.replacing[leaf] = Replacing(one, choice.asked, exact)
            self.alternative_counts[choice.asked, one] = count
            mask |= found.mask
            np.maximum(scores, found.scores * np.float32(worth / max(idf, 1e-6)), out=scores)
        return Found(mask, scores, typed.exact, typed.typed)

    def _relative_lengths(self, name: str) -> Scores:
        if name == _READINGS:
            counts = self.snapshot.readings.counts
            having = counts[self.visible & (counts > 0)]
            return counts / np.float32(having.mean() if len(having) else 1)
        place = FIELDS.index(name)
        relative: Scores = self.snapshot.lengths[place] / self._mean_lengths()[place]
        return relative

    def _count_readings(self, leaf: Leaf) -> dict[str, Scores]:
        """Count where what a leaf asks for may have been said: float32, (documents,)."""
        heard = leaf.words[0].heard
        if heard is None or leaf.field:
            return {}
        return {_READINGS: self.snapshot.readings.of(self.visible).count(heard)}

    def _count_in(self, fields: tuple[str, ...], word: LeafWord) -> dict[str, Scores]:
        """Count a word by field: float32, (documents,); only those fields that have it."""
        counted = ((name, self._count_word(name, word)) for name in fields)
        return {name: counts for name, counts in counted if counts is not None}

    def _count_word(self, name: str, word: LeafWord) -> Scores | None:
        """Count a word in one field; None: it is nowhere there. Typed forms count more."""
        typed = word.surfaces or ((word.surface,) if word.surface else ())
        bonus = _EXACT_BONUS if word.stems and not word.surfaces else 1.0
        found = [
            *((self.snapshot.stem_postings(name, stem), 1.0) for stem in word.stems),
            *((self.snapshot.surface_postings(name, surface), bonus) for surface in typed),
        ]
        counts: Scores | None = None
        for postings, times in found:
            if postings is not None:
                if counts is None:
                    counts = np.zeros(len(self.visible), np.float32)
                counts[postings[0]] += np.float32(times) * postings[1]
        if counts is not None:
            counts[~self.visible] = 0
        return counts

    def _holding_typed(self, leaf: Leaf, mask: Mask) -> Mask:
        """Tell which of the documents that hold a leaf hold its words in the form typed."""
        holding = mask
        fields = (leaf.field,) if leaf.field else self.snapshot.fields
        for word in leaf.words:
            if word.stems:
                holding = holding & self._holding(fields, replace(word, stems=()))
        return holding

    def _holding(self, fields: tuple[str, ...], word: LeafWord) -> Mask:
        """Tell which documents hold a word in any of these fields."""
        holding = np.zeros(len(self.visible), np.bool_)
        for counts in self._count_in(fields, word).values():
            holding |= counts > 0
        return holding

    def _count_phrase(self, leaf: Leaf, fields: tuple[str, ...]) -> dict[str, Scores]:
        """Count where the words stand side by side, by field; only those fields that have it."""
        words = [word.hashes for word in leaf.words]
        found = self.snapshot.find_rare_phrase(words)
        if found is None:
            rarest, candidates = self._candidates(leaf.words, fields)
            if not candidates.any():  # Only drafts, or versions since replaced, hold the words.
                return {}
            found = self.snapshot.find_phrase(words, rarest, candidates)
        numbers, places = found
        counted: dict[str, Scores] = {}
        for name in fields:
            inside = numbers[places == FIELDS.index(name)]
            if len(inside):
                counts = np.bincount(inside, minlength=len(self.visible))
                counted[name] = np.where(self.visible, counts, 0).astype(np.float32)
        return counted

    def _candidates(self, words: tuple[LeafWord, ...], fields: tuple[str, ...]) -> tuple[int, Mask]:
        """Return which of some words is the rarest, and the documents that may hold them all."""
        frequencies: list[float] = []
        for word in words:
            frequencies.append(self._frequency(word, fields))
            if not frequencies[-1]:
                return 0, np.zeros(len(self.visible), np.bool_)
        rarest = int(np.argmin(frequencies))
        candidates = self._holding(fields, words[rarest])
        for other, word in enumerate(words):
            if np.count_nonzero(candidates) <= _FEW_CANDIDATES:
                break
            if other != rarest:  # Looked up in half a millisecond; looking through costs more.
                candidates &= self._holding(fields, word)
        return rarest, candidates

    def _frequency(self, word: LeafWord, fields: tuple[str, ...]) -> float:
        """Tell how often a word stands in these fields, about: to begin with the rarest."""
        look_up = self.snapshot.stem_postings if word.stems else self.snapshot.surface_postings
        terms = word.stems or word.surfaces or (word.surface,)
        # What is looked up here is counted soon, so it is read once for both.
        found = [look_up(name, term) for name in fields for term in terms]
        return sum(float(postings[1].sum()) for postings in found if postings is not None)


def _unscored(mask: Mask) -> Found:
    return Found(mask, np.zeros(len(mask), np.float32), mask, mask)


def _all_of(parts: list[Found]) -> Found | None:
    if not parts:
        return None
    mask, exact, typed = parts[0].mask.copy(), parts[0].exact.copy(), parts[0].typed.copy()
    scores = parts[0].scores.copy()
    for part in parts[1:]:
        mask &= part.mask
        exact &= part.exact
        typed &= part.typed
        scores += part.scores
    scores[~mask] = 0
    return Found(mask, scores, exact, typed)


def _any_of(parts: list[Found]) -> Found | None:
    if not parts:
        return None
    mask, exact, typed = parts[0].mask.copy(), parts[0].exact.copy(), parts[0].typed.copy()
    scores = parts[0].scores.copy()
    for part in parts[1:]:
        mask |= part.mask
        exact |= part.exact
        typed |= part.typed
        scores += part.scores
    return Found(mask, scores, exact, typed)
