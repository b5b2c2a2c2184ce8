"""One Whisper model: encode, guess languages, decode, align. The only caller of ctranslate2.

Thin on purpose: what to decode, how often and what to believe is `transcriber`'s business.
The steps are those of faster_whisper.BatchedInferencePipeline, from which they are put
together. Nothing is kept between calls.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations
from numpy.typing import NDArray

from worker.speech.pcm import read_pcm
from worker.speech.plan import Chunk
from worker.speech.words import HeardWord

Task = Literal["transcribe", "translate"]

BEAM_SIZE = 5
"""As whisper-ctranslate2 and faster-whisper decode."""
GREEDY = 1
_GLANCE_FRAMES = 1_000
"""Of the spectrogram: 10 s cost 0.14 s of processor time, the usual 30 s cost 1.05."""
_NO_REPEAT = 5
_REPETITION_PENALTY = 1.1
_ENCODED_PER_S = 50
"""Steps of the encoder's output."""
_LEAST_PROBABILITY = 1e-9
_READINGS = 4
"""Of a stretch that is listened to again."""
_FRAMES_A_STEP = 2
"""Of the spectrogram, for one of the encoder's output."""
_DRAWN_FROM, _TEMPERATURE = 30, 0.9
"""Of the likeliest tokens one is drawn, the odds evened out a little."""
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - full-width marks, as faster-whisper's


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """What the decoder wrote for one chunk."""

    tokens: tuple[int, ...]
    """Of the text, without special tokens but with timestamps where they were asked for."""
    text: str
    log_probability: float
    """Mean over the tokens."""
    no_speech_probability: float


