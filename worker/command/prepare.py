"""`webinar-archive migrate` and `admin-link`: preparing an archive by hand."""

import argparse

from archive.account_links import make_first_link
from archive.clock import utc_now
from archive.database import Database
from archive.glossary.shipped import bring_shipped
from archive.schema import migrate
from archive.settings import Settings
from archive.thesaurus.shipped import bring_labels
from worker.command.options import Subparsers


def add(subparsers: Subparsers) -> None:
    """Add the subcommands."""
    tables = subparsers.add_parser("migrate", help="bring the database up to date")
    tables.set_defaults(run=_migrate)
    link = subparsers.add_parser(
        "admin-link", help="print the one-time link that creates the first administrator"
    )
    link.set_defaults(run=_admin_link)


def first_administrator_url(settings: Settings, database: Database) -> str | None:
    """Make the one-time link; None when there is an administrator already."""
    with database.begin() as session:
        token = make_first_link(session, now=utc_now())
    return f"{settings.base_url}/setup/{token}" if token else None


def _migrate(_options: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url)
    migrate(database)
    terms = bring_shipped(database, now=utc_now())
    names = bring_labels(database, now=utc_now())
    print("The database is up to date.")
    if terms:
        print(f"{terms} terms came into the glossary.")
    if names:
        print(f"{names} names came into the thesaurus.")
    return 0


def _admin_link(_options: argparse.Namespace, settings: Settings) -> int:
    database = Database(settings.database_url)
    migrate(database)
    url = first_administrator_url(settings, database)
    print(url or "There is an administrator already; new accounts are made on the Accounts page.")
    return 0
