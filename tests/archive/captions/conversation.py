"""Transcripts for the caption and paragraph tests."""

from collections.abc import Sequence

from archive.transcript import Segment, Word


def say(
    text: str, *, language: str = "en", start_ms: int = 0, word_ms: int = 300, gap_ms: int = 20
) -> Segment:
    """Speak text at an even pace; in scripts without spaces each character is a word."""
    spaced = " " in text or language not in {"zh", "ja", "th"}
    parts = [f" {part}" for part in text.split()] if spaced else list(text)
    words = []
    for part in parts:
        words.append(Word(start_ms=start_ms, end_ms=start_ms + word_ms, text=part, confidence=0.9))
        start_ms += word_ms + gap_ms
    return segment_of(words, language)


def segment_of(words: Sequence[Word], language: str = "en") -> Segment:
    """Make a segment of words."""
    return Segment(
        start_ms=words[0].start_ms,
        end_ms=words[-1].end_ms,
        text="".join(word.text for word in words).strip(),
        language=language,
        confidence=0.9,
        words=tuple(words),
    )
