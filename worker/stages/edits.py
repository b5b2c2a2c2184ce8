"""What is derived from a transcript follows the edits of people."""

from archive.editing.reviewing import is_overtaken as is_overtaken_in
from worker.parts import Parts


def is_overtaken(parts: Parts, recording_id: int, change: int) -> bool:
    """Tell whether the job of a later edit comes soon, and this one may be left to it."""
    with parts.database.read() as session:
        return is_overtaken_in(session, recording_id, change)
