"""The made webinars of the benchmark: what is shown in which order, each with its own trouble."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.slides import deck
from benchmarks.slides.deck import Page
from benchmarks.slides.drawing import FontOf, draw_page, make_photo
from benchmarks.slides.filming import (
    Frame,
    Overlay,
    Scene,
    face,
    gallery,
    pixels,
    pointer,
    talking_head,
)

CORNER = (1016, 516, 1268, 708)
COLUMN = (968, 0, 1280, 234)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webinar:
    """A film to be made and how."""

    name: str
    scenes: tuple[Scene, ...]
    rate: int = 25
    key_s: float = 4.0
    crf: int = 30


def still(page: Page, font_of: FontOf, *, seconds: float, **more: object) -> Scene:
    """One slide that stands."""
    return Scene(
        seconds=seconds,
        steps=((0.0, pixels(draw_page(page, font_of))),),
        page=page,
        **more,  # type: ignore[arg-type]
    )


def build(page: Page, font_of: FontOf, *, every_s: float, hold_s: float, **more: object) -> Scene:
    """One slide whose lines come one after the other."""
    steps = tuple(
        (number * every_s, pixels(draw_page(page, font_of, shown=number)))
        for number in range(len(page.lines) + 1)
    )
    seconds = len(page.lines) * every_s + hold_s
    return Scene(seconds=seconds, steps=steps, page=page, **more)  # type: ignore[arg-type]


def beside_faces(scene: Scene) -> Scene:
    """The same slides, smaller, with a column of faces at their right."""
    return Scene(
        seconds=scene.seconds,
        steps=tuple((at_s, _shrunk(frame)) for at_s, frame in scene.steps),
        page=scene.page,
        overlays=(
            face((968, 120, 1272, 350), seed=21, name="Dr Bello"),
            face((968, 366, 1272, 596), seed=22, name="Pr Diallo"),
        ),
    )


def embedded_video(box: tuple[int, int, int, int]) -> Overlay:
    """A small film that plays on a slide."""
    left, top, right, bottom = box
    films = [np.asarray(make_photo(right - left, bottom - top, seed)) for seed in range(40, 52)]

    def draw(frame: Frame, at_s: float) -> None:
        frame[top:bottom, left:right] = films[int(at_s * 2) % len(films)]

    return draw


def plain(font_of: FontOf) -> Webinar:
    """Slides and a pointer; the easiest."""
    seconds = (17, 23, 14, 31, 12, 19, 15, 9, 21)
    return Webinar(
        name="plain",
        scenes=tuple(
            still(page, font_of, seconds=length, overlays=(pointer(seed=1),))
            for page, length in zip(deck.MALARIA, seconds, strict=True)
        ),
    )


def mixed(font_of: FontOf) -> Webinar:
    """A talking head, slides, a gallery, slides, and the head again."""
    slides = [
        still(page, font_of, seconds=15.5, overlays=(pointer(seed=2),)) for page in deck.PALUDISME
    ]
    return Webinar(
        name="mixed",
        scenes=(
            talking_head(seconds=24, seed=5, name="Pr Mamadou Diallo"),
            *slides[:4],
            gallery(seconds=26, seed=30),
            *slides[4:],
            talking_head(seconds=22, seed=6, name="Dr Amina Bello"),
        ),
        key_s=2.0,
    )


def corner(font_of: FontOf) -> Webinar:
    """A webcam in a corner of every slide, and a pointer."""
    inset = face(CORNER, seed=9, name="Dr Bello")
    return Webinar(
        name="corner",
        scenes=tuple(
            still(page, font_of, seconds=16 + place % 4 * 5.3, overlays=(inset, pointer(seed=3)))
            for place, page in enumerate(deck.SEPSIS)
        ),
        key_s=5.0,
    )


def side_by_side(font_of: FontOf) -> Webinar:
    """Slides at the left, two faces at the right, as meeting software lays them out."""
    return Webinar(
        name="side by side",
        scenes=tuple(beside_faces(still(page, font_of, seconds=18.2)) for page in deck.MATERNAL),
        key_s=4.0,
    )


def builds(font_of: FontOf) -> Webinar:
    """Bullets that appear one by one; each page is one slide."""
    scenes = []
    for page in deck.MALARIA + deck.SEPSIS:
        if page.layout == "bullets":
            scenes.append(build(page, font_of, every_s=4.5, hold_s=8))
        elif page.layout == "table":
            scenes.append(still(page, font_of, seconds=14))
    return Webinar(name="builds", scenes=tuple(scenes), key_s=3.0)


def fades(font_of: FontOf) -> Webinar:
    """Slides that fade or wipe into each other, and a small film on one."""
    scenes = [
        still(page, font_of, seconds=14.3, fade_s=1.0, wipe=place % 2 == 1)
        for place, page in enumerate(deck.PALUDISME)
    ]
    page = deck.SEPSIS[6]
    playing = still(page, font_of, seconds=30, overlays=(embedded_video((900, 420, 1220, 600)),))
    return Webinar(name="fades", scenes=(*scenes, playing), key_s=4.0)


def faces(font_of: FontOf) -> Webinar:
    """Only people: no slides."""
    del font_of
    dark = np.full((720, 1280, 3), 20, np.uint8)
    off = face((0, 0, 1280, 720), still=True, name="Dr Amina Bello")
    return Webinar(
        name="faces",
        scenes=(
            talking_head(seconds=60, seed=11, name="Dr Amina Bello"),
            gallery(seconds=40, rows=3, columns=3, seed=50),
            Scene(seconds=20, steps=((0.0, dark),), overlays=(off,)),
            talking_head(seconds=40, seed=12),
            gallery(seconds=30, rows=1, columns=2, seed=70),
        ),
    )


def again(font_of: FontOf) -> Webinar:
    """Back and forth between slides, a few of them only leafed through."""
    order: Sequence[tuple[int, float]] = (
        (1, 16), (2, 14), (1, 11), (3, 18), (2, 0.6), (1, 0.6), (0, 13), (3, 12), (5, 9), (8, 10),
    )  # fmt: skip
    scenes = []
    for number, length in order:
        scene = still(deck.MALARIA[number], font_of, seconds=length)
        scenes.append(scene if length > 1 else Scene(seconds=length, steps=scene.steps))
    return Webinar(name="again", scenes=tuple(scenes), key_s=2.0)


def rare_keys(font_of: FontOf) -> Webinar:
    """Key frames every 10 s and slides of 6 s and more."""
    seconds = (7, 16, 6, 31, 8, 12, 6.5, 9, 21)
    inset = face(CORNER, seed=15)
    return Webinar(
        name="rare keys",
        scenes=tuple(
            still(page, font_of, seconds=length, overlays=(inset,))
            for page, length in zip(deck.SEPSIS, seconds, strict=True)
        ),
        key_s=10.0,
    )


def static(font_of: FontOf) -> Webinar:
    """Forty minutes of one slide with a webcam and a pointer, between two others."""
    inset = face(CORNER, seed=17)
    long = still(deck.MALARIA[3], font_of, seconds=2400, overlays=(inset, pointer(seed=4)))
    return Webinar(
        name="static",
        scenes=(
            still(deck.MALARIA[0], font_of, seconds=20, overlays=(inset,)),
            long,
            still(deck.MALARIA[8], font_of, seconds=20, overlays=(inset,)),
        ),
        rate=2,
        key_s=8.0,
    )


def _shrunk(frame: Frame) -> Frame:
    canvas = np.full_like(frame, 24)
    canvas[90:630, 0:960] = cv2.resize(frame, (960, 540), interpolation=cv2.INTER_AREA)
    return canvas


WEBINARS: dict[str, Callable[[FontOf], Webinar]] = {
    "plain": plain,
    "mixed": mixed,
    "corner": corner,
    "side by side": side_by_side,
    "builds": builds,
    "fades": fades,
    "faces": faces,
    "again": again,
    "rare keys": rare_keys,
    "static": static,
}
"""All films of the benchmark."""
