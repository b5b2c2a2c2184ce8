"""What a version changed, word by word. Pure.

Segments that were split or joined are compared as one stretch, with a mark where one ends and
the next begins, so that words which only moved to a neighbour are not told as changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.editing.retiming import pieces_of
from archive.transcript import Segment

BREAK = "¶"
"""Where a segment ends and the next begins."""


class Fate(StrEnum):
    """What became of words."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words that have the same fate."""

    fate: Fate
    text: str
    """With the spaces that are written around them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What changed in one stretch of a transcript."""

    start_ms: int
    end_ms: int
    language: str
    """As it is now, or was, where nothing is left."""
    pieces: tuple[Piece, ...]
    """The text before and after, in one."""
    speakers: tuple[str, str] | None
    """Labels before and after; None: the same."""
    languages: tuple[str, str] | None
    """Codes before and after; None: the same."""
    checked: bool | None
    """What was said of it; None: nothing."""

    @property
    def words_changed(self) -> bool:
        """Tell whether any word is different."""
        return any(piece.fate is not Fate.SAME for piece in self.pieces)


def compare_texts(before: str, after: str, language: str) -> tuple[Piece, ...]:
    """Compare two texts word by word; in scripts without spaces character by character."""
    old, new = pieces_of(before, language), pieces_of(after, language)
    return _compare(old, new)


def compare_segments(
    pairs: Iterable[tuple[Segment | None, Segment | None]],
) -> tuple[Difference, ...]:
    """Compare segments as they were and as they are.

    Args:
        pairs: Before and after of each that is different; None: there was none, or is none.
    """
    return tuple(_difference(stretch) for stretch in _stretches(pairs))


def pair_segments(
    before: Sequence[Segment], after: Sequence[Segment]
) -> tuple[tuple[Segment | None, Segment | None], ...]:
    """Pair the segments of two versions that are different, by `uid`."""
    old = {segment.uid: segment for segment in before}
    new = {segment.uid: segment for segment in after}
    uids = dict.fromkeys([*old, *new])
    return tuple((old.get(uid), new.get(uid)) for uid in uids if old.get(uid) != new.get(uid))


@dataclass(slots=True)
class _Stretch:
    """Segments before and after that lie over one another."""

    start_ms: int
    end_ms: int
    before: list[Segment]
    after: list[Segment]


def _stretches(
    pairs: Iterable[tuple[Segment | None, Segment | None]],
) -> list[_Stretch]:
    """Gather what lies over one another, in order of time."""
    told = [
        (
            min(one.start_ms for one in pair if one),
            max(one.end_ms for one in pair if one),
            pair,
        )
        for pair in pairs
        if any(pair)
    ]
    stretches: list[_Stretch] = []
    for start_ms, end_ms, (before, after) in sorted(told, key=lambda one: one[:2]):
        if not stretches or start_ms >= stretches[-1].end_ms:
            stretches.append(_Stretch(start_ms, end_ms, [], []))
        stretch = stretches[-1]
        stretch.end_ms = max(stretch.end_ms, end_ms)
        stretch.before += [before] if before else []
        stretch.after += [after] if after else []
    for stretch in stretches:
        stretch.before.sort(key=lambda one: one.start_ms)
        stretch.after.sort(key=lambda one: one.start_ms)
    return stretches


def _difference(stretch: _Stretch) -> Difference:
    before, after = stretch.before, stretch.after
    said = (after or before)[0]
    speakers = _told([one.speaker for one in before], [one.speaker for one in after])
    languages = _told([one.language for one in before], [one.language for one in after])
    were, are = {one.checked for one in before}, {one.checked for one in after}
    return Difference(
        start_ms=stretch.start_ms,
        end_ms=stretch.end_ms,
        language=said.language,
        pieces=_compare(_with_breaks(before), _with_breaks(after)),
        speakers=speakers,
        languages=languages,
        checked=all(are) if were != are and are else None,
    )


def _told(before: Sequence[str], after: Sequence[str]) -> tuple[str, str] | None:
    """Tell what something was and is, where that is different; of several the first."""
    if not before or not after or set(before) == set(after):
        return None
    return (next(iter(before)), next((one for one in after if one not in before), after[0]))


def _with_breaks(segments: Sequence[Segment]) -> list[str]:
    pieces: list[str] = []
    for segment in segments:
        if pieces:
            pieces.append(f" {BREAK}")
        pieces += pieces_of(segment.text, segment.language, segment.words)
    return pieces


def _compare(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    matcher = SequenceMatcher(
        None, [one.strip() for one in old], [one.strip() for one in new], autojunk=False
    )
    pieces: list[Piece] = []
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece(fate=Fate.SAME, text="".join(new[j1:j2])))
            continue
        if i2 > i1:
            pieces.append(Piece(fate=Fate.GONE, text="".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece(fate=Fate.NEW, text="".join(new[j1:j2])))
    return tuple(pieces)
