from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.worker.speech.sounds import JFK, NO_SPEECH, make_no_speech, make_pcm
from worker.speech.plan import (
    MAX_CHUNK_MS,
    Chunk,
    Stretch,
    chunks_from_json,
    chunks_to_json,
    find_speech,
    pack_speech,
    plan_batches,
    plan_chunks,
)


def speech(*spans: tuple[int, int]) -> tuple[Stretch, ...]:
    return tuple(Stretch(start_ms=start, end_ms=end) for start, end in spans)


def spans(stretches: tuple[Stretch, ...]) -> list[tuple[int, int]]:
    return [(stretch.start_ms, stretch.end_ms) for stretch in stretches]


def test_speech_is_found_between_its_pauses(tmp_path: Path) -> None:
    (chunk,) = plan_chunks(make_pcm(tmp_path / "jfk.pcm", JFK))

    # "And so my fellow Americans" begins at 0.3 s, "ask not" at 3.3 s, "what your" at 5.4 s.
    starts_ms = [stretch.start_ms for stretch in chunk.voiced]
    assert starts_ms[0] == pytest.approx(300, abs=100)
    assert any(start_ms == pytest.approx(3_300, abs=100) for start_ms in starts_ms)
    assert any(start_ms == pytest.approx(5_430, abs=100) for start_ms in starts_ms)
    assert (chunk.start_ms, chunk.end_ms) == (0, pytest.approx(11_000, abs=500))


@pytest.mark.parametrize("kind", NO_SPEECH)
def test_no_speech_is_an_empty_plan(tmp_path: Path, kind: str) -> None:
    assert plan_chunks(make_no_speech(tmp_path / "quiet.pcm", kind)) == ()


def test_an_empty_file_is_an_empty_plan(tmp_path: Path) -> None:
    pcm = tmp_path / "empty.pcm"
    pcm.write_bytes(b"")

    assert plan_chunks(pcm) == ()


def test_half_a_sample_at_the_end_is_left_out(tmp_path: Path) -> None:
    pcm = make_pcm(tmp_path / "jfk.pcm", JFK)
    whole = plan_chunks(pcm)
    pcm.write_bytes(pcm.read_bytes() + b"\x01")

    assert plan_chunks(pcm) == whole


@pytest.mark.parametrize("window_ms", [40_000, 45_000, 52_000, 300_000])
def test_windows_miss_no_speech_and_cut_no_word(tmp_path: Path, window_ms: int) -> None:
    once = make_pcm(tmp_path / "once.pcm", JFK)
    pcm = tmp_path / "jfk.pcm"
    pcm.write_bytes(once.read_bytes() * 16)

    found = tuple(find_speech(pcm, window_ms=window_ms))
    heard = [h for chunk in pack_speech(found, 176_000) for h in chunk.heard]

    level = loudness(pcm)
    covered = np.zeros(len(level), bool)
    for stretch in heard:
        covered[stretch.start_ms // 10 : stretch.end_ms // 10 + 1] = True
    assert level[covered].sum() > 0.999 * level.sum()
    for stretch in heard:  # each edge lies in a quiet place
        for edge in (stretch.start_ms // 10, stretch.end_ms // 10):
            assert level[max(edge - 5, 0) : edge + 5].min() < 0.01 * level.max()
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(found))


def loudness(pcm: Path) -> NDArray[np.float64]:
    """Measure the energy of each 10 ms."""
    samples = np.fromfile(pcm, "<i2").astype(float)
    return (samples[: len(samples) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1)


@pytest.mark.parametrize(
    ("voiced", "length_ms", "heard"),
    [
        ([(1_000, 2_000)], 9_000, [[(600, 2_400)]]),
        ([(100, 2_000)], 2_100, [[(0, 2_100)]]),
        ([(1_000, 2_000), (2_301, 3_000)], 9_000, [[(600, 2_150), (2_150, 3_400)]]),
        ([(1_000, 2_000), (7_000, 8_000)], 9_000, [[(600, 2_400), (6_600, 8_400)]]),
        (
            [(1_000, 20_000), (21_000, 29_000), (30_000, 31_000)],
            40_000,
            [[(600, 20_400), (20_600, 29_400)], [(29_600, 31_400)]],
        ),
        ([], 9_000, []),
    ],
)
def test_speech_is_padded_and_packed(
    voiced: list[tuple[int, int]], length_ms: int, heard: list[list[tuple[int, int]]]
) -> None:
    chunks = pack_speech(speech(*voiced), length_ms)

    assert [spans(chunk.heard) for chunk in chunks] == heard
    assert [span for chunk in chunks for span in spans(chunk.voiced)] == voiced


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(160, 5_000), st.integers(32, 29_200)), max_size=60))
def test_no_chunk_is_longer_than_the_model_hears(gaps: list[tuple[int, int]]) -> None:
    now_ms, voiced = 0, []
    for pause_ms, length_ms in gaps:
        voiced.append((now_ms + pause_ms, now_ms + pause_ms + length_ms))
        now_ms = voiced[-1][1]

    chunks = pack_speech(speech(*voiced), now_ms)

    assert all(0 < chunk.heard_ms <= MAX_CHUNK_MS for chunk in chunks)
    assert [span for chunk in chunks for span in spans(chunk.voiced)] == voiced
    heard = [stretch for chunk in chunks for stretch in chunk.heard]
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(heard))


def test_a_chunk_without_stretches_is_heard_whole() -> None:
    assert spans(Chunk(start_ms=5, end_ms=9).heard) == [(5, 9)]


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, []), (1, [1]), (8, [8]), (9, [4, 5]), (14, [6, 8]), (17, [6, 6, 5])]
)
def test_batches_are_few_and_even(count: int, sizes: list[int]) -> None:
    chunks = [Chunk(start_ms=n, end_ms=n + 1) for n in range(count)]

    batches = plan_batches(chunks)

    assert [len(batch) for batch in batches] == sizes
    assert [chunk for batch in batches for chunk in batch] == chunks


@given(st.integers(0, 200), st.integers(1, 20))
def test_batches_are_never_empty_nor_larger_than_asked(count: int, size: int) -> None:
    chunks = [Chunk(start_ms=n, end_ms=n + 1) for n in range(count)]

    batches = plan_batches(chunks, size=size)

    assert len(batches) == -(-count // size)
    assert all(1 <= len(batch) <= size for batch in batches)
    assert [chunk for batch in batches for chunk in batch] == chunks


def test_a_plan_survives_json() -> None:
    chunks = (
        *pack_speech(speech((1_000, 2_000), (3_000, 4_000)), 9_000),
        Chunk(start_ms=5, end_ms=9),
    )

    assert chunks_from_json(chunks_to_json(chunks)) == chunks
