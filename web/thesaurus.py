"""The thesaurus' pages: find concepts, add, correct and remove their names, import and export.

Everything works without a script; a label is edited in the place of its row. What is changed
here is searched with at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.errors import InvalidInputError
from archive.permissions import Action, require
from archive.thesaurus.concepts import Filter, get_concept, list_concepts, measure
from archive.thesaurus.drafts import concept_of, read_label, read_mesh
from archive.thesaurus.exchange import export_labels, import_labels, plan_import
from archive.thesaurus.labels import add_label, change_label, change_mesh, remove_label
from archive.thesaurus.table import MAX_BYTES
from archive.thesaurus.values import Entry, Label
from web.actor import current_actor
from web.csv_exchange import csv_answer, is_confirmed, pack, read_content, tell
from web.language_fields import language_fields
from web.parts import current_parts

_PAGE_SIZE = 40

blueprint = Blueprint("thesaurus", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Editing:
    """A form that was not taken: which, what was typed, and why not."""

    label_id: int | None = None
    """None: the form that adds."""
    fields: Mapping[str, str]
    error: str = ""


@blueprint.get("/thesaurus")
def index() -> ResponseReturnValue:
    """List concepts."""
    return _index_page()


@blueprint.post("/thesaurus")
def add() -> ResponseReturnValue:
    """Add a label to a new concept, or to the one named; also puts back one just removed."""
    parts = current_parts()
    try:
        label = _read_label(request.form.get("concept", "") or concept_of(_term()))
        with parts.database.begin() as session:
            entry = add_label(session, label, actor=current_actor(), now=parts.clock())
    except InvalidInputError as exc:
        editing = _Editing(fields=request.form, error=str(exc))
        if request.form.get("on") == "concept":
            return _concept_page(request.form.get("concept", ""), editing), 400
        return _index_page(editing), 400
    flash(f"“{label.term}” is in the thesaurus; search finds it from now on.")
    return _to_label(entry)


@blueprint.get("/thesaurus/concepts/<concept_id>")
def concept(concept_id: str) -> ResponseReturnValue:
    """Show a concept and its names; with `edit` one row is a form."""
    label_id = request.args.get("edit", type=int)
    if label_id is None:
        return _concept_page(concept_id)
    with current_parts().database.read() as session:
        entries = get_concept(session, concept_id, actor=current_actor()).entries
    wanted = next((entry for entry in entries if entry.id == label_id), None)
    if wanted is None:
        return _concept_page(concept_id)
    return _concept_page(concept_id, _Editing(label_id=label_id, fields=_fields_of(wanted.label)))


@blueprint.post("/thesaurus/concepts/<concept_id>/mesh")
def mesh(concept_id: str) -> ResponseReturnValue:
    """Set a concept's MeSH id."""
    try:
        wanted = read_mesh(request.form.get("mesh", ""))
        with current_parts().database.begin() as session:
            change_mesh(
                session, concept_id, wanted, actor=current_actor(), now=current_parts().clock()
            )
    except InvalidInputError as exc:
        return _concept_page(concept_id, mesh_error=str(exc)), 400
    flash("The MeSH id is saved." if wanted else "The MeSH id is taken away.")
    return redirect(url_for("thesaurus.concept", concept_id=concept_id), 303)


@blueprint.post("/thesaurus/labels/<int:label_id>")
def change(label_id: int) -> ResponseReturnValue:
    """Change a label."""
    parts = current_parts()
    concept_id = request.form.get("concept", "")
    try:
        label = _read_label(concept_id)
        with parts.database.begin() as session:
            entry = change_label(session, label_id, label, actor=current_actor(), now=parts.clock())
    except InvalidInputError as exc:
        editing = _Editing(label_id=label_id, fields=request.form, error=str(exc))
        return _concept_page(request.form.get("from", ""), editing), 400
    flash(f"“{label.term}” is saved.")
    return _to_label(entry)