class Decoder:
    """A loaded model. Safe to use from several threads; they share it."""

    def __init__(self, model: WhisperModel) -> None:
        """Wrap a model on the CPU."""
        self._model = model

    @property
    def is_multilingual(self) -> bool:
        """False for the models that know English only."""
        return bool(self._model.model.is_multilingual)

    def encode(
        self, samples: NDArray[np.int16], chunks: Sequence[Chunk]
    ) -> ctranslate2.StorageView:
        """Run the encoder: float32, (chunks, 1500, model size)."""
        features = [pad_or_trim(self._spectrogram(samples, chunk)) for chunk in chunks]
        return self._model.encode(np.stack(features))

    def rank_languages(self, encoded: ctranslate2.StorageView) -> list[dict[str, float]]:
        """Tell the probability of each language in each row of the encoder's output."""
        return [
            {token.strip("<|>"): probability for token, probability in ranked}
            for ranked in self._model.model.detect_language(encoded)
        ]

    def glance_at_language(self, samples: NDArray[np.int16], chunk: Chunk) -> dict[str, float]:
        """Tell the probability of each language in the first 10 s of a chunk, roughly."""
        features = pad_or_trim(self._spectrogram(samples, chunk), _GLANCE_FRAMES)
        return self.rank_languages(self._model.encode(features))[0]

    def decode(
        self,
        encoded: ctranslate2.StorageView,
        languages: Sequence[str],
        *,
        prompts: Sequence[Sequence[int]] | None = None,
        beam_size: int = BEAM_SIZE,
        task: Task = "transcribe",
        timestamps: bool = False,
        no_repeat: bool = False,
    ) -> list[Decoded]:
        """Find the most likely text of each row.

        Args:
            encoded: the encoder's output, a row a chunk.
            languages: one a row, as Whisper codes.
            prompts: tokens said to have come before, one list a row, all equally long:
                ctranslate2 wants `<|startoftranscript|>` at one place in a batch.
            beam_size: 1 decodes greedily, which takes 45 % of the time of 5.
            task: `translate` writes English.
            timestamps: let the text carry timestamp tokens.
            no_repeat: never write the same five tokens twice; for speech that came out
                as a loop.
        """
        tokenizers = [self.tokenizer(language, task) for language in languages]
        results = self._model.model.generate(
            encoded,
            [
                self._model.get_prompt(
                    tokenizer,
                    previous_tokens=list(prompts[row]) if prompts else [],
                    without_timestamps=not timestamps,
                )
                for row, tokenizer in enumerate(tokenizers)
            ],
            beam_size=beam_size,
            suppress_tokens=list(get_suppressed_tokens(tokenizers[0], [-1])),
            max_length=self._model.max_length,
            return_scores=True,
            return_no_speech_prob=True,
            sampling_temperature=0.0,
            no_repeat_ngram_size=_NO_REPEAT if no_repeat else 0,
            repetition_penalty=_REPETITION_PENALTY if no_repeat else 1,
        )
        return [
            _decoded(result, tokenizer)
            for result, tokenizer in zip(results, tokenizers, strict=True)
        ]

    def align(
        self,
        encoded: ctranslate2.StorageView,
        texts: Sequence[Sequence[int]],
        languages: Sequence[str],
        chunks: Sequence[Chunk],
    ) -> list[list[HeardWord]]:
        """Find when each word was said, from the decoder's attention.

        Rows in one language at a time: the language decides what a word is. A row without
        text gives no words.
        """
        words: list[list[HeardWord]] = [[] for _ in texts]
        spoken = [row for row, text in enumerate(texts) if text]
        for language in sorted({languages[row] for row in spoken}):
            rows = [row for row in spoken if languages[row] == language]
            alignments = self._model.find_alignment(
                self.tokenizer(language),
                [list(texts[row]) for row in rows],
                pick_rows(encoded, rows, of=len(texts)),
                [self._frames(chunks[row]) for row in rows],
            )
            for row, alignment in zip(rows, alignments, strict=True):
                words[row] = list(_heard_words(alignment))
        return words

    def weigh(
        self,
        row: ctranslate2.StorageView,
        writings: Sequence[str],
        language: str,
        *,
        start_s: float,
        end_s: float,
        prompt: str,
    ) -> list[float]:
        """Tell how likely each of some writings of a stretch of speech is.

        The decoder reads them against a part of what the encoder made, which costs a
        tenth of reading against all of it.

        Args:
            row: the encoder's output of one chunk, (1, 1500, model size).
            writings: what may have been said between the two times.
            language: what is spoken.
            start_s: from the beginning of what was heard of the chunk; may lie outside it.
            end_s: likewise.
            prompt: said to have come before.

        Returns:
            Natural logarithms of probabilities.
        """
        tokenizer = self.tokenizer(language)
        heard = _frames_between(row, start_s, end_s)
        results = self._model.model.align(
            storage(np.repeat(heard, len(writings), axis=0)),
            [tokenizer.sot_prev, *tokenizer.encode(prompt), *tokenizer.sot_sequence],
            [tokenizer.encode(writing) for writing in writings],
            2 * heard.shape[1],
        )
        return [
            float(np.log(np.maximum(result.text_token_probs, _LEAST_PROBABILITY)).sum())
            for result in results
        ]

    def listen_again(
        self,
        row: ctranslate2.StorageView,
        language: str,
        *,
        before: str,
        prompt: str,
        start_s: float,
        end_s: float,
        most_tokens: int,
    ) -> list[str]:
        """Write what may follow some words in a stretch of speech.

        Args:
            row: the encoder's output of one chunk, (1, 1500, model size).
            language: what is spoken.
            before: the words said first in the stretch, which are sure.
            prompt: said to have come before.
            start_s: from the beginning of what was heard of the chunk; may lie outside it.
            end_s: likewise.
            most_tokens: how much is written besides.

        Returns:
            Readings that begin with `before`, the likeliest first.
        """
        tokenizer = self.tokenizer(language)
        start = [
            *(tokenizer.sot_prev, *tokenizer.encode(prompt)),
            *(*tokenizer.sot_sequence, tokenizer.no_timestamps),
            *(tokenizer.encode(before) if before else ()),
        ]
        [result] = self._model.model.generate(
            storage(_frames_between(row, start_s, end_s)),
            [start],
            beam_size=_READINGS,
            num_hypotheses=_READINGS,
            length_penalty=0,
            suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
            max_length=len(start) + most_tokens,
            sampling_temperature=0.0,
        )
        return [
            tokenizer.decode([token for token in reading if token < tokenizer.eot])
            for reading in result.sequences_ids
        ]

    def draw(
        self,
        samples: NDArray[np.int16],
        start_ms: int,
        end_ms: int,
        language: str,
        *,
        befores: Sequence[str],
        count: int,
        most_tokens: int,
    ) -> list[str]:
        """Draw texts of a few seconds of speech, each as often as the model holds it possible.

        Args:
            samples: of the recording, int16, (samples,).
            start_ms: of the stretch.
            end_ms: likewise, at most 30 s later.
            language: what is spoken, as Whisper's code.
            befores: what is written first in the stretch, which is sure; texts are drawn for each.
            count: how many for each.
            most_tokens: how much is written besides.

        Returns:
            Texts that begin as they were begun.
        """
        heard: NDArray[np.float32] = self._model.feature_extractor(
            read_pcm(samples, start_ms, end_ms)
        )[..., :-1]
        frames = heard.shape[-1] + heard.shape[-1] % _FRAMES_A_STEP
        encoded = self._model.encode(pad_or_trim(heard, frames)[np.newaxis])
        tokenizer = self.tokenizer(language)
        drawn: list[str] = []
        for before in befores:
            start = [
                *(*tokenizer.sot_sequence, tokenizer.no_timestamps),
                *(tokenizer.encode(before) if before else ()),
            ]
            [result] = self._model.model.generate(
                encoded,
                [start],
                beam_size=1,
                num_hypotheses=count,
                sampling_topk=_DRAWN_FROM,
                sampling_temperature=_TEMPERATURE,
                suppress_tokens=list(get_suppressed_tokens(tokenizer, [-1])),
                # No more is written than half of that, whatever the prompt is.
                max_length=2 * (len(start) + most_tokens),
            )
            drawn += [
                tokenizer.decode([token for token in text if token < tokenizer.eot])
                for text in result.sequences_ids
            ]
        return drawn

    def tokenizer(self, language: str, task: Task = "transcribe") -> Tokenizer:
        """Make the tokenizer of a language; cheap."""
        return Tokenizer(
            self._model.hf_tokenizer, self.is_multilingual, task=task, language=language
        )

    def _spectrogram(self, samples: NDArray[np.int16], chunk: Chunk) -> NDArray[np.float32]:
        """Compute the mel spectrogram of what is heard of a chunk: (bands, frames of 10 ms)."""
        heard = [read_pcm(samples, part.start_ms, part.end_ms) for part in chunk.heard]
        spectrogram: NDArray[np.float32] = self._model.feature_extractor(np.concatenate(heard))
        return spectrogram[..., :-1]

    def _frames(self, chunk: Chunk) -> int:
        """Count the spectrogram's frames a chunk fills, in whole seconds."""
        return -(-chunk.heard_ms // 1000) * int(self._model.frames_per_second)


def _frames_between(
    row: ctranslate2.StorageView, start_s: float, end_s: float
) -> NDArray[np.float32]:
    encoded = np.asarray(row)
    first, last = int(start_s * _ENCODED_PER_S), int(end_s * _ENCODED_PER_S)
    frames: NDArray[np.float32] = encoded[:, max(first, 0) : last]
    return frames


def pick_rows(
    encoded: ctranslate2.StorageView, rows: Sequence[int], *, of: int
) -> ctranslate2.StorageView:
    """Take some rows of the encoder's output; all of them without a copy."""
    return encoded if len(rows) == of else storage(np.asarray(encoded)[list(rows)])


def storage(array: NDArray[np.float32]) -> ctranslate2.StorageView:
    """Hand an array to ctranslate2, which wants it contiguous."""
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))


def join_rows(rows: Sequence[NDArray[np.float32]]) -> ctranslate2.StorageView:
    """Join encoder outputs of shape (n, 1500, model size) below one another."""
    return storage(np.concatenate(list(rows)))


def _decoded(result: Any, tokenizer: Tokenizer) -> Decoded:  # noqa: ANN401 - ctranslate2 ships no types
    tokens = list(result.sequences_ids[0])
    return Decoded(
        tokens=tuple(
            token for token in tokens if token < tokenizer.eot or token >= tokenizer.timestamp_begin
        ),
        text=tokenizer.decode([token for token in tokens if token < tokenizer.eot]),
        log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
        no_speech_probability=result.no_speech_prob,
    )


def _heard_words(alignment: list[dict[str, Any]]) -> Iterator[HeardWord]:
    """Read faster-whisper's word timings, punctuation joined to its word."""
    merge_punctuations(alignment, _PREPENDED, _APPENDED)
    for word in alignment:
        if word["word"]:
            yield HeardWord(
                text=word["word"],
                start_s=float(word["start"]),
                end_s=float(word["end"]),
                probability=float(word["probability"]),
            )
