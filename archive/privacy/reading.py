"""Reading a recording as readers get it: transcript and slides with everything cut out.

Whatever leaves the archive is read here. `archive.transcripts.current_transcript`, which has
all of it, is for the editor, the privacy page and the machines alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.models import Cut, Recording, TranscriptKind
from archive.privacy.redaction import redact, redact_slides, redact_translation
from archive.privacy.values import NO_CUTS, Cuts, make_cuts
from archive.slides import KeptSlide, read_slides
from archive.transcripts import KeptTranscript, current_transcript


def read_cuts(session: Session, recording_id: int) -> Cuts:
    """Read what is cut out of a recording; nothing when there is none."""
    return read_all_cuts(session, [recording_id]).get(recording_id, NO_CUTS)


def read_all_cuts(session: Session, recording_ids: Iterable[int]) -> Mapping[int, Cuts]:
    """Read what is cut out of some recordings, by id; those with nothing cut out are not in it."""
    ids = list(recording_ids)
    rows: dict[int, list[Cut]] = {}
    for cut in session.scalars(select(Cut).where(Cut.recording_id.in_(ids))):
        rows.setdefault(cut.recording_id, []).append(cut)
    ranges = session.execute(
        select(Recording.id, Recording.shown_from_ms, Recording.shown_until_ms).where(
            Recording.id.in_(ids),
            Recording.shown_from_ms.is_not(None) | Recording.shown_until_ms.is_not(None),
        )
    )
    shown = {row.id: (row.shown_from_ms, row.shown_until_ms) for row in ranges}
    return {
        recording_id: make_cuts(rows.get(recording_id, ()), *shown.get(recording_id, (None, None)))
        for recording_id in rows.keys() | shown.keys()
    }


def readable_transcript(
    session: Session,
    recording_id: int,
    *,
    kind: TranscriptKind = TranscriptKind.SPEECH,
    partial: bool = False,
) -> KeptTranscript | None:
    """Read the newest transcript as readers get it; arguments of `current_transcript`."""
    transcript = current_transcript(session, recording_id, kind=kind, partial=partial)
    if transcript is None:
        return None
    cuts = read_cuts(session, recording_id)
    take_out = redact if kind is TranscriptKind.SPEECH else redact_translation
    return replace(transcript, segments=take_out(transcript.segments, cuts))


def readable_slides(session: Session, recording_id: int) -> tuple[KeptSlide, ...]:
    """Read the slides of a recording as readers get them, in order of time."""
    return redact_slides(read_slides(session, recording_id), read_cuts(session, recording_id))
