"""Chunks with different prompts share a pass of the real model as if each were heard alone."""

from pathlib import Path

import numpy as np
import pytest

from tests.worker.speech.sounds import JFK, make_pcm
from worker.speech import find_model, load_model, plan_chunks
from worker.speech.decoder import Decoded, Decoder, join_rows
from worker.speech.hints import fit_prompts
from worker.speech.pcm import open_pcm
from worker.speech.recognition import MOST_PROMPT_TOKENS

pytestmark = pytest.mark.model

SHORT = ("Kilifi",)
LONG = ("Dr Amina Okello", "oxygen saturation", "artesunate", "ceftriaxone")
_BEAM_SIZE = 3
"""Of the hearing that is primed."""


@pytest.fixture(scope="module")
def decoder(tmp_path_factory: pytest.TempPathFactory) -> Decoder:
    model = load_model(find_model("base", tmp_path_factory.mktemp("models")), cpu_threads=2)
    return model._decoder


def write_prompts(decoder: Decoder, *rows: tuple[str, ...]) -> list[list[int]]:
    encode = decoder.tokenizer("en").encode
    return fit_prompts(rows, encode=encode, filler="Webinar", most_tokens=MOST_PROMPT_TOKENS)


def hear(
    decoder: Decoder, rows: list[np.ndarray], prompts: list[list[int]] | None
) -> list[Decoded]:
    return decoder.decode(
        join_rows(rows), ["en"] * len(rows), prompts=prompts, beam_size=_BEAM_SIZE
    )


def test_chunks_with_prompts_of_unequal_length_are_heard_together_as_alone(
    decoder: Decoder, tmp_path: Path
) -> None:
    """Exactly, with the filled prompt. The filler itself moved no word here; it may elsewhere:
    decoded greedily, "ask not" is "asked not" with the three tokens of the short prompt alone."""
    rows = []
    for sound in (JFK, JFK.with_name("left-out.ogg")):
        pcm = make_pcm(tmp_path / f"{sound.stem}.pcm", sound)
        rows.append(np.asarray(decoder.encode(open_pcm(pcm), plan_chunks(pcm)[:1])))
    bare = [write_prompts(decoder, phrases)[0] for phrases in (SHORT, LONG)]
    filled = write_prompts(decoder, SHORT, LONG)

    together = hear(decoder, rows, filled)

    assert [len(prompt) for prompt in bare] == [3, 20]
    assert [len(prompt) for prompt in filled] == [20, 20]
    unprimed = hear(decoder, rows, None)
    for row, prompt, whole, heard, plain in zip(
        rows, bare, filled, together, unprimed, strict=True
    ):
        (alone,) = hear(decoder, [row], [whole])
        assert alone.tokens == heard.tokens
        assert alone.log_probability == pytest.approx(heard.log_probability, abs=1e-4)
        assert plain.log_probability != pytest.approx(heard.log_probability, abs=1e-4)
        (without_filler,) = hear(decoder, [row], [prompt])
        assert without_filler.text == heard.text
    assert "ask not what your country" in together[0].text
    assert "Ibrahim, what do you do" in together[1].text
