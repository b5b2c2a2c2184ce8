from pathlib import Path

import cv2
import numpy as np
import pytest

from archive.errors import MediaError
from benchmarks.slides import deck
from benchmarks.slides.drawing import draw_page, packed_font
from worker.slides.small import write_small


def test_a_slide_full_of_words_is_small_enough_for_a_strip(tmp_path: Path) -> None:
    picture = tmp_path / "slide.png"
    draw_page(deck.MALARIA[8], packed_font).save(picture)

    small = write_small(picture, tmp_path / "small.webp")

    assert cv2.imread(str(small)).shape == (90, 160, 3)
    assert small.stat().st_size < 3_000


@pytest.mark.parametrize("shape", [(2000, 100, 3), (3, 1280, 3)])
def test_odd_shapes_stay_whole(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    picture = tmp_path / "slide.png"
    cv2.imwrite(str(picture), np.zeros(shape, np.uint8))

    height, width = cv2.imread(str(write_small(picture, tmp_path / "s.webp"))).shape[:2]

    assert 1 <= height <= 160
    assert 1 <= width <= 160


def test_what_is_no_picture_is_refused_by_name(tmp_path: Path) -> None:
    picture = tmp_path / "slide.jpg"
    picture.write_bytes(b"nothing")

    with pytest.raises(MediaError, match=r"slide\.jpg is not a picture"):
        write_small(picture, tmp_path / "small.webp")
