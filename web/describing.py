"""The page on which a recording is described: rows to fill, suggestions, and two people at once.

Everything works without a script; the script adds rows in place and asks for suggestions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.describing.editing import (
    Conflict,
    Outcome,
    describe,
    get_description,
    marks_of,
)
from archive.describing.suggesting import suggest
from archive.describing.typed import join_cells, read_texts, write_texts
from archive.describing.values import LABELS, Described, DescriptionError, Field
from archive.language import language_choices
from archive.licences import LICENCES
from archive.models import IdentifierKind, PersonRole
from archive.permissions import Action, require
from archive.recordings import get_recording
from web.actor import current_actor
from web.parts import current_parts

if TYPE_CHECKING:
    from werkzeug.datastructures import ImmutableMultiDict

_OFFERED = (Field.PEOPLE, Field.ORGANISATION, Field.COLLECTIONS, Field.SUBJECTS)
_COLUMNS: Mapping[Field, tuple[str, ...]] = MappingProxyType(
    {
        Field.PEOPLE: ("name", "role", "organisation", "orcid"),
        Field.COLLECTIONS: ("title",),
        Field.SUBJECTS: ("subject",),
        Field.LANGUAGES: ("code",),
        Field.LINKS: ("url", "label"),
        Field.IDENTIFIERS: ("kind", "value"),
    }
)
"""What a row of a field consists of; a field of the form is called `people-name`."""
_CHOSEN = frozenset(("role", "kind"))
"""Always chosen, so they do not make a row."""
_SPARE = 1
_MORE = 3
_OFFERED_AT_FIRST = 60

Row = tuple[str, ...]

blueprint = Blueprint("describing", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What stands in the form."""

    texts: Mapping[str, str]
    """Of fields of one value, by name."""
    rows: Mapping[str, Sequence[Row]]
    """Of fields of several, with empty ones at the end."""


@blueprint.get("/recordings/<int:recording_id>/describe")
def form(recording_id: int) -> ResponseReturnValue:
    """Show what is said of a recording, to change it."""
    with current_parts().database.read() as session:
        there = get_description(session, recording_id, actor=current_actor())
    return _page(
        recording_id,
        _form_of(there.described),
        edition=there.edition,
        marks=marks_of(there.described),
    )


@blueprint.post("/recordings/<int:recording_id>/describe")
def save(recording_id: int) -> ResponseReturnValue:
    """Save what was typed; with `more`, only add empty rows to that field."""
    parts, actor = current_parts(), current_actor()
    fields = request.form
    edition = fields.get("edition", 0, type=int)
    marks = {field: fields.get(f"mark-{field}", "") for field in Field}
    if fields.get("more"):
        typed = _typed_form(fields, more=fields["more"])
        return _page(recording_id, typed, edition=edition, marks=marks)
    try:
        described = read_texts(_texts(fields), Described())
        with parts.database.begin() as session:
            outcome = describe(
                session,
                parts.jobs,
                recording_id,
                described,
                edition=edition,
                marks=marks,
                actor=actor,
                now=parts.clock(),
            )
            now_there = get_description(session, recording_id, actor=actor)
    except DescriptionError as exc:
        page = _page(
            recording_id, _typed_form(fields), edition=edition, marks=marks, problems=exc.problems
        )
        return page, 400
    if outcome.conflicts:
        # What is saved next is based on what stands there now, which the page shows.
        page = _page(
            recording_id,
            _merged_form(fields, now_there.described, outcome),
            edition=outcome.edition,
            marks=marks_of(now_there.described),
            conflicts=outcome.conflicts,
            by=outcome.by,
        )
        return page, 409
    flash(_told(outcome))
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


@blueprint.get("/describe/suggest")
def suggestions() -> ResponseReturnValue:
    """Offer what is there for `?field=` and what was typed, `&q=`."""
    actor = current_actor()
    require(actor, Action.DEPOSIT)
    name = request.args.get("field", "")
    if name not in set(_OFFERED):
        return jsonify(suggestions=[])
    with current_parts().database.read() as session:
        offered = suggest(session, Field(name), request.args.get("q", "")[:100], actor=actor)
    return jsonify(
        suggestions=[
            {
                "value": one.value,
                "hint": one.hint,
                "organisation": one.organisation,
                "orcid": one.orcid,
            }
            for one in offered
        ]
    )


