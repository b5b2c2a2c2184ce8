"""A whole upload becomes a recording: hashed, moved into the store, deposited; once.

Each step leaves what the next needs in the database or the store, so after a kill at any moment
the next who asks (the sender, or the worker's housekeeping) goes on where it stopped. The caller
holds the partial file.
"""

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.audit import note
from archive.captions.reading import read_captions
from archive.clock import Clock
from archive.database import Database
from archive.deposits import Description, deposit, is_kept, read_description
from archive.errors import InvalidInputError, NotMediaError
from archive.imported_captions import import_captions
from archive.jobs import Jobs
from archive.master_files import replace_master
from archive.models import (
    Account,
    Publication,
    Recording,
    RecordingFile,
    Role,
    StoredFile,
    Upload,
    UploadState,
)
from archive.permissions import Action, Actor, Subject, may
from archive.sniff import HEAD_BYTES, check_head
from archive.storage import Blob, Storage, hash_file
from archive.uploads.partial import Partial, PartialFiles
from archive.uploads.under_way import end_upload, hold_upload

logger = logging.getLogger(__name__)

_MADE = "uploaded"


class Finisher:
    """Turns whole uploads into recordings; safe to share between threads."""

    def __init__(
        self, *, database: Database, storage: Storage, jobs: Jobs, files: PartialFiles, clock: Clock
    ) -> None:
        self._database = database
        self._storage = storage
        self._jobs = jobs
        self._files = files
        self._clock = clock

    def look_at_head(self, upload_id: str, partial: Partial, *, whole: bool) -> None:
        """Look at the first bytes as soon as they are there.

        Raises:
            NotMediaError: they are no recording's; the upload is ended and its bytes are gone.
        """
        if partial.offset < HEAD_BYTES and not whole:
            return
        with self._database.read() as session:
            name = session.get_one(Upload, upload_id).name
        try:
            check_head(partial.head(HEAD_BYTES), name)
        except NotMediaError as exc:
            self._refuse(upload_id, str(exc))
            raise

    def finish(self, upload_id: str, partial: Partial) -> None:
        """Make the recording; nothing happens when it is made already.

        Raises:
            NotMediaError: it is no recording; the upload is ended and its bytes are gone.
        """
        self.look_at_head(upload_id, partial, whole=True)
        sha256 = hash_file(partial.path)
        with self._database.begin() as session:
            session.get_one(Upload, upload_id).sha256 = sha256
        self._settle(upload_id)

    def go_on(self, upload_id: str) -> bool:
        """Finish an upload that is whole, or was being finished when its process died.

        Returns whether it is finished now. Nothing happens while another finishes it.
        """
        with self._database.read() as session:
            upload = session.get(Upload, upload_id)
        if upload is None or upload.state is not UploadState.RECEIVING:
            return False
        if not self._files.exists(upload_id):
            if upload.sha256 is None:
                return False
            self._settle(upload_id)
            return True
        with self._files.hold(upload_id) as partial:
            if partial.offset != upload.length_bytes:
                return False
            with suppress(NotMediaError):
                self.finish(upload_id, partial)
        return True

    def unfinished(self) -> tuple[str, ...]:
        """List the uploads that are whole, or whose bytes are in the store already."""
        with self._database.read() as session:
            rows = session.execute(
                select(Upload.id, Upload.length_bytes, Upload.sha256).where(
                    Upload.state == UploadState.RECEIVING
                )
            ).all()
        return tuple(
            row.id
            for row in rows
            if self._files.size(row.id) == row.length_bytes
            or (row.sha256 is not None and not self._files.exists(row.id))
        )

    def _settle(self, upload_id: str) -> None:
        """Move the bytes into the store and write the recording."""
        with self._database.read() as session:
            sha256 = session.get_one(Upload, upload_id).sha256
        assert sha256 is not None  # noqa: S101 - written before by `finish`
        blob = self._storage.adopt(self._files.path(upload_id), sha256)
        with self._database.begin() as session:
            upload = hold_upload(session, upload_id)
            if upload is None and not is_kept(session, sha256):
                self._storage.delete(sha256)  # discarded while its bytes were put away
            if upload is not None and upload.state is UploadState.RECEIVING:
                self._deposit(session, upload, blob, now=self._clock())
        self._files.drop(upload_id)

    def _deposit(self, session: Session, upload: Upload, blob: Blob, *, now: datetime) -> None:
        actor = actor_of(session, upload.owner_id)
        if upload.replaces_id is not None:
            problem = replace_master(
                session,
                self._jobs,
                upload.replaces_id,
                blob=blob,
                file_name=upload.name,
                actor=actor,
                now=now,
            )
            state = UploadState.REFUSED if problem else UploadState.FINISHED
            end_upload(
                upload, state, now=now, recording_id=upload.replaces_id, problem=problem or None
            )
            return
        wants = upload.draft.get("publish") == "yes"
        deposited = deposit(
            session,
            self._jobs,
            blob=blob,
            file_name=upload.name,
            description=readable_description(upload.draft),
            depositor_id=actor.account_id,
            publish=wants and may_publish_bytes(session, blob.sha256, actor),
            now=now,
        )
        end_upload(
            upload,
            UploadState.FINISHED,
            now=now,
            recording_id=deposited.recording_id,
            existing=deposited.existing,
        )
        if not deposited.existing:
            note(
                session,
                actor=actor,
                action=_MADE,
                kind="recording",
                object_id=deposited.recording_id,
                after={"file": upload.name, "sha256": blob.sha256},
                now=now,
            )
            self._take_captions(session, upload, actor, now=now)
        logger.info("recording=%s upload=%s finished", deposited.recording_id, upload.id)

    def _take_captions(
        self, session: Session, upload: Upload, actor: Actor, *, now: datetime
    ) -> None:
        if upload.captions is None or upload.recording_id is None:
            return
        import_captions(
            session,
            self._jobs,
            upload.recording_id,
            read_captions(upload.captions, name=upload.captions_name),
            name=upload.captions_name,
            actor=actor,
            now=now,
        )

    def _refuse(self, upload_id: str, problem: str) -> None:
        with self._database.begin() as session:
            upload = session.get_one(Upload, upload_id)
            end_upload(upload, UploadState.REFUSED, now=self._clock(), problem=problem)
        self._files.drop(upload_id)


