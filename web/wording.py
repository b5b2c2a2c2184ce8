"""How values are written on pages: dates, times, lengths, sizes, marked words. Pure.

Everything that becomes HTML here is built from escaped text.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from flask import Flask
from markupsafe import Markup, escape

from archive.index.query import quote
from archive.language import endonym, language_name, language_tag
from archive.pipeline import Progress
from archive.punctuation import SENTENCE_ENDS
from archive.storage import format_bytes
from archive.timecode import format_clock, format_duration, format_seconds

_MINUTE_S = 60
_HOUR_S = 3600
_WHOLE = 10
"""From here on a speed is told without decimals."""


def install_filters(app: Flask) -> None:
    """Give templates the filters of this module."""
    app.jinja_env.filters.update(
        clock=format_clock,
        duration=format_duration,
        seconds=format_seconds,
        bytes=format_bytes,
        day=format_day,
        when=format_when,
        left=format_left,
        work=format_work,
        language=language_label,
        number=format_number,
        tag=language_tag,
        subject_search=subject_address,
        collection_search=collection_address,
    )


def subject_address(subject: str) -> str:
    """Return the address of what is about a subject: `/search?q=subject:"Malaria"`."""
    return f"/search?{urlencode({'q': f'subject:{quote(subject)}'})}"


def collection_address(title: str) -> str:
    """Return the address of a search in a collection, to be narrowed by words."""
    return f"/search?{urlencode({'q': f'in:{quote(title)}'})}"


def format_day(day: date) -> str:
    """Write a day: `14 May 2024`."""
    return f"{day.day} {day:%B} {day.year}"


def format_when(time: datetime) -> str:
    """Write a day and time: `14 May 2024, 09:30 UTC`."""
    utc = time.astimezone(UTC)
    return f"{format_day(utc.date())}, {utc:%H:%M} UTC"


def format_number(number: int) -> str:
    """Write a count with its thousands apart: `1 204` (a no-break thin space)."""
    return f"{number:,}".replace(",", "\u202f")


def format_left(left_s: int | None) -> str:
    """Write how long something will take: `about 4 min left`."""
    if left_s is None:
        return "time left not known yet"
    if left_s < _MINUTE_S:
        return "less than a minute left"
    if left_s < _HOUR_S:
        return f"about {round(left_s / _MINUTE_S)} min left"
    hours, rest_s = divmod(left_s, _HOUR_S)
    return f"about {hours} h {rest_s // _MINUTE_S} min left"


def format_work(progress: Progress, duration_ms: int | None) -> str:
    """Write how far a recording is: time transcribed, how fast, time left.

    Before the first part of it is done nothing is: a bar that has moved says more than 0:00.
    """
    left = format_left(progress.left_s)
    if not progress.heard_ms or duration_ms is None:
        return left
    told = f"{format_clock(progress.heard_ms)} of {format_clock(duration_ms)} transcribed"
    if progress.speed is not None:
        speed = f"{progress.speed:.0f}" if progress.speed >= _WHOLE else f"{progress.speed:.1f}"
        told += f", {speed} × as fast as it plays"  # noqa: RUF001 - the sign is meant
    return f"{told}, {left}"


def language_label(code: str) -> str:
    """Name a language for a reader who may or may not read it: `Français (French)`."""
    own, english = endonym(code), language_name(code)
    own = own[:1].upper() + own[1:]
    return own if own.casefold() == english.casefold() else f"{own} ({english})"


def highlight(text: str, marks: Iterable[tuple[int, int]]) -> Markup:
    """Mark stretches of a text.

    Args:
        text: Plain text.
        marks: Start and end of each stretch, in characters, in order, not overlapping.
    """
    pieces: list[Markup] = []
    at = 0
    for start, end in marks:
        if start < at or end <= start:
            continue
        pieces += (escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end]))
        at = end
    pieces.append(escape(text[at:]))
    return Markup("").join(pieces)


def quote_words(text: str, marks: Iterable[tuple[int, int]]) -> Markup:
    """Write words taken out of speech: marked, with dots where the sentence goes on."""
    before = "" if text[:1].isupper() else "…"
    after = "" if text.endswith(tuple(SENTENCE_ENDS)) else "…"
    return Markup("{}{}{}").format(before, highlight(text, marks), after)
