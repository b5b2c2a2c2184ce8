"""What is known of a recording before it is heard, and which of it helps with a stretch. Pure.

Whisper writes "artisanate" for a word it has seldom read, and "artesunate" when that stands in
its prompt. A prompt costs time by its length and is at times followed too readily, so it holds
only what was given for this very recording, chosen for each stretch of speech: what a first,
unprimed hearing sounds like, then what is on the slide being shown, who speaks, what it is about.
The glossary's other terms are offered where they sound like what was written, to be weighed
(`weighing`).
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.glossary.soundalike import Near, SoundIndex
from archive.glossary.values import Kind, Term
from worker.speech.plan import Chunk

LOOSELY_ALIKE = 0.68
"""What may have been said; the speech is asked (`weighing`)."""
_OWN_ALIKE = 0.62
"""For terms that were given for the recording."""
NAMES = (Kind.PLACE, Kind.PERSON, Kind.INSTITUTION)
"""Kinds that have many neighbours which no list holds."""
_ALIKE_NAMES = 0.78
_ALIKE_SHORT_NAMES = 0.9
_SHORT_NAME = 5
"""Letters. "cabo" is neither Gabú nor Cabo Verde."""
_EVERYWHERE = 3
"""What stands on more slides is their frame: the name of the hospital, of the series."""
_SHOWN_BEFORE_MS = 20_000
_SHOWN_AFTER_MS = 10_000
"""A slide is spoken about a little before it is shown, and after it has gone."""
_FEWEST_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")  # noqa: RUF001 - a typographic apostrophe
_HAN = re.compile(r"[\u3400-\u9fff]{2,10}")
_CAPITALS_RUN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """The words on a slide and when it is shown."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known of a recording before it is heard."""

    title: str = ""
    speakers: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    """The glossary, a collection's terms before the archive's."""
    slides: tuple[ShownText, ...] = ()
    """In order of time."""


class Vocabulary:
    """The hints of a recording, made ready to choose from. May be shared by threads."""

    def __init__(self, hints: Hints, count_tokens: Callable[[str], int]) -> None:
        """Prepare the hints.

        Args:
            hints: of the recording.
            count_tokens: tells how many tokens the model writes a word with. A word of one
                token is one that the model knows well.
        """
        spelled = {term.term.casefold(): term.term for term in hints.terms}

        def rare(text: str) -> tuple[str, ...]:
            found = dict.fromkeys(_rare_phrases(text, count_tokens))
            return tuple(spelled.get(phrase.casefold(), phrase) for phrase in found)

        self._slides = tuple((slide, rare(slide.text)) for slide in hints.slides)
        self._about = tuple(dict.fromkeys((*hints.speakers, *rare(hints.title))))
        self._collection = tuple(term for term in hints.terms if term.of_collection)
        shown = dict.fromkeys(phrase for _, phrases in self._slides for phrase in phrases)
        own = [Term(term=phrase) for phrase in (*shown, *self._about) if phrase not in spelled]
        self._terms = (*own, *hints.terms)
        self._often = {
            phrase
            for phrase, times in Counter(
                phrase for _, phrases in self._slides for phrase in phrases
            ).items()
            if times > _EVERYWHERE
        }
        self._favoured = {*shown, *self._about, *(term.term for term in self._collection)}
        self._sounds: dict[str, tuple[SoundIndex, SoundIndex]] = {}

    @property
    def is_empty(self) -> bool:
        """True when nothing is known."""
        return not self._terms

    @property
    def own(self) -> Collection[str]:
        """What was given for this very recording: title, speakers, slides, its collection."""
        return self._favoured

    def alternatives(
        self, words: Sequence[str], language: str, unsure: Collection[int] | None = None
    ) -> tuple[Near, ...]:
        """Find what known terms may have been said instead of what was written.

        Runs of words in order; they may overlap. Of names of places and people only what is much
        alike ("pneumococcus" heard as "macockas" is not Machakos) or was given for this
        recording: on its slides, in its title, of its collection. That may also be ordinary
        words: "bland tire" for Blantyre.

        Args:
            words: with their punctuation.
            language: what is spoken, as Whisper's code.
            unsure: numbers of the words of which a run must have one; None: any.
        """
        sounds, own_sounds = self._sound_indexes(language)
        anywhere = (
            found
            for found in sounds.alternatives(words, least=LOOSELY_ALIKE, unsure=unsure)
            if found.term.kind not in NAMES or found.likeness >= _alike_enough(found.term.term)
        )
        own = own_sounds.alternatives(words, least=_OWN_ALIKE, unsure=unsure)
        found = {(near.first, near.last, near.term.term): near for near in (*anywhere, *own)}
        return tuple(
            sorted(found.values(), key=lambda near: (near.first, near.last, -near.likeness))
        )

    def suggest(self, chunk: Chunk, language: str, words: Sequence[str]) -> tuple[str, ...]:
        """Choose what of this recording's own may help to recognize a stretch of speech.

        Phrases for a prompt, the most helpful first: what sounds like something that was
        written, then what is on the slide being shown, who speaks, what it is about. The
        glossary's other terms are left to `alternatives`: suggested, they were written for others
        ("hypothermia" for hypoxaemia).

        Args:
            chunk: the stretch.
            language: what is spoken, as Whisper's code.
            words: what an unprimed hearing wrote, with punctuation.
        """
        near = self._sound_indexes(language)[1].near(words, least=_OWN_ALIKE)
        ranked = sorted(near, key=lambda found: -found.likeness)
        heard = dict.fromkeys(found.term.term for found in ranked)
        slides = sorted(self._slides, key=lambda pair: -_shared_ms(pair[0], chunk))
        shown = [
            phrase
            for slide, phrases in slides
            if _shared_ms(slide, chunk) > 0
            for phrase in phrases
            if phrase not in self._often
        ]
        known = [term.term for term in self._collection if term.language in ("", language)]
        rest = dict.fromkeys((*shown, *self._about, *known))
        return tuple(dict.fromkeys((*heard, *rest)))

    def _sound_indexes(self, language: str) -> tuple[SoundIndex, SoundIndex]:
        """Give the index of all terms, and that of those which this very recording may have."""
        indexes = self._sounds.get(language)
        if indexes is None:
            own = [term for term in self._terms if term.term in self._favoured]
            indexes = self._sounds[language] = (
                SoundIndex(self._terms, language=language),
                SoundIndex(own, besides=self._terms, language=language, spare_ordinary=False),
            )
        return indexes


