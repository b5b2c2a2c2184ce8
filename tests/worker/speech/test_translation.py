from itertools import pairwise

from worker.speech.decoder import Decoded
from worker.speech.plan import Chunk, Stretch
from worker.speech.translation import translated_segments

BEGIN = 1_000
"""The token of 0.00 s."""
WORDS = {1: " Good", 2: " morning.", 3: " How", 4: " are", 5: " you?"}


class Tokenizer:
    """Five words and timestamps."""

    timestamp_begin = BEGIN

    def decode(self, tokens: list[int]) -> str:
        return "".join(WORDS[token] for token in tokens)


def decoded(*tokens: int) -> Decoded:
    return Decoded(tokens=tokens, text="", log_probability=-0.2, no_speech_probability=0.0)


def at(seconds: float) -> int:
    return BEGIN + round(seconds * 50)


CHUNK = Chunk(
    start_ms=60_000,
    end_ms=70_000,
    voiced=(Stretch(start_ms=60_000, end_ms=64_000), Stretch(start_ms=66_000, end_ms=70_000)),
)


def test_sentences_stand_at_the_times_the_decoder_gave() -> None:
    tokens = decoded(at(0), 1, 2, at(2), at(5), 3, 4, 5, at(7))

    first, second = translated_segments(tokens, CHUNK, Tokenizer())

    assert (first.text, first.language) == ("Good morning.", "en")
    assert (second.text, second.language) == ("How are you?", "en")
    assert first.start_ms == 60_000
    assert 61_500 <= first.end_ms <= 62_500
    # 5 s of what was heard is after the pause that was cut out of it.
    assert 66_000 <= second.start_ms <= 67_000


def test_words_share_the_time_of_their_sentence_in_order() -> None:
    tokens = decoded(at(0), 1, 2, at(2), at(2), 3, 4, 5)

    words = [word for segment in translated_segments(tokens, CHUNK, Tokenizer())
             for word in segment.words]  # fmt: skip

    assert [word.text for word in words] == list(WORDS.values())
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(words))
    assert all(word.start_ms < word.end_ms for word in words)


def test_a_chunk_without_words_gives_nothing() -> None:
    assert list(translated_segments(decoded(at(0), at(3)), CHUNK, Tokenizer())) == []
    assert list(translated_segments(decoded(), CHUNK, Tokenizer())) == []
