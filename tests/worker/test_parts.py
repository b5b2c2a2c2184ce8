"""One speech model in the memory of a worker, loaded once for whoever needs it."""

import weakref

from tests.worker.speech.fake_transcriber import FakeTranscriber
from worker.parts import SpeechModels


class Loader:
    """Loads models that hear nothing, and knows which of them are still in memory."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.in_memory: weakref.WeakValueDictionary[str, FakeTranscriber] = (
            weakref.WeakValueDictionary()
        )
        self.most = 0
        """Models in memory at once, at the worst moment."""

    def __call__(self, name: str) -> FakeTranscriber:
        model = FakeTranscriber()
        self.loaded.append(name)
        self.in_memory[name] = model
        self.most = max(self.most, len(self.in_memory))
        return model


def test_a_model_is_gone_from_memory_before_another_is_loaded() -> None:
    load = Loader()
    models = SpeechModels(load)

    models.get("tiny.en")
    assert list(load.in_memory) == ["tiny.en"]
    models.get("base")

    assert list(load.in_memory) == ["base"]
    assert load.most == 1


def test_a_model_is_loaded_once() -> None:
    load = Loader()
    models = SpeechModels(load)

    assert models.get("base") is models.get("base")
    assert load.loaded == ["base"]
