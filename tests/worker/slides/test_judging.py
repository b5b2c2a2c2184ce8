import numpy as np
import pytest

from tests.worker.slides.test_shots import A
from worker.slides.judging import is_slide, lines_that_stand
from worker.slides.likeness import Tiles, no_tiles
from worker.slides.looks import Luma
from worker.slides.values import SlideLine

DARK = np.full((180, 320), 26, np.uint8)


def line(text: str, *, at: tuple[float, float] = (0.1, 0.1)) -> SlideLine:
    left, top = at
    return SlideLine(text=text, confidence=0.99, box=(left, top, left + 0.3, top + 0.05))


def moves(top: int, bottom: int, left: int, right: int) -> Tiles:
    tiles = no_tiles()
    tiles[top:bottom, left:right] = True
    return tiles


NOTHING = no_tiles()
CORNER = moves(13, 18, 25, 31)
COLUMN = moves(2, 16, 24, 32)
HEAD = moves(2, 18, 8, 24)
TITLE = (line("Severe malaria in children"),)
MANY = tuple(line(f"words that say number {n}", at=(0.1, 0.1 * n)) for n in range(4))


@pytest.mark.parametrize(
    ("luma", "moving", "lines", "expected"),
    [
        (A, NOTHING, TITLE, True),
        (A, CORNER, TITLE, True),
        (A, COLUMN, TITLE, True),
        (A, HEAD, TITLE, False),
        (A, HEAD, MANY, True),
        (A, NOTHING, (), True),
        (A, CORNER, (), False),
        (DARK, NOTHING, (line("Dr Amina Bello"),), False),
        (DARK, NOTHING, MANY, True),
    ],
    ids=[
        "title", "title and webcam", "title beside faces", "a head and a banner",
        "much text around a film", "a picture", "a lecturer far away", "camera off", "dark slide",
    ],
)  # fmt: skip
def test_what_is_a_slide(
    luma: Luma, moving: Tiles, lines: tuple[SlideLine, ...], *, expected: bool
) -> None:
    assert is_slide(luma, moving, lines, usual_motion=0.02) is expected


def test_a_picture_without_words_is_a_slide_where_slides_have_a_webcam() -> None:
    assert is_slide(A, CORNER, (), usual_motion=0.06)


def test_a_name_inside_what_moves_does_not_count() -> None:
    name, title = line("Dr Amina Bello", at=(0.7, 0.85)), TITLE[0]

    assert lines_that_stand([title, name], CORNER) == (title,)
