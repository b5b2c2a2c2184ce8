"""What the findability benchmark is made of: sessions as written, and the truth about each film.

Read by everything here; makes no sound and judges nothing. A session is a file of
`sessions/`, in the shape of `demo/script.toml` with its terms beside; the truth is the JSON that
`make_sessions` writes beside each film, with the time of every word that is said.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from scripts.demo_script import Script, Slide, read_script

SESSIONS = Path(__file__).with_name("sessions")
SOUNDS = "sounds"
"""The film of music, noise, babble and silence, which has no text of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A drug, disease, procedure, place, person or institution that is looked for."""

    term: str
    """As it should be written."""
    kind: str
    """One of the glossary's words: drug, disease, procedure, place, person, institution, other."""
    spellings: tuple[str, ...] = ()
    """Other spellings that count as found."""
    rare: bool = False
    """Chosen because a glossary of common terms hardly has it."""

    @property
    def accepted(self) -> tuple[str, ...]:
        """All spellings that count as found, the right one first."""
        return (self.term, *self.spellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as written."""

    name: str
    """Its file's name without the ending."""
    script: Script
    terms: tuple[Term, ...]
    say: dict[str, str]
    """What the voices are given instead of a word that they would read as nobody says it."""

    def spoken_script(self) -> Script:
        """Give the script as the voices read it."""
        turns = tuple(replace(turn, text=self._respell(turn.text)) for turn in self.script.turns)
        return replace(self.script, turns=turns)

    def _respell(self, text: str) -> str:
        """Write the sounds; a capital stays one, for sentences are told apart by it."""
        for word, sound in self.say.items():

            def sounded(found: re.Match[str], sound: str = sound) -> str:
                return sound[0].upper() + sound[1:] if found[0][0].isupper() else sound

            text = re.sub(rf"\b{re.escape(word)}\b", sounded, text, flags=re.IGNORECASE)
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWord:
    """A word as written in the session, punctuation included, and when it is said."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSentence:
    """A sentence; its own times are those of the sound, to the sample."""

    start_ms: int
    end_ms: int
    speaker: str
    text: str
    words: tuple[SaidWord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSlide:
    """A stretch of the film in which one slide stands."""

    start_ms: int
    end_ms: int
    text: str
    """What stands on it, a line each; without the card of who speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is said and shown in one film."""

    name: str
    made_from: str
    """Tells whether the film is that of the session as it is written now."""
    title: str
    speakers: tuple[str, ...]
    duration_ms: int
    sentences: tuple[SaidSentence, ...]
    slides: tuple[ShownSlide, ...]
    terms: tuple[Term, ...]
    """Those said in it or, in films of other things, those on its slides."""

    @property
    def text(self) -> str:
        """All that is said."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def words(self) -> tuple[SaidWord, ...]:
        """All words in order."""
        return tuple(word for sentence in self.sentences for word in sentence.words)

    def slide_at(self, at_ms: int) -> str:
        """Give the text that stands on the slide at a time; empty when there is none."""
        for slide in self.slides:
            if slide.start_ms <= at_ms < slide.end_ms:
                return slide.text
        return ""


def read_session(path: Path) -> Session:
    """Read a session.

    Raises:
        KeyError: A field is missing, or a turn names a speaker or slide that is not there.
    """
    raw = tomllib.loads(path.read_text("utf-8"))
    return Session(
        name=path.stem,
        script=read_script(path),
        terms=_terms(raw["terms"]),
        say=raw.get("say", {}),
    )


def slide_text(script: Script, slide: Slide) -> str:
    """Write down what `draw_slide` draws, a line each."""
    if not slide.bullets:
        return "\n".join([script.series, slide.title, *(who.name for who in script.speakers)])
    return "\n".join(filter(None, [script.series, slide.title, *slide.bullets, slide.note]))


def write_truth(truth: Truth, path: Path) -> None:
    """Write it as JSON."""
    path.write_text(json.dumps(asdict(truth), ensure_ascii=False, indent=1) + "\n", "utf-8")


def read_truth(path: Path) -> Truth:
    """Read it back."""
    raw = json.loads(path.read_text("utf-8"))
    return Truth(
        **raw
        | {
            "speakers": tuple(raw["speakers"]),
            "sentences": tuple(_sentence(sentence) for sentence in raw["sentences"]),
            "slides": tuple(ShownSlide(**slide) for slide in raw["slides"]),
            "terms": _terms(raw["terms"]),
        }
    )


def all_terms(truths: Iterable[Truth]) -> tuple[Term, ...]:
    """Give each term of some films once."""
    return tuple({term.term: term for truth in truths for term in truth.terms}.values())


def _terms(raw: Sequence[dict[str, Any]]) -> tuple[Term, ...]:
    return tuple(
        Term(**fields | {"spellings": tuple(fields.get("spellings", ()))}) for fields in raw
    )


def _sentence(raw: dict[str, Any]) -> SaidSentence:
    return SaidSentence(**raw | {"words": tuple(SaidWord(**word) for word in raw["words"])})
