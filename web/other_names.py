"""Other names that were looked for too, as a page of results tells them. Pure.

Names come from the thesaurus; each can be taken away, and all of them. The address says which:
`concepts=off`, `without=fr:hta`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from archive.index import AlsoFound
from archive.language import endonym, language_tag
from archive.thesaurus.expansion import Wish, key_of
from archive.thesaurus.labels import language_rank
from web.search_address import Asked

SWITCH, WITHOUT = "concepts", "without"
"""Parameters of an address."""
_OFF = "off"
_MOST_LEFT_OUT = 60
_MAX_KEY = 230
_SHOWN = 8
"""At once, of one thing; several are folded to a line each, or a phone shows nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameChip:
    """One name that was looked for too, and is there."""

    text: str
    tag: str
    """BCP 47 tag of the name."""
    language: str
    count: int
    """How many recordings hold it, the rest of the query aside."""
    href: str
    """The results without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherNames:
    """The other names of what some words of the query mean."""

    asked: str
    """The words."""
    first: tuple[NameChip, ...]
    more: tuple[NameChip, ...]
    """What is told on demand."""
    languages: int
    """How many the names are in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A name that was taken away."""

    text: str
    language: str
    href: str
    """The results with it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesBlock:
    """All that is told of other names; false where there is nothing to tell."""

    groups: tuple[OtherNames, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    off_href: str | None = None
    """The results with the words typed only."""
    on_href: str | None = None
    """The results with every name again."""

    def __bool__(self) -> bool:
        return bool(self.groups or self.left_out or self.on_href)


def read_wish(arguments: MultiDict[str, str]) -> Wish:
    """Read from an address what someone wants of other names; what cannot be read is left out."""
    keys = arguments.getlist(WITHOUT)[:_MOST_LEFT_OUT]
    return Wish(
        off=arguments.get(SWITCH, "") == _OFF,
        left_out=frozenset(
            _key(key) for key in keys if len(key) <= _MAX_KEY and all(key.partition(":"))
        ),
    )


def make_names(also: Iterable[AlsoFound], asked: Asked, wish: Wish) -> NamesBlock:
    """Tell what else was looked for, by what was asked."""
    groups: dict[str, list[AlsoFound]] = {}
    for one in also:
        if one.concept:
            groups.setdefault(one.asked, []).append(one)
    if wish.off:
        return NamesBlock(on_href=_without(asked, SWITCH).href)
    return NamesBlock(
        groups=tuple(
            _group(words, found, asked, shown=_SHOWN if len(groups) == 1 else 0)
            for words, found in groups.items()
        ),
        left_out=tuple(
            _left_out(value, asked)
            for name, value in asked.kept
            if name == WITHOUT and _key(value) in wish.left_out
        ),
        off_href=_with(_without(asked, WITHOUT), SWITCH, _OFF).href if groups else None,
        on_href=_without(asked, WITHOUT).href if len(wish.left_out) > 1 else None,
    )


def _group(words: str, found: Sequence[AlsoFound], asked: Asked, *, shown: int) -> OtherNames:
    """Show a name of every language first, the one most recordings hold.

    Args:
        words: as typed.
        found: other names of what they mean.
        asked: the page.
        shown: how many are told at once; 0: none.
    """
    ordered = sorted(found, key=lambda one: (language_rank(one.language), -one.recordings))
    seen: set[str] = set()
    first: list[AlsoFound] = []
    more: list[AlsoFound] = []
    for one in ordered:
        known = one.language in seen or len(first) >= shown
        (more if known else first).append(one)
        seen.add(one.language)
    if shown and len(more) == 1:
        first, more = [*first, *more], []
    return OtherNames(
        asked=words,
        first=tuple(_chip(one, asked) for one in first),
        more=tuple(_chip(one, asked) for one in more),
        languages=len(seen),
    )


def _chip(one: AlsoFound, asked: Asked) -> NameChip:
    return NameChip(
        text=one.label,
        tag=language_tag(one.language),
        language=endonym(one.language),
        count=one.recordings,
        href=_with(asked, WITHOUT, f"{one.language}:{one.label}").href,
    )


def _left_out(key: str, asked: Asked) -> LeftOut:
    language, _, term = key.partition(":")
    kept = tuple(
        (name, value) for name, value in asked.kept if name != WITHOUT or _key(value) != _key(key)
    )
    return LeftOut(
        text=term,
        language=endonym(language),
        href=replace(asked, kept=kept, page=1).href,
    )


def _key(text: str) -> str:
    """Read a name that is left out: its language, a colon, the name."""
    language, _, term = text.partition(":")
    return key_of(language, term)


def _with(asked: Asked, name: str, value: str) -> Asked:
    kept = dict.fromkeys((*asked.kept, (name, value)))
    return replace(asked, kept=tuple(kept), page=1)


def _without(asked: Asked, name: str) -> Asked:
    kept = tuple(each for each in asked.kept if each[0] != name)
    return replace(asked, kept=kept, page=1)
