"""Turn a batch of chunks into segments of words: the one place that runs the speech model.

A batch is one durable step of the pipeline; nothing is kept between batches but the model,
so a batch gives the same words whenever and wherever it is run. The decoding is that of
faster_whisper.BatchedInferencePipeline, from whose steps it is put together, with three
differences it has no setting for: each segment carries the language heard in its own
chunk (the pipeline detects it and drops it, and then divides Chinese into words as if it
were English), there is no extra pass of the encoder to guess one language for all, and
a chunk without speech gives nothing.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations
from numpy.typing import NDArray

from archive.errors import SpeechError
from archive.language import is_known
from archive.transcript import Segment, Word
from worker.speech.gaps import missed_speech
from worker.speech.languages import SURE, Guess, SpokenChunk, divide_by_language, slice_chunk
from worker.speech.pcm import open_pcm, read_pcm
from worker.speech.plan import Chunk
from worker.speech.silence import is_silence
from worker.speech.words import HeardWord, place_words, split_segments

BEAM_SIZE = 5
"""As whisper-ctranslate2 and faster-whisper decode."""
FRAME_MS = 20
"""One step of the encoder's output."""
_PREPENDED = "\"'“¿([{-"
_APPENDED = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - full-width marks, as faster-whisper's


class Transcriber(Protocol):
    """Recognizes speech."""

    def transcribe_batch(
        self, pcm: Path, chunks: Sequence[Chunk], *, language: str | None
    ) -> tuple[Segment, ...]:
        """Recognize what is said in some chunks of raw s16le mono 16 kHz audio.

        Args:
            pcm: the whole recording's audio; only the chunks are read.
            chunks: in order of time, at most 30 s of speech each.
            language: a Whisper code to obey, or None to detect it for each chunk.

        Returns:
            Segments in order of time, on the recording's timeline; none for no speech.

        Raises:
            SpeechError: the model failed, or does not know the language.
        """
        ...


