"""What a change to the glossary may make better: recordings that misheard its terms.

Their transcripts are read for what sounds like the changed terms, or for a removed one itself,
which a machine may have written because it was told of it. That takes about 60 ms for two hours
of speech, so a page looks for a while and says how far it came.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive.errors import NotFoundError
from archive.glossary.soundalike import SoundIndex
from archive.glossary.terms import as_entry, as_term
from archive.glossary.values import Draft, Entry, Term
from archive.index.analysis import tokenize
from archive.jobs import Jobs
from archive.models import (
    GlossaryTerm,
    Publication,
    Recording,
    RecordingCollection,
    Status,
    Transcript,
    TranscriptKind,
    TranscriptSegment,
)
from archive.permissions import Action, Actor, require
from archive.processing import transcribe_again

_MOST_EXAMPLES = 3
_MOST_OTHERS = 20
_DONE_WITH = (Status.READY, Status.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misheard:
    """A place where a term may have been said, or where a removed one is written."""

    heard: str
    """As it stands in the transcript."""
    term: str
    start_ms: int
    """Where its sentence begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedRecording:
    """A recording that may be better transcribed with the changed terms."""

    recording_id: int
    title: str
    count: int
    """How often a changed term seems misheard; 0 where nothing better is known than that it
    is in the language and collection of one."""
    examples: tuple[Misheard, ...]
    """The first few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """What was found so far."""

    misheard: tuple[AffectedRecording, ...]
    """Newest first."""
    others: tuple[AffectedRecording, ...]
    """When nothing was misheard: the newest that are in a term's language and collection."""
    looked_at: int
    total: int
    """Recordings that could hold one of the terms; `looked_at` of them were read."""
    next_before: int | None
    """Go on below this recording; None when all were looked at."""


def changed_since(session: Session, since: datetime, *, actor: Actor) -> tuple[Entry, ...]:
    """Return the terms people added or changed at or after a moment, newest change first."""
    require(actor, Action.KEEP_GLOSSARY)
    rows = session.scalars(
        select(GlossaryTerm)
        .where(GlossaryTerm.updated_at >= since, GlossaryTerm.shipped.is_(False))
        .order_by(GlossaryTerm.updated_at.desc(), GlossaryTerm.folded)
    )
    return tuple(map(as_entry, rows))


