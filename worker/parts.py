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
from archive.settings import Settings
from archive.storage import Storage
from worker.media.tools import Tools
from worker.speech import Transcriber


class LazyTranscriber:
    """The speech model, loaded when the first recording needs it; one in memory a process."""

    def __init__(self, load: Callable[[], Transcriber]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._transcriber: Transcriber | None = None

    def warm(self) -> None:
        """Begin to load the model, if it is not; whoever gets it waits for the rest.

        Loading takes a second or two, which a start and the first stages leave idle.
        """
        if self._transcriber is None:
            threading.Thread(target=self._try_get, name="load-model", daemon=True).start()

    def _try_get(self) -> None:
        with suppress(SpeechError):  # Told where the model is needed.
            self.get()

    def get(self) -> Transcriber:
        """Return the model.

        Raises:
            ModelMissingError: it is not there, or damaged.
        """
        with self._lock:
            if self._transcriber is None:
                self._transcriber = self._load()
            return self._transcriber


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The worker's parts."""

    settings: Settings
    database: Database
    storage: Storage
    index: SearchIndex
    tools: Tools
    transcriber: LazyTranscriber
    clock: Clock
    model_name: str = field(default="")
    """What transcripts say made them."""

    def scratch(self, recording_id: int) -> Path:
        """Return the folder for what is computed for a recording; made if it is not there."""
        folder = self.settings.scratch_dir / str(recording_id)
        folder.mkdir(parents=True, exist_ok=True)
        return folder
