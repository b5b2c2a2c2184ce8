"""Turn a batch of chunks into segments of words, and into English where that is asked for.

A batch is one durable step of the pipeline; nothing is kept between batches but the model,
so a batch gives the same words whenever and wherever it is run. Of each chunk: which language
is it in (`languages`), what does it say (`recognition`), when was each word said (`words`),
which known terms are among them (`weighing`), what was passed over (`gaps`).
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Protocol, TypeVar

import ctranslate2
import numpy as np
from numpy.typing import NDArray

from archive.errors import SpeechError
from archive.language import is_known
from archive.transcript import Reading, Segment, Word
from worker.speech.decoder import Decoded, Decoder, join_rows, pick_rows, storage
from worker.speech.gaps import missed_speech
from worker.speech.hints import Hints
from worker.speech.languages import (
    SURE,
    SURE_ALONE,
    Guess,
    Slice,
    SpokenChunk,
    divide_by_language,
    may_stand_apart,
    settle_languages,
    slice_chunk,
)
from worker.speech.pcm import open_pcm
from worker.speech.plan import Chunk
from worker.speech.recognition import Recognized, Recognizer
from worker.speech.repair import repair
from worker.speech.rereading import Place, reread
from worker.speech.translation import translated_segments
from worker.speech.vocabulary import Vocabulary
from worker.speech.weighing import weigh_chunks
from worker.speech.words import place_words, split_segments

FRAME_MS = 20
"""One step of the encoder's output."""

T = TypeVar("T")
R = TypeVar("R")
Rows = NDArray[np.float32]
Samples = NDArray[np.int16]


