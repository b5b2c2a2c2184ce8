"""What programs and the pages' own scripts read: search, a recording's progress, health."""

import json

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from archive.completions import complete_query
from archive.errors import DatabaseError, InvalidInputError, NotFoundError
from archive.meaning.related import related_as_json
from archive.pipeline import Progress
from archive.recordings import get_recording
from archive.search import recording_url, search, search_as_json
from archive.unanswered import count_search
from web.actor import current_actor
from web.other_names import read_wish
from web.parts import current_parts
from web.search_address import MAX_PAGE, read_address, read_page
from web.wording import format_left, format_work

_MAX_BEGINNING = 100
_SUGGEST_BYTES = 1_400
_SUGGEST_FOR_S = 60

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
def find() -> ResponseReturnValue:
    """Search: `?q=` what is looked for, `&page=` from 1.

    `&lang= &collection= &speaker= &subject= &year= &checked=yes|no` narrow it, repeated for any of
    several; `&sort=newest|oldest` orders by date; `&concepts=off` looks for the words alone,
    `&without=fr:hta`, repeated, not for a name of the thesaurus.
    `archive.search.search_as_json` documents the answer; 503 while the index is being rebuilt.
    """
    asked = read_address(request.args)
    page = read_page(request.args.get("page", "1"))
    if page is None:
        raise InvalidInputError(f"page must be a whole number from 1 to {MAX_PAGE}.")
    parts = current_parts()
    with parts.database.read() as session:
        found = search(
            session,
            parts.index,
            request.args.get("q", ""),
            page=page,
            actor=current_actor(),
            now=parts.clock(),
            narrowing=asked.narrowing,
            sort=asked.sort,
            expanders=parts.concepts.expanders(session, read_wish(request.args)),
        )
    count_search(parts.database, found, asked.narrowing, now=parts.clock())
    return jsonify(search_as_json(found, parts.settings.base_url))


@blueprint.get("/api/v1/related")
def related() -> ResponseReturnValue:
    """Find moments near `?q=` in meaning, whatever their words; 404 where that is switched off.

    `{"query": …, "moments": […]}`, nearest first, as `archive.meaning.related.related_as_json`
    documents them.
    """
    parts, query = current_parts(), request.args.get("q", "")
    if parts.related is None:
        raise NotFoundError("This archive does not look for related moments.")
    with parts.database.read() as session:
        found = parts.related.find(session, query, actor=current_actor(), now=parts.clock())
    return jsonify(query=query, moments=related_as_json(found, parts.settings.base_url))


@blueprint.get("/api/v1/suggest")
def suggest() -> ResponseReturnValue:
    """Offer what may be meant by the beginning of a search, `?q=`.

    `{"suggestions": [[kind, text, query], …]}`; `query` is left out where it is the text. At most
    1.5 kB: the rest is left out.
    """
    parts = current_parts()
    with parts.database.read() as session:
        offered = complete_query(
            session, parts.index, request.args.get("q", "")[:_MAX_BEGINNING], actor=current_actor()
        )
    suggestions: list[list[str]] = []
    room = _SUGGEST_BYTES
    for one in offered:
        suggestion = [one.kind, one.text, *([one.query] if one.query != one.text else [])]
        room -= len(json.dumps(suggestion, ensure_ascii=False).encode()) + 1
        if room < 0:
            break
        suggestions.append(suggestion)
    body = json.dumps({"suggestions": suggestions}, ensure_ascii=False, separators=(",", ":"))
    answer = Response(body, mimetype="application/json")
    answer.headers["Cache-Control"] = f"private, max-age={_SUGGEST_FOR_S}"
    return answer


@blueprint.get("/api/v1/recordings/<int:recording_id>")
def recording(recording_id: int) -> ResponseReturnValue:
    """Tell how far a recording is; pages ask every two seconds while it is processed."""
    parts = current_parts()
    with parts.database.read() as session:
        view = get_recording(session, recording_id, actor=current_actor(), now=parts.clock())
    return jsonify(
        id=view.id,
        title=view.title,
        status=view.status,
        in_progress=view.in_progress,
        publication=view.publication,
        duration_ms=view.duration_ms,
        language=view.language,
        url=recording_url(parts.settings.base_url, view.id),
        progress=_progress(view.progress, view.duration_ms),
        problem=view.problem,
        shortcomings=[
            {"stage": shortcoming.stage, "missing": shortcoming.missing}
            for shortcoming in view.shortcomings
        ],
    )


@blueprint.get("/healthz")
def health() -> ResponseReturnValue:
    """Tell whether the site can answer: 200, or 503 with what is wrong."""
    try:
        with current_parts().database.read() as session:
            session.execute(text("SELECT 1 FROM recordings LIMIT 1"))
    except DatabaseError as exc:
        return jsonify(status="error", problem=str(exc)), 503
    return jsonify(status="ok")


def _progress(progress: Progress, duration_ms: int | None) -> dict[str, object]:
    return {
        "stage": progress.stage,
        "stage_title": progress.stage.label if progress.stage else "Waiting for its turn",
        "fraction": round(progress.fraction, 4),
        "left_s": progress.left_s,
        "left": format_left(progress.left_s),
        "heard_ms": progress.heard_ms,
        "speed": round(progress.speed, 2) if progress.speed is not None else None,
        "told": format_work(progress, duration_ms),
    }
