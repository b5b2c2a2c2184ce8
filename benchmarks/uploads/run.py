"""300 MB through a line that drops 20 times, to a server killed twice: what it costs.

    python benchmarks/uploads/run.py [--megabytes 300] [--with browser tuspy]

The real gunicorn of the Procfile behind a proxy that cuts connections at random; a real Chromium
with the deposit page (loaded anew half way), and tuspy. By the code of tests/uploads.
"""

import argparse
import resource
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.conftest import CHROMIUM_ARGUMENTS
from tests.uploads.drops import CHUNK, Outcome, by_browser, by_tuspy, make_file, over_the_line

_MB = 1024**2


def main() -> None:
    """Run what was asked for, and print what it came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--with", dest="clients", nargs="+", default=["browser", "tuspy"])
    options = parser.parse_args()
    size = options.megabytes * _MB
    for client in options.clients:
        with tempfile.TemporaryDirectory(prefix="uploads-") as folder:
            path = Path(folder) / "session.mp4"
            sha256 = make_file(path, size)
            with over_the_line(Path(folder) / "data", size) as (server, line, outcome):
                cookie, token = server.session()
                if client == "browser":
                    with sync_playwright() as playwright:
                        browser = playwright.chromium.launch(
                            executable_path=shutil.which("chromium"), args=CHROMIUM_ARGUMENTS
                        )
                        kills, took_s = by_browser(browser, server, line, path, cookie)
                        browser.close()
                else:
                    kills, took_s = by_tuspy(server, line, path, token)
                _tell(client, outcome(sha256, took_s), kills)


def _tell(client: str, outcome: Outcome, kills: int) -> None:
    count = outcome.count
    print(f"{client}: {count.size / _MB:.0f} MB, chunks of {CHUNK / _MB:.0f} MB")
    print(f"  same sha256: {outcome.sha256_kept == outcome.sha256_sent}")
    print(f"  cuts {count.cuts}, server killed {kills} times, {outcome.took_s:.1f} s")
    print(
        f"  sent {count.passed / _MB:.2f} MB, so {(count.passed - count.size) / 1024:.0f} kB twice;"
        f" most at once {max(count.repeats, default=0) / 1024:.0f} kB,"
        f" no byte more than {count.most_often} times"
    )
    print(
        f"  server: {outcome.at_rest_bytes / _MB:.0f} MB at rest, "
        f"at most {outcome.largest_bytes / _MB:.0f} MB (largest process)"
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"  processor time of all children so far: {used.ru_utime + used.ru_stime:.1f} s")


if __name__ == "__main__":
    main()
