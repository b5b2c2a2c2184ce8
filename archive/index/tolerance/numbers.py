"""One number in digits and in words, English and French, with its unit. Pure.

`19`, `nineteen` and `dix-neuf` are one, and so are `2.4 mg` and `two point four milligrams`.
Texts are runs of folded tokens, as `analysis.tokenize` cuts them: a decimal is two runs of
digits. Digits of other scripts are folded to these before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

_LARGEST = 9_999
_MOST_DECIMALS = 3
_YEARS = range(1_100, 2_100)
_HUNDRED, _THOUSAND = 100, 1_000
_TEENS = 20

_EN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_EN_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FR = (
    "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize",
)  # fmt: skip
_FR_TENS = ("vingt", "trente", "quarante", "cinquante", "soixante")

_UNITS = (
    "mg milligram milligrams milligramme milligrammes",
    "mcg microgram micrograms microgramme microgrammes ug",
    "kg kilogram kilograms kilogramme kilogrammes kilo kilos",
    "g gram grams gramme grammes",
    "ml millilitre millilitres milliliter milliliters mls",
    "dl decilitre decilitres deciliter deciliters",
    "l litre litres liter liters",
    "mm millimetre millimetres millimeter millimeters",
    "cm centimetre centimetres centimeter centimeters",
    "km kilometre kilometres kilometer kilometers",
    "percent pct pourcent",
)

UNSPOKEN = ("percent",)
"""Units whose sign is no word: 95 %."""

_POINTS = ("point", "virgule", "virgula", "comma")
"""What is said between a number and its decimals."""

Run = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a run of tokens, and its unit if it has one."""

    first: int
    last: int
    """Both included."""
    whole: int
    decimals: str = ""
    unit: str = ""
    """The first of its spellings; empty for none."""


def find_quantities(tokens: Sequence[str]) -> Iterator[Quantity]:
    """Find the numbers in a run of tokens, longest readings first, none overlapping."""
    at = 0
    while at < len(tokens):
        found = _read(tokens, at)
        if found is None:
            at += 1
            continue
        yield found
        at = found.last + 1


def write_quantity(quantity: Quantity) -> tuple[tuple[Run, ...], Run]:
    """Return the ways the number is written and said, and all names of its unit."""
    units = next((line.split() for line in _UNITS if line.split()[0] == quantity.unit), [])
    return _write_number(quantity.whole, quantity.decimals), tuple(units)


def _write_number(whole: int, decimals: str) -> tuple[Run, ...]:
    if not decimals:
        return tuple(dict.fromkeys([(str(whole),), *_say_english(whole), *_say_french(whole)]))
    digits = [int(digit) for digit in decimals]
    english = [
        (*said, "point", *(_EN[digit] for digit in digits)) for said in _say_english(whole)[:1]
    ]
    french = [
        (*said, "virgule", *tail)
        for said in _say_french(whole)[:1]
        for tail in _say_french(int(decimals))[:1]
        if not decimals.startswith("0")
    ]
    # Recognizers write digits and what was said between them: `2 point 4`.
    half_said = [(str(whole), point, decimals) for point in _POINTS]
    return ((str(whole), decimals), *english, *french, *half_said)


def _read(tokens: Sequence[str], at: int) -> Quantity | None:
    """Read the number that begins at a token."""
    token = tokens[at]
    if token.isdecimal():
        if len(token) > len(str(_LARGEST)):
            return None
        whole, after = int(token), at + 1
        said_between = after + 1 < len(tokens) and tokens[after] in _POINTS
        at_decimals = after + said_between
        decimals = ""
        if (
            at_decimals < len(tokens)
            and tokens[at_decimals].isdecimal()
            and len(tokens[at_decimals]) <= _MOST_DECIMALS
        ):
            decimals, after = tokens[at_decimals], at_decimals + 1
    else:
        said = _longest_said(tokens, at)
        if said is None:
            return None
        whole, after = said
        decimals = ""
        if after < len(tokens) and tokens[after] in _POINTS:
            decimals, after = _read_decimals(tokens, after)
    unit = ""
    if after < len(tokens):
        unit = _unit(tokens[after])
        after += bool(unit)
    return Quantity(at, after - 1, whole, decimals, unit)


