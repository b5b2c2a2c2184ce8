"""Checking what a person or a file gives as a label. Pure."""

import re

from archive.errors import InvalidInputError
from archive.glossary.fields import check_spelling, read_source
from archive.glossary.wording import fold_term, one_line
from archive.language import is_known
from archive.thesaurus.values import Label

MAX_CONCEPT = 100
MAX_WORDS = 12
"""Search looks for a label's tokens side by side; a character of Chinese is one."""

_CONCEPT = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MESH = re.compile(r"[DC]\d{6,9}")
_YES = {"yes": True, "true": True, "1": True, "": False, "no": False, "false": False, "0": False}


def read_label(
    *,
    concept: str,
    language: str,
    term: str,
    preferred: str = "",
    mesh: str = "",
    source: str = "",
) -> Label:
    """Check a label and everything that is said about it.

    Raises:
        InvalidInputError: names the field, what is wrong, and what it takes.
    """
    term = _read_term(term)
    concept = one_line(concept).lower()
    if not _CONCEPT.fullmatch(concept) or len(concept) > MAX_CONCEPT:
        raise InvalidInputError(
            f"{concept[:40]!r} is no id of a concept; use up to {MAX_CONCEPT} small letters, "
            "digits and hyphens, such as high-blood-pressure."
        )
    language = language.strip().lower()
    if not is_known(language):
        raise InvalidInputError(
            f"{language!r} is not a language code the archive knows; use one such as en or fr."
        )
    answer = preferred.strip().lower()
    if answer not in _YES:
        raise InvalidInputError(f"preferred is {answer[:20]!r}; write yes, or nothing.")
    return Label(
        concept=concept,
        language=language,
        term=term,
        preferred=_YES[answer],
        mesh=read_mesh(mesh),
        source=read_source(source),
    )


def read_mesh(text: str) -> str:
    """Check the id of a MeSH heading; nothing is fine.

    Raises:
        InvalidInputError: says what one looks like.
    """
    mesh = text.strip().upper()
    if mesh and not _MESH.fullmatch(mesh):
        raise InvalidInputError(
            f"{mesh[:20]!r} is no unique id of a MeSH heading; it looks like D006973."
        )
    return mesh


def concept_of(term: str) -> str:
    """Make the id of a concept from a name of it; empty where it has no Latin letters."""
    plain = fold_term(term.replace("’", "").replace("'", ""))  # noqa: RUF001 - apostrophes
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:MAX_CONCEPT].strip("-")


def _read_term(text: str) -> str:
    term = one_line(text)
    if not term:
        raise InvalidInputError("The term is empty; write the word or words people say.")
    check_spelling("term", term)
    words = len(fold_term(term).split())
    if words > MAX_WORDS:
        raise InvalidInputError(
            f"The term {term[:30]!r}… has {words} words; search takes {MAX_WORDS}."
        )
    return term
