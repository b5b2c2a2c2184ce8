"""Reading addresses, ORCIDs, DOIs and the like: checked, and brought into one form. Pure."""

import re
from urllib.parse import urlsplit

from archive.describing.values import Identifier
from archive.errors import InvalidInputError
from archive.models import IdentifierKind

MAX_URL = 2_000
MAX_VALUE = 300
_ORCID = re.compile(r"(?:https?://)?(?:www\.)?(?:orcid\.org/)?([\dXx -]{16,23})")
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
_HANDLE = re.compile(r"(?:https?://hdl\.handle\.net/|hdl:\s*)?([\d.]+/\S+)", re.IGNORECASE)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(:\d+)?(/|$)")
_ORCID_DIGITS = 16
_ISBN_SHORT, _ISBN_LONG = 10, 13


def read_orcid(typed: str) -> str:
    """Read an ORCID, or its address; empty stays empty.

    Raises:
        InvalidInputError: it is none, or a digit is wrong (ISO 7064, 11-2).
    """
    typed = typed.strip()
    if not typed:
        return ""
    match = _ORCID.fullmatch(typed)
    digits = re.sub(r"[ -]", "", match[1]).upper() if match else ""
    if len(digits) != _ORCID_DIGITS or not digits[:-1].isdecimal():
        raise InvalidInputError(
            f"“{typed[:60]}” is no ORCID; it has 16 digits, as 0000-0002-1825-0097, "
            "or leave it empty."
        )
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):  # noqa: PLR2004 - X is ten
        raise InvalidInputError(
            f"A digit of the ORCID “{typed[:60]}” is wrong; copy it from orcid.org again."
        )
    return "-".join(digits[at : at + 4] for at in range(0, _ORCID_DIGITS, 4))


def read_url(typed: str) -> str:
    """Read the address of a page; `www.who.int` gets its https://.

    Raises:
        InvalidInputError: it is none.
    """
    url = typed.strip()
    if "://" not in url and _HOST.match(url):
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        fits = False
    if not fits or re.search(r"\s", url):
        raise InvalidInputError(
            f"“{typed[:60]}” is no address of a page; it begins with https:// and has no spaces."
        )
    if len(url) > MAX_URL:
        raise InvalidInputError(f"The address may have {MAX_URL} characters.")
    return url


def read_identifier(kind: str, typed: str) -> Identifier:
    """Read an identifier; a DOI is known without its kind.

    Raises:
        InvalidInputError: says what is wrong and what to do.
    """
    kind, value = kind.strip().lower(), " ".join(typed.split())
    if not value:
        raise InvalidInputError("An identifier is empty; write it, or empty the row.")
    if not kind:
        kind = IdentifierKind.DOI if _DOI.fullmatch(value) else IdentifierKind.OTHER
    if kind not in set(IdentifierKind):
        raise InvalidInputError(
            f"“{kind[:40]}” is no kind of identifier; they are {', '.join(IdentifierKind)}."
        )
    match IdentifierKind(kind):
        case IdentifierKind.DOI:
            value = _read_doi(value)
        case IdentifierKind.HANDLE:
            value = _read_handle(value)
        case IdentifierKind.ISBN:
            value = _read_isbn(value)
        case _:
            pass
    if len(value) > MAX_VALUE:
        raise InvalidInputError(f"An identifier may have {MAX_VALUE} characters.")
    return Identifier(kind=IdentifierKind(kind), value=value)


def _read_doi(typed: str) -> str:
    match = _DOI.fullmatch(typed)
    if match is None:
        raise InvalidInputError(
            f"“{typed[:60]}” is no DOI; it looks like 10.1234/abc or https://doi.org/10.1234/abc."
        )
    # DOIs are the same whatever their case (DOI Handbook, 2.4).
    return match[1].lower()


def _read_handle(typed: str) -> str:
    match = _HANDLE.fullmatch(typed)
    if match is None:
        raise InvalidInputError(f"“{typed[:60]}” is no handle; it looks like 10665/331492.")
    return match[1]


def _read_isbn(typed: str) -> str:
    digits = re.sub(r"[\s-]", "", re.sub(r"^isbn[: ]*", "", typed, flags=re.IGNORECASE)).upper()
    if len(digits) == _ISBN_SHORT and re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        total = sum((10 - at) * (10 if c == "X" else int(c)) for at, c in enumerate(digits))
        if total % 11 == 0:
            body = f"978{digits[:-1]}"
            return body + str(-_weigh(body) % 10)
    elif (
        len(digits) == _ISBN_LONG and re.fullmatch(r"[0-9]{13}", digits) and not _weigh(digits) % 10
    ):
        return digits
    raise InvalidInputError(
        f"“{typed[:60]}” is no ISBN: it has 10 or 13 digits, and one may be wrong."
    )


def _weigh(digits: str) -> int:
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
