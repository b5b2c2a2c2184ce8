"""Where dates and numbers end, written or said. Pure."""

import re
from collections.abc import Sequence

from archive.privacy.tokens import Ears, Token

_NUMERIC_DATE = re.compile(r"^\d{1,4}[./-]\d{1,2}[./-]\d{2,4}$")
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_DAY = re.compile(r"^\d{1,2}(?:st|nd|rd|th|er)?$")
_GROUPED = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
_NUMBER_LIKE = re.compile(r"^[A-Za-z]{0,4}[-/]?\d[\d/-]*[A-Za-z]?$")
_DIGITS_ONLY = re.compile(r"^\+?\(?\d[\d()-]*$")


def date_end(tokens: Sequence[Token], at: int, ears: Ears) -> int:
    """Return where a date that begins at a word ends; 0: none does."""
    here = tokens[at]
    if _NUMERIC_DATE.match(here.bare) or _YEAR.match(here.bare):
        return at + 1
    near = tokens[at : at + 6]
    has_month = any(token.folded in ears.months for token in near[:4])
    if not (has_month and (_DAY.match(here.folded) or here.folded in ears.months)):
        return 0
    for offset, token in enumerate(near):
        if _YEAR.match(token.bare):
            return at + offset + 1
    last = max(offset for offset, token in enumerate(near[:4]) if token.folded in ears.months)
    following = at + last + 1
    if following < len(tokens) and _DAY.match(tokens[following].folded):
        return following + 1
    return following


def number_end(tokens: Sequence[Token], at: int, ears: Ears) -> int:
    """Return where a run of digits, written or said, ends; `at`: none begins there."""
    end = at
    while end < len(tokens):
        token = tokens[end]
        written = (
            _NUMBER_LIKE.match(token.bare) or _DIGITS_ONLY.match(token.bare)
        ) and not _GROUPED.match(token.bare)
        if not written and token.folded not in ears.digits:
            break
        end += 1
        if token.ends or token.word.text.rstrip()[-1:] in ",;:":
            break
    return end


def count_digits(tokens: Sequence[Token], ears: Ears) -> int:
    """Count the digits of a number that is written or said."""
    return sum(
        1 if token.folded in ears.digits else sum(map(str.isdigit, token.bare)) for token in tokens
    )
