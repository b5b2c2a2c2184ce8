import pytest

from worker.speech.leaks import leaked_phrases, lost_or_gained


@pytest.mark.parametrize(
    ("unprimed", "primed", "phrases", "leaked"),
    [
        ("we gave artisanate at once", "we gave artesunate at once", ["artesunate"], []),
        ("in La Long We today", "in Lilongwe today", ["Lilongwe"], []),
        ("the septriaxone within", "the ceftriaxone within", ["ceftriaxone"], []),
        ("we gave quinine", "we gave quinine", ["quinine"], []),
        ("and insomba and", "and in Zomba and", ["Zomba"], []),
        ("good morning", "good morning artesunate", ["artesunate"], ["artesunate"]),
        ("plant tomatoes in May", "plant artesunate in May", ["artesunate"], ["artesunate"]),
        (
            "thank you",
            "artesunate, quinine, ceftriaxone",
            ["artesunate", "quinine", "ceftriaxone"],
            ["artesunate", "quinine", "ceftriaxone"],
        ),
        ("at Camusu Hospital", "at Kamuzu Hospital", ["Kamuzu Hospital"], []),
    ],
)  # fmt: skip
def test_what_a_prompt_added_must_stand_where_something_like_it_was_heard(
    unprimed: str, primed: str, phrases: list[str], leaked: list[str]
) -> None:
    assert list(leaked_phrases(primed.split(), unprimed.split(), phrases, "en")) == leaked


@pytest.mark.parametrize(
    ("unprimed", "primed", "changed"),
    [
        (10, 10, False),
        (30, 27, False),
        (30, 20, True),
        (30, 45, True),
        (2, 4, False),
        (0, 5, True),
    ],
)
def test_a_text_that_became_much_longer_or_shorter_is_not_believed(
    unprimed: int, primed: int, *, changed: bool
) -> None:
    assert lost_or_gained(["w"] * primed, ["w"] * unprimed) is changed


@pytest.mark.parametrize(
    ("unprimed", "primed", "dropped"),
    [
        ("and two days later it grew so keep your mind open ", "", True),
        ("in clots of a la ", "in Klebsiella ", False),
    ],
)
def test_a_passage_that_a_prompt_dropped_is_noticed(
    unprimed: str, primed: str, *, dropped: bool
) -> None:
    talk = "we say it again and again to everybody who comes here to learn with us about it"

    assert lost_or_gained((primed + talk).split(), (unprimed + talk).split()) is dropped
