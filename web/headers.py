"""Headers every answer carries: what a page may load, who may frame it, how long it keeps."""

from flask import Flask, Response

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def install(app: Flask) -> None:
    """Set the headers on every answer of an application."""
    app.after_request(_set_headers)


def _set_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # Pages differ by who asks; a browser may keep one but asks before showing it again.
    headers.setdefault("Cache-Control", "private, no-cache")
    if (response.mimetype or "").startswith("image/"):
        # Thirty stills on a page: what only a document heeds would be 9 kB of it.
        headers.setdefault("Content-Security-Policy", "default-src 'none'")
        return response
    headers.setdefault("Content-Security-Policy", _CONTENT_SECURITY_POLICY)
    # Not "no-referrer": over https the CSRF check wants to see our own pages as referrer.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response
