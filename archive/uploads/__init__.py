"""Uploads over links that drop: bytes are kept as they come, and a whole file is deposited.

    begin_upload → PartialFiles.hold … → Finisher.finish → archive.deposits

`partial` has the bytes, `under_way` the rows, `room` the limits, `finishing` what becomes of it.
The protocol is `web.uploads`'.
"""

from archive.uploads.finishing import Finisher, may_publish_bytes, readable_description
from archive.uploads.late import describe_late
from archive.uploads.partial import Partial, PartialFiles
from archive.uploads.room import check_room
from archive.uploads.under_way import (
    DRAFT_FIELDS,
    MAX_CAPTIONS_BYTES,
    NewUpload,
    UploadView,
    begin_upload,
    discard_upload,
    list_refused,
    list_uploads,
    note_life,
    read_upload,
    save_draft,
    set_captions,
    sweep_uploads,
)

__all__ = [
    "DRAFT_FIELDS",
    "MAX_CAPTIONS_BYTES",
    "Finisher",
    "NewUpload",
    "Partial",
    "PartialFiles",
    "UploadView",
    "begin_upload",
    "check_room",
    "describe_late",
    "discard_upload",
    "list_refused",
    "list_uploads",
    "may_publish_bytes",
    "note_life",
    "read_upload",
    "readable_description",
    "save_draft",
    "set_captions",
    "sweep_uploads",
]
