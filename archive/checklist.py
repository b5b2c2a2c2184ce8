"""What a recording should have before it is published, and where to mend what is missing.

One function a check, listed in `CHECKS`; a part of the archive that wants another adds its function
there. Essentials keep a recording from being published, the rest is told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.language import language_name
from archive.licences import licence_of
from archive.models import Recording, Status, Transcript, TranscriptKind
from archive.privacy.checking import numbers_alone, open_flags, written_flags


class Weight(StrEnum):
    """What it means that something is missing."""

    ESSENTIAL = "essential"
    """It cannot be published."""
    ADVISED = "advised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of the list."""

    name: str
    """What is looked at: `Title`."""
    weight: Weight
    fulfilled: bool
    told: str
    """How it stands, or what is missing and what to do."""
    mend: str = ""
    """The path of the page where it is mended; empty: there is none."""


Check = Callable[[Session, Recording], Item | None]
"""Looks at a recording; None: it does not concern this one."""


def look_over(session: Session, recording: Recording) -> tuple[Item, ...]:
    """Return the list for a recording, in the order of `CHECKS`."""
    found = (check(session, recording) for check in CHECKS)
    return tuple(item for item in found if item is not None)


def in_the_way(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Return the essentials that are missing."""
    return tuple(item for item in items if item.weight is Weight.ESSENTIAL and not item.fulfilled)


def _title(_session: Session, recording: Recording) -> Item:
    there = bool(recording.title.strip())
    return Item(
        name="Title",
        weight=Weight.ESSENTIAL,
        fulfilled=there,
        told=recording.title if there else "It has none; readers would not know what it is.",
        mend=_describe(recording, "title"),
    )


def _date(_session: Session, recording: Recording) -> Item:
    day = recording.recorded_on
    return Item(
        name="Day of the session",
        weight=Weight.ADVISED,
        fulfilled=day is not None,
        told=(
            day.isoformat()
            if day
            else "It is not known; the search cannot narrow to its year, nor order by it."
        ),
        mend=_describe(recording, "recorded_on"),
    )


def _rights(_session: Session, recording: Recording) -> Item:
    licence = licence_of(recording.licence)
    told = licence.name if licence else recording.rights.split("\n")[0]
    return Item(
        name="Rights",
        weight=Weight.ADVISED,
        fulfilled=bool(told),
        told=told or "Nothing is said; readers do not know whether they may pass it on.",
        mend=_describe(recording, "licence"),
    )


def _language(_session: Session, recording: Recording) -> Item:
    known = recording.declared_languages or recording.language or recording.detected_language
    return Item(
        name="Language",
        weight=Weight.ADVISED,
        fulfilled=bool(known),
        told=_LANGUAGE[bool(known)],
        mend=_describe(recording, "languages"),
    )


def _transcript(session: Session, recording: Recording) -> Item:
    newest = session.execute(
        select(Transcript.complete, Transcript.checked)
        .where(Transcript.recording_id == recording.id, Transcript.kind == TranscriptKind.SPEECH)
        .order_by(Transcript.complete.desc(), Transcript.version.desc())
    ).first()
    if recording.status in (Status.WAITING, Status.PROCESSING):
        told = "It is still being made; readers would see it grow."
    elif newest is None or not newest.complete:
        told = "There is none; the recording is found by its description alone."
    elif not newest.checked:
        told = "Made by machine, and nobody has checked it; the page says so."
    else:
        told = "Checked by people."
    return Item(
        name="Transcript",
        weight=Weight.ADVISED,
        fulfilled=newest is not None and newest.complete and newest.checked,
        told=told,
        mend=f"/recordings/{recording.id}",
    )


def _privacy(session: Session, recording: Recording) -> Item:
    undecided = open_flags(session, recording.id)
    places = "one place" if undecided == 1 else f"{undecided} places"
    deaf = " or ".join(language_name(code) for code in numbers_alone(recording))
    return Item(
        name="Privacy of patients",
        weight=Weight.ESSENTIAL,
        fulfilled=not undecided,
        told=(
            f"In {places} a patient may be told by name, number or date of birth: decide to hide, "
            "mute or keep each."
            if undecided
            else "Nothing was found that nobody has decided about. A machine finds some, not all."
            + (f" Names in {deaf} it does not look for: listen there." if deaf else "")
        ),
        mend=f"/recordings/{recording.id}/privacy",
    )


def _written(session: Session, recording: Recording) -> Item | None:
    """Look at what is shown beside the transcript; told only where something was found."""
    words = written_flags(session, recording)
    if not words:
        return None
    told = ", ".join(f"“{one}”" for one in dict.fromkeys(words))
    return Item(
        name="Privacy of the description",
        weight=Weight.ADVISED,
        fulfilled=False,
        told=f"Title, description or chapters say {told}: take it out if it tells a patient.",
        mend=_describe(recording, "description"),
    )


def _describe(recording: Recording, field: str) -> str:
    return f"/recordings/{recording.id}/describe#{field}"


_LANGUAGE: Mapping[bool, str] = MappingProxyType(
    {
        True: "It is known what is spoken.",
        False: "It is not known what is spoken; say it, or wait until the machine has heard it.",
    }
)

CHECKS: tuple[Check, ...] = (_title, _date, _rights, _language, _privacy, _written, _transcript)
"""In the order they are told."""
