"""The watched folder (`ARCHIVE_INBOX`): files dropped in are deposited.

A file is taken once it has stopped growing. It is copied, never moved, into the store; then it and
what goes with it go to `done` or `refused`, with a text that says why. Killed anywhere, the next
look takes it again, and its bytes lead to the recording they are already. One worker at a time
looks. What belongs together, and what sidecars say, is `archive.inbox`'s.
"""

import fcntl
import logging
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from archive.deposits import Deposited, Description
from archive.errors import ArchiveError, DatabaseError, DiskFullError, InvalidInputError
from archive.inbox import Group, Sidecar, group_files, is_waited_for, read_sidecar
from archive.models import Account
from archive.search import recording_url
from worker.taking import Taker

logger = logging.getLogger(__name__)

DONE, REFUSED = "done", "refused"
_STILL_S = 10.0
"""A file that did not change for so long has stopped growing."""
_ALONE_S = 3600.0
"""So long a sidecar waits for its recording."""
_MAX_SIDECAR = 256 * 1024


@dataclass(slots=True)
class _Seen:
    """How a file was when it last changed."""

    size: int
    mtime_ns: int
    since_s: float


@dataclass(slots=True)
class Inbox:
    """One watched folder."""

    folder: Path
    taker: Taker
    still_s: float = _STILL_S
    _seen: dict[str, _Seen] = field(default_factory=dict)

    def look(self) -> int:
        """Take what lies there and has stopped growing; returns how many recordings."""
        with self._alone() as alone:
            if not alone:
                return 0
            now_s = time.monotonic()
            still = self._still(now_s)
            groups, lone = group_files(self._seen)
            taken = 0
            for group in groups:
                if all(name in still for name in group.names):
                    taken += self._take(group)
            for name in lone:
                if name in still and now_s - self._seen[name].since_s > _ALONE_S:
                    self._put_away(
                        (name,), REFUSED, "There is no recording of this name beside it."
                    )
        return taken

    def _take(self, group: Group) -> bool:
        """Deposit a recording and put it away; tells whether it was taken."""
        path = self.folder / group.recording
        try:
            sidecar = self._sidecar(group)
            deposited = self.taker.take(
                path,
                description=sidecar.description,
                publish=sidecar.publish,
                captions=self.folder / group.captions if group.captions else None,
                depositor_id=self._depositor(sidecar.depositor),
            )
        except (DiskFullError, DatabaseError) as exc:
            logger.warning("inbox=%s not now: %s", group.recording, exc)
            return False  # it lies there until there is room
        except ArchiveError as exc:
            logger.warning("inbox=%s refused: %s", group.recording, exc)
            self._put_away(group.names, REFUSED, str(exc))
            return False
        self._put_away(group.names, DONE, self._told(deposited, group))
        logger.info("recording=%d inbox=%s taken", deposited.recording_id, group.recording)
        return True

    def _told(self, deposited: Deposited, group: Group) -> str:
        url = recording_url(self.taker.settings.base_url, deposited.recording_id)
        if not deposited.existing:
            return f"Taken: recording {deposited.recording_id}\n{url}"
        ignored = " What goes with it was not used." if len(group.names) > 1 else ""
        return (
            f"These bytes were here already: recording {deposited.recording_id}\n{url}\n{ignored}"
        )

    def _sidecar(self, group: Group) -> Sidecar:
        if group.sidecar is None:
            return Sidecar(description=Description())
        with (self.folder / group.sidecar).open("rb") as file:
            return read_sidecar(file.read(_MAX_SIDECAR + 1), name=group.sidecar)

    def _depositor(self, email: str) -> int | None:
        if not email:
            return None
        with self.taker.database.read() as session:
            account_id = session.scalar(
                select(Account.id).where(func.lower(Account.email) == email.strip().lower())
            )
        if account_id is None:
            raise InvalidInputError(f"There is no account with the address {email!r}.")
        return account_id

    def _still(self, now_s: float) -> set[str]:
        """Look at the folder's files; returns those that have stopped growing."""
        here: dict[str, _Seen] = {}
        for entry in os.scandir(self.folder):
            if is_waited_for(entry.name):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(found.st_mode):
                continue
            before = self._seen.get(entry.name)
            same = before is not None and (before.size, before.mtime_ns) == (
                found.st_size,
                found.st_mtime_ns,
            )
            here[entry.name] = (
                before
                if same and before is not None
                else _Seen(size=found.st_size, mtime_ns=found.st_mtime_ns, since_s=now_s)
            )
        self._seen = here
        return {name for name, one in here.items() if now_s - one.since_s >= self.still_s}

    def _put_away(self, names: tuple[str, ...], where: str, why: str) -> None:
        """Move files, the recording last: until then the next look takes them again."""
        folder = self.folder / where
        folder.mkdir(exist_ok=True)
        mark = _free_mark(folder, names)
        text = folder / f"{mark}{names[0]}.txt"
        text.write_text(why.strip() + "\n", encoding="utf-8")
        for name in reversed(names):
            source = self.folder / name
            if source.exists():
                source.replace(folder / f"{mark}{name}")
            self._seen.pop(name, None)

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Hold the folder against other workers; tells whether it could be held."""
        with (self.folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True


def _free_mark(folder: Path, names: tuple[str, ...]) -> str:
    """Return what to write before names so that none is there already: nothing, `2-` and so on."""
    number = 1
    while True:
        mark = "" if number == 1 else f"{number}-"
        if not any((folder / f"{mark}{name}").exists() for name in (*names, f"{names[0]}.txt")):
            return mark
        number += 1
