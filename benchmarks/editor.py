"""The editor of a two-hour transcript: what its page weighs, how soon it answers, what edits cost.

Prints a table. Times are the browser's own, and processor seconds where the server is meant:
`python benchmarks/editor.py [segments] [edits]`.
"""

import gzip
import logging
import random
import shutil
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from archive.clock import utc_now
from archive.database import Database
from archive.doubts import Doubt
from archive.editing import SegmentChange, read_editable, save
from archive.editing.restoring import restore
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.permissions import LIBRARIAN, OPERATOR
from archive.schema import migrate
from archive.settings import Settings
from archive.storage import Storage
from archive.transcript_versions import Cause, What, segments_at
from tests.web.conftest import signed_in
from tests.web.factories import Archivist, speak
from web import create_app

_SYLLABLES = ("ma", "ri", "on", "te", "sha", "lo", "ku", "ne", "ab", "di", "fo", "gen", "the", "is")
_WORDS = 12_000
_SPOKEN = 14
"""Words of a segment: two hours are some 20,000."""


def main() -> None:
    """Measure, with 1,500 segments and 500 edits unless others are named."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    count, edits = (int(one) for one in (*sys.argv[1:], 1_500, 500)[:2])
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({"ARCHIVE_DATA_DIR": folder, "PORT": "8123"})
        database = Database(settings.database_url)
        migrate(database)
        jobs = Jobs(database)
        archivist = Archivist(
            database=database,
            storage=Storage(settings.files_dir),
            index=SearchIndex(settings.index_dir),
            jobs=jobs,
        )
        chance = random.Random(5)
        segments = [
            replace(
                speak(_sentence(chance), start_ms=number * 8_000),
                doubts=frozenset({Doubt.UNSURE} if number % 25 == 0 else ()),
            )
            for number in range(count)
        ]
        talk = archivist.recording(*segments, duration_ms=count * 8_000)
        _browse(settings, archivist, talk, count)
        _edit(database, jobs, talk, edits, Path(folder) / "archive.db")


def _sentence(chance: random.Random) -> str:
    """Make words as unlike one another as those of speech: few often, many seldom."""
    numbers = (int(_WORDS ** chance.random()) for _ in range(_SPOKEN))
    return " ".join(f"{_SYLLABLES[n % 14]}{_SYLLABLES[n // 14 % 14]}{n % 7 or ''}" for n in numbers)


def _edit(database: Database, jobs: Jobs, talk: int, edits: int, file: Path) -> None:
    """Save edits, each a version of its own, and restore the first version."""
    before = _bytes(database, file)
    with database.read() as session:
        segments = read_editable(session, talk)
    began = time.process_time()
    for number in range(edits):
        cause = Cause(what=What.EDITED, actor=OPERATOR, now=utc_now(), sitting=f"{number}")
        with database.begin() as session:
            segment = segments[number * 3 % len(segments)]
            change = SegmentChange(
                uid=segment.uid,
                revision=segment.revision,
                text=f"{segment.text} corrected {number}",
            )
            save(session, jobs, talk, [change], cause=cause)
    each = (time.process_time() - began) / edits
    grown = _bytes(database, file) - before
    with database.read() as session:
        rows = (
            session.connection()
            .exec_driver_sql(
                "SELECT SUM(LENGTH(words) + LENGTH(text) + 100), COUNT(*) FROM segment_history"
            )
            .one()
        )
        copy = (
            session.connection()
            .exec_driver_sql(
                "SELECT SUM(LENGTH(words) + LENGTH(text) + 100) FROM transcript_segments"
            )
            .scalar()
        )
    print(f"{edits} edits, each a version: {each * 1000:.0f} ms of processor each")
    print(f"  history: {rows[0] / 1e6:.2f} MB in {rows[1]} rows; file grew {grown / 1e6:.2f} MB")
    print(f"  a copy a version would be {edits * copy / 1e6:.0f} MB ({copy / 1e6:.2f} MB each)")
    began = time.process_time()
    with database.begin() as session:
        first = segments_at(session, talk, 1)
        cause = Cause(what=What.RESTORED, actor=OPERATOR, now=utc_now())
        made = restore(session, jobs, talk, 1, cause=cause)
        same = read_editable(session, talk) == first == segments_at(session, talk, made)
    print(
        f"  version 1 restored in {time.process_time() - began:.2f} s of processor; equal: {same}"
    )


def _bytes(database: Database, file: Path) -> int:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return file.stat().st_size


def _browse(settings: Settings, archivist: Archivist, talk: int, count: int) -> None:
    app = create_app(settings)
    client = signed_in(app, archivist, "lina@example.org", LIBRARIAN, "Lina")
    client.get(f"/recordings/{talk}/edit")
    began = time.process_time()
    body = client.get(f"/recordings/{talk}/edit").data
    made_s = time.process_time() - began
    packed = len(gzip.compress(body))
    files = [path.read_bytes() for path in Path("web/static").glob("editor*")]
    scripts = sum(len(gzip.compress(one)) for one in files)
    print(f"page of {count} segments: {len(body) / 1e3:.0f} kB, {packed / 1e3:.0f} kB packed;")
    print(f"  its scripts and style {scripts / 1e3:.0f} kB packed; made in {made_s:.2f} s")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    cookie = client.get_cookie("archive_session")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            context = browser.new_context(viewport={"width": 1280, "height": 800})
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
            page = context.new_page()
            page.goto(f"{address}/recordings/{talk}/edit")
            page.wait_for_selector("#editor[data-ready]")
            print(page.evaluate(_INTERACTIVE))
            page.locator(".segments li > p").nth(700).click()
            page.evaluate(_WATCH_KEYS)
            page.keyboard.type("and the patient is told what to expect, twice. ", delay=30)
            page.keyboard.press("Alt+Enter")
            page.keyboard.press("Alt+j")
            for _ in range(20):
                page.keyboard.press("Alt+ArrowDown")
            page.wait_for_timeout(500)
            print(page.evaluate("window.report()"))
            browser.close()
    finally:
        server.shutdown()
        thread.join()


_INTERACTIVE = """() => {
  const [it] = performance.getEntriesByType("navigation");
  const after = Math.round(it.domContentLoadedEventEnd - it.responseEnd);
  return `  received after ${Math.round(it.responseEnd)} ms, read and ready ${after} ms later`;
}"""
_WATCH_KEYS = """() => {
  const found = [];
  const seen = new PerformanceObserver((list) => found.push(...list.getEntries()));
  seen.observe({ type: "event", durationThreshold: 16 });
  window.report = () => {
    const keys = found.filter((one) => one.name.startsWith("key") || one.name === "input");
    const worst = Math.max(0, ...keys.map((one) => one.duration));
    const script = Math.max(0, ...keys.map((one) => one.processingEnd - one.processingStart));
    return `  keys: the slowest seen after ${worst} ms, of it script ${Math.round(script)} ms`;
  };
}"""


if __name__ == "__main__":
    main()
