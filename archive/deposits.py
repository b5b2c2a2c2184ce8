"""Depositing a file: the recording and its job are written in one transaction.

The bytes are in the store before; a file that is already someone's master leads to that
recording. Nothing here reads media: the worker looks at what is inside.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import PurePosixPath, PureWindowsPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.describing.keeping import Keeper
from archive.describing.values import Credit, Described
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.language import is_known
from archive.models import (
    Publication,
    Recording,
    RecordingFile,
    Role,
    Status,
    StoredFile,
)
from archive.storage import Blob
from archive.subjects import read_subjects_typed

MAX_TITLE = 300
MAX_DESCRIPTION = 20_000
_MAX_NAME = 255
_MAX_COLLECTION = 200
_MAX_SPEAKERS = 40
_MAX_SPEAKER = 100
_NAMES = re.compile(r"[\n,;،；，]")  # noqa: RUF001 - commas of Arabic and Chinese too
_SEPARATORS = re.compile(r"[\s_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the depositor says about a recording."""

    title: str = ""
    """Empty: made from the file's name."""
    recorded_on: date | None = None
    language: str | None = None
    """ISO 639 code; None: found by the machine."""
    description: str = ""
    collection: str | None = None
    speakers: tuple[str, ...] = ()
    """Who speaks; recognition knows the names then."""
    translate: bool = False
    """Make an English translation of what is not in English."""
    subjects: tuple[str, ...] = ()
    """What it is about, in a few words each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposited:
    """What became of a deposit."""

    recording_id: int
    existing: bool
    """True when the same bytes were here already; then this is that recording."""


def read_description(
    *,
    title: str = "",
    recorded_on: str = "",
    language: str = "",
    description: str = "",
    collection: str = "",
    speakers: str = "",
    subjects: str = "",
    translate: bool = False,
) -> Description:
    """Check what a form or a command gave.

    Raises:
        InvalidInputError: names the field and what it takes.
    """
    title = _one_line(title)
    if len(title) > MAX_TITLE:
        raise InvalidInputError(f"The title has {len(title)} characters; it may have {MAX_TITLE}.")
    if len(description) > MAX_DESCRIPTION:
        raise InvalidInputError(
            f"The description has {len(description)} characters; it may have {MAX_DESCRIPTION}."
        )
    language = language.strip().lower()
    if language in ("", "auto"):
        language = ""
    elif not is_known(language):
        raise InvalidInputError(
            f"{language!r} is not a language code the speech model knows; "
            "use one such as en, fr, pt, ar, sw, am, zh or id, or leave it automatic."
        )
    collection = _one_line(collection)
    if len(collection) > _MAX_COLLECTION:
        raise InvalidInputError(f"The collection's name may have {_MAX_COLLECTION} characters.")
    return Description(
        title=title,
        recorded_on=_read_date(recorded_on.strip()),
        language=language or None,
        description=description.strip(),
        collection=collection or None,
        speakers=_read_speakers(speakers),
        translate=translate,
        subjects=read_subjects_typed(subjects),
    )


def deposit(
    session: Session,
    jobs: Jobs,
    *,
    blob: Blob,
    file_name: str,
    description: Description,
    depositor_id: int | None,
    publish: bool,
    now: datetime,
) -> Deposited:
    """Write the recording and its job; runs in the caller's transaction.

    Args:
        blob: The file, already in the store.
        file_name: The depositor's name for it; shown, and the title when none was given.
        depositor_id: None for the operator.
        publish: Anyone may see it from the start.
    """
    file = session.scalar(select(StoredFile).where(StoredFile.sha256 == blob.sha256))
    if file is None:
        file = StoredFile(sha256=blob.sha256, size_bytes=blob.size_bytes, created_at=now)
        session.add(file)
        session.flush()
    elif (first := _recording_of(session, file)) is not None:
        if publish and first.publication is not Publication.PUBLISHED:
            first.publication, first.published_at = Publication.PUBLISHED, now
            first.version += 1
            jobs.index(session, first.id, first.version)
        return Deposited(recording_id=first.id, existing=True)
    name = display_name(file_name)
    recording = Recording(
        title=description.title or title_from_name(name),
        description=description.description,
        translate=description.translate,
        recorded_on=description.recorded_on,
        language=description.language,
        declared_languages=description.language or "",
        depositor_id=depositor_id,
        publication=Publication.PUBLISHED if publish else Publication.DRAFT,
        published_at=now if publish else None,
        first_published_at=now if publish else None,
        status=Status.WAITING,
        original_name=name,
        created_at=now,
        updated_at=now,
    )
    session.add(recording)
    session.flush()
    session.add(
        RecordingFile(
            recording_id=recording.id,
            file_id=file.id,
            role=Role.MASTER,
            media_type="application/octet-stream",
        )
    )
    _keep_names(session, recording, description, now)
    jobs.process(session, recording.id, recording.attempt)
    return Deposited(recording_id=recording.id, existing=False)


def is_kept(session: Session, sha256: str) -> bool:
    """Tell whether stored bytes belong to a recording (else a failed deposit left them)."""
    return session.scalar(select(StoredFile.id).where(StoredFile.sha256 == sha256)) is not None


def display_name(file_name: str) -> str:
    """Make a user's file name fit to show: its last part, printable, at most 255 characters.

    Never used as a path.
    """
    last = PureWindowsPath(PurePosixPath(file_name).name).name
    clean = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    clean = _one_line(clean)
    if len(clean) > _MAX_NAME:
        stem, dot, suffix = clean.rpartition(".")
        keep = _MAX_NAME - len(suffix) - 2
        clean = f"{stem[:keep]}…{dot}{suffix}" if dot and keep > 0 else clean[:_MAX_NAME]
    return clean or "recording"


def title_from_name(name: str) -> str:
    """Make a title from a file name: without its ending, underscores as spaces."""
    stem, dot, suffix = name.rpartition(".")
    base = stem if dot and stem and len(suffix) <= 5 else name  # noqa: PLR2004 - .webm
    return _SEPARATORS.sub(" ", base).strip()[:MAX_TITLE] or "Untitled recording"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _read_speakers(text: str) -> tuple[str, ...]:
    """Read names, one a line or with commas or semicolons between them."""
    names = tuple(dict.fromkeys(name for part in _NAMES.split(text) if (name := _one_line(part))))
    if len(names) > _MAX_SPEAKERS or any(len(name) > _MAX_SPEAKER for name in names):
        raise InvalidInputError(
            f"There may be {_MAX_SPEAKERS} speakers with names of {_MAX_SPEAKER} characters; "
            "separate them with commas."
        )
    return names


def _read_date(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise InvalidInputError(
            f"The date {text!r} cannot be read; write it as year-month-day, such as 2020-04-16."
        ) from exc


def _recording_of(session: Session, file: StoredFile) -> Recording | None:
    return session.scalar(
        select(Recording)
        .join(RecordingFile)
        .where(
            RecordingFile.file_id == file.id,
            RecordingFile.role == Role.MASTER,
            Recording.publication.not_in([Publication.BINNED, Publication.GONE]),
        )
        .order_by(Recording.id)
        .limit(1)
    )


def _keep_names(
    session: Session, recording: Recording, description: Description, now: datetime
) -> None:
    """Write who speaks, the collection and the subjects: what has rows of its own."""
    keeper = Keeper(session, now=now)
    before = Described(title=recording.title)
    wanted = replace(
        before,
        people=_credits(keeper, description.speakers),
        collections=(description.collection,) if description.collection else (),
        subjects=description.subjects,
    )
    keeper.keep(recording, before, keeper.settle(recording.id, before, wanted))
    recording.edition = 1
    keeper.finish()


def _credits(keeper: Keeper, names: Sequence[str]) -> tuple[Credit, ...]:
    """Make presenters of names; one that several people have is the first of them.

    A deposit is not refused for that: a librarian says later who is meant.
    """
    credits_ = []
    for name in names:
        credit = Credit(name=name)
        try:
            credits_.append(keeper.people.settle(credit))
        except InvalidInputError:
            credits_.append(keeper.people.first_called(credit))
    return tuple(dict.fromkeys(credits_))
