"""Compare two hearings of the same speech, one with a prompt and one without. Pure.

A prompt helps with some words and misleads with others: what it changed is taken change by
change, and where it cannot be right the unprimed words stay. What the unprimed hearing wrote may
also be more like a known term than what stands there now.
"""

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from archive.glossary.soundalike import Near
from archive.glossary.wording import squeeze
from worker.speech.leaks import PASSAGE, fold_word, occurrences, was_heard
from worker.speech.vocabulary import Vocabulary
from worker.speech.words import HeardWord

_MOST_GAINED = 3
"""Words."""
_LEAST_SHARED = 0.5
"""Of the words of the shorter hearing; below it both are not of the same speech."""
_LONGEST_RUN = 8
"""Words that one may have been written as."""

Block = tuple[str, int, int, int, int]
"""How two texts differ: what happens, first and last word of the one and of the other."""


class _Place(NamedTuple):
    """Where a phrase of the prompt stands."""

    first: int
    last: int
    """Of the primed text; the word after it."""
    begin: int
    end: int
    """Of the unprimed text; the word after it."""
    changes: list[int]
    """Numbers of the blocks that brought it."""


def merge_hearings(
    primed: Sequence[str],
    unprimed: Sequence[str],
    *,
    suggested: Collection[str],
    offered: Collection[str],
    language: str,
    vocabulary: Vocabulary,
) -> list[str]:
    """Take from a primed text what the prompt may rightly have changed.

    What is taken back: all of it where one hearing ended early and the other began late, so that
    they are of different parts of the speech; a passage that is gone or was added; a suggested
    phrase where nothing like it was heard, or something much more like another term; a term that
    was offered because it sounds like what was heard, unless it fits best.

    Args:
        primed: the words written with the prompt.
        unprimed: the words written without it.
        suggested: phrases of the prompt that were given for the recording.
        offered: other phrases of the prompt.
        language: what is spoken, as Whisper's code.
        vocabulary: where the phrases are from.
    """
    before, after = [fold_word(word) for word in unprimed], [fold_word(word) for word in primed]
    blocks = _blocks(before, after)
    refused = {number for number, block in enumerate(blocks) if _is_passage(block)}
    if refused and _shared(blocks) < _LEAST_SHARED * min(len(before), len(after)):
        return list(unprimed)

    for phrase in suggested:
        for place in _places(phrase, after, blocks):
            heard = unprimed[place.begin : place.end]
            if not was_heard(
                phrase, place.first, place.last, blocks, before, language
            ) or vocabulary.is_beaten(phrase, heard, language):
                refused.update(place.changes)
    for phrase in offered:
        for place in _places(phrase, after, blocks):
            if not vocabulary.fits_best(phrase, unprimed[place.begin : place.end], language):
                refused.update(place.changes)
    return [
        word
        for number, (_, i1, i2, j1, j2) in enumerate(blocks)
        for word in (unprimed[i1:i2] if number in refused else primed[j1:j2])
    ]


def heard_before(
    words: Sequence[HeardWord], unprimed: str, vocabulary: Vocabulary, language: str
) -> Iterator[Near]:
    """Find terms that sound like what the unprimed hearing wrote in place of some words.

    Args:
        words: what stands there now.
        unprimed: the unprimed hearing of the same speech.
        vocabulary: what is known.
        language: what is spoken, as Whisper's code.

    Yields:
        Runs of the words that stand there now; not those that hold a term already.
    """
    before, texts = unprimed.split(), [word.text.strip() for word in words]
    blocks = _blocks([squeeze(word) for word in before], [squeeze(text) for text in texts])
    changed = {n for tag, i1, i2, _, _ in blocks if tag == "replace" for n in range(i1, i2)}
    if not changed:
        return
    for near in vocabulary.alternatives(before, language, changed):
        run = _moved(near, blocks)
        if run is not None and not vocabulary.has_term(texts[run.first : run.last + 1]):
            yield run


def _places(phrase: str, after: Sequence[str], blocks: Sequence[Block]) -> Iterator[_Place]:
    """Find where a phrase stands in the primed text that was not there before."""
    folded = [fold_word(word) for word in phrase.split()]
    for first in occurrences(after, folded):
        last = first + len(folded)
        changes = [
            number
            for number, (tag, _, _, start, end) in enumerate(blocks)
            if tag != "equal" and start < last and end > first
        ]
        if changes:
            begin, end = blocks[changes[0]][1], blocks[changes[-1]][2]
            yield _Place(first, last, begin, end, changes)


def _moved(near: Near, blocks: Sequence[Block]) -> Near | None:
    """Number a run of the one text by the words of the other; None where that cannot be told.

    A part of what was changed stands for no part of what it was changed to: "an acro" of
    "an acro-tizing inter-rock-lides" is not naproxen, nor all of it.
    """
    inside = [block for block in blocks if block[1] <= near.last and block[2] > near.first]
    begin, end = inside[0], inside[-1]
    if (begin[0] != "equal" and begin[1] < near.first) or (
        end[0] != "equal" and end[2] > near.last + 1
    ):
        return None
    first = begin[3] + (near.first - begin[1] if begin[0] == "equal" else 0)
    last = end[4] - (end[2] - near.last if end[0] == "equal" else 1)
    return replace(near, first=first, last=last) if 0 <= last - first < _LONGEST_RUN else None


def _shared(blocks: Sequence[Block]) -> int:
    """Count the words that both texts have."""
    return sum(i2 - i1 for tag, i1, i2, _, _ in blocks if tag == "equal")


def _is_passage(block: Block) -> bool:
    tag, i1, i2, j1, j2 = block
    gained = (j2 - j1) - (i2 - i1)
    return tag != "equal" and (gained > _MOST_GAINED or -gained >= PASSAGE)


def _blocks(before: Sequence[str], after: Sequence[str]) -> list[Block]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [(tag, i1, i2, j1, j2) for tag, i1, i2, j1, j2 in matcher.get_opcodes()]
