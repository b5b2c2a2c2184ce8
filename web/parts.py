"""The parts a site is built from, made once in `create_app` and found from a request.

Nothing here opens a connection: gunicorn may fork after the parts are made.
"""

from dataclasses import dataclass
from typing import cast

from flask import current_app

from archive.clock import Clock
from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.meaning.related import RelatedMoments
from archive.settings import Settings
from archive.storage import Storage
from archive.thesaurus.expansion import Concepts
from archive.uploads import Finisher, PartialFiles

_NAME = "webinar-archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a route may need of the archive."""

    settings: Settings
    database: Database
    storage: Storage
    index: SearchIndex
    jobs: Jobs
    clock: Clock
    concepts: Concepts
    """The thesaurus in memory."""
    partial_files: PartialFiles
    """The bytes of uploads under way."""
    finisher: Finisher
    """Turns whole uploads into recordings."""
    related: RelatedMoments | None
    """Finds moments by meaning; None: that is off."""


def current_parts() -> Parts:
    """Return the parts of the site that answers this request."""
    return cast("Parts", current_app.extensions[_NAME])


def install_parts(extensions: dict[str, object], parts: Parts) -> None:
    """Make the parts findable from an application's requests."""
    extensions[_NAME] = parts
