import numpy as np
import pytest
from PIL import Image, ImageDraw

from worker.slides.likeness import Change, changed_tiles, compare, no_tiles, without_specks
from worker.slides.looks import Luma

LINES = ["Danger signs on admission", "Impaired consciousness", "Respiratory distress", "Jaundice"]


def look(*lines: str, pointer: tuple[int, int] | None = None, noise: int = 0) -> Luma:
    image = Image.new("L", (1280, 720), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((80, 60 + row * 110), line, fill=20, font_size=48)
    if pointer:
        x, y = pointer
        draw.polygon([(x, y), (x, y + 30), (x + 20, y + 20)], fill=0)
    luma = np.asarray(image.resize((320, 180), Image.Resampling.BOX)).astype(int)
    shimmer = np.random.default_rng(1).integers(-noise, noise + 1, luma.shape)
    return np.clip(luma + shimmer, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (look(*LINES), look(*LINES), Change.NONE),
        (look(*LINES), look(*LINES, noise=12), Change.NONE),
        (look(*LINES), look(*LINES, pointer=(600, 300)), Change.NONE),
        (look(*LINES, pointer=(100, 600)), look(*LINES, pointer=(600, 300)), Change.NONE),
        (look(*LINES[:2]), look(*LINES[:3]), Change.GROWN),
        (look(*LINES[:1]), look(*LINES), Change.GROWN),
        (look(*LINES), look("Treatment of the first day", *LINES[1:]), Change.OTHER),
        (look(*LINES), look(LINES[0], "Artesunate twice a day", "Quinine", "Rest"), Change.OTHER),
        (look(*LINES), look(*LINES[:1]), Change.OTHER),
        (look(), look(*LINES), Change.OTHER),
    ],
    ids=[
        "same", "noise", "pointer comes", "pointer moves", "a line more", "three lines more",
        "other title", "other lines", "lines go", "blank before",
    ],
)  # fmt: skip
def test_how_a_look_differs(before: Luma, after: Luma, expected: Change) -> None:
    assert compare(before, after, apart_from=no_tiles()) is expected


def test_what_moves_does_not_count() -> None:
    before, after = look(*LINES), look(*LINES)
    after = after.copy()
    after[120:170, 250:310] = 90
    face = no_tiles()
    face[12:17, 25:31] = True

    assert compare(before, after, apart_from=no_tiles()) is not Change.NONE
    assert compare(before, after, apart_from=face) is Change.NONE


def test_a_pointer_is_a_speck_and_a_line_is_not() -> None:
    pointed = changed_tiles(look(*LINES), look(*LINES, pointer=(600, 600)))
    written = changed_tiles(look(*LINES[:3]), look(*LINES))

    assert pointed.any()
    assert not without_specks(pointed).any()
    assert without_specks(written).any()
