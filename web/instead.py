"""What stands in a moment in place of what was typed, as a page tells it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive.index import Moment, Reason, Track
from archive.search import LEADS

_MOST_MORE = 3
"""Words that may be heard in place of what was said, more than were said: `ex trac or poreal`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsteadLine:
    """`heard as artisanate`."""

    lead: str
    found: str
    """As it stands there."""
    meant: str
    """What should stand there: as it was typed, or what was meant by that."""
    misheard: bool
    """Whether it is speech that sounds like what was asked: then it can be corrected.

    Not where it is many words more: then what was asked is somewhere among them.
    """
    start_ms: int
    end_ms: int
    """From the first such words in the moment to the end of the last."""


def tell_also(also: Sequence[tuple[Reason, str]]) -> tuple[tuple[str, str], ...]:
    """Tell what was found where nothing has a time: `spelled` and `haemolysis`; each once."""
    return tuple(dict.fromkeys((LEADS[reason], found) for reason, found in also))


def tell_instead(moment: Moment) -> tuple[InsteadLine, ...]:
    """Tell what a moment was found by where what was typed does not stand in it; each once."""
    return _each_once(
        [
            InsteadLine(
                lead=LEADS[one.reason],
                found=one.found,
                meant=one.meant or one.asked,
                misheard=(
                    one.reason is Reason.SOUND
                    and moment.track is Track.SPEECH
                    and len(one.found.split()) <= len((one.meant or one.asked).split()) + _MOST_MORE
                ),
                start_ms=one.start_ms,
                end_ms=one.end_ms,
            )
            for one in moment.instead
        ]
    )


def _each_once(lines: Sequence[InsteadLine]) -> tuple[InsteadLine, ...]:
    told: dict[tuple[str, str], InsteadLine] = {}
    for line in lines:
        key = (line.lead, line.found.casefold())
        known = told.get(key)
        told[key] = replace(line, start_ms=known.start_ms) if known else line
    return tuple(told.values())
