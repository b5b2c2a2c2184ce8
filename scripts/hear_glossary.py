r"""Find out what the `base` model writes when the shipped terms are spoken.

Each term is said in a short sentence by a synthetic voice (`scripts/voices.py`), and what the
model wrote where the term was said is added to `scripts/glossary/heard.csv`, where
`scripts/make_glossary.py` finds it. Terms that are there already are not spoken again. With
the extras `voices` and `glossary` installed, 10 to 30 minutes on two cores for each of

    .venv/bin/python -m scripts.hear_glossary en female
    .venv/bin/python -m scripts.hear_glossary en male
    .venv/bin/python -m scripts.hear_glossary fr french
"""

import csv
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel

from archive.glossary.values import Term
from scripts.demo_check import SAMPLE_RATE_HZ, load_model
from scripts.make_glossary import HEARD, HEARD_COLUMNS, read_all
from scripts.voices import Samples, Voice, Voices, resample

_SENTENCES = {
    "en": (
        "Today we talk about {}, in the clinic.",
        r"^.*?\babout\b",
        r"\b(?:in|and|at|an) (?:the )?clinic\b.*$",
    ),
    "fr": ("Nous parlons de {} ce matin.", r"^.*?\bparl\w+ d(?:e\b|['’])", r"\bce matin\b.*$"),  # noqa: RUF001 - apostrophes
}
"""What is said, and what of what was written stands before and after the term."""
_LONGEST_S = 28.0
_PAUSE_S = 0.4
_SLACK_S = 0.25


@dataclass(frozen=True, slots=True)
class Spoken:
    """A term and its sentence as sound."""

    term: Term
    audio: Samples
    """float32, (samples,), mono, 16 kHz."""


def main() -> int:
    """Speak and hear what was not heard yet."""
    language, voice = sys.argv[1:]
    terms = list(left_to_hear(language, voice))
    print(f"{len(terms)} terms to hear")
    new = not HEARD.exists()
    with tempfile.TemporaryDirectory() as directory, HEARD.open("a", newline="") as file:
        model = load_model(Path(directory))
        writer = csv.writer(file, lineterminator="\n")
        if new:
            writer.writerow(HEARD_COLUMNS)
        for group in grouped(speak(terms, language, voice)):  # type: ignore[arg-type]
            for term, text in hear(model, group, language):
                writer.writerow((language, term.language, term.term, voice, text))
            file.flush()
    return 0


def left_to_hear(language: str, voice: str) -> Iterator[Term]:
    """Give the terms of a language that a voice has not spoken yet."""
    done = set()
    if HEARD.exists():
        with HEARD.open(encoding="utf-8", newline="") as file:
            done = {
                (row["language"], row["term"])
                for row in csv.DictReader(file)
                if (row["spoken"], row["voice"]) == (language, voice)
            }
    for _, entries in read_all():
        for entry in entries:
            term = entry.term
            if term.language in ("", language) and (term.language, term.term) not in done:
                yield term


def speak(terms: Sequence[Term], language: str, voice: Voice) -> Iterator[Spoken]:
    """Speak each term in a sentence."""
    voices = Voices()
    sentence = _SENTENCES[language][0]
    for term in terms:
        audio, rate = voices.synthesize(sentence.format(term.term), voice)
        audio = resample(audio, rate, SAMPLE_RATE_HZ)
        yield Spoken(term, audio * np.float32(0.5 / max(float(np.abs(audio).max()), 1e-3)))


def grouped(spoken: Iterator[Spoken]) -> Iterator[list[Spoken]]:
    """Gather sentences for one look of the model, which takes 30 s at most."""
    group: list[Spoken] = []
    length_s = 0.0
    for one in spoken:
        own_s = len(one.audio) / SAMPLE_RATE_HZ + _PAUSE_S
        if group and length_s + own_s > _LONGEST_S:
            yield group
            group, length_s = [], 0.0
        group.append(one)
        length_s += own_s
    if group:
        yield group


def hear(model: WhisperModel, group: Sequence[Spoken], language: str) -> Iterator[tuple[Term, str]]:
    """Give what the model wrote for each term; terms whose sentence it did not write are left."""
    pause = np.zeros(round(_PAUSE_S * SAMPLE_RATE_HZ), np.float32)
    audio = np.concatenate([part for one in group for part in (one.audio, pause)])
    segments, _ = model.transcribe(
        audio, language=language, beam_size=5, word_timestamps=True, vad_filter=False,
        condition_on_previous_text=False, temperature=0,
    )  # fmt: skip
    words = [word for segment in segments for word in segment.words or ()]
    start_s = 0.0
    _, before, after = _SENTENCES[language]
    for one in group:
        end_s = start_s + len(one.audio) / SAMPLE_RATE_HZ
        text = "".join(
            word.word
            for word in words
            if start_s - _SLACK_S < (word.start + word.end) / 2 < end_s + _SLACK_S
        )
        text, found_before = re.subn(before, "", text, count=1, flags=re.IGNORECASE)
        text, found_after = re.subn(after, "", text, count=1, flags=re.IGNORECASE)
        text = re.sub(r"^\W+|\W+$", "", text)
        if found_before and found_after and text:
            yield one.term, text
        start_s = end_s + _PAUSE_S


if __name__ == "__main__":
    sys.exit(main())
