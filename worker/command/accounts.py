"""`webinar-archive token` and `password-link`: what the operator does for an account."""

import argparse

from archive.account_links import LINK_LIFETIME, make_password_link
from archive.accounts import find_account
from archive.clock import utc_now
from archive.database import Database
from archive.permissions import OPERATOR, Scope
from archive.settings import Settings
from archive.tokens import MOST_DAYS, make_token
from worker.command.options import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the subcommands."""
    token = subparsers.add_parser("token", help="make a token by which a program acts for someone")
    token.add_argument("email", help="whose token it is")
    token.add_argument("--name", default="made on the server", help="what it is for")
    token.add_argument(
        "--scope",
        action="append",
        choices=[str(scope) for scope in Scope],
        help="what it may be used for, several times for several; default: deposit",
    )
    token.add_argument(
        "--days", type=int, default=90, help=f"how long it lives, up to {MOST_DAYS}; default 90"
    )
    token.set_defaults(run=_token)
    link = subparsers.add_parser(
        "password-link", help="print a one-time link by which someone sets a new password"
    )
    link.add_argument("email", help="whose password")
    link.set_defaults(run=_password_link)


def _token(options: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url)
    scopes = [Scope(text) for text in options.scope or [Scope.DEPOSIT]]
    with database.begin() as session:
        new = make_token(
            session,
            find_account(session, options.email),
            name=options.name,
            scopes=scopes,
            days=options.days,
            actor=OPERATOR,
            now=utc_now(),
        )
    print(new.text)
    return 0


def _password_link(options: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url)
    with database.begin() as session:
        account_id = find_account(session, options.email)
        token = make_password_link(session, account_id, actor=OPERATOR, now=utc_now())
    print(f"{settings.base_url}/setup/{token}")
    print(f"It works once, within {LINK_LIFETIME.days} days, and ends all sessions of the account.")
    return 0
