"""How well speakers are told apart: diarization error rate, and words with the right speaker. Pure.

The rate is that of NIST's md-eval: of the time in which somebody speaks (each speaker counts),
how much was missed, was said by nobody, or was given to somebody else. A collar around each edge
of a reference turn is not scored; overlapping speech is.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from archive.speaker_turns import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRate:
    """Parts of the diarization error rate, each of the time scored, in [0, …)."""

    missed: float
    false_alarm: float
    confused: float

    @property
    def all(self) -> float:
        """The rate itself."""
        return self.missed + self.false_alarm + self.confused


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenWord:
    """A word of the transcript, with the label it stands under; empty: none."""

    start_ms: int
    end_ms: int
    speaker: str


def read_rttm(path: Path) -> tuple[Turn, ...]:
    """Read the SPEAKER lines of an RTTM file, in order of time."""
    turns = []
    for line in path.read_text("utf-8").splitlines():
        fields = line.split()
        if not fields or fields[0] != "SPEAKER":
            continue
        start_ms = round(1000 * float(fields[3]))
        end_ms = start_ms + round(1000 * float(fields[4]))
        turns.append(Turn(start_ms=start_ms, end_ms=end_ms, speaker=fields[7]))
    return tuple(sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms)))


def map_voices(reference: Sequence[Turn], found: Sequence[Turn]) -> Mapping[str, str]:
    """Say which speaker each voice is, so that most time is right; each speaker is one voice."""
    shared = _shared(reference, found)
    speakers = sorted({turn.speaker for turn in reference})
    voices = sorted({turn.speaker for turn in found})

    @cache
    def best(number: int, free: frozenset[str]) -> tuple[int, tuple[tuple[str, str], ...]]:
        if number == len(voices):
            return 0, ()
        options = [best(number + 1, free)]
        for speaker in free:
            rest_ms, rest = best(number + 1, free - {speaker})
            pair = (voices[number], speaker)
            options.append((rest_ms + shared[pair], (pair, *rest)))
        return max(options)

    return dict(best(0, frozenset(speakers))[1])


def name_voices(reference: Sequence[Turn], found: Sequence[Turn]) -> Mapping[str, str]:
    """Say which speaker each voice is, as a librarian would: several voices may be one speaker."""
    shared = _shared(reference, found)
    speakers = sorted({turn.speaker for turn in reference})
    voices = sorted({turn.speaker for turn in found})
    return {
        voice: max(speakers, key=lambda speaker: shared[voice, speaker])
        for voice in voices
        if any(shared[voice, speaker] for speaker in speakers)
    }


def error_rate(
    reference: Sequence[Turn],
    found: Sequence[Turn],
    names: Mapping[str, str],
    *,
    collar_ms: int,
) -> ErrorRate:
    """Compute the diarization error rate.

    Args:
        reference: Who speaks when.
        found: The same, as found.
        names: Speaker of each voice found; a voice that is not among them is somebody else.
        collar_ms: Before and after each edge of a reference turn, which is not scored.
    """
    edges = {edge for turn in (*reference, *found) for edge in (turn.start_ms, turn.end_ms)}
    collars = [
        (edge - collar_ms, edge + collar_ms)
        for turn in reference
        for edge in (turn.start_ms, turn.end_ms)
    ]
    edges |= {edge for collar in collars for edge in collar} if collar_ms else set()
    spoken_ms = missed_ms = false_ms = confused_ms = 0
    for start_ms, end_ms in pairwise(sorted(edges)):
        if any(first <= start_ms and end_ms <= last for first, last in collars):
            continue
        who = {turn.speaker for turn in _over(reference, start_ms, end_ms)}
        heard = {
            names.get(turn.speaker, f"voice {turn.speaker}")
            for turn in _over(found, start_ms, end_ms)
        }
        length_ms = end_ms - start_ms
        spoken_ms += length_ms * len(who)
        missed_ms += length_ms * max(len(who) - len(heard), 0)
        false_ms += length_ms * max(len(heard) - len(who), 0)
        confused_ms += length_ms * (min(len(who), len(heard)) - len(who & heard))
    return ErrorRate(
        missed=missed_ms / spoken_ms,
        false_alarm=false_ms / spoken_ms,
        confused=confused_ms / spoken_ms,
    )


def right_words(
    reference: Sequence[Turn], words: Iterable[SpokenWord], names: Mapping[str, str]
) -> int:
    """Count the words that stand under the speaker who speaks most while they are said."""
    right = 0
    for word in words:
        shared: Counter[str] = Counter()
        for turn in _over(reference, word.start_ms, word.end_ms):
            shared[turn.speaker] += min(turn.end_ms, word.end_ms) - max(
                turn.start_ms, word.start_ms
            )
        right += bool(shared) and names.get(word.speaker) == shared.most_common(1)[0][0]
    return right


def _shared(reference: Sequence[Turn], found: Sequence[Turn]) -> Counter[tuple[str, str]]:
    """Return the time that each voice and speaker share, in ms."""
    shared: Counter[tuple[str, str]] = Counter()
    for voice in found:
        for turn in _over(reference, voice.start_ms, voice.end_ms):
            shared[voice.speaker, turn.speaker] += min(turn.end_ms, voice.end_ms) - max(
                turn.start_ms, voice.start_ms
            )
    return shared


def _over(turns: Iterable[Turn], start_ms: int, end_ms: int) -> Iterable[Turn]:
    return (turn for turn in turns if turn.start_ms < end_ms and turn.end_ms > start_ms)
