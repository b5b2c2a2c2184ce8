"""Collections: named groups of recordings in an order, each with a page of its own.

Runs in the caller's transaction. Recordings are put into collections where they are described;
here a collection itself is changed, and the order of what is in it.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from archive.audit import Noting
from archive.errors import InvalidInputError, NotFoundError
from archive.glossary.wording import fold_term, one_line
from archive.jobs import Jobs
from archive.models import (
    Collection,
    GlossaryTerm,
    Publication,
    Recording,
    RecordingCollection,
    Status,
)
from archive.permissions import Action, Actor, may, require
from archive.recording_views import RecordingView
from archive.recordings import list_some, readable, touch

note_change = Noting("collection")
MAX_TITLE = 200
MAX_DESCRIPTION = 10_000
MAX_SLUG = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionView:
    """A collection, for a page."""

    id: int
    title: str
    slug: str
    description: str
    edition: int
    count: int
    """Recordings in it that may be seen."""
    has_cover: bool
    cover_recording_id: int | None
    cover_at_ms: int | None
    uploaded: bool
    """Its cover is a picture someone uploaded."""

    @property
    def address(self) -> str:
        """Return the path of its page."""
        return _address(self.slug, self.id)


def make_collection(session: Session, title: str, *, now: datetime) -> Collection:
    """Make a collection that is not there yet."""
    collection = Collection(title=title, created_at=now)
    session.add(collection)
    session.flush()
    collection.slug = _free_slug(session, slug_of(title) or "collection", collection.id)
    session.flush()
    return collection


def add_collection(
    session: Session, *, title: str, description: str, actor: Actor, now: datetime
) -> CollectionView:
    """Make a collection, empty.

    Raises:
        InvalidInputError: there is one of this title, or it cannot be taken.
    """
    require(actor, Action.KEEP_COLLECTIONS)
    title = _read_title(session, title, besides=None)
    collection = make_collection(session, title, now=now)
    collection.description = _read_description(description)
    session.flush()
    note_change(session, "made", collection.id, {}, _said(collection), actor=actor, now=now)
    return _view(collection, 0)


def list_collections(session: Session, *, actor: Actor) -> tuple[CollectionView, ...]:
    """List collections by title; to readers those with something they may see."""
    counts = _counts(session, actor)
    rows = session.scalars(select(Collection).order_by(func.lower(Collection.title)))
    everything = _keeps(actor)
    return tuple(
        _view(row, counts.get(row.id, 0)) for row in rows if everything or counts.get(row.id)
    )


def get_collection(session: Session, address: str, *, actor: Actor) -> CollectionView:
    """Read a collection by its number or its address in words.

    Raises:
        NotFoundError: there is none, or nothing in it that the actor may see.
    """
    row = _find(session, address)
    count = _counts(session, actor).get(row.id, 0) if row else 0
    if row is None or not (count or _keeps(actor)):
        raise NotFoundError("There is no collection at this address, or it shows nothing yet.")
    return _view(row, count)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionName:
    """What a collection is called, and where its page is."""

    title: str
    address: str


def collections_of(session: Session, recording_id: int) -> tuple[CollectionName, ...]:
    """Return the collections of a recording, the main one first."""
    rows = session.scalars(
        select(Collection)
        .join(RecordingCollection, RecordingCollection.collection_id == Collection.id)
        .where(RecordingCollection.recording_id == recording_id)
        .order_by(RecordingCollection.rank)
    )
    return tuple(
        CollectionName(title=row.title, address=_address(row.slug, row.id)) for row in rows
    )


def recordings_in(
    session: Session, collection_id: int, *, actor: Actor, now: datetime
) -> tuple[RecordingView, ...]:
    """Return the recordings of a collection that someone may see, in its order."""
    ids = session.scalars(
        select(RecordingCollection.recording_id)
        .join(Recording, Recording.id == RecordingCollection.recording_id)
        .where(RecordingCollection.collection_id == collection_id, *shown_to(actor))
        .order_by(RecordingCollection.place, RecordingCollection.id)
    ).all()
    return list_some(session, ids, now=now)


def change_collection(  # noqa: PLR0913 - each thing that is said of it
    session: Session,
    jobs: Jobs,
    collection_id: int,
    *,
    title: str,
    slug: str,
    description: str,
    edition: int,
    actor: Actor,
    now: datetime,
) -> CollectionView:
    """Change what is said of a collection; the search follows a new title.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: it cannot be taken, or somebody else changed it meanwhile.
    """
    require(actor, Action.KEEP_COLLECTIONS)
    row = collection_row(session, collection_id)
    if row.edition != edition:
        raise InvalidInputError(
            "Somebody else changed this collection meanwhile. What is below is what you typed; "
            f"it is called “{row.title}” now. Look it over and save again."
        )
    title = _read_title(session, title, besides=row.id)
    before = _said(row)
    wanted = slug_of(slug) or slug_of(title) or "collection"
    if wanted != row.slug:
        row.slug = _free_slug(session, wanted, row.id)
    renamed = title != row.title
    row.title, row.description = title, _read_description(description)
    session.flush()
    if _said(row) != before:
        row.edition += 1
        note_change(session, "changed", row.id, before, _said(row), actor=actor, now=now)
    if renamed:
        for recording in _members(session, collection_id):
            touch(session, jobs, recording, now=now)
    return _view(row, 0)


def remove_collection(session: Session, collection_id: int, *, actor: Actor, now: datetime) -> str:
    """Remove a collection that holds nothing; returns its title.

    Raises:
        NotFoundError: there is none.
        InvalidInputError: recordings are in it, or its glossary has terms.
    """
    require(actor, Action.KEEP_COLLECTIONS)
    row = collection_row(session, collection_id)
    count = len(_members(session, collection_id))
    if count:
        noun = "1 recording is" if count == 1 else f"{count} recordings are"
        raise InvalidInputError(f"{noun} in “{row.title}”; take them out first.")
    terms = session.scalar(select(func.count()).where(GlossaryTerm.collection_id == collection_id))
    if terms:
        raise InvalidInputError(
            f"The glossary of “{row.title}” has {terms} terms; export and remove them first."
        )
    # Recordings in the bin may be in it still; they come back without it.
    for member in session.scalars(
        select(RecordingCollection).where(RecordingCollection.collection_id == collection_id)
    ):
        session.delete(member)
    for recording in session.scalars(
        select(Recording).where(Recording.collection_id == collection_id)
    ):
        recording.collection_id = None
    note_change(session, "removed", row.id, _said(row), {}, actor=actor, now=now)
    title = row.title
    session.delete(row)
    session.flush()
    return title


def slug_of(text: str) -> str:
    """Make an address in words of a title: small letters of any script, hyphens between."""
    normal = unicodedata.normalize("NFKC", text).lower()
    words = re.sub(r"[\W_]+", "-", normal).strip("-")[:MAX_SLUG].strip("-")
    # A number alone is the address of a collection by its number.
    return f"collection-{words}" if words.isdecimal() else words


def _address(slug: str | None, collection_id: int) -> str:
    return f"/collections/{slug or collection_id}"


def _free_slug(session: Session, wanted: str, collection_id: int) -> str:
    taken = session.scalar(
        select(Collection.id).where(Collection.slug == wanted, Collection.id != collection_id)
    )
    return wanted if taken is None else f"{wanted}-{collection_id}"


def _read_title(session: Session, typed: str, *, besides: int | None) -> str:
    title = one_line(typed)
    if not title or len(title) > MAX_TITLE:
        raise InvalidInputError(f"Title: write one of up to {MAX_TITLE} characters.")
    folded = fold_term(title)
    for number, other in session.execute(select(Collection.id, Collection.title)):
        if number != besides and (other == title or (folded and fold_term(other) == folded)):
            raise InvalidInputError(f"Title: there is a collection “{other}” already.")
    return title


def _read_description(typed: str) -> str:
    text = typed.replace("\r\n", "\n").strip()
    if len(text) > MAX_DESCRIPTION:
        raise InvalidInputError(
            f"Description: it has {len(text)} characters; it may have {MAX_DESCRIPTION}."
        )
    return text


def _find(session: Session, address: str) -> Collection | None:
    if address.isdecimal() and len(address) < 10:  # noqa: PLR2004 - what a column holds
        return session.get(Collection, int(address))
    return session.scalar(select(Collection).where(Collection.slug == address))


def collection_row(session: Session, collection_id: int) -> Collection:
    """Return the row of a collection.

    Raises:
        NotFoundError: there is none.
    """
    row = session.get(Collection, collection_id)
    if row is None:
        raise NotFoundError(f"There is no collection {collection_id}; someone may have removed it.")
    return row


def _members(session: Session, collection_id: int) -> Sequence[Recording]:
    """Return the rows of the recordings in a collection, but for those in the bin."""
    return session.scalars(
        select(Recording)
        .join(RecordingCollection, RecordingCollection.recording_id == Recording.id)
        .where(
            RecordingCollection.collection_id == collection_id,
            Recording.publication.not_in([Publication.BINNED, Publication.GONE]),
        )
        .order_by(Recording.id)
    ).all()


def shown_to(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of recordings that pages of collections show someone."""
    return readable(actor), Recording.status != Status.REJECTED


def _counts(session: Session, actor: Actor) -> dict[int, int]:
    rows = session.execute(
        select(RecordingCollection.collection_id, func.count())
        .join(Recording, Recording.id == RecordingCollection.recording_id)
        .where(*shown_to(actor))
        .group_by(RecordingCollection.collection_id)
    )
    return {row[0]: row[1] for row in rows}


def _keeps(actor: Actor) -> bool:
    return may(actor, Action.KEEP_COLLECTIONS)


def _view(row: Collection, count: int) -> CollectionView:
    return CollectionView(
        id=row.id,
        title=row.title,
        slug=row.slug or "",
        description=row.description,
        edition=row.edition,
        count=count,
        has_cover=row.cover_file_id is not None or row.cover_recording_id is not None,
        cover_recording_id=row.cover_recording_id,
        cover_at_ms=row.cover_at_ms,
        uploaded=row.cover_file_id is not None,
    )


def _said(row: Collection) -> dict[str, object]:
    return {"title": row.title, "slug": row.slug, "description": row.description}
