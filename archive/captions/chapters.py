"""Write chapters as WebVTT, for `<track kind="chapters">`. Pure."""

from collections.abc import Sequence

from archive.captions.webvtt import escape_cue_text
from archive.chapters import KeptChapter
from archive.timecode import format_vtt

_UNKNOWN_LENGTH_MS = 1_000


def write_chapters(chapters: Sequence[KeptChapter], *, until_ms: int | None) -> str:
    """Write a WebVTT file with a cue for each chapter.

    Args:
        chapters: In order of time.
        until_ms: The length of the recording, for a last one whose end is not known.
    """
    blocks = ["WEBVTT"]
    for chapter in chapters:
        end_ms = chapter.end_ms or until_ms or chapter.start_ms + _UNKNOWN_LENGTH_MS
        # Section 4.1: a cue ends after it starts.
        end_ms = max(end_ms, chapter.start_ms + 1)
        blocks.append(
            f"{format_vtt(chapter.start_ms)} --> {format_vtt(end_ms)}\n"
            f"{escape_cue_text(chapter.title)}"
        )
    return "\n\n".join(blocks) + "\n"
