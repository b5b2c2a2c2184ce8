"""Take the pages of a PDF of slides: a picture and the words of each.

For recordings that are sound alone. The words are those in the PDF where it has any, else they
are read from the picture. A PDF is hostile input: see `pdf_pages`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from archive.errors import InvalidInputError, MediaError
from worker.media.run import run_script
from worker.slides.jpeg import encode_jpeg, write_whole
from worker.slides.looks import MAX_WIDTH
from worker.slides.reading import TextReader, in_reading_order, without_bullet
from worker.slides.values import SlideLine

MAX_BYTES = 100 * 1024**2
MAX_PAGES = 300
_SCRIPT = Path(__file__).with_name("pdf_pages.py")
_STALL_S = 60.0
_SIGNATURE = b"%PDF-"
_HEAD_BYTES = 1024  # readers look for the signature that far in, ISO 32000-1 annex H.3
_UNREADABLE, _TOO_MANY = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPage:
    """One page."""

    number: int
    """From 1."""
    picture: Path
    """The JPEG, at most 1280 wide: `page-0001.jpg`."""
    lines: tuple[SlideLine, ...]
    """In reading order; of confidence 1.0 when they stand in the PDF itself."""

    @property
    def text(self) -> str:
        """The words, a line for each line on the page."""
        return "\n".join(line.text for line in self.lines)


def render_pdf(pdf: Path, directory: Path, *, reader: TextReader) -> tuple[PdfPage, ...]:
    """Write the pages of a PDF as pictures into a directory and read their words.

    Args:
        pdf: The file.
        directory: Where the pictures go; made when it is not there.
        reader: Reads pages without text of their own.

    Raises:
        InvalidInputError: It is no PDF, needs a password, is damaged, larger than 100 MB or
            longer than 300 pages. Fit to be shown.
        MediaError: It cannot be rendered: it crashed the renderer or stood still.
        DiskFullError: The disk is full.
    """
    _check(pdf)
    directory.mkdir(parents=True, exist_ok=True)
    arguments = [str(pdf.absolute()), str(directory.absolute()), str(MAX_PAGES), str(MAX_WIDTH)]
    pages: list[PdfPage] = []
    try:
        for line in run_script(
            _SCRIPT, arguments, subject=f"read the pages of {pdf.name}", stall_s=_STALL_S
        ):
            pages.append(_page(json.loads(line), len(pages) + 1, directory, reader))
    except MediaError as exc:
        if exc.returncode == _UNREADABLE:
            raise InvalidInputError(
                f"{pdf.name} cannot be opened: it is damaged or asks for a password; "
                "save it again as PDF without one"
            ) from exc
        if exc.returncode == _TOO_MANY:
            raise InvalidInputError(
                f"{pdf.name} has {exc.stderr_tail}, and {MAX_PAGES} are allowed; "
                "leave out those that were not shown"
            ) from exc
        raise
    finally:
        for raw in directory.glob("[0-9]*.raw"):
            raw.unlink()
    return tuple(pages)


def _check(pdf: Path) -> None:
    size_bytes = pdf.stat().st_size
    if size_bytes > MAX_BYTES:
        raise InvalidInputError(
            f"{pdf.name} has {size_bytes / 1024**2:.0f} MB, and {MAX_BYTES // 1024**2} MB are "
            "allowed; save it with smaller pictures"
        )
    with pdf.open("rb") as file:
        if _SIGNATURE not in file.read(_HEAD_BYTES):
            raise InvalidInputError(f"{pdf.name} is not a PDF; save the slides as PDF")


def _page(said: dict[str, Any], number: int, directory: Path, reader: TextReader) -> PdfPage:
    raw = directory / Path(said["raw"]).name
    shape = (said["height"], said["width"], 3)
    pixels = np.fromfile(raw, np.uint8).reshape(shape)
    raw.unlink()
    picture = directory / f"page-{number:04d}.jpg"
    write_whole(encode_jpeg(pixels), picture)
    own = [
        SlideLine(text=text, confidence=1.0, box=(left, top, right, bottom))
        for left, top, right, bottom, words in said["lines"]
        if (text := without_bullet(words))
    ]
    lines = in_reading_order(own) if own else reader.read(pixels)
    return PdfPage(number=number, picture=picture, lines=lines)
