"""Speech, slides and translation: what is found in each, how it weighs, what is shown of it."""

# Letters and signs of many scripts are what is tested.

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from archive.index import EVERYTHING, IndexDocument, SearchIndex, SlideText, Track
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]
Show = Callable[..., SlideText]
Find = Callable[..., list[int]]

FILLER = " ".join(["word"] * 60)


def test_a_word_on_a_slide_is_found_at_the_time_the_slide_appears(
    index: SearchIndex, make_document: Make, show: Show
) -> None:
    slides = [
        show("Welcome", 0, 60_000),
        show("Severe malaria\nArtesunate 2.4 mg/kg IV\nthen every 12 hours", 60_000, 95_000),
    ]
    index.update([make_document(1, "hello all", slides=slides)])

    (hit,) = index.search("artesunate").hits

    (moment,) = hit.moments
    assert (moment.track, moment.start_ms, moment.end_ms) == (Track.SLIDE, 60_000, 95_000)
    assert moment.text == "Severe malaria · Artesunate 2.4 mg/kg IV · then every 12 hours"
    assert [moment.text[s:e] for s, e in moment.marks] == ["Artesunate"]
    assert (hit.match_starts_ms, hit.slide_starts_ms, hit.slide_match_count) == ((), (60_000,), 1)
    assert (hit.moment_count, hit.matched_fields) == (1, ())


def test_a_word_of_the_translation_is_found_at_its_time(
    index: SearchIndex, make_document: Make, speak: Speak
) -> None:
    index.update(
        [
            make_document(
                1,
                speak("la fièvre revient", 10_000, "fr"),
                language="fr",
                translation=[speak("the fever returns", 10_000, "fr")],
            )
        ]
    )

    (hit,) = index.search("fevers").hits

    (moment,) = hit.moments
    assert (moment.track, moment.start_ms, moment.end_ms) == (Track.TRANSLATION, 10_400, 10_700)
    assert (moment.text, moment.language) == ("the fever returns", "en")
    assert (hit.match_starts_ms, hit.slide_match_count) == ((10_400,), 0)
    assert index.matched_words("fever", 1) == ()
    assert index.matched_words("fever", 1, track=Track.TRANSLATION) == ((10_400, 10_700),)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"severe malaria"', True),
        ('"malaria artesunate"', True),
        ('"malaria artesunate 2.4 mg"', True),
        ('"mg quinine"', False),
        ('"quinine hello"', False),
        ('"all severe"', False),
        ('"quinine good"', False),
        ('"good day"', True),
        ("quinine hello day", True),
    ],
)
def test_a_phrase_crosses_lines_but_neither_slides_nor_tracks(
    index: SearchIndex, make_document: Make, speak: Speak, show: Show, query: str, *, found: bool
) -> None:
    slides = [show("Severe malaria\n\nArtesunate 2.4 mg", 0), show("Quinine", 60_000)]
    index.update([make_document(1, "hello all", slides=slides, translation=[speak("good day")])])

    assert index.search(query).total == found


@pytest.mark.parametrize(
    ("language", "query", "start_ms"),
    [
        ("fr", "hypertensions", 0),
        ("fr", "高血压", 60_000),
        ("fr", '"血压治疗"', 60_000),
        ("fr", "دم", 120_000),
        ("zh", "infection", 180_000),
        ("zh", "高血压", 60_000),
        ("am", "infection", 180_000),
    ],
)
def test_slides_are_read_by_language_and_script(
    index: SearchIndex, make_document: Make, show: Show, language: str, query: str, start_ms: int
) -> None:
    lines = ["l'hypertension artérielle", "高血压治疗", "ضغط الدَّم", "Infections"]
    slides = [show(line, number * 60_000) for number, line in enumerate(lines)]
    index.update([make_document(1, slides=slides, language=language)])

    (hit,) = index.search(query).hits

    assert hit.slide_starts_ms == (start_ms,)


