"""What `glossary` and `thesaurus` share: importing a CSV file and exporting one."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from archive.csv_lines import ImportPlan
from archive.errors import InvalidInputError
from archive.settings import Settings
from worker.command.options import Subparsers

_MOST_REFUSED = 20
Run = Callable[[argparse.Namespace, Settings], int]


def add_exchange(
    actions: Subparsers, noun: str, *, run_import: Run, run_export: Run
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """Add `import FILE [--dry-run]` and `export [FILE]`; returns both.

    Args:
        actions: of the subcommand.
        noun: what a line is, such as `term`.
        run_import: does the one.
        run_export: does the other.
    """
    importing = actions.add_parser(
        "import",
        help=f"add and change {noun}s from a CSV file",
        description=f"Add and change the {noun}s of a CSV file: all of it or, when a line cannot "
        f"be taken, nothing. No {noun} is removed. - reads standard input.",
    )
    importing.add_argument("file", metavar="FILE")
    importing.add_argument("--dry-run", action="store_true", help="only tell what it would do")
    importing.set_defaults(run=run_import)
    exporting = actions.add_parser("export", help=f"write all {noun}s as CSV")
    exporting.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: print")
    exporting.set_defaults(run=run_export)
    return importing, exporting


def tell_plan(plan: ImportPlan[object]) -> None:
    """Print what importing a file does.

    Raises:
        InvalidInputError: a line cannot be taken; those that cannot are printed.
    """
    print(
        f"added {len(plan.added)}, changed {len(plan.changed)}, "
        f"unchanged {plan.unchanged}, refused {len(plan.refused)}"
    )
    for refusal in plan.refused[:_MOST_REFUSED]:
        print(f"line {refusal.line}: {refusal.why}", file=sys.stderr)
    if plan.refused:
        raise InvalidInputError("Nothing was imported; put the lines above right first.")
