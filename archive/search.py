"""Searching: the index finds, the database says what may be shown and what it is called.

The index is derived and may be a moment behind; a hit the database does not confirm as
visible is never shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.index import (
    AlsoFound,
    Culprit,
    Expander,
    Facet,
    FacetKind,
    Hit,
    MeantQuery,
    Moment,
    Narrowing,
    Part,
    Reason,
    SearchIndex,
    Sort,
    Track,
)
from archive.index.analysis import tokenize
from archive.index.query import parse, without_quotes, write
from archive.jobs import Jobs
from archive.models import Recording
from archive.permissions import Actor
from archive.recording_views import FileView, RecordingView
from archive.recordings import audience_of, get_recordings, readable
from archive.timecode import format_seconds

PAGE_SIZE = 10
_EVERYTHING = Narrowing()
_MOST_TITLE_WORDS = 10
_MOST_TITLES = 200  # some may not be seen

LEADS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.SPELLING: "spelled",
        Reason.NUMBER: "written",
        Reason.TYPO: "found with",
        Reason.SOUND: "heard as",
        Reason.CONCEPT: "called",
    }
)
"""How it is told what stands somewhere in place of what was typed."""

TRACK_LABELS: Mapping[Track, str] = MappingProxyType(
    {Track.SLIDE: "on a slide", Track.TRANSLATION: "machine translation"}
)
"""What a moment is told to be where it is not what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A recording that was found, and where in it."""

    recording: RecordingView
    hit: Hit

    def still_of(self, moment: Moment) -> FileView | None:
        """Return the still that shows a moment.

        The last one taken before it, else the first; of a slide, one taken while it was shown.
        """
        stills = self.recording.stills
        if moment.track is Track.SLIDE:
            for still in stills:
                if moment.start_ms <= (still.at_ms or 0) < moment.end_ms:
                    return still
        before = [still for still in stills if (still.at_ms or 0) <= moment.start_ms]
        return before[-1] if before else next(iter(stills), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of results, best first."""

    query: str
    understood: str
    """How the query was read, in words."""
    total: int
    """Recordings found, on all pages."""
    page: int
    """From 1."""
    pages: int
    results: tuple[Result, ...]
    partly: tuple[Result, ...] = ()
    """Where the results do not fill the first page: what has most of what was asked for."""
    parts: tuple[Part, ...] = ()
    """What was understood, part by part."""
    facets: tuple[Facet, ...] = ()
    """What the recordings found can be narrowed by."""
    culprits: tuple[Culprit, ...] = ()
    """Why nothing was found; the worst first."""
    also: tuple[AlsoFound, ...] = ()
    """What was looked for beside the words typed, and is there."""
    meant: tuple[MeantQuery, ...] = ()
    """What may have been meant, likeliest first; each finds more than what was typed."""
    unquoted: MeantQuery | None = None
    """Where nothing was found: the same without quotation marks, if that finds anything."""


