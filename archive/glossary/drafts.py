"""Checking what a person or a file gives as a term. Pure."""

from collections.abc import Iterable

from archive.errors import InvalidInputError
from archive.glossary.fields import check_spelling, read_source
from archive.glossary.values import Draft, Kind
from archive.glossary.wording import one_line
from archive.language import is_known

MAX_SPELLINGS = 40
SEPARATOR = "|"
"""Between the spellings of one cell."""


def read_draft(
    *,
    term: str,
    language: str = "",
    kind: str = "",
    variants: Iterable[str] = (),
    sounds_like: Iterable[str] = (),
    source: str = "",
) -> Draft:
    """Check a term and everything that is said about it.

    Raises:
        InvalidInputError: names the field, what is wrong, and what it takes.
    """
    term = _spelling("term", term)
    if not term:
        raise InvalidInputError("The term is empty; write the word or words as they should stand.")
    language = language.strip().lower()
    if language and not is_known(language):
        raise InvalidInputError(
            f"{language!r} is not a language code the speech model knows; use one such as en or "
            "fr, or leave it empty for a name that is the same in every language."
        )
    kind = kind.strip().lower()
    if kind not in set(Kind):
        kinds = ", ".join(known for known in Kind if known)
        raise InvalidInputError(f"{kind!r} is not a kind of term; use one of {kinds}, or nothing.")
    return Draft(
        term=term,
        language=language,
        kind=Kind(kind),
        variants=_spellings("variant", variants, besides=term),
        sounds_like=_spellings("sounds-like", sounds_like, besides=term),
        source=read_source(source),
    )


def split_spellings(text: str) -> tuple[str, ...]:
    """Read spellings given one a line, or with `|` between them."""
    pieces = text.replace("\n", SEPARATOR).split(SEPARATOR)
    return tuple(piece for piece in map(one_line, pieces) if piece)


def _spellings(name: str, given: Iterable[str], *, besides: str) -> tuple[str, ...]:
    """Check each, and drop the term itself and what is said twice."""
    checked = (_spelling(name, text) for text in given)
    kept = tuple(dict.fromkeys(text for text in checked if text and text != besides))
    if len(kept) > MAX_SPELLINGS:
        raise InvalidInputError(
            f"{besides!r} has {len(kept)} of {name}; it may have {MAX_SPELLINGS}."
        )
    return kept


def _spelling(name: str, text: str) -> str:
    text = one_line(text)
    if SEPARATOR in text:
        raise InvalidInputError(f"The {name} {text!r} may not hold a {SEPARATOR!r}.")
    if text:
        check_spelling(name, text)
    return text
