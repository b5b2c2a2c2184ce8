"""Where the pictures of a recording's slides lie; asked one at a time, as pages show them."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from archive.models import RecordingFile, Role
from archive.recording_views import FileView


def slide_picture(
    session: Session, recording_id: int, start_ms: int, *, small: bool = False
) -> FileView | None:
    """Return the picture of the slide that appears at a time; None: there is none.

    Args:
        small: The one for the strip; of a slide that has none the full one.
    """
    roles = [Role.SLIDE_SMALL, Role.SLIDE] if small else [Role.SLIDE]
    rows = session.scalars(
        select(RecordingFile)
        .where(
            RecordingFile.recording_id == recording_id,
            RecordingFile.role.in_(roles),
            RecordingFile.at_ms == start_ms,
        )
        .options(joinedload(RecordingFile.file))
    ).all()
    found = min(rows, key=lambda row: roles.index(row.role), default=None)
    if found is None:
        return None
    return FileView(
        role=found.role,
        sha256=found.file.sha256,
        size_bytes=found.file.size_bytes,
        media_type=found.media_type,
        at_ms=found.at_ms,
    )
