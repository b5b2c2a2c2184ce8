"""Having the index built anew when a request could not read it. The worker does it."""

import logging

from archive.errors import SearchIndexError
from archive.search import report_damage
from web.parts import current_parts

logger = logging.getLogger(__name__)


def have_index_mended(error: SearchIndexError) -> None:
    """Tell the worker that the index cannot be read; again and again is fine."""
    # Where the cause was found tells damage from a mistake of ours.
    logger.warning(
        "the search index cannot be read, and is looked at: %s", error, exc_info=error.__cause__
    )
    parts = current_parts()
    with parts.database.begin() as session:
        report_damage(session, parts.jobs, parts.index, now=parts.clock())
