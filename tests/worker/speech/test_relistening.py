"""A place heard again with what may have been said there; with the real model."""

from pathlib import Path

import pytest

from archive.glossary.guesses import GuessIndex
from archive.glossary.values import Kind, Term
from tests.worker.speech.sounds import make_pcm
from worker.speech import find_model, load_model, plan_chunks
from worker.speech.guessing import Guesses
from worker.speech.pcm import open_pcm
from worker.speech.relistening import company_for, listen_again, prompt_of

DEMO = Path(__file__).parents[3] / "demo" / "demo.mp4"


def test_a_short_prompt_is_filled_up() -> None:
    assert len(company_for(1)) == 4
    assert company_for(9) == ()
    assert prompt_of([*company_for(4), "artesunate"]) == " pneumonia, artesunate."


@pytest.mark.model
def test_the_model_writes_what_was_said_once_it_is_told_and_nothing_else(tmp_path: Path) -> None:
    """Of the demo `base` writes "artisanate"; nobody speaks of hypochlorite there."""
    model = load_model(find_model("base", tmp_path), cpu_threads=2)
    decoder = model._decoder
    pcm = make_pcm(tmp_path / "demo.pcm", DEMO)
    for chunk in plan_chunks(pcm):
        row = decoder.encode(open_pcm(pcm), [chunk])
        [text] = decoder.decode(row, ["en"])
        [words] = decoder.align(row, [text.tokens], ["en"], [chunk])
        texts = [word.text.strip().lower().strip(".,") for word in words]
        if "artisanate" in texts:
            break
    else:
        pytest.fail("the model wrote the term right by itself")
    spot = range(at := texts.index("artisanate"), at + 1)

    def heard(*terms: str) -> list[tuple[str, int, int]]:
        index = GuessIndex([Term(term=one, kind=Kind.DRUG) for one in terms], language="en")
        shown = tuple(index.guess(texts, spot, {at}, least=0.0))
        guesses = Guesses(general=(), shown=shown)
        found = listen_again(decoder, row, words, spot, guesses, "en")
        return [(one.term.term, one.first, one.last) for one in found]

    assert heard("hypochlorite", "artesunate") == [("artesunate", at, at)]
    assert heard("hypochlorite", "levetiracetam") == []
