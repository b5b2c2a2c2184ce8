import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.captions import Cue, make_cues, write_webvtt
from archive.captions.webvtt import escape_cue_text
from tests.archive.captions.conversation import say


def cue(*lines: str, language: str = "en", start_ms: int = 0, speaker: str = "") -> Cue:
    return Cue(
        start_ms=start_ms,
        end_ms=start_ms + 1_500,
        lines=lines,
        language=language,
        speaker=speaker,
    )


def read_webvtt(text: str) -> list[tuple[int, int, list[str]]]:
    """Read cues by the letter of the specification's parser (section 6.1), strictly."""
    blocks = text.removesuffix("\n").split("\n\n")
    assert re.fullmatch(r"WEBVTT(?:[ \t].*)?", blocks[0])
    cues = []
    for block in blocks[1:]:
        if block.startswith("NOTE"):
            assert "-->" not in block
            continue
        timing, *lines = block.split("\n")
        match = re.fullmatch(
            r"(\d\d+):(\d\d):(\d\d)\.(\d{3}) --> (\d\d+):(\d\d):(\d\d)\.(\d{3})", timing
        )
        assert match, timing
        h1, m1, s1, f1, h2, m2, s2, f2 = map(int, match.groups())
        assert lines
        assert not any("-->" in line for line in lines)
        plain = [html.unescape(re.sub(r"<[^>]*>", "", line)) for line in lines]
        start_ms = ((h1 * 60 + m1) * 60 + s1) * 1000 + f1
        cues.append((start_ms, ((h2 * 60 + m2) * 60 + s2) * 1000 + f2, plain))
    return cues


def test_a_file_is_written_as_the_specification_has_it() -> None:
    cues = [
        cue("Good morning,", "everyone."),
        cue("Bonjour à tous.", language="fr", start_ms=3_600_000),
    ]

    assert write_webvtt(cues, language="en") == (
        "WEBVTT\n"
        "\n"
        "NOTE Language: en\n"
        "\n"
        "00:00:00.000 --> 00:00:01.500\n"
        "Good morning,\n"
        "everyone.\n"
        "\n"
        "01:00:00.000 --> 01:00:01.500\n"
        "<lang fr>Bonjour à tous.</lang>\n"
    )


def test_who_speaks_is_a_voice_span_and_a_name_cannot_break_out_of_it() -> None:
    cues = [
        cue("Good morning,", "everyone.", speaker="Dr Otieno"),
        cue("Bonjour.", language="fr", start_ms=2_000, speaker="A > B & --> <c>\n"),
    ]

    written = write_webvtt(cues, language="en")

    assert "\n<v Dr Otieno>Good morning,\neveryone.\n" in written
    assert "\n<v A &gt; B &amp; --&gt; &lt;c&gt;><lang fr>Bonjour.</lang>\n" in written
    assert next(lines for _, _, lines in read_webvtt(written)) == ["Good morning,", "everyone."]


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("Q&A", "Q&amp;A"),
        ("<b>bold</b>", "&lt;b&gt;bold&lt;/b&gt;"),
        ("a --> b", "a --&gt; b"),
        ("one\n\ntwo\r\nthree", "one two three"),
        ("nul\0byte", "nul byte"),
        ("&amp;", "&amp;amp;"),
    ],
)
def test_text_is_never_markup(text: str, escaped: str) -> None:
    assert escape_cue_text(text) == escaped


def test_a_track_without_a_language_takes_that_of_most_cues() -> None:
    cues = [cue("Bonjour.", language="fr"), cue("Oui.", language="fr"), cue("Yes.")]

    written = write_webvtt(cues, language="")

    assert "NOTE Language: fr" in written
    assert "<lang en>Yes.</lang>" in written
    assert "<lang fr>" not in written


def test_a_note_is_a_comment_whatever_stands_in_it() -> None:
    written = write_webvtt([cue("Yes.")], language="en", note="Model a --> b.\n\nNot\nchecked.")

    assert "\n\nNOTE Model a -> b. Not checked.\n\n00:00" in written
    assert read_webvtt(written) == [(0, 1_500, ["Yes."])]


def test_a_track_in_two_languages_marks_the_arabic_and_keeps_its_letters_in_order() -> None:
    segments = [
        say("Good morning from Lilongwe. We begin with malaria."),
        say("أعط الأرتيسونات فورا. ثم كررها.", language="ar", start_ms=20_000),
    ]

    written = write_webvtt(make_cues(segments), language="en")

    blocks = written.split("\n\n")[2:]
    arabic = [block for block in blocks if "<lang ar>" in block]
    assert [block for block in blocks if "<lang" in block] == arabic
    assert "".join(arabic).count("<lang ar>") == "".join(arabic).count("</lang>") == len(arabic)
    assert "الأرتيسونات" in written
    # No direction marks: WebVTT finds each line's direction by its first strong letter.
    assert not set(written) & set("\u200e\u200f\u202a\u202b\u2066\u2067")


def test_whispers_code_for_javanese_becomes_a_language_tag() -> None:
    assert "<lang jv>" in write_webvtt([cue("Sugeng enjing.", language="jw")], language="en")


def test_no_cues_are_an_empty_track() -> None:
    assert write_webvtt([], language="") == "WEBVTT\n"


def test_cues_of_a_transcript_come_back_from_the_file() -> None:
    segments = [
        say("Give the first dose on arrival. Then repeat it after twelve & twenty four hours."),
        say("今天讨论疟疾。", language="zh", start_ms=10_000),
    ]
    cues = make_cues(segments)

    read = read_webvtt(write_webvtt(cues, language="en"))

    assert read == [(one.start_ms, one.end_ms, list(one.lines)) for one in cues]


@settings(deadline=None)
@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=2))
def test_any_text_is_read_back_but_for_its_white_space(lines: list[str]) -> None:
    ((_, _, read),) = read_webvtt(write_webvtt([cue(*lines)], language="en"))

    assert read == [" ".join(line.replace("\0", " ").split()) for line in lines]
