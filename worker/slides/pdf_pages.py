"""Render the pages of one PDF: a script for a process of its own, never imported.

Run as `python -I pdf_pages.py PDF DIRECTORY MAX_PAGES MAX_WIDTH` under the limits of
`worker.media.run`: PDFium reads hostile input, so it may crash or hang here and nothing is
lost. Writes raw pictures (blue green red) and prints a line of JSON for each page, as soon as
it is done. Must not import from this project.
"""

import json
import sys
from pathlib import Path

import pypdfium2

_FEW_LETTERS = 3
_MAX_RECTS = 2_000


def main(arguments: list[str]) -> int:
    """Render; 0 when all pages are written, 2 when it cannot be opened, 3 for too many."""
    source, directory, max_pages, max_width = arguments
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    if len(document) > int(max_pages):
        sys.stderr.write(f"{len(document)} pages\n")
        return 3
    for number in range(len(document)):
        page = document[number]
        _render(page, Path(directory) / f"{number:04d}.raw", int(max_width))
        page.close()
    return 0


def _render(page: pypdfium2.PdfPage, target: Path, max_width: int) -> None:
    width, height = page.get_size()
    scale = max_width / max(width, height * 16 / 9, 1.0)
    pixels = page.render(scale=scale, rev_byteorder=False, prefer_bgrx=False).to_numpy()[..., :3]
    target.write_bytes(pixels.tobytes())
    lines = _text_of(page, width, height)
    said = {
        "raw": target.name,
        "width": pixels.shape[1],
        "height": pixels.shape[0],
        "lines": lines,
    }
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _text_of(page: pypdfium2.PdfPage, width: float, height: float) -> list[list[object]]:
    """Read the page's own text: left, top, right, bottom as fractions, and the words."""
    text = page.get_textpage()
    lines: list[list[object]] = []
    for index in range(min(text.count_rects(), _MAX_RECTS)):
        left, bottom, right, top = text.get_rect(index)
        words = " ".join(text.get_text_bounded(left, bottom, right, top).split())
        if words:
            lines.append(
                [left / width, 1 - top / height, right / width, 1 - bottom / height, words]
            )
    letters = sum(character.isalpha() for line in lines for character in str(line[4]))
    return lines if letters >= _FEW_LETTERS else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
