"""Compresses text on its way out: most readers are on slow, metered links.

Answers that carry a form token are left alone: a secret beside text an attacker chooses
must not be compressed (BREACH, https://breachattack.com/).
"""

import gzip

from flask import Response, g, request

_TEXT = frozenset(
    {
        "application/json",
        "application/x-subrip",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/vtt",
    }
)
_LEAST_BYTES = 600
_MOST_BYTES = 16 * 1024**2
_LEVEL = 6
_WHOLE = frozenset({200, 201, 400, 403, 404, 413, 500, 503, 507})
"""Never a 206, whose bytes are counted in the file as it lies on the disk."""


def compress(response: Response) -> Response:
    """Compress an answer where that helps and is safe."""
    if response.mimetype not in _TEXT or response.status_code not in _WHOLE:
        return response
    response.vary.add("Accept-Encoding")
    if (
        "csrf_token" in g
        or request.accept_encodings["gzip"] <= 0
        or "Content-Encoding" in response.headers
        or not _LEAST_BYTES <= (response.content_length or 0) <= _MOST_BYTES
    ):
        return response
    response.direct_passthrough = False
    response.set_data(gzip.compress(response.get_data(), compresslevel=_LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    # Other bytes than those of the strong tag (RFC 9110, section 8.8.1).
    etag, weak = response.get_etag()
    if etag and not weak:
        response.set_etag(etag, weak=True)
    return response
