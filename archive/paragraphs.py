"""Make a transcript readable: sentences in paragraphs, each with its times. Pure.

For the watch page and the text download. Words are never changed, lost or moved: the
sentences' words, one after the other, are the transcript's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archive.doubts import Doubt
from archive.language import writes_spaces
from archive.punctuation import ends_sentence
from archive.transcript import Segment, Word

PAUSE_MS = 2_000
"""A pause this long begins a new paragraph."""
_ENOUGH_WORDS = 60
_TOO_MANY_WORDS = 110
_ENOUGH_CHARACTERS = 400
_TOO_MANY_CHARACTERS = 700
_ENOUGH_UNSPACED = 140
_TOO_MANY_UNSPACED = 260
"""The same for scripts without spaces, whose characters say more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence, or as much of one as was said before a pause."""

    start_ms: int
    end_ms: int
    text: str
    """The words joined, stripped."""
    words: tuple[Word, ...]
    doubts: frozenset[Doubt] = frozenset()
    """Of the segments its words are from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences in one language, said by one speaker without a long pause."""

    start_ms: int
    end_ms: int
    language: str
    sentences: tuple[Sentence, ...]
    speaker: str = ""
    """Who says it; empty: not known."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A word with what is known of its segment."""

    word: Word
    language: str
    speaker: str
    doubts: frozenset[Doubt]


def make_paragraphs(segments: Sequence[Segment]) -> tuple[Paragraph, ...]:
    """Divide a transcript into paragraphs.

    A paragraph ends where the language or the speaker changes, at a pause of 2 s, and at the
    first end of a sentence after 60 words or 400 characters (140 in Chinese and the like);
    where no sentence ends, at the last word that fits 110 words or 700 characters.
    """
    return tuple(
        _paragraph(sentences, stretch[0])
        for stretch in _stretches(segments)
        for sentences in _grouped(stretch)
    )


def _stretches(segments: Sequence[Segment]) -> Iterator[list[_Spoken]]:
    """Cut the words where the language or the speaker changes and at long pauses."""
    stretch: list[_Spoken] = []
    for segment in segments:
        for word in segment.words:
            if stretch and (
                stretch[-1].language != segment.language
                or stretch[-1].speaker != segment.speaker
                or word.start_ms - stretch[-1].word.end_ms >= PAUSE_MS
            ):
                yield stretch
                stretch = []
            stretch.append(_Spoken(word, segment.language, segment.speaker, segment.doubts))
    if stretch:
        yield stretch


def _grouped(stretch: Sequence[_Spoken]) -> Iterator[list[Sentence]]:
    """Gather the sentences of a stretch until a paragraph is long enough."""
    language = stretch[0].language
    group: list[Sentence] = []
    words = characters = 0
    for sentence in _sentences(stretch, language):
        group.append(sentence)
        words += len(sentence.words)
        characters += len(sentence.text)
        if _is_enough(words, characters, language):
            yield group
            group, words, characters = [], 0, 0
    if group:
        yield group


def _sentences(spoken: Sequence[_Spoken], language: str) -> Iterator[Sentence]:
    """Cut at the ends of sentences, and where one is longer than a paragraph may be."""
    begin = characters = 0
    for index, one in enumerate(spoken):
        text = one.word.text
        characters += len(text)
        following = spoken[index + 1].word.text if index + 1 < len(spoken) else None
        if (
            following is None
            or ends_sentence(text, following)
            or _is_too_much(index + 1 - begin, characters + len(following), language)
        ):
            yield _sentence(spoken[begin : index + 1])
            begin, characters = index + 1, 0


def _is_enough(words: int, characters: int, language: str) -> bool:
    if not writes_spaces(language):
        return characters >= _ENOUGH_UNSPACED
    return words >= _ENOUGH_WORDS or characters >= _ENOUGH_CHARACTERS


def _is_too_much(words: int, characters: int, language: str) -> bool:
    if not writes_spaces(language):
        return characters > _TOO_MANY_UNSPACED
    return words >= _TOO_MANY_WORDS or characters > _TOO_MANY_CHARACTERS


def _sentence(spoken: Sequence[_Spoken]) -> Sentence:
    words = tuple(one.word for one in spoken)
    return Sentence(
        start_ms=words[0].start_ms,
        end_ms=words[-1].end_ms,
        text="".join(word.text for word in words).strip(),
        words=words,
        doubts=frozenset().union(*(one.doubts for one in spoken)),
    )


def _paragraph(sentences: Sequence[Sentence], spoken: _Spoken) -> Paragraph:
    return Paragraph(
        start_ms=sentences[0].start_ms,
        end_ms=sentences[-1].end_ms,
        language=spoken.language,
        sentences=tuple(sentences),
        speaker=spoken.speaker,
    )
