"""Where chapters are proposed: at slides, near pauses, spread over the hour."""

from itertools import pairwise

import pytest

from archive.chapter_proposals import Proposal, propose_chapters, title_of
from archive.models import SlideSource
from archive.slides import KeptSlide
from archive.transcript import Segment, Word

HOUR_MS = 3_600_000


def slide(start_ms: int, text: str, end_ms: int | None = None) -> KeptSlide:
    return KeptSlide(
        slide_id=start_ms, start_ms=start_ms, end_ms=end_ms, text=text, source=SlideSource.VIDEO
    )


def speech(*pauses: tuple[int, int], until_ms: int = HOUR_MS) -> Segment:
    """Speak a word every 400 ms, and not in the pauses."""
    words = tuple(
        Word(start_ms=at, end_ms=at + 350, text=f" word{at}", confidence=1.0)
        for at in range(0, until_ms, 400)
        if not any(start <= at + 350 and at < end for start, end in pauses)
    )
    return Segment(start_ms=0, end_ms=until_ms, text="", language="en", confidence=1.0, words=words)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Severe malaria\nArtesunate", "Severe malaria"),
        ("3. Treatment:\nmore", "Treatment"),
        ("•  Fluids", "Fluids"),
        ("12\n--\nDose by weight", "Dose by weight"),
        ("2024", ""),
        ("", ""),
        ("疟疾的治疗", "疟疾的治疗"),
        ("a" * 30 + " " + "b" * 70, "a" * 30 + "…"),
    ],
)
def test_the_title_is_the_first_line_that_says_something(text: str, title: str) -> None:
    assert title_of(text) == title


def test_an_hour_of_slides_gets_five_to_fifteen_chapters_well_apart() -> None:
    slides = [
        slide(at, f"Topic {chr(65 + at // 45_000 % 26)}{at}x and more")
        for at in range(0, HOUR_MS, 45_000)
    ]

    proposed = propose_chapters(slides, [speech()], until_ms=HOUR_MS)

    assert 5 <= len(proposed) <= 15
    apart = [after.start_ms - before.start_ms for before, after in pairwise(proposed)]
    assert min(apart) >= 120_000
    assert max(apart) <= 900_000
    assert proposed[0].start_ms == 0


def test_a_chapter_begins_where_speech_begins_again_after_the_breath() -> None:
    slides = [slide(0, "Opening words"), slide(600_000, "Treatment")]

    proposed = propose_chapters(slides, [speech((596_000, 598_000))], until_ms=1_200_000)

    assert proposed == (
        Proposal(start_ms=0, title="Opening words"),
        Proposal(start_ms=598_000, title="Treatment"),
    )


def test_a_slide_at_a_pause_is_taken_before_one_in_midsentence() -> None:
    slides = [slide(0, "A start"), slide(560_000, "In midsentence"), slide(640_000, "At a pause")]

    proposed = propose_chapters(slides, [speech((638_000, 641_000))], until_ms=1_200_000)

    assert [one.title for one in proposed] == ["A start", "At a pause"]


def test_the_same_title_again_is_no_new_chapter() -> None:
    slides = [
        slide(0, "Intro here"),
        *(slide(at, "Doses") for at in range(300_000, 900_000, 60_000)),
    ]

    proposed = propose_chapters(slides, [speech()], until_ms=1_200_000)

    assert [one.title for one in proposed].count("Doses") == 1


def test_without_slides_long_pauses_begin_chapters() -> None:
    def said(start_ms: int, end_ms: int, text: str) -> Segment:
        words = tuple(
            Word(start_ms=start_ms + at, end_ms=start_ms + at + 1, text=f" {word}", confidence=1.0)
            for at, word in enumerate(text.split())
        )
        return Segment(
            start_ms=start_ms, end_ms=end_ms, text=text, language="en", confidence=1.0, words=words
        )

    segments = [
        said(0, 590_000, "Good morning"),
        said(600_000, 1_190_000, "Let us now talk about how we treat severe malaria"),
    ]

    proposed = propose_chapters([], segments, until_ms=1_200_000)

    assert [(one.start_ms, one.title) for one in proposed] == [
        (0, "Opening"),
        (600_000, "Let us now talk about how we treat…"),
    ]


@pytest.mark.parametrize("until_ms", [0, 60_000, 150_000])
def test_what_is_short_gets_none(until_ms: int) -> None:
    assert propose_chapters([slide(60_000, "Only one")], [speech()], until_ms=until_ms) == ()


def test_only_the_session_is_divided() -> None:
    slides = [slide(at, f"Topic number {at}") for at in range(0, HOUR_MS, 120_000)]

    proposed = propose_chapters(slides, [speech()], from_ms=600_000, until_ms=1_800_000)

    assert proposed[0].start_ms == 600_000
    assert all(600_000 <= one.start_ms < 1_800_000 for one in proposed)
