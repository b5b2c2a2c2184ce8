"""Recordings made of real words as often as people say them, with health terms in eight languages.

English words by their frequency in films' subtitles, which is speech (the word list of
`pyspellchecker`); at one place in a hundred a name of the shipped thesaurus, half of them English.
One word in ten is one recognition was unsure of, and for each of these the archive's own index has
a dozen other readings, made of the beginning of the word and the ends of others. The same for the
same numbers.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib.resources import files

import numpy as np

from archive.index import IndexDocument
from archive.index.tolerance.lexicon import shipped_lexicon
from archive.thesaurus.lookup import Thesaurus
from archive.thesaurus.shipped import load_shipped
from archive.transcript import Reading, Segment, Word

SEED = 20_240_229
VOCABULARY = 40_000
LANGUAGES = ("en", "fr", "pt", "ar", "sw", "am", "zh", "id")
SEGMENT_WORDS = 18
_UNSURE = 0.66
WORD_MS = 400
SPOKEN_MS = 320
TERM_SHARE = 0.01
UNSURE_SHARE = 0.1
READINGS = 12
"""For each unsure word; the films of benchmarks/findability have as many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What the peers index: the text of a caption and what its recording can be narrowed by."""

    recording: int
    text: str
    collection: str
    language: str
    year: int


@dataclass(frozen=True, kw_only=True)
class NaturalCorpus:
    """So many recordings of so many words."""

    recordings: int
    words: int

    @cached_property
    def vocabulary(self) -> tuple[list[str], np.ndarray]:
        """Words, most frequent first, and the chance of each; float64, (words,)."""
        packed = files("spellchecker").joinpath("resources", "en.json.gz").read_bytes()
        counts: dict[str, int] = json.loads(gzip.decompress(packed))
        common = sorted(counts, key=lambda word: -counts[word])[:VOCABULARY]
        weights = np.array([counts[word] for word in common], dtype=np.float64)
        return common, weights / weights.sum()

    @cached_property
    def thesaurus(self) -> Thesaurus:
        """The one the archive ships with."""
        return Thesaurus(load_shipped().read())

    @cached_property
    def terms(self) -> tuple[list[str], np.ndarray]:
        """Names of concepts, and the chance of each: half are English; float64, (names,)."""
        labels = [label for label in load_shipped().read() if label.language in LANGUAGES]
        english = np.array([label.language == "en" for label in labels])
        weights = np.where(english, 0.5 / english.sum(), 0.5 / (~english).sum())
        return [label.term for label in labels], weights

    def spoken(self, recording: int) -> list[str]:
        """Return the words of a recording; a Chinese name is one."""
        rng = np.random.default_rng((SEED, recording))
        common, chances = self.vocabulary
        names, weights = self.terms
        words = [common[rank] for rank in rng.choice(len(common), self.words, p=chances).tolist()]
        for at in np.flatnonzero(rng.random(self.words) < TERM_SHARE).tolist():
            name = names[rng.choice(len(names), p=weights)].split()
            words[at : at + len(name)] = name
        return words[: self.words]

    def documents(self) -> Iterator[IndexDocument]:
        """Make the documents of the archive's own index, one after the other."""
        for recording in range(1, self.recordings + 1):
            words = self.spoken(recording)
            rng = np.random.default_rng((SEED, recording, 1))
            sure = np.where(
                rng.random(len(words)) < UNSURE_SHARE,
                rng.uniform(0.2, _UNSURE, len(words)),
                rng.uniform(0.8, 1.0, len(words)),
            ).tolist()
            yield IndexDocument(
                recording_id=recording,
                version=1,
                public=True,
                title=" ".join(words[:6]),
                description=" ".join(words[6:40]),
                collection=_collection(recording),
                language=_language(recording),
                speakers=(f"Speaker {recording % 50}",),
                subjects=(f"Subject {recording % 30}",),
                recorded_on=_day(recording),
                segments=[
                    _segment(words, sure, start, _language(recording))
                    for start in range(0, len(words), SEGMENT_WORDS)
                ],
                readings=list(_read_otherwise(words, sure, rng)),
            )

    def captions(self) -> Iterator[Caption]:
        """Give the same as captions."""
        for recording in range(1, self.recordings + 1):
            words = self.spoken(recording)
            for start in range(0, len(words), SEGMENT_WORDS):
                yield Caption(
                    recording=recording,
                    text=" ".join(words[start : start + SEGMENT_WORDS]),
                    collection=_collection(recording),
                    language=_language(recording),
                    year=_day(recording).year,
                )


