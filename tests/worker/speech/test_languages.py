import pytest

from worker.speech.languages import Guess, divide_by_language, slice_chunk
from worker.speech.plan import Chunk, Stretch


def chunk(*voiced: tuple[int, int]) -> Chunk:
    return Chunk(
        start_ms=voiced[0][0],
        end_ms=voiced[-1][1],
        voiced=tuple(Stretch(start_ms=start, end_ms=end) for start, end in voiced),
    )


PHRASES = chunk((0, 3_000), (4_000, 5_000), (6_000, 9_000), (10_000, 13_000))
"""Four phrases a second apart; padding is 0.4 s a side."""


def test_slices_are_long_enough_to_tell_a_language_and_cover_what_is_heard() -> None:
    slices = slice_chunk(PHRASES)

    assert [(s.first, s.last, s.start_ms, s.end_ms) for s in slices] == [
        (0, 1, 0, 3_400),
        (1, 3, 3_400, 9_000),
        (3, 4, 9_000, 12_400),
    ]


@pytest.mark.parametrize(
    ("guesses", "parts"),
    [
        ([("en", 0.99), ("en", 0.9), ("en", 0.99)], [(0, 13_000, "en")]),
        ([("en", 0.99), ("fr", 0.9), ("fr", 0.99)], [(0, 3_400, "en"), (3_600, 13_000, "fr")]),
        ([("en", 0.99), ("ko", 0.3), ("en", 0.99)], [(0, 13_000, "en")]),
        ([("ko", 0.3), ("fr", 0.9), ("fr", 0.9)], [(0, 3_400, "en"), (3_600, 13_000, "fr")]),
        (
            [("en", 0.99), ("fr", 0.9), ("en", 0.99)],
            [(0, 3_400, "en"), (3_600, 9_400, "fr"), (9_600, 13_000, "en")],
        ),
        ([("fr", 0.99), ("fr", 0.9), ("fr", 0.99)], [(0, 13_000, "fr")]),
    ],
)
def test_a_chunk_is_divided_where_the_language_changes_for_sure(
    guesses: list[tuple[str, float]], parts: list[tuple[int, int, str]]
) -> None:
    divided = divide_by_language(
        PHRASES,
        slice_chunk(PHRASES),
        [Guess(language=language, probability=p) for language, p in guesses],
        "en",
    )

    assert [(part.chunk.start_ms, part.chunk.end_ms, part.language) for part in divided] == parts
    assert tuple(v for part in divided for v in part.chunk.voiced) == PHRASES.voiced
    assert tuple(h for part in divided for h in part.chunk.heard) == PHRASES.heard
