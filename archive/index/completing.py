"""What someone who begins to type may mean: titles, collections, speakers, subjects.

Read from the label columns of a snapshot; only what a document has that may be seen.
"""

from collections.abc import Callable, Iterator, Sequence
from heapq import nsmallest

import numpy as np
from numpy.typing import NDArray

from archive.index.analysis import fold, tokenize
from archive.index.labels import LabelColumn
from archive.index.query import Word
from archive.index.ranking import Ranker
from archive.index.snapshot import Snapshot
from archive.index.values import Audience, Completion, FacetKind

_TITLE = "title"
_MOST_COUNTED = 12
_KINDS = (FacetKind.SUBJECT, FacetKind.SPEAKER, FacetKind.COLLECTION)


def complete(
    text: str, snapshot: Snapshot, *, audience: Audience, most: int
) -> tuple[Completion, ...]:
    """Offer names that hold the words typed, the last of them perhaps only begun.

    Args:
        text: as typed.
        snapshot: to look in.
        audience: who types.
        most: how many at most of each kind, but titles twice as many.

    Returns:
        Subjects, speakers, collections, titles; of each kind those first that begin with the
        text, then those that most recordings have.
    """
    typed = "".join(f" {folded}" for word in text.split() if (folded := fold(word)))
    if not typed:
        return ()
    visible = snapshot.visible(audience)
    columns = [(kind.value, snapshot.labels.by_kind[kind], most) for kind in _KINDS]
    columns.append((_TITLE, snapshot.labels.titles, 2 * most))
    return tuple(
        Completion(kind=kind, text=name)
        for kind, column, limit in columns
        for name in _names(column, typed, visible, limit)
    )


def occurring(
    terms: Sequence[str], ranker: Ranker, frequency: Callable[[str], float]
) -> tuple[str, ...]:
    """Return those terms that most recordings hold as they are written, those of most first.

    Args:
        terms: any number of them: those with a word that stands nowhere cost next to nothing.
        ranker: that has evaluated nothing, of what may be seen.
        frequency: tells how often a folded word stands there.

    Returns:
        At most `_MOST_COUNTED`: those are looked up whose rarest word is the most frequent.
    """
    rarest = {
        term: min((frequency(token.surface) for token in tokenize(term)), default=0.0)
        for term in terms
    }
    here = sorted((term for term in rarest if rarest[term]), key=lambda term: -rarest[term])
    found: list[tuple[int, int]] = []
    for term in here[:_MOST_COUNTED]:
        one = ranker.anew().evaluate(Word("-".join(term.split())))
        if one is not None and one.mask.any():
            found.append((-int(one.mask.sum()), terms.index(term)))
    return tuple(terms[number] for _, number in sorted(found))


def _names(column: LabelColumn, typed: str, visible: NDArray[np.bool_], most: int) -> Iterator[str]:
    places = [
        (place, number)
        for number, folded in enumerate(column.folded)
        if (place := folded.find(typed)) >= 0
    ]
    if not places:
        return
    counts = column.count(visible).tolist()
    ranked = nsmallest(
        most,
        ((place > 0, -counts[number], number) for place, number in places if counts[number]),
    )
    for _, _, number in ranked:
        yield column.names[number]
