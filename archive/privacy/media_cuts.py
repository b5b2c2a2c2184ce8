"""What is cut out of the file that readers play, and whether a muted one leaves it out. Pure.

A file may hold words beside its sound and picture: subtitles, chapters, a title. Where words are
hidden, readers get one without any of those.

A muted file is kept with what it was made with (`Recording.muted_with`), so it is never taken
for one that leaves out more than it does, nor for one of another master.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archive.privacy.values import Cuts, Span, covers


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaCuts:
    """Stretches without sound and without picture; each merged, in order."""

    muted: tuple[Span, ...] = ()
    unseen: tuple[Span, ...] = ()
    wordless: bool = False
    """Nothing to read may be in the file."""

    def __bool__(self) -> bool:
        """True when the file that readers play has to be made."""
        return bool(self.muted or self.unseen or self.wordless)

    @property
    def keeps_media(self) -> bool:
        """True when sound and picture stay as they are."""
        return not (self.muted or self.unseen)


def media_cuts_of(cuts: Cuts, *, has_audio: bool, has_video: bool) -> MediaCuts:
    """Tell what has to be cut out of the file, with the sound and the picture that there are."""
    return MediaCuts(
        muted=cuts.muted if has_audio else (),
        unseen=cuts.unseen if has_video else (),
        wordless=bool(cuts.hidden),
    )


def write_made_with(cuts: MediaCuts, master_sha256: str) -> dict[str, Any]:
    """Write what a muted file was made with, as `Recording.muted_with` keeps it."""
    return {
        "master": master_sha256,
        "muted": [[span.start_ms, span.end_ms] for span in cuts.muted],
        "unseen": [[span.start_ms, span.end_ms] for span in cuts.unseen],
        "wordless": cuts.wordless,
    }


def leaves_out(stored: Mapping[str, Any] | None, wanted: MediaCuts, master_sha256: str) -> bool:
    """Tell whether a file made with `stored` leaves out all that is wanted (or more)."""
    return (
        stored is not None
        and stored["master"] == master_sha256
        and covers(_spans(stored["muted"]), wanted.muted)
        and covers(_spans(stored["unseen"]), wanted.unseen)
        and (not wanted.wordless or bool(stored.get("wordless")))
    )


def _spans(stored: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start_ms=start_ms, end_ms=end_ms) for start_ms, end_ms in stored)
