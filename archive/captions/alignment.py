"""Give the words of imported captions their times: where the recognizer heard them. Pure.

    ReadCue … + heard Word … → place_words → Segment …

The words of captions are right and their times rough; what the recognizer heard is the other way
round. Equal words are matched in order (edit distance) and take the heard times; what stands
between is spread over the gap by its length. Where nothing was heard, over the whole cue.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from archive.language import writes_spaces
from archive.transcript import Segment, Word

_STRAY_MS = 2_500
"""How far a heard word may lie outside of its cue: captions are shown early and stay on."""
_AT_ONCE = 400
"""Words matched together; some minutes of speech."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptionLine:
    """A stretch of text that belongs to a stretch of time."""

    start_ms: int
    end_ms: int
    text: str
    language: str
    speaker: str = ""


def place_words(lines: Sequence[CaptionLine], heard: Sequence[Word]) -> tuple[Segment, ...]:
    """Make a segment of each line, its words with times.

    Args:
        lines: In order of time, without overlap.
        heard: What the recognizer heard, in order of time; empty: nothing yet.
    """
    spoken = [_words_of(line.text, line.language) for line in lines]
    times: list[list[tuple[int, int] | None]] = [[None] * len(words) for words in spoken]
    for first, last in _batches(spoken):
        _match(lines, spoken, times, heard, first, last)
    segments: list[Segment] = []
    for line, words, known in zip(lines, spoken, times, strict=True):
        if words:
            segments.append(_segment(line, words, known))
    return _in_order(segments)


def replace_times(segments: Sequence[Segment], heard: Sequence[Word]) -> tuple[Segment, ...]:
    """Give the words of segments that are there already better times; all else stays.

    Args:
        segments: Of imported captions, in order of time.
        heard: What the recognizer heard, in order of time.
    """
    lines = [
        CaptionLine(start_ms=one.start_ms, end_ms=one.end_ms, text=one.text, language=one.language)
        for one in segments
    ]
    placed = place_words(lines, heard)
    if len(placed) != len(segments):
        return tuple(segments)
    return tuple(
        replace(one, start_ms=new.start_ms, end_ms=new.end_ms, words=new.words)
        for one, new in zip(segments, placed, strict=True)
    )


def _words_of(text: str, language: str) -> list[str]:
    """Divide text as recognition does: with the space before a word, where one is written."""
    pieces = text.split()
    if writes_spaces(language):
        return [f" {piece}" for piece in pieces]
    words: list[str] = []
    for piece in pieces:
        for character in piece:
            joins = words and (_is_narrow(character) and _is_narrow(words[-1][-1]))
            mark = unicodedata.category(character)[0] in "PM"
            if words and (joins or mark):
                words[-1] += character
            else:
                words.append(character)
    return words


def _is_narrow(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _batches(spoken: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Group lines into runs of about `_AT_ONCE` words: first, and the one after the last."""
    first = count = 0
    for index, words in enumerate(spoken):
        count += len(words)
        if count >= _AT_ONCE:
            yield first, index + 1
            first, count = index + 1, 0
    if first < len(spoken):
        yield first, len(spoken)


def _match(
    lines: Sequence[CaptionLine],
    spoken: Sequence[Sequence[str]],
    times: list[list[tuple[int, int] | None]],
    heard: Sequence[Word],
    first: int,
    last: int,
) -> None:
    """Find the heard times of the words of some lines."""
    starts = [word.start_ms for word in heard]
    low = bisect_left(starts, lines[first].start_ms - _STRAY_MS)
    high = bisect_right(starts, lines[last - 1].end_ms + _STRAY_MS)
    places = [(index, at) for index in range(first, last) for at in range(len(spoken[index]))]
    written = [_folded(spoken[index][at]) for index, at in places]
    listened = [_folded(word.text) for word in heard[low:high]]
    for block in Levenshtein.opcodes(written, listened):
        if block.tag != "equal":
            continue
        for step in range(block.src_end - block.src_start):
            index, at = places[block.src_start + step]
            word = heard[low + block.dest_start + step]
            line = lines[index]
            near = (
                word.start_ms >= line.start_ms - _STRAY_MS
                and word.end_ms <= line.end_ms + _STRAY_MS
            )
            if near and written[block.src_start + step]:
                times[index][at] = (word.start_ms, max(word.end_ms, word.start_ms + 1))


def _segment(
    line: CaptionLine, words: Sequence[str], known: Sequence[tuple[int, int] | None]
) -> Segment:
    """Make a segment; words without a time are spread between those that have one."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        span = known[at]
        if span is not None:
            spans.append(span)
            at += 1
            continue
        end = next((i for i in range(at, len(words)) if known[i] is not None), len(words))
        begin_ms = spans[-1][1] if spans else line.start_ms
        following = known[end] if end < len(words) else None
        end_ms = following[0] if following else max(line.end_ms, begin_ms)
        if following and not spans:
            begin_ms = min(begin_ms, end_ms)
        spans.extend(_spread(words[at:end], begin_ms, max(end_ms, begin_ms)))
        at = end
    return Segment(
        start_ms=spans[0][0],
        end_ms=spans[-1][1],
        text="".join(words).strip(),
        language=line.language,
        confidence=1.0,
        words=tuple(
            Word(start_ms=start_ms, end_ms=end_ms, text=word, confidence=1.0)
            for word, (start_ms, end_ms) in zip(words, spans, strict=True)
        ),
        speaker=line.speaker,
    )


def _spread(words: Sequence[str], begin_ms: int, end_ms: int) -> Iterator[tuple[int, int]]:
    """Share a stretch of time out by the length of words."""
    length = sum(len(word.strip()) + 1 for word in words)
    done = 0
    for word in words:
        start_ms = begin_ms + (end_ms - begin_ms) * done // length
        done += len(word.strip()) + 1
        yield start_ms, begin_ms + (end_ms - begin_ms) * done // length


def _in_order(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Let no word begin before the one before it has ended."""
    floor_ms = 0
    ordered: list[Segment] = []
    for segment in segments:
        words: list[Word] = []
        for word in segment.words:
            start_ms = max(word.start_ms, floor_ms)
            floor_ms = max(word.end_ms, start_ms)
            words.append(replace(word, start_ms=start_ms, end_ms=floor_ms))
        ordered.append(
            replace(
                segment,
                start_ms=words[0].start_ms,
                end_ms=words[-1].end_ms,
                words=tuple(words),
            )
        )
    return tuple(ordered)


def _folded(word: str) -> str:
    """Fold a word to what is compared: letters and digits, without case and accents."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in plain if character.isalnum())
