"""Publishing pages: where a recording stands, its checklist and steps, merging and the bin.

Also what the address of a recording that is gone says.
"""

import re

from flask import Blueprint, Flask, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive.bin import KEPT_FOR, delete_now, list_bin, restore, throw_away
from archive.describing.values import LABELS, Field
from archive.errors import ArchiveError, GoneError, InvalidInputError, MovedError
from archive.merging import MergePlan, merge, plan_merge
from archive.permissions import Action, may, require
from archive.publishing import Step, read_time, standing_of, take_step
from archive.recordings import get_recording
from web.actor import current_actor
from web.parts import current_parts

_DONE = {
    Step.SUBMIT: "Handed to the librarians. You can still change it until it is published.",
    Step.RETURN: "It is a draft again.",
    Step.PUBLISH: "Published: anyone can find and watch this recording now.",
    Step.SCHEDULE: "It will be published by itself.",
    Step.UNSCHEDULE: "It will not be published by itself any more.",
    Step.WITHDRAW: "Withdrawn: its address says so, and nothing of it is found or played.",
}
_ADDRESS = re.compile(r"^((?:/api/v1)?/recordings/)\d+(?=/|$)")

blueprint = Blueprint("publishing", __name__)


def install(app: Flask) -> None:
    """Let addresses of recordings that are gone or merged say so."""
    app.register_error_handler(GoneError, _gone)
    app.register_error_handler(MovedError, _moved)


@blueprint.get("/recordings/<int:recording_id>/publishing")
def show(recording_id: int) -> ResponseReturnValue:
    """Tell where a recording stands on its way to readers, and what can be done."""
    return _page(recording_id)


@blueprint.post("/recordings/<int:recording_id>/publish")
def publish(recording_id: int) -> ResponseReturnValue:
    """Let readers see a recording."""
    return _take(recording_id, Step.PUBLISH)


@blueprint.post("/recordings/<int:recording_id>/submit")
def submit(recording_id: int) -> ResponseReturnValue:
    """Hand a recording to the librarians."""
    return _take(recording_id, Step.SUBMIT)


@blueprint.post("/recordings/<int:recording_id>/return")
def give_back(recording_id: int) -> ResponseReturnValue:
    """Make a recording that is in review a draft again."""
    return _take(recording_id, Step.RETURN)


@blueprint.post("/recordings/<int:recording_id>/schedule")
def schedule(recording_id: int) -> ResponseReturnValue:
    """Have a recording published at a time, `publish_at`."""
    return _take(recording_id, Step.SCHEDULE)


@blueprint.post("/recordings/<int:recording_id>/unschedule")
def unschedule(recording_id: int) -> ResponseReturnValue:
    """Not publish it at that time."""
    return _take(recording_id, Step.UNSCHEDULE)


@blueprint.post("/recordings/<int:recording_id>/withdraw")
def withdraw(recording_id: int) -> ResponseReturnValue:
    """Take a recording back from readers, with a `reason`; `title=yes` lets them know its title."""
    return _take(recording_id, Step.WITHDRAW)


@blueprint.get("/api/v1/recordings/<int:recording_id>/publication")
def tell(recording_id: int) -> ResponseReturnValue:
    """Tell programs where a recording stands.

    `{"publication", "publish_at", "steps": [what the asker may do], "missing": [{"name", "weight",
    "told"}]}`; times are ISO 8601, UTC.
    """
    return jsonify(_as_json(recording_id))


@blueprint.post("/api/v1/recordings/<int:recording_id>/publication")
def step(recording_id: int) -> ResponseReturnValue:
    """Take a step for a program: JSON `{"step", "publish_at", "reason", "show_title"}`.

    `step` is one of those `tell` names; the rest as each step needs it. Answers as `tell` does.
    """
    parts, actor = current_parts(), current_actor()
    sent = request.get_json(silent=True)
    asked: dict[str, object] = sent if isinstance(sent, dict) else {}
    wanted = str(asked.get("step"))
    if wanted not in set(Step):
        raise InvalidInputError(f"“step” must be one of {', '.join(Step)}, in JSON.")
    at = asked.get("publish_at")
    with parts.database.begin() as session:
        take_step(
            session,
            parts.jobs,
            recording_id,
            Step(wanted),
            actor=actor,
            now=parts.clock(),
            publish_at=read_time(str(at)) if at else None,
            reason=str(asked.get("reason") or ""),
            show_title=asked.get("show_title") is True,
        )
    return jsonify(_as_json(recording_id))


@blueprint.post("/recordings/<int:recording_id>/delete")
def delete(recording_id: int) -> ResponseReturnValue:
    """Put a recording into the bin."""
    parts, actor = current_parts(), current_actor()
    with parts.database.begin() as session:
        throw_away(session, parts.jobs, recording_id, actor=actor, now=parts.clock())
    flash(f"Recording {recording_id} is in the bin for {KEPT_FOR.days} days.")
    return redirect(url_for("publishing.bin_page"), 303)


@blueprint.get("/recordings/<int:recording_id>/merge")
def merging(recording_id: int) -> ResponseReturnValue:
    """Ask which recording takes the place of this one; with `into`, tell what that would do."""
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
        require(actor, Action.DELETE, recording.subject)
        plan: MergePlan | None = None
        error = ""
        typed = request.args.get("into", "").strip()
        if typed:
            try:
                plan = plan_merge(session, recording_id, _number(typed), actor=actor)
            except ArchiveError as exc:
                error = str(exc)
    page = render_template(
        "publishing/merge.html",
        recording=recording,
        plan=plan,
        typed=typed,
        error=error,
        labels=LABELS,
    )
    return page, 400 if error else 200


