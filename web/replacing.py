"""Correct a term everywhere: type it, see each place, choose, apply, undo as one.

All of what is asked stands in the address until it is applied, so a preview can be reloaded and
passed on; what was chosen is found anew when it is applied, and what changed since is told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from archive.errors import InvalidInputError
from archive.index.analysis import Stemmer
from archive.language import language_tag
from archive.models import Collection
from archive.permissions import Action, require
from archive.recordings import get_recordings
from archive.replacing.places import Across, Form, Place, Places, find_places
from archive.replacing.replacing import list_replacements, replace_places, undo_replacement
from archive.replacing.wording import Term, inflect, keep_case
from web.actor import current_actor
from web.media import whole_address
from web.parts import current_parts

MOST_SHOWN = 200
_BAD_REQUEST = 400

blueprint = Blueprint("replacing", __name__, url_prefix="/correct")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """One way a term is written, in the form."""

    form: str
    places: int
    recordings: int
    exact: bool
    chosen: bool
    put: str
    """What is put in its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One place, as it would become."""

    place: Place
    put: str
    tag: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The places of one recording."""

    recording_id: int
    title: str
    media: str | None
    """Where it is played, also what readers do not get; None: nothing to play."""
    rows: tuple[PlaceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcrossRow:
    """One place that goes over two segments, to be corrected in the editor."""

    place: Across
    title: str
    tag: str
    media: str | None
    """As in `Group`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked: from the address, or from the form."""

    term: str
    put: str
    collection_id: int | None
    forms: tuple[str, ...]
    """Chosen ones; empty: not asked yet."""
    puts: dict[str, str]


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Ask for a term and show each of its places.

    `?term=` what is written, `&put=` what it should be, `&collection=` where, `&form=`, repeated,
    which of its forms, `&put-FORM=` what to put in place of one. `?done=` a correction just
    made, `&q=` the search it was made from.
    """
    return _page()


@blueprint.post("")
def apply() -> ResponseReturnValue:
    """Apply: fields as in the address; `place`, repeated, the chosen ones of those in `shown`.

    `rest` also takes the places that were too many to show.
    """
    parts, actor = current_parts(), current_actor()
    require(actor, Action.CURATE)
    asked = _asked()
    try:
        term = Term(asked.term, site_stemmer())
        # Finding takes a second or two and holds nothing up; what changes before the places are
        # written is noticed by its revision.
        with parts.database.read() as session:
            found = find_places(session, term, collection_id=asked.collection_id, actor=actor)
        rows = _form_rows(found.forms, asked, term)
        chosen, missing = _chosen(found.of([row.form for row in rows if row.chosen]))
        with parts.database.begin() as session:
            done = replace_places(
                session,
                parts.jobs,
                term,
                chosen,
                {row.form: row.put for row in rows},
                collection_id=asked.collection_id,
                actor=actor,
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _page(problem=str(exc)), _BAD_REQUEST
    skipped = done.skipped + missing
    told = (
        f"Corrected {_count(done.places, 'place')} in {_count(done.recordings, 'recording')}. "
        "Captions and the search follow in seconds."
    )
    if skipped:
        told += f" {_count(skipped, 'place')} changed meanwhile and stayed."
    flash(told)
    return redirect(url_for("replacing.index", done=done.replacement_id), 303)


@blueprint.post("/<int:replacement_id>/undo")
def undo(replacement_id: int) -> ResponseReturnValue:
    """Take a correction back."""
    parts = current_parts()
    with parts.database.begin() as session:
        undone = undo_replacement(
            session, parts.jobs, replacement_id, actor=current_actor(), now=parts.clock()
        )
    told = (
        f"“{undone.found}” stands again in {_count(undone.recordings, 'recording')}."
        if undone.recordings
        else "Nothing could be taken back: all of it was changed since."
    )
    if undone.skipped:
        told += f" {_count(undone.skipped, 'segment')} changed since and stayed."
    flash(told)
    return redirect(url_for("replacing.index"), 303)


def _page(*, problem: str = "") -> str:
    parts, actor = current_parts(), current_actor()
    require(actor, Action.CURATE)
    asked = _asked()
    found: Places | None = None
    term: Term | None = None
    with parts.database.read() as session:
        kept = list_replacements(session, actor=actor)
        collections = session.execute(
            select(Collection.id, Collection.title).order_by(Collection.title)
        ).all()
        if asked.term:
            try:
                term = Term(asked.term, site_stemmer())
                found = find_places(session, term, collection_id=asked.collection_id, actor=actor)
            except InvalidInputError as exc:
                problem = problem or str(exc)
    rows = _form_rows(found.forms, asked, term) if found and term else ()
    places = found.of([row.form for row in rows if row.chosen]) if found else ()
    groups = _groups(places[:MOST_SHOWN], rows, term, found) if found and term else ()
    return render_template(
        "replacing/index.html",
        asked=asked,
        problem=problem,
        collections=collections,
        rows=rows,
        found=found,
        total=len(places),
        recordings=len({place.recording_id for place in places}),
        shown=places[:MOST_SHOWN],
        groups=groups,
        across=_across(found) if found else (),
        kept=kept,
        query=request.args.get("q", ""),
        done=next(
            (one for one in kept if one.replacement_id == request.args.get("done", type=int)), None
        ),
    )


def _asked() -> _Asked:
    values = request.values
    collection = values.get("collection", "")
    return _Asked(
        term=" ".join(values.get("term", "").split()),
        put=" ".join(values.get("put", "").split()),
        collection_id=int(collection) if collection.isdecimal() else None,
        forms=tuple(values.getlist("form")),
        puts={
            name.removeprefix("put-"): value
            for name, value in values.items()
            if name.startswith("put-")
        },
    )


def _form_rows(forms: Sequence[Form], asked: _Asked, term: Term) -> tuple[FormRow, ...]:
    """Say which forms are chosen and what stands in place of each."""
    return tuple(
        FormRow(
            form=one.form,
            places=one.places,
            recordings=one.recordings,
            exact=one.exact,
            chosen=one.form in asked.forms if asked.forms else one.exact,
            put=asked.puts.get(one.form)
            or (
                asked.put
                if one.exact or not asked.put
                else inflect(one.form, term.typed, asked.put)
            ),
        )
        for one in forms
    )


def _chosen(places: Sequence[Place]) -> tuple[list[Place], int]:
    """Return the places that were chosen and are still there, and how many are not."""
    wanted = set(request.form.getlist("place"))
    shown = set(request.form.get("shown", "").split())
    rest = "rest" in request.form
    chosen = [place for place in places if place.key in wanted or (rest and place.key not in shown)]
    return chosen, len(wanted - {place.key for place in places})


def _groups(
    places: Sequence[Place], rows: Sequence[FormRow], term: Term, found: Places
) -> tuple[Group, ...]:
    puts = {row.form: row.put for row in rows}
    wanted = set(request.form.getlist("place"))
    by_recording: dict[int, list[PlaceRow]] = {}
    for place in places:
        by_recording.setdefault(place.recording_id, []).append(
            PlaceRow(
                place=place,
                put=keep_case(place.found.written, term.typed, puts[place.found.form]),
                tag=language_tag(place.language),
                chosen=not wanted or place.key in wanted,
            )
        )
    media = _media(by_recording)
    return tuple(
        Group(
            recording_id=number,
            title=found.titles[number],
            media=media.get(number),
            rows=tuple(rows),
        )
        for number, rows in by_recording.items()
    )


def _across(found: Places) -> tuple[AcrossRow, ...]:
    shown = found.across[:MOST_SHOWN]
    media = _media({place.recording_id for place in shown})
    return tuple(
        AcrossRow(
            place=place,
            title=found.titles[place.recording_id],
            tag=language_tag(place.language),
            media=media.get(place.recording_id),
        )
        for place in shown
    )


def _media(recording_ids: Iterable[int]) -> dict[int, str | None]:
    """Tell where each recording is played."""
    parts = current_parts()
    with parts.database.read() as session:
        views = get_recordings(
            session, list(recording_ids), actor=current_actor(), now=parts.clock()
        )
    return {number: whole_address(view) for number, view in views.items()}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def site_stemmer() -> Stemmer:
    """Return the site's stemmer, which remembers the stems of words that were asked for."""
    stemmer = current_app.extensions.setdefault("replacing-stemmer", Stemmer())
    assert isinstance(stemmer, Stemmer)  # noqa: S101 - put there the line before
    return stemmer
