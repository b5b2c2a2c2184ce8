"""A real worker that kills itself with SIGKILL at chosen points, each once.

Run as a script: `python killable.py PLAN`, where PLAN is a JSON file with the points still
to be died at: `["after fingerprint", "during batch 1", "after batch 1", …]`. Speech and pictures
go on at once, so whichever is reached first is first. Before dying it takes the point off
the list, so the next start goes on to another one.
"after" is the worst place: the stage's work is committed, its step is not yet noted.

The script starts the worker again whenever it was killed, and writes how often into `PLAN`'s
neighbour `.kills`. Each is a process of its own, forked: so what takes 2.5 s to import is
imported once.
"""

import functools
import itertools
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from archive.settings import Settings
from worker.service import serve
from worker.stages import (
    captions,
    files,
    indexing,
    later,
    pictures,
    slides,
    speech,
    status,
)

STAGES = {
    "poster": (pictures, "poster"),
    "slides": (slides, "slides"),
    "stills": (pictures, "stills"),
    "rendition asked for": (pictures, "ask_for_rendition"),
    "rendition": (pictures, "rendition"),
    "begin": (status, "begin"),
    "fingerprint": (files, "fingerprint"),
    "probe": (files, "look"),
    "hand on": (status, "hand_on"),
    "audio": (speech, "audio"),
    "plan": (speech, "plan"),
    "batch": (speech, "transcribe"),
    "transcribed": (speech, "end"),
    "transcript": (speech, "finish"),
    "captions": (captions, "captions"),
    "index": (indexing, "index"),
    "ready": (status, "settle"),
    "later": (later, "enqueue"),
}
_DURING_S = 0.15


class Killer:
    """Dies at each point of the plan, once."""

    def __init__(self, plan: Path) -> None:
        self._plan = plan
        self._lock = threading.Lock()

    def reach(self, point: str) -> None:
        with self._lock:
            points = json.loads(self._plan.read_text())
            if point in points:
                points.remove(point)
                aside = self._plan.with_suffix(".part")
                aside.write_text(json.dumps(points))
                aside.replace(self._plan)
                os.kill(os.getpid(), signal.SIGKILL)

    def wrap(self, name: str, run: Callable[..., object]) -> Callable[..., object]:
        @functools.wraps(run)
        def killable(*args: object, **kwargs: object) -> object:
            label = f"{name} {args[3]}" if name == "batch" else name
            timer = threading.Timer(_DURING_S, self.reach, [f"during {label}"])
            timer.start()
            result = run(*args, **kwargs)
            timer.cancel()
            self.reach(f"during {label}")  # It was quicker than the timer.
            self.reach(f"after {label}")
            return result

        return killable


def main() -> None:
    plan = Path(sys.argv[1])
    killer = Killer(plan)
    for name, (module, attribute) in STAGES.items():
        setattr(module, attribute, killer.wrap(name, getattr(module, attribute)))
    settings = Settings.from_env(os.environ)
    for kills in itertools.count():
        plan.with_suffix(".kills").write_text(str(kills))
        worker = os.fork()
        if worker == 0:
            serve(settings)
            sys.exit()
        _, status = os.waitpid(worker, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            sys.exit("the worker ended by itself")


if __name__ == "__main__":
    main()
