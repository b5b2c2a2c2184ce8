"""Film a made webinar: slides, faces and a pointer, encoded as meeting software does.

A film is a row of scenes; each draws its own frames. What was shown when is known exactly, so
a finding can be judged. Frames go to ffmpeg's x264 through a pipe, nothing is kept.
"""

import math
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.slides.deck import Page

Frame = NDArray[np.uint8]
Overlay = Callable[[Frame, float], None]
"""Draws into a frame (height, width, 3; RGB) what is there at a time in seconds."""

_FACE = Path(__file__).with_name("face.jpg")
_POINTER = [(0, 0), (0, 17), (4, 13), (7, 19), (9, 18), (6, 12), (12, 12)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A stretch of the film."""

    seconds: float
    steps: tuple[tuple[float, Frame], ...] = ()
    """What is shown from which second of the scene on; more than one when bullets appear."""
    page: Page | None = None
    """The slide that is to be found; None when there is none in this scene."""
    fade_s: float = 0.0
    """How long the slide takes to come in; its true start is the middle of that."""
    wipe: bool = False
    """It comes in from the left rather than by fading."""
    overlays: tuple[Overlay, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A slide that is really there."""

    start_ms: int
    end_ms: int
    page: Page


def pixels(image: Image.Image, width: int = 1280, height: int = 720) -> Frame:
    """Turn a picture into a frame of a size."""
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.LANCZOS)
    return np.asarray(image.convert("RGB"))


def truths(scenes: Sequence[Scene]) -> list[Truth]:
    """List the slides of a film; scenes that follow each other with one page are one slide."""
    found: list[Truth] = []
    at_s, last = 0.0, None
    for scene in scenes:
        start_ms = round((at_s + scene.fade_s / 2) * 1000)
        end_ms = round((at_s + scene.seconds) * 1000)
        if scene.page and scene.page is last:
            found[-1] = Truth(start_ms=found[-1].start_ms, end_ms=end_ms, page=scene.page)
        elif scene.page:
            if found and found[-1].end_ms == round(at_s * 1000):
                found[-1] = replace(found[-1], end_ms=start_ms)
            found.append(Truth(start_ms=start_ms, end_ms=end_ms, page=scene.page))
        at_s, last = at_s + scene.seconds, scene.page
    return found


def film(
    scenes: Sequence[Scene],
    path: Path,
    *,
    ffmpeg: Path,
    size: tuple[int, int] = (1280, 720),
    rate: int = 25,
    key_s: float = 4.0,
    crf: int = 30,
    options: Sequence[str] = (),
) -> None:
    """Encode a film.

    Args:
        scenes: What is shown.
        path: Where; the suffix chooses the container.
        ffmpeg: The program.
        size: Width and height of the video; the scenes are drawn at 1280 x 720.
        rate: Frames a second.
        key_s: Seconds between key frames, which do not follow the scenes.
        crf: x264's quality; meeting software is at about 28 to 32.
        options: More output options, stronger than those here.
    """
    aside = path.with_stem(f"{path.stem}.part")  # half a film must not be used again
    command = [
        str(ffmpeg), "-nostdin", "-v", "error", "-y",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", str(rate),
        "-i", "-", "-c:v", "libx264", "-preset", "superfast", "-pix_fmt", "yuv420p",
        "-crf", str(crf), "-g", str(round(key_s * rate)), "-sc_threshold", "0",
        "-bf", "0", "-threads", "2", "-movflags", "+faststart", *options, str(aside),
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for frame in frames(scenes, rate):
            if frame.shape[1::-1] != size:
                frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)  # noqa: PLW2901
            process.stdin.write(frame.tobytes())
        process.stdin.close()
        if process.wait():
            raise SystemExit(f"ffmpeg failed on {path.name}")
    aside.replace(path)


def frames(scenes: Sequence[Scene], rate: int) -> Iterator[Frame]:
    """Draw all frames, in order of time."""
    before: Frame = np.zeros((720, 1280, 3), np.uint8)
    start_s = 0.0
    for scene in scenes:
        shown = before
        for number in range(round(scene.seconds * rate)):
            at_s = number / rate
            shown = next((f for s, f in reversed(scene.steps) if s <= at_s), before)
            frame = shown
            if at_s < scene.fade_s:
                frame = _between(before, shown, at_s / scene.fade_s, wipe=scene.wipe)
            if scene.overlays:
                frame = frame.copy()
                for overlay in scene.overlays:
                    overlay(frame, start_s + at_s)
            yield frame
        before = shown
        start_s += scene.seconds


def _between(before: Frame, after: Frame, part: float, *, wipe: bool) -> Frame:
    if not wipe:
        return np.asarray(cv2.addWeighted(before, 1 - part, after, part, 0), np.uint8)
    edge = round(before.shape[1] * part)
    return np.concatenate((after[:, :edge], before[:, edge:]), axis=1)


def pointer(*, seed: int = 0) -> Overlay:
    """A mouse pointer that wanders, rests and wanders on."""

    def draw(frame: Frame, at_s: float) -> None:
        leg, part = divmod(at_s / 3.0, 1.0)
        part = min(part * 3, 1.0)  # it moves for one second of three
        here, there = (np.random.default_rng([seed, int(leg) + k]).random(2) for k in (0, 1))
        place = (here + (there - here) * part) * (1200, 660) + (30, 20)
        shape = np.array([(place + corner).round() for corner in np.array(_POINTER) * 1.3], int)
        cv2.fillPoly(frame, [shape], (255, 255, 255))
        cv2.polylines(frame, [shape], True, (0, 0, 0), 1, cv2.LINE_AA)  # noqa: FBT003

    return draw