@blueprint.post("/recordings/<int:recording_id>/merge")
def merge_into(recording_id: int) -> ResponseReturnValue:
    """Merge a recording into another, `into`, with those of its fields that are chosen, `take`."""
    parts, actor = current_parts(), current_actor()
    into_id = _number(request.form.get("into", ""))
    take = [Field(name) for name in request.form.getlist("take") if name in set(Field)]
    with parts.database.begin() as session:
        merge(
            session,
            parts.jobs,
            recording_id,
            into_id,
            take=take,
            actor=actor,
            now=parts.clock(),
        )
    flash(f"Recording {recording_id} is merged into this one; its address leads here.")
    return redirect(url_for("recordings.watch", recording_id=into_id), 303)


@blueprint.get("/curate/bin")
def bin_page() -> ResponseReturnValue:
    """List what is in the bin."""
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        binned = list_bin(session, actor=actor)
    return render_template(
        "publishing/bin.html",
        binned=binned,
        days=KEPT_FOR.days,
        now=parts.clock(),
        may_delete_now=may(actor, Action.DELETE_FOR_GOOD),
    )


@blueprint.post("/curate/bin/<int:recording_id>/restore")
def put_back(recording_id: int) -> ResponseReturnValue:
    """Take a recording out of the bin."""
    parts, actor = current_parts(), current_actor()
    with parts.database.begin() as session:
        was = restore(session, parts.jobs, recording_id, actor=actor, now=parts.clock())
    flash(f"Restored; it is {was} again.")
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


@blueprint.post("/curate/bin/<int:recording_id>/delete")
def delete_for_good(recording_id: int) -> ResponseReturnValue:
    """Let a recording in the bin go now."""
    parts, actor = current_parts(), current_actor()
    with parts.database.begin() as session:
        delete_now(session, parts.jobs, recording_id, actor=actor, now=parts.clock())
    flash(f"Recording {recording_id} is deleted; its files go within the hour.")
    return redirect(url_for("publishing.bin_page"), 303)


def _take(recording_id: int, step: Step) -> ResponseReturnValue:
    """Take a step; where it cannot be taken, the page says why and keeps what was typed."""
    parts, actor = current_parts(), current_actor()
    try:
        scheduled = step is Step.SCHEDULE
        publish_at = read_time(request.form.get("publish_at", "")) if scheduled else None
        with parts.database.begin() as session:
            take_step(
                session,
                parts.jobs,
                recording_id,
                step,
                actor=actor,
                now=parts.clock(),
                publish_at=publish_at,
                reason=request.form.get("reason", ""),
                show_title=request.form.get("title") == "yes",
            )
    except InvalidInputError as exc:
        return _page(recording_id, error=str(exc)), 400
    flash(_DONE[step])
    if request.form.get("back") == "publishing" or step in (Step.SCHEDULE, Step.UNSCHEDULE):
        return redirect(url_for("publishing.show", recording_id=recording_id), 303)
    return redirect(url_for("recordings.watch", recording_id=recording_id), 303)


def _as_json(recording_id: int) -> dict[str, object]:
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
        require(actor, Action.READ_HISTORY, recording.subject)
        standing = standing_of(session, recording_id, actor=actor, now=parts.clock())
    return {
        "id": recording_id,
        "publication": standing.publication,
        "publish_at": standing.publish_at.isoformat() if standing.publish_at else None,
        "steps": sorted(standing.steps),
        "missing": [
            {"name": item.name, "weight": item.weight, "told": item.told}
            for item in standing.missing
        ],
    }


def _page(recording_id: int, *, error: str = "") -> str:
    parts, actor = current_parts(), current_actor()
    with parts.database.read() as session:
        recording = get_recording(session, recording_id, actor=actor, now=parts.clock())
        require(actor, Action.READ_HISTORY, recording.subject)
        standing = standing_of(session, recording_id, actor=actor, now=parts.clock())
    return render_template(
        "publishing/show.html",
        recording=recording,
        standing=standing,
        error=error,
        typed=request.form,
        may_delete=may(actor, Action.DELETE, recording.subject),
        may_edit=may(actor, Action.EDIT, recording.subject),
        kept_days=KEPT_FOR.days,
    )


def _number(typed: str) -> int:
    """Read which recording is meant: its number or its address.

    Raises:
        InvalidInputError: it is neither.
    """
    match = re.fullmatch(r"(?:\S*/recordings/)?(\d{1,9})(?:[/?#]\S*)?", typed.strip())
    if not match:
        raise InvalidInputError("Give the number of a recording, or paste the address of its page.")
    return int(match[1])


def _gone(error: GoneError) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        return jsonify(error=str(error)), 410
    return render_template("publishing/gone.html", gone=error), 410


def _moved(error: MovedError) -> ResponseReturnValue:
    """Lead readers to the recording that took the place, with all that the address says besides.

    A change meant for the one that is gone is not done to the other.
    """
    if request.method not in ("GET", "HEAD"):
        return _gone(GoneError(str(error), recording_id=error.recording_id))
    path = _ADDRESS.sub(rf"\g<1>{error.into_id}", request.path)
    query = request.query_string.decode("ascii", errors="replace")
    return redirect(f"{path}?{query}" if query else path, 301)
