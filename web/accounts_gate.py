"""Keeps visitors out of an archive that is for accounts only (`ARCHIVE_SIGN_IN_ONLY`).

What signing in itself needs stays open: its pages, the links that make accounts, the static
files. `archive.permissions` refuses a visitor each recording as well; this is the door before.
"""

from flask import Flask, request

from archive.errors import NotAllowedError
from web.actor import current_actor

OPEN_ENDPOINTS = frozenset(
    (
        "static",
        "accounts_own.setup",
        "accounts_own.use",
        "api.health",
        "security.login",
        "security.logout",
        "security.two_factor_setup",
        "security.two_factor_token_validation",
        "security.two_factor_rescue",
        "security.tf_select",
        "security.mf_recovery",
        "security.wan_signin",
        "security.wan_signin_response",
    )
)
"""What is answered without an account; Flask-Security's ask for what they need themselves."""


def install(app: Flask) -> None:
    """Have an application ask who is there before it answers."""
    app.before_request(_ask)


def _ask() -> None:
    # An address that leads nowhere is told so: it says nothing of the archive.
    if request.endpoint is None or request.endpoint in OPEN_ENDPOINTS:
        return
    if current_actor().kept_out:
        raise NotAllowedError("This archive is for people with an account; sign in to read it.")