def test_what_is_said_ranks_above_what_is_shown_above_what_is_translated(
    index: SearchIndex, make_document: Make, speak: Speak, show: Show, find: Find
) -> None:
    """All three recordings have as many words in each track; only where one stands differs."""

    def place(number: int, said: str, shown: str, translated: str) -> IndexDocument:
        return make_document(
            number,
            f"{FILLER} {said}",
            slides=[show(f"{FILLER} {shown}", 0)],
            translation=[speak(f"{FILLER} {translated}")],
        )

    index.update(
        [
            place(1, "other", "other", "cholera"),
            place(2, "other", "cholera", "other"),
            place(3, "cholera", "other", "other"),
            make_document(4, FILLER, title="Cholera"),
            make_document(5, FILLER, description="Cholera in camps"),
            place(6, "cholera", "cholera", "cholera"),
        ]
    )

    assert find("cholera") == [4, 5, 6, 3, 2, 1]
    assert find('"cholera"') == [4, 5, 6, 3, 2, 1]


def test_slides_leave_the_order_of_recordings_without_them_alone(
    index: SearchIndex, make_document: Make, show: Show, find: Find
) -> None:
    index.update([make_document(1, "fever fever and more"), make_document(2, "one fever only")])
    before = find("fever")

    index.update([make_document(3, "hello", slides=[show("slide words " * 50, 0)])])

    assert find("fever") == before == [1, 2]


# Which moments are shown


def test_a_slide_whose_words_are_said_while_it_is_shown_takes_no_place(
    index: SearchIndex, make_document: Make, speak: Speak, show: Show
) -> None:
    index.update(
        [
            make_document(
                1,
                speak("give artesunate now", 180_000),
                slides=[
                    show("Artesunate first", 100_000, 200_000),
                    show("Artesunate again", 400_000, 500_000),
                ],
            )
        ]
    )

    (hit,) = index.search("artesunate").hits

    assert [(m.track, m.start_ms) for m in hit.moments] == [
        (Track.SPEECH, 180_400),
        (Track.SLIDE, 400_000),
    ]
    assert hit.slide_starts_ms == (100_000, 400_000)
    assert (hit.moment_count, hit.slide_match_count) == (3, 2)


def test_a_slide_with_more_of_the_words_than_are_said_is_shown(
    index: SearchIndex, make_document: Make, speak: Speak, show: Show
) -> None:
    index.update(
        [
            make_document(
                1,
                speak("give artesunate", 100_000),
                slides=[show("Artesunate dose", 100_400, 200_000)],
            )
        ]
    )

    (hit,) = index.search("artesunate dose").hits

    assert [(m.track, m.start_ms) for m in hit.moments] == [
        (Track.SPEECH, 100_400),
        (Track.SLIDE, 100_400),
    ]


def test_the_translation_of_what_was_said_in_these_words_is_left_out(
    index: SearchIndex, make_document: Make, speak: Speak
) -> None:
    index.update(
        [
            make_document(
                1,
                speak("une hypertension", 10_000, "fr"),
                speak("la tension", 200_000, "fr"),
                translation=[
                    speak("one hypertension", 12_000),
                    speak("hypertension maybe", 200_000),
                ],
            )
        ]
    )

    (hit,) = index.search("hypertension").hits

    assert [(m.track, m.start_ms) for m in hit.moments] == [
        (Track.SPEECH, 10_400),
        (Track.TRANSLATION, 200_000),
    ]
    assert (hit.moment_count, hit.match_starts_ms) == (2, (10_400, 200_000))
    assert [m.start_ms for m in index.moments("hypertension", 1)] == [10_400, 200_000]


def test_places_go_to_speech_first_and_to_slides_where_they_add_another_part_of_the_session(
    index: SearchIndex, make_document: Make, speak: Speak, show: Show
) -> None:
    minutes = [(0, "fever"), (1, "fever"), (2, "fever")]
    index.update(
        [
            make_document(
                1,
                *[speak(text, minute * 60_000) for minute, text in minutes],
                slides=[show("Fever", 200_000, 210_000), show("Fever", 3_600_000, 3_700_000)],
            )
        ]
    )

    (hit,) = index.search("fever").hits

    assert [(m.track, m.start_ms) for m in hit.moments] == [
        (Track.SPEECH, 0),
        (Track.SPEECH, 120_000),
        (Track.SLIDE, 3_600_000),
    ]


