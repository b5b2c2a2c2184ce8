"""Hear doubtful places several times over, freely, to tell what else may have been said there.

Where the model is unsure the likeliest text is often not what was said, and neither are the next
likeliest, which differ in commas. Drawn at random from what it holds possible, the same second
of speech reads "kickum", "kitkem", "Kitgum". None of it is shown: it is what search looks in
for a name or term that is written nowhere (`archive.index.sounding`, docs/decisions/0013).
"""

import difflib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, groupby

from numpy import int16
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from archive.glossary.consonants import skeleton
from archive.glossary.ordinary import has_list, ordinary_words
from archive.glossary.phonetics import sound_key
from archive.glossary.wording import squeeze
from archive.transcript import Reading, Segment, Word
from worker.speech.decoder import Decoder

UNSURE, UNSURE_OF_STRANGE = 0.66, 0.8
"""Probability of an ordinary word and of another; a tenth of the words of a webinar are less."""
DRAWS = 24
"""With twelve one term less is found of twenty that nothing else finds."""
_LONGEST = 8
"""Words of a place; more were not understood at all."""
_APART, _PAUSE_MS = 2, 1_500
"""From one unsure word to the next of a place: words, and silence."""
_BEFORE_MS, _AFTER_MS = 4_000, 3_000
"""Speech that is heard with a place; its words before are given, those after are not written."""
_MARGIN_MS = 250
_TOKENS_A_WORD, _MORE_TOKENS = 2.5, 6
_MOST_WORDS = 3
_SHORTEST, _LONGEST_TEXT = 4, 20
"""Letters of what may have been said."""
_FEWEST_FAMILIES = 3
"""Consonants of it, as `skeleton` counts them: less sounds like too much."""
_SHORT = 3
"""Letters of an ordinary word that may not stand first or last: less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A few words that may be others, with those around them."""

    words: tuple[Word, ...]
    first: int
    """The first of them that is meant; the others are there to be heard with it."""
    last: int
    language: str

    @property
    def start_ms(self) -> int:
        """Of the first word that is meant."""
        return self.words[self.first].start_ms

    @property
    def heard_ms(self) -> tuple[int, int]:
        """From when to when it is heard, the words around it included."""
        return max(self.words[0].start_ms - _MARGIN_MS, 0), self.words[-1].end_ms + _MARGIN_MS

    @property
    def befores(self) -> tuple[str, ...]:
        """What is written before it; and the same without the last word, which may be amiss too."""
        texts = [word.text for word in self.words[: self.first]]
        return tuple(dict.fromkeys(("".join(texts), "".join(texts[:-1]))))


def doubtful_places(segments: Iterable[Segment]) -> Iterator[Place]:
    """Find where the recognizer was not sure, in order of time.

    What people wrote or checked is sure. Languages of which no ordinary words are listed are left
    out: all of their words would be strange.
    """
    for language, words in _stretches(segments):
        ordinary = ordinary_words(language)
        unsure = [
            at
            for at, word in enumerate(words)
            if word.confidence < UNSURE_OF_STRANGE
            and (word.confidence < UNSURE or squeeze(word.text) not in ordinary)
        ]
        for first, last in _groups(words, unsure):
            if last - first < _LONGEST:
                yield _place(words, first, last, language)


def _place(words: Sequence[Word], first: int, last: int, language: str) -> Place:
    begin, end = first, last
    from_ms, until_ms = words[first].start_ms - _BEFORE_MS, words[last].end_ms + _AFTER_MS
    while begin and words[begin - 1].start_ms >= from_ms and not _pauses(words, begin):
        begin -= 1
    while (
        end + 1 < len(words) and words[end + 1].end_ms <= until_ms and not _pauses(words, end + 1)
    ):
        end += 1
    return Place(
        words=tuple(words[begin : end + 1]),
        first=first - begin,
        last=last - begin,
        language=language,
    )


def _pauses(words: Sequence[Word], at: int) -> bool:
    """Whether there is silence before a word."""
    return words[at].start_ms - words[at - 1].end_ms > _PAUSE_MS


def _stretches(segments: Iterable[Segment]) -> Iterator[tuple[str, list[Word]]]:
    """Join the words of neighbouring segments that a machine wrote in one language."""
    for (language, heard), group in groupby(
        segments, key=lambda one: (one.language, not one.by_people)
    ):
        if heard and has_list(language):
            yield language, [word for segment in group for word in segment.words]