class WhisperTranscriber:
    """A Whisper model in memory, on the CPU.

    Safe to use from several threads; they share the model.
    """

    def __init__(self, model: WhisperModel, *, workers: int) -> None:
        """Wrap a loaded model.

        Args:
            model: loaded with `num_workers=workers`.
            workers: how many parts of a batch are recognized at once.
        """
        self._model = model
        self._workers = workers

    def transcribe_batch(
        self, pcm: Path, chunks: Sequence[Chunk], *, language: str | None
    ) -> tuple[Segment, ...]:
        """Recognize what is said in some chunks; see `Transcriber`."""
        if language is not None and not is_known(language):
            raise SpeechError(
                f"language {language!r} is not known to speech recognition; choose another or none"
            )
        if not chunks:
            return ()
        samples = open_pcm(pcm)
        shares = [share for n in range(self._workers) if (share := chunks[n :: self._workers])]
        with ThreadPoolExecutor(len(shares)) as pool:
            found = pool.map(lambda share: self._transcribe(samples, share, language), shares)
            try:
                segments = list(chain.from_iterable(found))
            except RuntimeError as exc:  # how ctranslate2 reports all its failures
                raise SpeechError(
                    f"the speech model failed at {chunks[0].start_ms} ms "
                    f"to {chunks[-1].end_ms} ms: {exc}"
                ) from exc
        return tuple(sorted(segments, key=lambda segment: segment.start_ms))

    def _transcribe(
        self,
        samples: NDArray[np.int16],
        chunks: Sequence[Chunk],
        language: str | None,
        *,
        ask_again: bool = True,
    ) -> list[Segment]:
        """Recognize chunks that share one pass of the encoder and of the decoder."""
        parts, encoded = self._listen(samples, chunks, language)
        heard = self._align(encoded, parts, self._decode(encoded, parts))
        segments: list[Segment] = []
        again: list[Chunk] = []
        for part, found in zip(parts, heard, strict=True):
            words = place_words(found, part.chunk)
            if ask_again and words and (missed := missed_speech(part.chunk, words)):
                words = _before(words, missed[0].start_ms)
                again.extend(missed)
            segments.extend(split_segments(words, language=part.language))
        if again:
            segments += self._transcribe(samples, again, language, ask_again=False)
        return segments

    def _listen(
        self, samples: NDArray[np.int16], chunks: Sequence[Chunk], language: str | None
    ) -> tuple[list[SpokenChunk], ctranslate2.StorageView]:
        """Encode chunks and decide their languages; a chunk in two languages becomes two."""
        encoded = self._encode(samples, chunks)
        if not self._model.model.is_multilingual:
            language = "en"
        if language is not None:
            return [SpokenChunk(chunk=chunk, language=language) for chunk in chunks], encoded
        rows = np.asarray(encoded)
        guesses = self._guess_languages(encoded)
        divided = [
            self._divide(chunk, row, guess)
            for chunk, row, guess in zip(chunks, rows, guesses, strict=True)
        ]
        parts = list(chain.from_iterable(divided))
        if len(parts) > len(chunks):
            encoded = _storage(
                np.concatenate(
                    [
                        row[np.newaxis]
                        if len(spoken) == 1
                        else np.asarray(self._encode(samples, [part.chunk for part in spoken]))
                        for row, spoken in zip(rows, divided, strict=True)
                    ]
                )
            )
        return parts, encoded

    def _encode(
        self, samples: NDArray[np.int16], chunks: Sequence[Chunk]
    ) -> ctranslate2.StorageView:
        """Run the encoder: float32, (chunks, 1500, model size)."""
        features = [
            pad_or_trim(
                self._model.feature_extractor(
                    np.concatenate(
                        [read_pcm(samples, part.start_ms, part.end_ms) for part in chunk.heard]
                    )
                )[..., :-1]
            )
            for chunk in chunks
        ]
        return self._model.encode(np.stack(features))

    def _guess_languages(self, encoded: ctranslate2.StorageView) -> list[Guess]:
        """Detect the most likely language of each row of the encoder's output."""
        return [
            Guess(language=ranked[0][0].strip("<|>"), probability=ranked[0][1])
            for ranked in self._model.model.detect_language(encoded)
        ]

    def _divide(
        self, chunk: Chunk, row: NDArray[np.float32], guess: Guess
    ) -> tuple[SpokenChunk, ...]:
        """Look closer at a chunk whose language is not sure."""
        slices = slice_chunk(chunk) if chunk.voiced else ()
        if guess.probability >= SURE or len(slices) < 2:  # noqa: PLR2004 - one cannot be divided
            return (SpokenChunk(chunk=chunk, language=guess.language),)
        guesses = [
            self._guess_languages(
                _storage(row[np.newaxis, part.start_ms // FRAME_MS : -(-part.end_ms // FRAME_MS)])
            )[0]
            for part in slices
        ]
        return divide_by_language(chunk, slices, guesses, guess.language)

    def _decode(
        self, encoded: ctranslate2.StorageView, parts: Sequence[SpokenChunk]
    ) -> list[list[int]]:
        """Find the most likely text of each part, as tokens; none where nobody speaks."""
        tokenizers = [self._tokenizer(part.language) for part in parts]
        results = self._model.model.generate(
            encoded,
            [
                self._model.get_prompt(tokenizer, previous_tokens=[], without_timestamps=True)
                for tokenizer in tokenizers
            ],
            beam_size=BEAM_SIZE,
            suppress_tokens=list(get_suppressed_tokens(tokenizers[0], [-1])),
            max_length=self._model.max_length,
            return_scores=True,
            return_no_speech_prob=True,
            sampling_temperature=0.0,
        )
        return [
            self._text(result, tokenizer, part.chunk)
            for result, tokenizer, part in zip(results, tokenizers, parts, strict=True)
        ]

    def _text(
        self,
        result: Any,  # noqa: ANN401 - ctranslate2 ships no types
        tokenizer: Tokenizer,
        chunk: Chunk,
    ) -> list[int]:
        """Take the tokens of the text from a result; none where nobody speaks."""
        tokens = list(result.sequences_ids[0])
        silent = is_silence(
            tokenizer.decode(tokens),
            no_speech_probability=result.no_speech_prob,
            log_probability=result.scores[0] * len(tokens) / (len(tokens) + 1),
            heard_ms=chunk.heard_ms,
        )
        return [] if silent else [token for token in tokens if token < tokenizer.eot]

    def _align(
        self,
        encoded: ctranslate2.StorageView,
        parts: Sequence[SpokenChunk],
        texts: Sequence[list[int]],
    ) -> list[list[HeardWord]]:
        """Find when each word was said, from the decoder's attention.

        Parts in one language at a time: the language decides what a word is.
        """
        words: list[list[HeardWord]] = [[] for _ in parts]
        spoken = [row for row, text in enumerate(texts) if text]
        for language in sorted({parts[row].language for row in spoken}):
            rows = [row for row in spoken if parts[row].language == language]
            alignments = self._model.find_alignment(
                self._tokenizer(language),
                [texts[row] for row in rows],
                encoded if len(rows) == len(parts) else _storage(np.asarray(encoded)[rows]),
                [self._frames(parts[row].chunk) for row in rows],
            )
            for row, alignment in zip(rows, alignments, strict=True):
                words[row] = list(_heard_words(alignment))
        return words

    def _frames(self, chunk: Chunk) -> int:
        """Count the spectrogram's frames a chunk fills, in whole seconds."""
        return -(-chunk.heard_ms // 1000) * int(self._model.frames_per_second)

    def _tokenizer(self, language: str) -> Tokenizer:
        return Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="transcribe",
            language=language,
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


def _before(words: Sequence[Word], end_ms: int) -> tuple[Word, ...]:
    """Keep the words that begin before a time, the last one cut off there."""
    return tuple(
        replace(word, end_ms=min(word.end_ms, end_ms)) for word in words if word.start_ms < end_ms
    )


def _storage(array: NDArray[np.float32]) -> ctranslate2.StorageView:
    """Hand an array to ctranslate2, which wants it contiguous."""
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(array))
