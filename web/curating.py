"""Where librarians curate: the list of recordings, changing many at once, CSV, and people.

Everything works without a script. A change of many is shown first, recording by recording, and then
done in one transaction.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.collections import list_collections
from archive.describing.bulk import (
    MOST_AT_ONCE,
    Edit,
    Operation,
    Plan,
    carry_out,
    plan_edits,
    read_edit,
)
from archive.describing.choice import Choice, Missing, list_choice
from archive.describing.exchange import export_csv, import_csv, plan_csv
from archive.describing.values import LABELS, LISTS, Field
from archive.errors import InvalidInputError
from archive.models import Publication
from archive.people import (
    change_person,
    get_person,
    list_people,
    merge_people,
    recordings_of,
    remove_person,
    similar_people,
)
from archive.permissions import Action, require
from web.actor import current_actor
from web.csv_exchange import csv_answer, is_confirmed, pack, read_content
from web.form_token import check_form_token
from web.parts import current_parts

_PAGE_SIZE = 100
_PEOPLE_SIZE = 100
_ROWS = 3
_DIGITS = 9
"""Of the largest number a column holds."""
_SHOWN = 200
"""Recordings told of in a preview; the rest is counted."""
MAX_CSV_BYTES = 8 * 1024**2
"""On the page; the command takes more."""
_STATES = (
    Publication.DRAFT,
    Publication.REVIEW,
    Publication.PUBLISHED,
    Publication.WITHDRAWN,
)
_HELP: Mapping[Field, str] = MappingProxyType(
    {
        Field.TITLE: "one line",
        Field.DESCRIPTION: "any text",
        Field.RECORDED_ON: "year-month-day, as 2020-04-16",
        Field.PEOPLE: "one a line: name | role | organisation | ORCID",
        Field.ORGANISATION: "one line",
        Field.COLLECTIONS: "a title a line, the main one first",
        Field.SUBJECTS: "one a line",
        Field.LANGUAGES: "a code or a name a line, the main one first",
        Field.LICENCE: "a code, as CC-BY-4.0",
        Field.RIGHTS: "any text",
        Field.LINKS: "one a line: address | what it is",
        Field.IDENTIFIERS: "one a line: kind | value, as doi | 10.1234/abc",
    }
)

blueprint = Blueprint("curating", __name__, url_prefix="/curate")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List recordings, narrowed by `q`, `state`, `collection` and `missing`."""
    return _list_page()


@blueprint.post("/change")
def change() -> ResponseReturnValue:
    """Change chosen recordings: ask what, show what that would do, and with `confirmed` do it."""
    parts, actor = current_parts(), current_actor()
    require(actor, Action.CURATE)
    ids = _chosen()
    if not ids:
        return _list_page(error="No recording is chosen. Tick those to change."), 400
    if "preview" not in request.form and "confirmed" not in request.form:
        return _change_page(ids)
    now = parts.clock()
    try:
        edits = _read_edits()
        with parts.database.begin() as session:
            plan = plan_edits(session, ids, edits, actor=actor, now=now)
            agreed = request.form.get("confirmed") == _digest(plan)
            if agreed:
                count = carry_out(session, parts.jobs, plan, actor=actor, now=now)
    except InvalidInputError as exc:
        return _change_page(ids, error=str(exc)), 400
    if not agreed:
        # Also where something changed between the look and the deed.
        return _change_page(ids, plan=plan, meanwhile="confirmed" in request.form)
    noun = "1 recording" if count == 1 else f"{count} recordings"
    flash(f"{noun} changed. The search follows.")
    return redirect(url_for("curating.index", **_query()), 303)


@blueprint.get("/export")
def export() -> ResponseReturnValue:
    """Give what is said of the recordings listed as CSV."""
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        found = list_choice(session, _choice(), actor=actor, limit=0)
        text = export_csv(session, actor=actor, recording_ids=found.ids)
    # The mark makes spreadsheets read it as UTF-8.
    return csv_answer(f"\ufeff{text}", "recordings.csv")


