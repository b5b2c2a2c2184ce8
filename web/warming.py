"""Read the search index when the site starts, so that nobody's first search waits for it.

What forgives typing mistakes and mishearing looks through all words of the index, which takes
seconds to read the first time in each process.
"""

import logging
import threading

from archive.errors import SearchIndexError
from archive.index import SearchIndex

logger = logging.getLogger(__name__)

_A_SLIP = "artisunnate"
"""Nothing is spelled so: everything that may be meant is looked for."""


def start_warming(index: SearchIndex) -> threading.Thread:
    """Read the index in a thread, which ends with the process at the latest."""
    thread = threading.Thread(target=_warm, args=(index,), name="warm search index", daemon=True)
    thread.start()
    return thread


def _warm(index: SearchIndex) -> None:
    try:
        index.search(_A_SLIP, page_size=1)
    except SearchIndexError as exc:  # whoever searches next is told, and it is mended
        logger.warning("the search index could not be read at the start: %s", exc)
