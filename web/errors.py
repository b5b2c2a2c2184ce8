"""One place that turns an error into a status and a page (or JSON under `/api/`)."""

import logging
from contextlib import suppress

from flask import Flask, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from archive.errors import (
    ArchiveError,
    DatabaseError,
    DiskFullError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    NotMediaError,
    SearchIndexError,
    TooLargeError,
    TooManyTriesError,
    UnknownTokenError,
)
from archive.permissions import VISITOR
from web.actor import current_actor
from web.mending import have_index_mended

logger = logging.getLogger(__name__)

_STATUS: dict[type[ArchiveError], int] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    UnknownTokenError: 401,
    TooManyTriesError: 429,
    InvalidInputError: 400,
    NotMediaError: 400,
    TooLargeError: 413,
    DiskFullError: 507,
    SearchIndexError: 503,
    DatabaseError: 503,
}
_TITLES = {
    400: "That did not work",
    401: "The token does not work",
    403: "Not allowed",
    404: "Not found",
    405: "Not possible here",
    413: "Too large",
    429: "Too many tries",
    500: "Something went wrong",
    503: "Not available just now",
    507: "The disk is full",
}
_TEXTS = {
    404: "There is no page at this address. It may have been mistyped or taken away.",
    405: "This address does not take that kind of request.",
    413: "What was sent is larger than this page takes.",
    500: (
        "The archive made a mistake; it was noted for the administrator. "
        "Try again in a minute, or search for another recording."
    ),
    503: "The archive cannot be reached just now. Nothing is lost; try again in a few minutes.",
}
BEING_REBUILT = "The search is being rebuilt; results may be missing."
RETRY_AFTER_S = 60
_PAGE = "error.html"
_NOT_ALLOWED = 403
_SERVERS_OWN = 500
"""Statuses from here on tell of the server's own trouble."""


def install(app: Flask) -> None:
    """Handle every error of an application."""
    app.register_error_handler(ArchiveError, _archive_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: ArchiveError) -> int:
    """Return the HTTP status that tells of an error."""
    for kind in type(error).__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    return 500


def _archive_error(error: ArchiveError) -> ResponseReturnValue:
    status = status_of(error)
    if status >= _SERVERS_OWN:
        logger.error("path=%s error=%r", request.path, error)
        if isinstance(error, SearchIndexError):
            with suppress(DatabaseError):  # this answer is about the other trouble
                have_index_mended(error)
            answer = _answer(status, BEING_REBUILT)
            answer.headers["Retry-After"] = str(RETRY_AFTER_S)
            return answer
        # How the server is built and where things lie is for its log, not for readers.
        return _answer(status, _TEXTS[503] if isinstance(error, DatabaseError) else str(error))
    asks = request.method == "GET" and not _is_api()
    if asks and status == _NOT_ALLOWED and not current_actor().signed_in:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    answer = _answer(status, str(error))
    if isinstance(error, UnknownTokenError):
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    if isinstance(error, TooManyTriesError):
        answer.headers["Retry-After"] = str(error.wait_s)
    return answer


def _csrf_error(error: CSRFError) -> ResponseReturnValue:
    logger.info("path=%s csrf=%s", request.path, error.description)
    return _answer(
        400,
        "This form was not sent from this site, or you have signed in or out since it was "
        "opened. Go back, load the page again, and send it once more.",
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None:
        return error.get_response()
    answer = _answer(error.code, _TEXTS.get(error.code) or error.description or error.name)
    for name, value in error.get_headers():
        if name in ("Allow", "Content-Range", "Retry-After"):
            answer.headers[name] = value
    return answer


def _unexpected(error: Exception) -> ResponseReturnValue:
    logger.error("path=%s", request.path, exc_info=error)
    return _answer(500, _TEXTS[500])


def _answer(status: int, message: str) -> Response:
    if _is_api():
        answer = jsonify(error=message)
    else:
        title = _TITLES.get(status) or InternalServerError.description
        told = {"status": status, "title": title, "message": message, "path": request.full_path}
        page = _render_alone(told) if status >= _SERVERS_OWN else render_template(_PAGE, **told)
        answer = Response(page, mimetype="text/html")
    answer.status_code = status
    return answer


def _render_alone(told: dict[str, object]) -> str:
    """Render without asking who is there: the database may be what failed."""
    return current_app.jinja_env.get_template(_PAGE).render(actor=VISITOR, **told)


def _is_api() -> bool:
    return request.path.startswith("/api/")
