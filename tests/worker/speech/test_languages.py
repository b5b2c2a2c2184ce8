import pytest

from worker.speech.languages import Guess, divide_by_language, slice_chunk
from worker.speech.plan import Chunk, Stretch


def chunk(*voiced: tuple[int, int]) -> Chunk:
    return Chunk(
        start_ms=voiced[0][0],
        end_ms=voiced[-1][1],
        voiced=tuple(Stretch(start_ms=start, end_ms=end) for start, end in voiced),
    )


PHRASES = chunk((0, 3_000), (3_400, 4_400), (4_800, 7_800), (9_000, 12_000))
"""Four phrases with 0.4, 0.4 and 1.2 s between them."""


def test_slices_are_long_enough_to_tell_a_language_and_cover_what_is_heard() -> None:
    slices = slice_chunk(PHRASES)

    assert [(s.first, s.last, s.start_ms, s.end_ms, s.pause_ms) for s in slices] == [
        (0, 1, 0, 3_200, 0),
        (1, 3, 3_200, 8_200, 400),
        (3, 4, 8_200, 11_600, 1_200),
    ]


def test_a_short_phrase_is_a_slice_of_its_own_before_a_long_pause() -> None:
    question_and_answer = chunk((0, 1_300), (2_300, 3_300), (3_500, 6_000))

    slices = slice_chunk(question_and_answer)

    assert [(s.first, s.last) for s in slices] == [(0, 1), (1, 3)]


@pytest.mark.parametrize(
    ("guesses", "parts"),
    [
        ([("en", 0.99), ("en", 0.9), ("en", 0.99)], [(0, 12_000, "en")]),
        ([("fr", 0.99), ("fr", 0.9), ("fr", 0.99)], [(0, 12_000, "fr")]),
        ([("en", 0.99), ("fr", 0.9), ("fr", 0.99)], [(0, 3_200, "en"), (3_200, 12_000, "fr")]),
        ([("en", 0.99), ("ko", 0.3), ("en", 0.99)], [(0, 12_000, "en")]),
        ([("ko", 0.3), ("ko", 0.3), ("ko", 0.3)], [(0, 12_000, "en")]),
        # An unsure phrase goes with the neighbour after the shorter pause.
        ([("en", 0.99), ("ko", 0.3), ("fr", 0.9)], [(0, 8_200, "en"), (8_600, 12_000, "fr")]),
        ([("ko", 0.3), ("fr", 0.9), ("fr", 0.9)], [(0, 12_000, "fr")]),
        (
            [("en", 0.99), ("fr", 0.9), ("en", 0.99)],
            [(0, 3_200, "en"), (3_200, 8_200, "fr"), (8_600, 12_000, "en")],
        ),
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
