"""Makes what pages show: recordings with media, transcripts, stills, accounts; all real."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_security import hash_password
from sqlalchemy import select, update

from archive.accounts import create_account
from archive.database import Database
from archive.deposits import Description, deposit
from archive.index import IndexDocument, SearchIndex, SlideText
from archive.jobs import Jobs
from archive.media_info import AudioStream, MediaInfo, VideoStream, write_media_info
from archive.models import (
    Account,
    Recording,
    RecordingFile,
    Role,
    Slide,
    SlideSource,
    StageRun,
    StageState,
    Status,
    StoredFile,
    TranscriptKind,
)
from archive.notices import Notice, write_notices
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.storage import Storage
from archive.subjects import subjects_of
from archive.transcript import Segment, Word
from archive.transcripts import (
    begin_transcript,
    complete_transcript,
    keep_batch,
    spoken_languages,
)

MADE_AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
_WORD_MS = 400
_MP4_HEAD = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"

_PICTURE = VideoStream(
    index=0,
    codec="h264",
    width=640,
    height=360,
    frame_rate=25.0,
    pixel_format="yuv420p",
    key_frame_gap_ms=2000,
)
_SOUND = AudioStream(
    index=1,
    codec="aac",
    sample_rate_hz=48_000,
    channels=2,
    start_ms=0,
    language=None,
    has_gaps=False,
)


def speak(text: str, *, start_ms: int = 0, language: str = "en") -> Segment:
    """Make a segment of words, one every 400 ms; Chinese has a word a character."""
    pieces = list(text) if language == "zh" else [f" {word}" for word in text.split()]
    words = tuple(
        Word(
            start_ms=start_ms + number * _WORD_MS,
            end_ms=start_ms + (number + 1) * _WORD_MS - 50,
            text=piece,
            confidence=0.9,
        )
        for number, piece in enumerate(pieces)
    )
    return Segment(
        start_ms=start_ms,
        end_ms=words[-1].end_ms,
        text=text,
        language=language,
        confidence=0.9,
        words=words,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Archivist:
    """Puts things into an archive as the worker would have."""

    database: Database
    storage: Storage
    index: SearchIndex
    jobs: Jobs

    def recording(  # noqa: PLR0913 - a test names only what it is about
        self,
        *segments: Segment,
        title: str = "Malaria in pregnancy",
        publish: bool = True,
        media: bytes | None = None,
        file_name: str = "session.mp4",
        media_type: str = "video/mp4",
        video: bool = True,
        duration_ms: int = 120_000,
        recorded_on: date | None = date(2024, 5, 14),
        description: str = "",
        collection: str | None = None,
        notices: Sequence[Notice] = (),
        stills_ms: Sequence[int] = (),
        still: bytes = b"\xff\xd8\xff a still",
        slides: Sequence[SlideText] = (),
        translation: Sequence[Segment] = (),
        speakers: tuple[str, ...] = (),
        subjects: tuple[str, ...] = (),
        with_transcript: bool = True,
    ) -> int:
        """Make a recording that is ready."""
        recording_id = self.deposit(
            title=title,
            publish=publish,
            media=media,
            file_name=file_name,
            recorded_on=recorded_on,
            description=description,
            collection=collection,
            speakers=speakers,
            subjects=subjects,
        )
        info = MediaInfo(
            container="mp4",
            media_type=media_type,
            duration_ms=duration_ms,
            video=_PICTURE if video else None,
            audio=_SOUND,
            truncated=False,
            playable=True,
        )
        with self.database.begin() as session:
            recording = session.get_one(Recording, recording_id)
            recording.status = Status.READY
            recording.media_info = write_media_info(info)
            recording.duration_ms = duration_ms
            recording.has_video, recording.has_audio = video, True
            recording.notices = write_notices(set(notices))
            languages = spoken_languages(segments)
            recording.languages = " ".join(languages)
            recording.detected_language = next(iter(languages), None)
            master = session.scalars(
                select(RecordingFile).where(RecordingFile.recording_id == recording_id)
            ).one()
            master.media_type = media_type
            if with_transcript:
                transcript_id = begin_transcript(
                    session, recording_id, model="whisper base", now=MADE_AT
                )
                keep_batch(session, transcript_id, 0, segments)
                complete_transcript(session, transcript_id)
        for number, at_ms in enumerate(stills_ms):
            self.file(recording_id, Role.STILL, still + bytes([number]), "image/jpeg", at_ms=at_ms)
        with self.database.begin() as session:
            session.add_all(
                Slide(
                    recording_id=recording_id,
                    start_ms=slide.start_ms,
                    end_ms=slide.end_ms,
                    text=slide.text,
                    source=SlideSource.VIDEO,
                )
                for slide in slides
            )
        self.index_recording(recording_id, segments, slides, translation)
        return recording_id

    def translate(self, recording_id: int, *segments: Segment) -> None:
        """Give a recording a complete English translation."""
        with self.database.begin() as session:
            transcript_id = begin_transcript(
                session,
                recording_id,
                model="base",
                now=MADE_AT,
                kind=TranscriptKind.TRANSLATION,
            )
            keep_batch(session, transcript_id, 0, segments)
            complete_transcript(session, transcript_id)

    def deposit(  # noqa: PLR0913 - a test names only what it is about
        self,
        *,
        title: str = "Malaria in pregnancy",
        publish: bool = True,
        media: bytes | None = None,
        file_name: str = "session.mp4",
        recorded_on: date | None = None,
        description: str = "",
        collection: str | None = None,
        speakers: tuple[str, ...] = (),
        subjects: tuple[str, ...] = (),
    ) -> int:
        """Make a recording that waits for the worker."""
        blob = self.storage.keep_bytes(media or _MP4_HEAD + title.encode() * 20)
        with self.database.begin() as session:
            return deposit(
                session,
                self.jobs,
                blob=blob,
                file_name=file_name,
                description=Description(
                    title=title,
                    recorded_on=recorded_on,
                    description=description,
                    collection=collection,
                    speakers=speakers,
                    subjects=subjects,
                ),
                depositor_id=None,
                publish=publish,
                now=MADE_AT,
            ).recording_id

    def file(
        self,
        recording_id: int,
        role: Role,
        content: bytes,
        media_type: str,
        *,
        at_ms: int | None = None,
    ) -> str:
        """Add a derived file; returns its sha256."""
        blob = self.storage.keep_bytes(content)
        with self.database.begin() as session:
            stored = session.scalar(select(StoredFile).where(StoredFile.sha256 == blob.sha256))
            if stored is None:
                stored = StoredFile(
                    sha256=blob.sha256, size_bytes=blob.size_bytes, created_at=MADE_AT
                )
                session.add(stored)
                session.flush()
            session.add(
                RecordingFile(
                    recording_id=recording_id,
                    file_id=stored.id,
                    role=role,
                    media_type=media_type,
                    at_ms=at_ms,
                )
            )
        return blob.sha256

    def stage(
        self,
        recording_id: int,
        stage: Stage,
        state: StageState,
        *,
        fraction: float = 1.0,
        problem: str | None = None,
    ) -> None:
        """Note how a stage went."""
        with self.database.begin() as session:
            session.add(
                StageRun(
                    recording_id=recording_id,
                    stage=stage,
                    state=state,
                    fraction=fraction,
                    runs=1,
                    started_at=MADE_AT,
                    updated_at=MADE_AT,
                    problem=problem,
                )
            )

    def finish_stage(self, recording_id: int, stage: Stage) -> None:
        """Note that a stage that ran is done."""
        with self.database.begin() as session:
            session.execute(
                update(StageRun)
                .where(StageRun.recording_id == recording_id, StageRun.stage == stage)
                .values(state=StageState.DONE, fraction=1.0)
            )

    def status(self, recording_id: int, status: Status, problem: str | None = None) -> None:
        """Set how far a recording is."""
        with self.database.begin() as session:
            recording = session.get_one(Recording, recording_id)
            recording.status, recording.problem = status, problem

    def index_recording(
        self,
        recording_id: int,
        segments: Sequence[Segment],
        slides: Sequence[SlideText] = (),
        translation: Sequence[Segment] = (),
    ) -> None:
        """Make a recording findable."""
        with self.database.read() as session:
            recording = session.get_one(Recording, recording_id)
            document = IndexDocument(
                recording_id=recording_id,
                version=recording.version,
                public=recording.publication == "published",
                title=recording.title,
                description=recording.description,
                collection=recording.collection.title if recording.collection else "",
                language=recording.detected_language or "",
                recorded_on=recording.recorded_on,
                segments=tuple(segments),
                slides=tuple(slides),
                translation=tuple(translation),
                speakers=tuple(recording.speakers.splitlines()),
                subjects=subjects_of(session, recording_id),
            )
        self.index.update([document])

    def account(self, email: str, role: str, *, name: str = "", password: str = "") -> int:
        """Make an account; with a password it runs in an application context."""
        with self.database.begin() as session:
            account_id = create_account(
                session, email=email, name=name, role=role, actor=OPERATOR, now=MADE_AT
            )
            if password:
                session.get_one(Account, account_id).password = hash_password(password)
        return account_id
