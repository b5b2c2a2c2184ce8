"""A page of search results as the template shows it. Pure.

Turns hits into cards: where in the session the matches lie, the best moments with their
words marked, and what it costs to hear them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from archive.index import Moment
from archive.language import language_tag
from archive.recordings import RecordingView
from archive.search import Result
from archive.storage import format_bytes
from archive.timecode import format_clock, format_seconds
from web.wording import language_label, quote_words

_STRIP_WIDTH = 1000
_TICK_WIDTH = 5
_LISTEN_MS = 20_000
"""What people hear of a moment before they decide; for telling what it costs."""
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentLine:
    """One moment of a recording."""

    start_ms: int
    href: str
    html: Markup
    """The words around it, matches marked."""
    tag: str
    """BCP 47 tag of what is spoken."""
    language: str | None
    """Its name, where it is not the recording's main language."""
    still: str | None
    """Address of a still image."""
    cost: str | None
    """`20 s: about 90 kB`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Where in a session the matches lie."""

    path: str
    """An SVG path on 1000 by 14: one upright line for each place."""
    label: str
    """The same in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCard:
    """One recording that was found."""

    recording: RecordingView
    href: str
    more_href: str
    """Opens it with the search inside it."""
    strip: Strip | None
    moments: tuple[MomentLine, ...]
    more: int
    """How many moments are not shown."""
    elsewhere: str | None
    """`title and description`: where the words are, when nobody says them."""


def make_cards(results: Sequence[Result], query: str) -> tuple[ResultCard, ...]:
    """Turn results into cards."""
    return tuple(_make_card(result, query) for result in results)


def make_strip(match_starts_ms: Sequence[int], duration_ms: int | None) -> Strip | None:
    """Draw where the matches lie; None when there is nothing to draw.

    Args:
        match_starts_ms: In order of time.
        duration_ms: Length of the recording.
    """
    if not match_starts_ms or not duration_ms:
        return None
    low, high = _TICK_WIDTH // 2 + 1, _STRIP_WIDTH - _TICK_WIDTH // 2 - 1
    places = {
        min(max(start_ms * _STRIP_WIDTH // duration_ms // _TICK_WIDTH * _TICK_WIDTH, low), high)
        for start_ms in match_starts_ms
    }
    first, last = format_clock(match_starts_ms[0]), format_clock(match_starts_ms[-1])
    count = len(match_starts_ms)
    where = f"at {first}" if first == last else f"between {first} and {last}"
    return Strip(
        path="".join(f"M{x} 0v14" for x in sorted(places)),
        label=f"{count} {'match' if count == 1 else 'matches'} {where}",
    )


def listening_cost(recording: RecordingView) -> str | None:
    """Tell what hearing a moment costs, from the file's mean rate: `20 s: about 90 kB`."""
    size_bytes = _size_of(recording, _LISTEN_MS)
    return f"{_LISTEN_MS // 1000} s: about {format_bytes(size_bytes)}" if size_bytes else None


def watching_cost(recording: RecordingView) -> str | None:
    """Tell what watching costs: `68 MB an hour`, or of a shorter one `6.7 MB in all`."""
    hourly = (recording.duration_ms or 0) > _HOUR_MS
    size_bytes = _size_of(recording, _HOUR_MS)
    if not size_bytes:
        return None
    return f"{format_bytes(size_bytes)} {'an hour' if hourly else 'in all'}"


def _size_of(recording: RecordingView, length_ms: int) -> int | None:
    """Return how many bytes a stretch of the recording has, at most all of it."""
    file = recording.playable_file
    if file is None or not recording.duration_ms:
        return None
    return file.size_bytes * min(length_ms, recording.duration_ms) // recording.duration_ms


def _make_card(result: Result, query: str) -> ResultCard:
    recording, hit = result.recording, result.hit
    cost = listening_cost(recording)
    words = quote(query)
    return ResultCard(
        recording=recording,
        href=f"/recordings/{recording.id}?q={words}",
        more_href=f"/recordings/{recording.id}?q={words}#matches",
        strip=make_strip(hit.match_starts_ms, recording.duration_ms),
        moments=tuple(_make_line(result, moment, words, cost) for moment in hit.moments),
        more=hit.moment_count - len(hit.moments),
        elsewhere=" and ".join(hit.matched_fields) if not hit.moments else None,
    )


def _make_line(result: Result, moment: Moment, words: str, cost: str | None) -> MomentLine:
    recording = result.recording
    still = result.still_near(moment.start_ms)
    return MomentLine(
        start_ms=moment.start_ms,
        href=f"/recordings/{recording.id}?t={format_seconds(moment.start_ms)}&q={words}",
        html=quote_words(moment.text, moment.marks),
        tag=language_tag(moment.language),
        language=(
            language_label(moment.language) if moment.language != recording.language else None
        ),
        still=f"/recordings/{recording.id}/stills/{still.at_ms}.jpg" if still else None,
        cost=cost,
    )
