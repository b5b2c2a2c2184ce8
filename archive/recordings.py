"""Reading and changing recordings: what pages, commands and the API show of them.

Views are frozen values, whole when the session is closed. Changes that the search index
must follow raise `version` and enqueue the index job in the same transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from archive.errors import InvalidInputError, NotFoundError
from archive.jobs import Jobs
from archive.media_info import MediaInfo, read_media_info
from archive.models import (
    Publication,
    Recording,
    RecordingFile,
    Role,
    StageRun,
    StageState,
    Status,
    Transcript,
    TranscriptKind,
)
from archive.notices import Notice, read_notices
from archive.permissions import Action, Actor, Subject, may, require
from archive.pipeline import Progress, Stage, StageProgress, progress_of

_REJECTED_SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file of a recording."""

    role: Role
    sha256: str
    size_bytes: int
    media_type: str
    at_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcoming:
    """A stage that failed, in words for the page."""

    stage: Stage
    missing: str
    """What the recording lacks."""
    problem: str
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingView:
    """Everything a page shows of a recording but its transcript."""

    id: int
    title: str
    description: str
    recorded_on: date | None
    language: str | None
    """What is spoken: as the depositor said, else as found."""
    languages: tuple[str, ...]
    """All that is spoken, the main one first."""
    speakers: tuple[str, ...]
    """Who speaks, as the depositor said."""
    translate: bool
    """An English translation was asked for."""
    collection: str | None
    subjects: tuple[str, ...]
    """What it is about, as people gave it."""
    checked: bool
    """People have checked its transcript."""
    publication: Publication
    status: Status
    problem: str | None
    notices: tuple[Notice, ...]
    original_name: str
    duration_ms: int | None
    has_video: bool
    has_audio: bool
    media: MediaInfo | None
    """What is in the file; None until it was looked at."""
    files: tuple[FileView, ...]
    """All but the pictures of slides."""
    progress: Progress
    shortcomings: tuple[Shortcoming, ...]
    version: int
    depositor_id: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def subject(self) -> Subject:
        """What permission needs to know."""
        return Subject(publication=self.publication, depositor_id=self.depositor_id)

    @property
    def in_progress(self) -> bool:
        """True while the worker has not finished with it."""
        return self.status in (Status.WAITING, Status.PROCESSING) or self.progress.stage is not None

    @property
    def playable_file(self) -> FileView | None:
        """What a browser plays: the rendition, else the master."""
        return self.file(Role.RENDITION) or self.file(Role.MASTER)

    def file(self, role: Role) -> FileView | None:
        """Return the file in a role, or None."""
        return next((file for file in self.files if file.role is role), None)

    @property
    def stills(self) -> tuple[FileView, ...]:
        """Stills in order of time."""
        return tuple(file for file in self.files if file.role is Role.STILL)


def get_recording(
    session: Session, recording_id: int, *, actor: Actor, now: datetime
) -> RecordingView:
    """Read a recording someone may see.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is.
    """
    views = _views(session, Recording.id == recording_id, now=now)
    if not views or not may(actor, Action.READ, views[0].subject):
        raise NotFoundError(f"There is no recording {recording_id}, or it is not published.")
    return views[0]


def get_recordings(
    session: Session, recording_ids: Sequence[int], *, actor: Actor, now: datetime
) -> Mapping[int, RecordingView]:
    """Read those of some recordings that someone may see, by id."""
    views = _views(session, Recording.id.in_(recording_ids), now=now)
    return {view.id: view for view in views if may(actor, Action.READ, view.subject)}


def list_recordings(
    session: Session, *, actor: Actor, now: datetime, limit: int = 20, offset: int = 0
) -> tuple[RecordingView, ...]:
    """List what someone may see, newest session first; rejected ones to accounts for a week."""
    visible = _visible(actor, now)
    ids = session.scalars(
        select(Recording.id)
        .where(visible)
        .order_by(
            func.coalesce(Recording.recorded_on, func.date(Recording.created_at)).desc(),
            Recording.id.desc(),
        )
        .limit(limit)
        .offset(offset)
    ).all()
    by_id = {view.id: view for view in _views(session, Recording.id.in_(ids), now=now)}
    return tuple(by_id[recording_id] for recording_id in ids)


def count_recordings(session: Session, *, actor: Actor, now: datetime) -> int:
    """Count what `list_recordings` lists."""
    return session.scalar(select(func.count(Recording.id)).where(_visible(actor, now))) or 0


