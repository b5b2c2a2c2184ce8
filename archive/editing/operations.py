"""What people do to the segments of a transcript: change, split, join. Pure.

Each takes segments as they are and gives them as they become, with the same `uid`; what comes
out keeps every word in order, inside its segment and apart from the others.
"""

from dataclasses import dataclass, replace

from archive.editing.retiming import join_words, pieces_of, retime, retime_pieces, settle
from archive.errors import InvalidInputError
from archive.language import is_known, writes_spaces
from archive.transcript import Segment

LONGEST_TEXT = 10_000
"""Characters of a segment; ten minutes of speech have as many."""
_LONGEST_LABEL = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentChange:
    """What becomes of one segment; None leaves it as it is."""

    uid: str
    revision: int
    """Of the segment that was changed: of an older one than is stored it is a conflict."""
    text: str | None = None
    """Empty: nothing is said here."""
    language: str | None = None
    """Whisper's code."""
    speaker: str | None = None
    """A label; empty: nobody knows."""
    checked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A segment becomes two where the text is divided."""

    uid: str
    revision: int
    first: str
    """The text that stays, as typed."""
    second: str
    """The text of the new segment."""
    new_uid: str
    """What the new segment is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A segment and the one after it become one, which keeps the first one's name."""

    uid: str
    revision: int
    next_uid: str
    next_revision: int


Operation = SegmentChange | Split | Join


def change_segment(segment: Segment, change: SegmentChange) -> Segment:
    """Change what a segment says, its language, who speaks, or whether people checked it.

    Raises:
        InvalidInputError: the text is too long, or the language is not known.
    """
    changed = segment
    if change.language is not None and change.language != segment.language:
        if not is_known(change.language):
            raise InvalidInputError(f"“{change.language}” is no language the archive knows.")
        changed = replace(changed, language=change.language, edited=True)
    if change.text is not None:
        changed = _say(changed, change.text)
    if change.speaker is not None and change.speaker != segment.speaker:
        if len(change.speaker) > _LONGEST_LABEL:
            raise InvalidInputError(f"A speaker's label has at most {_LONGEST_LABEL} characters.")
        changed = replace(changed, speaker=change.speaker, speaker_set=True, edited=True)
    if change.checked is not None:
        changed = replace(changed, checked=change.checked)
    return changed


def _say(segment: Segment, text: str) -> Segment:
    """Give a segment another text; the same text changes nothing."""
    _check_length(text)
    if " ".join(text.split()) == segment.text:
        return segment
    words = retime(
        segment.words,
        text,
        segment.language,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
    )
    written = join_words(words)
    if written == segment.text:
        return segment
    return replace(segment, text=written, words=words, edited=True)


def split_segment(segment: Segment, split: Split) -> tuple[Segment, Segment]:
    """Divide a segment in two; both keep its language, speaker and doubts.

    Raises:
        InvalidInputError: one half has no words, or there is no time between them.
    """
    _check_length(split.first + split.second)
    first = pieces_of(split.first, segment.language, segment.words)
    second = pieces_of(split.second, segment.language, segment.words)
    if not first or not second:
        raise InvalidInputError("A segment is split between two words; one half would be empty.")
    words = retime_pieces(
        segment.words,
        [*first, *second],
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
    )
    head, tail = words[: len(first)], words[len(first) :]
    low = max(head[-1].end_ms, segment.start_ms + 1)
    high = min(tail[0].start_ms, segment.end_ms - 1)
    if low > high:
        raise InvalidInputError(
            "There is no time between these words, so the segment cannot be split here. "
            "Split it a word earlier or later."
        )
    middle = replace(segment, text=join_words(head), words=head, end_ms=low, edited=True)
    rest = replace(
        segment,
        text=join_words(tail),
        words=tail,
        start_ms=high,
        uid=split.new_uid,
        revision=0,
        edited=True,
    )
    return middle, rest


def join_segments(first: Segment, second: Segment) -> Segment:
    """Make one segment of two that follow one another, in the first one's language and voice."""
    start_ms, end_ms = first.start_ms, max(first.end_ms, second.end_ms)
    words = [*first.words, *second.words]
    if first.words and second.words and _is_spaced(first, second):
        begin = words[len(first.words)]
        words[len(first.words)] = replace(begin, text=f" {begin.text.lstrip()}")
    told = settle(words, start_ms=start_ms, end_ms=end_ms)
    return replace(
        first,
        end_ms=end_ms,
        text=join_words(told),
        words=told,
        doubts=first.doubts | second.doubts,
        confidence=min(first.confidence, second.confidence),
        edited=True,
        checked=first.checked and second.checked,
        speaker_set=first.speaker_set or second.speaker_set,
    )


def _is_spaced(first: Segment, second: Segment) -> bool:
    """Tell whether a space stands where two segments meet."""
    return writes_spaces(first.language) or writes_spaces(second.language)


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise InvalidInputError(
            f"A segment has at most {LONGEST_TEXT:,} characters; split it first."
        )
