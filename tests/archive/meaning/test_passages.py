"""Transcripts cut into passages: enough words each, one language, nothing empty."""

from archive.meaning.passages import cut_passages, digest_of
from tests.archive.index.conftest import speak

TALK = "We give artesunate to the child at once and look at the urine. " * 12


def test_a_long_talk_is_cut_at_sentences() -> None:
    passages = cut_passages([speak(TALK)])

    assert len(passages) > 1
    assert all(45 <= len(each.text.split()) <= 110 for each in passages[:-1])
    assert all(each.text.endswith(".") for each in passages)
    assert " ".join(each.text for each in passages).split() == TALK.split()
    assert [each.start_ms for each in passages] == sorted(each.start_ms for each in passages)


def test_short_turns_are_joined_and_what_says_nothing_is_left_out() -> None:
    segments = [
        speak("Can you hear me?", 0),
        speak("Yes we can.", 4_000),
        speak("Then we start with the first case today.", 8_000),
        speak("Merci.", 60_000, language="fr"),
    ]

    (passage,) = cut_passages(segments)

    assert passage.text == "Can you hear me? Yes we can. Then we start with the first case today."
    assert (passage.start_ms, passage.language) == (0, "en")


def test_languages_are_not_mixed() -> None:
    segments = [
        speak("We give artesunate to the child at once.", 0),
        speak("Nous donnons l'artésunate à l'enfant tout de suite.", 4_000, language="fr"),
        speak("儿童重症疟疾应使用静脉注射青蒿琥酯治疗。", 9_000, language="zh"),
    ]

    assert [each.language for each in cut_passages(segments)] == ["en", "fr", "zh"]


def test_nothing_said_is_no_passage() -> None:
    assert cut_passages([]) == ()


def test_passages_are_told_from_others_by_words_and_times() -> None:
    one, later = cut_passages([speak(TALK)]), cut_passages([speak(TALK, 1_000)])

    assert digest_of(one) == digest_of(cut_passages([speak(TALK)]))
    assert digest_of(one) != digest_of(later)
