"""The demo's script as values: who speaks, what is said and what is shown meanwhile.

Read from `demo/script.toml`; `make_demo` speaks it and `demo_slides` draws it.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scripts.voices import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """An invented person."""

    name: str
    role: str
    voice: Voice
    language: str
    """ISO 639-1."""
    colour: str
    """`#rrggbb` of the avatar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """One slide of the webinar; the one without bullets is the title slide."""

    title: str
    icon: str = ""
    """A drawing's name (see `demo_slides`), else the characters to show."""
    bullets: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTurn:
    """What one speaker says, and the slide shown from its first word."""

    speaker: Speaker
    slide: Slide
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The whole demo."""

    title: str
    series: str
    recorded_on: date
    description: str
    languages: tuple[str, ...]
    phrases: tuple[str, ...]
    """Said in the recording, in lower case, without punctuation."""
    speakers: tuple[Speaker, ...]
    turns: tuple[ScriptTurn, ...]


def read_script(path: Path) -> Script:
    """Read the script; a turn without a slide keeps the one before.

    Raises:
        KeyError: A turn names a speaker or slide that is not there, or a field is missing.
    """
    with path.open("rb") as file:
        raw = tomllib.load(file)
    speakers = {key: Speaker(**fields) for key, fields in raw["speakers"].items()}
    slides = {
        key: Slide(**{**fields, "bullets": tuple(fields.get("bullets", ()))})
        for key, fields in raw["slides"].items()
    }
    turns: list[ScriptTurn] = []
    for turn in raw["turns"]:
        slide = slides[turn["slide"]] if "slide" in turn else turns[-1].slide
        speaker = speakers[turn["speaker"]]
        turns.append(ScriptTurn(speaker=speaker, slide=slide, text=turn["text"].strip()))
    return Script(
        title=raw["title"],
        series=raw["series"],
        recorded_on=raw["recorded_on"],
        description=raw["description"].strip(),
        languages=tuple(raw["languages"]),
        phrases=tuple(raw["phrases"]),
        speakers=tuple(speakers.values()),
        turns=tuple(turns),
    )
