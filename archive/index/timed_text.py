"""Lay out one track: its tokens, and where each stands in the text and in time.

Used by packing only; `packed.PackedTrack` reads what comes out. Collects plain lists piece by
piece and works them out as arrays at the end: a loop over each token's time took three times
as long.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from archive.index.analysis import find_tokens, is_unspaced, written_language
from archive.index.packed import Array, Section, join_sections, shrink
from archive.index.terms import Terms
from archive.index.tokens import SEPARATOR
from archive.transcript import Segment

CERTAIN = 255
"""How sure of a word that people wrote."""
LINE_BREAK = " · "
"""Between the lines of a slide: no token, so that phrases cross it; fit for one line of text."""


# How the tokens in a span come to their times. Of a spoken word each has the whole, so that a
# jump never lands inside it, but characters that are tokens of their own share it; in a segment
# without words each has its part by characters; a slide is there all at once.
_WORD, _SHARED, _WHOLE = range(3)

# Plain tuples: a recording has 10,000.
_Span = tuple[int, int, int, int, int]
"""A stretch of text: first character, the one after the last, start and end in ms, timing."""


class TimedText:
    """One track while it is laid out."""

    def __init__(self, terms: Terms, speakers: Sequence[str] = ()) -> None:
        """Take what all tracks of the document share.

        Args:
            terms: of the document.
            speakers: names of who speaks in it.
        """
        self._terms = terms
        self._names = speakers
        self._numbers_of_names = {name: number for number, name in enumerate(speakers, 1)}
        self._speakers: list[int] = []
        self._numbers: dict[str, dict[str, int]] = {}
        """Term by text as written, by language."""
        self.tokens: list[int] = []
        """The terms of the track in order, separators between slides too."""
        self._texts: list[str] = []
        self._length = 0
        self._spans: list[_Span] = []
        self._certainties: list[int] = []
        """Of each span, as `certainties`."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._segments: list[int] = []
        self._languages: list[int] = []
        self._codes: dict[str, int] = {}

    def add_segment(self, segment: Segment, language: str) -> None:
        """Add what was said after the segments before; phrases cross to it."""
        if self._length:
            self._append(" ")
        base = self._length
        text = self._lay_out_words(segment, base)
        self._append(text)
        numbers = self._numbers.setdefault(language, {})
        before = len(self._starts)
        for match in find_tokens(text):
            written = match[0]
            number = numbers.get(written)
            if number is None:
                number = numbers[written] = self._terms.number(written, language)
            if number >= 0:
                self.tokens.append(number)
                self._starts.append(base + match.start())
                self._ends.append(base + match.end())
        self._note_line(before, language, segment.speaker)

    def add_slide(self, text: str, *, start_ms: int, end_ms: int, language: str) -> None:
        """Add a slide; no phrase crosses to it, but those on it cross its lines.

        Args:
            text: A line a line.
            start_ms: When it appears.
            end_ms: When it goes.
            language: Of the recording; what is in another script is read in one of its own.
        """
        if self._length:
            self._append(" ")
        first, follows = self._length, len(self._starts) > 0
        for line in filter(None, map(str.strip, text.splitlines())):
            if self._length > first:
                self._append(LINE_BREAK)
            before = len(self._starts)
            for match in find_tokens(line):
                number = self._terms.number(match[0], written_language(match[0], language))
                if number >= 0:
                    self.tokens += [SEPARATOR, number] if follows else [number]
                    follows = False
                    self._starts.append(self._length + match.start())
                    self._ends.append(self._length + match.end())
            self._append(line)
            self._note_line(before, written_language(line, language))
        self._spans.append((first, self._length, start_ms, end_ms, _WHOLE))
        self._certainties.append(CERTAIN)

    def _append(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)

    def _note_line(self, before: int, language: str, speaker: str = "") -> None:
        """Note language and speaker of the tokens found since, if there are any."""
        if len(self._starts) > before:
            self._segments.append(before)
            self._languages.append(self._codes.setdefault(language, len(self._codes)))
            self._speakers.append(self._numbers_of_names.get(speaker, 0))

    def _lay_out_words(self, segment: Segment, base: int) -> str:
        """Join a segment's words to its text, and note where each stands."""
        if not segment.words:
            text = segment.text.strip()
            end = base + len(text)
            self._spans.append((base, end, segment.start_ms, segment.end_ms, _SHARED))
            self._certainties.append(_certainty(segment.confidence, segment))
            return text
        parts: list[str] = []
        at = base
        for word in segment.words:
            written = word.text if parts else word.text.lstrip()
            parts.append(written)
            end = at + len(written)
            start = at + 1 if written.startswith(" ") else at
            self._spans.append((start, end, word.start_ms, word.end_ms, _WORD))
            self._certainties.append(_certainty(word.confidence, segment))
            at = end
        return "".join(parts)

    def certainties(self) -> NDArray[np.uint8]:
        """Tell how sure the recognizer was of each token: uint8, (tokens,), 255 is certain.

        What people wrote is certain. Of a track without separators.
        """
        if not self._starts:
            return np.empty(0, np.uint8)
        stop_at = np.array([span[1] for span in self._spans], np.int64)
        place = np.minimum(stop_at.searchsorted(self._starts, "right"), len(stop_at) - 1)
        certain: NDArray[np.uint8] = np.array(self._certainties, np.uint8)[place]
        return certain

    def pack(self) -> bytes:
        """Return the track as `packed.PackedTrack` reads it; nothing when it has no tokens."""
        if not self._starts:
            return b""
        starts = np.array(self._starts, np.int64)
        ends = np.array(self._ends, np.int64)
        tokens = np.array(self.tokens, np.int64)
        alone = np.array([is_unspaced(surface) for surface in self._terms.surfaces], np.bool_)
        start_ms, end_ms = _time(self._spans, starts, ends, alone[tokens[tokens != SEPARATOR]])
        return join_sections(
            {
                Section.STARTS: shrink(start_ms),
                Section.DURATIONS: shrink(np.maximum(end_ms - start_ms, 0)),
                Section.GAPS: shrink(starts - np.concatenate(([0], ends[:-1]))),
                Section.WIDTHS: shrink(ends - starts),
                Section.SEGMENTS: shrink(np.array(self._segments, np.int64)),
                Section.LANGUAGES: shrink(np.array(self._languages, np.int64)),
                Section.CODES: _encode(" ".join(self._codes)),
                Section.TEXT: _encode("".join(self._texts)),
                Section.SPEAKERS: shrink(np.array(self._speakers, np.int64)),
                Section.NAMES: _encode("\n".join(self._names)),
            }
        )


