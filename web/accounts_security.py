"""Flask-Security over the archive's own accounts: sessions, sign-in, second factors, CSRF.

The library's views do the signing in, by password, code, recovery code or passkey; its forms
are braked (`web.accounts_forms`), its templates are ours (`templates/security`). A request
that comes with a token (`web.actor`) is none of its business.
"""

import base64
import hashlib
from datetime import timedelta
from typing import Any, cast

from flask import Flask, after_this_request, current_app
from flask_security import Security, Totp, UserMixin, WebauthnUtil, user_authenticated
from flask_security.utils import check_and_update_authn_fresh
from flask_wtf.csrf import CSRFProtect
from passlib.exc import UsedTokenError
from passlib.totp import TotpMatch
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from archive.clock import Clock
from archive.database import Database
from archive.sign_in import note_sign_in, use_counter
from web.accounts_datastore import AccountDatastore, SiteAccount
from web.accounts_devices import remember_device
from web.accounts_forms import (
    BrakedCodeForm,
    BrakedLoginForm,
    BrakedRecoveryForm,
    BrakedVerifyForm,
    PasskeyForm,
    RescueForm,
    SetupForm,
)
from web.actor import sent_token
from web.parts import current_parts

MIN_PASSWORD = 10
RECOVERY_CODES = 8
MAX_PASSKEY_NAME = 64
_FRESH = timedelta(minutes=30)
"""How long after signing in one may change how one signs in without saying again who one is."""


class OnceTotp(Totp):
    """Codes of an app, each of which works once."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        """Return the last half minute a code was used of."""
        return cast("SiteAccount", user).tf_counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        """Keep it; refuse the code if another request was first."""
        with current_parts().database.begin() as session:
            if not use_counter(session, user.id, tmatch.counter):
                raise UsedTokenError


class OwnPasskeys(WebauthnUtil):
    """Passkeys that say who it is and check that it is them: two factors in one."""

    def authenticator_selection(
        self,
        user: UserMixin,  # noqa: ARG002 - the library's signature
        usage: str,  # noqa: ARG002 - the library's signature
    ) -> AuthenticatorSelectionCriteria:
        """Take any device that keeps the key and asks for a finger, a face or a PIN."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(
        self,
        user: UserMixin | None,  # noqa: ARG002 - the library's signature
        usage: list[str],  # noqa: ARG002 - the library's signature
    ) -> UserVerificationRequirement:
        """Ask for it each time."""
        return UserVerificationRequirement.REQUIRED

    def name_svn(self, value: str) -> tuple[str | None, str | None]:
        """Take any name in any script; pages escape it. Returns what is wrong, and the name."""
        name = " ".join(value.split())
        if not name or not name.isprintable() or len(name) > MAX_PASSKEY_NAME:
            return f"Give it a name of up to {MAX_PASSKEY_NAME} letters.", None
        return None, name


class _Security(Security):
    def _check_modules(self, module: str, config_name: str) -> object:
        """Do without nh3, which cleans names of passkeys: `OwnPasskeys.name_svn` reads them."""
        return module == "nh3" or super()._check_modules(module, config_name)  # type: ignore[no-untyped-call]


class _FormProtection(CSRFProtect):  # type: ignore[misc]
    """Asks for the form token of every change that is made with a session."""

    def protect(self, **options: bool) -> None:
        """Leave requests with a token alone: no other site can make a browser send one."""
        if sent_token() is None:
            super().protect(**options)


def install_security(
    app: Flask, database: Database, *, clock: Clock, secure: bool, title: str = "Webinar archive"
) -> CSRFProtect:
    """Set up sessions, sign-in and CSRF.

    Args:
        app: Receives the blueprint `security`.
        database: Where the accounts are.
        clock: Gives the present.
        secure: Cookies travel by https only.
        title: What apps and devices call the archive.
    """
    app.config.update(_settings(app, secure=secure, title=title))
    csrf = _FormProtection(app)
    _Security(
        app,
        AccountDatastore(database, clock),
        login_form=BrakedLoginForm,
        verify_form=BrakedVerifyForm,
        two_factor_verify_code_form=BrakedCodeForm,
        two_factor_rescue_form=RescueForm,
        two_factor_setup_form=SetupForm,
        wan_register_form=PasskeyForm,
        mf_recovery_form=BrakedRecoveryForm,
        totp_cls=OnceTotp,
        webauthn_util_cls=OwnPasskeys,
    )
    # The library's own tokens know no scopes and do not expire: there is no way in by them.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    user_authenticated.connect(_signed_in, app)
    return csrf


def current_security() -> Security:
    """Return the library's state for the site that answers this request."""
    security: Security = current_app.extensions["security"]
    return security


def signed_in_of_late() -> bool:
    """Tell whether who asks has shown of late who they are; makes it last while they go on."""
    fresh: bool = check_and_update_authn_fresh(_FRESH, _FRESH / 2)
    return fresh


