"""Signing in with a password, as a person does."""

from flask.testing import FlaskClient

from tests.web.conftest import post
from tests.web.factories import PASSWORD

EMAIL = "lina@example.org"


def sign_in(client: FlaskClient, password: str = PASSWORD, *, email: str = EMAIL) -> int:
    """Sign in; 302: it went on."""
    return post(client, "/login", email=email, password=password).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200
