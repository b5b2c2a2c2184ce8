import pytest

from worker.speech.faults import is_loop, is_too_fast, repeated_part

PLEDGE = "Ask not what your country can do for you, ask what you can do for your country. "


@pytest.mark.parametrize(
    ("text", "language", "kept"),
    [
        ("Thank you. " * 7, "en", "Thank you. "),
        ("We gave it. and then and then and then and then and then we left.", "en",
         "We gave it. and then we left."),
        ("no no no no no no no no", "en", "no "),
        ("S-N-S-N-S-N-S-N-S-N", "en", "S-N-"),
        ("谢谢大家谢谢大家谢谢大家谢谢大家", "zh", "谢谢大家"),
        ("شكرا لكم شكرا لكم شكرا لكم شكرا لكم", "ar", "شكرا لكم "),
    ],
)  # fmt: skip
def test_the_superfluous_repeats_are_found(text: str, language: str, kept: str) -> None:
    part = repeated_part(text, language)

    assert part is not None
    assert text[: part[0]] + text[part[1] :] == kept


@pytest.mark.parametrize(
    "text",
    [
        "very very very good",
        "yes yes yes",
        "Dial 2 2 2 2 now",
        "the patient and the nurse and the doctor and the driver",
        "",
        PLEDGE * 3,
    ],
)
def test_what_people_do_say_is_no_loop(text: str) -> None:
    assert repeated_part(text, "en") is None
    assert not is_loop(text, "en", 30_000)


def test_a_long_passage_repeated_faster_than_people_speak_is_a_loop() -> None:
    assert is_loop(PLEDGE * 3, "en", 6_000)
    assert not is_loop(PLEDGE * 3, "en", 20_000), "it may really have been said three times"


@pytest.mark.parametrize(
    ("text", "language", "heard_ms", "too_fast"),
    [
        ("a" * 20, "en", 1_000, False),
        ("a" * 40, "en", 1_000, True),
        ("我" * 8, "zh", 1_000, False),
        ("我" * 15, "zh", 1_000, True),
        ("", "en", 0, False),
    ],
)
def test_more_than_can_be_said_is_noticed(
    text: str, language: str, heard_ms: int, *, too_fast: bool
) -> None:
    assert is_too_fast(text, language, heard_ms) is too_fast
