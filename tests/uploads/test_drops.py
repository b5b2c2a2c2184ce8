"""60 MB through a line that drops 20 times to a server that is killed twice; the page reloaded.

The 300 MB version is benchmarks/uploads/run.py, by the same code.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.uploads.drops import CHUNK, CUTS, Outcome, by_browser, by_tuspy, make_file, over_the_line

SIZE = 60 * 1024**2
_FLAT = 24 * 1024**2


def judge(outcome: Outcome, kills: int) -> None:
    """What must hold of every such upload."""
    assert outcome.sha256_kept == outcome.sha256_sent
    assert (outcome.count.cuts, kills) == (CUTS, 2)
    assert max(outcome.count.repeats, default=0) <= CHUNK
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