def actor_of(session: Session, account_id: int) -> Actor:
    """Return an account as who acts, for work that goes on without its request."""
    account = session.get_one(Account, account_id)
    return Actor(
        account_id=account.id,
        name=account.name or account.email,
        roles=frozenset(role.name for role in account.roles),
    )


def may_publish_bytes(session: Session, sha256: str, actor: Actor) -> bool:
    """Tell whether someone may publish what they deposit: their own, or what it is already."""
    known = _recording_with(session, sha256)
    subject = Subject(
        publication=known.publication if known else Publication.DRAFT,
        depositor_id=known.depositor_id if known else actor.account_id,
    )
    return may(actor, Action.PUBLISH, subject)


def readable_description(draft: dict[str, str], *, strict: bool = False) -> Description:
    """Read a description off a draft; a field that cannot be used is left out.

    Bytes that travelled for hours are not refused for a date that was half typed.

    Raises:
        InvalidInputError: it is `strict`, and a field cannot be used; says which and why.
    """
    fields = {
        name: text for name, text in draft.items() if name not in ("translate", "publish") and text
    }
    translate = draft.get("translate") == "yes"
    if strict:
        return replace(_described(fields), translate=translate)
    usable: dict[str, str] = {}
    for name, text in fields.items():
        with suppress(InvalidInputError):
            _described({name: text})
            usable[name] = text
    return replace(_described(usable), translate=translate)


def _described(fields: dict[str, str]) -> Description:
    return read_description(**fields)  # type: ignore[arg-type] # the one that is no text is left out


def _recording_with(session: Session, sha256: str) -> Recording | None:
    return session.scalar(
        select(Recording)
        .join(RecordingFile)
        .join(StoredFile)
        .where(StoredFile.sha256 == sha256, RecordingFile.role == Role.MASTER)
        .order_by(Recording.id)
        .limit(1)
    )
