"""What the editor's page and its script show of segments and differences. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.doubts import explain_doubts
from archive.editing.difference import Difference, Piece
from archive.language import LANGUAGES, language_tag, writes_spaces
from archive.transcript import Segment
from web.wording import language_label

UNSPACED = tuple(code for code in LANGUAGES if not writes_spaces(code))
"""Languages in which no space stands where two segments are joined."""
_HALVES = re.compile(r"\n[ \t\r]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorRow:
    """One segment of the editor."""

    uid: str
    revision: int
    start_ms: int
    end_ms: int
    text: str
    language: str
    """Whisper's code."""
    tag: str
    """BCP 47."""
    speaker: str
    """By name; empty: not known."""
    checked: bool
    edited: bool
    doubt: str
    """Why a person should listen to it; empty: no doubt. Stays when it was checked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """One stretch that is different."""

    start_ms: int
    tag: str
    pieces: tuple[Piece, ...]
    """Empty where no word is different."""
    notes: tuple[str, ...]
    """What else is: `Speaker: Speaker 1 → Dr Banda`."""


def make_rows(segments: Iterable[Segment], names: Mapping[str, str]) -> tuple[EditorRow, ...]:
    """Turn segments into rows.

    Args:
        segments: In order of time, speakers by label.
        names: Of speakers by label.
    """
    return tuple(make_row(segment, names) for segment in segments)


def make_row(segment: Segment, names: Mapping[str, str]) -> EditorRow:
    """Turn one segment into a row."""
    return EditorRow(
        uid=segment.uid,
        revision=segment.revision,
        start_ms=segment.start_ms,
        end_ms=segment.end_ms,
        text=segment.text,
        language=segment.language,
        tag=language_tag(segment.language),
        speaker=names.get(segment.speaker, segment.speaker),
        checked=segment.checked,
        edited=segment.edited,
        doubt=explain_doubts(segment.doubts),
    )


def row_as_json(row: EditorRow) -> dict[str, object]:
    """Write a row for the page's script."""
    return {
        "uid": row.uid,
        "revision": row.revision,
        "start": row.start_ms,
        "end": row.end_ms,
        "text": row.text,
        "language": row.language,
        "tag": row.tag,
        "speaker": row.speaker,
        "checked": row.checked,
        "doubt": row.doubt,
    }


def make_differences(
    differences: Sequence[Difference], names: Mapping[str, str]
) -> tuple[DifferenceView, ...]:
    """Turn differences into what a page shows."""
    return tuple(
        DifferenceView(
            start_ms=one.start_ms,
            tag=language_tag(one.language),
            pieces=one.pieces if one.words_changed else (),
            notes=tuple(_notes(one, names)),
        )
        for one in differences
    )


def _notes(difference: Difference, names: Mapping[str, str]) -> Iterable[str]:
    if difference.speakers:
        before, after = (names.get(one, one) or "nobody" for one in difference.speakers)
        yield f"Speaker: {before} → {after}"
    if difference.languages:
        before, after = (language_label(one) for one in difference.languages)
        yield f"Language: {before} → {after}"
    if difference.checked is not None:
        yield "Marked as checked" if difference.checked else "No longer marked as checked"


def read_halves(typed: str) -> tuple[str, str]:
    """Divide what was typed at its first empty line; the second is empty where there is none."""
    first, *rest = _HALVES.split(typed.replace("\r\n", "\n").strip(), maxsplit=1)
    return first, rest[0] if rest else ""
