"""What subcommands share of argparse."""

import argparse  # noqa: TC003 - for readers of the alias
from typing import TypeAlias

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse gives it no public name
"""Where a subcommand adds itself."""
