"""Write cues as SubRip (`.srt`), which every player and editor reads. Pure.

The format has no escapes: text that could be taken for a time line is changed a little.
"""

from collections.abc import Sequence

from archive.captions.cues import Cue
from archive.timecode import format_srt


def write_srt(cues: Sequence[Cue]) -> str:
    """Write a SubRip file, numbered from 1; cues are in order of time."""
    return "".join(f"{number}\n{_block(cue)}\n\n" for number, cue in enumerate(cues, 1))


def _block(cue: Cue) -> str:
    lines = (" ".join(line.replace("-->", "->").split()) for line in cue.lines)
    return "\n".join([f"{format_srt(cue.start_ms)} --> {format_srt(cue.end_ms)}", *lines])
