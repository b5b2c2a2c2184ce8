"""What subcommands share: of argparse, and of reading and writing the files they are given."""

import argparse
import sys
from pathlib import Path
from typing import TypeAlias

from archive.errors import InvalidInputError
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


def read_file(name: str, *, most_bytes: int) -> bytes:
    """Read the beginning of a file, or of standard input where its name is `-`.

    Raises:
        InvalidInputError: it cannot be read.
    """
    if name == "-":
        return sys.stdin.buffer.read(most_bytes)
    try:
        with Path(name).open("rb") as file:
            return file.read(most_bytes)
    except OSError as exc:
        raise InvalidInputError(f"{name} cannot be read: {exc.strerror}") from exc


def write_csv(text: str, path: Path | None) -> None:
    """Write CSV into a file, or print it.

    Raises:
        InvalidInputError: the file cannot be written.
    """
    if path is None:
        sys.stdout.write(text.replace("\r\n", "\n"))
        return
    try:
        path.write_text(text, encoding="utf-8", newline="")
    except OSError as exc:
        raise InvalidInputError(f"{path} cannot be written: {exc.strerror}") from exc
