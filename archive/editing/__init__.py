"""Correcting transcripts: by hand in the editor, across recordings, and back again.

    operations, retiming   pure: what an edit makes of segments and their words
    saving                 what has not changed meanwhile is applied, conflicts are told
    groups                 changes across recordings that are undone as one
    restoring, difference  versions: what they changed, and making an old one the newest
    reviewing              how far people are with which transcript

For other parts of the archive, all in the caller's transaction:

    read_editable(session, recording_id) -> tuple[Segment, ...]   # with uid and revision
    apply_changes(session, jobs, recording_id, changes: Sequence[SegmentChange], *,
                  actor, now, group: str | None = None, note: str = "") -> Applied
    revert_group(session, jobs, group: str, *, actor, now) -> Reverted
"""

from archive.editing.groups import (
    Applied,
    Reverted,
    apply_changes,
    read_editable,
    revert_group,
)
from archive.editing.operations import Join, Operation, SegmentChange, Split
from archive.editing.saving import Conflict, Saved, save

__all__ = [
    "Applied",
    "Conflict",
    "Join",
    "Operation",
    "Reverted",
    "Saved",
    "SegmentChange",
    "Split",
    "apply_changes",
    "read_editable",
    "revert_group",
    "save",
]