def _alike_enough(name: str) -> float:
    return _ALIKE_SHORT_NAMES if len(name) <= _SHORT_NAME else _ALIKE_NAMES


def _shared_ms(slide: ShownText, chunk: Chunk) -> int:
    """Tell how long a slide is spoken about in a chunk; negative: not at all."""
    return min(slide.end_ms + _SHOWN_BEFORE_MS, chunk.end_ms) - max(
        slide.start_ms - _SHOWN_AFTER_MS, chunk.start_ms
    )


def fit_prompts(
    rows: Sequence[Sequence[str]],
    *,
    encode: Callable[[str], Sequence[int]],
    filler: str,
    most_tokens: int,
) -> list[list[int]]:
    """Write prompts of the same number of tokens, the most helpful phrases nearest the speech.

    Args:
        rows: phrases of each prompt, the most helpful first; as many as fit are taken.
        encode: the model's tokenizer.
        filler: text that fills prompts which are shorter than the longest one.
        most_tokens: of a prompt.
    """
    prompts = [_write_prompt(phrases, encode, most_tokens) for phrases in rows]
    length = max(map(len, prompts), default=0)
    padding = list(encode(f" {filler}.")) or [0]
    return [
        [*(padding * length)[-(length - len(prompt)) :], *prompt]
        if len(prompt) < length
        else prompt
        for prompt in prompts
    ]


def _write_prompt(
    phrases: Sequence[str], encode: Callable[[str], Sequence[int]], most_tokens: int
) -> list[int]:
    taken: list[str] = []
    tokens: list[int] = []
    for phrase in phrases:
        longer = list(encode(f" {', '.join(reversed([*taken, phrase]))}."))
        if len(longer) > most_tokens:
            continue
        taken.append(phrase)
        tokens = longer
    return tokens


def _rare_phrases(text: str, count_tokens: Callable[[str], int]) -> Iterator[str]:
    """Yield what a text has that the model does not know well: words, and names of several."""
    for line in text.splitlines():
        yield from _HAN.findall(line)
        name: list[str] = []
        end = 0
        for match in _WORD.finditer(line):
            word = match[0]
            apart = line[end : match.start()].strip()
            end = match.end()
            capital = word[0].isupper() and not word.isupper()
            if name and (apart or not capital or len(name) == _CAPITALS_RUN):
                yield from _whole_name(name, count_tokens)
                name = []
            if capital:
                name.append(word)
            elif _is_rare(word, count_tokens):
                yield word
        yield from _whole_name(name, count_tokens)


def _whole_name(name: Sequence[str], count_tokens: Callable[[str], int]) -> Iterable[str]:
    """Give a run of capitalized words: together when it is a name, else what is rare in it."""
    rare = [word for word in name if _is_rare(word, count_tokens)]
    if not rare:
        return ()
    if len(name) == 1:
        return rare
    return (*rare, " ".join(name))


def _is_rare(word: str, count_tokens: Callable[[str], int]) -> bool:
    if len(word) < _FEWEST_LETTERS or _HAN.match(word):
        return False
    return min(count_tokens(f" {word}"), count_tokens(f" {word.lower()}")) > 1
