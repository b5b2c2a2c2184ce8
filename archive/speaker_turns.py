"""Who says which words: speaker turns laid over a transcript. Pure.

    turns (worker.speakers) → number_turns → give_speakers → segments with labels

Turns are of the sound and words of the transcript, found by different models, so their edges
are some tenths of a second apart: a change of speaker is moved to where a sentence ends
nearby. Words are never changed, lost or moved; a label ("Speaker 2") is not a name.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

from archive.punctuation import ends_sentence
from archive.transcript import Segment, Word

_NEAR_MS = 2_000
"""Words further from every turn are nobody's."""
_SNAP_MS = 700
"""How far a change of speaker may be moved to where a sentence ends, or someone pauses."""
_PAUSE_MS = 250
_FEWEST_WORDS = 2
_SHORTEST_MS = 600
"""Fewer words in less time, inside or at the edge of a segment, are an edge that is off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One speaker's stretch; those of several may overlap."""

    start_ms: int
    end_ms: int
    speaker: str
    """A label, the same wherever the same voice speaks."""


def number_turns(turns: Sequence[Turn], segments: Sequence[Segment]) -> tuple[Turn, ...]:
    """Call who speaks first "Speaker 1", who speaks next "Speaker 2", and so on.

    Args:
        turns: In order of time, with any labels.
        segments: The transcript, in order of time. Who says nothing in it comes last: it may
            be a cough, or what a later transcript hears.
    """
    heard = [segment.speaker for segment in give_speakers(segments, turns) if segment.speaker]
    known = dict.fromkeys([*heard, *(turn.speaker for turn in turns)])
    labels = {speaker: f"Speaker {number}" for number, speaker in enumerate(known, 1)}
    return tuple(replace(turn, speaker=labels[turn.speaker]) for turn in turns)


def give_speakers(segments: Sequence[Segment], turns: Sequence[Turn]) -> tuple[Segment, ...]:
    """Give every segment its speaker: whose turns share most time with it.

    A segment in which the speaker clearly changes is divided there, between two words; one
    that a person edited never is, and one whose speaker a person gave keeps that. Far from
    every turn nobody is named.

    Args:
        segments: In order of time.
        turns: In order of time.
    """
    floor = _Turns(turns)
    return tuple(part for segment in segments for part in _divide(segment, floor))


class _Turns:
    """Turns, quick to look up: a recording has thousands, and ten times as many words."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = turns
        self._starts = [turn.start_ms for turn in turns]
        self._latest_ends = list(accumulate((turn.end_ms for turn in turns), max))

    def speaker(self, start_ms: int, end_ms: int) -> str:
        """Return who speaks most in a stretch; of none, whose turn is nearest; "" when far."""
        shared: dict[str, int] = {}
        nearest, distance_ms = "", _NEAR_MS
        first = bisect_right(self._latest_ends, start_ms - _NEAR_MS)
        last = bisect_left(self._starts, end_ms + _NEAR_MS)
        for turn in self._turns[first:last]:
            shared_ms = min(turn.end_ms, end_ms) - max(turn.start_ms, start_ms)
            if shared_ms > 0:
                shared[turn.speaker] = shared.get(turn.speaker, 0) + shared_ms
            elif -shared_ms < distance_ms:
                nearest, distance_ms = turn.speaker, -shared_ms
        return max(shared, key=lambda speaker: shared[speaker]) if shared else nearest


def _divide(segment: Segment, turns: _Turns) -> Iterator[Segment]:
    """Give a segment its speaker, in parts where it has several."""
    words = segment.words
    if segment.speaker_set:
        yield segment
        return
    if segment.by_people or len(words) <= 1:
        yield replace(segment, speaker=turns.speaker(segment.start_ms, segment.end_ms))
        return
    speakers = [turns.speaker(word.start_ms, word.end_ms) for word in words]
    parts = _snapped(_steady(_runs(speakers), words), words)
    if len(parts) == 1:
        yield replace(segment, speaker=parts[0][0])
        return
    for speaker, begin, end in parts:
        part = words[begin:end]
        yield replace(
            segment,
            start_ms=part[0].start_ms,
            end_ms=part[-1].end_ms,
            text="".join(word.text for word in part).strip(),
            words=part,
            speaker=speaker,
        )


_Run = tuple[str, int, int]
"""Speaker, first word, the word after the last."""


def _runs(speakers: Sequence[str]) -> list[_Run]:
    runs: list[_Run] = []
    for speaker, group in groupby(speakers):
        begin = runs[-1][2] if runs else 0
        runs.append((speaker, begin, begin + len(list(group))))
    return runs


def _steady(runs: list[_Run], words: Sequence[Word]) -> list[_Run]:
    """Give runs that are too short, shortest first, to the longer of their neighbours."""

    def length_ms(run: _Run) -> int:
        return words[run[2] - 1].end_ms - words[run[1]].start_ms

    def is_enough(run: _Run) -> bool:
        long = run[2] - run[1] >= _FEWEST_WORDS or length_ms(run) >= _SHORTEST_MS
        return long and run[0] != ""

    while len(runs) > 1:
        short = min(runs, key=lambda run: (is_enough(run), length_ms(run)))
        if is_enough(short):
            break
        at = runs.index(short)
        beside = [runs[near] for near in (at - 1, at + 1) if 0 <= near < len(runs)]
        runs[at] = (max(beside, key=length_ms)[0], *short[1:])
        runs = _runs([speaker for speaker, first, last in runs for _ in range(first, last)])
    return runs


def _snapped(runs: Sequence[_Run], words: Sequence[Word]) -> list[_Run]:
    """Move each change of speaker to the end of a sentence nearby, else to a pause."""
    moved: list[_Run] = []
    begin = 0
    for number, (speaker, _, end) in enumerate(runs):
        stop = end
        if number + 1 < len(runs):
            stop = _best_break(words, end, begin + 1, runs[number + 1][2] - 1)
        moved.append((speaker, begin, stop))
        begin = stop
    return moved


def _best_break(words: Sequence[Word], at: int, low: int, high: int) -> int:
    """Find where the speaker changes near word `at`: the word that the next one begins with."""

    def apart_ms(index: int) -> int:
        """Tell how far the gap before a word is from the gap before word `at`."""
        return max(
            words[index - 1].end_ms - words[at].start_ms,
            words[at - 1].end_ms - words[index].start_ms,
            0,
        )

    def merit(index: int) -> tuple[int, int]:
        before, after = words[index - 1], words[index]
        if ends_sentence(before.text, after.text):
            kind = 0
        else:
            kind = 1 if after.start_ms - before.end_ms >= _PAUSE_MS else 2
        return (kind, apart_ms(index))

    around = [index for index in range(low, high + 1) if apart_ms(index) <= _SNAP_MS]
    best = min(around, key=merit)
    return best if merit(best)[0] < merit(at)[0] else at
