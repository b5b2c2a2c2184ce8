"""Putting a term in place of another in chosen places, and taking that back as one.

Each recording gets one version of its transcript; words that stay keep their times
(`archive.editing`). Runs in the caller's transaction.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.editing.groups import apply_changes, revert_group
from archive.editing.operations import SegmentChange
from archive.errors import InvalidInputError, NotFoundError
from archive.jobs import Jobs
from archive.models import Collection, Replacement
from archive.permissions import Action, Actor, require
from archive.replacing.places import Place
from archive.replacing.wording import Term, keep_case, read_term
from archive.segment_rows import read_stored
from archive.transcripts import shown_transcript

_MOST_LISTED = 20
_MOST_NOTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """What came of it."""

    replacement_id: int
    places: int
    recordings: int
    skipped: int
    """Places that were changed by somebody since they were seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What came of taking it back."""

    found: str
    put: str
    segments: int
    recordings: int
    skipped: int
    """Segments that were changed by somebody since; they stay as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReplacement:
    """A correction that was made everywhere."""

    replacement_id: int
    found: str
    put: str
    collection: str | None
    places: int
    recordings: int
    account_name: str
    made_at: datetime
    undone_at: datetime | None


def replace_places(
    session: Session,
    jobs: Jobs,
    term: Term,
    places: Sequence[Place],
    puts: Mapping[str, str],
    *,
    collection_id: int | None,
    actor: Actor,
    now: datetime,
) -> Replaced:
    """Correct a term in some places.

    Args:
        session: Of the caller's transaction.
        jobs: Lets captions and search follow.
        term: What is replaced.
        places: Where, as they were seen.
        puts: What is put in place of each form, as typed.
        collection_id: Where it was looked for, for the list.
        actor: Who asks.
        now: The present, aware.

    Raises:
        NotAllowedError: the actor does not look after the archive.
        InvalidInputError: nothing was chosen, or what is put is empty or the same.
    """
    require(actor, Action.CURATE)
    wanted = {form: read_term(put) for form, put in puts.items()}
    if not places:
        raise InvalidInputError("Choose at least one place.")
    if any(not wanted.get(place.found.form) for place in places):
        raise InvalidInputError("Type what shall stand in place of it.")
    put = wanted.get(term.typed.casefold()) or next(iter(wanted.values()))
    group = f"replace-{secrets.token_hex(8)}"
    row = Replacement(
        found=term.typed,
        put=put,
        collection_id=collection_id,
        change_group=group,
        places=0,
        recordings=0,
        account_id=actor.account_id,
        account_name=actor.name,
        made_at=now,
        undone_at=None,
    )
    session.add(row)
    session.flush()
    skipped = 0
    for recording_id, here in _by_recording(places):
        done, left = _replace_in(
            session, jobs, recording_id, term, here, wanted, group=group, actor=actor, now=now
        )
        row.places += done
        row.recordings += bool(done)
        skipped += left
    if not row.places:
        raise InvalidInputError(
            "Nothing was changed: somebody changed these places meanwhile, or they would be the "
            "same. Look again."
        )
    _note(session, row, "corrected everywhere", actor=actor, now=now)
    return Replaced(
        replacement_id=row.id, places=row.places, recordings=row.recordings, skipped=skipped
    )


def undo_replacement(
    session: Session, jobs: Jobs, replacement_id: int, *, actor: Actor, now: datetime
) -> Undone:
    """Take a correction back, wherever nobody has changed the text since.

    Raises:
        NotAllowedError: the actor does not look after the archive.
        NotFoundError: there is no such correction.
        InvalidInputError: it was taken back already.
    """
    require(actor, Action.CURATE)
    row = session.get(Replacement, replacement_id)
    if row is None:
        raise NotFoundError("There is no such correction.")
    if row.undone_at is not None:
        raise InvalidInputError("This correction was taken back already.")
    reverted = revert_group(session, jobs, row.change_group, actor=actor, now=now)
    row.undone_at = now
    _note(session, row, "took back a correction", actor=actor, now=now)
    return Undone(
        found=row.found,
        put=row.put,
        segments=reverted.segments,
        recordings=len(reverted.recordings),
        skipped=reverted.skipped,
    )


def list_replacements(session: Session, *, actor: Actor) -> tuple[KeptReplacement, ...]:
    """List the latest corrections made everywhere, newest first."""
    require(actor, Action.CURATE)
    rows = session.execute(
        select(Replacement, Collection.title)
        .outerjoin(Collection, Collection.id == Replacement.collection_id)
        .order_by(Replacement.id.desc())
        .limit(_MOST_LISTED)
    )
    return tuple(
        KeptReplacement(
            replacement_id=row.id,
            found=row.found,
            put=row.put,
            collection=title,
            places=row.places,
            recordings=row.recordings,
            account_name=row.account_name,
            made_at=row.made_at,
            undone_at=row.undone_at,
        )
        for row, title in rows
    )


def rewrite(text: str, term: Term, places: Iterable[Place], puts: Mapping[str, str]) -> str:
    """Write a segment's text anew. Pure.

    Args:
        text: As it is.
        term: What is replaced.
        places: Of this text.
        puts: What is put in place of each form.
    """
    written, at = "", 0
    for place in sorted(places, key=lambda one: one.found.start):
        found = place.found
        written += text[at : found.start]
        written += keep_case(found.written, term.typed, puts[found.form])
        at = found.end
    return written + text[at:]


def _replace_in(  # noqa: PLR0913 - a step of `replace_places`
    session: Session,
    jobs: Jobs,
    recording_id: int,
    term: Term,
    places: Sequence[Place],
    puts: Mapping[str, str],
    *,
    group: str,
    actor: Actor,
    now: datetime,
) -> tuple[int, int]:
    """Correct one recording; returns how many places were, and how many were not."""
    by_segment: dict[str, list[Place]] = {}
    for place in places:
        by_segment.setdefault(place.uid, []).append(place)
    transcript = shown_transcript(session, recording_id)
    # Without words, which cost most of the reading; `apply_changes` reads those it needs.
    stored = read_stored(session, transcript.id, by_segment, words=False) if transcript else ()
    texts = {one.segment.uid: one.segment for one in stored}
    changes = []
    for uid, here in by_segment.items():
        segment = texts.get(uid)
        if segment is None or segment.revision != here[0].revision:
            continue
        text = rewrite(segment.text, term, here, puts)
        if text != segment.text:
            changes.append(SegmentChange(uid=uid, revision=segment.revision, text=text))
    if not changes:
        return 0, len(places)
    note = f"{term.typed} → {puts.get(term.typed.casefold()) or next(iter(puts.values()))}"
    applied = apply_changes(
        session,
        jobs,
        recording_id,
        changes,
        actor=actor,
        now=now,
        group=group,
        note=note[:_MOST_NOTED],
    )
    done = sum(len(by_segment[uid]) for uid in applied.changed)
    return done, len(places) - done


def _by_recording(places: Sequence[Place]) -> list[tuple[int, list[Place]]]:
    grouped: dict[int, list[Place]] = {}
    for place in places:
        grouped.setdefault(place.recording_id, []).append(place)
    # In one order, so that two corrections at once wait for each other and do not block.
    return sorted(grouped.items())


def _note(session: Session, row: Replacement, action: str, *, actor: Actor, now: datetime) -> None:
    audit.note(
        session,
        actor=actor,
        action=action,
        kind="replacement",
        object_id=row.id,
        before={"written": row.found},
        after={"written": row.put, "places": row.places, "recordings": row.recordings},
        now=now,
    )
