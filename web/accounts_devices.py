"""Devices people were signed in on, kept in a signed cookie of the browser.

Failed tries on such a device are counted apart (`archive.sign_in_brakes`), so that strangers
cannot keep someone out. The cookie names no one and signs nobody in.
"""

import hashlib
import secrets
from collections.abc import Mapping

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

_COOKIE = "archive_device"
_MOST_ACCOUNTS = 8
"""People who share a device; the earliest is forgotten."""
_KEPT_S = 365 * 86_400
_NAME_LENGTH = 16


def known_device(email: str) -> str | None:
    """Return what the device is called for an account that was signed in on it; else None."""
    return _read().get(_hash(email))


def remember_device(email: str, response: Response, *, secure: bool) -> Response:
    """Have the browser remember that an account was signed in on it."""
    known = dict(_read())
    name = known.pop(_hash(email), None) or secrets.token_urlsafe(_NAME_LENGTH)
    kept = [*known.items(), (_hash(email), name)][-_MOST_ACCOUNTS:]
    response.set_cookie(
        _COOKIE,
        _signer().dumps(dict(kept)),
        max_age=_KEPT_S,
        httponly=True,
        samesite="Lax",
        secure=secure,
    )
    return response


def _read() -> Mapping[str, str]:
    try:
        known = _signer().loads(request.cookies.get(_COOKIE, ""))
    except BadSignature:
        return {}
    return known if isinstance(known, dict) else {}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="known device")


def _hash(email: str) -> str:
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()[:_NAME_LENGTH]