def _groups(words: Sequence[Word], unsure: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Group unsure words that stand near each other; their first and last."""
    group: list[int] = []
    for at in unsure:
        if group and (
            at - group[-1] > _APART
            or any(map(partial(_pauses, words), range(group[-1] + 1, at + 1)))
        ):
            yield group[0], group[-1]
            group = []
        group.append(at)
    if group:
        yield group[0], group[-1]


def reread(decoder: Decoder, samples: NDArray[int16], places: Iterable[Place]) -> Iterator[Reading]:
    """Tell what else may have been said at each place; none where nothing else may.

    Args:
        decoder: the model.
        samples: of the recording, int16, (samples,).
        places: in it.
    """
    for place in places:
        drawn = decoder.draw(
            samples,
            *place.heard_ms,
            place.language,
            befores=place.befores,
            count=DRAWS // len(place.befores),
            most_tokens=round(_TOKENS_A_WORD * (place.last - place.first + 1)) + _MORE_TOKENS,
        )
        yield from readings_of(place, drawn, ordinary_words(place.language))


def readings_of(place: Place, drawn: Iterable[str], ordinary: Collection[str]) -> Iterator[Reading]:
    """Take from what was drawn what may stand in a place, by the words it would replace. Pure.

    Runs of up to three words of which one at least is not ordinary: of ordinary words the text as
    it stands is nearly always right.
    """
    written = [squeeze(word.text) for word in place.words]
    found: dict[tuple[int, int], dict[str, str]] = {}
    for text in drawn:
        read = [squeezed for word in text.split() if (squeezed := squeeze(word))]
        for stretch, run in _changed(place, written, read):
            joined = "".join(run)
            if _may_be_a_term(run, joined, ordinary):
                found.setdefault(stretch, {}).setdefault(sound_key(joined), joined)
    for (first, last), texts in sorted(found.items()):
        kept = tuple(text for key, text in texts.items() if len(skeleton(key)) >= _FEWEST_FAMILIES)
        if kept:
            yield Reading(
                start_ms=place.words[first].start_ms,
                end_ms=place.words[last].end_ms,
                written="".join(written[first : last + 1]),
                texts=kept,
            )


def _changed(
    place: Place, written: Sequence[str], read: Sequence[str]
) -> Iterator[tuple[tuple[int, int], Sequence[str]]]:
    """Find the runs of a text that stand in a place or beside it.

    Yields:
        The first and last word that is written there, and a run of those read.
    """
    matcher = difflib.SequenceMatcher(None, written, read, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind in ("replace", "insert") and i1 <= place.last + 1 and i2 >= place.first:
            begin = max(min(i1, i2 - 1, len(written) - 1), 0)
            run = read[j1 : min(j2, j1 + _LONGEST + _MOST_WORDS)]
            for (first, last), words in _set_against(written[begin : max(i2, begin + 1)], run):
                yield (begin + first, begin + last), words


def _set_against(
    written: Sequence[str], read: Sequence[str]
) -> Iterator[tuple[tuple[int, int], Sequence[str]]]:
    """Tell of each run of what is read which words it stands for, letter by letter.

    Of eight words that are read otherwise, one is not all eight: it would be shown, and corrected,
    as if it were.
    """
    ends = list(accumulate(map(len, written)))
    places = _align("".join(read), "".join(written))
    starts = [0, *accumulate(map(len, read))]
    for begin in range(min(len(read), _LONGEST)):
        for end in range(begin + 1, min(len(read), begin + _MOST_WORDS) + 1):
            from_letter, to_letter = places[starts[begin]], places[starts[end]]
            first = _word_at(ends, from_letter, rounded_up=True)
            last = max(_word_at(ends, to_letter, rounded_up=False), first)
            yield (first, last), read[begin:end]


def _align(read: str, written: str) -> list[int]:
    """Return for each place between the letters of one text the place in the other."""
    places = [
        min(step.dest_start + at - step.src_start, step.dest_end)
        for step in Levenshtein.opcodes(read, written)
        for at in range(step.src_start, step.src_end)
    ]
    return [*places, len(written)]


def _word_at(ends: Sequence[int], letter: int, *, rounded_up: bool) -> int:
    """Return the word that begins, or ends, nearest to a place between letters."""
    edges = [0, *ends[:-1]] if rounded_up else ends
    return min(range(len(edges)), key=lambda word: abs(edges[word] - letter))


def _may_be_a_term(run: Sequence[str], joined: str, ordinary: Collection[str]) -> bool:
    if not (_SHORTEST <= len(joined) <= _LONGEST_TEXT and joined.isascii() and joined.isalpha()):
        return False
    if all(word in ordinary for word in run):
        return False
    return not any(len(word) < _SHORT and word in ordinary for word in (run[0], run[-1]))
