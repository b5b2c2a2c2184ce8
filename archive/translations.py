"""A recording in English: what was said in English, and the rest as a machine translated it.

Pure. Subtitles, the page and the downloads of the translation are all made of this.
"""

from collections.abc import Iterable

from archive.transcript import Segment

ENGLISH = "en"


def in_english(spoken: Iterable[Segment], translated: Iterable[Segment]) -> tuple[Segment, ...]:
    """Join what was said in English and the translation of the rest, in order of time."""
    said = (segment for segment in spoken if segment.language == ENGLISH)
    return tuple(sorted([*said, *translated], key=lambda segment: segment.start_ms))