class Transcriber(Protocol):
    """Recognizes speech."""

    def transcribe_batch(
        self,
        pcm: Path,
        chunks: Sequence[Chunk],
        *,
        language: str | None,
        hints: Hints | None = None,
        before: str | None = None,
    ) -> tuple[Segment, ...]:
        """Recognize what is said in some chunks of raw s16le mono 16 kHz audio.

        Args:
            pcm: the whole recording's audio; only the chunks are read.
            chunks: in order of time, at most 30 s of speech each.
            language: a Whisper code to obey, or None to detect it for each chunk.
            hints: what is known of the recording; None: it is not primed.
            before: the language spoken last before these chunks.

        Returns:
            Segments in order of time, on the recording's timeline; none for no speech.

        Raises:
            SpeechError: the model failed, or does not know the language.
        """
        ...

    def translate_batch(self, pcm: Path, spoken: Sequence[SpokenChunk]) -> tuple[Segment, ...]:
        """Write in English what is said in some chunks whose languages are known.

        Returns:
            Segments in order of time; their words' times are interpolated.

        Raises:
            SpeechError: the model failed, or knows English only.
        """
        ...

    def reread(self, pcm: Path, places: Sequence[Place]) -> tuple[Reading, ...]:
        """Tell what else may have been said at some places.

        Returns:
            In order of time; none for a place where nothing else may.

        Raises:
            SpeechError: the model failed.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """Chunks of one share with what the encoder made of them."""

    chunks: tuple[Chunk, ...]
    rows: Rows
    rankings: tuple[dict[str, float], ...]


class WhisperTranscriber:
    """A Whisper model in memory, on the CPU.

    Safe to use from several threads; they share the model.
    """

    def __init__(self, decoder: Decoder, *, workers: int) -> None:
        """Wrap a loaded model.

        Args:
            decoder: around a model loaded with `num_workers=workers`.
            workers: how many parts of a batch are recognized at once.
        """
        self._decoder = decoder
        self._recognizer = Recognizer(decoder)
        self._workers = workers

    def transcribe_batch(
        self,
        pcm: Path,
        chunks: Sequence[Chunk],
        *,
        language: str | None,
        hints: Hints | None = None,
        before: str | None = None,
    ) -> tuple[Segment, ...]:
        """Recognize what is said in some chunks; see `Transcriber`."""
        if language is not None and not is_known(language):
            raise SpeechError(
                f"language {language!r} is not known to speech recognition; choose another or none"
            )
        if not chunks:
            return ()
        if not self._decoder.is_multilingual:
            language = "en"
        vocabulary = self._vocabulary(hints)
        samples = open_pcm(pcm)

        def listen(share: Sequence[Chunk]) -> _Heard:
            return self._listen(samples, share, guess=language is None)

        def recognize(work: tuple[_Heard, Sequence[Guess]]) -> list[Segment]:
            heard, guesses = work
            return self._recognize(samples, heard, guesses, vocabulary)

        try:
            heard = self._at_once(listen, self._shares(chunks))
            guesses = self._settle(chunks, heard, language, before)
            work = list(zip(heard, self._shares(guesses), strict=True))
            segments = list(chain.from_iterable(self._at_once(recognize, work)))
        except RuntimeError as exc:  # how ctranslate2 reports all its failures
            raise SpeechError(
                f"the speech model failed at {chunks[0].start_ms} ms "
                f"to {chunks[-1].end_ms} ms: {exc}"
            ) from exc
        return tuple(sorted(segments, key=lambda segment: segment.start_ms))

    def translate_batch(self, pcm: Path, spoken: Sequence[SpokenChunk]) -> tuple[Segment, ...]:
        """Write in English what is said in some chunks; see `Transcriber`."""
        if not self._decoder.is_multilingual:
            raise SpeechError(
                "the speech model knows English only and cannot translate; "
                "set ARCHIVE_WHISPER_MODEL to a multilingual one, such as base"
            )
        samples = open_pcm(pcm)

        def translate(share: Sequence[SpokenChunk]) -> list[Segment]:
            return self._translate(samples, share)

        try:
            segments = list(chain.from_iterable(self._at_once(translate, self._shares(spoken))))
        except RuntimeError as exc:
            raise SpeechError(f"the speech model failed to translate: {exc}") from exc
        return tuple(sorted(segments, key=lambda segment: segment.start_ms))

    def _translate(self, samples: Samples, spoken: Sequence[SpokenChunk]) -> list[Segment]:
        """Translate a share; what loops or is impossible is heard again, once."""
        encoded = self._decoder.encode(samples, [part.chunk for part in spoken])

        def decode(rows: Sequence[int], *, no_repeat: bool = True) -> dict[int, Decoded]:
            found = self._decoder.decode(
                pick_rows(encoded, rows, of=len(spoken)),
                [spoken[row].language for row in rows],
                task="translate",
                timestamps=True,
                no_repeat=no_repeat,
            )
            return dict(zip(rows, found, strict=True))

        english = [replace(part, language="en") for part in spoken]
        found = repair(decode(range(len(spoken)), no_repeat=False), english, decode)
        tokenizer = self._decoder.tokenizer("en")
        return [
            segment
            for row, part in enumerate(spoken)
            for segment in translated_segments(
                found.texts[row], part.chunk, tokenizer, found.doubts.get(row, frozenset())
            )
        ]

    def reread(self, pcm: Path, places: Sequence[Place]) -> tuple[Reading, ...]:
        """Tell what else may have been said; see `Transcriber`."""
        samples = open_pcm(pcm)

        def read(share: Sequence[Place]) -> list[Reading]:
            return list(reread(self._decoder, samples, share))

        try:
            found = list(chain.from_iterable(self._at_once(read, self._shares(places))))
        except RuntimeError as exc:
            raise SpeechError(f"the speech model failed to listen again: {exc}") from exc
        return tuple(sorted(found, key=lambda one: one.start_ms))

    def _shares(self, items: Sequence[T]) -> list[Sequence[T]]:
        """Deal items to the workers in turn."""
        return [share for n in range(self._workers) if (share := items[n :: self._workers])]

    def _at_once(self, work: Callable[[T], R], shares: Sequence[T]) -> list[R]:
        """Do the shares of a batch in threads, which the model serves at once."""
        if not shares:
            return []
        with ThreadPoolExecutor(len(shares)) as pool:
            return list(pool.map(work, shares))

    def _vocabulary(self, hints: Hints | None) -> Vocabulary | None:
        if hints is None:
            return None
        encode = self._decoder.tokenizer("en").encode
        vocabulary = Vocabulary(hints, lambda word: len(encode(word)))
        return None if vocabulary.is_empty else vocabulary

    def _listen(self, samples: Samples, chunks: Sequence[Chunk], *, guess: bool) -> _Heard:
        """Encode chunks and, where it is not known, rank what language each is in."""
        encoded = self._decoder.encode(samples, chunks)
        rankings = self._decoder.rank_languages(encoded) if guess else []
        return _Heard(chunks=tuple(chunks), rows=np.asarray(encoded), rankings=tuple(rankings))

    def _settle(
        self,
        chunks: Sequence[Chunk],
        heard: Sequence[_Heard],
        language: str | None,
        before: str | None,
    ) -> list[Guess]:
        """Decide the language of each chunk of the batch."""
        if language is not None:
            return [Guess(language=language, probability=1.0)] * len(chunks)
        rankings = [
            heard[number % len(heard)].rankings[number // len(heard)]
            for number in range(len(chunks))
        ]
        return settle_languages(rankings, [chunk.heard_ms for chunk in chunks], before=before)

    def _recognize(
        self,
        samples: Samples,
        heard: _Heard,
        guesses: Sequence[Guess],
        vocabulary: Vocabulary | None,
        *,
        ask_again: bool = True,
    ) -> list[Segment]:
        """Recognize a share; what was passed over is asked again, once."""
        parts, encoded = self._divide_all(samples, heard, guesses)
        recognized = self._recognizer.recognize(encoded, parts, vocabulary)
        words = self._decoder.align(
            encoded,
            [one.tokens for one in recognized],
            [part.language for part in parts],
            [part.chunk for part in parts],
        )
        unprimed = [one.unprimed for one in recognized]
        weighed = weigh_chunks(self._decoder, encoded, parts, words, unprimed, vocabulary)
        segments: list[Segment] = []
        again: list[SpokenChunk] = []
        for part, one, found in zip(parts, recognized, weighed, strict=True):
            placed = place_words(found.words, part.chunk)
            if ask_again and placed and (missed := missed_speech(part.chunk, placed)):
                placed = _before(placed, missed[0].start_ms)
                again += [SpokenChunk(chunk=chunk, language=part.language) for chunk in missed]
            segments += _segments(placed, part, replace(one, corrected=found.terms))
        if again:
            chunks = [part.chunk for part in again]
            more = self._listen(samples, chunks, guess=False)
            sure = [Guess(language=part.language, probability=1.0) for part in again]
            segments += self._recognize(samples, more, sure, vocabulary, ask_again=False)
        return segments

    def _divide_all(
        self, samples: Samples, heard: _Heard, guesses: Sequence[Guess]
    ) -> tuple[list[SpokenChunk], ctranslate2.StorageView]:
        """Divide chunks in two languages; only those are encoded again."""
        divided = [
            self._divide(samples, chunk, row, guess)
            for chunk, row, guess in zip(heard.chunks, heard.rows, guesses, strict=True)
        ]
        parts = list(chain.from_iterable(divided))
        if len(parts) == len(heard.chunks):
            return parts, storage(heard.rows)
        rows = [
            row[np.newaxis]
            if len(spoken) == 1
            else np.asarray(self._decoder.encode(samples, [part.chunk for part in spoken]))
            for row, spoken in zip(heard.rows, divided, strict=True)
        ]
        return parts, join_rows(rows)

    def _divide(
        self, samples: Samples, chunk: Chunk, row: Rows, guess: Guess
    ) -> tuple[SpokenChunk, ...]:
        """Look closer at a chunk whose language is not sure."""
        slices = slice_chunk(chunk) if chunk.voiced else ()
        if guess.probability >= SURE or len(slices) < 2:  # noqa: PLR2004 - one cannot be divided
            return (SpokenChunk(chunk=chunk, language=guess.language),)
        rankings = [
            self._decoder.rank_languages(
                storage(row[np.newaxis, part.start_ms // FRAME_MS : -(-part.end_ms // FRAME_MS)])
            )[0]
            for part in slices
        ]
        found = [_likeliest(ranking) for ranking in rankings]
        parts, guesses = self._set_apart(samples, chunk, slices, found)
        return divide_by_language(chunk, parts, guesses, guess.language)

    def _set_apart(
        self, samples: Samples, chunk: Chunk, slices: Sequence[Slice], found: Sequence[Guess]
    ) -> tuple[list[Slice], list[Guess]]:
        """Hear a slice, or the last stretch of one, alone where it may be in another language."""
        parts: list[Slice] = []
        guesses: list[Guess] = []
        for part, guess in zip(slices, found, strict=True):
            end = may_stand_apart(chunk, part, guess)
            alone = self._hear_alone(samples, chunk, end, guess) if end is not None else None
            if end is None or alone is None:
                parts.append(part)
                guesses.append(guess)
                continue
            if end.first > part.first:
                parts.append(replace(part, last=end.first, end_ms=end.start_ms))
                guesses.append(guess)
            parts.append(end)
            guesses.append(alone)
        return parts, guesses

    def _hear_alone(
        self, samples: Samples, chunk: Chunk, part: Slice, guess: Guess
    ) -> Guess | None:
        """Tell the language of a slice by itself; None where that is not sure.

        A glance is enough where it confirms what the slice seemed among others. It also took a
        second of English for Chinese (0.44; looked at, English 0.98), so else it is looked at.
        """
        heard = chunk.part(part.first, part.last)
        alone = _likeliest(self._decoder.glance_at_language(samples, heard))
        if alone.language != guess.language:
            encoded = self._decoder.encode(samples, [heard])
            alone = _likeliest(self._decoder.rank_languages(encoded)[0])
        return alone if alone.probability >= SURE_ALONE else None


def _likeliest(ranking: Mapping[str, float]) -> Guess:
    code = max(ranking, key=lambda code: ranking[code])
    return Guess(language=code, probability=ranking[code])


def _segments(words: Sequence[Word], part: SpokenChunk, found: Recognized) -> list[Segment]:
    """Group words into segments, and let what is doubtful about the chunk show on each."""
    segments = split_segments(words, language=part.language)
    return [
        replace(segment, doubts=found.doubts_of(segment, part.language)) for segment in segments
    ]


def _before(words: Sequence[Word], end_ms: int) -> tuple[Word, ...]:
    """Keep the words that begin before a time, the last one cut off there."""
    return tuple(
        replace(word, end_ms=min(word.end_ms, end_ms)) for word in words if word.start_ms < end_ms
    )
