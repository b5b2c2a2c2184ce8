"""Write a known term where it fits what was heard better than the words that were written.

Even primed, the model at times spells by ear: "Clotsavella pneumonia" for Klebsiella pneumoniae.
Whatever a run of words may be by its sound (`archive.glossary.soundalike`) is put in its place,
and the model tells how likely each writing is for that stretch of the speech, with all of
them in its prompt. Measured with benchmarks/findability, docs/decisions/0006: terms that
were said gain there, those that were not lose.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import ctranslate2

from archive.glossary.guesses import Guess
from archive.glossary.ordinary import ordinary_words
from archive.glossary.soundalike import Near
from archive.glossary.values import Term
from archive.language import writes_spaces
from worker.speech.choosing import choose
from worker.speech.decoder import Decoder, pick_rows
from worker.speech.guessing import NAMES, Guesses
from worker.speech.hearings import heard_before
from worker.speech.languages import SpokenChunk
from worker.speech.relistening import CONTEXT, MARGIN_S, company_for, listen_again, prompt_of
from worker.speech.rewriting import moved, put_in, text_of
from worker.speech.spots import doubtful_spots, settled_words, unsure_words
from worker.speech.vocabulary import Vocabulary
from worker.speech.words import HeardWord

_SURE = 0.55
"""Probability of a word that is not asked about: of 46 runs that were terms on the films, every
one had a word under 0.75."""
_SURE_OF_STRANGE = 0.97
"""Of a word that is neither ordinary nor known."""
_MOST_OPTIONS = 4
_OUTDONE_BY = 0.15
"""Of likeness, which would take a gain of 7.5 more to make up for (`choosing`)."""
_ALIKE = 0.6
"""Likeness of a guess that is weighed without being heard again."""
_ALIKE_ORDINARY = 0.64
"""Where nothing but ordinary words stands."""
_SHOWN_COUNTS = 0.15
"""Of likeness, for what is on the slide."""
_MOST_GUESSES = 3
"""For a spot, weighed at once; more of them make room in the prompt for what is unlikely."""
_MOST_GUESSES_FOR_ORDINARY = 2
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
    texts = [word.text.strip() for word in words]
    strange = set(vocabulary.strange(texts, part.language))
    ordinary = ordinary_words(part.language)

    def said(near: Iterable[Near], *, guessed: bool = True, again: bool = False) -> list[Near]:
        return [
            one
            for region in regions(one for one in near if _is_apart(one, chosen))
            for one in choose(
                _gains(decoder, row, words, region, part.language, guessed=guessed),
                vocabulary.own,
                vocabulary.beaten(region.options),
                strange=strange,
                written=texts,
                heard_again=again,
            )
        ]

    chosen: list[Near] = []
    chosen += said(_possible(words, unprimed, part.language, vocabulary, strange), guessed=False)
    unsure = unsure_words(words, strange)
    settled = settled_words(words, vocabulary.has_term)
    for spot in doubtful_spots(words, unsure, vocabulary.has_term, ordinary):
        if any(_shares(one, spot) for one in chosen):
            continue
        guesses = vocabulary.guess(
            texts, spot, unsure=unsure, settled=settled, chunk=part.chunk, language=part.language
        )
        odd = not strange.isdisjoint(spot)
        found = said(_likeliest(guesses, odd=odd))
        if not found and guesses.may_be_heard(odd=odd):
            again = listen_again(decoder, row, words, spot, guesses, part.language)
            found = said(again, again=True)
        chosen += found
    if not chosen:
        return Weighed(words=tuple(words))
    chosen.sort(key=lambda one: one.first)
    return Weighed(
        words=put_in(words, [(one, one.term.term) for one in chosen]),
        terms=tuple(dict.fromkeys(one.term.term for one in chosen)),
    )


def _gains(
    decoder: Decoder,
    row: ctranslate2.StorageView,
    words: Sequence[HeardWord],
    region: Region,
    language: str,
    *,
    guessed: bool,
) -> dict[Near, float]:
    """Tell how much likelier than what is written each term of a region is."""
    first = max(region.first - CONTEXT, 0)
    context = words[first : region.last + CONTEXT + 1]
    spelled = [(one, spelling) for one in region.options for spelling in spellings(one.term)]
    named = dict.fromkeys(spelling for _, spelling in spelled)
    logs = decoder.weigh(
        row,
        [
            text_of(context),
            *(text_of(put_in(context, [(moved(one, -first), text)])) for one, text in spelled),
        ],
        language,
        start_s=context[0].start_s - MARGIN_S,
        end_s=context[-1].end_s + MARGIN_S,
        prompt=prompt_of((*(company_for(len(named)) if guessed else ()), *named)),
    )
    gains = dict.fromkeys(region.options, -math.inf)
    for (one, _), log in zip(spelled, logs[1:], strict=True):
        gains[one] = max(gains[one], log - logs[0])
    return gains


def _likeliest(guesses: Guesses, *, odd: bool) -> list[Near]:
    """Choose the few guesses that are weighed at once; for others the speech is heard again."""
    least = _ALIKE if odd else _ALIKE_ORDINARY
    scored = [
        *((one.score + _SHOWN_COUNTS, one.near) for one in guesses.shown if _is_like(one, _ALIKE)),
        *(
            (one.score, one.near)
            for one in guesses.general
            if _is_like(one, least) and one.near.term.kind not in NAMES
        ),
    ]
    distinct: dict[str, Near] = {}
    for _, near in sorted(scored, key=lambda pair: -pair[0]):
        distinct.setdefault(near.term.term, near)
    return list(distinct.values())[: _MOST_GUESSES if odd else _MOST_GUESSES_FOR_ORDINARY]


def _is_like(guess: Guess, least: float) -> bool:
    return guess.near.likeness >= least


def _shares(one: Near, spot: range) -> bool:
    return one.last >= spot.start and one.first < spot.stop


def _is_apart(one: Near, others: Iterable[Near]) -> bool:
    return not any(_shares(other, range(one.first, one.last + 1)) for other in others)


def _possible(
    words: Sequence[HeardWord],
    unprimed: str,
    language: str,
    vocabulary: Vocabulary,
    strange: Collection[int],
) -> list[Near]:
    """Find what may have been said by what either hearing wrote."""
    texts = [word.text.strip() for word in words]
    unsure = {
        at
        for at, word in enumerate(words)
        if word.probability < (_SURE_OF_STRANGE if at in strange else _SURE)
    }
    found = {_key(one): one for one in vocabulary.alternatives(texts, language, unsure)}
    for one in heard_before(words, unprimed, vocabulary, language):
        found.setdefault(_key(one), one)
    return list(found.values())


def _key(one: Near) -> tuple[int, int, str]:
    return one.first, one.last, one.term.term


def regions(near: Iterable[Near]) -> Iterator[Region]:
    """Group runs that share words; in order."""
    group: list[Near] = []
    last = -1
    for one in sorted(near, key=lambda one: (one.first, one.last, -one.likeness)):
        if group and one.first > last:
            yield _region(group)
            group = []
        group.append(one)
        last = max(last, one.last)
    if group:
        yield _region(group)


def _region(group: Sequence[Near]) -> Region:
    likely = sorted(_not_outdone(group), key=lambda one: -one.likeness)
    options = likely[:_MOST_OPTIONS]
    return Region(
        first=min(one.first for one in options),
        last=max(one.last for one in options),
        options=tuple(options),
    )


def _not_outdone(group: Sequence[Near]) -> Iterator[Near]:
    """Leave out what is much less alike than another option for the same words, or for more."""
    for one in group:
        if not any(
            other.likeness > one.likeness + _OUTDONE_BY
            and other.first <= one.first
            and one.last <= other.last
            for other in group
        ):
            yield one


def spellings(term: Term) -> tuple[str, ...]:
    """Give the ways to write a term that the model may know better: hypoxemia for hypoxaemia."""
    same = [
        variant
        for variant in term.variants
        if variant[:2] == term.term[:2] and abs(len(variant) - len(term.term)) <= _SPELLED_SHORTER
    ]
    return (term.term, *same[:1])
