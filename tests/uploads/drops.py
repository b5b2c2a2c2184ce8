"""An upload over a line that drops, from beginning to end: with a browser, and with tuspy.

The same for the suite (a smaller file) and for benchmarks/uploads (300 MB).
"""

import hashlib
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, Page, expect
from tusclient.client import TusClient

from tests.uploads.line import Count, Line
from tests.uploads.server import Server
from tests.web.sending import MP4

CUTS = 20
CHUNK = 2 * 1024**2
_MB = 1024**2


@dataclass(frozen=True)
class Outcome:
    """What an upload over the line came to."""

    sha256_sent: str
    sha256_kept: str
    count: Count
    at_rest_bytes: int
    """Resident memory of the server's largest process before the upload."""
    largest_bytes: int
    """The most it had during the upload."""
    took_s: float


def make_file(path: Path, size: int, *, seed: int = 7) -> str:
    """Write a file that passes for a recording; returns its sha256."""
    dice = random.Random(seed)
    digest = hashlib.sha256()
    left = size
    with path.open("wb") as file:
        while left:
            piece = dice.randbytes(min(_MB, left))
            if left == size:
                piece = MP4[:64] + piece[64:]
            file.write(piece)
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


class Incidents:
    """What happens to the server as the upload goes on: it is killed, twice."""

    def __init__(self, server: Server, line: Line, *, at: tuple[float, ...]) -> None:
        self._server, self._line, self._at = server, line, list(at)
        self._stopped = threading.Event()
        self.kills = 0
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stopped.set()
        self._thread.join(60)

    def _run(self) -> None:
        while self._at and not self._stopped.wait(0.002):
            if self._line.count.furthest >= self._at[0] * self._line.count.size:
                self._at.pop(0)
                self._server.kill()
                self.kills += 1
                time.sleep(0.3)
                self._server.start()


@contextmanager
def over_the_line(
    data_dir: Path, size: int, *, seed: int = 7
) -> Iterator[tuple[Server, Line, Callable[[str, float], Outcome]]]:
    """Start a server behind a line that drops; the last value tells how it went."""
    server = Server.make(data_dir)
    server.start()
    at_rest = server.at_rest()
    watching = threading.Event()
    watcher = threading.Thread(target=server.watch, args=[watching])
    watcher.start()
    dice = random.Random(seed)
    cuts_at = sorted(dice.randrange(size // 100, size) for _ in range(CUTS))
    try:
        with Line(server.port, size=size, cuts_at=cuts_at, seed=seed) as line:

            def outcome(sha256: str, took_s: float) -> Outcome:
                [kept] = [
                    path
                    for path in server.settings.files_dir.rglob("*")
                    if path.is_file() and path.parent.name != "incoming"
                ]
                return Outcome(
                    sha256_sent=sha256,
                    sha256_kept=hashlib.sha256(kept.read_bytes()).hexdigest(),
                    count=line.count,
                    at_rest_bytes=at_rest,
                    largest_bytes=server.largest_bytes,
                    took_s=took_s,
                )

            yield server, line, outcome
    finally:
        watching.set()
        watcher.join()
        server.kill()


def by_browser(
    browser: Browser, server: Server, line: Line, path: Path, cookie: str
) -> tuple[int, float]:
    """Upload by the deposit page, which is loaded anew half way; returns kills and seconds."""
    context = browser.new_context()
    site = f"http://127.0.0.1:{line.port}"
    context.add_cookies([{"name": "archive_session", "value": cookie, "url": site}])
    page = context.new_page()
    begun = time.monotonic()
    page.goto(f"{site}/deposit")
    card = page.locator(".upload")
    with Incidents(server, line, at=(0.3, 0.7)) as incidents:
        page.set_input_files("#files", path)
        while line.count.furthest < line.count.size // 2:
            page.wait_for_timeout(20)
        _load_again(page)
        expect(card.locator("[data-part=status]")).to_contain_text("Choose the same file again")
        card.locator("[data-part=again]").set_input_files(path)
        expect(card.locator("[data-part=open]")).to_be_visible(timeout=300_000)
    took_s = time.monotonic() - begun
    context.close()
    return incidents.kills, took_s


def by_tuspy(server: Server, line: Line, path: Path, token: str) -> tuple[int, float]:
    """Upload by tuspy, whose program ends half way and is started anew; returns kills, seconds."""
    begun = time.monotonic()
    url = None  # what a program that may be ended keeps
    with Incidents(server, line, at=(0.3, 0.7)) as incidents:
        for stop_at in (line.count.size // 2, line.count.size):
            client = TusClient(
                f"http://127.0.0.1:{line.port}/api/v1/uploads",
                headers={"Authorization": f"Bearer {token}"},
            )
            with path.open("rb") as file:
                uploader = client.uploader(
                    file_stream=file,
                    url=url,
                    chunk_size=CHUNK,
                    metadata={"filename": path.name},
                    retries=200,
                    retry_delay=0.1,  # type: ignore[arg-type] # it only sleeps for it
                )
                uploader.upload(stop_at=stop_at)
                url = uploader.url
    return incidents.kills, time.monotonic() - begun


def _load_again(page: Page) -> None:
    for _ in range(20):
        try:
            page.reload()
        except Exception:  # noqa: BLE001 - the line or the server may be down: a person tries again
            page.wait_for_timeout(300)
        else:
            if page.locator(".upload").count():
                return
    raise AssertionError("the page could not be loaded again")