def set_publication(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    publication: Publication,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Publish a recording or take it back.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: the actor may not.
        InvalidInputError: it was rejected, so there is nothing to publish.
    """
    recording = _one(session, recording_id)
    require(actor, Action.PUBLISH, _subject(recording))
    if recording.status is Status.REJECTED:
        raise InvalidInputError("This file was not kept, so there is nothing to publish.")
    if recording.publication is publication:
        return
    recording.publication = publication
    recording.published_at = now if publication is Publication.PUBLISHED else None
    touch(session, jobs, recording, now=now)


def editable_recording(session: Session, recording_id: int, actor: Actor) -> Recording:
    """Return the row of a recording that someone may change.

    Raises:
        NotFoundError: there is none.
        NotAllowedError: the actor may not.
    """
    recording = _one(session, recording_id)
    require(actor, Action.EDIT, _subject(recording))
    return recording


def touch(session: Session, jobs: Jobs, recording: Recording, *, now: datetime) -> None:
    """Note a change that the search index must follow, and enqueue that it does."""
    recording.version += 1
    recording.updated_at = now
    session.flush()
    jobs.index(session, recording.id, recording.version)


def _visible(actor: Actor, now: datetime) -> ColumnElement[bool]:
    if actor.operator or actor.account_id is not None:
        return (Recording.status != Status.REJECTED) | (
            Recording.updated_at > now - _REJECTED_SHOWN_FOR
        )
    return (Recording.publication == Publication.PUBLISHED) & (Recording.status != Status.REJECTED)


def _one(session: Session, recording_id: int) -> Recording:
    recording = session.get(Recording, recording_id)
    if recording is None:
        raise NotFoundError(f"There is no recording {recording_id}.")
    return recording


def _subject(recording: Recording) -> Subject:
    return Subject(publication=recording.publication, depositor_id=recording.depositor_id)


def _views(
    session: Session, where: ColumnElement[bool], *, now: datetime
) -> tuple[RecordingView, ...]:
    recordings = session.scalars(
        select(Recording)
        .where(where)
        .options(
            # Slides may be hundreds; `archive.slide_pictures` gives them one at a time.
            selectinload(
                Recording.files.and_(RecordingFile.role.not_in([Role.SLIDE, Role.SLIDE_SMALL]))
            ).joinedload(RecordingFile.file),
            selectinload(Recording.collection),
            selectinload(Recording.subjects),
        )
        .order_by(Recording.id)
    ).all()
    ids = [recording.id for recording in recordings]
    runs, checked = _stage_runs(session, ids), _checked(session, ids)
    return tuple(
        _view(recording, runs.get(recording.id, {}), now, checked=recording.id in checked)
        for recording in recordings
    )


def _checked(session: Session, recording_ids: Iterable[int]) -> frozenset[int]:
    """Return those of some recordings whose transcript people have checked."""
    rows = session.execute(
        select(Transcript.recording_id, Transcript.checked)
        .where(
            Transcript.recording_id.in_(recording_ids),
            Transcript.kind == TranscriptKind.SPEECH,
            Transcript.complete.is_(True),
        )
        .order_by(Transcript.version)
    ).all()
    newest = {row.recording_id: row.checked for row in rows}
    return frozenset(recording_id for recording_id, checked in newest.items() if checked)


def _stage_runs(
    session: Session, recording_ids: Iterable[int]
) -> dict[int, dict[Stage, StageProgress]]:
    found: dict[int, dict[Stage, StageProgress]] = {}
    for run in session.scalars(select(StageRun).where(StageRun.recording_id.in_(recording_ids))):
        found.setdefault(run.recording_id, {})[Stage(run.stage)] = StageProgress(
            state=run.state,
            fraction=run.fraction,
            started_at=run.started_at,
            updated_at=run.updated_at,
            problem=run.problem,
        )
    return found


def _languages(recording: Recording) -> tuple[str, ...]:
    main = recording.language or recording.detected_language
    heard = recording.languages.split()
    return tuple(dict.fromkeys(([main] if main else []) + heard))


def _view(
    recording: Recording,
    runs: Mapping[Stage, StageProgress],
    now: datetime,
    *,
    checked: bool,
) -> RecordingView:
    return RecordingView(
        id=recording.id,
        title=recording.title,
        description=recording.description,
        recorded_on=recording.recorded_on,
        language=recording.language or recording.detected_language,
        languages=_languages(recording),
        speakers=tuple(recording.speakers.splitlines()),
        translate=recording.translate,
        collection=recording.collection.title if recording.collection else None,
        subjects=tuple(one.subject for one in recording.subjects),
        checked=checked,
        publication=recording.publication,
        status=recording.status,
        problem=recording.problem,
        notices=read_notices(recording.notices),
        original_name=recording.original_name,
        duration_ms=recording.duration_ms,
        has_video=bool(recording.has_video),
        has_audio=bool(recording.has_audio),
        media=read_media_info(recording.media_info) if recording.media_info else None,
        files=tuple(
            FileView(
                role=file.role,
                sha256=file.file.sha256,
                size_bytes=file.file.size_bytes,
                media_type=file.media_type,
                at_ms=file.at_ms,
            )
            for file in sorted(recording.files, key=lambda file: (file.role, file.at_ms or 0))
        ),
        progress=progress_of(runs, duration_ms=recording.duration_ms, now=now),
        shortcomings=tuple(
            Shortcoming(stage=stage, missing=stage.missing, problem=runs[stage].problem or "")
            for stage in Stage
            if stage in runs and runs[stage].state is StageState.FAILED
        ),
        version=recording.version,
        depositor_id=recording.depositor_id,
        created_at=recording.created_at,
        updated_at=recording.updated_at,
    )
