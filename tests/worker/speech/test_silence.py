# ruff: noqa: RUF001 - text in many scripts
import pytest

from worker.speech.silence import is_silence, may_be_silence

LOOP = "1,5m x " * 60
SPEECH = "Give the first dose on arrival, and then once a day until she can swallow."


@pytest.mark.parametrize(
    ("text", "no_speech", "log_probability", "expected"),
    [
        (SPEECH, 0.1, -0.2, False),
        (SPEECH, 0.7, -0.2, False),  # sure of its words: spoken, though quietly
        (SPEECH, 0.7, -1.2, True),  # Whisper's own rule
        (SPEECH, 0.1, -1.2, False),  # badly heard, but somebody speaks
        (LOOP, 0.88, -0.15, True),  # measured on pink noise
        (LOOP, 0.1, -0.15, False),  # a loop in speech is not silence
        (" you", 0.76, -0.82, True),  # measured on digital silence
        (" Yes.", 0.3, -0.2, False),
        (
            "治疗疟疾的药物是青蒿琥酯，每天一次，直到病人能吞咽。然后口服三天。观察呼吸和血糖。",
            0.7,
            -0.3,
            False,
        ),
    ],
)
def test_invented_text_is_told_from_speech(
    text: str, no_speech: float, log_probability: float, *, expected: bool
) -> None:
    silent = is_silence(
        text, no_speech_probability=no_speech, log_probability=log_probability, heard_ms=15_000
    )

    assert silent is expected


@pytest.mark.parametrize(
    ("no_speech", "log_probability", "expected"),
    [
        (0.54, -0.89, True),  # measured on French under pink noise, set down as English
        (0.54, -0.3, False),
        (0.05, -0.89, False),  # badly heard, but somebody speaks
    ],
)
def test_text_where_hardly_anybody_speaks_is_doubted(
    no_speech: float, log_probability: float, *, expected: bool
) -> None:
    doubted = may_be_silence(no_speech_probability=no_speech, log_probability=log_probability)

    assert doubted is expected