@blueprint.post("/thesaurus/labels/<int:label_id>/remove")
def remove(label_id: int) -> ResponseReturnValue:
    """Remove a label, and offer to put it back."""
    parts = current_parts()
    with parts.database.begin() as session:
        entry = remove_label(session, label_id, actor=current_actor(), now=parts.clock())
    return _index_page(removed=entry)


@blueprint.post("/thesaurus/import")
def receive() -> ResponseReturnValue:
    """Tell what a file would do; with `confirmed` do it."""
    parts, actor = current_parts(), current_actor()
    require(actor, Action.KEEP_THESAURUS)
    try:
        content, file_name = read_content(max_bytes=MAX_BYTES)
        if is_confirmed():
            with parts.database.begin() as session:
                done = import_labels(session, content, actor=actor, now=parts.clock())
            flash(tell(done, "name"))
            return redirect(url_for("thesaurus.index"), 303)
        with parts.database.read() as session:
            plan = plan_import(session, content, actor=actor)
    except InvalidInputError as exc:
        return _index_page(import_error=str(exc)), 400
    page = render_template(
        "thesaurus/import.html", plan=plan, file_name=file_name, packed=pack(content)
    )
    return page, 200 if not plan.refused else 400


@blueprint.get("/thesaurus/export")
def export() -> ResponseReturnValue:
    """Give the thesaurus as CSV."""
    with current_parts().database.read() as session:
        text = export_labels(session, actor=current_actor())
    return csv_answer(text, "thesaurus.csv")


def _index_page(
    editing: _Editing | None = None, *, removed: Entry | None = None, import_error: str = ""
) -> str:
    actor = current_actor()
    wanted, page = _filter(), max(request.args.get("page", 1, type=int), 1)
    with current_parts().database.read() as session:
        found = list_concepts(
            session, wanted, actor=actor, limit=_PAGE_SIZE, offset=(page - 1) * _PAGE_SIZE
        )
        size = measure(session)
    return render_template(
        "thesaurus/index.html",
        found=found,
        size=size,
        wanted=wanted,
        narrowed=wanted != Filter(),
        page=page,
        pages=-(-found.total // _PAGE_SIZE),
        query=_query(),
        editing=editing,
        removed=removed,
        removed_fields=_fields_of(removed.label) if removed else {},
        import_error=import_error,
        **language_fields(),
    )


def _concept_page(concept_id: str, editing: _Editing | None = None, *, mesh_error: str = "") -> str:
    with current_parts().database.read() as session:
        found = get_concept(session, concept_id, actor=current_actor())
    return render_template(
        "thesaurus/concept.html",
        concept=found,
        editing=editing,
        mesh_error=mesh_error,
        mesh=request.form.get("mesh", found.mesh) if mesh_error else found.mesh,
        **language_fields(),
    )


def _to_label(entry: Entry) -> ResponseReturnValue:
    address = url_for("thesaurus.concept", concept_id=entry.label.concept)
    return redirect(f"{address}#label-{entry.id}", 303)


def _query() -> dict[str, str]:
    """Return what narrows the list, for links that come back to it."""
    given = {name: request.args.get(name, "") for name in ("q", "language", "without", "edited")}
    return {name: value for name, value in given.items() if value}


def _filter() -> Filter:
    return Filter(
        text=request.args.get("q", "")[:200],
        language=request.args.get("language", "")[:16],
        without=request.args.get("without", "")[:16],
        edited=request.args.get("edited") == "yes",
    )


def _term() -> str:
    return request.form.get("term", "")


def _read_label(concept_id: str) -> Label:
    form = request.form
    if not concept_id and _term().strip():
        raise InvalidInputError(
            "The concept needs an id in Latin letters, such as high-blood-pressure."
        )
    return read_label(
        concept=concept_id or "-",
        language=form.get("language", ""),
        term=_term(),
        preferred=form.get("preferred", ""),
        source=form.get("source", ""),
    )


def _fields_of(label: Label) -> dict[str, str]:
    return {
        "concept": label.concept,
        "language": label.language,
        "term": label.term,
        "preferred": "yes" if label.preferred else "",
        "source": label.source,
    }
