from pathlib import Path

import cv2
import pytest

from archive.errors import InvalidInputError
from benchmarks.slides import deck
from benchmarks.slides.drawing import draw_page, packed_font
from worker.slides import TextReader, pdf, render_pdf


def write_pdf(path: Path, *pages: str, width: int = 960, height: int = 540) -> Path:
    """Write a PDF by hand, a line of text a page; readers put up with its missing index."""
    count = len(pages)
    kids = " ".join(f"{3 + 2 * n} 0 R" for n in range(count))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        (
            f"<</Type/Pages/Kids[{kids}]/Count {count}/MediaBox[0 0 {width} {height}]"
            "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
        ),
    ]
    for number, words in enumerate(pages):
        lines = [f"1 0 0 1 80 {height - 90 - 70 * row} Tm ({line}) Tj"
                 for row, line in enumerate(words.split("\n"))]  # fmt: skip
        content = f"BT /F1 36 Tf {' '.join(lines)} ET"
        objects += [
            f"<</Type/Page/Parent 2 0 R/Contents {4 + 2 * number} 0 R>>",
            f"<</Length {len(content)}>>stream\n{content}\nendstream",
        ]
    body = "".join(f"{n} 0 obj\n{text}\nendobj\n" for n, text in enumerate(objects, 1))
    path.write_text(f"%PDF-1.4\n{body}trailer<</Root 1 0 R/Size {len(objects) + 1}>>\n%%EOF\n")
    return path


def test_pages_become_pictures_with_the_words_of_the_pdf(
    reader: TextReader, tmp_path: Path
) -> None:
    source = write_pdf(tmp_path / "talk.pdf", "Severe malaria\nArtesunate first", "Questions")

    pages = render_pdf(source, tmp_path / "pages", reader=reader)

    assert [page.text for page in pages] == ["Severe malaria\nArtesunate first", "Questions"]
    assert [page.number for page in pages] == [1, 2]
    assert all(line.confidence == 1.0 for page in pages for line in page.lines)
    left, top, right, bottom = pages[0].lines[0].box
    assert (left, bottom) == pytest.approx((80 / 960, 90 / 540), abs=0.03)
    assert top < bottom
    assert left < right
    assert cv2.imread(str(pages[0].picture)).shape == (720, 1280, 3)
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        "page-0001.jpg", "page-0002.jpg",
    ]  # fmt: skip


def test_a_scanned_page_is_read_from_its_picture(reader: TextReader, tmp_path: Path) -> None:
    source = tmp_path / "scan.pdf"
    draw_page(deck.MALARIA[8], packed_font).save(source)

    (page,) = render_pdf(source, tmp_path / "pages", reader=reader)

    assert "Parenteral artesunate saves lives" in page.text
    assert any(line.confidence < 1.0 for line in page.lines)


def test_an_upright_page_is_as_high_as_a_slide(reader: TextReader, tmp_path: Path) -> None:
    source = write_pdf(tmp_path / "a4.pdf", "A letter", width=595, height=842)

    (page,) = render_pdf(source, tmp_path / "pages", reader=reader)

    assert cv2.imread(str(page.picture)).shape[0] == pytest.approx(720, abs=1)


def test_what_is_no_pdf_is_refused_with_what_to_do(reader: TextReader, tmp_path: Path) -> None:
    source = tmp_path / "talk.pdf"
    source.write_bytes(b"PK\x03\x04 a presentation")

    with pytest.raises(InvalidInputError, match=r"talk\.pdf is not a PDF; save the slides as PDF"):
        render_pdf(source, tmp_path / "pages", reader=reader)


def test_a_damaged_pdf_is_refused_with_what_to_do(reader: TextReader, tmp_path: Path) -> None:
    source = tmp_path / "talk.pdf"
    source.write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 40)

    with pytest.raises(InvalidInputError, match="damaged or asks for a password"):
        render_pdf(source, tmp_path / "pages", reader=reader)


def test_too_many_pages_are_refused(reader: TextReader, tmp_path: Path) -> None:
    source = write_pdf(tmp_path / "long.pdf", *["page"] * (pdf.MAX_PAGES + 1))

    with pytest.raises(InvalidInputError, match=r"has 301 pages, and 300 are allowed"):
        render_pdf(source, tmp_path / "pages", reader=reader)


def test_too_many_bytes_are_refused_unread(
    reader: TextReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_pdf(tmp_path / "large.pdf", "words")
    monkeypatch.setattr(pdf, "MAX_BYTES", 100)

    with pytest.raises(InvalidInputError, match="save it with smaller pictures"):
        render_pdf(source, tmp_path / "pages", reader=reader)


def test_a_page_as_large_as_a_field_becomes_a_small_picture(
    reader: TextReader, tmp_path: Path
) -> None:
    source = write_pdf(tmp_path / "field.pdf", "wide", width=1_000_000, height=20)

    (page,) = render_pdf(source, tmp_path / "pages", reader=reader)

    assert cv2.imread(str(page.picture)).shape[1] <= 1280