def _signed_in(_app: Flask, user: UserMixin, **_: object) -> None:
    """Keep when, and have the browser remember that it was on this device."""
    parts = current_parts()
    with parts.database.begin() as session:
        note_sign_in(session, user.id, now=parts.clock())
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    after_this_request(lambda response: remember_device(user.email, response, secure=secure))


def _settings(app: Flask, *, secure: bool, title: str) -> dict[str, Any]:
    key = str(app.config["SECRET_KEY"])
    fernet_key = hashlib.sha256(f"recovery codes {key}".encode()).digest()
    return {
        # A form may stay open through a long upload; the token lives as long as the session.
        "WTF_CSRF_TIME_LIMIT": None,
        # Argon2 salts by itself: passwords outlive a change of the secret key.
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_PASSWORD_LENGTH_MIN": MIN_PASSWORD,
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_FRESHNESS": _FRESH,
        "SECURITY_FRESHNESS_GRACE_PERIOD": _FRESH / 2,
        "SECURITY_VERIFY_URL": "/account/verify",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        # A code of this half minute, the one before or the one after: clocks differ.
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_SETUP_URL": "/account/app",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/login/rescue",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/login/second",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "accounts_own.own",
        "SECURITY_TOTP_SECRETS": {1: hashlib.sha256(f"codes {key}".encode()).hexdigest()},
        "SECURITY_TOTP_ISSUER": title,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": RECOVERY_CODES,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(fernet_key)],
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/account/recovery-codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/login/recovery",
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": title,
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_WAN_REGISTER_URL": "/account/passkeys",
        "SECURITY_WAN_DELETE_URL": "/account/passkeys/remove",
        "SECURITY_WAN_VERIFY_URL": "/account/verify/passkey",
        "SECURITY_WAN_SIGNIN_URL": "/login/passkey",
        "SECURITY_WAN_POST_REGISTER_VIEW": "accounts_own.own",
        "REMEMBER_COOKIE_NAME": "archive_remember",
        "REMEMBER_COOKIE_DURATION": timedelta(days=30),
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": secure,
        **_MESSAGES,
    }


_MESSAGES = {
    "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
        "The email address or the password is not right.",
        "error",
    ),
    "SECURITY_MSG_INVALID_REDIRECT": (
        "The page to go on to is not one of this site. Sign in again to go to the first page.",
        "error",
    ),
    "SECURITY_MSG_INVALID_PASSWORD": ("That is not your password.", "error"),
    "SECURITY_MSG_TWO_FACTOR_INVALID_TOKEN": (
        "That code is not right, or was used already. Wait for the next one.",
        "error",
    ),
    "SECURITY_MSG_TWO_FACTOR_LOGIN_SUCCESSFUL": ("You are signed in.", "success"),
    "SECURITY_MSG_TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        "From now on you are asked for a code too. Now make recovery codes, lest you lose it.",
        "success",
    ),
    "SECURITY_MSG_TWO_FACTOR_DISABLED": ("You are no longer asked for a code.", "success"),
    "SECURITY_MSG_TWO_FACTOR_PERMISSION_DENIED": ("Sign in with your password first.", "error"),
    "SECURITY_MSG_TWO_FACTOR_SETUP_EXPIRED": ("That took too long; begin again.", "error"),
    "SECURITY_MSG_INVALID_RECOVERY_CODE": (
        "That is none of your recovery codes, or it was used already.",
        "error",
    ),
    "SECURITY_MSG_REAUTHENTICATION_REQUIRED": ("First show that it is you.", "info"),
    "SECURITY_MSG_REAUTHENTICATION_SUCCESSFUL": ("Thank you.", "success"),
    "SECURITY_MSG_WEBAUTHN_REGISTER_SUCCESSFUL": (
        "The passkey “%(name)s” is added: sign in with it from now on.",
        "success",
    ),
    "SECURITY_MSG_WEBAUTHN_CREDENTIAL_DELETED": ("The passkey “%(name)s” is removed.", "success"),
    "SECURITY_MSG_WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (
        "That passkey is not known here; it may have been removed. Sign in with your password.",
        "error",
    ),
    "SECURITY_MSG_WEBAUTHN_NO_VERIFY": ("That passkey could not be checked; try again.", "error"),
    "SECURITY_MSG_WEBAUTHN_EXPIRED": ("That took too long; try again.", "error"),
    "SECURITY_MSG_WEBAUTHN_NAME_INUSE": ("You have a passkey “%(name)s” already.", "error"),
    "SECURITY_MSG_API_ERROR": ("The browser sent no passkey; try again.", "error"),
    "SECURITY_MSG_UNAUTHENTICATED": ("Sign in first.", "info"),
    "SECURITY_MSG_LOGIN": ("Sign in first.", "info"),
}
