"""Reading the slides of a recording: what was shown, when, and the words on it.

The worker finds them and writes the rows, or a person gives them; the watch page and the
search index read them here.
"""

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Recording, Slide, SlideSource


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSlide:
    """One slide as stored."""

    slide_id: int
    start_ms: int
    """When it appears; its picture is the recording's file in the role `slide` at that time."""
    end_ms: int | None
    """When it goes; None: it is the last, and the length of the recording is not known."""
    text: str
    """A line for each line on the slide."""
    source: SlideSource


def read_slides(session: Session, recording_id: int) -> tuple[KeptSlide, ...]:
    """Read the slides of a recording in order of time; none when there is no such recording."""
    rows = session.scalars(
        select(Slide).where(Slide.recording_id == recording_id).order_by(Slide.start_ms)
    ).all()
    length_ms = session.scalar(select(Recording.duration_ms).where(Recording.id == recording_id))
    next_ms = [following.start_ms for _, following in pairwise(rows)]
    return tuple(
        KeptSlide(
            slide_id=row.id,
            start_ms=row.start_ms,
            end_ms=until_ms if row.end_ms is None else row.end_ms,
            text=row.text,
            source=row.source,
        )
        for row, until_ms in zip(rows, [*next_ms, length_ms], strict=False)
    )