def _read_decimals(tokens: Sequence[str], at: int) -> tuple[str, int]:
    """Read what is said after `point`; nothing where it is no number."""
    digits = ""
    after = at + 1
    while after < len(tokens) and len(digits) < _MOST_DECIMALS and tokens[after] in _EN[:10]:
        digits += str(_EN.index(tokens[after]))
        after += 1
    if digits:
        return digits, after
    said = _longest_said(tokens, at + 1)
    return (str(said[0]), said[1]) if said else ("", at)


def _unit(token: str) -> str:
    for line in _UNITS:
        names = line.split()
        if token in names:
            return names[0]
    return ""


def _longest_said(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """Return the number said from a token on, and the place after it."""
    said = _numbers_said()
    for length in range(min(6, len(tokens) - at), 0, -1):
        value = said.get(tuple(tokens[at : at + length]))
        if value is not None:
            return value, at + length
    return None


@lru_cache(maxsize=1)
def _numbers_said() -> dict[Run, int]:
    """Every number up to a thousand, the years and round ones, by what is said."""
    values = [*range(_THOUSAND + 1), *_YEARS, *range(_THOUSAND, _LARGEST, 500)]
    said: dict[Run, int] = {}
    for value in values:
        for run in (*_say_english(value), *_say_french(value)):
            said.setdefault(run, value)
    return said


@lru_cache(maxsize=4_000)
def _say_english(value: int) -> tuple[Run, ...]:
    if value > _LARGEST:
        return ()
    if value < _TEENS:
        return ((_EN[value],),)
    if value < _HUNDRED:
        tens = _EN_TENS[value // 10 - 2]
        return ((tens, _EN[value % 10]),) if value % 10 else ((tens,),)
    forms: list[Run] = []
    for size, name in ((_THOUSAND, "thousand"), (_HUNDRED, "hundred")):
        if value >= size:
            head = (*_say_english(value // size)[0], name)
            rest = value % size
            tails = _say_english(rest) if rest else ((),)
            forms += [(*head, *tail) for tail in tails[:1]]
            forms += [(*head, "and", *tail) for tail in tails[:1] if rest and rest < _HUNDRED]
            break
    if value in _YEARS and value % _HUNDRED > _EN.index("nine"):
        forms.append((*_say_english(value // _HUNDRED)[0], *_say_english(value % _HUNDRED)[0]))
    return tuple(forms)


@lru_cache(maxsize=4_000)
def _say_french(value: int) -> tuple[Run, ...]:
    if value > _LARGEST:
        return ()
    if value < len(_FR):
        return ((_FR[value],),) if value != 1 else (("un",), ("une",))
    if value < _TEENS:
        return (("dix", _FR[value - 10]),)
    if value < _HUNDRED:
        return (_french_tens(value),)
    size, name = (_THOUSAND, "mille") if value >= _THOUSAND else (_HUNDRED, "cent")
    head: Run = (name,) if value // size == 1 else (*_say_french(value // size)[0], name)
    rest = value % size
    if rest:
        return ((*head, *_say_french(rest)[0]),)
    return (head,) if len(head) == 1 or name == "mille" else (head, (*head[:-1], "cents"))


def _french_tens(value: int) -> Run:
    if value >= 80:  # noqa: PLR2004 - quatre-vingts
        rest = value - 80
        return ("quatre", "vingt", *_say_french(rest)[0]) if rest else ("quatre", "vingts")
    if value >= 60:  # noqa: PLR2004 - soixante-dix
        rest = value - 60
        joined: Run = ("et",) if rest in (1, 11) else ()
        return ("soixante", *joined, *_say_french(rest)[0]) if rest else ("soixante",)
    tens, rest = _FR_TENS[value // 10 - 2], value % 10
    if rest == 1:
        return (tens, "et", "un")
    return (tens, *_say_french(rest)[0]) if rest else (tens,)
