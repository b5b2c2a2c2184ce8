"""Reading and changing recordings: what pages, commands and the API show of them.

Views are frozen values, whole when the session is closed. Changes that the search index
must follow raise `version` and enqueue the index job in the same transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, false, func, select, update
from sqlalchemy.orm import Session, selectinload

from archive.errors import GoneError, MovedError, NotFoundError
from archive.index import Audience
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
from archive.permissions import (
    Action,
    Actor,
    Subject,
    may,
    no_recording,
    reads_everything,
    reads_own,
    reads_published,
    require,
)
from archive.pipeline import Progress, Stage, StageProgress, progress_of
from archive.privacy.media_cuts import leaves_out, media_cuts_of
from archive.privacy.values import NO_CUTS, Cuts, make_cuts

_REJECTED_SHOWN_FOR = timedelta(days=7)
_DELETED = (Publication.BINNED, Publication.GONE)
_HELD_AT_ONCE = 400


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
    """The main one of those it is in."""
    subjects: tuple[str, ...]
    """What it is about, as people gave it."""
    checked: bool
    """People have checked its transcript."""
    publication: Publication
    publish_at: datetime | None
    """When it becomes public by itself; None: nobody asked for that."""
    withdrawn_at: datetime | None
    withdrawn_reason: str
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
    cuts: Cuts = NO_CUTS
    """What readers do not get of it."""
    muting: bool = False
    """What readers are to play is being made: sound or picture were cut since."""
    progress: Progress
    shortcomings: tuple[Shortcoming, ...]
    version: int
    depositor_id: int | None
    created_at: datetime
    updated_at: datetime

    @property
    def subject(self) -> Subject:
        """What permission needs to know."""
        return Subject(
            publication=self.publication, depositor_id=self.depositor_id, recording_id=self.id
        )

    @property
    def in_progress(self) -> bool:
        """True while the worker has not finished with it."""
        return self.status in (Status.WAITING, Status.PROCESSING) or self.progress.stage is not None

    @property
    def playable_file(self) -> FileView | None:
        """What a browser plays for anyone, with what is cut out of it left out.

        None while there is none yet: never one with a sound that was muted.
        """
        if self.muting:
            return None
        return self.file(Role.MUTED) or self.whole_file

    @property
    def whole_file(self) -> FileView | None:
        """What a browser plays for who may hear all of it: the rendition, else the master."""
        return self.file(Role.RENDITION) or self.file(Role.MASTER)

    def file(self, role: Role) -> FileView | None:
        """Return the file in a role, or None."""
        return next((file for file in self.files if file.role is role), None)

    @property
    def stills(self) -> tuple[FileView, ...]:
        """Stills in order of time, of what readers see."""
        return tuple(
            file
            for file in self.files
            if file.role is Role.STILL and self.cuts.shows_picture(file.at_ms or 0)
        )


def get_recording(
    session: Session, recording_id: int, *, actor: Actor, now: datetime
) -> RecordingView:
    """Read a recording someone may see.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is.
        GoneError: it was withdrawn or deleted, and the actor may know that it was here.
        MovedError: it was merged into another.
    """
    views = _views(session, (Recording.id == recording_id) & _kept(), now=now)
    if views and may(actor, Action.READ, views[0].subject):
        return views[0]
    recording = session.get(Recording, recording_id)
    if recording is not None:
        _tell_gone(recording, actor)
    raise no_recording(recording_id)


def get_recordings(
    session: Session, recording_ids: Sequence[int], *, actor: Actor, now: datetime
) -> Mapping[int, RecordingView]:
    """Read those of some recordings that someone may see, by id."""
    views = _views(session, Recording.id.in_(recording_ids) & _kept(), now=now)
    return {view.id: view for view in views if may(actor, Action.READ, view.subject)}


def list_recordings(
    session: Session, *, actor: Actor, now: datetime, limit: int = 20, offset: int = 0
) -> tuple[RecordingView, ...]:
    """List what someone may see, newest session first; rejected files of their own for a week."""
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


def list_some(
    session: Session, recording_ids: Sequence[int], *, now: datetime
) -> tuple[RecordingView, ...]:
    """Read recordings in the order given; whoever asks has looked whether they may be seen."""
    by_id = {view.id: view for view in _views(session, Recording.id.in_(recording_ids), now=now)}
    return tuple(by_id[number] for number in recording_ids if number in by_id)


def editable_recording(session: Session, recording_id: int, actor: Actor) -> Recording:
    """Return the row of a recording that someone may change.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is.
        NotAllowedError: the actor may not change it.
    """
    return permitted_recording(session, recording_id, actor, Action.EDIT)


def permitted_recording(
    session: Session, recording_id: int, actor: Actor, action: Action
) -> Recording:
    """Return the row of a recording with which someone may do something.

    Raises:
        NotFoundError: there is none, or the actor may not know that there is: a refusal would
            tell that a number is taken.
        NotAllowedError: the actor knows of it, and may not do that.
    """
    recording = session.get(Recording, recording_id)
    if recording is None or recording.publication is Publication.GONE:
        raise no_recording(recording_id)
    subject = subject_of(recording)
    if recording.publication is Publication.BINNED and may(actor, Action.KNOW, subject):
        raise NotFoundError(f"Recording {recording_id} is in the bin; restore it first.")
    require(actor, action, subject)
    return recording


def hold(session: Session, recording_ids: Sequence[int]) -> None:
    """Let nobody else change these rows until the transaction ends; reads from now on see them.

    A read alone holds nothing: SQLite begins its transaction with the first write.
    """
    for at in range(0, len(recording_ids), _HELD_AT_ONCE):
        session.execute(
            update(Recording)
            .where(Recording.id.in_(recording_ids[at : at + _HELD_AT_ONCE]))
            .values(version=Recording.version),
            execution_options={"synchronize_session": False},
        )
    session.expire_all()


def touch(session: Session, jobs: Jobs, recording: Recording, *, now: datetime) -> None:
    """Note a change that the search index must follow, and enqueue that it does."""
    recording.version += 1
    recording.updated_at = now
    session.flush()
    jobs.index(session, recording.id, recording.version)


def readable(actor: Actor) -> ColumnElement[bool]:
    """Return the condition of what someone may read, for queries that list and count.

    What lies in the bin is in no list but the bin's own.
    """
    if reads_everything(actor):
        return Recording.publication.not_in(_DELETED)
    shown: ColumnElement[bool] = false()
    if reads_published(actor):
        shown = Recording.publication == Publication.PUBLISHED
    own = reads_own(actor)
    if own is not None:
        shown |= (Recording.depositor_id == own) & Recording.publication.not_in(_DELETED)
    return shown


def audience_of(session: Session, actor: Actor) -> Audience:
    """Tell what someone finds, as the index wants to know it.

    What was taken back is not found from that moment on, though the index follows later.
    """
    query = select(Recording.id).where(Recording.publication != Publication.PUBLISHED)
    if reads_everything(actor):
        gone = query.where(Recording.publication.in_(_DELETED))
        return Audience(everything=True, never=frozenset(session.scalars(gone)))
    own = reads_own(actor)
    also = frozenset[int]()
    if own is not None:
        mine = query.where(Recording.depositor_id == own, Recording.publication.not_in(_DELETED))
        also = frozenset(session.scalars(mine))
    return Audience(
        public=reads_published(actor),
        also=also,
        never=frozenset(session.scalars(query)) - also,
    )


def _visible(actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Return the condition of what lists show.

    What was rejected stands in them for a week, for who deposited it and for librarians.
    """
    kept = Recording.status != Status.REJECTED
    own = reads_own(actor)
    if reads_everything(actor) or own is not None:
        recent = Recording.updated_at > now - _REJECTED_SHOWN_FOR
        mine = recent if reads_everything(actor) else recent & (Recording.depositor_id == own)
        kept |= mine
    return readable(actor) & kept


