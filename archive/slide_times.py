"""Read the times a person gives to the pages of a PDF; mistakes are told by page. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from archive.timecode import format_clock, parse_time

_UNCLEAR = re.compile(r"[\d.,]+")
_SIXTY = re.compile(r":\s*(?:[6-9]\d)(?:\D|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class SlideTimes:
    """What was understood."""

    times_ms: Mapping[int, int]
    """When each page that has a time is shown, by its number."""
    problems: Mapping[int, str]
    """What is wrong with a page's time, and what to do; by its number."""
    out_of_order: bool
    """Whether order is all that is wrong; it may have been meant."""


def read_slide_times(
    typed: Mapping[int, str], *, duration_ms: int | None, any_order: bool = False
) -> SlideTimes:
    """Read what was typed beside each page.

    Args:
        typed: By page number; empty: the page was not shown.
        duration_ms: Length of the recording; None: not known, so any time is inside it.
        any_order: Pages were not shown one after the other.
    """
    times_ms: dict[int, int] = {}
    problems: dict[int, str] = {}
    for number in sorted(typed):
        text = typed[number].strip()
        if not text:
            continue
        at_ms = _read_clock(text)
        if at_ms is None:
            problems[number] = (
                f"“{text}” is not a time; write minutes and seconds as 12:05, "
                "or hours too as 1:12:05."
            )
        elif duration_ms is not None and at_ms >= duration_ms:
            problems[number] = (
                f"{format_clock(at_ms)} is past the end: the recording is "
                f"{format_clock(duration_ms)} long."
            )
        else:
            times_ms[number] = at_ms
    out_of_order = False
    for number, problem in _find_collisions(times_ms).items():
        problems.setdefault(number, problem)
    if not any_order:
        disorder = _find_disorder(times_ms)
        out_of_order = bool(disorder) and not problems
        for number, problem in disorder.items():
            problems.setdefault(number, problem)
    return SlideTimes(times_ms=times_ms, problems=problems, out_of_order=out_of_order)


def _read_clock(text: str) -> int | None:
    """Read a time; a bare number might be minutes or seconds, so it is none."""
    bare = _UNCLEAR.fullmatch(text) is not None and text.strip("0") != ""
    return None if bare or _SIXTY.search(text) else parse_time(text)


def _find_collisions(times_ms: Mapping[int, int]) -> dict[int, str]:
    first: dict[int, int] = {}
    problems: dict[int, str] = {}
    for number, at_ms in times_ms.items():
        other = first.setdefault(at_ms, number)
        if other != number:
            problems[number] = (
                f"Page {other} has the same time, {format_clock(at_ms)}; "
                "only one can be shown at a time."
            )
    return problems


def _find_disorder(times_ms: Mapping[int, int]) -> dict[int, str]:
    problems: dict[int, str] = {}
    before: tuple[int, int] | None = None
    for number, at_ms in times_ms.items():
        if before is not None and at_ms < before[1]:
            problems[number] = (
                f"{format_clock(at_ms)} is before page {before[0]}, which is at "
                f"{format_clock(before[1])}."
            )
        else:
            before = (number, at_ms)
    return problems
