"""The subjects of recordings: what each is about, in a few words, as people give them.

The same subject is spelled the same everywhere: whoever gives one that is there already gets
its spelling. Runs in the caller's transaction.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.audit import note
from archive.errors import InvalidInputError
from archive.glossary.wording import fold_term, one_line
from archive.jobs import Jobs
from archive.models import RecordingSubject, ThesaurusLabel
from archive.permissions import Actor
from archive.recordings import editable_recording, touch

MOST_SUBJECTS = 20
MAX_SUBJECT = 100
_BETWEEN = re.compile(r"[\n,;،；，、]")  # noqa: RUF001 - commas of Arabic and Chinese too


def read_subjects_typed(text: str) -> tuple[str, ...]:
    """Read subjects, one a line or with commas or semicolons between them; each once.

    Raises:
        InvalidInputError: they are too many, or too long.
    """
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        subject = one_line(part)
        if folded := fold_term(subject):
            found.setdefault(folded, subject)
    if len(found) > MOST_SUBJECTS or any(len(subject) > MAX_SUBJECT for subject in found.values()):
        raise InvalidInputError(
            f"There may be {MOST_SUBJECTS} subjects of {MAX_SUBJECT} characters; "
            "separate them with commas."
        )
    return tuple(found.values())


def subjects_of(session: Session, recording_id: int) -> tuple[str, ...]:
    """Return the subjects of a recording, in the order people gave them."""
    return tuple(
        session.scalars(
            select(RecordingSubject.subject)
            .where(RecordingSubject.recording_id == recording_id)
            .order_by(RecordingSubject.place)
        )
    )


def keep_subjects(session: Session, recording_id: int, subjects: Sequence[str]) -> None:
    """Write the subjects of a recording in place of those it had."""
    session.execute(delete(RecordingSubject).where(RecordingSubject.recording_id == recording_id))
    folded = [fold_term(subject)[:MAX_SUBJECT] for subject in subjects]
    concepts = concepts_of(session, folded)
    spelled = {
        row.folded: row.subject
        for row in session.execute(
            select(RecordingSubject.folded, RecordingSubject.subject)
            .where(RecordingSubject.folded.in_(folded))
            .order_by(RecordingSubject.id.desc())
        )
    }
    session.add_all(
        RecordingSubject(
            recording_id=recording_id,
            place=place,
            subject=spelled.get(key, subject),
            folded=key,
            concept_id=concepts.get(key),
        )
        for place, (key, subject) in enumerate(zip(folded, subjects, strict=True))
    )
    session.flush()


def concepts_of(session: Session, folded: Sequence[str]) -> dict[str, str]:
    """Return the concept of the thesaurus that each subject names, where it is one only."""
    rows = session.execute(
        select(ThesaurusLabel.folded, func.min(ThesaurusLabel.concept_id))
        .where(ThesaurusLabel.folded.in_(folded))
        .group_by(ThesaurusLabel.folded)
        .having(func.count(ThesaurusLabel.concept_id.distinct()) == 1)
    )
    return {row[0]: row[1] for row in rows}


def set_subjects(
    session: Session, jobs: Jobs, recording_id: int, text: str, *, actor: Actor, now: datetime
) -> bool:
    """Give a recording subjects, as typed; tell whether that changed anything.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
        InvalidInputError: see `read_subjects_typed`.
    """
    recording = editable_recording(session, recording_id, actor)
    before = subjects_of(session, recording_id)
    keep_subjects(session, recording_id, read_subjects_typed(text))
    if subjects_of(session, recording_id) == before:
        return False
    recording.edition += 1
    note(
        session,
        actor=actor,
        action="described",
        kind="recording",
        object_id=recording_id,
        before={"subjects": "\n".join(before)},
        after={"subjects": "\n".join(subjects_of(session, recording_id))},
        now=now,
    )
    touch(session, jobs, recording, now=now)
    return True
