"""What else may have been said is found by its sound, told apart, and never taken for words."""

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.glossary.consonants import skeleton
from archive.index import IndexDocument, Reason, SearchIndex, Track
from archive.index import readings as readings_module
from archive.index.readings import SOUND
from archive.index.sounding import (
    ALIKE,
    families_near,
    families_of,
    families_of_all,
    likenesses_to,
    may_be_slips,
    sound_of,
)
from archive.index.tolerance import readings as lookup_module
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


def test_unpublished_readings_take_no_place_of_those_that_are(
    index: SearchIndex, fill: Fill, make_document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup_module, "_MOST_TAKEN", 2)
    fill(
        make_document(1, SAID, readings=[read("kitkem")]),
        make_document(2, SAID, readings=[read("kitgum", "kitgam")], public=False),
    )

    assert index.search("Kitgum").total == 1

    monkeypatch.setattr(readings_module, "MOST_COMPARED", 2)
    monkeypatch.setattr(lookup_module, "MOST_COMPARED", 2)
    index.update([make_document(2, SAID, readings=[read("kitgum", "kitgam", "kitgom")])])
    index.update([make_document(2, SAID, readings=[read("kotgum", "gatgum")], public=False)])

    assert index.search("Kitgum").total == 1


def test_sounds_are_compared_by_all_they_have() -> None:
    sounds = np.array([sound_of(one) for one in ("kitkem", "godgoam", "kitgum")], SOUND)

    alike = likenesses_to(sound_of("kitgum"), sounds)

    assert alike[2] == 1
    assert alike[0] > ALIKE > alike[1]


def test_families_one_apart_are_near() -> None:
    near = families_near(sound_of("maitoand"))

    assert families_of(sound_of("maitland")) in near
    assert families_of(sound_of("maitoand")) in near
    assert families_of(sound_of("kitgum")) not in near
    assert 0 not in near


@given(st.text("kitgumaolnd", min_size=5, max_size=15), st.data())
def test_what_is_one_letter_off_may_be_a_slip(word: str, data: st.DataObject) -> None:
    """For letters that sound alone: those that sound together are told by the letters."""
    at = data.draw(st.integers(0, len(word) - 1))
    other = data.draw(st.sampled_from("kitgumaolnd"))
    row = np.array([word[:at] + other + word[at + 1 :]], SOUND)

    assert may_be_slips(word.encode(), row).tolist() == [True]
    assert may_be_slips(word.encode(), np.array([word[::-1] + "x"], SOUND)).tolist() == [
        _differs_little(word, word[::-1] + "x")
    ]


def _differs_little(one: str, other: str) -> bool:
    before, after = _same(one, other), _same(one[::-1], other[::-1])
    return before + after >= max(len(one), len(other)) - 2


def _same(one: str, other: str) -> int:
    """Count the letters that both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def test_of_very_many_the_latest_are_compared(
    index: SearchIndex, fill: Fill, make_document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings_module, "MOST_COMPARED", 2)
    monkeypatch.setattr(lookup_module, "MOST_COMPARED", 2)
    fill(*(make_document(one, SAID, readings=[read("kitgum")]) for one in range(1, 4)))

    assert {hit.recording_id for hit in index.search("Kitgum").hits} == {2, 3}


def test_readings_follow_what_is_changed_and_taken_out(
    index: SearchIndex, fill: Fill, make_document: Make
) -> None:
    fill(
        make_document(1, SAID, readings=[read("kitgum")]),
        make_document(2, SAID, readings=[read("maitland")]),
        make_document(3, SAID, readings=[read("kitgum", "gulu")]),
    )
    index.update([make_document(1, SAID, readings=[read("maitland")], version=2)])
    index.remove([3])

    assert index.search("Kitgum").total == 0
    assert {hit.recording_id for hit in index.search("Maitland").hits} == {1, 2}
    assert index.search("Maitoand").total == 2


@given(st.lists(st.text("kitgumaolndsz", max_size=16), max_size=8))
def test_families_of_many_are_those_of_each(words: list[str]) -> None:
    sounds = np.array([word.encode() for word in words], SOUND)
    digits = [skeleton(word)[:11] for word in words]

    assert families_of_all(sounds).tolist() == [
        int(one, 7) if len(one) >= 3 else 0 for one in digits
    ]
