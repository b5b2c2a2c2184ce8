import numpy as np

from tests.worker.slides.test_likeness import LINES, look
from worker.slides.cleaning import cleanest, patched, touches
from worker.slides.likeness import no_tiles
from worker.slides.looks import Look
from worker.slides.values import SlideLine

PLACES = [(100, 600), (600, 650), (1100, 100), (900, 400)]


def test_a_look_without_a_pointer_is_preferred() -> None:
    lumas = [look(*LINES, pointer=place) for place in PLACES] + [look(*LINES)]
    looks = [Look(at_ms=number * 1000, luma=luma) for number, luma in enumerate(lumas)]

    best, other, stain = cleanest(looks, no_tiles())

    assert best.at_ms == 4_000
    assert other is None
    assert not stain.any()


def test_a_pointer_on_every_look_is_patched_from_another() -> None:
    looks = [
        Look(at_ms=number * 1000, luma=look(*LINES, pointer=place))
        for number, place in enumerate(PLACES)
    ]

    best, other, stain = cleanest(looks, no_tiles())

    assert other is not None
    colour = [np.repeat(one.luma[..., None], 3, axis=2) for one in (best, other)]
    assert np.array_equal(patched(colour[0], colour[1], stain)[..., 0], look(*LINES))


def test_the_latest_of_two_is_taken_where_there_is_no_majority() -> None:
    looks = [Look(at_ms=t, luma=look(*LINES, pointer=PLACES[t // 1000])) for t in (0, 1000)]

    best, other, _ = cleanest(looks, no_tiles())

    assert (best.at_ms, other) == (1000, None)


def test_a_stain_on_a_line_is_told_from_one_beside_it() -> None:
    stain = np.zeros((180, 320), np.bool_)
    stain[100:110, 100:110] = True
    on = SlideLine(text="on", confidence=1.0, box=(0.2, 0.5, 0.6, 0.6))
    beside = SlideLine(text="beside", confidence=1.0, box=(0.2, 0.1, 0.6, 0.2))

    assert touches(stain, [beside, on])
    assert not touches(stain, [beside])
