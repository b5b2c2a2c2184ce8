"""Write a known term where it fits what was heard better than the words that were written.

Even primed, the model at times spells by ear: "Clotsavella pneumonia" for Klebsiella pneumoniae.
Whatever a run of words may be by its sound (`archive.glossary.soundalike`) is put in its place,
and the model tells how likely each writing is for that stretch of the speech, with all of
them in its prompt. Measured with benchmarks/findability, docs/decisions/0006: terms that
were said gain there, those that were not lose.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import ctranslate2

from archive.glossary.soundalike import Near
from archive.glossary.values import Term
from archive.language import writes_spaces
from worker.speech.decoder import Decoder, pick_rows
from worker.speech.hints import NAMES, Vocabulary
from worker.speech.languages import SpokenChunk
from worker.speech.words import HeardWord

_SURE = 0.8
"""Probability of a word that is not asked about: of 46 runs that were terms on the films, every
one had a word under 0.75."""
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
_ALL_BUT_THE_SAME = 0.9
_LEAST_GAIN_OF_THE_SAME = -3.0
_LEAST_GAIN_OF_OWN = -2.0
_OWN_ALIKE = 0.7
_GAIN_FOR_UNLIKENESS_OF_OWN = 15.0
_LEAST_GAIN_OF_NAMES = 2.0
"""Names have many neighbours which no list holds: Mchinji gained 0.0 as Machinga, Mulago 0.7 as
Malabo; those that were said, 2.2 and more."""
_THE_SAME_NAME = 0.94
_LEAST_GAIN_OF_THE_SAME_NAME = -1.0
_SPELLED_SHORTER = 2
"""Letters: ae and oe."""
_MARKS = " \t\n.,;:!?…\"'()[]«»“”"


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
    vocabulary: Vocabulary | None,
) -> list[Weighed]:
    """Put known terms where the speech says so, chunk by chunk.

    Args:
        decoder: the model.
        encoded: the encoder's output, a row a chunk.
        parts: the chunks and their languages.
        words: of each chunk, timed.
        vocabulary: what is known of the recording; None: nothing.
    """
    if vocabulary is None:
        return [Weighed(words=tuple(found)) for found in words]
    return [
        weigh(decoder, pick_rows(encoded, [row], of=len(parts)), found, part, vocabulary)
        if writes_spaces(part.language)
        else Weighed(words=tuple(found))
        for row, (part, found) in enumerate(zip(parts, words, strict=True))
    ]


def weigh(
    decoder: Decoder,
    row: ctranslate2.StorageView,
    words: Sequence[HeardWord],
    part: SpokenChunk,
    vocabulary: Vocabulary,
) -> Weighed:
    """Put known terms where the speech of a chunk says so.

    Args:
        decoder: the model.
        row: what the encoder made of the chunk, float32, (1, 1500, model size).
        words: of the chunk, timed.
        part: the chunk and its language.
        vocabulary: what is known of the recording.
    """
    unsure = {at for at, word in enumerate(words) if word.probability < _SURE}
    texts = [word.text.strip() for word in words]
    near = vocabulary.alternatives(texts, part.language, unsure) if unsure else ()
    chosen: list[Near] = []
    for region in regions(near):
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
        chosen += choose(gains, vocabulary.own)
    if not chosen:
        return Weighed(words=tuple(words))
    return Weighed(
        words=put_in(words, [(one, one.term.term) for one in chosen]),
        terms=tuple(dict.fromkeys(one.term.term for one in chosen)),
    )


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


def choose(gains: Mapping[Near, float], own: Collection[str] = ()) -> list[Near]:
    """Choose which terms were said; in order, without overlap.

    Args:
        gains: how much more likely than what is written each is, in log probability.
        own: terms given for this very recording.
    """

    def rank(one: Near) -> float:
        favour = _FAVOUR if one.term.term in own else 0.0
        return gains[one] + _LIKENESS_COUNTS * one.likeness + favour

    taken: set[int] = set()
    chosen: list[Near] = []
    for one in sorted(gains, key=rank, reverse=True):
        if gains[one] < _least_gain(one, own):
            continue
        run = range(one.first, one.last + 1)
        if taken.isdisjoint(run):
            taken.update(run)
            chosen.append(one)
    return sorted(chosen, key=lambda one: one.first)


def _least_gain(one: Near, own: Collection[str]) -> float:
    """Tell what a term must gain; chosen on the three films of benchmarks/findability."""
    if one.term.term in own:
        return _LEAST_GAIN_OF_OWN + _unlikeness(one, _OWN_ALIKE) * _GAIN_FOR_UNLIKENESS_OF_OWN
    if one.term.kind in NAMES:
        same = one.likeness >= _THE_SAME_NAME
        return _LEAST_GAIN_OF_THE_SAME_NAME if same else _LEAST_GAIN_OF_NAMES
    if one.likeness >= _ALL_BUT_THE_SAME:
        return _LEAST_GAIN_OF_THE_SAME
    return _LEAST_GAIN + _unlikeness(one, _ALIKE) * _GAIN_FOR_UNLIKENESS


def _unlikeness(one: Near, alike: float) -> float:
    return max(alike - one.likeness, 0.0)


def put_in(words: Sequence[HeardWord], chosen: Iterable[tuple[Near, str]]) -> tuple[HeardWord, ...]:
    """Put terms in place of runs of words; a term's words share the time of the run.

    Args:
        words: with the space before them, if any.
        chosen: in order, without overlap, and how each is written.
    """
    written: list[HeardWord] = []
    done = 0
    for one, text in chosen:
        written.extend(words[done : one.first])
        written.extend(_as_term(words[one.first : one.last + 1], text))
        done = one.last + 1
    written.extend(words[done:])
    return tuple(written)


def _as_term(run: Sequence[HeardWord], term: str) -> Iterator[HeardWord]:
    """Write a term instead of a run, with its punctuation and the capital of a sentence."""
    heard = text_of(run)
    text = in_place_of(heard, term)
    probability = sum(word.probability for word in run) / len(run)
    start_s, end_s = run[0].start_s, run[-1].end_s
    pieces = text.split()
    length = sum(map(len, pieces))
    done = 0
    for piece in pieces:
        begin = start_s + (end_s - start_s) * done / length
        done += len(piece)
        yield HeardWord(
            text=f" {piece}",
            start_s=begin,
            end_s=start_s + (end_s - start_s) * done / length,
            probability=probability,
        )


def in_place_of(heard: str, term: str) -> str:
    """Keep the punctuation around what was heard, and the capital that begins a sentence."""
    start = len(heard) - len(heard.lstrip(_MARKS))
    end = len(heard.rstrip(_MARKS))
    inside = heard[start:end]
    if inside[:1].isupper() and term[:1].islower() and not inside[1:2].isupper():
        term = term[:1].upper() + term[1:]
    return f"{heard[:start]}{term}{heard[end:]}"


def part_words(
    words: Sequence[str], *, suggested: Iterable[str], ordinary: Collection[str]
) -> list[str]:
    """Part a suggested term from an ordinary word it was written on to: "whenceftriaxone"."""
    terms = [term.casefold() for term in suggested]
    parted: list[str] = []
    for word in words:
        bare = word.rstrip(_MARKS).casefold()
        term = next((one for one in terms if bare.endswith(one) and bare != one), None)
        at = len(bare) - len(term) if term else 0
        if at and bare[:at] in ordinary:
            parted += [word[:at], word[at:]]
        else:
            parted.append(word)
    return parted


def moved(one: Near, by: int) -> Near:
    """Number a run from another word on."""
    return replace(one, first=one.first + by, last=one.last + by)


def text_of(words: Iterable[HeardWord]) -> str:
    """Join words as they are written."""
    return "".join(word.text for word in words)
