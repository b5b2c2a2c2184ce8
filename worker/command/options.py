"""What subcommands share of argparse."""

import argparse
from typing import TypeAlias

from archive.settings import MOST_WORKERS

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives it no public name
"""Where a subcommand adds itself."""


def worker_count(text: str) -> int:
    """Read a number of workers."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WORKERS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number of workers; it must be from 1 to {MOST_WORKERS}"
        )
    return int(text)
