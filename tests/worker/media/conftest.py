"""The tools under test (the system's and the packaged ones) and media made once a session."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import media
from worker.media.tools import Tools, find_tools, packaged_tools


@pytest.fixture(scope="session")
def tools() -> Tools:
    """For the bulk of the tests: the packaged ones start in a fifth of the time."""
    return packaged_tools()


@pytest.fixture(scope="session", params=["system", "packaged"])
def either_tools(request: pytest.FixtureRequest) -> Tools:
    """For what differs between versions of ffmpeg: the system's (5.1 in Debian 12) and 8.1."""
    return find_tools() if request.param == "system" else packaged_tools()


class Shelf:
    """Makes a piece of media the first time it is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str, make: Callable[[Path], object]) -> Path:
        path = self._folder / name
        if not path.exists():
            make(path)
        return path

    @property
    def video(self) -> Path:
        """8 s, a beep at 5 s, played by every browser."""
        return self.get("video.mp4", media.make_video)

    @property
    def late(self) -> Path:
        """The same, its sound starting 3 s late: the beep is at 8 s of 11 s."""
        return self.get("late.mp4", lambda path: media.delay_audio(self.video, path, by_s=3))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))
