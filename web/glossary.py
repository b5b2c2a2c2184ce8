"""The glossary's pages: find, add, change, remove, import, export, and what a change affects.

Everything works without a script; a term is edited in the place of its row.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import InvalidInputError
from archive.glossary.affected import (
    changed_since,
    find_affected,
    find_holding,
    transcribe_anew,
)
from archive.glossary.drafts import read_draft, split_spellings
from archive.glossary.exchange import export_terms, import_terms, plan_import
from archive.glossary.table import MAX_BYTES
from archive.glossary.terms import (
    Filter,
    GlossaryScope,
    add_term,
    change_term,
    get_term,
    list_scopes,
    list_terms,
    remove_term,
)
from archive.glossary.values import Draft, Entry, Kind
from archive.permissions import Action, require
from web.actor import current_actor
from web.csv_exchange import csv_answer, is_confirmed, pack, read_content, tell
from web.language_fields import language_fields
from web.parts import current_parts

_PAGE_SIZE = 50
_SHORT_LOOK_S = 0.7
_LONG_LOOK_S = 4.0
_ANY_LANGUAGE = "any"

blueprint = Blueprint("glossary", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Editing:
    """A form that was not taken: which, what was typed, and why not."""

    term_id: int | None = None
    """None: the form that adds."""
    fields: Mapping[str, str]
    error: str = ""


@blueprint.get("/glossary")
def index() -> ResponseReturnValue:
    """List a glossary; with `edit` one row is a form."""
    term_id = request.args.get("edit", type=int)
    if term_id is None:
        return _index_page()
    with current_parts().database.read() as session:
        entry = get_term(session, term_id, actor=current_actor())
    return _index_page(_Editing(term_id=term_id, fields=_fields_of(entry.draft)))


@blueprint.post("/glossary")
def add() -> ResponseReturnValue:
    """Add a term; also puts back one that was just removed."""
    parts = current_parts()
    try:
        draft = _read_draft()
        with parts.database.begin() as session:
            entry = add_term(session, _scope_id(), draft, actor=current_actor(), now=parts.clock())
    except InvalidInputError as exc:
        return _index_page(_Editing(fields=request.form, error=str(exc))), 400
    flash(f"“{draft.term}” is in the glossary.")
    return _back(since=entry.updated_at)


@blueprint.post("/glossary/<int:term_id>")
def change(term_id: int) -> ResponseReturnValue:
    """Change a term."""
    parts = current_parts()
    try:
        draft = _read_draft()
        with parts.database.begin() as session:
            entry = change_term(session, term_id, draft, actor=current_actor(), now=parts.clock())
    except InvalidInputError as exc:
        return _index_page(_Editing(term_id=term_id, fields=request.form, error=str(exc))), 400
    flash(f"“{draft.term}” is saved.")
    return _back(since=entry.updated_at, term_id=term_id)


@blueprint.post("/glossary/<int:term_id>/remove")
def remove(term_id: int) -> ResponseReturnValue:
    """Remove a term; offer to put it back, and to transcribe again what holds it."""
    parts = current_parts()
    with parts.database.begin() as session:
        entry = remove_term(session, term_id, actor=current_actor(), now=parts.clock())
    return _index_page(removed=entry)


@blueprint.post("/glossary/import")
def receive() -> ResponseReturnValue:
    """Tell what a file would do; with `confirmed` do it."""
    parts, actor = current_parts(), current_actor()
    require(actor, Action.KEEP_GLOSSARY)
    try:
        content, file_name = read_content(max_bytes=MAX_BYTES)
        if is_confirmed():
            now = parts.clock()
            with parts.database.begin() as session:
                done = import_terms(session, _scope_id(), content, actor=actor, now=now)
            flash(tell(done, "term"))
            return _back(since=now)
        with parts.database.read() as session:
            scopes = list_scopes(session, actor=actor)
            plan = plan_import(session, _scope_id(), content, actor=actor)
    except InvalidInputError as exc:
        return _index_page(import_error=str(exc)), 400
    page = render_template(
        "glossary/import.html",
        scope=_scope_among(scopes),
        plan=plan,
        file_name=file_name,
        packed=pack(content),
    )
    return page, 200 if not plan.refused else 400


@blueprint.get("/glossary/export")
def export() -> ResponseReturnValue:
    """Give a glossary as CSV."""
    collection_id = _scope_id()
    with current_parts().database.read() as session:
        text = export_terms(session, collection_id, actor=current_actor())
    name = "glossary.csv" if collection_id is None else f"glossary-{collection_id}.csv"
    return csv_answer(text, name)


@blueprint.get("/glossary/affected")
def affected() -> ResponseReturnValue:
    """Tell which recordings seem to have misheard the terms changed since a moment."""
    since = _since()
    before = request.args.get("before", type=int)
    with current_parts().database.read() as session:
        changed = changed_since(session, since, actor=current_actor()) if since else ()
        found = find_affected(
            session, changed, actor=current_actor(), before=before, go_on=_for(_LONG_LOOK_S)
        )
    return render_template(
        "glossary/affected.html", changed=changed, found=found, since=since, before=before
    )


@blueprint.get("/glossary/holding")
def holding() -> ResponseReturnValue:
    """Tell in which recordings a machine wrote a term that was removed.

    `?term=`, each of `&variant=` and `&language=` are those of the term, `&collection=` whose
    glossary it was in.
    """
    actor = current_actor()
    require(actor, Action.KEEP_GLOSSARY)
    collection_id, before = _scope_id(), request.args.get("before", type=int)
    removed = read_draft(
        term=request.args.get("term", ""),
        language=request.args.get("language", ""),
        variants=tuple(request.args.getlist("variant")),
    )
    with current_parts().database.read() as session:
        found = find_holding(
            session, removed, collection_id, actor=actor, before=before, go_on=_for(_LONG_LOOK_S)
        )
    return render_template(
        "glossary/holding.html",
        removed=removed,
        collection_id=collection_id,
        found=found,
        before=before,
    )


@blueprint.post("/glossary/affected")
def transcribe() -> ResponseReturnValue:
    """Transcribe the chosen recordings again."""
    parts = current_parts()
    chosen = request.form.getlist("recording", type=int)
    with parts.database.begin() as session:
        count = transcribe_anew(
            session, parts.jobs, chosen, actor=current_actor(), now=parts.clock()
        )
    if count:
        noun = "1 recording is" if count == 1 else f"{count} recordings are"
        flash(f"{noun} being transcribed again; what people edited stays as it is.")
    else:
        flash("No recording was chosen, so none is transcribed again.")
    return redirect(url_for("glossary.index"), 303)


def _index_page(
    editing: _Editing | None = None, *, removed: Entry | None = None, import_error: str = ""
) -> str:
    actor = current_actor()
    wanted, page = _filter(), max(request.args.get("page", 1, type=int), 1)
    since = _since()
    with current_parts().database.read() as session:
        scopes = list_scopes(session, actor=actor)
        scope = _scope_among(scopes)
        found = list_terms(
            session,
            scope.collection_id,
            wanted,
            actor=actor,
            limit=_PAGE_SIZE,
            offset=(page - 1) * _PAGE_SIZE,
        )
        seen = None
        if since is not None and (changed := changed_since(session, since, actor=actor)):
            seen = find_affected(session, changed, actor=actor, go_on=_for(_SHORT_LOOK_S))
        held = None
        if removed is not None:
            held = find_holding(
                session,
                removed.draft,
                removed.collection_id,
                actor=actor,
                go_on=_for(_SHORT_LOOK_S),
            )
    return render_template(
        "glossary/index.html",
        scopes=scopes,
        scope=scope,
        found=found,
        wanted=wanted,
        narrowed=wanted != Filter(),
        page=page,
        pages=-(-found.total // _PAGE_SIZE),
        query=_query(),
        editing=editing,
        removed=removed,
        removed_fields=_fields_of(removed.draft) if removed else {},
        import_error=import_error,
        held=held,
        seen=seen,
        since=since,
        kinds=[kind for kind in Kind if kind],
        any_language=_ANY_LANGUAGE,
        **language_fields(),
    )


def _back(*, since: datetime, term_id: int | None = None) -> ResponseReturnValue:
    """Return to the list as it was narrowed, and let it tell what the change affects."""
    query: dict[str, Any] = {**_query(), "since": since.isoformat()}
    address = url_for("glossary.index", **query)
    return redirect(f"{address}#term-{term_id}" if term_id else address, 303)


def _query() -> dict[str, str]:
    """Return what narrows the list, for links and forms that come back to it."""
    names = ("collection", "q", "language", "kind")
    given = {name: request.args.get(name, "") for name in names}
    if (collection := request.form.get("collection")) is not None:
        given["collection"] = collection
    return {name: value for name, value in given.items() if value}


def _filter() -> Filter:
    language = request.args.get("language", "")
    kind = request.args.get("kind", "")
    return Filter(
        text=request.args.get("q", "")[:200],
        language=None if not language else ("" if language == _ANY_LANGUAGE else language),
        kind=Kind(kind) if kind and kind in set(Kind) else None,
    )


def _scope_id() -> int | None:
    """Read which glossary is meant: nothing is the archive's.

    Raises:
        InvalidInputError: it is no number.
    """
    text = request.form.get("collection", request.args.get("collection", ""))
    if not text:
        return None
    if not text.isdecimal():
        raise InvalidInputError("The collection is not known; choose one from the list.")
    return int(text)


def _scope_among(scopes: tuple[GlossaryScope, ...]) -> GlossaryScope:
    """Return the chosen glossary, the archive's where the chosen one is not there."""
    wanted = _scope_id()
    return next((scope for scope in scopes if scope.collection_id == wanted), scopes[0])


def _read_draft() -> Draft:
    form = request.form
    return read_draft(
        term=form.get("term", ""),
        language=form.get("language", ""),
        kind=form.get("kind", ""),
        variants=split_spellings(form.get("variants", "")),
        sounds_like=split_spellings(form.get("sounds_like", "")),
        source=form.get("source", ""),
    )


def _fields_of(draft: Draft) -> dict[str, str]:
    return {
        "term": draft.term,
        "language": draft.language,
        "kind": draft.kind,
        "variants": "\n".join(draft.variants),
        "sounds_like": "\n".join(draft.sounds_like),
        "source": draft.source,
    }


def _since() -> datetime | None:
    try:
        since = datetime.fromisoformat(request.args.get("since", ""))
    except ValueError:
        return None
    return since if since.tzinfo else None


def _for(seconds: float) -> Callable[[], bool]:
    """Give a function that says yes for so long."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end
