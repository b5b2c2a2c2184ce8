from archive.translations import in_english
from tests.archive.captions.conversation import say


def test_english_stays_and_the_rest_is_replaced_by_its_translation() -> None:
    spoken = [
        say("Good morning."),
        say("Bonjour à tous.", language="fr", start_ms=10_000),
        say("Thank you.", start_ms=20_000),
    ]
    translated = [say("Hello everyone.", start_ms=10_000)]

    told = [segment.text for segment in in_english(spoken, translated)]

    assert told == ["Good morning.", "Hello everyone.", "Thank you."]