def find_affected(
    session: Session,
    changed: Sequence[Entry],
    *,
    actor: Actor,
    before: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> Affected:
    """Look through transcripts for what sounds like changed terms.

    Args:
        changed: Terms of any glossary.
        before: Look only at recordings with a lower id.
        go_on: Asked before each recording but the first; False ends the look.
    """
    require(actor, Action.KEEP_GLOSSARY)
    wanted = _may_hold(
        {entry.collection_id for entry in changed}, {entry.draft.language for entry in changed}
    )
    found = _look(session, wanted, _Ears(session, changed), before=before, go_on=go_on)
    if found.misheard or found.next_before or before is not None:
        return found
    newest = session.execute(
        select(Recording.id, Recording.title)
        .where(*wanted)
        .order_by(Recording.id.desc())
        .limit(_MOST_OTHERS)
    )
    return replace(found, others=tuple(_affected(row.id, row.title, []) for row in newest))


def find_holding(
    session: Session,
    removed: Draft,
    collection_id: int | None,
    *,
    actor: Actor,
    before: int | None = None,
    go_on: Callable[[], bool] = lambda: True,
) -> Affected:
    """Look through transcripts for a term that the glossary had, as a machine wrote it.

    Args:
        removed: The term; its other right spellings count as well.
        collection_id: Whose it was; None: of the whole archive.
        before: Look only at recordings with a lower id.
        go_on: Asked before each recording but the first; False ends the look.
    """
    require(actor, Action.KEEP_GLOSSARY)
    wanted = _may_hold({collection_id}, {removed.language})
    return _look(session, wanted, _Eyes(removed), before=before, go_on=go_on)


def _look(
    session: Session,
    wanted: Sequence[ColumnElement[bool]],
    reader: "_Reader",
    *,
    before: int | None,
    go_on: Callable[[], bool],
) -> Affected:
    """Read the transcripts of recordings, the newest first."""
    total = session.scalar(select(func.count(Recording.id)).where(*wanted)) or 0
    later = [*wanted, Recording.id < before] if before is not None else wanted
    rows = session.execute(
        select(Recording.id, Recording.title).where(*later).order_by(Recording.id.desc())
    ).all()
    found: list[AffectedRecording] = []
    done = 0
    for row in rows:
        if done and not go_on():
            break
        done += 1
        misheard = list(_read(session, row.id, reader, _collections(session, row.id)))
        if misheard:
            found.append(_affected(row.id, row.title, misheard))
    return Affected(
        misheard=tuple(found),
        others=(),
        looked_at=total - len(rows) + done,
        total=total,
        next_before=None if done == len(rows) else rows[done - 1].id,
    )


def transcribe_anew(
    session: Session, jobs: Jobs, recording_ids: Sequence[int], *, actor: Actor, now: datetime
) -> int:
    """Transcribe recordings again with the glossary as it is; what people edited stays.

    Returns:
        How many; one that is gone meanwhile is passed over.
    """
    require(actor, Action.KEEP_GLOSSARY)
    begun = 0
    for recording_id in dict.fromkeys(recording_ids):
        try:
            transcribe_again(session, jobs, recording_id, actor=actor, now=now)
        except NotFoundError:
            continue
        begun += 1
    return begun


class _Reader(Protocol):
    """Says what is to be told of a sentence."""

    def read(
        self, text: str, language: str, collections: frozenset[int]
    ) -> Iterator[tuple[str, str]]:
        """Give what stands there, and the term it is about; the collections the recording's."""
        ...


class _Ears:
    """Sound indexes over the changed terms, one for each collection and language met."""

    def __init__(self, session: Session, changed: Sequence[Entry]) -> None:
        self._changed = changed
        self._known = tuple(map(as_term, session.scalars(select(GlossaryTerm))))
        self._made: dict[tuple[frozenset[int], str], SoundIndex | None] = {}

    def read(
        self, text: str, language: str, collections: frozenset[int]
    ) -> Iterator[tuple[str, str]]:
        """Give what sounds like a changed term."""
        index = self._for_speech(collections, language)
        if index is None:
            return
        words = text.split()
        for near in index.near(words):
            heard = " ".join(words[near.first : near.last + 1]).strip(" .,;:?!…")
            yield heard, near.term.term

    def _for_speech(self, collections: frozenset[int], language: str) -> SoundIndex | None:
        """Return the index for a recording's speech; None when no changed term can be in it."""
        key = collections, language
        if key not in self._made:
            terms = [
                _as_term(entry)
                for entry in self._changed
                if entry.collection_id is None
                or (entry.collection_id in collections and entry.draft.language in ("", language))
            ]
            self._made[key] = (
                SoundIndex(terms, besides=self._known, language=language) if terms else None
            )
        return self._made[key]


class _Eyes:
    """Looks for the spellings of one term."""

    def __init__(self, term: Draft) -> None:
        self._term = term
        spellings = (term.term, *term.variants)
        self._spellings = {_surfaces(spelling) for spelling in spellings} - {()}
        self._lengths = {len(spelling) for spelling in self._spellings}

    def read(
        self,
        text: str,
        language: str,
        collections: frozenset[int],  # noqa: ARG002 - the recordings were chosen by it
    ) -> Iterator[tuple[str, str]]:
        """Give where the term is written, whatever its case and accents."""
        if self._term.language not in ("", language):
            return
        tokens = list(tokenize(text))
        for first in range(len(tokens)):
            for length in self._lengths:
                run = tokens[first : first + length]
                surfaces = tuple(token.surface for token in run)
                if len(run) == length and surfaces in self._spellings:
                    yield text[run[0].start : run[-1].end], self._term.term


def _surfaces(text: str) -> tuple[str, ...]:
    return tuple(token.surface for token in tokenize(text))


def _may_hold(
    collections: AbstractSet[int | None], languages: AbstractSet[str]
) -> list[ColumnElement[bool]]:
    """Select the recordings whose transcript may hold terms of collections and languages."""
    conditions = [
        Recording.status.in_(_DONE_WITH),
        Recording.publication.not_in([Publication.BINNED, Publication.GONE]),
        select(Transcript.id)
        .where(Transcript.recording_id == Recording.id, Transcript.complete.is_(True))
        .exists(),
    ]
    if None not in collections:
        members = select(RecordingCollection.recording_id).where(
            RecordingCollection.collection_id.in_(collections)
        )
        conditions.append(Recording.id.in_(members))
    if "" not in languages:
        spoken = select(TranscriptSegment.id).join(
            Transcript, Transcript.id == TranscriptSegment.transcript_id
        )
        conditions.append(
            spoken.where(
                Transcript.recording_id == Recording.id,
                TranscriptSegment.language.in_(languages),
            ).exists()
        )
    return conditions


def _collections(session: Session, recording_id: int) -> frozenset[int]:
    return frozenset(
        session.scalars(
            select(RecordingCollection.collection_id).where(
                RecordingCollection.recording_id == recording_id
            )
        )
    )


def _read(
    session: Session, recording_id: int, reader: _Reader, collections: frozenset[int]
) -> Iterator[Misheard]:
    """Read the transcript that is shown; what a person edited or checked is right."""
    shown = session.scalar(
        select(Transcript.id)
        .where(
            Transcript.recording_id == recording_id,
            Transcript.complete.is_(True),
            Transcript.kind == TranscriptKind.SPEECH,
        )
        .order_by(Transcript.version.desc())
        .limit(1)
    )
    segments = session.execute(
        select(TranscriptSegment.text, TranscriptSegment.language, TranscriptSegment.start_ms)
        .where(
            TranscriptSegment.transcript_id == shown,
            TranscriptSegment.edited.is_(False),
            TranscriptSegment.checked.is_(False),
        )
        .order_by(TranscriptSegment.start_ms)
    )
    for text, language, start_ms in segments:
        for heard, term in reader.read(text, language, collections):
            yield Misheard(heard=heard, term=term, start_ms=start_ms)


def _affected(recording_id: int, title: str, misheard: Sequence[Misheard]) -> AffectedRecording:
    return AffectedRecording(
        recording_id=recording_id,
        title=title,
        count=len(misheard),
        examples=tuple(misheard[:_MOST_EXAMPLES]),
    )


def _as_term(entry: Entry) -> Term:
    draft = entry.draft
    return Term(
        term=draft.term,
        language=draft.language,
        kind=draft.kind,
        variants=draft.variants,
        sounds_like=draft.sounds_like,
        of_collection=entry.collection_id is not None,
    )
