"""A recording (one archived webinar) and the files that belong to it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.models.base import Base, UtcDateTime, stored_enum
from archive.models.collection import Collection, RecordingCollection
from archive.models.cut import Cut
from archive.models.person import RecordingPerson
from archive.models.reference import RecordingIdentifier, RecordingLink
from archive.models.stored_file import StoredFile
from archive.models.subject import RecordingSubject


class Publication(StrEnum):
    """Who may see a recording."""

    DRAFT = "draft"
    """Its depositor and librarians."""
    REVIEW = "review"
    """The same; its depositor has handed it to the librarians."""
    PUBLISHED = "published"
    """Anyone (who may read the archive)."""
    WITHDRAWN = "withdrawn"
    """Was published; its address says so, librarians and its depositor still see it."""
    BINNED = "binned"
    """Deleted; a librarian can restore it for a while. Nothing but the bin shows it."""
    GONE = "gone"
    """Deleted for good; the row stays, emptied, so that its number is not given again."""


class Status(StrEnum):
    """How far the pipeline is with a recording."""

    WAITING = "waiting"
    PROCESSING = "processing"
    READY = "ready"
    """It can be watched and searched with what it has; a failed stage is told beside it."""
    FAILED = "failed"
    """It could not be brought to where it can be used; the file is kept, try again."""
    REJECTED = "rejected"
    """It is not media; its bytes are gone, the row stays to say why."""
    CANCELLED = "cancelled"
    """Someone stopped the work; what is finished stays, and it can be begun again."""


class Role(StrEnum):
    """What a file is to its recording."""

    MASTER = "master"
    REPLACED = "replaced"
    """The master before, until the one that takes its place was found to be media."""
    RENDITION = "rendition"
    MUTED = "muted"
    """What readers play of a recording with cuts in its sound or picture."""
    POSTER = "poster"
    STILL = "still"
    SLIDE = "slide"
    SLIDE_SMALL = "slide-small"
    """The same, small, for the strip."""
    VTT = "vtt"
    SRT = "srt"
    TRANSLATION_VTT = "translation-vtt"
    TRANSLATION_SRT = "translation-srt"


class Recording(Base):
    """One archived webinar."""

    __tablename__ = "recordings"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    speakers: Mapped[str] = mapped_column(Text, default="")
    """Who speaks, a name a line: derived from its people, for recognition and search."""
    recorded_on: Mapped[date | None] = mapped_column(Date)
    """The day of the session, as the depositor gave it."""
    language: Mapped[str | None] = mapped_column(String(16))
    """The only language spoken, as people said, ISO 639; None: found by the machine."""
    declared_languages: Mapped[str] = mapped_column(String(200), default="")
    """All that is spoken, as people said, the main one first, space separated."""
    detected_language: Mapped[str | None] = mapped_column(String(16))
    """What most of the speech turned out to be."""
    languages: Mapped[str] = mapped_column(String(200), default="")
    """All that is spoken for more than a moment, most first, space separated."""
    translate: Mapped[bool] = mapped_column(default=False)
    """An English translation was asked for."""
    organisation: Mapped[str] = mapped_column(String(300), default="")
    """Who held the session."""
    licence: Mapped[str] = mapped_column(String(40), default="")
    """A code of `archive.licences`; empty: not said."""
    rights: Mapped[str] = mapped_column(Text, default="")
    """Whose it is and what may be done with it, in words."""
    edition: Mapped[int] = mapped_column(default=1)
    """Counts changes of the description, so that two people at once are noticed."""
    collection_id: Mapped[int | None] = mapped_column(ForeignKey("collections.id"), index=True)
    """Its main collection; derived from `in_collections`, which holds all."""
    depositor_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"), index=True)
    """None when the operator deposited it from the command line."""
    publication: Mapped[Publication] = mapped_column(stored_enum(Publication))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """None: it never was public, so nobody need be told that it was there."""
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the worker publishes it; None: nobody asked for that."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")
    """For readers."""
    withdrawn_title: Mapped[bool] = mapped_column(default=False)
    """Readers may know the title of what was withdrawn."""
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    publication_before: Mapped[str] = mapped_column(String(16), default="")
    """Of one in the bin: what it was, to be again when it is restored."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("recordings.id"))
    """The recording that took its place: its address leads there."""
    status: Mapped[Status] = mapped_column(
        stored_enum(Status),
        index=True,
    )
    problem: Mapped[str | None] = mapped_column(Text)
    """Why it was rejected or failed, for the person who deposited it."""
    notices: Mapped[str] = mapped_column(Text, default="")
    """Codes of things to say about it, space separated; see archive.notices."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts changes that the search index must follow."""
    attempt: Mapped[int] = mapped_column(default=1)
    """Counts runs of the pipeline that a person asked for."""

    original_name: Mapped[str] = mapped_column(String(300))
    """The depositor's file name, for showing only; never a path."""
    media_info: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What is in the file, as `archive.media_info` writes it; the next columns repeat some."""
    duration_ms: Mapped[int | None] = mapped_column(BigInteger)
    has_video: Mapped[bool | None]
    has_audio: Mapped[bool | None]
    shown_from_ms: Mapped[int | None] = mapped_column(BigInteger)
    """Where the session begins, for readers; None: with the recording."""
    shown_until_ms: Mapped[int | None] = mapped_column(BigInteger)
    muted_with: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """What the file in the role `muted` leaves out: `archive.privacy.media_cuts`."""
    muting_version: Mapped[int] = mapped_column(default=0)
    """The version at which that file was last asked for: an older job makes way for it."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    files: Mapped[list["RecordingFile"]] = relationship(
        back_populates="recording", cascade="all, delete-orphan"
    )
    cuts: Mapped[list[Cut]] = relationship(viewonly=True, order_by=Cut.start_ms)
    """Written by `archive.cuts`."""
    collection: Mapped[Collection | None] = relationship(foreign_keys=[collection_id])
    subjects: Mapped[list[RecordingSubject]] = relationship(
        viewonly=True, order_by=RecordingSubject.place
    )
    """Written by `archive.subjects`."""
    people: Mapped[list[RecordingPerson]] = relationship(
        viewonly=True, order_by=RecordingPerson.place
    )
    in_collections: Mapped[list[RecordingCollection]] = relationship(
        viewonly=True, order_by=RecordingCollection.rank
    )
    links: Mapped[list[RecordingLink]] = relationship(viewonly=True, order_by=RecordingLink.place)
    identifiers: Mapped[list[RecordingIdentifier]] = relationship(
        viewonly=True, order_by=RecordingIdentifier.place
    )
    """These four are written by `archive.describing`."""

    __table_args__ = (Index("ix_recordings_publication_date", "publication", "recorded_on"),)


class RecordingFile(Base):
    """A stored file in its role for a recording."""

    __tablename__ = "recording_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id", ondelete="CASCADE"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    role: Mapped[Role] = mapped_column(stored_enum(Role))
    media_type: Mapped[str] = mapped_column(String(100))
    at_ms: Mapped[int | None] = mapped_column(BigInteger)
    """For a still: where in the recording it was taken; for a slide: where it appears."""

    recording: Mapped[Recording] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (Index("ix_recording_files_recording_role", "recording_id", "role", "at_ms"),)
