"""Divide a chunk where the spoken language changes, as it does when an interpreter speaks.

Whisper writes a chunk in one language and drops what is said in another: of 11 s of English
followed by 9 s of French in one chunk it wrote the French alone. A chunk heard as one
language with a probability under 0.98 is therefore looked at again in slices (of what the
encoder has made already, so a slice costs about 25 ms). What a slice says is coloured by what
the encoder heard around it: a second of Chinese between French and English came out as French
there (0.54) and as Chinese when heard alone (0.99). Short slices between pauses are therefore
heard alone where they are not sure. Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from worker.speech.plan import Chunk

SURE = 0.98
"""Above this probability a chunk is taken to be in one language. Measured: 0.984 and more for
chunks of 19 s and more in one language, up to 0.959 for chunks in two; French, a word of
Chinese and 11 s of English were French at 0.950, and the English was written in French."""
_SURE_NEIGHBOUR = 0.7
"""Probability from which a chunk of 3 s counts as a neighbour: 11 s of English recorded in 1961
are English at 0.93."""
_SURE_LENGTH_MS = 3_000
"""Shorter chunks are judged with their neighbours however sure the model is."""
_FAVOUR_MS = 20_000
"""A neighbour's language counts 21-fold in a chunk of 1 s, twofold in one of 20 s."""
_SURE_SLICE = 0.7
_MIN_SLICE_MS = 2_500
"""Shorter stretches are guessed wrong too often, so they are taken together …"""
_LONG_PAUSE_MS = 600
"""… but not over a pause in which the speaker may have changed."""
_MIN_TURN_MS = 1_000
_SHORT_PAUSE_MS = 300
_SHORTEST_ALONE_MS = 600
SURE_ALONE = 0.9
"""Probability from which the language of a stretch heard alone is believed."""
_SURE_AMONG_OTHERS = 0.95
"""Probability from which a short slice is believed as it was heard among the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Neighbouring voiced stretches of a chunk, long enough to tell their language."""

    first: int
    last: int
    """Which of the chunk's voiced stretches, `last` excluded."""
    start_ms: int
    end_ms: int
    """Where in what the model heard of the chunk."""
    pause_ms: int
    """The silence before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A language and how likely it is."""

    language: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenChunk:
    """A chunk in one language."""

    chunk: Chunk
    language: str


def settle_languages(
    rankings: Sequence[Mapping[str, float]],
    lengths_ms: Sequence[int],
    *,
    before: str | None = None,
) -> list[Guess]:
    """Settle the language of each chunk by what it sounds like and by its neighbours.

    What is spoken around a chunk is the likelier the shorter the chunk: a second of "yes,
    okay" must not turn Welsh, but a second that is clearly Chinese stays Chinese.

    Args:
        rankings: probability of each language, one mapping a chunk, in order of time.
        lengths_ms: how much speech each chunk has.
        before: what was spoken last before these chunks.
    """
    tops = [max(ranking, key=lambda code: ranking[code]) for ranking in rankings]
    sure = [
        top if ranking[top] >= _SURE_NEIGHBOUR and length_ms >= _SURE_LENGTH_MS else None
        for top, ranking, length_ms in zip(tops, rankings, lengths_ms, strict=True)
    ]
    guesses: list[Guess] = []
    for index, (ranking, top) in enumerate(zip(rankings, tops, strict=True)):
        around = {
            next((one for one in reversed(sure[:index]) if one), before),
            next((one for one in sure[index + 1 :] if one), None),
        }
        favour = 1 + _FAVOUR_MS / max(lengths_ms[index], 1)
        merits = {code: p * (favour if code in around else 1) for code, p in ranking.items()}
        settled = sure[index] is not None and ranking[top] >= SURE
        chosen = top if settled else max(merits, key=lambda code: merits[code])
        guesses.append(Guess(language=chosen, probability=ranking[top]))
    return guesses


def slice_chunk(chunk: Chunk) -> tuple[Slice, ...]:
    """Cut what is heard of a chunk at pauses: long ones, or any once 2.5 s are full."""
    slices: list[Slice] = []
    first = start_ms = end_ms = 0
    pause_ms = 0
    for index, stretch in enumerate(chunk.heard):
        end_ms += stretch.length_ms
        length_ms = end_ms - start_ms
        next_pause_ms = _pause_after(chunk, index)
        long_pause = next_pause_ms >= _LONG_PAUSE_MS and length_ms >= _MIN_TURN_MS
        if length_ms >= _MIN_SLICE_MS or long_pause or index + 1 == len(chunk.heard):
            slices.append(
                Slice(
                    first=first, last=index + 1, start_ms=start_ms, end_ms=end_ms, pause_ms=pause_ms
                )
            )
            first, start_ms, pause_ms = index + 1, end_ms, next_pause_ms
    return tuple(slices)


def may_stand_apart(chunk: Chunk, part: Slice, guess: Guess) -> Slice | None:
    """Return what of a slice to hear alone, for it may be somebody else's: it stands after a pause.

    That is all of a short slice between two pauses that is not sure, or the last stretch of
    one of several: a short answer in another language is drowned by what is around it.
    """
    last = part.last - 1
    if part.end_ms - part.start_ms < _MIN_SLICE_MS and guess.probability < _SURE_AMONG_OTHERS:
        paused = part.first == 0 or part.pause_ms >= _SHORT_PAUSE_MS
        return part if paused else None
    if last <= part.first or _pause_after(chunk, last - 1) < _SHORT_PAUSE_MS:
        return None
    stretch = chunk.heard[last]
    if stretch.length_ms < _SHORTEST_ALONE_MS:
        return None
    return Slice(
        first=last,
        last=part.last,
        start_ms=part.end_ms - stretch.length_ms,
        end_ms=part.end_ms,
        pause_ms=_pause_after(chunk, last - 1),
    )


def divide_by_language(
    chunk: Chunk, slices: Sequence[Slice], guesses: Sequence[Guess], whole: str
) -> tuple[SpokenChunk, ...]:
    """Divide a chunk into chunks of one language each.

    Args:
        chunk: the chunk.
        slices: its slices, from `slice_chunk`.
        guesses: one a slice; an unsure one goes with the neighbour nearer in time.
        whole: the language of the chunk as a whole, where no neighbour is sure either.
    """
    languages = _languages(slices, guesses, whole)
    runs = [
        (language, [part for part, _ in run])
        for language, run in groupby(zip(slices, languages, strict=True), key=lambda pair: pair[1])
    ]
    if len(runs) == 1:
        return (SpokenChunk(chunk=chunk, language=languages[0]),)
    return tuple(
        SpokenChunk(chunk=chunk.part(run[0].first, run[-1].last), language=language)
        for language, run in runs
    )


def _languages(slices: Sequence[Slice], guesses: Sequence[Guess], whole: str) -> list[str]:
    """Settle the language of each slice."""
    sure = [guess.language if guess.probability >= _SURE_SLICE else None for guess in guesses]
    languages: list[str] = []
    for index, language in enumerate(sure):
        before = languages[-1] if languages else None
        after = sure[index + 1] if index + 1 < len(sure) else None
        if before and after and slices[index + 1].pause_ms < slices[index].pause_ms:
            before = after
        languages.append(language or before or after or whole)
    return languages


def _pause_after(chunk: Chunk, index: int) -> int:
    """Return the silence after a voiced stretch, in ms; 0 after the last."""
    if index + 1 >= len(chunk.voiced):
        return 0
    return chunk.voiced[index + 1].start_ms - chunk.voiced[index].end_ms