def _kept() -> ColumnElement[bool]:
    """Return the condition of what was not deleted."""
    return Recording.publication.not_in(_DELETED)


def _tell_gone(recording: Recording, actor: Actor) -> None:
    """Say what became of a recording that someone may not see, if they may know.

    Of what never was public only librarians are told.
    """
    number, subject = recording.id, subject_of(recording)
    if recording.publication is Publication.WITHDRAWN and may(actor, Action.KNOW, subject):
        day = recording.withdrawn_at
        raise GoneError(
            "This recording was withdrawn.",
            recording_id=number,
            title=recording.title if recording.withdrawn_title else "",
            reason=recording.withdrawn_reason,
            day=day.date() if day else None,
        )
    was_public = recording.first_published_at is not None and reads_published(actor)
    if recording.publication not in _DELETED or not (was_public or reads_everything(actor)):
        return
    if recording.merged_into_id is not None:
        raise MovedError(
            f"Recording {number} was merged into recording {recording.merged_into_id}.",
            recording_id=number,
            into_id=recording.merged_into_id,
        )
    day = recording.deleted_at
    raise GoneError(
        "This recording was deleted.",
        recording_id=number,
        day=day.date() if day else None,
        binned=recording.publication is Publication.BINNED and reads_everything(actor),
    )


