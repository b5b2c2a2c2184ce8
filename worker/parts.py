"""What the worker is made of, built once in `worker.service` and passed to every stage."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from archive.clock import Clock
from archive.database import Database
from archive.errors import SpeechError
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.settings import Settings
from archive.storage import Storage
from worker.media.tools import Tools
from worker.slides import TextReader
from worker.speakers import Diarizer, SenkoDiarizer
from worker.speech import Transcriber


class SpeechModels:
    """The speech models, loaded when a recording needs them; one in memory a process."""

    def __init__(self, load: Callable[[str], Transcriber]) -> None:
        """Name how a model is loaded by its name."""
        self._load = load
        self._lock = threading.Lock()
        self._name = ""
        self._transcriber: Transcriber | None = None

    def warm(self, name: str) -> None:
        """Begin to load a model, if none is; whoever gets it waits for the rest.

        Loading takes a second or two, which a start and the first stages leave idle.
        """
        if self._transcriber is None:
            threading.Thread(
                target=self._try_get, args=[name], name="load-model", daemon=True
            ).start()

    def _try_get(self, name: str) -> None:
        with suppress(SpeechError):  # Told where the model is needed.
            self.get(name)

    def get(self, name: str) -> Transcriber:
        """Return a model; another one that was in memory is let go first.

        Raises:
            ModelMissingError: it is not there, or damaged.
        """
        with self._lock:
            if self._transcriber is None or self._name != name:
                self._transcriber = None
                self._transcriber = self._load(name)
                self._name = name
            return self._transcriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The worker's parts."""

    settings: Settings
    database: Database
    storage: Storage
    index: SearchIndex
    tools: Tools
    models: SpeechModels
    reader: TextReader
    """Reads slides; its weights are loaded with the first one."""
    jobs: Jobs
    clock: Clock
    diarizer: Diarizer = field(default_factory=SenkoDiarizer)
    """Tells speakers apart, where the extra is installed; holds nothing."""

    def scratch(self, recording_id: int) -> Path:
        """Return the folder for what is computed for a recording; made if it is not there.

        Each worker has its own in the recording's: one that was taken for dead and comes back
        does not touch the files of the one that does its work.
        """
        folder = self.settings.scratch_dir / str(recording_id) / self.settings.worker_id
        folder.mkdir(parents=True, exist_ok=True)
        return folder
