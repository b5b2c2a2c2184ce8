"""Flask-Security over the archive's own accounts: sessions, argon2, CSRF, the login view.

The library sees a plain value for each account, read in a short session of its own; it
writes one thing only, a password hash made again with newer parameters. Accounts are made
and passwords set through `archive.accounts`.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask, current_app
from flask_security import RoleMixin, Security, UserDatastore, UserMixin
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import func, select, update

from archive.database import Database
from archive.models import Account

MIN_PASSWORD = 10


@dataclass(kw_only=True)
class SiteRole(RoleMixin):
    """A role as Flask-Security wants it."""

    name: str = ""


@dataclass(kw_only=True, eq=False)
class SiteAccount(UserMixin):
    """An account as Flask-Security wants it; not bound to a database session."""

    id: int = 0
    email: str = ""
    name: str = ""
    password: str | None = None
    active: bool = False
    fs_uniquifier: str = ""
    roles: list[RoleMixin] = field(default_factory=list)


class AccountDatastore(UserDatastore):
    """Finds accounts for Flask-Security."""

    def __init__(self, database: Database) -> None:
        super().__init__(SiteAccount, SiteRole)
        self._database = database

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: FBT001, FBT002 - the library's signature
        **criteria: Any,  # noqa: ANN401 - the library's signature
    ) -> SiteAccount | None:
        """Find an account by one attribute."""
        [(name, value)] = criteria.items()
        column = getattr(Account, name)
        where = func.lower(column) == str(value).lower() if case_insensitive else column == value
        with self._database.read() as session:
            account = session.scalar(select(Account).where(where))
            return None if account is None else _as_site_account(account)

    def put(self, account: SiteAccount) -> SiteAccount:
        """Keep a password hash that was made again."""
        with self._database.begin() as session:
            session.execute(
                update(Account).where(Account.id == account.id).values(password=account.password)
            )
        return account

    def commit(self) -> None:
        """Do nothing: `put` has its own transaction."""


def install_security(app: Flask, database: Database, *, secure: bool) -> CSRFProtect:
    """Set up sessions, sign-in and CSRF.

    Args:
        app: Receives the blueprint `security`: `/login` and `/logout`.
        database: Where the accounts are.
        secure: Cookies travel by https only.
    """
    app.config.update(
        # A form may stay open through a long upload; the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        # Argon2 salts by itself: passwords outlive a change of the secret key.
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_PASSWORD_LENGTH_MIN=MIN_PASSWORD,
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_LOGOUT_CSRF=True,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_MSG_GENERIC_AUTHN_FAILED=(
            "The email address or the password is not right.",
            "error",
        ),
        SECURITY_MSG_INVALID_REDIRECT=(
            "The page to go on to is not one of this site. Sign in again to go to the first page.",
            "error",
        ),
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_FRESHNESS=timedelta(minutes=-1),  # leaves out the page that asks again
        SECURITY_STATIC_FOLDER=None,
        SECURITY_FLASH_MESSAGES=False,
        REMEMBER_COOKIE_NAME="archive_remember",
        REMEMBER_COOKIE_DURATION=timedelta(days=30),
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=secure,
    )
    csrf = CSRFProtect(app)
    Security(app, AccountDatastore(database))
    return csrf


def current_security() -> Security:
    """Return the library's state for the site that answers this request."""
    security: Security = current_app.extensions["security"]
    return security


def _as_site_account(account: Account) -> SiteAccount:
    return SiteAccount(
        id=account.id,
        email=account.email,
        name=account.name,
        password=account.password,
        active=account.active,
        fs_uniquifier=account.fs_uniquifier,
        roles=[SiteRole(name=role.name) for role in account.roles],
    )
