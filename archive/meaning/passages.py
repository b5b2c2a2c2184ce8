"""Cut a transcript into passages of about a minute, each to become one vector. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from archive.language import writes_spaces
from archive.paragraphs import Paragraph, make_paragraphs
from archive.transcript import Segment

_ENOUGH_WORDS, _ENOUGH_UNSPACED = 45, 90
"""So much is a passage by itself."""
_LEAST_WORDS, _LEAST_UNSPACED = 6, 10
"""Less says nothing: thanks, yes, can you hear me."""
_LONGEST_GAP_MS = 10_000
"""Paragraphs further apart are about different things."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Some sentences that belong together."""

    start_ms: int
    end_ms: int
    language: str
    """A Whisper code; empty when not known."""
    text: str


def cut_passages(segments: Sequence[Segment]) -> tuple[Passage, ...]:
    """Cut a transcript into passages, in order of time.

    They are its paragraphs, short ones in the same language joined; what is very short is left
    out.
    """
    passages: list[Passage] = []
    group: list[Paragraph] = []
    for paragraph in make_paragraphs(segments):
        if group and (
            _size(group) >= _enough(group[0].language)
            or paragraph.language != group[0].language
            or paragraph.start_ms - group[-1].end_ms > _LONGEST_GAP_MS
        ):
            passages += _join(group)
            group = []
        group.append(paragraph)
    return (*passages, *_join(group))


def digest_of(passages: Sequence[Passage]) -> str:
    """Tell passages from others: a change of the title makes no new vectors."""
    told = "\n".join(
        f"{each.start_ms} {each.end_ms} {each.language} {each.text}" for each in passages
    )
    return sha256(told.encode()).hexdigest()


def _join(group: Sequence[Paragraph]) -> list[Passage]:
    if not group:
        return []
    language = group[0].language
    least = _LEAST_WORDS if writes_spaces(language) else _LEAST_UNSPACED
    if _size(group) < least:
        return []
    between = " " if writes_spaces(language) else ""
    return [
        Passage(
            start_ms=group[0].start_ms,
            end_ms=group[-1].end_ms,
            language=language,
            text=between.join(each.text for paragraph in group for each in paragraph.sentences),
        )
    ]


def _size(group: Sequence[Paragraph]) -> int:
    """Count words, or characters where none are written."""
    texts = [each.text for paragraph in group for each in paragraph.sentences]
    if writes_spaces(group[0].language):
        return sum(len(text.split()) for text in texts)
    return sum(map(len, texts))


def _enough(language: str) -> int:
    return _ENOUGH_WORDS if writes_spaces(language) else _ENOUGH_UNSPACED