def _page(
    recording_id: int,
    form: _Form,
    *,
    edition: int,
    marks: Mapping[Field, str],
    problems: Mapping[Field, str] = MappingProxyType({}),
    conflicts: Sequence[Conflict] = (),
    by: str = "",
) -> str:
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
        require(actor, Action.EDIT, recording.subject)
        offered = {
            field.value: suggest(session, field, "", actor=actor, most=_OFFERED_AT_FIRST)
            for field in _OFFERED
        }
    return render_template(
        "describing/form.html",
        recording=recording,
        form=form,
        edition=edition,
        marks=marks,
        problems=problems,
        conflicts={one.field: one for one in conflicts},
        by=by,
        offered=offered,
        labels=LABELS,
        roles=list(PersonRole),
        kinds=list(IdentifierKind),
        licences=LICENCES,
        languages=language_choices(),
    )


def _form_of(described: Described) -> _Form:
    """Return the form of what is said."""
    texts = write_texts(described, (field for field in Field if field not in _COLUMNS))
    rows: dict[Field, list[Row]] = {
        Field.PEOPLE: [
            (one.name, one.role.value, one.organisation, one.orcid) for one in described.people
        ],
        Field.COLLECTIONS: [(one,) for one in described.collections],
        Field.SUBJECTS: [(one,) for one in described.subjects],
        Field.LANGUAGES: [(one,) for one in described.languages],
        Field.LINKS: [(one.url, one.label) for one in described.links],
        Field.IDENTIFIERS: [(one.kind.value, one.value) for one in described.identifiers],
    }
    return _Form(
        texts={field.value: text for field, text in texts.items()},
        rows={field.value: _spaced(field, rows[field], _SPARE) for field in _COLUMNS},
    )


def _typed_form(fields: "ImmutableMultiDict[str, str]", *, more: str = "") -> _Form:
    """Return the form as it was filled in."""
    return _Form(
        texts={field: fields.get(field, "") for field in Field if field not in _COLUMNS},
        rows={
            field: _spaced(field, _rows(fields, field), _MORE if more == field else _SPARE)
            for field in _COLUMNS
        },
    )


def _merged_form(
    fields: "ImmutableMultiDict[str, str]", there: Described, outcome: Outcome
) -> _Form:
    """Return the form as filled in, with what somebody else alone has changed."""
    typed, now = _typed_form(fields), _form_of(there)
    return _Form(
        texts={
            name: now.texts[name] if Field(name) in outcome.kept_theirs else text
            for name, text in typed.texts.items()
        },
        rows={
            name: now.rows[name] if Field(name) in outcome.kept_theirs else rows
            for name, rows in typed.rows.items()
        },
    )


def _texts(fields: "ImmutableMultiDict[str, str]") -> dict[Field, str]:
    """Return the text of each field, rows joined as `archive.describing.typed` reads them."""
    return {
        field: (
            "\n".join(_line(row) for row in _rows(fields, field))
            if field in _COLUMNS
            else fields.get(field, "")
        )
        for field in Field
    }


def _line(row: Row) -> str:
    return row[0] if len(row) == 1 else join_cells([" ".join(cell.split()) for cell in row])


def _rows(fields: "ImmutableMultiDict[str, str]", field: Field) -> list[Row]:
    """Return the rows of a field in which something stands."""
    columns = _COLUMNS[field]
    values = [fields.getlist(f"{field}-{column}") for column in columns]
    return [
        row
        for row in zip(*values, strict=False)
        if any(
            cell.strip() for column, cell in zip(columns, row, strict=True) if column not in _CHOSEN
        )
    ]


def _spaced(field: Field, rows: Sequence[Row], spare: int) -> Sequence[Row]:
    return (*rows, *[("",) * len(_COLUMNS[field])] * spare)


def _told(outcome: Outcome) -> str:
    """Say what was saved, and what somebody should look at again."""
    if not outcome.changed:
        message = "Nothing was changed."
    else:
        message = "Saved. The search follows in a moment."
    if outcome.kept_theirs:
        names = ", ".join(LABELS[field].lower() for field in outcome.kept_theirs)
        message += f" {outcome.by or 'Somebody else'} changed meanwhile, and that stays: {names}."
    new = (*outcome.newcomers.people, *outcome.newcomers.collections)
    if new:
        message += f" New in the archive: {', '.join(new)}."
    return message
