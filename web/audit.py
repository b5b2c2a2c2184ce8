"""The audit log: for administrators all of it, for who looks after a recording its history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.accounts import KIND as ACCOUNT
from archive.audit import (
    RECORDING,
    TRANSCRIPT,
    AuditFilter,
    AuditPage,
    Change,
    Entry,
    audit_kinds,
    audit_people,
    read_audit,
    read_history,
)
from archive.errors import InvalidInputError
from archive.permissions import Action, may
from archive.recordings import get_recording
from web.actor import current_actor
from web.parts import current_parts
from web.search_address import read_page

_PAGE_SIZE = 50
_OBJECT_PAGES: Mapping[str, tuple[str, str]] = {
    RECORDING: ("recordings.watch", "recording_id"),
    TRANSCRIPT: ("editing.versions", "recording_id"),
}
"""The page of an object, by kind, and what its route calls the number."""

blueprint = Blueprint("audit", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """An entry as a page shows it."""

    entry: Entry
    at: datetime
    who: str
    what: str
    """What was changed, after what was done."""
    href: str | None
    """The page of what was changed."""
    changes: tuple[tuple[str, str, str], ...]
    """Name, before and after, in words; empty where there is none."""


@blueprint.get("/audit")
def index() -> ResponseReturnValue:
    """Show the log: `?person= &kind= &object= &day= &page=`."""
    actor = current_actor()
    page = read_page(request.args.get("page", "")) or 1
    wanted = AuditFilter(
        account_id=_number("person"),
        kind=request.args.get("kind") or None,
        object_id=_number("object"),
        day=_day(),
    )
    with current_parts().database.read() as session:
        found = read_audit(
            session,
            actor=actor,
            wanted=wanted,
            limit=_PAGE_SIZE,
            offset=(page - 1) * _PAGE_SIZE,
        )
        people, kinds = audit_people(session, actor=actor), audit_kinds(session, actor=actor)
    kept = {name: value for name, value in request.args.items() if name != "page" and value}
    return render_template(
        "audit/index.html",
        lines=_lines(found),
        total=found.total,
        page=page,
        pages=-(-found.total // _PAGE_SIZE),
        people=people,
        kinds=kinds,
        wanted=wanted,
        address=lambda number: url_for("audit.index", **{**kept, "page": number}),
    )


@blueprint.get("/recordings/<int:recording_id>/history")
def history(recording_id: int) -> ResponseReturnValue:
    """Show what was done to a recording."""
    parts, actor = current_parts(), current_actor()
    page = read_page(request.args.get("page", "")) or 1
    with parts.database.read() as session:
        found = read_history(
            session,
            recording_id,
            actor=actor,
            limit=_PAGE_SIZE,
            offset=(page - 1) * _PAGE_SIZE,
        )
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
    return render_template(
        "audit/history.html",
        recording=recording,
        lines=_lines(found),
        total=found.total,
        page=page,
        pages=-(-found.total // _PAGE_SIZE),
        reads_all=may(actor, Action.READ_AUDIT),
        address=lambda number: url_for("audit.history", recording_id=recording_id, page=number),
    )


def _lines(page: AuditPage) -> list[EntryLine]:
    return [
        EntryLine(
            entry=entry,
            at=entry.at,
            who=entry.account_name or "the archive",
            what=_what(entry),
            href=_href(entry),
            changes=tuple(line for one in entry.changes if any((line := _tell(one))[1:])),
        )
        for entry in page.entries
    ]


def _what(entry: Entry) -> str:
    """Name what was changed; whoever changed their own account is named already."""
    if entry.object_id is None:
        return "" if entry.kind == ACCOUNT else entry.kind
    own = entry.kind == ACCOUNT and entry.object_id == entry.account_id
    return f"{'· ' if own else ''}{entry.kind} {entry.object_id}"


def _href(entry: Entry) -> str | None:
    if entry.kind not in _OBJECT_PAGES or entry.object_id is None:
        return None
    endpoint, name = _OBJECT_PAGES[entry.kind]
    return url_for(endpoint, **{name: entry.object_id})  # type: ignore[arg-type]


def _tell(change: Change) -> tuple[str, str, str]:
    return change.name.replace("_", " "), _words(change.before), _words(change.after)


def _words(value: object) -> str:
    """Write a value of the log for people; empty for none."""
    match value:
        case None | "" | [] | {}:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(_words(one) for one in value)
        case dict():
            return "; ".join(f"{name}: {_words(one)}" for name, one in value.items())
        case _:
            return str(value)


def _number(name: str) -> int | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 - what a database holds
        raise InvalidInputError(f"{name} must be a number.")
    return int(text)


def _day() -> date | None:
    text = request.args.get("day", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise InvalidInputError(f"{text!r} is not a day; write it as 2026-03-02.") from exc
