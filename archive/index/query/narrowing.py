"""Read what stands after `in: lang: year: before: after: checked:`. Pure.

Each returns None for what it cannot read: then it was words after all.
"""

import re
from datetime import date, timedelta

from archive.index.query.nodes import Checked, Filter, Held, Spoken, Within
from archive.language import find_language

_EARLIEST, _LATEST = 1000, 9998
"""Years that are taken for years; every day of them has one before and one after."""
_YEARS = re.compile(r"(\d{4})?\s*(?:(-|–|—|−|\.\.|…)\s*(\d{4})?)?")  # noqa: RUF001 - dashes as typed
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
_DECEMBER = 12


def read_filter(name: str, text: str) -> Filter | None:  # noqa: PLR0911 - one for each filter
    """Read the value of a filter; None when it is none.

    Args:
        name: `in`, `lang`, `year`, `before`, `after` or `checked`.
        text: What stands after the colon, without quotes.
    """
    text = text.strip()
    match name:
        case "in":
            return Within(text) if any(map(str.isalnum, text)) else None
        case "lang":
            language = find_language(text)
            return Spoken(language) if language else None
        case "year":
            return _read_years(text)
        case "before":
            period = _read_period(text)
            return Held(None, period[0] - timedelta(days=1)) if period else None
        case "after":
            period = _read_period(text)
            return Held(period[0], None) if period else None
        case "checked":
            answer = text.casefold()
            return Checked(answer in _YES) if answer in (*_YES, *_NO) else None
        case _:
            return None


def _read_years(text: str) -> Held | None:
    """Read `2020`, `2020-2022`, `2020-` or `-2022`."""
    found = _YEARS.fullmatch(text)
    if found is None or not (found[1] or found[3]):
        return None
    years = [int(year) for year in (found[1], found[3]) if year]
    if not all(_EARLIEST <= year <= _LATEST for year in years):
        return None
    opens, closes = found[1] or not found[2], found[3] or not found[2]
    return Held(
        date(min(years), 1, 1) if opens else None, date(max(years), 12, 31) if closes else None
    )


def _read_period(text: str) -> tuple[date, date] | None:
    """Read a year, a month or a day: its first day and its last."""
    found = _DAY.fullmatch(text)
    if found is None or not _EARLIEST <= int(found[1]) <= _LATEST:
        return None
    year, month, day = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    try:
        if found[3]:
            return date(year, month, day), date(year, month, day)
        if found[2]:
            return date(year, month, 1), _month_end(year, month)
    except ValueError:
        return None
    return date(year, 1, 1), date(year, 12, 31)


def _month_end(year: int, month: int) -> date:
    following = date(year + 1, 1, 1) if month == _DECEMBER else date(year, month + 1, 1)
    return following - timedelta(days=1)
