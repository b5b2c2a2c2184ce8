"""CSV files in and out of pages: given as a download, taken as an upload, and kept in between.

Between being told what an import would do and confirming it, the file travels in the page's form:
the server keeps nothing that may never be asked for again.
"""

import base64
import zlib
from contextlib import closing

from flask import Response, request

from archive.csv_lines import ImportPlan
from archive.errors import InvalidInputError


def csv_answer(text: str, file_name: str) -> Response:
    """Give CSV to be saved under a name."""
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer


def read_content(*, max_bytes: int) -> tuple[bytes, str]:
    """Read the file that was chosen, or the one that came back with the form.

    Args:
        max_bytes: one more is read, so that the importer can tell a file that is too large.

    Returns:
        The content, and the file's name where it was chosen just now.

    Raises:
        InvalidInputError: it did not come back whole.
    """
    file = request.files.get("file")
    if file is None:
        return unpack(request.form.get("packed", ""), max_bytes=max_bytes), ""
    with closing(file):
        return file.stream.read(max_bytes + 1), file.filename or ""


def is_confirmed() -> bool:
    """Whether the person was told what an import does, and wants it."""
    return request.form.get("confirmed") == "yes"


def tell(done: ImportPlan[object], noun: str) -> str:
    """Say what was imported: as `Imported: 1 term added, 3 changed`."""
    count = len(done.added)
    return (
        f"Imported: {count} {noun}{'' if count == 1 else 's'} added, {len(done.changed)} changed."
    )


def pack(content: bytes) -> str:
    """Write a file small enough for a form's field: a form sends back at most 500 kB."""
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def unpack(text: str, *, max_bytes: int) -> bytes:
    """Read what `pack` wrote.

    Raises:
        InvalidInputError: it is something else.
    """
    try:
        opened = zlib.decompressobj()
        return opened.decompress(base64.b64decode(text, validate=True), max_bytes + 1)
    except (ValueError, zlib.error) as exc:
        raise InvalidInputError("The file did not come back whole; choose it again.") from exc
