"""What readers should be told about a recording: codes as stored, and their words. Pure."""

from enum import StrEnum


class Notice(StrEnum):
    """Something true of a recording that a reader should know."""

    TRUNCATED = "truncated"
    NO_AUDIO = "no-audio"
    NO_SPEECH = "no-speech"

    @property
    def text(self) -> str:
        """What is said on the page."""
        return _TEXTS[self]


_TEXTS = {
    Notice.TRUNCATED: (
        "The file this was made from is cut off: it ends before the session does. "
        "What is there was transcribed."
    ),
    Notice.NO_AUDIO: "This recording has no sound, so there is no transcript.",
    Notice.NO_SPEECH: "No speech was found in this recording, so the transcript is empty.",
}


def read_notices(stored: str) -> tuple[Notice, ...]:
    """Read the codes a recording keeps."""
    return tuple(Notice(code) for code in stored.split())


def write_notices(notices: set[Notice]) -> str:
    """Write codes as a recording keeps them, in a fixed order."""
    return " ".join(notice for notice in Notice if notice in notices)
