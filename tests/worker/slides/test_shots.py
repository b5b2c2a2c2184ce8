"""Shots in made rows of looks: no film, no ffmpeg."""

from collections.abc import Callable, Sequence

import numpy as np

from tests.worker.slides.test_likeness import LINES, look
from worker.slides.looks import Look, Luma
from worker.slides.shots import Event, EventKind, follow

A = look(*LINES)
B = look("Treatment", "Artesunate", "Three times a day", "for a week")
C = look("Questions", "and a long discussion", "with everyone", "in the room")
Shown = Callable[[int], Luma]
"""What is shown at a time in ms."""


def face(at_ms: int, *, left: int, top: int, size: int, under: Luma) -> Luma:
    rng = np.random.default_rng(at_ms)
    luma = under.copy()
    luma[top : top + size, left : left + size] = rng.integers(0, 255, (size, size))
    return luma


def script(*parts: tuple[int, Luma]) -> Shown:
    def shown(at_ms: int) -> Luma:
        return next(luma for start_ms, luma in reversed(parts) if start_ms <= at_ms)

    return shown


def run(shown: Shown, *, until_ms: int, every_ms: int = 2_000) -> tuple[list[Event], list[int]]:
    asked: list[int] = []

    def closely(start_ms: int, end_ms: int) -> list[Look]:
        asked.append(start_ms)
        return [Look(at_ms=t, luma=shown(t)) for t in range(start_ms, end_ms + 1, 100)]

    looks = (Look(at_ms=t, luma=shown(t)) for t in range(0, until_ms, every_ms))
    return list(follow(looks, closely)), asked


def shots_of(events: Sequence[Event]) -> list[tuple[int, int]]:
    """First and last look of each shot."""
    return [
        (event.shot.first.at_ms, event.shot.last.at_ms)
        for event in events
        if event.shot and event.kind is EventKind.CLOSED
    ]


def test_a_slide_that_stands_is_one_shot_however_long() -> None:
    events, asked = run(script((0, A)), until_ms=2_400_000, every_ms=4_000)

    assert shots_of(events) == [(0, 2_396_000)]
    assert asked == []


def test_a_change_ends_one_shot_and_begins_another() -> None:
    events, _ = run(script((0, A), (9_000, B)), until_ms=20_000)

    assert shots_of(events) == [(0, 8_000), (10_000, 18_000)]


def test_a_shot_is_told_of_as_soon_as_two_looks_agree() -> None:
    seen = 0

    def looks():  # noqa: ANN202 - a generator of looks
        nonlocal seen
        for at_ms in range(0, 20_000, 2_000):
            seen += 1
            yield Look(at_ms=at_ms, luma=A)

    first = next(iter(follow(looks(), lambda _start, _end: [])))

    assert first.kind is EventKind.SETTLED
    assert seen == 2


def test_a_face_in_a_corner_does_not_end_a_shot() -> None:
    def shown(at_ms: int) -> Luma:
        return face(at_ms, left=250, top=120, size=50, under=A if at_ms < 41_000 else B)

    events, _ = run(shown, until_ms=80_000)

    assert shots_of(events) == [(0, 40_000), (42_000, 78_000)]


def test_a_face_that_fills_the_picture_is_no_shot() -> None:
    def shown(at_ms: int) -> Luma:
        return face(at_ms, left=40, top=0, size=180, under=B)

    events, _ = run(shown, until_ms=60_000)

    assert shots_of(events) == []


def test_a_face_that_filled_the_picture_does_not_hide_the_slide_after_it() -> None:
    def shown(at_ms: int) -> Luma:
        return face(at_ms, left=100, top=0, size=180, under=C) if at_ms < 31_000 else A

    events, _ = run(shown, until_ms=60_000)

    assert shots_of(events)[-1] == (32_000, 58_000)


def test_slides_leafed_through_are_passed_over() -> None:
    shown = script((0, A), (9_500, B), (10_500, C))

    events, _ = run(shown, until_ms=20_000)

    assert shots_of(events) == [(0, 8_000), (12_000, 18_000)]


def test_a_short_interruption_does_not_end_a_shot() -> None:
    shown = script((0, A), (9_500, B), (10_500, A))

    events, _ = run(shown, until_ms=20_000)

    assert shots_of(events) == [(0, 18_000)]


def test_a_slide_between_two_looks_far_apart_is_found() -> None:
    shown = script((0, A), (12_000, B), (17_000, C))

    events, _ = run(shown, until_ms=40_000, every_ms=10_000)

    assert [first_ms for first_ms, _ in shots_of(events)] == [0, 12_000, 17_000]


def test_faces_are_looked_at_closely_less_and_less() -> None:
    def shown(at_ms: int) -> Luma:
        rng = np.random.default_rng(at_ms)
        return rng.integers(0, 255, (180, 320)).astype(np.uint8)

    _, asked = run(shown, until_ms=600_000, every_ms=10_000)

    assert len(asked) <= 12  # of 59


def test_lines_that_appear_one_by_one_are_one_shot_that_has_grown() -> None:
    steps = [(6_000 * n, look(*LINES[: n + 1])) for n in range(4)]

    events, _ = run(script(*steps), until_ms=30_000)

    (shot,) = [event.shot for event in events if event.shot and event.kind is EventKind.CLOSED]
    assert shot.grown
    assert np.array_equal(shot.luma, A)
    assert not shot.moving.any()


def test_bullets_after_a_face_that_filled_the_picture_are_not_taken_for_motion() -> None:
    def shown(at_ms: int) -> Luma:
        if at_ms < 13_000:
            return face(at_ms, left=100, top=0, size=180, under=C)
        return script((0, B), (21_000, look(LINES[0])), (24_000, A))(at_ms)

    events, _ = run(shown, until_ms=40_000)

    shots = [event.shot for event in events if event.shot and event.kind is EventKind.CLOSED]
    assert [shot.first.at_ms for shot in shots[-2:]] == [14_000, 22_000]
    assert not any(shot.moving.any() for shot in shots[-2:])


def test_lines_that_come_faster_than_looks_agree_begin_where_the_first_one_did() -> None:
    steps = [(2_000 * n + 10_000, look(*LINES[: n + 1])) for n in range(4)]

    events, _ = run(script((0, B), *steps), until_ms=30_000)

    assert shots_of(events)[-1] == (10_000, 28_000)
