"""60 MB through a line that drops 20 times to a server that is killed twice; the page reloaded.

The 300 MB version is benchmarks/uploads/run.py, by the same code.
"""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from archive.database import Database
from archive.models import Recording, Transcript
from tests.uploads.drops import CHUNK, CUTS, Outcome, by_browser, by_tuspy, make_file, over_the_line
from tests.uploads.server import ROOT

SIZE = 60 * 1024**2
_FLAT = 24 * 1024**2


def judge(outcome: Outcome, kills: int) -> None:
    """What must hold of every such upload."""
    assert outcome.sha256_kept == outcome.sha256_sent
    assert (outcome.count.cuts, kills) == (CUTS, 2)
    assert max(outcome.count.repeats, default=0) <= CHUNK
    # Twice, but where two of the cuts fall into the bytes that are under way at once.
    assert outcome.count.most_often <= 3
    assert outcome.count.passed <= SIZE + (CUTS + 3) * CHUNK // 2
    assert outcome.largest_bytes - outcome.at_rest_bytes < _FLAT


@pytest.mark.browser
@pytest.mark.slow
def test_a_browser_gets_a_file_through_and_sends_hardly_a_byte_twice(
    browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "session.mp4"
    sha256 = make_file(path, SIZE)

    with over_the_line(tmp_path / "data", SIZE) as (server, line, outcome):
        cookie, _ = server.session()
        kills, took_s = by_browser(browser, server, line, path, cookie)

        judge(outcome(sha256, took_s), kills)


@pytest.mark.slow
def test_tuspy_gets_a_file_through_and_sends_hardly_a_byte_twice(tmp_path: Path) -> None:
    path = tmp_path / "session.mp4"
    sha256 = make_file(path, SIZE)

    with over_the_line(tmp_path / "data", SIZE, seed=8) as (server, line, outcome):
        _, token = server.session()
        kills, took_s = by_tuspy(server, line, path, token)

        judge(outcome(sha256, took_s), kills)


def test_the_command_sends_over_the_line_and_goes_on_when_it_was_killed(tmp_path: Path) -> None:
    size = 24 * 1024**2
    path = tmp_path / "session.mp4"
    sha256 = make_file(path, size, seed=9)
    captions = tmp_path / "session.srt"
    captions.write_text("1\n00:00:00,000 --> 00:00:02,000\nFever and chills\n")

    with over_the_line(tmp_path / "data", size, seed=9) as (server, line, outcome):
        _, token = server.session()
        command = [
            ROOT / ".venv" / "bin" / "webinar-archive", "deposit", path, "--json",
            "--server", f"http://127.0.0.1:{line.port}", "--title", "Ward rounds",
            "--captions", captions,
        ]  # fmt: skip
        environ = os.environ | {"ARCHIVE_TOKEN": token, "ARCHIVE_DATA_DIR": str(tmp_path / "own")}
        first = subprocess.Popen(command, env=environ, cwd=ROOT, stderr=subprocess.PIPE)
        while line.count.furthest < size // 3:
            assert first.poll() is None, first.stderr.read() if first.stderr else ""
            time.sleep(0.01)
        first.kill()
        first.communicate()
        second = subprocess.run(
            command, env=environ, cwd=ROOT, check=False, capture_output=True, text=True, timeout=120
        )
        went = outcome(sha256, 0.0)

    told = json.loads(second.stdout)
    database = Database(server.settings.database_url)
    with database.read() as session:
        recording = session.query(Recording).one()
        transcript = session.query(Transcript).one()
        assert (recording.title, transcript.source) == ("Ward rounds", "captions")
    database.close()
    assert second.returncode == 0, second.stderr
    assert told["url"].endswith(f"/recordings/{told['id']}")
    assert "of 25 MB" in second.stderr
    assert went.sha256_kept == sha256
    assert went.count.passed <= size + (CUTS + 1) * 4 * CHUNK // 8