def _certainty(confidence: float, segment: Segment) -> int:
    """Tell how sure a word is, of 255; what people wrote is certain."""
    sure = 1.0 if segment.edited else min(max(confidence, 0.0), 1.0)
    return round(sure * CERTAIN)


def _time(spans: Sequence[_Span], starts: Array, ends: Array, alone: Array) -> tuple[Array, Array]:
    """Return start and end in ms of the tokens at these characters.

    Args:
        spans: In order.
        starts: int64, (tokens,): First character of each.
        ends: int64, (tokens,): The one after its last; past its span when the recognizer cut
            a word in several, then the last one's end is its end.
        alone: bool, (tokens,): A character of a script without spaces.
    """
    first_at, stop_at, start_ms, end_ms, timing = np.array(spans, np.int64).T
    span = np.minimum(stop_at.searchsorted(starts, "right"), len(spans) - 1)
    last = np.maximum(np.minimum(stop_at.searchsorted(ends, "left"), len(spans) - 1), span)
    length = np.maximum(stop_at - first_at, 1)
    share = (alone & (timing[span] == _WORD)) | (timing[span] == _SHARED)

    def part(at: Array) -> Array:
        inside = np.clip(at - first_at[span], 0, length[span])
        at_ms: Array = start_ms[span] + (end_ms - start_ms)[span] * inside // length[span]
        return at_ms

    return (
        np.maximum(np.where(share, part(starts), start_ms[span]), 0),
        np.maximum(np.where(share, part(ends), end_ms[last]), 0),
    )


def _encode(text: str) -> Array:
    encoded: Array = np.frombuffer(text.encode(errors="replace"), np.uint8)
    return encoded
