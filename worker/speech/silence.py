"""Tell when the model writes something although nobody speaks. Pure.

Voice activity detection lets through some music and noise, for which Whisper invents text.
Only chunks that the model itself takes for silence are doubted; loops in speech are left
in, for they come with words that were said.
"""

import zlib

_NO_SPEECH_PROBABILITY = 0.6
_LOG_PROBABILITY = -1.0
"""Whisper's own rule (openai/whisper, transcribe.py): silent when both thresholds say so."""
_COMPRESSION_RATIO = 2.4
"""Whisper's own mark of a loop. Measured: pink noise gave 448 tokens of "1,5m x"."""
_SPARSE_MS = 500
"""Heard per character; speech has three or more a second in any script. Measured: 20 s of
digital silence gave "you", at a log probability of -0.8."""


_DOUBTED_NO_SPEECH = 0.5
_DOUBTED_LOG_PROBABILITY = -0.5
"""Measured on French under pink noise, set down as English: "It was a huge disaster", four times,
at 0.54 and -0.89. Speech is mostly under 0.1 and above -0.4."""


def may_be_silence(*, no_speech_probability: float, log_probability: float) -> bool:
    """Tell whether a chunk's text is to be doubted: hardly anybody speaks, and it is not sure."""
    return no_speech_probability > _DOUBTED_NO_SPEECH and log_probability < _DOUBTED_LOG_PROBABILITY


def is_silence(
    text: str, *, no_speech_probability: float, log_probability: float, heard_ms: int
) -> bool:
    """Tell whether a chunk's text is to be dropped.

    Args:
        text: what the model wrote.
        no_speech_probability: in [0, 1], from the first step of the decoder.
        log_probability: mean over the text's tokens.
        heard_ms: how much the model heard.
    """
    if no_speech_probability <= _NO_SPEECH_PROBABILITY:
        return False
    encoded = text.encode()
    loops = len(encoded) > _COMPRESSION_RATIO * len(zlib.compress(encoded))
    sparse = len(text) * _SPARSE_MS < heard_ms
    return log_probability < _LOG_PROBABILITY or loops or sparse
