import numpy as np
import pytest

from tests.worker.slides.test_shots import A, B
from worker.slides.likeness import no_tiles
from worker.slides.looks import Look, Luma
from worker.slides.timing import moment_of_change


def _cut(part: float) -> Luma:
    return B if part >= 0 else A


def _fade(part: float) -> Luma:
    share = min(max(part + 0.5, 0), 1)
    return (A * (1 - share) + B * share).astype(np.uint8)


def _wipe(part: float) -> Luma:
    edge = int(min(max(part + 0.5, 0), 1) * 320)
    return np.concatenate((B[:, :edge], A[:, edge:]), axis=1)


@pytest.mark.parametrize(
    ("shown", "tolerance_ms"), [(_cut, 0), (_fade, 100), (_wipe, 300)], ids=["cut", "fade", "wipe"]
)
def test_a_change_counts_from_its_middle(shown: object, tolerance_ms: int) -> None:
    looks = [Look(at_ms=t, luma=shown((t - 2_000) / 1_000)) for t in range(0, 4_100, 100)]

    found_ms = moment_of_change(looks, A, B, apart_from=no_tiles())

    assert found_ms == pytest.approx(2_000, abs=tolerance_ms)


def test_a_stretch_in_which_the_new_does_not_come_has_no_moment() -> None:
    looks = [Look(at_ms=t, luma=A) for t in range(0, 1_000, 100)]

    assert moment_of_change(looks, A, B, apart_from=no_tiles()) is None
