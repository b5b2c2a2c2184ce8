"""Turning what a search found only by its sound into a correction, and into knowledge.

Where "artesunate" was heard as "artisanate", a librarian says so once and the transcript is put
right there, which can be undone. Told of it too, the glossary lists it as a mishearing:
recognition knows it then, and the recordings it concerns can be transcribed again. Runs in the
caller's transaction.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.errors import InvalidInputError
from archive.glossary.drafts import read_draft
from archive.glossary.terms import add_term, as_entry, change_term
from archive.glossary.values import Entry
from archive.glossary.wording import fold_term, squeeze
from archive.index.analysis import Stemmer
from archive.jobs import Jobs
from archive.models import GlossaryTerm
from archive.permissions import Action, Actor, require
from archive.replacing.places import find_places_between
from archive.replacing.replacing import Replaced, replace_places
from archive.replacing.wording import Term


def note_mishearing(
    session: Session, *, term: str, heard: str, actor: Actor, now: datetime
) -> Entry:
    """List what was heard in place of a term; adds the term where the glossary has none.

    Idempotent: what is listed already stays as it is.

    Args:
        session: of the caller's transaction.
        term: As it should be written; found by its name or one of its variants.
        heard: As it stands in the transcript.
        actor: Who says so.
        now: The present.

    Raises:
        NotAllowedError: the actor does not keep the glossary.
        InvalidInputError: one of the two is empty or too long, or both are the same.
    """
    require(actor, Action.KEEP_GLOSSARY)
    draft = read_draft(term=term, sounds_like=(heard,), source="misheard, found by searching")
    known = _find(session, draft.term)
    if known is None:
        return add_term(session, None, draft, actor=actor, now=now)
    listed = {squeeze(one) for one in known.draft.sounds_like}
    if squeeze(heard) in listed:
        return known
    longer = replace(known.draft, sounds_like=(*known.draft.sounds_like, *draft.sounds_like))
    return change_term(session, known.id, longer, actor=actor, now=now)


def correct_mishearing(  # noqa: PLR0913 - where, what and by whom
    session: Session,
    jobs: Jobs,
    recording_id: int,
    *,
    term: str,
    heard: str,
    start_ms: int,
    end_ms: int,
    stemmer: Stemmer,
    actor: Actor,
    now: datetime,
) -> Replaced:
    """Put a term in place of what was heard, in the segments of one moment.

    As a correction made everywhere, it makes a version, is listed and can be undone.

    Args:
        session: Of the caller's transaction.
        jobs: Lets captions and search follow.
        recording_id: Whose transcript.
        term: As it should be written.
        heard: As it stands in the transcript.
        start_ms: Of the words heard.
        end_ms: Of them, exclusive.
        stemmer: Reads the words.
        actor: Who says so.
        now: The present, aware.

    Raises:
        NotAllowedError: the actor does not look after the archive.
        NotFoundError: there is no such recording.
        InvalidInputError: it does not stand there, or not within one segment.
    """
    looked_for = Term(heard, stemmer)
    places = find_places_between(
        session, looked_for, recording_id, start_ms=start_ms, end_ms=end_ms, actor=actor
    )
    if not places:
        raise InvalidInputError(
            f"“{heard}” does not stand there by itself any more: it was changed meanwhile, or it "
            "goes on in the next caption. The transcript's own page has it."
        )
    puts = {place.found.form: term for place in places}
    return replace_places(
        session, jobs, looked_for, places, puts, collection_id=None, actor=actor, now=now
    )


def _find(session: Session, term: str) -> Entry | None:
    """Return the archive's term of a name, else of a variant; the first by its language."""
    folded = fold_term(term)
    rows = session.scalars(
        select(GlossaryTerm)
        .where(GlossaryTerm.collection_id.is_(None))
        .order_by(GlossaryTerm.language, GlossaryTerm.id)
    ).all()
    named = [row for row in rows if row.folded == folded]
    if not named:
        named = [row for row in rows if any(fold_term(one) == folded for one in row.variants)]
    return as_entry(named[0]) if named else None
