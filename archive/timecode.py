"""Times: int milliseconds inside, float seconds at the edges, and how both are written.

The only place where seconds become milliseconds and back. Pure.
"""

import re

MS_PER_SECOND = 1000
_CLOCK = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d{1,2})(\.\d+)?$")
_UNITS = re.compile(r"^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$")


def ms_from_seconds(seconds: float) -> int:
    """Round seconds to the nearest millisecond."""
    return round(seconds * MS_PER_SECOND)


def seconds_from_ms(ms: int) -> float:
    """Turn milliseconds into seconds."""
    return ms / MS_PER_SECOND


def format_seconds(ms: int) -> str:
    """Write a time as `?t=` and `#t=` take it: `754`, `12.5`, `3723.58`."""
    return f"{ms / MS_PER_SECOND:.3f}".rstrip("0").rstrip(".")


def format_clock(ms: int) -> str:
    """Write a time as people read it: `0:07`, `41:07`, `1:26:40` (truncated to seconds)."""
    seconds = max(ms, 0) // MS_PER_SECOND
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def format_duration(ms: int) -> str:
    """Write a length in words: `48 s`, `2 min`, `1 h 52 min` (rounded)."""
    seconds = round(max(ms, 0) / MS_PER_SECOND)
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{seconds} s"
    minutes = round(seconds / 60)
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def format_vtt(ms: int) -> str:
    """Write a WebVTT timestamp, `HH:MM:SS.mmm` (WebVTT section 4.1, hours always given)."""
    seconds, milliseconds = divmod(max(ms, 0), MS_PER_SECOND)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{milliseconds:03d}"


def format_srt(ms: int) -> str:
    """Write a SubRip timestamp, `HH:MM:SS,mmm`."""
    return format_vtt(ms).replace(".", ",")


def parse_time(text: str) -> int | None:
    """Read a moment from an address, in ms: `754`, `12.5`, `1:02:03.5`, `12m34s`.

    Returns None when the text is not a time; an address with a bad `t` still opens.
    """
    text = text.strip().lower().removeprefix("npt:")
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = _parse_clock_or_units(text)
    if not 0 <= seconds < 1e7:  # noqa: PLR2004 - also refuses nan; 1e7 s is 115 days
        return None
    return ms_from_seconds(seconds)


def _parse_clock_or_units(text: str) -> float:
    """Read `1:02:03.5` or `1h2m3.5s` as seconds; -1 when it is neither."""
    if clock := _CLOCK.match(text):
        hours, minutes, seconds, fraction = clock.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return whole + float(fraction or 0)
    units = _UNITS.match(text)
    if units and any(units.groups()):
        hours, minutes, seconds_text = units.groups()
        return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds_text or 0)
    return -1.0
