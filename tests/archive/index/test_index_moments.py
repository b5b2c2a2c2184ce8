# Letters and signs of many scripts are what is tested.

from collections.abc import Callable

from archive.index import IndexDocument, SearchIndex
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]
Find = Callable[..., list[int]]


def test_nearby_matches_are_one_moment(index: SearchIndex, make_document: Make) -> None:
    filler = " ".join(["word"] * 100)
    index.update([make_document(1, f"fever and more fever {filler} fever")])

    (hit,) = index.search("fever").hits

    assert hit.moment_count == 2
    assert [moment.start_ms for moment in hit.moments] == [0, 104 * 400]
    assert len(hit.moments[0].marks) == 2
    assert hit.match_starts_ms == (0, 1200, 104 * 400)


def test_the_best_moments_hold_most_words_and_are_shown_in_order_of_time(
    index: SearchIndex, make_document: Make
) -> None:
    filler = " ".join(["word"] * 60)
    places = ["fever", "cough", "fever cough", "fever", "cough fever", "cough"]
    index.update([make_document(1, f" {filler} ".join(places))])

    (hit,) = index.search("fever cough", moments_per_recording=3).hits

    marked = [" ".join(m.text[s:e] for s, e in m.marks) for m in hit.moments]
    starts = [moment.start_ms for moment in hit.moments]
    assert hit.moment_count == 6
    assert marked.count("fever cough") + marked.count("cough fever") == 2
    assert starts == sorted(starts)


def test_equal_moments_are_spread_over_the_session(index: SearchIndex, make_document: Make) -> None:
    filler = " ".join(["word"] * 50)
    index.update([make_document(1, f" {filler} ".join(["fever"] * 41))])

    (hit,) = index.search("fever").hits

    first, middle, last = (moment.start_ms for moment in hit.moments)
    assert hit.moment_count == 41
    assert middle - first > 200_000
    assert last - middle > 200_000


def test_every_moment_inside_one_recording_is_found(
    index: SearchIndex, make_document: Make
) -> None:
    filler = " ".join(["word"] * 50)
    index.update([make_document(1, f" {filler} ".join(["fever"] * 9)), make_document(2, "fever")])

    moments = index.moments("fever absent", 1)
    words = index.matched_words("fever absent", 1)

    starts = [number * 51 * 400 for number in range(9)]
    assert [moment.start_ms for moment in moments] == starts
    assert words == tuple((start, start + 300) for start in starts)
    assert index.moments("fever", 99) == ()


def test_a_snippet_starts_with_its_sentence(index: SearchIndex, make_document: Make) -> None:
    text = "One two. Three four five. Give artesunate to the child, then wait. " + "more " * 50
    index.update([make_document(1, text)])

    (hit,) = index.search("artesunate").hits

    assert hit.moments[0].text.startswith("Give artesunate to the child, then wait.")
    assert len(hit.moments[0].text.split()) <= 28


def test_a_snippet_far_from_any_sentence_has_words_before_the_match(
    index: SearchIndex, make_document: Make
) -> None:
    index.update([make_document(1, "word " * 60 + "artesunate" + " word" * 60)])

    (hit,) = index.search("artesunate").hits

    words = hit.moments[0].text.split()
    assert words.index("artesunate") == 6
    assert 20 <= len(words) <= 25


def test_marks_cover_the_matches_in_right_to_left_and_accented_text(
    index: SearchIndex, make_document: Make, speak: Speak
) -> None:
    index.update(
        [
            make_document(1, speak("علاج ضغط الدَّم المرتفع", 0, "ar")),
            make_document(2, speak("(l'hypertension) élevée", 0, "fr")),
        ]
    )

    (arabic,) = index.search("الدم").hits[0].moments
    (french,) = index.search("hypertension").hits[0].moments

    assert [arabic.text[s:e] for s, e in arabic.marks] == ["الدَّم"]
    assert (arabic.language, french.language) == ("ar", "fr")
    assert french.text == "(l'hypertension) élevée"
    assert [french.text[s:e] for s, e in french.marks] == ["hypertension"]


def test_match_starts_are_capped_and_spread(index: SearchIndex, make_document: Make) -> None:
    index.update([make_document(1, "fever word " * 2_000)])

    (hit,) = index.search("fever").hits

    assert len(hit.match_starts_ms) == 500
    assert hit.match_starts_ms[0] == 0
    assert hit.match_starts_ms[-1] == 1_999 * 800


# Property: whatever is said is found where it was said.
