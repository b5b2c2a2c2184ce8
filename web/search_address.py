"""The address of a page of results: it reproduces the search. Pure.

`/search?q=fever&lang=fr&year=2021&sort=newest&page=2`; whatever else may be chosen is repeated
parameters named as the kinds of facets are.
"""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from archive.index import FacetKind, Narrowing, Sort

MAX_PAGE = 10_000
_MOST_CHOSEN = 20
_MAX_VALUE = 300
_MOST_KEPT = 60
_KEPT = ("concepts", "without")
"""Other parameters that links between pages of results keep, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a page of results was asked for."""

    query: str
    narrowing: Narrowing
    sort: Sort
    page: int
    """From 1."""
    kept: tuple[tuple[str, str], ...] = ()
    """Other parameters, with their names."""
    more: FacetKind | None = None
    """The kind of which not only the first values are told."""

    @property
    def href(self) -> str:
        """The address."""
        return f"/search?{urlencode(self.parameters)}"

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """What the address holds; what is as usual is left out."""
        found = [("q", self.query), *self.kept]
        for kind in FacetKind:
            found += [(kind.value, value) for value in self.narrowing.chosen.get(kind, ())]
        if self.sort is not Sort.RELEVANCE:
            found.append(("sort", self.sort.value))
        if self.more is not None:
            found.append(("more", self.more.value))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    def on_page(self, page: int) -> "Asked":
        """Ask for another page."""
        return replace(self, page=page)

    def sorted_by(self, sort: Sort) -> "Asked":
        """Ask for another order, from the first page."""
        return replace(self, sort=sort, page=1)

    def narrowed_to(self, narrowing: Narrowing) -> "Asked":
        """Ask for what is narrowed otherwise, from the first page."""
        return replace(self, narrowing=narrowing, page=1)

    def with_more(self, kind: FacetKind) -> "Asked":
        """Ask for more values of a kind."""
        return replace(self, more=kind)

    def with_query(self, query: str) -> "Asked":
        """Ask for something else, narrowed and ordered the same."""
        return replace(self, query=query, page=1)


def read_address(arguments: MultiDict[str, str]) -> Asked:
    """Read what is asked for; what cannot be read is left out."""
    chosen: dict[FacetKind, tuple[str, ...]] = {}
    for kind in FacetKind:
        values = [value[:_MAX_VALUE] for value in arguments.getlist(kind.value) if value.strip()]
        if values:
            chosen[kind] = tuple(dict.fromkeys(values))[:_MOST_CHOSEN]
    sort, more = arguments.get("sort", ""), arguments.get("more", "")
    return Asked(
        query=" ".join(arguments.get("q", "").split()),
        narrowing=Narrowing(chosen=chosen),
        sort=Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
        page=read_page(arguments.get("page", "")) or 1,
        more=FacetKind(more) if more in set(FacetKind) else None,
        kept=tuple(
            (name, value) for name in _KEPT for value in arguments.getlist(name)[:_MOST_KEPT]
        ),
    )


def read_page(text: str) -> int | None:
    """Read a page's number from an address; None when it is none."""
    try:
        page = int(text)
    except ValueError:
        return None
    return page if 1 <= page <= MAX_PAGE else None
