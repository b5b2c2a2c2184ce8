from itertools import pairwise

from archive.doubts import Doubt
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


def decoded(
    *tokens: int, log_probability: float = -0.2, no_speech_probability: float = 0.0
) -> Decoded:
    return Decoded(
        tokens=tokens,
        text="",
        log_probability=log_probability,
        no_speech_probability=no_speech_probability,
    )


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


def test_a_loop_is_cut_to_its_first_time_and_in_doubt() -> None:
    tokens = decoded(at(0), 1, 2, at(2), at(2), *[3, 4, 5] * 9, at(8), at(8), 1, 2, at(9))

    segments = list(translated_segments(tokens, CHUNK, Tokenizer()))

    assert [segment.text for segment in segments] == [
        "Good morning.", "How are you?", "Good morning.",
    ]  # fmt: skip
    assert all(Doubt.REPEATED in segment.doubts for segment in segments)
    assert segments[2].start_ms >= 66_000


def test_a_loop_across_sentences_is_cut_as_well() -> None:
    sentence = (1, 2)
    tokens = decoded(*[token for n in range(8) for token in (at(n), *sentence, at(n + 0.9))])

    segments = list(translated_segments(tokens, CHUNK, Tokenizer()))

    assert [segment.text for segment in segments] == ["Good morning."]
    assert segments[0].doubts == {Doubt.REPEATED}


def test_what_is_said_three_times_stays_without_a_doubt() -> None:
    tokens = decoded(at(0), 3, 4, 5, at(2), at(2), 3, 4, 5, at(4), at(5), 3, 4, 5, at(8))

    segments = list(translated_segments(tokens, CHUNK, Tokenizer()))

    assert [segment.text for segment in segments] == ["How are you?"] * 3
    assert not any(segment.doubts for segment in segments)


def test_more_than_can_be_said_is_in_doubt() -> None:
    tokens = decoded(at(0), 1, 2, 3, 4, 5, at(0.3))

    segments = list(translated_segments(tokens, CHUNK, Tokenizer()))

    assert all(segment.doubts == {Doubt.FAST} for segment in segments)


def test_words_over_silence_are_left_out_or_in_doubt() -> None:
    said = (at(0), 1, 2, at(2), at(3), 3, 4, 5, at(6))
    silent = decoded(*said, log_probability=-1.2, no_speech_probability=0.9)
    hardly = decoded(*said, log_probability=-0.7, no_speech_probability=0.55)

    assert list(translated_segments(silent, CHUNK, Tokenizer())) == []
    segments = list(translated_segments(hardly, CHUNK, Tokenizer()))
    assert all(segment.doubts == {Doubt.SILENCE} for segment in segments)
