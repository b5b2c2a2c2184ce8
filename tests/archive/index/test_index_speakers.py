"""`speaker:` finds who speaks, and with words beside it what they say."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from archive.index import IndexDocument, Moment, SearchIndex, SlideText, Track
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]
Show = Callable[..., SlideText]
Find = Callable[..., list[int]]

OTIENO, CHEN = "Dr Amina Otieno", "Chen Wei"


@pytest.fixture
def say(speak: Speak) -> Callable[..., Segment]:
    """Speak a text from a second on, as someone."""
    return lambda text, at_s, who="", language="en": replace(
        speak(text, at_s * 1000, language), speaker=who
    )


@pytest.fixture
def round_table(
    index: SearchIndex, make_document: Make, say: Callable[..., Segment], show: Show
) -> None:
    """Two speak in the first, one in the second; in the third nobody knows who says what."""
    index.update(
        [
            make_document(
                1,
                say("welcome to the session on fever", 0, OTIENO),
                say("the fever comes at night", 60, CHEN),
                say("la fièvre ne tombe pas", 120, OTIENO, "fr"),
                say("and we treat it with fluids", 180, CHEN),
                say("thank you for the fever chart", 240, OTIENO),
                say("a voice that nobody has named", 300, "Speaker 3"),
                speakers=(OTIENO, CHEN),
                slides=[show("Fever chart", 230_000)],
                translation=[say("the fever does not fall", 120, OTIENO)],
            ),
            make_document(2, say("the fever again", 0, CHEN), speakers=(CHEN,)),
            make_document(3, "fever in the third", speakers=("Baraka Otieno",)),
            make_document(4, "otieno is only spoken of"),
        ]
    )


def moments(index: SearchIndex, query: str, recording_id: int = 1) -> list[Moment]:
    (hit,) = [hit for hit in index.search(query).hits if hit.recording_id == recording_id]
    return list(hit.moments)


def starts_s(found: list[Moment]) -> list[tuple[int, str]]:
    return [(moment.start_ms // 1000, moment.track.value) for moment in found]


@pytest.mark.usefixtures("round_table")
def test_recordings_with_a_speaker_are_found_by_any_part_of_the_name(find: Find) -> None:
    assert sorted(find("speaker:otieno")) == [1, 3]
    assert sorted(find("speaker:OTIÉNO")) == [1, 3]
    assert find("speaker:baraka") == [3]
    assert find('speaker:"amina otieno"') == [1]
    assert find('speaker:"otieno chen"') == [], "no phrase goes over two names"
    assert sorted(find("speaker:chen")) == [1, 2]
    assert find("speaker:chen speaker:otieno") == [1]
    assert sorted(find("speaker:(baraka OR chen)")) == [1, 2, 3]
    assert find("fever -speaker:chen") == [3]


@pytest.mark.usefixtures("round_table")
def test_a_name_without_a_prefix_is_found_too(find: Find) -> None:
    assert sorted(find("otieno")) == [1, 3, 4]


@pytest.mark.usefixtures("round_table")
def test_alone_it_shows_where_the_speaker_first_speaks(index: SearchIndex) -> None:
    found = moments(index, "speaker:otieno")

    assert starts_s(found) == [(0, "speech"), (120, "speech"), (240, "speech")]
    assert [moment.speaker for moment in found] == [OTIENO] * 3
    assert found[0].text == "welcome to the session on fever", "nothing that another says"
    assert found[0].marks == ()
    (hit,) = [hit for hit in index.search("speaker:otieno").hits if hit.recording_id == 1]
    assert hit.match_starts_ms == (0, 120_000, 240_000)
    assert (hit.moment_count, hit.matched_fields) == (3, ("speaker",))


@pytest.mark.usefixtures("round_table")
def test_with_words_it_shows_what_the_speaker_says(index: SearchIndex) -> None:
    assert starts_s(moments(index, "speaker:otieno fever")) == [
        (2, "speech"),
        (120, "translation"),
        (241, "speech"),
    ]
    assert starts_s(moments(index, "speaker:chen fever")) == [(60, "speech")]
    either = index.moments("fever speaker:(chen OR otieno)", 1)
    assert [start_s for start_s, _ in starts_s(list(either))] == [2, 60, 120, 241]
    (hit,) = [hit for hit in index.search("speaker:chen fever").hits if hit.recording_id == 1]
    assert (hit.slide_match_count, hit.moment_count) == (0, 1)


@pytest.mark.usefixtures("round_table")
def test_words_the_speaker_does_not_say_are_no_moments(index: SearchIndex) -> None:
    (hit,) = index.search("speaker:otieno fluids").hits

    assert (hit.recording_id, hit.moments, hit.moment_count) == (1, (), 0)
    assert hit.matched_fields == ("speaker",)


@pytest.mark.usefixtures("round_table")
def test_where_nobody_knows_who_says_what_all_moments_are_shown(index: SearchIndex) -> None:
    assert starts_s(moments(index, "speaker:baraka fever", 3)) == [(0, "speech")]
    (hit,) = index.search("speaker:baraka").hits
    assert (hit.moments, hit.matched_fields) == ((), ("speaker",))


@pytest.mark.usefixtures("round_table")
def test_beside_an_or_moments_are_those_of_everyone(index: SearchIndex) -> None:
    found = starts_s(moments(index, "speaker:otieno OR night"))

    assert found == [(61, "speech")]


@pytest.mark.usefixtures("round_table")
def test_inside_a_recording_only_the_speakers_words_are_marked(index: SearchIndex) -> None:
    assert index.matched_words("speaker:otieno fever", 1) == ((2_000, 2_300), (241_600, 241_900))
    assert index.matched_words("speaker:otieno", 1) == ()
    assert [one.start_ms for one in index.moments("speaker:chen", 1)] == [60_000, 180_000]
    assert [one.track for one in index.moments("speaker:chen fever", 1)] == [Track.SPEECH]


@pytest.mark.usefixtures("round_table")
def test_every_moment_knows_who_says_it_but_labels_are_no_names(index: SearchIndex) -> None:
    said = {
        (one.track.value, one.start_ms // 1000): one.speaker for one in index.moments("fever", 1)
    }

    assert said == {
        ("speech", 2): OTIENO,
        ("speech", 60): CHEN,
        ("translation", 120): OTIENO,
        ("slide", 230): "",
        ("speech", 241): OTIENO,
    }
    assert [one.speaker for one in index.moments("nobody", 1)] == [""]
    assert index.search("speaker:3").total == 0


def test_the_query_is_told_in_words(index: SearchIndex, make_document: Make) -> None:
    index.update([make_document(1, "fever")])

    assert index.search("speaker:otieno fever").understood == "otieno as speaker and fever"
    assert index.search('speaker:"Chen Wei"').understood == "“Chen Wei” as speaker"
