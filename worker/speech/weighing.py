"""Write a known term where it fits what was heard better than the words that were written.

Even primed, the model at times spells by ear: "Clotsavella pneumonia" for Klebsiella pneumoniae.
Whatever a run of words may be by its sound (`archive.glossary.soundalike`) is put in its place,
and the model tells how likely each writing is for that stretch of the speech, with all of
them in its prompt. Measured with benchmarks/findability, docs/decisions/0006: terms that
were said gain there, those that were not lose.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ctranslate2

from archive.glossary.soundalike import Near
from archive.glossary.values import Term
from archive.language import writes_spaces
from worker.speech.decoder import Decoder, pick_rows
from worker.speech.hearings import heard_before
from worker.speech.languages import SpokenChunk
from worker.speech.rewriting import moved, put_in, text_of
from worker.speech.vocabulary import NAMES, Vocabulary
from worker.speech.words import HeardWord

_SURE = 0.8
"""Probability of a word that is not asked about: of 46 runs that were terms on the films, every
one had a word under 0.75."""
_SURE_OF_STRANGE = 0.97
"""Of a word that is neither ordinary nor known."""
_CONTEXT = 5
"""Words before and after the run that are weighed with it; three tell less."""
_MARGIN_S = 0.6
"""Of the speech before and after them: word times are not exact."""
_MOST_OPTIONS = 6
_LIKENESS_COUNTS = 50.0
"""Of two terms that gain, a likeness of 0.1 more makes up for 5 in log probability: primed,
Zambia gains more than Zomba where "Zombo" was written."""
_FAVOUR = 10.0
"""For a term that was given for this very recording."""
_ALIKE = 0.75
_LEAST_GAIN = 1.0
_GAIN_FOR_UNLIKENESS = 40.0
"""What sounds less alike must gain more: 3 at 0.7."""
_SHORT = 5
"""Letters."""
_GAIN_OF_SHORT = 3.0
"""More than others: they are like much; a cut pneumococcus gains 2.4 as mpox."""
_ALL_BUT_THE_SAME = 0.9
_LEAST_GAIN_OF_THE_SAME = -3.0
_LEAST_GAIN_OF_OWN = -2.0
_OWN_ALIKE = 0.7
_GAIN_FOR_UNLIKENESS_OF_OWN = 15.0
_GAIN_OF_BEATEN = 3.5
"""More than others, for what is on a slide but much less alike than another term: "delayment" is
no speaker named Dlamini, who would gain 1.1; "seducous" is acidosis, which gains 3 to 5."""
_LEAST_GAIN_OF_NAMES = 2.0
"""Names have many neighbours which no list holds: Mchinji gained 0.0 as Machinga, Mulago 0.7 as
Malabo; those that were said, 2.2 and more."""
_THE_SAME_NAME = 0.94
_LEAST_GAIN_OF_THE_SAME_NAME = -1.0
_SPELLED_SHORTER = 2
"""Letters: ae and oe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """Words with terms in place of what sounded like them."""

    words: tuple[HeardWord, ...]
    terms: tuple[str, ...] = ()
    """Those that were put in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Neighbouring words of which some may be terms, and which terms."""

    first: int
    last: int
    options: tuple[Near, ...]


def weigh_chunks(
    decoder: Decoder,
    encoded: ctranslate2.StorageView,
    parts: Sequence[SpokenChunk],
    words: Sequence[Sequence[HeardWord]],
    unprimed: Sequence[str],
    vocabulary: Vocabulary | None,
) -> list[Weighed]:
    """Put known terms where the speech says so, chunk by chunk.

    Args:
        decoder: the model.
        encoded: the encoder's output, a row a chunk.
        parts: the chunks and their languages.
        words: of each chunk, timed.
        unprimed: what each chunk's unprimed hearing wrote.
        vocabulary: what is known of the recording; None: nothing.
    """
    if vocabulary is None:
        return [Weighed(words=tuple(found)) for found in words]
    return [
        weigh(decoder, pick_rows(encoded, [row], of=len(parts)), found, text, part, vocabulary)
        if writes_spaces(part.language)
        else Weighed(words=tuple(found))
        for row, (part, found, text) in enumerate(zip(parts, words, unprimed, strict=True))
    ]


