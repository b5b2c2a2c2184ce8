"""What readers do not read: by word, by range, in a translation, on slides."""

from dataclasses import replace

import pytest

from archive.models import SlideSource
from archive.privacy.redaction import HIDDEN, redact, redact_slides, redact_translation
from archive.privacy.values import NO_CUTS, Cuts, Span, covers, merge, overlapping
from archive.slides import KeptSlide
from archive.transcript import Segment
from tests.web.factories import speak as speak_words


def span(start_ms: int, end_ms: int) -> Span:
    return Span(start_ms=start_ms, end_ms=end_ms)


SAID = speak_words("Our patient John Banda. He came", start_ms=1_000)
"""A word every 400 ms, 350 ms long."""


def hidden(*spans: Span) -> Cuts:
    return Cuts(hidden=spans)


@pytest.mark.parametrize(
    ("cuts", "text"),
    [
        (NO_CUTS, "Our patient John Banda. He came"),
        (hidden(span(1_800, 2_550)), f"Our patient {HIDDEN}. He came"),
        (hidden(span(1_800, 1_801)), f"Our patient {HIDDEN} Banda. He came"),
        (hidden(span(2_149, 2_201)), f"Our patient {HIDDEN}. He came"),
        (hidden(span(2_150, 2_200)), "Our patient John Banda. He came"),
        (hidden(span(0, 1_001), span(3_000, 9_000)), f"{HIDDEN} patient John Banda. He {HIDDEN}"),
        (hidden(span(0, 9_000)), HIDDEN),
        (Cuts(shown_from_ms=1_800), "John Banda. He came"),
        (Cuts(shown_until_ms=1_800), "Our patient"),
        (Cuts(shown_from_ms=1_800, shown_until_ms=2_600), "John Banda."),
        (Cuts(shown_from_ms=1_800, hidden=(span(1_800, 2_000),)), f"{HIDDEN} Banda. He came"),
        (
            Cuts(muted=(span(0, 9_000),), unseen=(span(0, 9_000),)),
            "Our patient John Banda. He came",
        ),
    ],
)
def test_hidden_words_are_not_in_what_is_read(cuts: Cuts, text: str) -> None:
    (read,) = redact([SAID], cuts)

    assert read.text == text
    assert "".join(word.text for word in read.words).strip() == text


def test_a_segment_outside_of_the_range_is_gone_and_others_are_the_very_same() -> None:
    early, late = SAID, replace(SAID, start_ms=60_000, end_ms=62_000, words=())

    assert redact([early, late], Cuts(shown_from_ms=30_000)) == (late,)
    assert redact([early, late], Cuts(shown_until_ms=30_000))[0] is early


def test_times_of_what_is_left_stay_and_words_stay_inside_their_segment() -> None:
    (read,) = redact([SAID], Cuts(shown_from_ms=1_600, shown_until_ms=2_700))

    assert [(word.start_ms, word.text) for word in read.words] == [
        (1_800, " John"),
        (2_200, " Banda."),
    ]
    assert (read.start_ms, read.end_ms) == (1_800, 2_550)


def test_a_word_without_length_is_hidden_too() -> None:
    word = replace(SAID.words[2], end_ms=SAID.words[2].start_ms)
    said = replace(SAID, words=(*SAID.words[:2], word, *SAID.words[3:]))

    (read,) = redact([said], hidden(span(1_800, 1_810)))

    assert "John" not in read.text


def test_a_segment_without_words_is_hidden_whole() -> None:
    (read,) = redact([replace(SAID, words=())], hidden(span(1_800, 1_810)))

    assert read.text == HIDDEN


def test_unspaced_writing_gets_no_space() -> None:
    said = Segment(
        start_ms=0,
        end_ms=800,
        text="患者王明",
        language="zh",
        confidence=1.0,
        words=tuple(
            replace(SAID.words[0], start_ms=at * 200, end_ms=at * 200 + 200, text=character)
            for at, character in enumerate("患者王明")
        ),
    )

    (read,) = redact([said], hidden(span(400, 800)))

    assert read.text == f"患者{HIDDEN}"


def test_a_translation_loses_the_whole_segment_of_a_hidden_time() -> None:
    before, during = SAID, speak_words("The patient is called Banda", start_ms=5_000)

    read = redact_translation([before, during], hidden(span(6_900, 7_000)))

    assert [segment.text for segment in read] == [SAID.text, HIDDEN]


def test_slides_go_where_they_are_unseen_or_outside_of_the_range() -> None:
    slides = [
        KeptSlide(slide_id=at, start_ms=at, end_ms=at + 10_000, text="", source=SlideSource.VIDEO)
        for at in (0, 10_000, 20_000, 30_000)
    ]
    cuts = Cuts(unseen=(span(25_000, 26_000),), shown_from_ms=10_000, shown_until_ms=30_000)

    assert [slide.start_ms for slide in redact_slides(slides, cuts)] == [10_000]
    assert redact_slides(slides, NO_CUTS) == tuple(slides)


def test_spans_are_merged_found_and_compared() -> None:
    merged = merge([span(5, 9), span(0, 2), span(2, 3), span(8, 12), span(20, 20)])

    assert merged == (span(0, 3), span(5, 12))
    assert overlapping(merged, 3, 5) is None
    assert overlapping(merged, 4, 6) == span(5, 12)
    assert covers(merged, (span(5, 6), span(7, 12)))
    assert not covers(merged, (span(2, 6),))
    assert not covers((), (span(2, 6),))
