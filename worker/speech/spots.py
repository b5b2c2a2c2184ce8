"""Where in a text the recognizer was unsure of what it wrote. Pure."""

from collections.abc import Callable, Collection, Iterator, Sequence

from archive.glossary.wording import squeeze
from worker.speech.words import HeardWord

UNSURE = 0.62
"""Probability of a word."""
UNSURE_OF_STRANGE = 0.7
"""Of a word that is neither ordinary nor known."""
_LONGEST = 6
"""Words; a longer spot is speech that was not understood at all, and so is a chunk of which more
than this part is unsure: in babble, "stunting" came out of "say. I don't know if you're in"."""
_MOST_UNSURE = 0.4
_MOST_UNKNOWN = 0.5
"""Part of the words that are not ordinary: more, and the text is in a language of which no ordinary
words are listed. All of Swahili would be misheard."""
_SHORTEST_LISTED = 3
_VERY_UNSURE = 0.45
"""Of an ordinary word: the five places of the films with nothing else that hid a term had one under
0.4. Spots of words as short as "the" and "and" hide none."""
_FEWEST_LETTERS = 4
_SURELY_NOT = 0.2
"""Where an ordinary word is less probable than that, a known term beside it may be a mistake as
well: "sepsis reacts on" for ceftriaxone. A rare term is improbable because it is rare."""
_HARDLY = 0.05
_APART = 2
"""Words from one to the next of a spot: one that is sure may stand between them."""


def unsure_words(words: Sequence[HeardWord], strange: Collection[int]) -> set[int]:
    """Give the numbers of the words that may not have been said."""
    return {
        at
        for at, word in enumerate(words)
        if word.probability < (UNSURE_OF_STRANGE if at in strange else UNSURE)
    }


def settled_words(
    words: Sequence[HeardWord], is_known: Callable[[Sequence[str]], bool]
) -> set[int]:
    """Give the numbers of the words that are known terms, unless they are most improbable."""
    return {
        at
        for at, word in enumerate(words)
        if word.probability >= _HARDLY and is_known([word.text.strip()])
    }


def doubtful_spots(
    words: Sequence[HeardWord],
    unsure: Collection[int],
    is_known: Callable[[Sequence[str]], bool],
    ordinary: Collection[str],
) -> Iterator[range]:
    """Group neighbouring words that are not sure; known terms are left alone.

    Args:
        words: of a chunk.
        unsure: numbers of the words that may not have been said.
        is_known: tells whether a known term stands in some words.
        ordinary: words that are written by mistake most readily, known terms or not.

    Yields:
        The numbers of the words of each spot, in order; none in text that is not in the language
        of the ordinary words.
    """
    texts = [word.text.strip() for word in words]
    folded = [squeeze(text) for text in texts]
    listed = [word in ordinary for word in folded if len(word) >= _SHORTEST_LISTED]
    unknown = listed.count(False) > _MOST_UNKNOWN * len(listed)
    if unknown or len(unsure) > _MOST_UNSURE * len(words):
        return

    def is_settled(spot: range) -> bool:
        slips = any(
            words[at].probability < _SURELY_NOT
            and len(texts[at]) >= _FEWEST_LETTERS
            and folded[at] in ordinary
            for at in spot
        )
        return not slips and is_known(texts[spot.start : spot.stop])

    def may_hide_a_term(spot: range) -> bool:
        return any(
            len(folded[at]) >= _FEWEST_LETTERS
            and folded[at].isalpha()
            and (folded[at] not in ordinary or words[at].probability < _VERY_UNSURE)
            for at in spot
        )

    group: list[int] = []
    for at in [*sorted(unsure), len(words) + _APART + 1]:
        if group and at - group[-1] > _APART:
            spot = range(group[0], group[-1] + 1)
            if len(spot) <= _LONGEST and may_hide_a_term(spot) and not is_settled(spot):
                yield spot
            group = []
        group.append(at)
