import pytest

from worker.speech.languages import (
    Guess,
    divide_by_language,
    may_stand_apart,
    settle_languages,
    slice_chunk,
)
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


@pytest.mark.parametrize(
    ("rankings", "lengths_s", "before", "languages"),
    [
        pytest.param(
            [{"en": 0.99, "cy": 0.01}, {"cy": 0.5, "en": 0.3}, {"en": 0.98, "cy": 0.02}],
            [28, 1, 25], None, ["en", "en", "en"],
            id="a second of okay between English does not turn Welsh",
        ),
        pytest.param(
            [{"fr": 0.99, "zh": 0.01}, {"zh": 0.97, "fr": 0.001}],
            [8, 1], None, ["fr", "zh"],
            id="a second that is clearly Chinese stays Chinese",
        ),
        pytest.param(
            [{"en": 0.99, "fr": 0.01}, {"fr": 0.97, "en": 0.03}, {"en": 0.99, "fr": 0.01}],
            [28, 20, 28], None, ["en", "fr", "en"],
            id="an interpreted answer keeps its language",
        ),
        pytest.param(
            [{"nn": 0.4, "en": 0.35}], [2], "en", ["en"],
            id="the batch before is a neighbour too",
        ),
        pytest.param(
            [{"nn": 0.4, "en": 0.35}], [2], None, ["nn"],
            id="without neighbours the likeliest is taken",
        ),
        pytest.param(
            [{"cy": 0.6, "en": 0.3}, {"cy": 0.6, "en": 0.3}], [1, 1], "en", ["en", "en"],
            id="unsure neighbours do not count",
        ),
        pytest.param(
            [{"en": 0.93, "es": 0.01}, {"zh": 0.38, "en": 0.06}, {"en": 0.93, "es": 0.01}],
            [11, 1, 11], None, ["en", "en", "en"],
            id="neighbours in an old recording are sure enough",
        ),
        pytest.param([], [], "en", [], id="nothing"),
    ],
)  # fmt: skip
def test_what_is_spoken_around_a_short_chunk_counts(
    rankings: list[dict[str, float]],
    lengths_s: list[int],
    before: str | None,
    languages: list[str],
) -> None:
    guesses = settle_languages(rankings, [1_000 * length for length in lengths_s], before=before)

    assert [guess.language for guess in guesses] == languages


FRENCH = Guess(language="fr", probability=0.99)
PERHAPS_FRENCH = Guess(language="fr", probability=0.88)


def test_the_last_stretch_of_a_slice_may_stand_apart_after_a_pause() -> None:
    talk = chunk((0, 2_000), (2_400, 3_400), (6_000, 9_000))
    first, second = slice_chunk(talk)

    apart = may_stand_apart(talk, first, FRENCH)

    assert apart is not None
    assert (apart.first, apart.last, apart.pause_ms) == (1, 2, 400)
    assert apart.end_ms == first.end_ms
    assert apart.end_ms - apart.start_ms == talk.heard[1].length_ms
    assert may_stand_apart(talk, second, FRENCH) is None, "there is nothing to stand apart from"


def test_a_stretch_without_a_pause_before_it_does_not_stand_apart() -> None:
    talk = chunk((0, 2_000), (2_200, 3_400))

    (only,) = slice_chunk(talk)

    assert may_stand_apart(talk, only, FRENCH) is None


def test_a_short_slice_between_pauses_stands_apart_where_its_language_is_not_sure() -> None:
    """A second of Chinese between French and English was 0.54 to 0.88 French among them."""
    talk = chunk((0, 3_000), (4_000, 5_000), (6_000, 9_000))
    before, short, after = slice_chunk(talk)

    assert may_stand_apart(talk, short, PERHAPS_FRENCH) == short
    assert may_stand_apart(talk, short, FRENCH) is None
    assert may_stand_apart(talk, before, PERHAPS_FRENCH) is None
    assert may_stand_apart(talk, after, PERHAPS_FRENCH) is None


def test_the_end_of_a_sentence_does_not_stand_apart() -> None:
    talk = chunk((0, 3_000), (3_200, 4_000), (6_000, 9_000))
    _, end, _ = slice_chunk(talk)

    assert may_stand_apart(talk, end, PERHAPS_FRENCH) is None