def draw_queries(corpus: NaturalCorpus, count: int) -> dict[str, list[str]]:
    """Draw queries of each kind as plain words; no two alike where there are enough."""
    rng = np.random.default_rng(SEED)
    common, _ = corpus.vocabulary

    def ranks(low: int, high: int, each: int) -> list[str]:
        return [
            " ".join(common[low + rank] for rank in rng.choice(high - low, each, replace=False))
            for _ in range(count)
        ]

    long = [word for word in common[500:20_000] if len(word) > 5]
    picked = [long[at] for at in rng.choice(len(long), count, replace=False).tolist()]
    concepts = [
        label.term
        for label in load_shipped().read()
        if label.language == "en" and label.preferred and len(label.term) > 3
    ]
    return {
        "word": ranks(20, 2_000, 1),
        "two words": ranks(20, 4_000, 2),
        "phrase of common words": _phrases(corpus, rng, count),
        "prefix": [word[:4] for word in picked],
        "one typo": [word[:3] + word[4:] for word in picked],
        "concept in eight languages": [
            concepts[at] for at in rng.choice(len(concepts), count, replace=False).tolist()
        ],
        "word, with facets": ranks(20, 2_000, 1),
        "term said nowhere": _terms(rng, set(common), count, 1),
        "two terms said nowhere": _terms(rng, set(common), count, 2),
        "forty rare words": ranks(10_000, VOCABULARY, 40)[: max(count // 5, 2)],
    }


def _terms(rng: np.random.Generator, common: set[str], count: int, each: int) -> list[str]:
    """Draw words of the glossary that are in no recording."""
    names = {word for label in load_shipped().read() for word in label.term.lower().split()}
    terms = sorted(shipped_lexicon().terms - names - common)
    return [
        " ".join(terms[at] for at in rng.choice(len(terms), each, replace=False).tolist())
        for _ in range(count)
    ]


def _phrases(corpus: NaturalCorpus, rng: np.random.Generator, count: int) -> list[str]:
    """Draw three-word runs as spoken, made of the hundred most frequent words."""
    frequent = set(corpus.vocabulary[0][:100])
    found: list[str] = []
    for recording in rng.permutation(corpus.recordings).tolist() * count:
        words = corpus.spoken(recording + 1)
        runs = [
            " ".join(words[at : at + 3])
            for at in range(len(words) - 2)
            if frequent.issuperset(words[at : at + 3])
        ]
        if runs:
            found.append(runs[int(rng.integers(len(runs)))])
        if len(found) == count:
            break
    return found


def _read_otherwise(
    words: Sequence[str], sure: Sequence[float], rng: np.random.Generator
) -> Iterator[Reading]:
    """Make up what else may have been said where recognition was unsure."""
    for at, (word, confidence) in enumerate(zip(words, sure, strict=True)):
        if confidence < _UNSURE and word.isascii():
            others = rng.choice(len(words), READINGS).tolist()
            texts = {word[:4] + words[other][-6:] for other in others if words[other].isascii()}
            yield Reading(
                start_ms=at * WORD_MS,
                end_ms=at * WORD_MS + SPOKEN_MS,
                written=word,
                texts=tuple(sorted(text for text in texts if text.isalpha())),
            )


def _segment(words: Sequence[str], sure: Sequence[float], start: int, language: str) -> Segment:
    part = words[start : start + SEGMENT_WORDS]
    spoken = tuple(
        Word(
            start_ms=(start + at) * WORD_MS,
            end_ms=(start + at) * WORD_MS + SPOKEN_MS,
            text=f" {word}",
            confidence=round(sure[start + at], 3),
        )
        for at, word in enumerate(part)
    )
    return Segment(
        start_ms=start * WORD_MS,
        end_ms=(start + len(part)) * WORD_MS,
        text=" ".join(part),
        language=language,
        confidence=0.85,
        words=spoken,
    )


def _collection(recording: int) -> str:
    return f"Series {recording % 12}"


def _language(recording: int) -> str:
    """Half of the recordings are said to be English, so that facets have something to count."""
    return "en" if recording % 2 else LANGUAGES[recording % len(LANGUAGES)]


def _day(recording: int) -> date:
    return date(2019, 1, 1) + timedelta(days=recording % 2_500)
