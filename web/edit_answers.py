"""What the editor is told: after a save, of what others changed, and of a conflict."""

from collections.abc import Mapping
from datetime import datetime

from flask import request
from flask_wtf.csrf import generate_csrf

from archive.editing import Conflict, Saved
from archive.editing.difference import compare_texts
from archive.editing.opening import (
    Changed,
    News,
)
from archive.errors import NotFoundError
from web.editor_page import (
    make_row,
    row_as_json,
)


def saved_as_json(saved: Saved, names: Mapping[str, str]) -> dict[str, object]:
    """Write what came of a save, with the segments as they are now."""
    return {
        "version": saved.number,
        "changes": saved.changes,
        "segments": [row_as_json(make_row(one, names)) for one in saved.segments],
        "gone": list(saved.gone),
        "conflicts": [
            {
                "uid": conflict.operation.uid,
                "theirs": (
                    row_as_json(make_row(conflict.theirs, names)) if conflict.theirs else None
                ),
                "who": conflict.who,
                "at": _clock(conflict.at),
                "problem": conflict.problem,
            }
            for conflict in saved.conflicts
        ],
    }


def news_as_json(found: News) -> dict[str, object]:
    """Write what changed since the editor looked last."""
    return {
        "transcript": found.transcript_id,
        "changes": found.changes,
        "csrf": generate_csrf(),
        "changed": [_changed_as_json(one, found) for one in found.changed],
        "order": list(found.order),
        "review": found.review,
        "who": found.who,
    }


def _changed_as_json(changed: Changed, found: News) -> dict[str, object]:
    row = row_as_json(make_row(changed.segment, found.names))
    return row | {"by": changed.who, "at": _clock(changed.at)}


def _clock(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def conflict_view(conflict: Conflict | None) -> dict[str, object] | None:
    """Tell of a conflict on the page of whoever has no script."""
    if conflict is None:
        return None
    if conflict.problem:
        return {"problem": conflict.problem, "typed": request.form.get("text", "")}
    if conflict.theirs is None:
        raise NotFoundError(
            "Somebody joined this segment with the one before it meanwhile. Your text: "
            + request.form.get("text", "")
        )
    typed = request.form.get("text", "")
    return {
        "who": conflict.who or "A machine",
        "at": conflict.at,
        "theirs": conflict.theirs.text,
        "typed": typed,
        "pieces": compare_texts(conflict.theirs.text, typed, conflict.theirs.language),
    }
