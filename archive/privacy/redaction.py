"""Take out of a transcript what readers must not read. Pure; every way out goes through here.

Page, captions, downloads, search index, related moments and translation are all made of what
these functions give, so what is hidden here is nowhere (tests/web/test_ways_out.py).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from archive.privacy.values import Cuts, overlapping
from archive.slides import KeptSlide
from archive.transcript import Segment, Word

HIDDEN = "[…]"
"""Stands where words are hidden, so that nobody takes the rest for the whole sentence."""
_AFTER = re.compile(r"[^\w\s]+$")


def redact(segments: Iterable[Segment], cuts: Cuts) -> tuple[Segment, ...]:
    """Take out the words that are hidden or lie outside of the range shown.

    A word is hidden when any of it lies in a hidden span: another transcription may have put
    it a little earlier or later. Segments keep their times, unless their first or last words
    lie outside of the range.

    Args:
        segments: Of what was said, in order of time.
        cuts: Of the recording.

    Returns:
        Segments in the same order; those nothing is taken from are the very same.
    """
    if not cuts.in_words:
        return tuple(segments)
    return tuple(_redacted(segments, cuts))


def redact_translation(segments: Iterable[Segment], cuts: Cuts) -> tuple[Segment, ...]:
    """Take out every segment of a translation that touches hidden time.

    A translated word stands at about the time of another word, so the name may be anywhere in
    its segment.
    """
    if not cuts.in_words:
        return tuple(segments)
    hidden = [
        _hide_all(segment)
        if overlapping(cuts.hidden, segment.start_ms, segment.end_ms)
        else segment
        for segment in segments
    ]
    in_range = replace(cuts, hidden=())
    return tuple(_redacted(hidden, in_range))


def redact_slides(slides: Iterable[KeptSlide], cuts: Cuts) -> tuple[KeptSlide, ...]:
    """Leave out slides that are hidden or shown outside of the range only."""
    if not cuts:
        return tuple(slides)
    return tuple(
        slide
        for slide in slides
        if cuts.shows(slide.start_ms, slide.end_ms)
        and not overlapping(cuts.unseen, slide.start_ms, slide.end_ms or slide.start_ms)
    )


def _redacted(segments: Iterable[Segment], cuts: Cuts) -> Iterator[Segment]:
    for segment in segments:
        if not cuts.shows(segment.start_ms, segment.end_ms):
            continue
        whole = (
            segment.start_ms >= cuts.shown_from_ms
            and (cuts.shown_until_ms is None or segment.end_ms <= cuts.shown_until_ms)
            and not overlapping(cuts.hidden, segment.start_ms, segment.end_ms)
        )
        if whole:
            yield segment
        elif not segment.words:
            yield _hide_all(segment)
        elif words := tuple(_readable(segment.words, cuts)):
            until_ms = cuts.shown_until_ms
            cut_end = until_ms is not None and segment.end_ms > until_ms
            yield replace(
                segment,
                start_ms=(
                    words[0].start_ms if segment.start_ms < cuts.shown_from_ms else segment.start_ms
                ),
                end_ms=words[-1].end_ms if cut_end else segment.end_ms,
                text=_join(words),
                words=words,
            )


def _readable(words: Sequence[Word], cuts: Cuts) -> Iterator[Word]:
    """Give the words that may be read, and one `HIDDEN` for each run of those that may not."""
    run: list[Word] = []
    for word in words:
        if not cuts.shows((word.start_ms + word.end_ms) // 2):
            continue
        if overlapping(cuts.hidden, word.start_ms, word.end_ms):
            run.append(word)
            continue
        if run:
            yield _placeholder(run)
            run = []
        yield word
    if run:
        yield _placeholder(run)


def _placeholder(run: Sequence[Word]) -> Word:
    """Make the word that stands for hidden ones."""
    indent = " " if run[0].text.startswith(" ") else ""
    # A full stop stays: it ends the sentence for whoever cuts paragraphs and captions.
    after = _AFTER.search(run[-1].text)
    return Word(
        start_ms=run[0].start_ms,
        end_ms=run[-1].end_ms,
        text=f"{indent}{HIDDEN}{after.group() if after else ''}",
        confidence=1.0,
    )


def _hide_all(segment: Segment) -> Segment:
    word = Word(start_ms=segment.start_ms, end_ms=segment.end_ms, text=f" {HIDDEN}", confidence=1.0)
    return replace(segment, text=HIDDEN, words=(word,), doubts=frozenset())


def _join(words: Sequence[Word]) -> str:
    return "".join(word.text for word in words).strip()
