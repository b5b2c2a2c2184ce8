"""The same queries through the whole site: routing, database, template, compression.

    python benchmarks/search/run.py --index DIR --request through_site:page

`DIR` is an index that run.py has built; the recordings in it are given rows in a database, so
that results are confirmed, titled and drawn as in a real archive.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from archive.clock import utc_now
from archive.database import Database
from archive.index import SearchIndex
from archive.models import Publication, Recording, RecordingFile, Role, Status, StoredFile
from archive.schema import migrate
from archive.settings import Settings
from archive.thesaurus.shipped import bring_labels
from web import create_app
from web.parts import current_parts
from web.warming import start_warming

_DURATION_MS = 5_400_000


def page(index_directory: Path) -> Callable[[str], object]:
    """Make a request that loads the page of results."""
    return _site(index_directory, "/search?q=")


def api(index_directory: Path) -> Callable[[str], object]:
    """Make a request that loads the results as JSON."""
    return _site(index_directory, "/api/v1/search?q=")


def _site(index_directory: Path, address: str) -> Callable[[str], object]:
    data_dir = Path(tempfile.mkdtemp(prefix="benchmark-site-"))
    (data_dir / "index").symlink_to(index_directory.absolute())
    settings = Settings.from_env({"ARCHIVE_DATA_DIR": str(data_dir)})
    database = Database(settings.database_url)
    migrate(database)
    bring_labels(database, now=utc_now())
    _write_rows(database, sorted(SearchIndex(index_directory).contents()))
    app = create_app(settings)
    with app.app_context():
        start_warming(current_parts()).join()  # as each process of a real site does
    client = app.test_client()

    def request(query: str) -> object:
        answer = client.get(address + quote(query), headers={"Accept-Encoding": "gzip"})
        if answer.status_code != 200:
            raise SystemExit(f"{address}{query} answered {answer.status}")
        return answer.data

    return request


def _write_rows(database: Database, recording_ids: list[int]) -> None:
    now = utc_now()
    with database.begin() as session:
        for recording_id in recording_ids:
            file = StoredFile(sha256=f"{recording_id:064x}", size_bytes=10**8, created_at=now)
            session.add(file)
            session.add(
                Recording(
                    id=recording_id,
                    title=f"Session {recording_id}",
                    publication=Publication.PUBLISHED,
                    published_at=now,
                    status=Status.READY,
                    original_name="session.mp4",
                    detected_language="en",
                    duration_ms=_DURATION_MS,
                    has_video=True,
                    has_audio=True,
                    created_at=now,
                    updated_at=now,
                    files=[RecordingFile(file=file, role=Role.MASTER, media_type="video/mp4")],
                )
            )
