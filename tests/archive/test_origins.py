from dataclasses import replace

from archive.origins import describe_origin
from tests.archive.captions.conversation import say


def test_what_only_a_machine_made_says_so() -> None:
    told = describe_origin("base", [say("Good morning.")])

    assert told == "Transcribed by machine (model base). No one has checked it yet."


def test_a_translation_says_that_it_is_one_and_a_path_is_not_told() -> None:
    told = describe_origin("/srv/models/large-v3", [], translated=True)

    assert told == "Translated into English by machine (model large-v3). No one has checked it yet."


def test_what_people_corrected_is_not_called_unchecked_as_a_whole() -> None:
    segments = [say("Good morning."), replace(say("Thank you.", start_ms=5_000), edited=True)]

    assert "People have corrected parts of it" in describe_origin("base", segments)