@blueprint.post("/import")
def receive() -> ResponseReturnValue:
    """Tell what a CSV file would change; with `confirmed` do it."""
    parts, actor = current_parts(), current_actor()
    require(actor, Action.CURATE)
    # Larger than other forms; so this view, not the site, looks at the form's token.
    request.max_content_length = 3 * MAX_CSV_BYTES
    request.max_form_memory_size = 3 * MAX_CSV_BYTES
    check_form_token(request.form.get("csrf_token"))
    now = parts.clock()
    try:
        content, file_name = read_content(max_bytes=MAX_CSV_BYTES)
        _check_size(content)
        if is_confirmed():
            with parts.database.begin() as session:
                done = import_csv(session, parts.jobs, content, actor=actor, now=now)
            flash(f"Imported: {len(done.changed)} recordings changed. The search follows.")
            return redirect(url_for("curating.index"), 303)
        with parts.database.read() as session:
            plan = plan_csv(session, content, actor=actor, now=now)
    except InvalidInputError as exc:
        return _list_page(import_error=str(exc)), 400
    page = render_template(
        "curating/import.html",
        plan=plan,
        shown=_SHOWN,
        labels=LABELS,
        file_name=file_name,
        packed=pack(content),
    )
    return page, 400 if plan.refused else 200


