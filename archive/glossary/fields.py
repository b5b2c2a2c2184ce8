"""Checks of what people give for a term, here and in the thesaurus. Pure."""

from archive.errors import InvalidInputError
from archive.glossary.wording import fold_term, one_line

MAX_TERM = 200
MAX_SOURCE = 200


def check_spelling(name: str, text: str) -> None:
    """Check the length of a spelling, and that it begins as a word does.

    Raises:
        InvalidInputError: names what it is a spelling of, and what is wrong.
    """
    if len(text) > MAX_TERM:
        raise InvalidInputError(
            f"The {name} {text[:30]!r}… has {len(text)} characters; it may have {MAX_TERM}."
        )
    # A spreadsheet takes what begins with =, +, - or @ for a formula, and runs it.
    if not (text[0].isalnum() and fold_term(text)):
        raise InvalidInputError(f"The {name} {text!r} must begin with a letter or a digit.")


def read_source(text: str) -> str:
    """Read who or what a term came from; empty: nobody said.

    Raises:
        InvalidInputError: it is too long, or begins as a formula does.
    """
    source = one_line(text)
    if len(source) > MAX_SOURCE:
        raise InvalidInputError(
            f"The source has {len(source)} characters; it may have {MAX_SOURCE}."
        )
    if source and not source[0].isalnum():
        raise InvalidInputError(f"The source {source[:20]!r} must begin with a letter or a digit.")
    return source
