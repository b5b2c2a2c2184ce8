"""Parts every test may ask for: settings in a temporary folder, a database, a clock, Chromium."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from archive.database import Database
from archive.jobs import Jobs
from archive.schema import migrate
from archive.settings import Settings
from archive.storage import Storage
from tests.scheduling import (  # noqa: F401 - pytest looks for its hooks here
    pytest_collection_modifyitems,
    pytest_xdist_make_scheduler,
)
from worker.parts import Parts
from worker.service import build_parts

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


_FEATURES_OFF = (
    # What the address bar may show is two more pages in each window: two thirds of the second of
    # work that a new window took.
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
    # Playwright's own: of several such arguments the last one counts.
    *("AimEnabled", "AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades"),
    *("LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("PaintHolding", "PreconnectToSearch", "TcpPortRandomizationWin"),
    "ThirdPartyStoragePartitioning",
)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_FEATURES_OFF)}",
]


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with all tables, to be copied: migrating takes a second."""
    path = tmp_path_factory.mktemp("template") / "archive.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def settings(tmp_path: Path, migrated_database: Path) -> Settings:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "archive.db").write_bytes(migrated_database.read_bytes())
    return Settings.from_env({"ARCHIVE_DATA_DIR": str(data_dir), "PORT": "8123"})


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database_url)
    yield database
    database.close()


@pytest.fixture
def worker_parts(settings: Settings) -> Iterator[Parts]:
    """The parts of a worker of the archive in the settings."""
    parts = build_parts(settings)
    yield parts
    parts.jobs.close()
    parts.database.close()


@pytest.fixture
def storage(settings: Settings) -> Storage:
    return Storage(settings.files_dir)


@pytest.fixture
def jobs(database: Database) -> Iterator[Jobs]:
    jobs = Jobs(database)
    yield jobs
    jobs.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "the browser tests need Chromium: make setup-dev installs it"
    # A wait ends as soon as what is waited for is there; on a busy machine that takes longer.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
