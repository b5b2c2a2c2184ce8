"""Write terms in place of the words that were heard; times, punctuation and capitals stay. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from archive.glossary.soundalike import Near
from worker.speech.words import HeardWord

_MARKS = " \t\n.,;:!?…\"'()[]«»“”"


def put_in(words: Sequence[HeardWord], chosen: Iterable[tuple[Near, str]]) -> tuple[HeardWord, ...]:
    """Put terms in place of runs of words; a term's words share the time of the run.

    Args:
        words: with the space before them, if any.
        chosen: in order, without overlap, and how each is written.
    """
    written: list[HeardWord] = []
    done = 0
    for one, text in chosen:
        written.extend(words[done : one.first])
        written.extend(_as_term(words[one.first : one.last + 1], text))
        done = one.last + 1
    written.extend(words[done:])
    return tuple(written)


def _as_term(run: Sequence[HeardWord], term: str) -> Iterator[HeardWord]:
    """Write a term instead of a run, with its punctuation and the capital of a sentence."""
    heard = text_of(run)
    text = in_place_of(heard, term)
    probability = sum(word.probability for word in run) / len(run)
    start_s, end_s = run[0].start_s, run[-1].end_s
    pieces = text.split()
    length = sum(map(len, pieces))
    done = 0
    for piece in pieces:
        begin = start_s + (end_s - start_s) * done / length
        done += len(piece)
        yield HeardWord(
            text=f" {piece}",
            start_s=begin,
            end_s=start_s + (end_s - start_s) * done / length,
            probability=probability,
        )


def in_place_of(heard: str, term: str) -> str:
    """Keep the punctuation around what was heard, and the capital that begins a sentence."""
    start = len(heard) - len(heard.lstrip(_MARKS))
    end = len(heard.rstrip(_MARKS))
    inside = heard[start:end]
    if inside[:1].isupper() and term[:1].islower() and not inside[1:2].isupper():
        term = term[:1].upper() + term[1:]
    return f"{heard[:start]}{term}{heard[end:]}"


def part_words(
    words: Sequence[str], *, suggested: Iterable[str], ordinary: Collection[str]
) -> list[str]:
    """Part a suggested term from an ordinary word it was written on to: "whenceftriaxone"."""
    terms = [term.casefold() for term in suggested]
    parted: list[str] = []
    for word in words:
        bare = word.rstrip(_MARKS).casefold()
        term = next((one for one in terms if bare.endswith(one) and bare != one), None)
        at = len(bare) - len(term) if term else 0
        if at and bare[:at] in ordinary:
            parted += [word[:at], word[at:]]
        else:
            parted.append(word)
    return parted


def moved(one: Near, by: int) -> Near:
    """Number a run from another word on."""
    return replace(one, first=one.first + by, last=one.last + by)


def text_of(words: Iterable[HeardWord]) -> str:
    """Join words as they are written."""
    return "".join(word.text for word in words)
