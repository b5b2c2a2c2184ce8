"""Searching: the index finds, the database says what may be shown and what it is called.

The index is derived and may be a moment behind; a hit the database does not confirm as
visible is never shown.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from archive.index import Hit, SearchIndex
from archive.permissions import Actor
from archive.recordings import FileView, RecordingView, get_recordings
from archive.timecode import format_seconds

PAGE_SIZE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A recording that was found, and where in it."""

    recording: RecordingView
    hit: Hit

    def still_near(self, start_ms: int) -> FileView | None:
        """Return the still shown at a time: the last one taken before it, else the first."""
        stills = self.recording.stills
        before = [still for still in stills if (still.at_ms or 0) <= start_ms]
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


def search(
    session: Session,
    index: SearchIndex,
    query: str,
    *,
    page: int,
    actor: Actor,
    now: datetime,
    page_size: int = PAGE_SIZE,
) -> SearchPage:
    """Find recordings someone may see.

    Args:
        page: From 1; a page past the last is empty.

    Raises:
        SearchIndexError: the index is damaged; it can be rebuilt.
    """
    public_only = not (actor.operator or actor.account_id is not None)
    found = index.search(query, page=page, page_size=page_size, public_only=public_only)
    recordings = get_recordings(
        session, [hit.recording_id for hit in found.hits], actor=actor, now=now
    )
    return SearchPage(
        query=query,
        understood=found.understood,
        total=found.total,
        page=page,
        pages=max((found.total + page_size - 1) // page_size, 1),
        results=tuple(
            Result(recording=recordings[hit.recording_id], hit=hit)
            for hit in found.hits
            if hit.recording_id in recordings
        ),
    )


def search_as_json(found: SearchPage, base_url: str) -> dict[str, object]:
    """Write a page of results as the API and the command give it.

    `GET /api/v1/search` documents the shape; `text` is plain text.
    """
    return {
        "query": found.query,
        "total": found.total,
        "page": found.page,
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
                        "start_ms": moment.start_ms,
                        "end_ms": moment.end_ms,
                        "text": moment.text,
                        "url": recording_url(base_url, result.recording.id, moment.start_ms),
                    }
                    for moment in result.hit.moments
                ],
                "moment_count": result.hit.moment_count,
            }
            for result in found.results
        ],
    }


def recording_url(base_url: str, recording_id: int, start_ms: int | None = None) -> str:
    """Return the address of a recording, or of a moment in it."""
    moment = "" if start_ms is None else f"?t={format_seconds(start_ms)}"
    return f"{base_url}/recordings/{recording_id}{moment}"