def test_without_speech_slides_and_translation_share_the_places(
    index: SearchIndex, make_document: Make, speak: Speak, show: Show
) -> None:
    index.update(
        [
            make_document(
                1,
                slides=[show("fever", minute * 60_000) for minute in range(0, 60, 10)],
                translation=[speak("fever", minute * 60_000) for minute in range(5, 60, 10)],
            )
        ]
    )

    (hit,) = index.search("fever").hits

    assert sorted(moment.track for moment in hit.moments) == [
        Track.SLIDE,
        Track.SLIDE,
        Track.TRANSLATION,
    ]


def test_each_slide_is_a_moment_of_its_own_and_its_snippet_holds_no_other(
    index: SearchIndex, make_document: Make, show: Show
) -> None:
    slides = [show(f"fever {number}\n" + "long line\n" * 30, number * 2_000) for number in range(9)]
    index.update([make_document(1, slides=slides)])

    moments = index.moments("fever", 1)

    assert [moment.start_ms for moment in moments] == [number * 2_000 for number in range(9)]
    for number, moment in enumerate(moments):
        assert moment.text.startswith(f"fever {number} · long line · ")
        assert moment.text.count("fever") == 1
        assert 16 <= len(moment.text.replace("·", "").split()) <= 26


def test_the_snippet_of_a_long_slide_begins_with_the_line_that_matches(
    index: SearchIndex, make_document: Make, show: Show
) -> None:
    lines = [f"line number {number}" for number in range(20)] + ["Give quinine slowly"]
    index.update([make_document(1, slides=[show("\n".join(lines), 0), show("Thanks", 60_000)])])

    (moment,) = index.moments("quinine", 1)

    assert moment.text == "Give quinine slowly"


def test_many_slides_that_match_are_counted_and_their_times_spread(
    index: SearchIndex, make_document: Make, show: Show
) -> None:
    index.update([make_document(1, slides=[show("fever", n * 1_000) for n in range(700)])])

    (hit,) = index.search("fever").hits

    assert hit.slide_match_count == 700
    assert len(hit.slide_starts_ms) == 500
    assert hit.slide_starts_ms[-1] == 699_000


def test_what_is_only_on_the_slides_of_a_draft_is_not_found(
    index: SearchIndex, make_document: Make, speak: Speak, show: Show, find: Find
) -> None:
    index.update(
        [
            make_document(1, "hello"),
            make_document(
                2, slides=[show("secret", 0)], translation=[speak("hidden")], public=False
            ),
        ]
    )

    assert find("secret OR hidden") == []
    assert index.moments("secret", 2) == ()
    assert find("secret hidden", audience=EVERYTHING) == [2]


PIECES = [
    "the",
    "COVID-19",
    "2.4mg",
    "l'eau",
    "infecções",
    "ضغط",
    "الدَّم",
    "ግፊት",
    "高血压",
    "•",
    "(so)",
]
LINES = st.lists(st.sampled_from(PIECES), max_size=5).map(" ".join)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    slides=st.lists(st.lists(LINES, max_size=4), min_size=1, max_size=4),
    language=st.sampled_from(["en", "fr", "ar", "am", "zh", ""]),
    which=st.integers(0, 3),
    start=st.integers(0, 20),
    length=st.integers(1, 8),
)
def test_every_run_of_words_on_a_slide_is_found_as_a_phrase_at_its_time(
    slides: list[list[str]],
    language: str,
    which: int,
    start: int,
    length: int,
    index: SearchIndex,
    make_document: Make,
    show: Show,
) -> None:
    shown = [show("\n".join(lines), 1_000 + 60_000 * n) for n, lines in enumerate(slides)]
    index.update([make_document(1, "hello", slides=shown, language=language)])
    slide = shown[min(which, len(shown) - 1)]
    run = slide.text.split()[start:][:length]
    assume(any(any(map(str.isalnum, word)) for word in run))
    typed = " ".join(run)

    (hit,) = index.search(f'"{typed}"').hits

    assert slide.start_ms in hit.slide_starts_ms
    assert [m for m in index.moments(f'"{typed}"', 1) if m.start_ms == slide.start_ms]
