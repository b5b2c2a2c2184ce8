"""The token of a form that a view checks itself, where the site must not read the body first."""

from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from archive.errors import InvalidInputError

_TOLD = (
    "This form was not sent from this site, or you have signed in or out since it was opened. "
    "Load the page again and send it once more."
)


def check_form_token(sent: str | None, *, told: str = _TOLD) -> None:
    """Refuse what another site made a browser send.

    Args:
        sent: the token that came along.
        told: what the person reads where it is not right.

    Raises:
        InvalidInputError: it is not this session's.
    """
    try:
        validate_csrf(sent)
    except ValidationError as exc:
        raise InvalidInputError(told) from exc
