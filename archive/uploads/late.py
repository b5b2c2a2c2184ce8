"""What is typed after the last byte has arrived goes to the recording: nothing is typed twice."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from archive.deposits import Description, read_description
from archive.describing.editing import describe, get_description
from archive.describing.values import Credit, Described
from archive.jobs import Jobs
from archive.models import PersonRole
from archive.permissions import Actor

_SAID = ("title", "recorded_on", "language", "collection", "speakers", "subjects", "description")


def describe_late(
    session: Session,
    jobs: Jobs,
    recording_id: int,
    fields: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change what is said of a recording by what was typed on the deposit page.

    Args:
        session: Of the caller's transaction.
        jobs: Lets the search follow.
        recording_id: What the upload became.
        fields: Those that were changed; all others stay. A title left empty stays too.
        actor: Who types.
        now: The present, aware.

    Raises:
        NotAllowedError: the actor may not change the recording (any more).
        InvalidInputError: names the field and what it takes.
    """
    typed = {name: text for name, text in fields.items() if name in _SAID}
    if not typed:
        return
    read = read_description(**typed)  # type: ignore[arg-type] # `translate` is not among them
    before = get_description(session, recording_id, actor=actor)
    wanted = _with(before.described, read, typed.keys())
    if wanted != before.described:
        describe(
            session,
            jobs,
            recording_id,
            wanted,
            edition=before.edition,
            marks={},
            actor=actor,
            now=now,
        )


def _with(said: Described, typed: Description, names: Collection[str]) -> Described:
    """Put the fields that were typed in place of what was said. Pure."""
    if "title" in names and typed.title:
        said = replace(said, title=typed.title)
    if "recorded_on" in names:
        said = replace(said, recorded_on=typed.recorded_on)
    if "description" in names:
        said = replace(said, description=typed.description)
    if "subjects" in names:
        said = replace(said, subjects=typed.subjects)
    if "language" in names:
        said = replace(said, languages=(typed.language,) if typed.language else ())
    if "collection" in names:
        others = said.collections[1:]
        main = (typed.collection,) if typed.collection else ()
        said = replace(said, collections=tuple(dict.fromkeys((*main, *others))))
    if "speakers" in names:
        known = {one.name: one for one in said.people if one.role is PersonRole.PRESENTER}
        others_ = tuple(one for one in said.people if one.role is not PersonRole.PRESENTER)
        presenters = tuple(known.get(name) or Credit(name=name) for name in typed.speakers)
        said = replace(said, people=(*presenters, *others_))
    return said
