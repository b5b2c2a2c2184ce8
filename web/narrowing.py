"""What results are narrowed by and what was understood, as the template shows it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from archive.index import Culprit, Facet, FacetKind, Narrowing, Part, Sort
from archive.language import language_tag
from web.search_address import Asked
from web.wording import language_label

_TITLES = {
    FacetKind.LANGUAGE: "Language",
    FacetKind.COLLECTION: "Collection",
    FacetKind.SPEAKER: "Speaker",
    FacetKind.SUBJECT: "Subject",
    FacetKind.YEAR: "Year",
    FacetKind.CHECKED: "Transcript",
}
_CHECKED = {"yes": "checked", "no": "not checked"}
_SORTS = {
    Sort.RELEVANCE: "best first",
    Sort.NEWEST: "newest first",
    Sort.OLDEST: "oldest first",
}
_FEW = 4
"""A kind with so many values stands open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value to narrow by."""

    label: str
    tag: str | None
    """BCP 47 tag of the label, where it is known."""
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetBlock:
    """The values of one kind."""

    title: str
    options: tuple[Option, ...]
    more: int
    """How many values are not shown."""
    more_href: str | None
    """The page that shows them too; None: it is this page already."""
    opened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A part of what was understood, or chosen, that can be taken away."""

    text: str
    href: str | None
    """The results without it; None: then nothing would be left to look for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One way to order results."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproach:
    """Why nothing was found: one part of what was asked."""

    text: str
    nowhere: bool
    """Nothing has it, whatever else is asked."""
    without: int
    """How many recordings there would be without it."""
    href: str | None
    """Those."""


def make_facets(facets: Sequence[Facet], asked: Asked) -> tuple[FacetBlock, ...]:
    """Turn facets into blocks; a kind that would narrow nothing is left out."""
    blocks: list[FacetBlock] = []
    for facet in facets:
        chosen = any(one.chosen for one in facet.values)
        if len(facet.values) < 2 and not chosen:  # noqa: PLR2004 - one value narrows nothing
            continue
        options = tuple(
            Option(
                label=label_of(facet.kind, one.value),
                tag=_tag(facet.kind, one.value),
                count=one.count,
                href=asked.narrowed_to(asked.narrowing.toggled(facet.kind, one.value)).href,
                chosen=one.chosen,
            )
            for one in facet.values
        )
        blocks.append(
            FacetBlock(
                title=_TITLES[facet.kind],
                options=options,
                more=max(facet.total - len(options), 0),
                more_href=(None if asked.more is facet.kind else asked.with_more(facet.kind).href),
                opened=chosen or asked.more is facet.kind or not blocks or len(options) <= _FEW,
            )
        )
    return tuple(blocks)


def make_chips(parts: Sequence[Part], asked: Asked) -> tuple[Chip, ...]:
    """Show what was understood and chosen; nothing where that is just what was typed."""
    chips = [
        Chip(text=part.text, href=asked.with_query(part.rest).href if part.rest else None)
        for part in parts
    ]
    if len(parts) == 1 and parts[0].text == asked.query:
        chips = []
    for kind, values in asked.narrowing.chosen.items():
        chips += [
            Chip(
                text=f"{_TITLES[kind].lower()}: {label_of(kind, value)}",
                href=asked.narrowed_to(asked.narrowing.toggled(kind, value)).href,
            )
            for value in values
        ]
    return tuple(chips)


def make_orders(asked: Asked) -> tuple[Order, ...]:
    """Offer each order."""
    return tuple(
        Order(text=text, href=asked.sorted_by(sort).href, current=sort is asked.sort)
        for sort, text in _SORTS.items()
    )


def make_reproaches(culprits: Sequence[Culprit], asked: Asked) -> tuple[Reproach, ...]:
    """Say of each part what it costs; those without which nothing is found either are left out."""
    reproaches: list[Reproach] = []
    for one in culprits:
        if one.kind is None:
            text = one.text
            href = asked.with_query(one.rest).href if one.rest else None
        else:
            values = asked.narrowing.chosen.get(one.kind, ())
            told = " or ".join(label_of(one.kind, value) for value in values)
            text = f"{_TITLES[one.kind].lower()}: {told}"
            href = asked.narrowed_to(asked.narrowing.without(one.kind)).href
        if one.alone == 0 or (one.without and href):
            reproaches.append(
                Reproach(
                    text=text,
                    nowhere=one.alone == 0,
                    without=one.without,
                    href=href if one.without else None,
                )
            )
    return tuple(reproaches)


def everything(asked: Asked) -> Asked | None:
    """Ask for the same narrowed by nothing; None: it is not narrowed."""
    return asked.narrowed_to(Narrowing()) if asked.narrowing else None


def label_of(kind: FacetKind, value: str) -> str:
    """Name a value to people."""
    if kind is FacetKind.LANGUAGE:
        return language_label(value)
    return _CHECKED.get(value, value) if kind is FacetKind.CHECKED else value


def _tag(kind: FacetKind, value: str) -> str | None:
    return language_tag(value) if kind is FacetKind.LANGUAGE else None
