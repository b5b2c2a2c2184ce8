"""The pages of a PDF of slides that a person gave to a recording."""

import logging
import shutil

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from archive.models import Deck, DeckPage, DeckState, StoredFile
from archive.storage import Blob
from worker.parts import Parts
from worker.slides import PdfPage, lines_to_json, render_pdf
from worker.slides.small import write_small
from worker.stages.files import file_row

logger = logging.getLogger(__name__)


def read(parts: Parts, recording_id: int, deck_id: int) -> None:
    """Turn the PDF into pages with their pictures and words; does nothing when it is gone.

    Raises:
        InvalidInputError: it cannot be used; says why, for the person who gave it.
        MediaError: it cannot be rendered.
        DiskFullError: the disk is full.
    """
    with parts.database.read() as session:
        sha256 = session.scalar(
            select(StoredFile.sha256)
            .join(Deck, Deck.file_id == StoredFile.id)
            .where(Deck.id == deck_id)
        )
    if sha256 is None:
        return
    folder = parts.settings.scratch_dir / f"deck-{deck_id}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        # Messages name the file, and a storage key says nothing to anybody.
        pdf = folder / "The PDF"
        pdf.symlink_to(parts.storage.path(sha256).absolute())
        pages = render_pdf(pdf, folder, reader=parts.reader)
        kept = []
        for page in pages:
            small = write_small(page.picture, page.picture.with_suffix(".webp"))
            kept.append((page, parts.storage.keep(small), parts.storage.keep(page.picture)))
        with parts.database.begin() as session:
            _keep(session, deck_id, kept, parts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    logger.info("recording=%s deck=%s pages=%d", recording_id, deck_id, len(pages))


def fail(parts: Parts, _recording_id: int, deck_id: int, problem: str) -> None:
    """Note why a PDF could not be read."""
    with parts.database.begin() as session:
        deck = session.get(Deck, deck_id)
        if deck is not None:
            deck.state, deck.problem = DeckState.FAILED, problem


def _keep(
    session: Session, deck_id: int, pages: list[tuple[PdfPage, Blob, Blob]], parts: Parts
) -> None:
    deck = session.get(Deck, deck_id)
    if deck is None:
        return  # Removed meanwhile; another PDF has a job of its own.
    session.execute(delete(DeckPage).where(DeckPage.deck_id == deck_id))
    for page, small, picture in pages:
        session.add(
            DeckPage(
                deck_id=deck_id,
                number=page.number,
                text=page.text,
                lines=lines_to_json(page.lines),
                picture_id=file_row(session, picture, parts.clock()),
                small_id=file_row(session, small, parts.clock()),
            )
        )
    deck.state, deck.problem = DeckState.READY, None
