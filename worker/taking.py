"""Take a file that lies on this machine into the archive: for the command and the inbox.

Copied into the store, looked at by ffprobe, and deposited with its captions in one transaction;
refused, it leaves nothing behind.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from archive.audit import note
from archive.captions.reading import decode_captions, read_captions
from archive.clock import Clock
from archive.database import Database
from archive.deposits import Deposited, Description, deposit, is_kept
from archive.errors import ArchiveError, InvalidInputError, TooLargeError
from archive.imported_captions import import_captions
from archive.jobs import Jobs
from archive.permissions import OPERATOR
from archive.settings import Settings
from archive.storage import Blob, Storage
from archive.uploads import MAX_CAPTIONS_BYTES
from worker.media.probe import probe
from worker.media.tools import find_tools

_PIECE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Taker:
    """What taking files needs of the archive."""

    settings: Settings
    database: Database
    storage: Storage
    jobs: Jobs
    clock: Clock
    follows_links: bool = True
    """False where others put the files there: a link could name any file of this machine."""

    def take(
        self,
        path: Path,
        *,
        description: Description,
        publish: bool,
        captions: Path | None = None,
        depositor_id: int | None = None,
    ) -> Deposited:
        """Take a file; bytes that are here already lead to the recording they belong to.

        Args:
            path: The recording.
            description: What is said of it.
            publish: Anyone may see it from the start.
            captions: WebVTT or SRT that become its transcript, if it is new.
            depositor_id: Whose recording it is to be; None: the operator's.

        Raises:
            InvalidInputError: a file cannot be read, or the captions have a fault.
            DepositError: it cannot be taken.
        """
        read = None
        if captions is not None:
            read = read_captions(
                decode_captions(_read_small(captions, MAX_CAPTIONS_BYTES)), name=captions.name
            )
        blob = self._store(path)
        try:
            with self.database.begin() as session:
                deposited = deposit(
                    session,
                    self.jobs,
                    blob=blob,
                    file_name=path.name,
                    description=description,
                    depositor_id=depositor_id,
                    publish=publish,
                    now=self.clock(),
                )
                if not deposited.existing:
                    note(
                        session,
                        actor=OPERATOR,
                        action="deposited",
                        kind="recording",
                        object_id=deposited.recording_id,
                        after={"file": path.name, "sha256": blob.sha256},
                        now=self.clock(),
                    )
                    if read is not None and captions is not None:
                        import_captions(
                            session,
                            self.jobs,
                            deposited.recording_id,
                            read,
                            name=captions.name,
                            actor=OPERATOR,
                            now=self.clock(),
                        )
        except ArchiveError:
            with self.database.read() as session:
                kept = is_kept(session, blob.sha256)
            if not kept:
                self.storage.delete(blob.sha256)
            raise
        return deposited

    def _store(self, path: Path) -> Blob:
        """Copy a file into the store, and look whether it is a recording."""
        most_bytes = self.settings.max_upload_bytes
        try:
            descriptor = os.open(path, os.O_RDONLY | (0 if self.follows_links else os.O_NOFOLLOW))
        except OSError as exc:
            raise InvalidInputError(f"{path} cannot be read: {exc.strerror}") from exc
        with os.fdopen(descriptor, "rb") as source:
            size_bytes = os.fstat(source.fileno()).st_size
            self.storage.check_room(size_bytes, max_bytes=most_bytes)
            with self.storage.receive(
                name=path.name, expected_bytes=size_bytes, max_bytes=most_bytes
            ) as incoming:
                while piece := source.read(_PIECE_BYTES):
                    incoming.write(piece)
                incoming.check()
                probe(incoming.path, find_tools(), name=path.name)
                return incoming.finish()


def _read_small(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(most_bytes + 1)
    except OSError as exc:
        raise InvalidInputError(f"{path} cannot be read: {exc.strerror}") from exc
    if len(content) > most_bytes:
        raise TooLargeError(f"{path.name} is larger than captions may be.")
    return content
