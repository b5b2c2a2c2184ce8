"""Listen again to a place where what is on the slide may have been said, however it was written.

"have a quarry" sounds too little like hypochlorite to be taken for it. Told the words of the
slide, and the sure words before the place, the model writes on from there; what it writes is
no more than a proposal, to be weighed against what stands there (`weighing`).
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import ctranslate2

from archive.glossary.guesses import Guess
from archive.glossary.likeness import encode, likenesses
from archive.glossary.phonetics import sound_key
from archive.glossary.soundalike import Near
from archive.glossary.wording import squeeze
from worker.speech.decoder import Decoder
from worker.speech.guessing import Guesses
from worker.speech.rewriting import text_of
from worker.speech.words import HeardWord

CONTEXT = 5
"""Words before and after a place that are heard with it; three tell less."""
MARGIN_S = 0.6
"""Of the speech before and after them: word times are not exact."""
_MOST_GENERAL = 4
_MOST_PROMPT_TOKENS = 60
_COMPANY = ("paracetamol", "malaria", "hypertension", "laboratory", "pneumonia")
"""A prompt of one or two terms is taken for a text that goes on, not for a list."""
_MORE_TOKENS = 8
"""Than the words in question were written with: for what follows them."""
_LONGEST_RUN = 4
_LONGEST_REPLACED = 6
_ALL_BUT_WRITTEN = 0.94
"""Likeness of what is nearly the term: "septriaxone"."""
_FEWEST_LETTERS = 5
"""Of what is only nearly the term."""
_MORE_LETTERS = 3


def listen_again(
    decoder: Decoder,
    row: ctranslate2.StorageView,
    words: Sequence[HeardWord],
    spot: range,
    guesses: Guesses,
    language: str,
) -> list[Near]:
    """Find which guesses the model writes at a place when it is told them.

    Args:
        decoder: the model.
        row: what the encoder made of the chunk, float32, (1, 1500, model size).
        words: of the chunk, timed.
        spot: numbers of the words in question.
        guesses: what may have been said there.
        language: what is spoken, as Whisper's code.

    Returns:
        Runs of the words that the model would replace, and by what.
    """
    likeliest = [*guesses.shown, *guesses.general[:_MOST_GENERAL]]
    tokens = decoder.tokenizer(language).encode
    told = {
        one.near.term.term: one.near
        for one in _fitting(likeliest, lambda text: len(tokens(text)) <= _MOST_PROMPT_TOKENS)
    }
    first, last = max(spot.start - CONTEXT, 0), min(spot.stop + CONTEXT, len(words)) - 1
    begin = max(spot.start - 1, first)
    readings = decoder.listen_again(
        row,
        language,
        before=text_of(words[first:begin]),
        prompt=prompt_of([*company_for(len(told)), *reversed(told)]),
        start_s=words[first].start_s - MARGIN_S,
        end_s=words[last].end_s + MARGIN_S,
        most_tokens=len(tokens(text_of(words[begin : spot.stop]))) + _MORE_TOKENS,
    )
    written = [squeeze(word.text) for word in words[first : last + 1]]
    found: dict[str, Near] = {}
    for reading in readings:
        for near in _replaced(written, reading.split(), told, language):
            moved = replace(near, first=near.first + first, last=near.last + first)
            if moved.last >= spot.start and moved.first < spot.stop:
                found.setdefault(moved.term.term, moved)
    return list(found.values())


def company_for(terms: int) -> Sequence[str]:
    """Give words to stand before the few terms of a prompt."""
    return _COMPANY[terms:]


def prompt_of(terms: Iterable[str]) -> str:
    """Write terms as something that was said before; the last are followed most readily."""
    return f" {', '.join(terms)}."


def _fitting(guesses: Iterable[Guess], fits: Callable[[str], bool]) -> Iterator[Guess]:
    """Give the first guesses of which a prompt has room."""
    taken: list[str] = []
    for guess in guesses:
        term = guess.near.term.term
        if term not in taken and fits(prompt_of([*taken, term])):
            taken.append(term)
            yield guess


def _replaced(
    written: Sequence[str], reading: Sequence[str], told: Mapping[str, Near], language: str
) -> Iterator[Near]:
    """Tell which words would be replaced by the terms of a reading.

    Args:
        written: squeezed words.
        reading: words that may stand in their place.
        told: terms by their name, each as it was guessed.
        language: what is spoken.
    """
    read = [squeeze(word) for word in reading]
    blocks = difflib.SequenceMatcher(None, written, read, autojunk=False).get_opcodes()
    for name, place in _places(told, read, language).items():
        near = told[name]
        begin = next(block for block in blocks if block[3] <= place.start < block[4])
        end = next(block for block in blocks if block[3] < place.stop <= block[4])
        if all(
            block[0] == "equal" for block in blocks[blocks.index(begin) : blocks.index(end) + 1]
        ):
            continue
        first = begin[1] + (place.start - begin[3] if begin[0] == "equal" else 0)
        last = end[2] - 1 - (end[4] - place.stop if end[0] == "equal" else 0)
        if 0 <= last - first < _LONGEST_REPLACED:
            yield replace(near, first=first, last=last)


def _places(told: Mapping[str, Near], read: Sequence[str], language: str) -> dict[str, range]:
    """Find the run of words that is a term, or all but that, for each term that is there."""
    runs = {
        (first, last): "".join(read[first : last + 1])
        for first in range(len(read))
        for last in range(first, min(first + _LONGEST_RUN, len(read)))
    }
    found: dict[str, tuple[float, range]] = {}
    pairs: list[tuple[str, range, str, str]] = []
    for name, near in told.items():
        spellings = [squeeze(one) for one in (near.term.term, *near.term.variants)]
        for (first, last), run in runs.items():
            if run in spellings:
                found[name] = 1.0, range(first, last + 1)
            elif len(run) >= _FEWEST_LETTERS and _may_be(run, spellings[0]):
                pairs.append((name, range(first, last + 1), run, spellings[0]))
    keys = [(sound_key(run, language), sound_key(spelled, language)) for *_, run, spelled in pairs]
    alike = likenesses(encode([one for one, _ in keys]), encode([other for _, other in keys]))
    for (name, place, _, _), likeness in zip(pairs, alike, strict=True):
        if likeness >= _ALL_BUT_WRITTEN and (name not in found or likeness > found[name][0]):
            found[name] = float(likeness), place
    return {name: place for name, (_, place) in found.items()}


def _may_be(run: str, spelled: str) -> bool:
    """Tell whether two spellings are long alike, so that their sounds are worth comparing."""
    return abs(len(run) - len(spelled)) <= _MORE_LETTERS
