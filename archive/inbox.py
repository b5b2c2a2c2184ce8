"""The watched folder's rules: which files belong together, what their sidecars say. Pure.

    session.mp4                  a recording
    session.json or .yaml        its description     (also session.mp4.json)
    session.vtt or .srt          its captions        (also session.mp4.vtt)

`worker.inbox` looks into the folder and does what is decided here.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

import yaml

from archive.deposits import Description, read_description
from archive.errors import InvalidInputError

SIDECARS = (".json", ".yaml", ".yml")
CAPTIONS = (".vtt", ".srt")
_PARTIAL = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".swp", "~")
"""What programs call a file that they have not finished."""
_TEXTS = ("title", "recorded_on", "language", "description", "collection", "speakers", "subjects")
_OTHER_NAMES = {"date": "recorded_on", "event_date": "recorded_on", "tags": "subjects"}
_MAX_SIDECAR = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A recording's file and what goes with it, by name."""

    recording: str
    sidecar: str | None = None
    captions: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(name for name in (self.recording, self.sidecar, self.captions) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """What a sidecar says."""

    description: Description
    publish: bool = False
    depositor: str = ""
    """The email address of the account it is deposited for; empty: the operator's."""


def is_waited_for(name: str) -> bool:
    """Tell whether a name is that of a hidden or an unfinished file, which is left alone."""
    return name.startswith((".", "~")) or name.casefold().endswith(_PARTIAL)


def group_files(names: Iterable[str]) -> tuple[tuple[Group, ...], tuple[str, ...]]:
    """Find the recordings among files, each with what goes with it; and sidecars of none.

    Names that are left alone must not be among them.
    """
    beside = {name for name in names if PurePath(name).suffix.casefold() in (*SIDECARS, *CAPTIONS)}
    recordings = sorted(set(names) - beside)
    groups = tuple(
        Group(
            recording=name,
            sidecar=_beside(name, beside, SIDECARS),
            captions=_beside(name, beside, CAPTIONS),
        )
        for name in recordings
    )
    used = {name for group in groups for name in group.names}
    return groups, tuple(sorted(beside - used))


def read_sidecar(content: bytes, *, name: str) -> Sidecar:
    """Read a sidecar in JSON or YAML.

    Raises:
        InvalidInputError: names the file, the place, and what is wrong.
    """
    if len(content) > _MAX_SIDECAR:
        raise InvalidInputError(f"{name} is too long for a description; it may have 256 kB.")
    said = _parse(content, name)
    if not isinstance(said, Mapping):
        raise InvalidInputError(f"{name} must hold fields, such as “title: Malaria in pregnancy”.")
    texts: dict[str, str] = {}
    flags = {"publish": False, "translate": False}
    depositor = ""
    for key, value in said.items():
        field = _OTHER_NAMES.get(str(key).casefold(), str(key).casefold())
        if field in flags:
            if not isinstance(value, bool):
                raise InvalidInputError(f"{name}: {key} must be true or false.")
            flags[field] = value
        elif field in _TEXTS:
            texts[field] = _text(value, f"{name}: {key}")
        elif field == "depositor":
            depositor = _text(value, f"{name}: {key}")
        else:
            known = ", ".join((*_TEXTS, *flags, "depositor"))
            raise InvalidInputError(f"{name}: there is no field {str(key)!r}; there are {known}.")
    try:
        description = read_description(
            title=texts.get("title", ""),
            recorded_on=texts.get("recorded_on", ""),
            language=texts.get("language", ""),
            description=texts.get("description", ""),
            collection=texts.get("collection", ""),
            speakers=texts.get("speakers", ""),
            subjects=texts.get("subjects", ""),
            translate=flags["translate"],
        )
    except InvalidInputError as exc:
        raise InvalidInputError(f"{name}: {exc}") from exc
    return Sidecar(description=description, publish=flags["publish"], depositor=depositor)


def _parse(content: bytes, name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        text = content.decode("utf-8-sig")
        if name.casefold().endswith(".json"):
            return json.loads(text)
        return yaml.safe_load(text) or {}
    except UnicodeDecodeError as exc:
        raise InvalidInputError(f"{name} is not UTF-8 text.") from exc
    except json.JSONDecodeError as exc:
        raise InvalidInputError(f"{name}, line {exc.lineno}: {exc.msg}.") from exc
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        what = getattr(exc, "problem", None) or "it cannot be read"
        raise InvalidInputError(f"{name}{place}: {what}.") from exc
    except RecursionError as exc:
        raise InvalidInputError(f"{name} is nested too deeply to be a description.") from exc


def _text(value: object, place: str) -> str:
    """Write a value as a person would have typed it; lists a value a line."""
    match value:
        case None:
            return ""
        case str():
            return value
        case date():
            return value.isoformat()[:10]
        case list() if all(isinstance(one, str) for one in value):
            return "\n".join(value)
        case bool() | Mapping() | list():
            raise InvalidInputError(f"{place} must be a text, or a list of texts.")
        case _:
            return str(value)


def _beside(name: str, beside: Iterable[str], endings: tuple[str, ...]) -> str | None:
    """Find the file of one of the endings that goes with a recording's."""
    by_name = {one.casefold(): one for one in sorted(beside)}
    stem = PurePath(name).stem
    for base in (name, stem):
        for ending in endings:
            if found := by_name.get(f"{base}{ending}".casefold()):
                return found
    return None
