"""The privacy check: what was found, what people decided about it, and what is still open.

Findings are made anew of the transcript as it is; a decision holds for the same words at about
the same time, whoever transcribed them. Hidden words are not found again: they are decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive import audit
from archive.cuts import Leaves, add_cuts
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import Chapter, Decision, PrivacyDecision, Recording
from archive.permissions import Actor
from archive.privacy.finding import find_identifiers, find_in_text, names_are_looked_for
from archive.privacy.identifiers import Finding
from archive.privacy.reading import read_cuts
from archive.privacy.values import Cuts, Span, covers, merge
from archive.recordings import editable_recording
from archive.slides import read_slides
from archive.speakers import read_names
from archive.transcripts import current_transcript

_ABOUT_MS = 3_000
"""Another transcription puts the same words up to so much earlier or later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A finding and what was decided about it."""

    finding: Finding
    decision: Decision | None
    """None: nobody has decided yet."""

    @property
    def name(self) -> str:
        """What it is called in a form."""
        return f"{self.finding.start_ms}-{self.finding.end_ms}-{self.finding.digest[:16]}"


def read_flags(session: Session, recording_id: int) -> tuple[Flag, ...]:
    """Read what the check finds in a recording, with what was decided; in order of time.

    What lies outside of the range shown, or is hidden and muted already, is not among them.
    """
    transcript = current_transcript(session, recording_id)
    slides = read_slides(session, recording_id)
    if transcript is None and not slides:
        return ()
    recording = session.get_one(Recording, recording_id)
    findings = find_identifiers(
        transcript.segments if transcript else (),
        slides,
        known=_known(session, recording),
        main_language=recording.language or recording.detected_language or "en",
    )
    cuts = read_cuts(session, recording_id)
    decided = session.scalars(
        select(PrivacyDecision)
        .where(PrivacyDecision.recording_id == recording_id)
        .order_by(PrivacyDecision.id.desc())
    ).all()
    return tuple(
        Flag(finding=finding, decision=_decision(finding, decided, cuts))
        for finding in findings
        if not _is_cut(finding, cuts)
    )


def written_flags(session: Session, recording: Recording) -> tuple[str, ...]:
    """Return what in title, description and chapters may tell a patient; nothing cuts that out."""
    titles = session.scalars(select(Chapter.title).where(Chapter.recording_id == recording.id))
    language = recording.language or recording.detected_language or "en"
    known = _known(session, recording)
    written = (recording.title, recording.description, *titles)
    return tuple(
        words.strip(" .,;:")
        for text in written
        for words in find_in_text(text, language, known=known)
    )


def numbers_alone(recording: Recording) -> tuple[str, ...]:
    """Return the languages spoken in which the check finds phone numbers and nothing else."""
    return tuple(code for code in recording.languages.split() if not names_are_looked_for(code))


def open_flags(session: Session, recording_id: int) -> int:
    """Count what nobody has decided about yet: while there is any, do not publish."""
    return sum(flag.decision is None for flag in read_flags(session, recording_id))


def decide(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    names: Sequence[str],
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Decide about flags and cut out what is to be; returns how many.

    Args:
        session: Of the caller's transaction.
        jobs: Lets captions, search and media follow.
        recording_id: Whose.
        names: `Flag.name` of each.
        decision: The same for all of them.
        actor: Who decides.
        now: The present, aware.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not.
        InvalidInputError: none was chosen, or one is not there any more.
    """
    editable_recording(session, recording_id, actor)
    flags = {flag.name: flag for flag in read_flags(session, recording_id)}
    if not names:
        raise InvalidInputError("Choose at least one of what was found.")
    if missing := [name for name in names if name not in flags]:
        raise InvalidInputError(
            f"{len(missing)} of these were decided or changed meanwhile; load the page again."
        )
    chosen = [flags[name].finding for name in dict.fromkeys(names)]
    session.add_all(
        PrivacyDecision(
            recording_id=recording_id,
            kind=finding.kind,
            digest=finding.digest,
            start_ms=finding.start_ms,
            end_ms=finding.end_ms,
            decision=decision,
            account_id=actor.account_id,
            decided_at=now,
        )
        for finding in chosen
    )
    audit.note(
        session,
        actor=actor,
        action="decided the privacy check",
        kind="recording",
        object_id=recording_id,
        after={"decision": decision, "found": [str(finding.kind) for finding in chosen]},
        now=now,
    )
    if decision is not Decision.KEEP:
        _cut(session, jobs, recording_id, chosen, decision, actor=actor, now=now)
    return len(chosen)


def _cut(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    findings: Sequence[Finding],
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    said = [_span(finding) for finding in findings if not finding.on_slide]
    shown = [_span(finding) for finding in findings if finding.on_slide]
    leaves = Leaves(
        words=decision in (Decision.HIDE, Decision.BOTH),
        sound=decision in (Decision.MUTE, Decision.BOTH),
    )
    for spans, what, spoken in ((said, leaves, True), (shown, Leaves(picture=True), False)):
        if spans:
            add_cuts(session, jobs, recording_id, spans, what, spoken=spoken, actor=actor, now=now)


def _span(finding: Finding) -> Span:
    return Span(start_ms=finding.start_ms, end_ms=finding.end_ms)


def _known(session: Session, recording: Recording) -> set[str]:
    """Return the names of who speaks in it: they are no patients, though their namesakes may be."""
    return {*recording.speakers.splitlines(), *read_names(session, recording.id).values()}


def _is_cut(finding: Finding, cuts: Cuts) -> bool:
    """Tell whether readers get nothing of a finding already."""
    span = (_span(finding),)
    if not cuts.shows(finding.start_ms, finding.end_ms):
        return True
    if finding.on_slide:
        return covers(cuts.unseen, merge(span))
    return covers(cuts.hidden, span) and covers(cuts.muted, span)


def _decision(finding: Finding, decided: Sequence[PrivacyDecision], cuts: Cuts) -> Decision | None:
    """Return the latest decision about the same words at about the same time.

    One to cut holds as long as the cut is there.
    """
    for row in decided:
        if (
            row.digest == finding.digest
            and row.start_ms - _ABOUT_MS < finding.end_ms
            and finding.start_ms < row.end_ms + _ABOUT_MS
        ):
            return row.decision if _holds(row.decision, finding, cuts) else None
    return None


def _holds(decision: Decision, finding: Finding, cuts: Cuts) -> bool:
    """Tell whether what was decided is so; what is cut altogether is no finding any more."""
    if decision is Decision.KEEP:
        return True
    cut = {Decision.HIDE: cuts.hidden, Decision.MUTE: cuts.muted}.get(decision, ())
    return covers(cut, (_span(finding),))
