from datetime import date

import pytest

from archive.pipeline import Progress, Stage
from web.result_cards import make_strip
from web.wording import format_day, format_left, format_work, highlight, language_label, quote_words


@pytest.mark.parametrize(
    ("left_s", "text"),
    [
        (None, "time left not known yet"),
        (0, "less than a minute left"),
        (59, "less than a minute left"),
        (60, "about 1 min left"),
        (3_599, "about 60 min left"),
        (7_500, "about 2 h 5 min left"),
    ],
)
def test_time_left_is_told_roughly(left_s: int | None, text: str) -> None:
    assert format_left(left_s) == text


@pytest.mark.parametrize(
    ("heard_ms", "speed", "text"),
    [
        (None, None, "less than a minute left"),
        (0, None, "less than a minute left"),
        (
            80_000,
            7.96,
            (
                "1:20 of 2:40 transcribed, 8.0 \N{MULTIPLICATION SIGN} as fast as it plays, "
                "less than a minute left"
            ),
        ),
    ],
)
def test_how_far_it_is_is_told_once_some_of_it_is_done(
    heard_ms: int | None, speed: float | None, text: str
) -> None:
    progress = Progress(
        stage=Stage.TRANSCRIPTION, fraction=0.9, left_s=9, heard_ms=heard_ms, speed=speed
    )

    assert format_work(progress, 160_000) == text


def test_a_day_is_written_out() -> None:
    assert format_day(date(2024, 5, 4)) == "4 May 2024"


@pytest.mark.parametrize(
    ("code", "label"), [("en", "English"), ("fr", "Français (French)"), ("xx", "Xx")]
)
def test_a_language_is_named_for_readers_who_do_not_speak_it(code: str, label: str) -> None:
    assert language_label(code) == label


@pytest.mark.parametrize(
    ("text", "marks", "html"),
    [
        ("a b c", [(2, 3)], "a <mark>b</mark> c"),
        ("<b> & x", [(0, 3)], "<mark>&lt;b&gt;</mark> &amp; x"),
        ("a b", [], "a b"),
        ("a b", [(0, 1), (2, 3)], "<mark>a</mark> <mark>b</mark>"),
        ("abc", [(0, 2), (1, 3)], "<mark>ab</mark>c"),
    ],
)
def test_highlights_are_built_from_escaped_text(
    text: str, marks: list[tuple[int, int]], html: str
) -> None:
    assert str(highlight(text, marks)) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("We see it.", "We see it."),
        ("and then we", "…and then we…"),
        ("早上好。", "…早上好。"),
    ],
)
def test_dots_stand_where_the_sentence_goes_on(text: str, html: str) -> None:
    assert str(quote_words(text, [])) == html


def test_matches_at_one_place_make_one_line_of_the_strip() -> None:
    strip = make_strip([60_000, 60_100, 60_200], 120_000)

    assert strip is not None
    assert strip.path == "M500 0v14"
    assert strip.label == "3 matches at 1:00"


@pytest.mark.parametrize(("starts_ms", "duration_ms"), [([], 1_000), ([5], None), ([5], 0)])
def test_without_matches_or_length_there_is_no_strip(
    starts_ms: list[int], duration_ms: int | None
) -> None:
    assert make_strip(starts_ms, duration_ms) is None


def test_a_match_past_the_end_stays_in_the_picture() -> None:
    strip = make_strip([130_000], 120_000)

    assert strip is not None
    assert strip.path == "M997 0v14"
