"""Which known terms may help with, or may have been said in, a stretch of speech. Pure.

A prompt costs time by its length and is at times followed too readily, so it is chosen for
each stretch: what was given for this very recording, then what of the rest of the glossary
sounds like what a first, unprimed hearing wrote. That must stand its ground (`fits_best`), or be
weighed against the speech (`weighing`).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from archive.glossary.ordinary import ordinary_words
from archive.glossary.soundalike import Near, SoundIndex, likeness
from archive.glossary.values import Term
from archive.glossary.wording import squeeze
from worker.speech.guessing import NAMES, Guesser, Guesses
from worker.speech.hints import Hints, ShownText, rare_phrases
from worker.speech.plan import Chunk

LOOSELY_ALIKE = 0.68
"""What may have been said; the speech is asked (`weighing`)."""
_OWN_ALIKE = 0.62
"""For terms that were given for the recording."""
_ALIKE_OWN_NAMES = 0.7
""""nabenga" is Ebanga (0.72); the model thinks Mbabane (0.66) far more likely."""
_ALIKE_NAMES = 0.78
_ALIKE_SHORT_NAMES = 0.9
_SHORT_NAME = 5
"""Letters. "cabo" is neither Gabú nor Cabo Verde."""
_FITS_NAMES = 0.85
_FITS = 0.7
_RIVAL_WITHIN = 0.04
"""Of likeness: what a prompt suggested is believed where nothing else known is as much alike.
hyposemia is hypoxaemia (0.81) or hypothermia (0.80); nikwine is tafenoquine (0.75), not Omicron."""
_BEATEN_BY = 0.1
_BEATS = 0.75
"""The likeness of what beats a name that no glossary holds: delayment is not the speaker Dlamini
(0.70) but delamanid (0.84)."""
_EVERYWHERE = 3
"""What stands on more slides is their frame: the name of the hospital, of the series."""
_SHOWN_BEFORE_MS = 20_000
_SHOWN_AFTER_MS = 10_000
"""A slide is spoken about a little before it is shown, and after it has gone."""
_LONGEST_RUN = 4
_FEWEST_LETTERS = 3
"""Of a word that is strange."""


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
            found = dict.fromkeys(rare_phrases(text, count_tokens))
            return tuple(spelled.get(phrase.casefold(), phrase) for phrase in found)

        self._slides = tuple((slide, rare(slide.text)) for slide in hints.slides)
        self._about = tuple(dict.fromkeys((*hints.speakers, *rare(hints.title))))
        self._collection = tuple(term for term in hints.terms if term.of_collection)
        shown = dict.fromkeys(phrase for _, phrases in self._slides for phrase in phrases)
        own = [Term(term=phrase) for phrase in (*shown, *self._about) if phrase not in spelled]
        self._terms = (*own, *hints.terms)
        self._by_name = {term.term: term for term in reversed(self._terms)}
        self._glossary = {term.term for term in hints.terms}
        self._spellings = {
            squeeze(one) for term in self._terms for one in (term.term, *term.variants)
        }
        self._often = {
            phrase
            for phrase, times in Counter(
                phrase for _, phrases in self._slides for phrase in phrases
            ).items()
            if times > _EVERYWHERE
        }
        self._favoured = {*shown, *(term.term for term in self._collection)}
        self._sounds: dict[str, tuple[SoundIndex, SoundIndex]] = {}
        self._guesser = Guesser(
            self._terms, [term for term in self._terms if term.term in self._favoured]
        )

    @property
    def is_empty(self) -> bool:
        """True when nothing is known."""
        return not self._terms

    @property
    def own(self) -> Collection[str]:
        """What was given for this very recording: on its slides, in its collection's glossary."""
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
        own = (
            found
            for found in own_sounds.alternatives(words, least=_OWN_ALIKE, unsure=unsure)
            if found.term.kind not in NAMES or found.likeness >= _ALIKE_OWN_NAMES
        )
        found = {(near.first, near.last, near.term.term): near for near in (*anywhere, *own)}
        return tuple(
            sorted(found.values(), key=lambda near: (near.first, near.last, -near.likeness))
        )

    def suggest(self, chunk: Chunk, language: str, words: Sequence[str]) -> tuple[str, ...]:
        """Choose what of this recording's own may help to recognize a stretch of speech.

        Phrases for a prompt, the most helpful first: what sounds like something that was
        written, then what is on the slide being shown, who speaks, what it is about. Ordinary
        words are left out, and what is part of a longer phrase.

        Args:
            chunk: the stretch.
            language: what is spoken, as Whisper's code.
            words: what an unprimed hearing wrote, with punctuation.
        """
        near = self._sound_indexes(language)[1].near(words, least=_OWN_ALIKE)
        heard = [found.term.term for found in sorted(near, key=lambda found: -found.likeness)]
        shown = self._shown(chunk)
        known = [term.term for term in self._collection if term.language in ("", language)]
        ordinary = ordinary_words(language)
        return _whole(
            [
                phrase
                for phrase in dict.fromkeys((*heard, *shown, *self._about, *known))
                if phrase in self._glossary or not _is_ordinary(phrase, ordinary)
            ]
        )

    def guess(
        self,
        words: Sequence[str],
        place: range,
        *,
        unsure: Collection[int],
        settled: Collection[int],
        chunk: Chunk,
        language: str,
    ) -> Guesses:
        """Find what may have been said at a place, however unlike, for one who can listen.

        Args:
            words: of the chunk, with their punctuation.
            place: numbers of the words in question.
            unsure: numbers of the words of which a run must have one.
            settled: numbers of the words that only a longer term may replace.
            chunk: the stretch.
            language: what is spoken, as Whisper's code.
        """
        ordinary = ordinary_words(language)
        shown = {
            phrase
            for phrase in self._shown(chunk)
            if phrase in self._glossary or not _is_ordinary(phrase, ordinary)
        }
        return self._guesser.guess(
            words, place, unsure=unsure, settled=settled, shown=shown, language=language
        )

    def offer(self, words: Sequence[str], language: str) -> tuple[str, ...]:
        """Choose what of the whole glossary may have been said, for a prompt.

        The most alike first. A text that has one of these is to be believed where it
        `fits_best` only.

        Args:
            words: what an unprimed hearing wrote, with punctuation.
            language: what is spoken, as Whisper's code.
        """
        near = self._sound_indexes(language)[0].alternatives(words, least=LOOSELY_ALIKE)
        ranked = sorted(
            (one for one in near if one.term.kind not in NAMES or one.likeness >= _ALIKE_NAMES),
            key=lambda one: -one.likeness,
        )
        return tuple(dict.fromkeys(one.term.term for one in ranked))

    def fits_best(self, phrase: str, words: Sequence[str], language: str) -> bool:
        """Tell whether no other known term is about as much like what was written.

        Args:
            phrase: one that was offered.
            words: what an unprimed hearing wrote in its place.
            language: what is spoken, as Whisper's code.
        """
        name = self._by_name[phrase].kind in NAMES
        alike = _most_alike(phrase, words, language)
        if alike < (_FITS_NAMES if name else _FITS):
            return False
        others = self._sound_indexes(language)[0].alternatives(words, least=alike - _RIVAL_WITHIN)
        return all(squeeze(one.term.term) in squeeze(phrase) for one in others)

    def is_beaten(self, phrase: str, words: Sequence[str], language: str) -> bool:
        """Tell whether a phrase of a slide is much less like what was written than a known term.

        Args:
            phrase: one that was suggested; what the glossary holds is never beaten.
            words: what an unprimed hearing wrote in its place.
            language: what is spoken, as Whisper's code.
        """
        if phrase in self._glossary:
            return False
        least = max(_most_alike(phrase, words, language) + _BEATEN_BY, _BEATS)
        others = self._sound_indexes(language)[0].alternatives(words, least=least)
        return any(one.term.term != phrase for one in others)

    def beaten(self, options: Iterable[Near]) -> Collection[str]:
        """Give the phrases of slides that sound much less like some words than another option."""
        found = list(options)
        best: dict[str, float] = {}
        for one in found:
            best[one.term.term] = max(best.get(one.term.term, 0.0), one.likeness)
        return {
            one.term.term
            for one in found
            if one.term.term not in self._glossary
            and any(
                best[other.term.term] >= best[one.term.term] + _BEATEN_BY
                and not squeeze(other.term.term).startswith(squeeze(one.term.term))
                and other.first <= one.last
                and one.first <= other.last
                for other in found
            )
        }

    def has_term(self, words: Sequence[str]) -> bool:
        """Tell whether a term, or a spelling of one, stands in some words."""
        squeezed = [squeeze(word) for word in words]
        return any(
            "".join(squeezed[first:last]) in self._spellings
            for first in range(len(words))
            for last in range(first + 1, len(words) + 1)
        )

    def strange(self, words: Sequence[str], language: str) -> Collection[int]:
        """Give the numbers of words that are neither ordinary nor a term."""
        ordinary = ordinary_words(language)
        folded = [squeeze(word) for word in words]
        return {
            at
            for at, word in enumerate(folded)
            if len(word) >= _FEWEST_LETTERS
            and word.isalpha()
            and word not in ordinary
            and word not in self._spellings
        }

    def _shown(self, chunk: Chunk) -> list[str]:
        """Give the phrases of the slides that are spoken about in a chunk, the longest first."""
        slides = sorted(self._slides, key=lambda pair: -_shared_ms(pair[0], chunk))
        return [
            phrase
            for slide, phrases in slides
            if _shared_ms(slide, chunk) > 0
            for phrase in phrases
            if phrase not in self._often
        ]

    def _sound_indexes(self, language: str) -> tuple[SoundIndex, SoundIndex]:
        """Give the index of all terms, and that of those which this very recording may have."""
        indexes = self._sounds.get(language)
        if indexes is None:
            given = {*self._favoured, *self._about}
            own = [term for term in self._terms if term.term in given]
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


def _is_ordinary(phrase: str, ordinary: Collection[str]) -> bool:
    folded = phrase.casefold()
    return any(
        one in ordinary for one in (folded, folded.removesuffix("s"), folded.removesuffix("es"))
    )


def _whole(phrases: Sequence[str]) -> tuple[str, ...]:
    """Write a longer phrase where a part of it stands: a prompt has no room for both."""
    whole = (
        next((one for one in phrases if one != phrase and f" {phrase} " in f" {one} "), phrase)
        for phrase in phrases
    )
    return tuple(dict.fromkeys(whole))


def _most_alike(phrase: str, words: Sequence[str], language: str) -> float:
    """Tell how much a phrase is like the run of some words that is most like it."""
    runs = {
        " ".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 1, min(first + _LONGEST_RUN, len(words)) + 1)
    }
    return max((likeness(run, phrase, language) for run in runs), default=0.0)