def subject_of(recording: Recording) -> Subject:
    """Return what permission needs to know of a row."""
    return Subject(
        publication=recording.publication,
        depositor_id=recording.depositor_id,
        recording_id=recording.id,
    )


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
            selectinload(Recording.cuts),
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
    said = recording.declared_languages.split()
    main = recording.language or next(iter(said), None) or recording.detected_language
    heard = recording.languages.split()
    return tuple(dict.fromkeys(([main] if main else []) + said + heard))


def _view(
    recording: Recording,
    runs: Mapping[Stage, StageProgress],
    now: datetime,
    *,
    checked: bool,
) -> RecordingView:
    cuts = make_cuts(recording.cuts, recording.shown_from_ms, recording.shown_until_ms)
    files, muting = _files(recording, cuts)
    return RecordingView(
        id=recording.id,
        title=recording.title,
        description=recording.description,
        recorded_on=recording.recorded_on,
        language=next(iter(_languages(recording)), None),
        languages=_languages(recording),
        speakers=tuple(recording.speakers.splitlines()),
        translate=recording.translate,
        collection=recording.collection.title if recording.collection else None,
        subjects=tuple(one.subject for one in recording.subjects),
        checked=checked,
        publication=recording.publication,
        publish_at=recording.publish_at,
        withdrawn_at=recording.withdrawn_at,
        withdrawn_reason=recording.withdrawn_reason,
        status=recording.status,
        problem=recording.problem,
        notices=read_notices(recording.notices),
        original_name=recording.original_name,
        duration_ms=recording.duration_ms,
        has_video=bool(recording.has_video),
        has_audio=bool(recording.has_audio),
        media=read_media_info(recording.media_info) if recording.media_info else None,
        files=files,
        cuts=cuts,
        muting=muting,
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


def _files(recording: Recording, cuts: Cuts) -> tuple[tuple[FileView, ...], bool]:
    """Return a recording's files, and whether what readers play is still to be made.

    A muted file that leaves out less than it should, or is not needed any more, is not among
    them; nor is the poster where some of the picture is not to be seen: it may show just that.
    """
    files = tuple(
        FileView(
            role=file.role,
            sha256=file.file.sha256,
            size_bytes=file.file.size_bytes,
            media_type=file.media_type,
            at_ms=file.at_ms,
        )
        for file in sorted(recording.files, key=lambda file: (file.role, file.at_ms or 0))
        if not (cuts.unseen and file.role is Role.POSTER)
    )
    wanted = media_cuts_of(
        cuts, has_audio=bool(recording.has_audio), has_video=bool(recording.has_video)
    )
    master = next((file.sha256 for file in files if file.role is Role.MASTER), "")
    if wanted and leaves_out(recording.muted_with, wanted, master):
        return files, not any(file.role is Role.MUTED for file in files)
    return tuple(file for file in files if file.role is not Role.MUTED), bool(wanted)
