"""A page of search results as the template shows it. Pure.

Turns hits into cards: where in the session the matches lie, the best moments with their
words marked, and what it costs to hear them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from markupsafe import Markup

from archive.index import Moment, Track
from archive.language import language_tag
from archive.recording_views import RecordingView
from archive.search import TRACK_LABELS, Result
from archive.storage import format_bytes
from archive.timecode import format_clock, format_seconds
from web.instead import InsteadLine, tell_also, tell_instead
from web.wording import highlight, language_label, quote_words

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
    """BCP 47 tag of the words."""
    language: str | None
    """Its name, where it is not the recording's main language."""
    label: str | None
    """What the words are, where they are not what was said: `on a slide`."""
    speaker: str
    """Name of who says them; empty: not known."""
    still: str | None
    """Address of a still image."""
    cost: str | None
    """`20 s: about 90 kB`."""
    instead: tuple[InsteadLine, ...] = ()
    """What it was found by where what was typed does not stand in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Where in a session the matches lie: speech in one row, slides in another below it."""

    path: str
    """Speech: an SVG path on 1000 by 14, one upright line for each place."""
    slides: str
    """Slides: an SVG path in the row from 16 to 22, one short line for each; may be empty."""
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
    more_slides: int
    """How many of those are slides."""
    heard: bool
    """Whether any moment shown is what a machine heard."""
    lacks: tuple[str, ...]
    """Parts of the query that are not in it, in words."""
    elsewhere: str | None
    """`title and description`: where the words are, when nobody says them."""
    also: tuple[tuple[str, str], ...]
    """How they are written there, where not as typed: `spelled` and `haemolysis`."""


def make_cards(
    results: Sequence[Result], query: str, kept: Sequence[tuple[str, str]] = ()
) -> tuple[ResultCard, ...]:
    """Turn results into cards; `kept`: what else their addresses hold, with names."""
    words = quote(query) + "".join(f"&{name}={quote(value)}" for name, value in kept)
    return tuple(_make_card(result, words) for result in results)


def make_strip(
    match_starts_ms: Sequence[int],
    duration_ms: int | None,
    slide_starts_ms: Sequence[int] = (),
) -> Strip | None:
    """Draw where the matches lie; None when there is nothing to draw.

    Args:
        match_starts_ms: Of speech, in order of time.
        duration_ms: Length of the recording.
        slide_starts_ms: When the slides that match appear, in order of time.
    """
    starts_ms = sorted([*match_starts_ms, *slide_starts_ms])
    if not starts_ms or not duration_ms:
        return None
    first, last = format_clock(starts_ms[0]), format_clock(starts_ms[-1])
    where = f"at {first}" if first == last else f"between {first} and {last}"
    return Strip(
        path=_ticks(match_starts_ms, duration_ms, "0v14"),
        slides=_ticks(slide_starts_ms, duration_ms, "16v6"),
        label=f"{_count_matches(len(match_starts_ms), len(slide_starts_ms))} {where}",
    )


def _ticks(starts_ms: Sequence[int], duration_ms: int, line: str) -> str:
    """Write one upright line for each place in the strip that some time falls into."""
    low, high = _TICK_WIDTH // 2 + 1, _STRIP_WIDTH - _TICK_WIDTH // 2 - 1
    places = {
        min(max(start_ms * _STRIP_WIDTH // duration_ms // _TICK_WIDTH * _TICK_WIDTH, low), high)
        for start_ms in starts_ms
    }
    return "".join(f"M{x} {line}" for x in sorted(places))


def _count_matches(heard: int, slides: int) -> str:
    matches = "1 match" if heard == 1 else f"{heard} matches"
    shown = "1 matching slide" if slides == 1 else f"{slides} matching slides"
    if not slides:
        return matches
    return f"{matches} in speech and {shown}" if heard else shown


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


def _make_card(result: Result, words: str) -> ResultCard:
    recording, hit = result.recording, result.hit
    cost = listening_cost(recording)
    slides_shown = sum(moment.track is Track.SLIDE for moment in hit.moments)
    return ResultCard(
        recording=recording,
        href=f"/recordings/{recording.id}?q={words}",
        more_href=f"/recordings/{recording.id}?q={words}#matches",
        strip=make_strip(hit.match_starts_ms, recording.duration_ms, hit.slide_starts_ms),
        moments=tuple(_make_line(result, moment, words, cost) for moment in hit.moments),
        more=hit.moment_count - len(hit.moments),
        more_slides=hit.slide_match_count - slides_shown,
        heard=slides_shown < len(hit.moments),
        lacks=hit.lacks,
        elsewhere=(
            _fields_told(hit.matched_fields) if hit.matched_fields and not hit.moments else None
        ),
        also=tell_also(hit.also),
    )


def _fields_told(fields: Sequence[str]) -> str:
    """Name the parts of a recording that have no time: `title and list of speakers`."""
    return " and ".join("list of speakers" if field == "speaker" else field for field in fields)


def _make_line(result: Result, moment: Moment, words: str, cost: str | None) -> MomentLine:
    recording = result.recording
    still = result.still_of(moment)
    # A slide's language is guessed from its letters; of a translation it is known.
    foreign = moment.language != recording.language and moment.track is Track.SPEECH
    return MomentLine(
        start_ms=moment.start_ms,
        href=f"/recordings/{recording.id}?t={format_seconds(moment.start_ms)}&q={words}",
        html=quote_moment(moment),
        tag=language_tag(moment.language),
        language=language_label(moment.language) if foreign else None,
        label=TRACK_LABELS.get(moment.track),
        speaker=moment.speaker,
        still=f"/recordings/{recording.id}/stills/{still.at_ms}.jpg" if still else None,
        cost=cost,
        instead=tell_instead(moment),
    )


def quote_moment(moment: Moment) -> Markup:
    """Write the words of a moment, marked; dots where speech goes on, a slide stands alone."""
    if moment.track is Track.SLIDE:
        return highlight(moment.text, moment.marks)
    return quote_words(moment.text, moment.marks)
