import pytest

from archive.transcript import Word
from worker.speech.gaps import missed_speech
from worker.speech.plan import Chunk, Stretch

CHUNK = Chunk(
    start_ms=0,
    end_ms=20_000,
    voiced=(
        Stretch(start_ms=400, end_ms=4_000),
        Stretch(start_ms=5_000, end_ms=7_000),
        Stretch(start_ms=8_000, end_ms=10_000),
        Stretch(start_ms=11_000, end_ms=19_600),
    ),
)
"""Four phrases a second apart; padding makes each heard 0.4 s earlier and later."""


def words(*spans: tuple[int, int]) -> list[Word]:
    """Speak evenly through each span, three words a second."""
    return [
        Word(start_ms=at, end_ms=at + 300, text=" word", confidence=0.9)
        for start_ms, end_ms in spans
        for at in range(start_ms, end_ms, 333)
    ]


STRETCHED = Word(start_ms=11_000, end_ms=19_600, text=" We", confidence=0.3)


@pytest.mark.parametrize(
    ("said", "again"),
    [
        (words((400, 4_000), (5_000, 7_000), (8_000, 10_000), (11_000, 19_600)), []),
        (words((400, 4_000), (8_000, 10_000), (11_000, 19_600)), []),  # 2 s: laughter, perhaps
        (words((400, 4_000), (11_000, 19_600)), [(4_600, 10_400), (10_600, 20_000)]),
        # A word stretched over a gap does not fill it.
        ([*words((400, 4_000), (5_000, 7_000), (8_000, 10_000)), STRETCHED], [(10_600, 20_000)]),
        (words((5_000, 7_000), (8_000, 10_000), (11_000, 19_600)), [(0, 4_400), (4_600, 20_000)]),
        (words((400, 4_000), (5_000, 7_000), (8_000, 10_000)), [(10_600, 20_000)]),
        ([], [(0, 20_000)]),
    ],
)
def test_a_passage_without_words_is_asked_again_with_what_follows(
    said: list[Word], again: list[tuple[int, int]]
) -> None:
    missed = missed_speech(CHUNK, said)

    assert [(chunk.start_ms, chunk.end_ms) for chunk in missed] == again


def test_a_chunk_without_known_stretches_is_left_alone() -> None:
    assert missed_speech(Chunk(start_ms=0, end_ms=20_000), words((0, 1_000))) == ()
