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


def test_captions_that_people_brought_are_not_said_to_be_a_machines() -> None:
    segments = [replace(say("Good morning."), edited=True)]

    told = describe_origin("session.vtt", segments, source="captions")

    assert told == "Taken over from a caption file (session.vtt). No one has checked it here."
