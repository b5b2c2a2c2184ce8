"""What someone who begins to type a search may mean: names from the index, terms known here.

Nothing is offered that cannot be found by who asks: a term only where something visible holds it.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from archive.glossary.wording import fold_term
from archive.index import Audience, Completion, SearchIndex
from archive.index.query import quote
from archive.models import GlossaryTerm, ThesaurusLabel
from archive.permissions import Actor
from archive.recordings import audience_of

MOST = 8
SHORTEST = 2
_TERM = "term"
_MOST_TERMS = 3
_MOST_READ = 2_000
"""Terms of a table that begin with two letters; 700 of those that come with the archive."""
_MAX_TITLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One thing that may be meant."""

    kind: str
    """`title`, `collection`, `speaker`, `subject` or `term`."""
    text: str
    """To be shown."""
    query: str
    """To be searched for."""


def complete_query(
    session: Session, index: SearchIndex, text: str, *, actor: Actor
) -> tuple[Offered, ...]:
    """Offer what may be meant by the beginning of a search, at most `MOST`.

    Raises:
        SearchIndexError: the index is damaged.
    """
    typed = " ".join(text.split())
    if len(fold_term(typed)) < SHORTEST:
        return ()
    audience = audience_of(session, actor)
    terms = _terms(session, index, typed, audience)
    names = index.complete(typed, audience=audience)
    return (*terms, *map(_offer, names))[:MOST]


def _terms(
    session: Session, index: SearchIndex, typed: str, audience: Audience
) -> tuple[Offered, ...]:
    """Offer terms of the glossary that begin as the text, or as its last word, does."""
    head, _, last = typed.rpartition(" ")
    for before, beginning in ("", typed), (head, last):
        folded = fold_term(beginning)
        if len(folded) < SHORTEST or (before == "" and beginning != typed):
            continue
        known = _known(session, folded)
        found = index.occurring(known, audience=audience)
        if found:
            texts = [f"{before} {term}".strip() for term in found[:_MOST_TERMS]]
            return tuple(Offered(kind=_TERM, text=text, query=text) for text in texts)
    return ()


def _known(session: Session, folded: str) -> tuple[str, ...]:
    """Return terms of the glossary and names of the thesaurus that begin so; each once."""
    terms: dict[str, str] = {}
    for table in (GlossaryTerm, ThesaurusLabel):
        rows = session.execute(
            select(table.folded, table.term)
            .where(table.folded.startswith(folded, autoescape=True))
            .order_by(table.folded)
            .limit(_MOST_READ)
        )
        for row in rows:
            terms.setdefault(row.folded, row.term)
    return tuple(terms[key] for key in sorted(terms))


def _offer(name: Completion) -> Offered:
    text = name.text
    if len(text) > _MAX_TITLE:
        text = f"{text[:_MAX_TITLE].rsplit(' ', 1)[0]}…"
    field = "in" if name.kind == "collection" else name.kind
    return Offered(kind=name.kind, text=text, query=f"{field}:{quote(text.rstrip('…'))}")
