"""Flask-Security's forms with brakes: each try is counted before it is looked at.

A form whose try is refused answers 429 with how long to wait, and looks at nothing.
"""

from collections.abc import Sequence
from typing import Any

from flask import Response, after_this_request, request
from flask_security.forms import (
    LoginForm,
    TwoFactorRescueForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
)
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.webauthn import WebAuthnRegisterForm
from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from archive.errors import TooManyTriesError
from archive.sign_in_brakes import BrakeKey, BrakeKind, address_key, give_back, take_try
from web.accounts_devices import known_device
from web.parts import current_parts

_TOO_MANY = 429


def take_a_try(keys: Sequence[BrakeKey]) -> None:
    """Count a try against each key.

    Raises:
        TooManyTriesError: it is one too many.
    """
    parts = current_parts()
    with parts.database.begin() as session:
        take_try(session, keys, now=parts.clock())


def give_it_back(keys: Sequence[BrakeKey]) -> None:
    """Give a try back that was right."""
    parts = current_parts()
    with parts.database.begin() as session:
        give_back(session, keys, now=parts.clock())


def password_keys(email: str) -> tuple[BrakeKey, ...]:
    """Return what a try of a password is counted against."""
    device = known_device(email)
    if device is not None:
        return (BrakeKey(BrakeKind.DEVICE, f"{email} {device}"), _address_key())
    return (BrakeKey(BrakeKind.ACCOUNT, email), _address_key())


def code_keys(account_id: int) -> tuple[BrakeKey, ...]:
    """Return what a try of a second factor is counted against."""
    return (BrakeKey(BrakeKind.CODE, str(account_id)), _address_key())


def _address_key() -> BrakeKey:
    return address_key(request.remote_addr or "")


class _Braked:
    """Mixed into a form: counts its tries against `brake_keys`."""

    form_errors: list[str]

    def brake_keys(self) -> tuple[BrakeKey, ...]:
        """Say what a try is counted against."""
        raise NotImplementedError

    def validate(self, **options: Any) -> bool:  # noqa: ANN401 - the library's signature
        """Take a try, look at the form, and give the try back if it was right."""
        keys = self.brake_keys()
        try:
            take_a_try(keys)
        except TooManyTriesError as exc:
            self.form_errors = [*self.form_errors, str(exc)]
            _answer_too_many(exc.wait_s)
            return False
        valid: bool = super().validate(**options)  # type: ignore[misc]
        if valid:
            give_it_back(keys)
        return valid


class BrakedLoginForm(_Braked, LoginForm):
    """Signing in with a password."""

    def brake_keys(self) -> tuple[BrakeKey, ...]:
        """Count against the address typed, whether or not there is such an account."""
        return password_keys(self.email.data or "")


class BrakedVerifyForm(_Braked, VerifyForm):
    """Giving one's password again."""

    def brake_keys(self) -> tuple[BrakeKey, ...]:
        """Count as for signing in."""
        return password_keys(self.user.email)


class BrakedCodeForm(_Braked, TwoFactorVerifyCodeForm):
    """Giving the code of an app."""

    def brake_keys(self) -> tuple[BrakeKey, ...]:
        """Count against the account whose password was right."""
        return code_keys(self.user.id if self.user else 0)


class BrakedRecoveryForm(_Braked, MfRecoveryForm):
    """Giving a recovery code; the same tries as those of an app's codes."""

    def brake_keys(self) -> tuple[BrakeKey, ...]:
        """Count against the account whose password was right."""
        return code_keys(self.user.id if self.user else 0)


class RescueForm(TwoFactorRescueForm):
    """What to do without the phone: recovery codes are all there is; no mail is sent."""

    help_setup = RadioField("Without the phone", choices=[])


class SetupForm(TwoFactorSetupForm):
    """Setting up an app, or doing without one."""

    # The library's own fields are of a kind that the next version of wtforms does not take.
    setup = RadioField(
        choices=[SelectChoice("authenticator"), SelectChoice("disable")], validate_choice=False
    )


class PasskeyForm(WebAuthnRegisterForm):
    """Naming a new passkey, which is always one that stands for the password."""

    usage = StringField()

    def validate(self, **options: Any) -> bool:  # noqa: ANN401 - the library's signature
        """Take no other use than that."""
        self.usage.data = "first"
        valid: bool = super().validate(**options)
        return valid


def _answer_too_many(wait_s: int) -> None:
    @after_this_request
    def say_so(response: Response) -> Response:
        response.status_code = _TOO_MANY
        response.headers["Retry-After"] = str(wait_s)
        return response
