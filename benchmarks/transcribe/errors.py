"""Word error rate as the field measures it.

Whisper's own normalizer first, so that "18" is no error for "eighteen", nor "recognizing" for
"recognising"; then insertions, deletions and substitutions per word of the reference.
"""

from jiwer import wer
from whisper_normalizer.english import EnglishTextNormalizer


def word_error_rate(reference: str, transcript: str) -> float:
    """Return the errors per word of an English reference."""
    normalize = EnglishTextNormalizer()
    return float(wer(normalize(reference), normalize(transcript)))
