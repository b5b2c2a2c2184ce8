"""Write cues as WebVTT (https://www.w3.org/TR/webvtt1/). Pure."""

from collections import Counter
from collections.abc import Sequence

from archive.captions.cues import Cue
from archive.language import language_tag
from archive.timecode import format_vtt

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
"""Section 4.2.2, cue text: `&` and `<` may not stand in it, `-->` may not anywhere."""


def write_webvtt(cues: Sequence[Cue], *, language: str, note: str = "") -> str:
    """Write a WebVTT file.

    Args:
        cues: in order of time.
        language: the track's, as Whisper's code; cues in another one are marked with
            `<lang>`. "" takes the language of most cues.
        note: What whoever opens the file should know of it; one line, not shown by players.
    """
    if not language and cues:
        language = Counter(cue.language for cue in cues).most_common(1)[0][0]
    blocks = ["WEBVTT", f"NOTE Language: {language_tag(language)}"] if language else ["WEBVTT"]
    if note:
        # Section 4.1: a comment ends at a blank line and may not hold `-->`.
        blocks.append(f"NOTE {' '.join(note.split()).replace('-->', '->')}")
    blocks += [_block(cue, language) for cue in cues]
    return "\n\n".join(blocks) + "\n"


def escape_cue_text(text: str) -> str:
    """Escape text for a cue: nothing in it is markup, a line break or `-->` any more."""
    plain = " ".join(text.replace("\0", " ").split())
    return "".join(_ESCAPES.get(character, character) for character in plain)


def _block(cue: Cue, language: str) -> str:
    text = "\n".join(map(escape_cue_text, cue.lines))
    if cue.language != language:
        text = f"<lang {language_tag(cue.language)}>{text}</lang>"
    if cue.speaker:
        # Section 4.2.2: a voice span that is all of a cue may go without its end tag.
        text = f"<v {escape_cue_text(cue.speaker)}>{text}"
    return f"{format_vtt(cue.start_ms)} --> {format_vtt(cue.end_ms)}\n{text}"