def face(
    box: tuple[int, int, int, int], *, seed: int = 0, still: bool = False, name: str = ""
) -> Overlay:
    """A person in a room who sways, nods and speaks.

    Args:
        box: Left, top, right, bottom in the frame.
        seed: Chooses room and motion.
        still: The camera is off: a dark card with the name.
        name: Written at the bottom left, as meeting software does.
    """
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    room = _room(width, height, seed)
    head, mask = _head_of(round(height * 0.9))
    phases = np.random.default_rng(seed).random(6) * 7

    def draw(frame: Frame, at_s: float) -> None:
        view = frame[top:bottom, left:right]
        if still:
            view[:] = 26
        else:
            view[:] = _with_head(room, head, mask, at_s, phases)
            noise = np.random.default_rng(int(at_s * 25)).integers(0, 7, (height // 2, width // 2))
            grain = cv2.resize(noise.astype(np.uint8), (width, height))
            cv2.add(view, cv2.merge((grain, grain, grain)), dst=view)
        if name:
            scale = 1.2 if still else 0.5
            place = (width // 3, height // 2) if still else (8, height - 10)
            cv2.putText(
                view, name, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (240, 240, 240),
                2 if still else 1, cv2.LINE_AA,
            )  # fmt: skip

    return draw


def _with_head(
    room: Frame, head: Frame, mask: NDArray[np.float32], at_s: float, phases: NDArray[np.float64]
) -> Frame:
    height, width = room.shape[:2]
    size = head.shape[0]
    sway = math.sin(at_s * 0.7 + phases[0]) + 0.6 * math.sin(at_s * 1.9 + phases[1])
    nod = math.sin(at_s * 1.3 + phases[2]) + 0.5 * math.sin(at_s * 3.1 + phases[3])
    turn = 3.5 * math.sin(at_s * 0.9 + phases[4])
    scale = 1 + 0.04 * math.sin(at_s * 0.4 + phases[5])
    turned = cv2.getRotationMatrix2D((size / 2, size), turn, scale)
    turned[0, 2] += width / 2 - size / 2 + sway * width * 0.035
    turned[1, 2] += height - size + 4 + nod * height * 0.015
    spoken = head.copy()
    open_px = int(abs(math.sin(at_s * 9)) * size * 0.03)
    mouth = (round(size * 0.46), round(size * 0.365))
    cv2.ellipse(spoken, mouth, (round(size * 0.045), open_px), 0, 0, 360, (90, 30, 30), -1)
    # cv2 takes a colour picture and a mask of one plane.
    moved = cv2.warpAffine(spoken, turned, (width, height))
    part = cv2.warpAffine(mask, turned, (width, height))[..., None]
    return (room * (1 - part) + moved * part).astype(np.uint8)


@lru_cache(maxsize=8)
def _head_of(size: int) -> tuple[Frame, NDArray[np.float32]]:
    """Cut the face out of its picture, with soft edges."""
    picture = np.asarray(Image.open(_FACE).convert("RGB").resize((size, size)))
    mask = np.zeros((size, size), np.float32)
    cv2.ellipse(
        mask, (round(size * 0.45), round(size * 0.26)), (round(size * 0.21), round(size * 0.25)),
        0, 0, 360, 1, -1,
    )  # fmt: skip
    cv2.ellipse(
        mask, (round(size * 0.42), size), (round(size * 0.42), round(size * 0.58)),
        0, 0, 360, 1, -1,
    )  # fmt: skip
    return picture, cv2.GaussianBlur(mask, (0, 0), size / 60)


def _room(width: int, height: int, seed: int) -> Frame:
    """Draw a wall with a shelf of books behind the speaker."""
    rng = np.random.default_rng(seed)
    wall = np.linspace(rng.integers(120, 200), rng.integers(60, 120), height)[:, None, None]
    room = np.broadcast_to(wall * rng.uniform(0.8, 1.2, 3), (height, width, 3))
    room = np.clip(room, 0, 255).astype(np.uint8)
    x = width * 7 // 10
    while x < width:
        book = int(rng.integers(max(width // 60, 3), max(width // 28, 5)))
        colour = tuple(int(part) for part in rng.integers(20, 200, 3))
        cv2.rectangle(room, (x, int(height * rng.uniform(0.12, 0.2))), (x + book, height * 2 // 5),
                      colour, -1)  # fmt: skip
        x += book + 1
    return room


def talking_head(*, seconds: float, seed: int = 0, name: str = "") -> Scene:
    """A scene of one face as large as the picture."""
    blank = np.zeros((720, 1280, 3), np.uint8)
    overlay = face((0, 0, 1280, 720), seed=seed, name=name)
    return Scene(seconds=seconds, steps=((0.0, blank),), overlays=(overlay,))


def gallery(*, seconds: float, rows: int = 2, columns: int = 3, seed: int = 0) -> Scene:
    """A scene of many faces, each with a name below."""
    blank = np.full((720, 1280, 3), 20, np.uint8)
    width, height = 1280 // columns // 2 * 2, 720 // rows // 2 * 2
    overlays = tuple(
        face(
            (x + 4, y + 4, x + width - 4, y + height - 4),
            seed=seed + number,
            name=f"Dr Participant {number + 1}",
        )
        for number, (y, x) in enumerate(
            (row * height, column * width) for row in range(rows) for column in range(columns)
        )
    )  # fmt: skip
    return Scene(seconds=seconds, steps=((0.0, blank),), overlays=overlays)
