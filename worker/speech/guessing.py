"""What may have been said at a place, however unlike what is written there. Pure.

Guesses are many and mostly wrong: the speech is asked about each (`relistening`, `weighing`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from archive.glossary.guesses import Guess, GuessIndex
from archive.glossary.values import Kind, Term
from archive.glossary.wording import squeeze

NAMES = (Kind.PLACE, Kind.PERSON, Kind.INSTITUTION)
"""Kinds that have many neighbours which no list holds."""
_GUESSED = 0.6
_GUESSED_NAMES = 0.75
_GUESSED_OWN = 0.32
""""have a quarry" for hypochlorite; there are few on a slide."""
_HEARD_IN_ODD = 0.66


@dataclass(frozen=True, slots=True, kw_only=True)
class Guesses:
    """What may have been said at one place, the best first."""

    general: tuple[Guess, ...]
    """Of all that is known."""
    shown: tuple[Guess, ...]
    """Of what is on the slides being spoken about."""

    def may_be_heard(self, *, odd: bool) -> bool:
        """Tell whether it is worth to listen again.

        Args:
            odd: a word stands there that is none; it sounds a little like what was said.
        """
        if odd:
            best = max((one.near.likeness for one in (*self.shown, *self.general)), default=0.0)
            return best >= _HEARD_IN_ODD
        return bool(self.shown)


class Guesser:
    """Guesses among known terms. May be shared by threads."""

    def __init__(self, terms: Sequence[Term], own: Sequence[Term]) -> None:
        """Keep the terms.

        Args:
            terms: all that are known.
            own: those on the recording's slides, or given for its collection.
        """
        self._terms = terms
        self._own = own
        self._indexes: dict[str, tuple[GuessIndex, GuessIndex]] = {}

    def guess(
        self,
        words: Sequence[str],
        place: range,
        *,
        unsure: Collection[int],
        settled: Collection[int],
        shown: Collection[str],
        language: str,
    ) -> Guesses:
        """Find what may have been said at a place; see `Vocabulary.guess`.

        Args:
            words: of the chunk, with their punctuation.
            place: numbers of the words in question.
            unsure: numbers of the words of which a run must have one.
            settled: numbers of the words that only a longer term may replace.
            shown: what is on the slides being spoken about.
            language: what is spoken, as Whisper's code.
        """
        anywhere, own = self._indexes_of(language)
        written = " ".join(words).casefold()

        def may_stand(guess: Guess) -> bool:
            name = guess.near.term.term
            run = range(guess.near.first, guess.near.last + 1)
            return name.casefold() not in written and not any(
                at in settled and squeeze(words[at]) not in squeeze(name) for at in run
            )

        return Guesses(
            general=tuple(
                guess
                for guess in anywhere.guess(words, place, unsure, least=_GUESSED)
                if may_stand(guess)
                and (guess.near.term.kind not in NAMES or guess.near.likeness >= _GUESSED_NAMES)
            ),
            shown=tuple(
                guess
                for guess in own.guess(words, place, unsure, least=_GUESSED_OWN)
                if guess.near.term.term in shown and may_stand(guess)
            ),
        )

    def _indexes_of(self, language: str) -> tuple[GuessIndex, GuessIndex]:
        """Give the index of all terms to guess, and that of what is on slides or given."""
        indexes = self._indexes.get(language)
        if indexes is None:
            indexes = self._indexes[language] = (
                GuessIndex(self._terms, language=language),
                GuessIndex(self._own, language=language, acronyms=True),
            )
        return indexes