@blueprint.get("/people")
def people() -> ResponseReturnValue:
    """List people."""
    text, page = request.args.get("q", "")[:200], max(request.args.get("page", 1, type=int), 1)
    with current_parts().database.read() as session:
        found = list_people(
            session,
            text,
            actor=current_actor(),
            limit=_PEOPLE_SIZE,
            offset=(page - 1) * _PEOPLE_SIZE,
        )
    return render_template(
        "curating/people.html",
        found=found,
        text=text,
        page=page,
        pages=-(-found.total // _PEOPLE_SIZE),
    )


@blueprint.get("/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    """Show someone, to change or merge them."""
    return _person_page(person_id)


@blueprint.post("/people/<int:person_id>")
def save_person(person_id: int) -> ResponseReturnValue:
    """Change what is said of someone."""
    parts, form = current_parts(), request.form
    try:
        with parts.database.begin() as session:
            change_person(
                session,
                parts.jobs,
                person_id,
                name=form.get("name", ""),
                organisation=form.get("organisation", ""),
                orcid=form.get("orcid", ""),
                aliases=form.get("aliases", ""),
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _person_page(person_id, error=str(exc)), 400
    flash("Saved. Their recordings follow.")
    return redirect(url_for("curating.person", person_id=person_id), 303)


@blueprint.post("/people/<int:person_id>/merge")
def merge_person(person_id: int) -> ResponseReturnValue:
    """Merge someone into another, `into`: that one stays."""
    parts = current_parts()
    try:
        into_id = _person_id(request.form.get("into", ""))
        with parts.database.begin() as session:
            kept = merge_people(
                session,
                parts.jobs,
                person_id,
                into_id,
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _person_page(person_id, error=str(exc)), 400
    flash("The two are one now; the other name still leads here.")
    return redirect(url_for("curating.person", person_id=kept.id), 303)


@blueprint.post("/people/<int:person_id>/remove")
def drop_person(person_id: int) -> ResponseReturnValue:
    """Remove someone whom no recording names."""
    parts = current_parts()
    try:
        with parts.database.begin() as session:
            name = remove_person(session, person_id, actor=current_actor(), now=parts.clock())
    except InvalidInputError as exc:
        return _person_page(person_id, error=str(exc)), 400
    flash(f"{name} is removed.")
    return redirect(url_for("curating.people"), 303)


def _list_page(*, error: str = "", import_error: str = "") -> str:
    parts, actor = current_parts(), current_actor()
    choice, page = _choice(), max(request.args.get("page", 1, type=int), 1)
    with parts.database.read() as session:
        found = list_choice(
            session, choice, actor=actor, limit=_PAGE_SIZE, offset=(page - 1) * _PAGE_SIZE
        )
        collections = list_collections(session, actor=actor)
    return render_template(
        "curating/index.html",
        found=found,
        choice=choice,
        narrowed=choice != Choice(),
        collections=collections,
        states=_STATES,
        missings=list(Missing),
        page=page,
        pages=-(-len(found.ids) // _PAGE_SIZE),
        query=_query(),
        most=MOST_AT_ONCE,
        error=error,
        import_error=import_error,
        max_bytes=MAX_CSV_BYTES,
    )


def _change_page(
    ids: tuple[int, ...],
    *,
    plan: Plan | None = None,
    error: str = "",
    meanwhile: bool = False,
) -> str:
    form = request.form
    names = [form.getlist(name) for name in ("field", "operation", "value")]
    rows = [row for row in zip(*names, strict=False) if row[0]]
    rows += [("", Operation.SET.value, "")] * max(_ROWS - len(rows), 1)
    return render_template(
        "curating/change.html",
        ids=ids,
        plan=plan,
        digest=_digest(plan) if plan else "",
        shown=_SHOWN,
        rows=rows,
        error=error,
        meanwhile=meanwhile,
        labels=LABELS,
        lists=LISTS,
        help=_HELP,
        operations=list(Operation),
        query=_query(),
    )


def _person_page(person_id: int, *, error: str = "") -> str:
    actor = current_actor()
    with current_parts().database.read() as session:
        someone = get_person(session, person_id, actor=actor)
        recordings = recordings_of(session, person_id)
        similar = similar_people(session, person_id, actor=actor)
        others = list_people(session, actor=actor).people
    return render_template(
        "curating/person.html",
        person=someone,
        recordings=recordings,
        similar=similar,
        others=[one for one in others if one.id != person_id],
        typed=request.form if error else None,
        error=error,
    )


def _choice() -> Choice:
    """Read what the list is narrowed to."""
    state, missing = _asked("state"), _asked("missing")
    collection = _asked("collection")
    return Choice(
        text=_asked("q")[:200],
        publication=Publication(state) if state in set(_STATES) else None,
        collection_id=int(collection) if _is_number(collection) else None,
        missing=Missing(missing) if missing in set(Missing) else None,
    )


def _query() -> dict[str, Any]:
    """Return what narrows the list, for links and forms that come back to it."""
    return {
        name: text for name in ("q", "state", "collection", "missing") if (text := _asked(name))
    }


def _asked(name: str) -> str:
    return request.args.get(name, "").strip()


def _chosen() -> tuple[int, ...]:
    """Return the recordings a form chose: those ticked, or all that the list found."""
    if request.form.get("all") == "yes":
        with current_parts().database.read() as session:
            return list_choice(session, _choice(), actor=current_actor(), limit=0).ids
    kept = request.form.get("ids", "").split()
    ticked = [*kept, *request.form.getlist("recording")]
    return tuple(dict.fromkeys(int(one) for one in ticked if _is_number(one)))


def _read_edits() -> list[Edit]:
    names = [request.form.getlist(name) for name in ("field", "operation", "value")]
    edits = [read_edit(*row) for row in zip(*names, strict=False) if row[0]]
    if not edits:
        raise InvalidInputError("Choose a field to change.")
    return edits


def _digest(plan: Plan) -> str:
    """Return what tells whether a plan is the one that was shown."""
    text = repr([(one.recording_id, one.before, one.after) for one in plan.changes])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _DIGITS


def _person_id(typed: str) -> int:
    """Read who is meant: a name of the list, which ends in `#` and a number."""
    number = typed.rpartition("#")[2].strip()
    if not _is_number(number):
        raise InvalidInputError("Choose the other person from the list; it ends in a number.")
    return int(number)


def _check_size(content: bytes) -> None:
    if len(content) > MAX_CSV_BYTES:
        raise InvalidInputError(
            f"The file is larger than {MAX_CSV_BYTES // 1024**2} MB. Split it in two, or import "
            "it on the server with `webinar-archive metadata import`."
        )
