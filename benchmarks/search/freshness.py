"""How soon a publication is found that comes behind many changes, through a real worker.

Makes an archive of recordings with transcripts in a temporary folder, starts a worker on it, gives
all of them another subject in one transaction and then publishes one that is not public. Prints
seconds by the clock until that one is found, until all are found by their new subject, and until
no job is left.

    PYTHONPATH=. python benchmarks/search/freshness.py [--recordings 300] [--words 3000]
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import text

from archive.clock import utc_now
from archive.database import Database
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.permissions import OPERATOR
from archive.schema import migrate
from archive.settings import Settings
from archive.storage import Storage
from archive.subjects import set_subjects
from tests.web.factories import Archivist
from tests.worker.test_freshness import Office

_SEED = 20_240_229
_VOCABULARY = 20_000


def _say(dice: random.Random, words: int) -> str:
    """Draw words, the frequent ones often."""
    return " ".join(f"w{int(_VOCABULARY ** dice.random())}x" for _ in range(words))


def _wait(is_so: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not is_so():
        time.sleep(0.05)
    return time.monotonic() - begun


def main() -> None:
    """Make the archive, change it, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--recordings", type=int, default=300, help="changed at once (300)")
    parser.add_argument("--words", type=int, default=3000, help="in each (3000)")
    options = parser.parse_args()
    dice = random.Random(_SEED)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_env({"ARCHIVE_DATA_DIR": folder})
        database = Database(settings.database_url)
        migrate(database)
        jobs, storage = Jobs(database), Storage(Path(settings.files_dir))
        index = SearchIndex(settings.index_dir)
        archivist = Archivist(database=database, storage=storage, index=index, jobs=jobs)
        office = Office(settings, database, jobs, archivist)
        numbers = office.recordings(options.recordings, _say(dice, options.words))
        waiting = office.recording("zebra crossing", title="The one")
        with database.begin() as session:
            session.execute(text("DELETE FROM workflow_status WHERE queue_name <> 'index'"))
        office.start()
        office.describe(waiting, "begun")
        office.wait(lambda: office.jobs_by_state().keys() == {"SUCCESS"})

        with database.begin() as session:
            for number in numbers:
                set_subjects(session, jobs, number, "Sepsis", actor=OPERATOR, now=utc_now())
        office.publish(waiting)
        found = _wait(lambda: office.found("zebra") == [waiting])
        print(
            f"published behind {options.recordings} changes, found after  {found:6.1f} s",
            flush=True,
        )
        all_of = _wait(lambda: index.search("subject:sepsis").total == options.recordings)
        print(f"all changes found after                        {found + all_of:6.1f} s", flush=True)
        rest = _wait(lambda: office.jobs_by_state().keys() == {"SUCCESS"})
        print(f"no job left after                              {found + all_of + rest:6.1f} s")
        office.kill()


if __name__ == "__main__":
    main()
