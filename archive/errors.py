"""Every error the archive raises, in one tree.

    ArchiveError
    ├── ConfigurationError      a setting is missing or cannot be read
    ├── DatabaseError           the database cannot be reached or is not migrated
    │   └── DamagedError        a value in it is not what was written
    ├── NotFoundError           no such recording, transcript, account …
    │   ├── GoneError           a recording was withdrawn or deleted; its address says so
    │   └── MovedError          a recording was merged into another; its address leads there
    ├── NotAllowedError         this account may not do that
    │   ├── UnknownTokenError   the token a program sent does not work
    │   └── TooManyTriesError   too many failed sign-ins; wait
    ├── InvalidInputError       a form field or option cannot be used as given
    ├── DepositError            a file cannot be deposited
    │   ├── NotMediaError       it is not audio or video (or is a playlist, or empty)
    │   ├── TooLargeError       larger than ARCHIVE_MAX_UPLOAD_BYTES
    │   │   └── QuotaError      more than one account may hold
    │   └── DiskFullError       not enough free disk
    ├── UploadError             an upload cannot go on as asked
    │   ├── UploadBusyError     another request adds to it right now
    │   ├── WrongOffsetError    it has more or fewer bytes than the sender thinks
    │   ├── ChecksumError       the bytes are not those that were sent
    │   └── UploadGoneError     it expired, or what came was refused
    ├── MailError               a mail cannot be handed over
    ├── MediaError              ffmpeg or ffprobe failed on a stored file
    ├── SpeechError             the speech model failed
    │   └── ModelMissingError   the speech model is not there or is damaged
    ├── MeaningError            the model of related moments cannot be used
    ├── UnreadableError         what the database has of one recording cannot be read
    ├── SupersededError         the work was cancelled or begun anew meanwhile
    │   └── DisplacedError      the worker was taken for dead; another does its work
    └── SearchIndexError        the search index cannot be read or written
        ├── OutdatedIndexError  another version of the archive wrote it
        └── IndexBusyError      another process writes or rebuilds it

Each message names the thing and the remedy and is fit to be shown to the person who
caused it. Each class declares `retryable`: whether trying again, unchanged, can help;
the worker decides from that, never from the text.
"""

from datetime import date


class ArchiveError(Exception):
    """Base of all errors raised on purpose."""

    retryable = False


class ConfigurationError(ArchiveError):
    """A setting is missing or cannot be read."""


class DatabaseError(ArchiveError):
    """The database cannot be reached, is locked for long, or is not migrated."""

    retryable = True


class DamagedError(DatabaseError):
    """A value in the database is not what was written; others can be read."""

    retryable = False


class NotFoundError(ArchiveError):
    """The thing asked for does not exist (or may not be known to exist)."""


class GoneError(NotFoundError):
    """A recording was here and is not any more; what its address may tell."""

    def __init__(
        self,
        message: str,
        *,
        recording_id: int,
        title: str = "",
        reason: str = "",
        day: date | None = None,
        binned: bool = False,
    ) -> None:
        """Say what is gone.

        Args:
            message: For who asked.
            recording_id: Which one.
            title: Empty where readers may not know it.
            reason: Why it was withdrawn, for readers.
            day: When, UTC.
            binned: Who asked can restore it from the bin.
        """
        super().__init__(message)
        self.recording_id = recording_id
        self.title = title
        self.reason = reason
        self.day = day
        self.binned = binned


class MovedError(NotFoundError):
    """A recording was merged into another, `into_id`."""

    def __init__(self, message: str, *, recording_id: int, into_id: int) -> None:
        super().__init__(message)
        self.recording_id = recording_id
        self.into_id = into_id


class NotAllowedError(ArchiveError):
    """The account may not do that."""


class UnknownTokenError(NotAllowedError):
    """The token that a program sent is not known, was revoked or has expired."""


class TooManyTriesError(NotAllowedError):
    """Signing in failed too often; `wait_s` says how long to wait."""

    retryable = True

    def __init__(self, message: str, *, wait_s: int) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class InvalidInputError(ArchiveError):
    """A form field or a command's option cannot be used as given."""


class DepositError(ArchiveError):
    """A file cannot be deposited; nothing of it is kept."""


class NotMediaError(DepositError):
    """The file is not audio or video the archive can read."""


class TooLargeError(DepositError):
    """The file is larger than the configured maximum."""


class QuotaError(TooLargeError):
    """The account holds as much as one account may."""


class DiskFullError(DepositError):
    """There is not enough free disk for the file."""

    retryable = True


class UploadError(ArchiveError):
    """An upload cannot go on as asked; what arrived of it is kept."""


class UploadBusyError(UploadError):
    """Another request adds to the upload right now."""

    retryable = True


class WrongOffsetError(UploadError):
    """The upload has more or fewer bytes than the sender thinks."""


class ChecksumError(UploadError):
    """The bytes of a request are not those that were sent; they are dropped."""

    retryable = True


class UploadGoneError(UploadError):
    """The upload expired, or what came was refused; begin it anew."""


class MailError(ArchiveError):
    """A mail could not be handed over to the configured server."""

    retryable = True


class MediaError(ArchiveError):
    """ffmpeg or ffprobe failed; `stderr_tail` holds its last lines, for the log."""

    retryable = True

    def __init__(
        self, message: str, *, stderr_tail: str = "", returncode: int | None = None
    ) -> None:
        super().__init__(message)
        self.stderr_tail = stderr_tail
        self.returncode = returncode


class SpeechError(ArchiveError):
    """The speech model failed on a stretch of audio."""

    retryable = True


class ModelMissingError(SpeechError):
    """The speech model is not there, or its files are damaged."""

    retryable = False


class UnreadableError(ArchiveError):
    """What the database has of one recording cannot be read; it holds up no other."""


class SupersededError(ArchiveError):
    """The work on a recording was cancelled or begun anew meanwhile; what it did is dropped."""


class DisplacedError(SupersededError):
    """The worker was taken for dead, and its work given to another; it writes nothing more."""


class MeaningError(ArchiveError):
    """The model of related moments is not installed, or cannot be used."""


class SearchIndexError(ArchiveError):
    """The search index cannot be read or written; it can always be rebuilt."""

    retryable = True


class OutdatedIndexError(SearchIndexError):
    """Another version of the archive wrote the search index; a rebuild replaces it."""

    retryable = False


class IndexBusyError(SearchIndexError):
    """Another process writes or rebuilds the search index, and did not finish in time."""
