import pytest

from archive.captions import Cue, write_srt, write_webvtt
from archive.captions.reading import ReadCue, decode_captions, read_captions
from archive.errors import InvalidInputError

VTT = """WEBVTT - made by hand
Kind: captions
Language: fr

NOTE
A note that
goes over lines

STYLE
::cue { color: red }

intro
00:01.000 --> 00:03.500 align:start position:0%
<v.loud Dr Amina Otieno>Bonjour &amp; <i>bienvenue</i></v>

00:00:04.000 --> 00:00:06.000
deux
lignes
"""


def cue(start_ms: int, end_ms: int, text: str, speaker: str = "", language: str = "") -> ReadCue:
    return ReadCue(start_ms=start_ms, end_ms=end_ms, text=text, speaker=speaker, language=language)


def test_webvtt_is_read_with_voices_and_language_and_without_markup() -> None:
    captions = read_captions(VTT)

    assert captions.language == "fr"
    assert captions.cues == (
        cue(1000, 3500, "Bonjour & bienvenue", "Dr Amina Otieno"),
        cue(4000, 6000, "deux lignes"),
    )


def test_subrip_is_read_with_and_without_numbers() -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\n<font color=red>Fever</font>\r\n\r\n"
        "00:00:03,5 --> 00:00:04,000\r\n{\\an8}and <b>chills</b>\r\n"
    )

    assert read_captions(text).cues == (
        cue(1000, 2000, "Fever"),
        cue(3500, 4000, "and chills"),
    )


def test_what_the_archive_writes_it_reads_again() -> None:
    cues = (
        Cue(start_ms=0, end_ms=900, lines=("a < b & c",), language="en", speaker="Ngozi"),
        Cue(start_ms=1000, end_ms=2000, lines=("Deux", "lignes"), language="fr"),
    )

    vtt = read_captions(write_webvtt(cues, language="en", note="Made by machine."))
    srt = read_captions(write_srt(cues))

    assert vtt.language == "en"
    assert vtt.cues == (
        cue(0, 900, "a < b & c", "Ngozi"),
        cue(1000, 2000, "Deux lignes", language="fr"),
    )
    assert [one.text for one in srt.cues] == ["a < b & c", "Deux lignes"]


def test_a_cue_that_two_people_speak_becomes_two_that_share_its_time() -> None:
    text = "WEBVTT\n\n00:00.000 --> 00:04.000\n<v Ann>one one</v>\n<v Ben>two two</v>\n"

    assert read_captions(text).cues == (
        cue(0, 2000, "one one", "Ann"),
        cue(2000, 4000, "two two", "Ben"),
    )


def test_cues_that_overlap_end_where_the_next_begins_and_equal_ones_follow_each_other() -> None:
    text = (
        "WEBVTT\n\n00:00.000 --> 00:04.000\nabc\n\n00:02.000 --> 00:06.000\ndef\n\n"
        "00:02.000 --> 00:05.000\nghi\n"
    )

    assert [(one.start_ms, one.end_ms) for one in read_captions(text).cues] == [
        (0, 2000),
        (2000, 4000),
        (4000, 6000),
    ]


def test_rolling_captions_say_each_line_once() -> None:
    text = (
        "WEBVTT\n\n00:00.000 --> 00:02.000\n \nso<00:00.500><c> today</c>\n\n"
        "00:02.000 --> 00:02.010\nso today\n\n"
        "00:02.010 --> 00:04.000\nso today\nwe<00:03.000><c> speak</c>\n"
    )

    assert [one.text for one in read_captions(text).cues] == ["so today", "we speak"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("WEBVTT\n\n00:01.000 -> 00:02.000\nfever\n", "Line 3 .*00:01.000 -> 00:02.000.*times"),
        ("WEBVTT\n\n00:01.000 --> soon\nfever\n", "Line 3 .*cannot be read"),
        ("WEBVTT\n\n00:61.000 --> 01:02.000\nfever\n", "Line 3 .*61 seconds"),
        ("WEBVTT\n\n00:05.000 --> 00:02.000\nfever\n", "Line 3 .*ends before it begins"),
        (
            "1\n00:00:05,000 --> 00:00:06,000\na\n\n2\n00:00:01,000 --> 00:00:02,000\nb\n",
            "Line 6 .*order of time",
        ),
        (
            "00:00:01,000 --> 00:00:02,000\na\n00:00:03,000 --> 00:00:04,000\nb\n",
            "Line 3 .*empty line above",
        ),
        ("just some notes\nof the session\n", "Line 1 .*just some notes"),
        ("WEBVTT\n", "holds no captions"),
        ("", "holds no captions"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        read_captions(text)


def test_text_that_is_not_utf8_is_told_with_its_line() -> None:
    with pytest.raises(InvalidInputError, match=r"Line 2 .*UTF-8"):
        decode_captions("WEBVTT\nfièvre".encode("latin-1"))


def test_marks_of_encodings_are_understood() -> None:
    assert decode_captions("\ufeffWEBVTT".encode()) == "WEBVTT"
    assert decode_captions("WEBVTT é".encode("utf-16")) == "WEBVTT é"
