"""The licences a recording may be under: a short list of codes, names and addresses. Pure."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What may be done with a recording."""

    code: str
    """As kept and exported: an SPDX identifier where there is one."""
    name: str
    url: str


LICENCES = tuple(
    Licence(code=code, name=name, url=url)
    for code, name, url in (
        (
            "CC-BY-4.0",
            "CC BY 4.0: share and adapt, naming who made it",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        (
            "CC-BY-SA-4.0",
            "CC BY-SA 4.0: the same, and what is made of it alike",
            "https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        (
            "CC-BY-NC-4.0",
            "CC BY-NC 4.0: share and adapt, not for profit",
            "https://creativecommons.org/licenses/by-nc/4.0/",
        ),
        (
            "CC-BY-NC-SA-4.0",
            "CC BY-NC-SA 4.0: not for profit, and what is made of it alike",
            "https://creativecommons.org/licenses/by-nc-sa/4.0/",
        ),
        (
            "CC-BY-ND-4.0",
            "CC BY-ND 4.0: share as it is",
            "https://creativecommons.org/licenses/by-nd/4.0/",
        ),
        (
            "CC-BY-NC-ND-4.0",
            "CC BY-NC-ND 4.0: share as it is, not for profit",
            "https://creativecommons.org/licenses/by-nc-nd/4.0/",
        ),
        (
            "CC-BY-3.0-IGO",
            "CC BY 3.0 IGO: of an intergovernmental organisation",
            "https://creativecommons.org/licenses/by/3.0/igo/",
        ),
        (
            "CC-BY-NC-SA-3.0-IGO",
            "CC BY-NC-SA 3.0 IGO: of an intergovernmental organisation, not for profit",
            "https://creativecommons.org/licenses/by-nc-sa/3.0/igo/",
        ),
        (
            "CC0-1.0",
            "CC0 1.0: no rights reserved",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        ("InC", "All rights reserved", "https://rightsstatements.org/vocab/InC/1.0/"),
    )
)
_BY_CODE = MappingProxyType({licence.code: licence for licence in LICENCES})


def licence_of(code: str) -> Licence | None:
    """Return the licence of a code; None where there is none of it."""
    return _BY_CODE.get(code)


def find_licence(typed: str) -> Licence | None:
    """Find the licence that someone means: by its code, name or address, `CC BY 4.0` too."""
    wanted = _squeezed(typed)
    for licence in LICENCES:
        short = licence.name.partition(":")[0]
        if wanted in (_squeezed(licence.code), _squeezed(short), _squeezed(licence.url)):
            return licence
    return None


def _squeezed(text: str) -> str:
    bare = text.strip().lower().removeprefix("https://").removeprefix("http://")
    return "".join(c for c in bare if c.isalnum())
