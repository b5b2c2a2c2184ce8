"""Giving a recording its slides by hand: a PDF, whose pages get the times they were shown at.

For sound alone, or a picture without slides. The worker turns the PDF into pages; a page with
a time becomes a slide like any other, so that the strip and the search follow. Everything
runs in the caller's transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from archive.audit import note
from archive.deposits import display_name
from archive.errors import InvalidInputError
from archive.jobs import Jobs
from archive.models import (
    Deck,
    DeckPage,
    DeckState,
    Recording,
    RecordingFile,
    Role,
    Slide,
    SlideSource,
    Status,
    StoredFile,
)
from archive.permissions import Actor
from archive.pipeline import Stage
from archive.recording_views import RecordingView
from archive.recordings import editable_recording, touch
from archive.slides import KeptSlide
from archive.storage import Blob
from archive.stored_files import forget_unused
from archive.timecode import format_clock

MAX_DECK_BYTES = 100 * 1000**2
_SIGNATURE = b"%PDF-"
_SIGNATURE_WITHIN = 1024
"""Readers look for it that far in (ISO 32000-1, annex H.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """One page of a PDF."""

    number: int
    """From 1."""
    text: str
    start_ms: int | None
    """When it is shown; None: it is not."""
    picture_sha256: str
    """Of the JPEG."""
    small_sha256: str
    """Of the WebP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDeck:
    """The PDF of a recording."""

    deck_id: int
    name: str
    state: DeckState
    problem: str | None
    pages: tuple[KeptPage, ...]


def check_pdf_head(head: bytes, name: str) -> None:
    """Look at the first bytes of what is given as a PDF.

    Raises:
        InvalidInputError: it is none; says how to make one.
    """
    if not head:
        raise InvalidInputError("The file is empty. Choose the PDF of the slides.")
    if _SIGNATURE not in head[:_SIGNATURE_WITHIN]:
        raise InvalidInputError(
            f"{display_name(name) or 'The file'} is not a PDF. Save the slides as PDF "
            "(“Export” or “Print” in the program they were made with), and give that."
        )


def may_attach(recording: RecordingView, slides: Sequence[KeptSlide]) -> bool:
    """Tell whether slides can be given by hand: it has none of its own, and none are looked for."""
    return (
        recording.status not in (Status.REJECTED, Status.FAILED)
        and recording.duration_ms is not None
        and recording.progress.stage is not Stage.SLIDES
        and all(slide.source is SlideSource.HAND for slide in slides)
    )


def get_deck(session: Session, recording_id: int) -> KeptDeck | None:
    """Read the PDF of a recording and its pages in order; None: it has none."""
    deck = session.scalar(select(Deck).where(Deck.recording_id == recording_id))
    if deck is None:
        return None
    picture, small = aliased(StoredFile), aliased(StoredFile)
    rows = session.execute(
        select(DeckPage, picture.sha256, small.sha256)
        .join(picture, DeckPage.picture_id == picture.id)
        .join(small, DeckPage.small_id == small.id)
        .where(DeckPage.deck_id == deck.id)
        .order_by(DeckPage.number)
    )
    return KeptDeck(
        deck_id=deck.id,
        name=deck.name,
        state=deck.state,
        problem=deck.problem,
        pages=tuple(
            KeptPage(
                number=page.number,
                text=page.text,
                start_ms=page.start_ms,
                picture_sha256=picture_sha256,
                small_sha256=small_sha256,
            )
            for page, picture_sha256, small_sha256 in rows
        ),
    )


def give_deck(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    *,
    blob: Blob,
    file_name: str,
    actor: Actor,
    now: datetime,
) -> tuple[str, ...]:
    """Give a recording a PDF in place of any it had, and have its pages read.

    Args:
        session: of the caller's transaction.
        jobs: take the reading.
        recording_id: whose slides they are.
        blob: The PDF, in the store already.
        file_name: Its name, for showing.
        actor: Who gives it.
        now: The present.

    Returns:
        Keys of stored files that nothing needs any more, for deleting after the commit.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not.
        InvalidInputError: it has slides of its own.
    """
    recording = editable_recording(session, recording_id, actor)
    _require_none_of_its_own(session, recording)
    file = session.scalar(select(StoredFile).where(StoredFile.sha256 == blob.sha256))
    if file is None:
        file = StoredFile(sha256=blob.sha256, size_bytes=blob.size_bytes, created_at=now)
        session.add(file)
        session.flush()
    gone = _forget(session, jobs, recording, now=now, keep=file.id)
    deck = Deck(
        recording_id=recording_id,
        file_id=file.id,
        name=display_name(file_name) or "slides.pdf",
        state=DeckState.WAITING,
        created_at=now,
    )
    session.add(deck)
    session.flush()
    jobs.deck(session, recording_id, deck.id)
    note(
        session,
        actor=actor,
        action="gave slides to",
        kind="recording",
        object_id=recording_id,
        after={"file": deck.name},
        now=now,
    )
    return gone


def place_pages(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    times_ms: Mapping[int, int],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Make slides of the pages that have a time, in place of those made before; returns how many.

    Args:
        session: of the caller's transaction.
        jobs: let the search follow.
        recording_id: whose slides they are.
        times_ms: By page number, no two alike.
        actor: Who says so.
        now: The present.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not.
        InvalidInputError: it has slides of its own, or no PDF that was read.
    """
    recording = editable_recording(session, recording_id, actor)
    _require_none_of_its_own(session, recording)
    deck = session.scalar(select(Deck).where(Deck.recording_id == recording_id))
    if deck is None or deck.state is not DeckState.READY:
        raise InvalidInputError(
            "There are no pages to give a time to: the PDF was removed, or another is being read. "
            "Load the page again."
        )
    _clear_slides(session, recording_id)
    for page in session.scalars(select(DeckPage).where(DeckPage.deck_id == deck.id)):
        page.start_ms = times_ms.get(page.number)
        if page.start_ms is None:
            continue
        session.add(
            Slide(
                recording_id=recording_id,
                start_ms=page.start_ms,
                end_ms=None,
                text=page.text,
                lines=page.lines,
                source=SlideSource.HAND,
            )
        )
        for role, file_id, media_type in (
            (Role.SLIDE, page.picture_id, "image/jpeg"),
            (Role.SLIDE_SMALL, page.small_id, "image/webp"),
        ):
            session.add(
                RecordingFile(
                    recording_id=recording_id,
                    file_id=file_id,
                    role=role,
                    media_type=media_type,
                    at_ms=page.start_ms,
                )
            )
    touch(session, jobs, recording, now=now)
    note(
        session,
        actor=actor,
        action="set the times of slides of",
        kind="recording",
        object_id=recording_id,
        after={f"page {number}": format_clock(at) for number, at in sorted(times_ms.items())},
        now=now,
    )
    return len(times_ms)


def remove_deck(
    session: Session, jobs: Jobs, recording_id: int, *, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Take the PDF and the slides made of it away; returns stored files to delete as `give_deck`.

    Raises:
        NotFoundError: there is no such recording.
        NotAllowedError: the actor may not.
    """
    recording = editable_recording(session, recording_id, actor)
    note(
        session,
        actor=actor,
        action="removed the slides of",
        kind="recording",
        object_id=recording_id,
        now=now,
    )
    return _forget(session, jobs, recording, now=now)


def _forget(
    session: Session, jobs: Jobs, recording: Recording, *, now: datetime, keep: int | None = None
) -> tuple[str, ...]:
    deck = session.scalar(select(Deck).where(Deck.recording_id == recording.id))
    if deck is None:
        return ()
    pages = session.scalars(select(DeckPage).where(DeckPage.deck_id == deck.id)).all()
    file_ids = {deck.file_id} | {
        file_id for page in pages for file_id in (page.picture_id, page.small_id)
    }
    had_slides = _clear_slides(session, recording.id)
    session.execute(delete(DeckPage).where(DeckPage.deck_id == deck.id))
    session.delete(deck)
    session.flush()
    if had_slides:
        touch(session, jobs, recording, now=now)
    return tuple(forget_unused(session, file_ids - {keep}))


def _clear_slides(session: Session, recording_id: int) -> int:
    """Remove the slides given by hand and their pictures' places; returns how many."""
    times = session.scalars(
        delete(Slide)
        .where(Slide.recording_id == recording_id, Slide.source == SlideSource.HAND)
        .returning(Slide.start_ms)
    ).all()
    session.execute(
        delete(RecordingFile).where(
            RecordingFile.recording_id == recording_id,
            RecordingFile.role.in_([Role.SLIDE, Role.SLIDE_SMALL]),
            RecordingFile.at_ms.in_(times),
        )
    )
    return len(times)


def _require_none_of_its_own(session: Session, recording: Recording) -> None:
    own = session.scalar(
        select(Slide.id)
        .where(Slide.recording_id == recording.id, Slide.source == SlideSource.VIDEO)
        .limit(1)
    )
    if own is not None:
        raise InvalidInputError(
            "This recording shows its slides itself; they were found in its picture. "
            "A PDF can be given to one that shows none."
        )