def weigh(
    decoder: Decoder,
    row: ctranslate2.StorageView,
    words: Sequence[HeardWord],
    unprimed: str,
    part: SpokenChunk,
    vocabulary: Vocabulary,
) -> Weighed:
    """Put known terms where the speech of a chunk says so.

    Args:
        decoder: the model.
        row: what the encoder made of the chunk, float32, (1, 1500, model size).
        words: of the chunk, timed.
        unprimed: what the unprimed hearing wrote.
        part: the chunk and its language.
        vocabulary: what is known of the recording.
    """
    chosen: list[Near] = []
    for region in regions(_possible(words, unprimed, part.language, vocabulary)):
        first = max(region.first - _CONTEXT, 0)
        context = words[first : region.last + _CONTEXT + 1]
        spelled = [(one, spelling) for one in region.options for spelling in spellings(one.term)]
        logs = decoder.weigh(
            row,
            [
                text_of(context),
                *(text_of(put_in(context, [(moved(one, -first), text)])) for one, text in spelled),
            ],
            part.language,
            start_s=context[0].start_s - _MARGIN_S,
            end_s=context[-1].end_s + _MARGIN_S,
            prompt=f" {', '.join(dict.fromkeys(one.term.term for one in region.options))}.",
        )
        gains = dict.fromkeys(region.options, -math.inf)
        for (one, _), log in zip(spelled, logs[1:], strict=True):
            gains[one] = max(gains[one], log - logs[0])
        chosen += choose(gains, vocabulary.own, vocabulary.beaten(region.options))
    if not chosen:
        return Weighed(words=tuple(words))
    return Weighed(
        words=put_in(words, [(one, one.term.term) for one in chosen]),
        terms=tuple(dict.fromkeys(one.term.term for one in chosen)),
    )


def _possible(
    words: Sequence[HeardWord], unprimed: str, language: str, vocabulary: Vocabulary
) -> list[Near]:
    """Find what may have been said by what either hearing wrote; in order."""
    texts = [word.text.strip() for word in words]
    strange = vocabulary.strange(texts, language)
    unsure = {
        at
        for at, word in enumerate(words)
        if word.probability < (_SURE_OF_STRANGE if at in strange else _SURE)
    }
    found = {_key(one): one for one in vocabulary.alternatives(texts, language, unsure)}
    for one in heard_before(words, unprimed, vocabulary, language):
        found.setdefault(_key(one), one)
    return sorted(found.values(), key=lambda one: (one.first, one.last, -one.likeness))


def _key(one: Near) -> tuple[int, int, str]:
    return one.first, one.last, one.term.term


def regions(near: Iterable[Near]) -> Iterator[Region]:
    """Group runs that share words.

    Args:
        near: in order.
    """
    group: list[Near] = []
    last = -1
    for one in near:
        if group and one.first > last:
            yield _region(group)
            group = []
        group.append(one)
        last = max(last, one.last)
    if group:
        yield _region(group)


def _region(group: Sequence[Near]) -> Region:
    options = sorted(group, key=lambda one: -one.likeness)[:_MOST_OPTIONS]
    return Region(
        first=min(one.first for one in options),
        last=max(one.last for one in options),
        options=tuple(options),
    )


def spellings(term: Term) -> tuple[str, ...]:
    """Give the ways to write a term that the model may know better: hypoxemia for hypoxaemia."""
    same = [
        variant
        for variant in term.variants
        if variant[:2] == term.term[:2] and abs(len(variant) - len(term.term)) <= _SPELLED_SHORTER
    ]
    return (term.term, *same[:1])


def choose(
    gains: Mapping[Near, float], own: Collection[str] = (), beaten: Collection[str] = ()
) -> list[Near]:
    """Choose which terms were said; in order, without overlap.

    Args:
        gains: how much more likely than what is written each is, in log probability.
        own: terms given for this very recording.
        beaten: those of them that another term is much more alike than.
    """

    def rank(one: Near) -> float:
        favoured = one.term.term in own and one.term.term not in beaten
        return gains[one] + _LIKENESS_COUNTS * one.likeness + (_FAVOUR if favoured else 0.0)

    taken: set[int] = set()
    chosen: list[Near] = []
    for one in sorted(gains, key=rank, reverse=True):
        least = _least_gain(one, own) + (_GAIN_OF_BEATEN if one.term.term in beaten else 0.0)
        if gains[one] < least:
            continue
        run = range(one.first, one.last + 1)
        if taken.isdisjoint(run):
            taken.update(run)
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.first)


def _least_gain(one: Near, own: Collection[str]) -> float:
    """Tell what a term must gain; chosen on the three films of benchmarks/findability."""
    if one.term.kind in NAMES and one.term.term not in own:
        same = one.likeness >= _THE_SAME_NAME
        return _LEAST_GAIN_OF_THE_SAME_NAME if same else _LEAST_GAIN_OF_NAMES
    if one.likeness >= _ALL_BUT_THE_SAME:
        return _LEAST_GAIN_OF_THE_SAME
    if one.term.term in own:
        return _LEAST_GAIN_OF_OWN + _unlikeness(one, _OWN_ALIKE) * _GAIN_FOR_UNLIKENESS_OF_OWN
    short = _GAIN_OF_SHORT if len(one.term.term) <= _SHORT else 0.0
    return _LEAST_GAIN + _unlikeness(one, _ALIKE) * _GAIN_FOR_UNLIKENESS + short


def _unlikeness(one: Near, alike: float) -> float:
    return max(alike - one.likeness, 0.0)
