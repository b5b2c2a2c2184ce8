"""The command `webinar-archive`: what the operator does on the server.

It acts with the operator's authority. One module a subcommand; each has `add(subparsers)`
and a function that runs it and returns the exit status: 0 done, 1 refused or failed (the
reason on standard error), 2 called wrongly.
"""

import argparse
import importlib
import logging
import os
import sys
from collections.abc import Sequence

from archive.errors import ArchiveError
from archive.settings import Settings

__all__ = ["main"]

_MODULES = {
    "run": "run",
    "deposit": "deposit",
    "search": "search",
    "glossary": "glossary",
    "thesaurus": "thesaurus",
    "metadata": "metadata",
    "publication": "publication",
    "reindex": "reindex",
    "meaning": "meaning",
    "doctor": "doctor",
    "worker": "work",
    "token": "accounts",
    "migrate": "prepare",
}
"""The module of each subcommand; `prepare` has `admin-link` too, `accounts` `password-link`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    options = _parser(arguments).parse_args(arguments)
    try:
        settings = Settings.from_env(os.environ)
        _set_up_logging(settings, quiet=options.quiet_log)
        status: int = options.run(options, settings)
    except ArchiveError as exc:
        print(f"webinar-archive: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("webinar-archive: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough (`| head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


def _parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Build the parser for the subcommand that is called, or for all when it is not clear.

    Only its module is loaded: the speech libraries take seconds, and a search needs none.
    """
    parser = argparse.ArgumentParser(
        prog="webinar-archive",
        description="Search past webinars and jump to the moment.",
        epilog="Settings come from the environment; the README lists them.",
    )
    parser.set_defaults(quiet_log=True)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    called = arguments[0] if arguments else ""
    for name in {called: _MODULES[called]} if called in _MODULES else _MODULES:
        importlib.import_module(f"worker.command.{_MODULES[name]}").add(subparsers)
    return parser


def _set_up_logging(settings: Settings, *, quiet: bool) -> None:
    """Log to standard error: all of it for services, only what went wrong for commands."""
    level = settings.log_level
    if quiet and level == "INFO":
        level = "WARNING"
    logging.basicConfig(
        level=level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    for name in ("alembic", "dbos", "faster_whisper", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)
