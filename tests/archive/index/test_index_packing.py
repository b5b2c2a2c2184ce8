from collections.abc import Callable

import pytest

from archive.errors import SearchIndexError
from archive.index import IndexDocument, SlideText, Track
from archive.index.packed import PackedTrack
from archive.index.packing import Packer
from archive.transcript import Segment, Word

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]

BLANK = {"start_ms": 0, "end_ms": None, "text": " \n"}


def _pack(document: IndexDocument, track: Track = Track.SPEECH) -> PackedTrack:
    return PackedTrack(memoryview(Packer().pack(document).tracks[track]))


def test_times_and_text_of_every_token_are_kept(make_document: Make) -> None:
    packed = _pack(make_document(1, "Fever, then a rash.", "No cough"))

    words = [packed.text[s:e] for s, e in zip(packed.text_starts, packed.text_ends, strict=True)]
    assert packed.text == "Fever, then a rash. No cough"
    assert words == ["Fever", "then", "a", "rash", "No", "cough"]
    assert packed.starts_ms.tolist() == [0, 400, 800, 1200, 1600, 2000]
    assert packed.durations_ms.tolist() == [300] * 6
    assert packed.segment_starts.tolist() == [0, 4]


def test_terms_are_counted_by_field(make_document: Make) -> None:
    packing = Packer().pack(
        make_document(1, "infection and infections", title="Infections", collection="Malaria")
    )

    assert packing.counts["transcript"].surfaces == {"infection": 1, "and": 1, "infections": 1}
    assert packing.counts["transcript"].stems == {"en:infect": 2, "en:and": 1}
    assert packing.counts["transcript"].length == 3
    assert packing.counts["title"].stems == {"en:infect": 1}
    assert packing.counts["collection"].surfaces == {"malaria": 1}
    assert packing.counts["description"].length == 0


def test_chinese_characters_share_the_time_of_their_word(make_document: Make, speak: Speak) -> None:
    packed = _pack(make_document(1, speak("高血压治", 1000, "zh", each=2)))

    assert packed.starts_ms.tolist() == [1000, 1150, 1400, 1550]
    assert packed.durations_ms.tolist() == [150] * 4
    assert packed.language_at(0) == "zh"


def test_a_word_of_two_tokens_gives_both_its_own_time(make_document: Make) -> None:
    packed = _pack(make_document(1, "the COVID-19 ward"))

    assert packed.starts_ms.tolist() == [0, 400, 400, 800]
    assert packed.durations_ms.tolist() == [300] * 4


def test_a_token_cut_in_two_words_by_the_recognizer_spans_both(make_document: Make) -> None:
    words = (
        Word(start_ms=0, end_ms=200, text=" hyper", confidence=1),
        Word(start_ms=200, end_ms=500, text="tension", confidence=1),
        Word(start_ms=600, end_ms=700, text=" now", confidence=1),
    )
    segment = Segment(
        start_ms=0, end_ms=700, text="hypertension now", language="en", confidence=1, words=words
    )

    packed = _pack(make_document(1, segment))

    assert packed.text == "hypertension now"
    assert packed.starts_ms.tolist() == [0, 600]
    assert packed.durations_ms.tolist() == [500, 100]


def test_a_segment_without_words_shares_its_time_by_characters(make_document: Make) -> None:
    segment = Segment(
        start_ms=1000, end_ms=2000, text="abcde fghi", language="en", confidence=1, words=()
    )

    packed = _pack(make_document(1, segment))

    assert packed.starts_ms.tolist() == [1000, 1600]
    assert packed.durations_ms.tolist() == [500, 400]


def test_a_track_without_words_takes_no_room(make_document: Make) -> None:
    packing = Packer().pack(make_document(1, title="Silence", slides=[SlideText(**BLANK)]))

    assert packing.tracks == dict.fromkeys(Track, b"")


@pytest.mark.parametrize("keep", [0, 10, 100, -1])
def test_half_a_document_is_damage(make_document: Make, keep: int) -> None:
    data = Packer().pack(make_document(1, "fever and cough")).tracks[Track.SPEECH]

    with pytest.raises(SearchIndexError, match="reindex"):
        PackedTrack(memoryview(data[:keep]))


def test_other_bytes_are_damage(make_document: Make) -> None:
    data = bytearray(Packer().pack(make_document(1, "fever and cough")).tracks[Track.SPEECH])
    data[8] = 77

    with pytest.raises(SearchIndexError, match="damaged"):
        PackedTrack(memoryview(bytes(data)))


def test_the_words_of_a_slide_all_have_its_time(make_document: Make) -> None:
    slides = [
        SlideText(start_ms=60_000, end_ms=90_000, text="高血压 rates\n \n 2 of 3 "),
        SlideText(start_ms=5_000, end_ms=None, text="Welcome"),
        SlideText(start_ms=95_000, end_ms=None, text="Thanks"),
    ]

    packed = _pack(make_document(1, slides=slides), Track.SLIDE)

    words = [packed.text[s:e] for s, e in zip(packed.text_starts, packed.text_ends, strict=True)]
    assert packed.text == "Welcome 高血压 rates · 2 of 3 Thanks"
    assert words == ["Welcome", *"高血压", "rates", "2", "of", "3", "Thanks"]
    assert packed.starts_ms.tolist() == [5_000, *[60_000] * 7, 95_000]
    assert packed.durations_ms.tolist() == [55_000, *[30_000] * 7, 0]


def test_a_separator_stands_between_slides_and_counts_as_no_term(make_document: Make) -> None:
    slides = [
        SlideText(start_ms=number, end_ms=None, text=text)
        for number, text in enumerate(["fever", "...", "cough"])
    ]

    packing = Packer().pack(make_document(1, slides=slides))

    assert packing.counts["slides"].surfaces == {"fever": 1, "cough": 1}
    assert packing.counts["slides"].length == 3
    assert (packing.tokens.surfaces[-5:-1] == 0).tolist() == [False, True, False, True]


@pytest.mark.parametrize(
    ("language", "line", "read_as"),
    [
        ("en", "Severe infections", "en"),
        ("fr", "Infections graves", "fr"),
        ("zh", "高血压 hypertension", "en"),
        ("zh", "今天讨论高血压治疗 BP", "zh"),
        ("yue", "高血壓", "yue"),
        ("en", "高血压", "zh"),
        ("en", "ارتفاع ضغط الدم", "ar"),
        ("ur", "بلند فشار خون", "ur"),
        ("fr", "የደም ግፊት", "am"),
        ("am", "Amoxicillin 250 mg", "en"),
        ("", "Infections", ""),
        ("sw", "120/80", "sw"),
        ("ru", "Гипертония (BP)", "ru"),
    ],
)
def test_a_line_of_a_slide_is_read_by_its_script(
    make_document: Make, language: str, line: str, read_as: str
) -> None:
    slide = SlideText(start_ms=0, end_ms=None, text=line)

    packed = _pack(make_document(1, slides=[slide], language=language), Track.SLIDE)

    assert packed.language_at(0) == read_as


def test_the_translation_is_read_as_english(make_document: Make, speak: Speak) -> None:
    packing = Packer().pack(
        make_document(1, language="fr", translation=[speak("the infections", 0, "fr")])
    )

    assert packing.counts["translation"].stems == {"en:the": 1, "en:infect": 1}
    assert packing.counts["transcript"].length == 0