def search(  # noqa: PLR0913 - a caller names only what is not as usual
    session: Session,
    index: SearchIndex,
    query: str,
    *,
    page: int,
    actor: Actor,
    now: datetime,
    page_size: int = PAGE_SIZE,
    narrowing: Narrowing = _EVERYTHING,
    sort: Sort = Sort.RELEVANCE,
    facets: bool = False,
    more: FacetKind | None = None,
    expanders: Sequence[Expander] = (),
) -> SearchPage:
    """Find recordings someone may see.

    Args:
        page: From 1; a page past the last is empty.
        narrowing: What results are narrowed to.
        sort: What they are ordered by.
        facets: Also tell what they can be narrowed by, and why where there are none.
        more: The kind of which not only the first ten values are told.
        expanders: What else may stand for words of the query: `archive.thesaurus.expansion`.

    Raises:
        SearchIndexError: the index is damaged; it can be rebuilt.
    """
    audience = audience_of(session, actor)
    found = index.search(
        query,
        page=page,
        page_size=page_size,
        audience=audience,
        narrowing=narrowing,
        sort=sort,
        facets=facets,
        more=more,
        expanders=expanders,
    )
    culprits: tuple[Culprit, ...] = ()
    if facets and not found.total:
        culprits = index.explain(query, narrowing=narrowing, audience=audience, expanders=expanders)
    unquoted = None
    loose = write(without_quotes(parse(query))) if facets and not found.total else ""
    if loose and loose != write(parse(query)):
        looser = index.search(
            loose, page_size=1, audience=audience, narrowing=narrowing, expanders=expanders
        )
        if looser.total:
            unquoted = MeantQuery(query=loose, recordings=looser.total)
    recordings = get_recordings(
        session,
        [hit.recording_id for hit in (*found.hits, *found.partly)],
        actor=actor,
        now=now,
    )

    def results(hits: Sequence[Hit]) -> tuple[Result, ...]:
        return tuple(
            Result(
                recording=recordings[hit.recording_id],
                hit=_readable(index, recordings[hit.recording_id], hit),
            )
            for hit in hits
            if hit.recording_id in recordings
        )

    return SearchPage(
        query=query,
        understood=found.understood,
        total=found.total,
        page=page,
        pages=max((found.total + page_size - 1) // page_size, 1),
        results=results(found.hits),
        partly=results(found.partly),
        parts=found.parts,
        facets=found.facets,
        culprits=culprits,
        also=found.also,
        meant=found.meant,
        unquoted=unquoted,
    )


def is_followed(index: SearchIndex, recording: RecordingView) -> bool:
    """Tell whether the index says of a recording what the database says, as far as versions go.

    Raises:
        SearchIndexError: the index is damaged.
    """
    held = index.contents().get(recording.id)
    return held is not None and held.version >= recording.version


def _readable(index: SearchIndex, recording: RecordingView, hit: Hit) -> Hit:
    """Leave out moments that may quote what was hidden since the index was written."""
    if not recording.cuts or is_followed(index, recording):
        return hit
    return replace(
        hit,
        moment_count=0,
        moments=(),
        match_starts_ms=(),
        slide_starts_ms=(),
        slide_match_count=0,
    )


def report_damage(session: Session, jobs: Jobs, index: SearchIndex, *, now: datetime) -> None:
    """Let the worker build the index anew, which a search could not read."""
    jobs.mend(session, index.generation, now=now)


def find_titles(
    session: Session, query: str, *, actor: Actor, now: datetime
) -> tuple[RecordingView, ...]:
    """Find recordings without the index: by the words of the query in their titles.

    What can be answered while the index is built anew; the latest first, at most a page.
    """
    words = [token.surface for token in tokenize(query)][:_MOST_TITLE_WORDS]
    if not words:
        return ()
    titles = session.execute(
        select(Recording.id, Recording.title)
        .where(readable(actor))
        .order_by(Recording.recorded_on.desc(), Recording.id.desc())
    ).all()
    ids: list[int] = []
    for row in titles:
        title = " ".join(token.surface for token in tokenize(row.title))
        if all(word in title for word in words):
            ids.append(row.id)
    views = get_recordings(session, ids[:_MOST_TITLES], actor=actor, now=now)
    return tuple(views[number] for number in ids if number in views)[:PAGE_SIZE]


def search_as_json(found: SearchPage, base_url: str) -> dict[str, object]:
    """Write a page of results as the API and the command give it.

    All texts are plain text; times are whole milliseconds from the start of the recording.

    - `query`: as it was asked.
    - `total`: how many recordings answer it, on all pages.
    - `page`: from 1.
    - `other_names`: what was looked for besides, from the thesaurus, and is there, each with
      `asked`, `name`, `language`, `concept` and `recordings`, how many hold it.
    - `meant`: what may have been meant, each with `query` and `recordings`, how many there are.
    - `recordings`: those on this page, best first, each with
        - `id`, `title`, `date` (of the session, ISO 8601, or null), `duration_ms`, `language`
          (ISO 639, or null) and `url`.
        - `moments`: the best three, in order of time, each with `track` (`speech`: it was said;
          `slide`: it stands on a slide; `translation`: it was said in another language and this
          is a machine's English), `start_ms`, `end_ms`, `text`, `speaker` (the name of who says
          it, or null), `url` and `instead`: what it was found by where the words asked for do not
          stand in it, each with `reason` (`spelling`, `number`, `typo`, `sound`: it sounds like
          them, `concept`: it means the same), `asked`, `meant` (the same, or what that is a slip
          of) and `found`. A slide's times are those it was shown at.
        - `moment_count`: how many moments there are, of all tracks.
        - `slide_match_count`: how many slides hold words of the query.
    """
    return {
        "query": found.query,
        "total": found.total,
        "page": found.page,
        "other_names": [
            {
                "asked": one.asked,
                "name": one.label,
                "language": one.language,
                "concept": one.concept,
                "recordings": one.recordings,
            }
            for one in found.also
            if one.concept
        ],
        "meant": [{"query": one.query, "recordings": one.recordings} for one in found.meant],
        "recordings": [
            {
                "id": result.recording.id,
                "title": result.recording.title,
                "date": (
                    result.recording.recorded_on.isoformat()
                    if result.recording.recorded_on
                    else None
                ),
                "duration_ms": result.recording.duration_ms,
                "language": result.recording.language,
                "url": recording_url(base_url, result.recording.id),
                "moments": [
                    {
                        "track": moment.track,
                        "start_ms": moment.start_ms,
                        "end_ms": moment.end_ms,
                        "text": moment.text,
                        "speaker": moment.speaker or None,
                        "instead": [
                            {
                                "reason": one.reason,
                                "asked": one.asked,
                                "meant": one.meant
                                or (one.found if one.reason is Reason.TYPO else one.asked),
                                "found": one.found,
                            }
                            for one in moment.instead
                        ],
                        "url": recording_url(base_url, result.recording.id, moment.start_ms),
                    }
                    for moment in result.hit.moments
                ],
                "moment_count": result.hit.moment_count,
                "slide_match_count": result.hit.slide_match_count,
            }
            for result in found.results
        ],
    }


def recording_url(base_url: str, recording_id: int, start_ms: int | None = None) -> str:
    """Return the address of a recording, or of a moment in it."""
    moment = "" if start_ms is None else f"?t={format_seconds(start_ms)}"
    return f"{base_url}/recordings/{recording_id}{moment}"
