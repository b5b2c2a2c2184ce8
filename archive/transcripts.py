"""Keeping transcripts: batches as they come, the finished one, and reading it back.

A batch replaces whatever an earlier run of the same batch wrote, in one transaction, so
that a killed worker neither doubles nor loses a segment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from archive.captions.alignment import replace_times
from archive.errors import SupersededError
from archive.models import Transcript, TranscriptKind, TranscriptSegment
from archive.models.transcript import CAPTIONS, Review
from archive.segment_rows import insert_segments, read_segments, read_stored, with_uids
from archive.speaker_turns import give_speakers
from archive.speakers import read_names, read_turns
from archive.transcript import Segment, Word
from archive.transcript_versions import (
    Cause,
    What,
    begin_version,
    hold,
    note_made,
    replace_segments,
)

_A_MOMENT_MS = 4_000
_MOST_LANGUAGES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTranscript:
    """A transcript as stored."""

    transcript_id: int
    kind: TranscriptKind
    version: int
    source: str
    model: str
    complete: bool
    created_at: datetime
    segments: tuple[Segment, ...]
    """In order of time; speakers by name where they have one, else by label."""
    review: Review = Review.MACHINE
    """How far people are with it."""
    by: str = ""
    """Who is at it, or has checked it, by name."""

    @property
    def checked(self) -> bool:
        """True where people have checked it against the sound."""
        return self.review is Review.CHECKED


def begin_transcript(
    session: Session,
    recording_id: int,
    *,
    model: str,
    now: datetime,
    kind: TranscriptKind = TranscriptKind.SPEECH,
) -> int:
    """Open a new version, not complete yet, in place of one that was never completed.

    Returns its id.
    """
    session.execute(
        delete(Transcript).where(
            Transcript.recording_id == recording_id,
            Transcript.kind == kind,
            Transcript.complete.is_(False),
        )
    )
    transcript = Transcript(
        recording_id=recording_id,
        kind=kind,
        version=next_version(session, recording_id, kind),
        source="machine",
        model=model,
        complete=False,
        created_at=now,
    )
    session.add(transcript)
    session.flush()
    return transcript.id


def next_version(session: Session, recording_id: int, kind: TranscriptKind) -> int:
    """Return the number of the version that comes next."""
    newest = session.scalar(
        select(func.max(Transcript.version)).where(
            Transcript.recording_id == recording_id, Transcript.kind == kind
        )
    )
    return (newest or 0) + 1


def keep_batch(
    session: Session, transcript_id: int, batch: int, segments: Sequence[Segment]
) -> None:
    """Write the segments of a batch in place of any it had.

    Raises:
        SupersededError: the transcript is gone; another was begun in its place.
    """
    if session.get(Transcript, transcript_id) is None:
        raise SupersededError(f"transcript {transcript_id} was begun anew")
    session.execute(
        delete(TranscriptSegment).where(
            TranscriptSegment.transcript_id == transcript_id, TranscriptSegment.batch == batch
        )
    )
    insert_segments(session, transcript_id, list(with_uids(segments)), batch=batch)


def complete_transcript(
    session: Session, transcript_id: int, *, now: datetime | None = None
) -> None:
    """Mark a version as the one to show; what people edited or checked in the last one stays.

    Of one that people have checked as a whole all stays, and it stays checked. It gets its
    speakers where they are known. Does nothing when it is complete already.
    """
    transcript = session.get_one(Transcript, transcript_id)
    if transcript.complete:
        return
    hold(session, transcript.recording_id)
    fresh = read_segments(session, transcript_id)
    segments: Sequence[Segment] = fresh
    shown = _shown(session, transcript.recording_id, transcript.kind, partial=False)
    if shown and shown.source == CAPTIONS:
        # What people brought stays what is shown; the machine gives its words their times, and
        # its own transcript is left incomplete, to be replaced by the next.
        _time_captions(session, shown, fresh)
        return
    if shown:
        session.refresh(shown)
        before = read_segments(session, shown.id)
        edited = [segment for segment in before if segment.by_people]
        segments = before if shown.checked else keep_edits(fresh, edited)
        transcript.changes = shown.changes + 1
        for name in ("checked", "checked_by", "in_review_by", "in_review_by_id", "reviewed_at"):
            setattr(transcript, name, getattr(shown, name))
    turns = read_turns(session, transcript.recording_id)
    if turns is not None:
        segments = give_speakers(segments, turns)
    if segments != fresh:
        _keep_all(session, transcript_id, segments)
    transcript.complete = True
    session.flush()
    note_made(session, transcript, now=now)


def _time_captions(session: Session, shown: Transcript, heard: Sequence[Segment]) -> None:
    """Give the words of imported captions the times at which a machine heard them.

    In the version they have: what is said does not change.
    """
    session.refresh(shown)
    stored = read_stored(session, shown.id)
    words = [word for segment in heard for word in segment.words]
    timed = replace_times([one.segment for one in stored], words)
    replace_segments(session, shown, note_made(session, shown).number, stored, timed)


def tell_speakers(session: Session, recording_id: int, *, now: datetime | None = None) -> None:
    """Give what is shown of a recording its speakers, if its turns are known; idempotent.

    Holds the recording, so that of a transcript and of turns that are finished at the same
    time the later finds the other.
    """
    hold(session, recording_id)
    turns = read_turns(session, recording_id)
    if turns is None:
        return
    for kind in TranscriptKind:
        shown = _shown(session, recording_id, kind, partial=False)
        if shown is None:
            continue
        session.refresh(shown)
        stored = read_stored(session, shown.id)
        segments = tuple(one.segment for one in stored)
        told = give_speakers(segments, turns)
        if told != segments:
            cause = Cause(what=What.SPEAKERS, actor=None, now=now or shown.created_at)
            number = begin_version(session, shown, cause)
            replace_segments(session, shown, number, stored, list(with_uids(told)))


def _keep_all(session: Session, transcript_id: int, segments: Sequence[Segment]) -> None:
    """Write segments in place of all that a transcript had, before it is complete."""
    session.execute(
        delete(TranscriptSegment).where(TranscriptSegment.transcript_id == transcript_id)
    )
    insert_segments(session, transcript_id, list(with_uids(segments)))


def keep_edits(fresh: Sequence[Segment], edited: Sequence[Segment]) -> tuple[Segment, ...]:
    """Put what people edited in place of what a machine heard at the same time. Pure.

    An edited segment without words says that nothing is said there.

    Args:
        fresh: By the machine, in order of time.
        edited: By people, in order of time; they come out unchanged.

    Returns:
        Both in order of time. Of a fresh segment that overlaps an edited one the words
        outside of it are kept.
    """
    kept: list[Segment] = list(edited)
    for segment in fresh:
        overlapping = [
            one for one in edited if one.start_ms < segment.end_ms and one.end_ms > segment.start_ms
        ]
        if not overlapping:
            kept.append(segment)
            continue
        words = segment.words
        for before, after in zip([None, *overlapping], [*overlapping, None], strict=True):
            part = [
                word
                for word in words
                if (before is None or _middle(word) >= before.end_ms)
                and (after is None or _middle(word) < after.start_ms)
            ]
            if part:
                kept.append(_cut(segment, part, before, after))
    return tuple(sorted(kept, key=lambda segment: segment.start_ms))


def _middle(word: Word) -> int:
    return (word.start_ms + word.end_ms) // 2


def _cut(
    segment: Segment, words: Sequence[Word], before: Segment | None, after: Segment | None
) -> Segment:
    """Make a segment of some of its words, which end where the neighbours begin."""
    low = before.end_ms if before else words[0].start_ms
    high = after.start_ms if after else words[-1].end_ms
    inside = tuple(
        replace(word, start_ms=max(word.start_ms, low), end_ms=min(word.end_ms, high))
        for word in words
    )
    return replace(
        segment,
        start_ms=inside[0].start_ms,
        end_ms=inside[-1].end_ms,
        text="".join(word.text for word in inside).strip(),
        words=inside,
    )


def current_transcript(
    session: Session,
    recording_id: int,
    *,
    kind: TranscriptKind = TranscriptKind.SPEECH,
    partial: bool = False,
) -> KeptTranscript | None:
    """Read the newest complete version.

    Args:
        kind: What was said, or its translation.
        partial: Take the newest version even when it is not complete, if no complete one is.
    """
    transcript = _shown(session, recording_id, kind, partial=partial)
    if transcript is None:
        return None
    names = read_names(session, recording_id)
    segments = read_segments(session, transcript.id)
    return KeptTranscript(
        transcript_id=transcript.id,
        kind=transcript.kind,
        version=transcript.version,
        source=transcript.source,
        model=transcript.model,
        complete=transcript.complete,
        created_at=transcript.created_at,
        segments=tuple(
            _as_read(segment, names, checked=transcript.checked) for segment in segments
        ),
        review=transcript.review,
        by=transcript.checked_by if transcript.checked else transcript.in_review_by,
    )


def _as_read(segment: Segment, names: Mapping[str, str], *, checked: bool) -> Segment:
    """Name who speaks; where people have listened nothing is in doubt."""
    speaker = names.get(segment.speaker, segment.speaker)
    settled = segment.doubts and (checked or segment.checked)
    if speaker == segment.speaker and not settled:
        return segment
    return replace(segment, speaker=speaker, doubts=frozenset() if settled else segment.doubts)


def shown_transcript(
    session: Session, recording_id: int, kind: TranscriptKind = TranscriptKind.SPEECH
) -> Transcript | None:
    """Return the row of the complete version that is shown, as it is in the database now."""
    shown = _shown(session, recording_id, kind, partial=False)
    if shown is not None:
        session.refresh(shown)
    return shown


def shown_transcript_id(session: Session, recording_id: int) -> int | None:
    """Return the id of the complete version of what was said that is shown."""
    shown = _shown(session, recording_id, TranscriptKind.SPEECH, partial=False)
    return shown.id if shown else None


def _shown(
    session: Session, recording_id: int, kind: TranscriptKind, *, partial: bool
) -> Transcript | None:
    """Return the row of the version that is shown."""
    query = (
        select(Transcript)
        .where(Transcript.recording_id == recording_id, Transcript.kind == kind)
        .order_by(Transcript.complete.desc(), Transcript.version.desc())
        .limit(1)
    )
    if not partial:
        query = query.where(Transcript.complete.is_(True))
    return session.scalar(query)


def language_before(session: Session, transcript_id: int, batch: int) -> str | None:
    """Return the language spoken last in the batches before one; None: nothing was said."""
    return session.scalar(
        select(TranscriptSegment.language)
        .where(TranscriptSegment.transcript_id == transcript_id, TranscriptSegment.batch < batch)
        .order_by(TranscriptSegment.start_ms.desc())
        .limit(1)
    )


def spoken_languages(segments: Iterable[Segment]) -> tuple[str, ...]:
    """Return the languages spoken, the one spoken longest first; a few words do not count."""
    return languages_by_time((one.language, one.end_ms - one.start_ms) for one in segments)


def languages_by_time(stretches: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    """Do what `spoken_languages` does for languages and how long each is spoken, in ms."""
    spoken_ms: dict[str, int] = {}
    for language, length_ms in stretches:
        spoken_ms[language] = spoken_ms.get(language, 0) + length_ms
    ranked = sorted(spoken_ms, key=lambda language: -spoken_ms[language])
    return tuple(ranked[:1]) + tuple(
        language for language in ranked[1:_MOST_LANGUAGES] if spoken_ms[language] >= _A_MOMENT_MS
    )


def main_language(segments: Iterable[Segment]) -> str | None:
    """Return the language most of the speech is in, by time; None when nothing was said."""
    return next(iter(spoken_languages(segments)), None)
