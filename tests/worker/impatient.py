"""A real worker that beats five times a second, and takes others for dead after some seconds.

Run as a script: `python impatient.py`; settings come from the environment.
"""

import os

from archive.settings import Settings
from worker.presence import Rhythm
from worker.service import serve

SILENT_AFTER_S = 5.0


def main() -> None:
    serve(Settings.from_env(os.environ), Rhythm(beat_s=0.2, silent_after_s=SILENT_AFTER_S))


if __name__ == "__main__":
    main()
