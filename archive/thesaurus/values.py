"""What a label of the thesaurus is to the rest of the archive: frozen values, no tables."""

from dataclasses import dataclass
from datetime import datetime

PROJECT = "project"
"""Source of a name that nothing and nobody else confirms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One name of a concept in one language, as a person, a file or the table gives it."""

    concept: str
    """Id of what it names: letters, digits and hyphens, as `high-cholesterol`."""
    language: str
    """A Whisper code."""
    term: str
    preferred: bool = False
    """The name to show; one of a concept and language at most."""
    mesh: str = ""
    """Unique id of the concept's heading in MeSH; empty: not known, or not said."""
    source: str = ""
    """Which list or person it came from."""

    @property
    def confirmed(self) -> bool:
        """Whether anything but the project's own general knowledge vouches for it."""
        return self.source != PROJECT


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A label as kept, for pages and commands."""

    id: int
    label: Label
    shipped: bool
    """Came with the archive and was not edited since."""
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """A concept and its names, for pages and commands."""

    id: str
    mesh: str
    """Unique id of its heading in MeSH; empty: not known."""
    entries: tuple[Entry, ...]
    """By language as the archive lists them, the preferred first; one at least."""

    @property
    def name(self) -> Label:
        """What to call it: its preferred name in the first language it has one in."""
        return self.entries[0].label

    @property
    def other_names(self) -> tuple[Label, ...]:
        """One name in each of its other languages, the preferred where there is one."""
        found: dict[str, Label] = {}
        for entry in self.entries:
            found.setdefault(entry.label.language, entry.label)
        return tuple(found.values())[1:]

    @property
    def further(self) -> int:
        """How many names it has besides `name` and `other_names`."""
        return len(self.entries) - len(self.other_names) - 1
