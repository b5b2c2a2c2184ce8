"""Collections: a list of them, a page each with its recordings in order, and keeping them.

Everything works without a script: recordings are moved by buttons.
"""

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from archive.collection_covers import choose_cover, cover_of, upload_cover
from archive.collection_order import order_by_date, reorder
from archive.collections import (
    CollectionView,
    add_collection,
    change_collection,
    get_collection,
    list_collections,
    recordings_in,
    remove_collection,
)
from archive.errors import InvalidInputError
from archive.permissions import Action, may, require
from web.actor import anonymous_actor, current_actor
from web.parts import current_parts

MAX_COVER_BYTES = 900_000
_COVER_FOR_S = 3600
_BY_DATE = "date"
_STILLS = 6
"""Stills of a recording offered as covers."""
_PICTURES = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"WEBP", 8, "image/webp"),
)
"""First bytes, where they stand, and what they say it is."""

blueprint = Blueprint("collections", __name__, url_prefix="/collections")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """List collections."""
    return _list_page()


@blueprint.post("")
def add() -> ResponseReturnValue:
    """Make a collection."""
    parts, form = current_parts(), request.form
    try:
        with parts.database.begin() as session:
            made = add_collection(
                session,
                title=form.get("title", ""),
                description=form.get("description", ""),
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _list_page(error=str(exc)), 400
    flash(f"“{made.title}” is there. Recordings are put into it where they are described.")
    return redirect(made.address, 303)


@blueprint.get("/<address>")
def show(address: str) -> ResponseReturnValue:
    """Show a collection by its number or its address in words."""
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        collection = get_collection(session, address, actor=actor)
        if collection.slug and address != collection.slug:
            return redirect(url_for("collections.show", address=collection.slug), 301)
        recordings = recordings_in(session, collection.id, actor=actor, now=parts.clock())
    return render_template(
        "collections/show.html",
        collection=collection,
        recordings=recordings,
        may_keep=may(actor, Action.KEEP_COLLECTIONS),
    )


@blueprint.get("/<int:collection_id>/cover")
def cover(collection_id: int) -> ResponseReturnValue:
    """Send the picture of a collection."""
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        get_collection(session, str(collection_id), actor=actor)
        picture = cover_of(session, collection_id, actor=actor)
    answer = send_file(
        parts.storage.path(picture.sha256),
        mimetype=picture.media_type,
        conditional=True,
        etag=picture.sha256,
    )
    if actor == anonymous_actor():
        answer.headers["Cache-Control"] = f"public, max-age={_COVER_FOR_S}"
    return answer


@blueprint.get("/<int:collection_id>/edit")
def edit(collection_id: int) -> ResponseReturnValue:
    """Show a collection to change it."""
    return _edit_page(collection_id)


@blueprint.post("/<int:collection_id>/edit")
def save(collection_id: int) -> ResponseReturnValue:
    """Change what is said of a collection."""
    parts, form = current_parts(), request.form
    try:
        with parts.database.begin() as session:
            saved = change_collection(
                session,
                parts.jobs,
                collection_id,
                title=form.get("title", ""),
                slug=form.get("slug", ""),
                description=form.get("description", ""),
                edition=form.get("edition", 0, type=int),
                actor=current_actor(),
                now=parts.clock(),
            )
    except InvalidInputError as exc:
        return _edit_page(collection_id, error=str(exc)), 400
    flash("Saved. The search follows in a moment.")
    return redirect(saved.address, 303)


@blueprint.post("/<int:collection_id>/order")
def order(collection_id: int) -> ResponseReturnValue:
    """Move a `recording` by a `step`, or with `step=date` order all by their day."""
    parts, actor = current_parts(), current_actor()
    step, recording_id = request.form.get("step", ""), request.form.get("recording", 0, type=int)
    with parts.database.begin() as session:
        if step == _BY_DATE:
            order_by_date(session, collection_id, actor=actor, now=parts.clock())
        else:
            reorder(session, collection_id, recording_id, step, actor=actor, now=parts.clock())
    anchor = "order" if step == _BY_DATE else f"recording-{recording_id}"
    return redirect(f"{url_for('collections.edit', collection_id=collection_id)}#{anchor}", 303)


@blueprint.post("/<int:collection_id>/cover")
def set_cover(collection_id: int) -> ResponseReturnValue:
    """Choose a still, `recording` and `at_ms`; or a picture, `file`; or with neither no cover."""
    parts, actor = current_parts(), current_actor()
    require(actor, Action.KEEP_COLLECTIONS)
    file = request.files.get("file")
    try:
        if file is not None and file.filename:
            content = file.stream.read(MAX_COVER_BYTES + 1)
            media_type = _picture_type(content)
            with parts.database.begin() as session:
                get_collection(session, str(collection_id), actor=actor)
                upload_cover(
                    session,
                    collection_id,
                    parts.storage.keep_bytes(content),
                    media_type,
                    actor=actor,
                    now=parts.clock(),
                )
        else:
            with parts.database.begin() as session:
                choose_cover(
                    session,
                    collection_id,
                    recording_id=request.form.get("recording", type=int),
                    at_ms=request.form.get("at_ms", type=int),
                    actor=actor,
                    now=parts.clock(),
                )
    except InvalidInputError as exc:
        return _edit_page(collection_id, error=str(exc)), 400
    flash("The cover is changed.")
    return redirect(f"{url_for('collections.edit', collection_id=collection_id)}#cover", 303)


@blueprint.post("/<int:collection_id>/remove")
def remove(collection_id: int) -> ResponseReturnValue:
    """Remove an empty collection."""
    parts = current_parts()
    try:
        with parts.database.begin() as session:
            title = remove_collection(
                session, collection_id, actor=current_actor(), now=parts.clock()
            )
    except InvalidInputError as exc:
        return _edit_page(collection_id, error=str(exc)), 400
    flash(f"“{title}” is removed.")
    return redirect(url_for("collections.index"), 303)


def _list_page(*, error: str = "") -> str:
    actor = current_actor()
    with current_parts().database.read() as session:
        found = list_collections(session, actor=actor)
    return render_template(
        "collections/index.html",
        collections=found,
        may_keep=may(actor, Action.KEEP_COLLECTIONS),
        typed=request.form,
        error=error,
    )


def _edit_page(collection_id: int, *, error: str = "") -> str:
    parts, actor = current_parts(), current_actor()
    require(actor, Action.KEEP_COLLECTIONS)
    with parts.database.read() as session:
        collection: CollectionView = get_collection(session, str(collection_id), actor=actor)
        recordings = recordings_in(session, collection_id, actor=actor, now=parts.clock())
    return render_template(
        "collections/edit.html",
        collection=collection,
        recordings=recordings,
        stills=_STILLS,
        typed=request.form if error and "title" in request.form else None,
        error=error,
        max_bytes=MAX_COVER_BYTES,
    )


def _picture_type(content: bytes) -> str:
    """Tell what kind of picture bytes are.

    Raises:
        InvalidInputError: none that browsers show everywhere, or it is too large.
    """
    if len(content) > MAX_COVER_BYTES:
        raise InvalidInputError(
            f"The picture is larger than {MAX_COVER_BYTES // 1000} kB; make it smaller first, "
            "1280 pixels wide are enough."
        )
    for mark, at, media_type in _PICTURES:
        if content[at : at + len(mark)] == mark:
            return media_type
    raise InvalidInputError("That is no JPEG, PNG or WebP picture; choose one of these.")
