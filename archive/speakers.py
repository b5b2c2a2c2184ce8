"""Keeping who speaks: the turns of a recording, and the names people give its speakers.

Turns are of the sound, so a transcript made later gets its speakers from the same ones, and a
label keeps its name. Segments keep labels; whoever reads a transcript sees names. Everything
runs in the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.audit import note
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import Recording, Speaker, SpeakerTurns, Transcript, TranscriptSegment
from archive.permissions import Actor
from archive.recordings import editable_recording
from archive.speaker_turns import Turn

MAX_NAME = 100
_GIVEN = "Person"
"""Begins the label of a speaker that a person added."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSpeaker:
    """One of the voices of a transcript."""

    label: str
    """As the machine calls it: `Speaker 1`."""
    name: str
    """As people do; empty: nobody has said."""
    first_ms: int
    """When it is first heard."""
    spoken_ms: int
    """How long it speaks in all."""


def read_turns(session: Session, recording_id: int) -> tuple[Turn, ...] | None:
    """Read the turns of a recording in order of time; None: nobody has looked for them."""
    kept = session.get(SpeakerTurns, recording_id)
    if kept is None:
        return None
    return tuple(
        Turn(start_ms=start_ms, end_ms=end_ms, speaker=label)
        for start_ms, end_ms, label in kept.turns
    )


def keep_turns(
    session: Session, recording_id: int, turns: Sequence[Turn], *, model: str, now: datetime
) -> None:
    """Keep the turns of a recording in place of any it had; the names of labels stay."""
    session.merge(
        SpeakerTurns(
            recording_id=recording_id,
            model=model,
            turns=[[turn.start_ms, turn.end_ms, turn.speaker] for turn in turns],
            created_at=now,
        )
    )
    session.flush()


def read_names(session: Session, recording_id: int) -> Mapping[str, str]:
    """Read what people call the speakers of a recording, by label, in order of labels."""
    rows = session.execute(
        select(Speaker.label, Speaker.name)
        .where(Speaker.recording_id == recording_id)
        .order_by(func.length(Speaker.label), Speaker.label)
    )
    return {row.label: row.name for row in rows}


def list_speakers(
    session: Session, recording_id: int, transcript_id: int
) -> tuple[KeptSpeaker, ...]:
    """List whose words a transcript holds, in order of first appearance."""
    names = read_names(session, recording_id)
    first_ms = func.min(TranscriptSegment.start_ms)
    rows = session.execute(
        select(
            TranscriptSegment.speaker,
            first_ms.label("first_ms"),
            func.sum(TranscriptSegment.end_ms - TranscriptSegment.start_ms).label("spoken_ms"),
        )
        .where(TranscriptSegment.transcript_id == transcript_id, TranscriptSegment.speaker != "")
        .group_by(TranscriptSegment.speaker)
        .order_by(first_ms)
    )
    return tuple(
        KeptSpeaker(
            label=row.speaker,
            name=names.get(row.speaker, ""),
            first_ms=row.first_ms,
            spoken_ms=int(row.spoken_ms),
        )
        for row in rows
    )


def name_speakers(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    names: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Call speakers of a recording by names, everywhere; returns whether anything changed.

    Args:
        session: Of the caller's transaction.
        jobs: Lets captions and search follow.
        recording_id: Whose speakers.
        names: By label; empty: the label again. Labels that are not named stay as they are.
        actor: Who asks.
        now: The present, aware.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not.
        InvalidInputError: a name is too long, or a label is none of this recording's.
    """
    recording = editable_recording(session, recording_id, actor)
    wanted = {label: _clean(name) for label, name in names.items()}
    known = {turn.speaker for turn in read_turns(session, recording_id) or ()}
    known |= _labels(session, recording_id)
    if strange := wanted.keys() - known:
        raise InvalidInputError(f"This recording has no speaker called {min(strange)}.")
    kept = read_names(session, recording_id)
    changed = {label: name for label, name in wanted.items() if kept.get(label, "") != name}
    if not changed:
        return False
    session.execute(
        delete(Speaker).where(
            Speaker.recording_id == recording_id, Speaker.label.in_(changed.keys())
        )
    )
    session.add_all(
        Speaker(recording_id=recording_id, label=label, name=name)
        for label, name in changed.items()
        if name
    )
    note(
        session,
        actor=actor,
        action="named speakers",
        kind="recording",
        object_id=recording_id,
        before={label: kept.get(label, "") for label in changed},
        after=changed,
        now=now,
    )
    _follow(session, jobs, recording, now=now)
    return True


def add_speaker(session: Session, recording_id: int, name: str) -> str:
    """Return the label of a recording's speaker of a name; of a new one where there is none.

    Raises:
        InvalidInputError: the name is empty or too long.
    """
    name = _clean(name)
    if not name:
        raise InvalidInputError("Give the name of who speaks.")
    names = read_names(session, recording_id)
    for label, kept in names.items():
        if kept.casefold() == name.casefold():
            return label
    # Not "Speaker 1": a machine may call another voice so, later.
    taken = names.keys() | _labels(session, recording_id)
    label = next(one for number in count(1) if (one := f"{_GIVEN} {number}") not in taken)
    session.add(Speaker(recording_id=recording_id, label=label, name=name))
    session.flush()
    return label


def _labels(session: Session, recording_id: int) -> frozenset[str]:
    """Return the labels its transcripts have: a machine's, those of captions and of people."""
    rows = session.scalars(
        select(TranscriptSegment.speaker)
        .join(Transcript)
        .where(Transcript.recording_id == recording_id, TranscriptSegment.speaker != "")
        .distinct()
    )
    return frozenset(rows)


def _follow(session: Session, jobs: Jobs, recording: Recording, *, now: datetime) -> None:
    """Let captions and search follow a change of names."""
    recording.version += 1
    recording.updated_at = now
    session.flush()
    jobs.names(session, recording.id, recording.version)


def _clean(name: str) -> str:
    """Check a name as typed; a label typed over itself is none."""
    name = " ".join(name.split())
    if len(name) > MAX_NAME:
        raise InvalidInputError(
            f"The name {name[:20]}… has {len(name)} characters; a speaker's may have {MAX_NAME}."
        )
    return name
