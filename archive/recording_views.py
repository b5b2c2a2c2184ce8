"""What pages, commands and the API show of recordings: frozen values, whole when read.

Read for `archive.recordings`, which decides who sees which.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session, selectinload

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
from archive.models.transcript import CAPTIONS
from archive.notices import Notice, read_notices
from archive.permissions import (
    Subject,
)
from archive.pipeline import Progress, Stage, StageProgress, progress_of
from archive.privacy.media_cuts import leaves_out, media_cuts_of
from archive.privacy.values import NO_CUTS, Cuts, make_cuts


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
    from_captions: bool
    """Its transcript came as captions with the file, not from a machine."""
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
    """What readers are to play is being made: something was cut since."""
    progress: Progress
    rereading: Progress | None
    """How far what was not clear is heard again, which nobody waits for; None: it is not."""
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

        None while there is none yet: never one with a sound that was muted, or hidden words.
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


def read_views(
    session: Session, where: ColumnElement[bool], *, now: datetime
) -> tuple[RecordingView, ...]:
    """Read those a condition holds for, whoever may see them; by number."""
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
    runs, shown = _stage_runs(session, ids), _shown(session, ids)
    return tuple(
        _view(recording, runs.get(recording.id, {}), now, shown=shown.get(recording.id))
        for recording in recordings
    )


def _shown(session: Session, recording_ids: Iterable[int]) -> Mapping[int, Row[int, bool, str]]:
    """Return what is to be told of the transcripts that are shown, by recording."""
    rows = session.execute(
        select(Transcript.recording_id, Transcript.checked, Transcript.source)
        .where(
            Transcript.recording_id.in_(recording_ids),
            Transcript.kind == TranscriptKind.SPEECH,
            Transcript.complete.is_(True),
        )
        .order_by(Transcript.version)
    ).all()
    return {row.recording_id: row for row in rows}


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
    shown: Row[int, bool, str] | None,
) -> RecordingView:
    cuts = make_cuts(recording.cuts, recording.shown_from_ms, recording.shown_until_ms)
    files, muting = _files(recording, cuts)
    rereading = progress_of(
        {stage: run for stage, run in runs.items() if stage is Stage.READINGS},
        duration_ms=recording.duration_ms,
        now=now,
        only=Stage.READINGS,
    )
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
        checked=shown is not None and shown.checked,
        from_captions=shown is not None and shown.source == CAPTIONS,
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
        progress=progress_of(
            {stage: run for stage, run in runs.items() if stage is not Stage.READINGS},
            duration_ms=recording.duration_ms,
            now=now,
        ),
        rereading=rereading if rereading.stage else None,
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
