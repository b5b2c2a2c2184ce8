"""Read index and thesaurus when the site starts, so that nobody's first search waits for them.

What forgives typing mistakes and mishearing looks through all words of the index, and all names
in the thesaurus have stems: each takes seconds the first time in each process. Templates and what
reads recordings are compiled too, or the first page of each process takes a tenth of a second more.
"""

import gc
import logging
import threading
from collections.abc import Callable

from jinja2 import Environment

from archive.errors import SearchIndexError
from archive.index import SearchIndex
from archive.permissions import Actor
from archive.recordings import list_recordings
from web.parts import Parts

logger = logging.getLogger(__name__)

_A_SLIP = "artisunnate"
"""Nothing is spelled so: everything that may be meant is looked for."""


def start_warming(
    parts: Parts,
    *,
    templates: Environment | None = None,
    settle: Callable[[], None] | None = None,
) -> threading.Thread:
    """Read them in a thread, which ends with the process at the latest.

    Args:
        parts: of the site.
        templates: to compile.
        settle: called when all is read.
    """
    thread = threading.Thread(
        target=_warm, args=(parts, templates, settle), name="warm search", daemon=True
    )
    thread.start()
    return thread


def leave_to_stay() -> None:
    """Keep what is there now out of the garbage collector's rounds, for a process of its own.

    Code, templates, words and names stay as long as the process: 336,000 objects, which took a
    quarter of a second of whatever request a full round fell into.
    """
    gc.collect()
    gc.freeze()


def _warm(parts: Parts, templates: Environment | None, settle: Callable[[], None] | None) -> None:
    _warm_index(parts.index)
    with parts.database.read() as session:
        thesaurus = parts.concepts.thesaurus(session)
        list_recordings(session, actor=Actor(), now=parts.clock(), limit=1)
    thesaurus.prepare()
    if templates is not None:
        for name in templates.list_templates(extensions=["html"]):
            templates.get_template(name)
    if settle is not None:
        settle()


def _warm_index(index: SearchIndex) -> None:
    try:
        index.search(_A_SLIP, page_size=1, facets=True)
    except SearchIndexError as exc:  # whoever searches next is told, and it is mended
        logger.warning("the search index could not be read at the start: %s", exc)
