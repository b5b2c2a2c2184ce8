"""What else may have been said is found by its sound, told apart, and never taken for words."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from archive.index import IndexDocument, Reason, SearchIndex, Track
from archive.index.sounding import beginnings_near, sounding_like
from archive.transcript import Reading, Segment

Make = Callable[..., IndexDocument]
Fill = Callable[..., None]

SAID = "i remember kickum where the vials have been standing in the window"
KICKUM_MS = 800


def read(*texts: str, written: str = "kickum", start_ms: int = KICKUM_MS) -> Reading:
    return Reading(start_ms=start_ms, end_ms=start_ms + 300, written=written, texts=texts)


@pytest.fixture
def fill(index: SearchIndex) -> Fill:
    def fill(*documents: IndexDocument) -> None:
        index.rebuild(documents, reload=lambda _: ())

    return fill


def test_a_name_nobody_wrote_is_found_where_it_may_have_been_said(
    index: SearchIndex, fill: Fill, make_document: Make
) -> None:
    fill(make_document(1, SAID, readings=[read("kitkem", "keatgum")]))

    page = index.search("Kitgum")

    (hit,) = page.hits
    assert not hit.exact
    (moment,) = hit.moments
    assert (moment.track, moment.start_ms) == (Track.SPEECH, KICKUM_MS)
    assert [moment.text[a:b] for a, b in moment.marks] == ["kickum"]
    (instead,) = moment.instead
    assert (instead.reason, instead.asked, instead.found) == (Reason.SOUND, "Kitgum", "kickum")
    assert index.moments("Kitgum", 1) == (moment,)
    assert index.matched_words("Kitgum", 1) == ((KICKUM_MS, KICKUM_MS + 300),)


def test_of_runs_that_overlap_the_shortest_is_told(
    index: SearchIndex, fill: Fill, make_document: Make
) -> None:
    longer = Reading(start_ms=400, end_ms=1100, written="rememberkickum", texts=("kitgumm",))
    fill(make_document(1, SAID, readings=[longer, read("kitgum")]))

    (moment,) = index.search("Kitgum").hits[0].moments
    assert [one.found for one in moment.instead] == ["kickum"]
    assert moment.start_ms == KICKUM_MS


def test_what_was_said_comes_before_what_may_have_been(
    index: SearchIndex, fill: Fill, make_document: Make
) -> None:
    fill(
        make_document(1, SAID, readings=[read("kitgum")]),
        make_document(2, "we went to kitgum by road"),
    )

    assert [(hit.recording_id, hit.exact) for hit in index.search("kitgum").hits] == [
        (2, True),
        (1, False),
    ]


@pytest.mark.parametrize(
    "query", ["kitgum", "kitg*", '"kitgum where"', "~3235~kitgum", "slide:kitgum"]
)
def test_readings_are_no_words(
    index: SearchIndex, fill: Fill, make_document: Make, query: str
) -> None:
    fill(make_document(1, SAID, readings=[read("kitgum")]))

    tolerant = query.startswith(("kitg*", '"', "~", "slide"))
    assert index.search(query, tolerant=tolerant).total == 0


def test_what_is_only_a_little_alike_is_left_out(
    index: SearchIndex, fill: Fill, make_document: Make
) -> None:
    fill(make_document(1, SAID, readings=[read("codogam", "kitkem")]))

    assert index.search("Kitgum").total == 1
    assert index.search("Katakwi").total == 0
    assert index.search("Kigoma").total == 0


def test_a_slip_of_the_finger_finds_it_too(
    index: SearchIndex, fill: Fill, make_document: Make
) -> None:
    fill(make_document(1, SAID, readings=[read("maitland")]))

    assert index.search("Maitoand").total == 1
    assert index.search("Maitooand").total == 0


def test_nothing_else_in_the_archive_is_told_of_readings(
    index: SearchIndex, fill: Fill, make_document: Make
) -> None:
    fill(make_document(1, SAID, readings=[read("maitland", "kitgum")]))

    assert index.occurring(["maitland", "kitgum"]) == ()
    assert index.complete("maitl") == ()
    assert index.search("maitlnd windw").meant == ()


def test_only_what_those_say_who_were_asked_for(
    index: SearchIndex, fill: Fill, make_document: Make, speak: Callable[..., Segment]
) -> None:
    first = replace(speak(SAID), speaker="Okwir")
    then = replace(speak("thank you", 10_000), speaker="Nabukenya")
    document = make_document(
        1, first, then, speakers=["Okwir", "Nabukenya"], readings=[read("kitgum")]
    )
    fill(document)

    assert index.search("kitgum speaker:okwir").hits[0].moments[0].start_ms == KICKUM_MS
    assert index.moments("kitgum speaker:nabukenya", 1) == ()


def test_unpublished_readings_are_not_found(
    index: SearchIndex, fill: Fill, make_document: Make
) -> None:
    fill(make_document(1, SAID, readings=[read("kitgum")], public=False))

    page = index.search("kitgum")
    assert (page.total, page.also) == (0, ())


def test_terms_that_sound_like_a_word_are_told_by_all_their_sounds() -> None:
    found = sounding_like("kitgum", ["~3235~kitkem", "~3235~godgoam", "~3235~kitgum"])

    assert [term for term, _ in found][:2] == ["~3235~kitgum", "~3235~kitkem"]
    assert found[0][1] == 1


def test_families_one_apart_are_near() -> None:
    near = beginnings_near("maitoand")

    assert "~5252~" in near
    assert "~52652~" in near
    assert all(beginning.strip("~").isdigit() for beginning in near)
