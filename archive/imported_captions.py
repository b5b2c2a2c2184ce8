"""Captions that people bring become the transcript, and stay it: no machine replaces them.

Their words get the times at which the recognizer heard them, at once where it has listened
already, else when it has (`archive.transcripts.complete_transcript`). Runs in the caller's
transaction.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.audit import note
from archive.captions.alignment import CaptionLine, place_words
from archive.captions.phrases import joining_words
from archive.captions.reading import ReadCaptions
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import (
    Recording,
    Status,
    Transcript,
    TranscriptKind,
    TranscriptSegment,
    TranscriptVersion,
)
from archive.models.transcript import CAPTIONS
from archive.notices import Notice, read_notices, write_notices
from archive.permissions import Actor
from archive.recordings import editable_recording
from archive.segment_rows import insert_segments, with_uids
from archive.transcript import Segment, Word
from archive.transcript_versions import What, hold, note_made
from archive.transcripts import current_transcript, next_version, spoken_languages

_SCRIPTS = (
    ("ar", "\u0600", "\u06ff"),
    ("am", "\u1200", "\u137f"),
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7af"),
    ("zh", "\u4e00", "\u9fff"),
    ("ru", "\u0400", "\u04ff"),
    ("hi", "\u0900", "\u097f"),
)
"""Scripts that tell a language, as well as one can guess; kana before Han."""
_MUCH = 0.2


def import_captions(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    captions: ReadCaptions,
    *,
    name: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Make captions the transcript of a recording; what it had stays as an older version.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not change it.
        InvalidInputError: its file was not kept, or the captions go on long after its end.
    """
    recording = editable_recording(session, recording_id, actor)
    if recording.status is Status.REJECTED:
        raise InvalidInputError("This file was not kept; deposit it again.")
    _check_length(recording, captions)
    hold(session, recording_id)
    before = current_transcript(session, recording_id)
    heard: tuple[Word, ...] = ()
    if before is not None and before.source != CAPTIONS:
        heard = tuple(word for segment in before.segments for word in segment.words)
    segments = make_segments(recording, captions, heard)
    transcript = Transcript(
        recording_id=recording_id,
        kind=TranscriptKind.SPEECH,
        version=next_version(session, recording_id, TranscriptKind.SPEECH),
        source=CAPTIONS,
        model=name[:200],
        complete=True,
        created_at=now,
    )
    session.add(transcript)
    session.flush()
    insert_segments(session, transcript.id, list(with_uids(segments)))
    note_made(session, transcript, now=now)
    languages = spoken_languages(segments)
    recording.languages = " ".join(languages)
    recording.detected_language = next(iter(languages), None)
    recording.notices = write_notices(set(read_notices(recording.notices)) - {Notice.NO_SPEECH})
    recording.version += 1
    recording.updated_at = now
    note(
        session,
        actor=actor,
        action="imported captions",
        kind="recording",
        object_id=recording_id,
        after={"file": name, "cues": len(captions.cues)},
        now=now,
    )
    session.flush()
    jobs.names(session, recording_id, recording.version)


def make_segments(
    recording: Recording, captions: ReadCaptions, heard: tuple[Word, ...]
) -> tuple[Segment, ...]:
    """Make the segments of captions: a cue each, by people, with its speaker where told."""
    text = " ".join(cue.text for cue in captions.cues)
    usual = captions.language or recording.language or guess_language(text)
    lines = [
        CaptionLine(
            start_ms=cue.start_ms,
            end_ms=cue.end_ms,
            text=cue.text,
            language=cue.language or usual,
            speaker=cue.speaker,
        )
        for cue in captions.cues
    ]
    return tuple(_by_people(segment) for segment in place_words(lines, heard))


def untouched_cues(session: Session, transcript_id: int) -> frozenset[str]:
    """Return the uids of imported cues whose words nobody here has changed or checked."""
    by_people = select(TranscriptVersion.number).where(
        TranscriptVersion.transcript_id == transcript_id,
        TranscriptVersion.what.in_([What.EDITED, What.RESTORED, What.REPLACED, What.REVERTED]),
    )
    return frozenset(
        session.scalars(
            select(TranscriptSegment.uid).where(
                TranscriptSegment.transcript_id == transcript_id,
                TranscriptSegment.checked.is_(False),
                TranscriptSegment.since.not_in(by_people),
            )
        )
    )


def guess_language(text: str) -> str:
    """Guess what a text is in, by its script and its small words; English when nothing tells."""
    letters = [character for character in text if character.isalpha()]
    for code, low, high in _SCRIPTS:
        if sum(low <= letter <= high for letter in letters) > _MUCH * len(letters):
            return code
    counts = Counter(text.casefold().split())
    scores = {code: sum(counts[word] for word in words) for code, words in joining_words().items()}
    best = max(scores, key=lambda code: scores[code])
    return best if scores[best] else "en"


def _by_people(segment: Segment) -> Segment:
    return replace(
        segment, edited=True, speaker=segment.speaker[:64], speaker_set=bool(segment.speaker)
    )


def _check_length(recording: Recording, captions: ReadCaptions) -> None:
    """Refuse captions that are of another, longer recording."""
    if recording.duration_ms is None:
        return
    last = captions.cues[-1]
    if last.start_ms > recording.duration_ms:
        raise InvalidInputError(
            f"The captions go on until {last.end_ms // 1000} s, but the recording is only "
            f"{recording.duration_ms // 1000} s long. Are they another recording's?"
        )
