"""What is known of a recording before it is heard, and how a prompt is written of it. Pure.

Whisper writes "artisanate" for a word it has seldom read, and "artesunate" when that stands in
its prompt. What belongs into the prompt of which stretch of speech: `vocabulary`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.glossary.values import Term

_FEWEST_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")  # noqa: RUF001 - a typographic apostrophe
_HAN = re.compile(r"[\u3400-\u9fff]{2,10}")
_CAPITALS_RUN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownText:
    """The words on a slide and when it is shown."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known of a recording before it is heard."""

    title: str = ""
    speakers: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    """The glossary, a collection's terms before the archive's."""
    slides: tuple[ShownText, ...] = ()
    """In order of time."""


def fit_prompts(
    rows: Sequence[Sequence[str]],
    *,
    encode: Callable[[str], Sequence[int]],
    filler: str,
    most_tokens: int,
) -> list[list[int]]:
    """Write prompts of the same number of tokens, the most helpful phrases nearest the speech.

    Args:
        rows: phrases of each prompt, the most helpful first; as many as fit are taken.
        encode: the model's tokenizer.
        filler: text that fills prompts which are shorter than the longest one.
        most_tokens: of a prompt.
    """
    prompts = [_write_prompt(phrases, encode, most_tokens) for phrases in rows]
    length = max(map(len, prompts), default=0)
    padding = list(encode(f" {filler}.")) or [0]
    return [
        [*(padding * length)[-(length - len(prompt)) :], *prompt]
        if len(prompt) < length
        else prompt
        for prompt in prompts
    ]


def _write_prompt(
    phrases: Sequence[str], encode: Callable[[str], Sequence[int]], most_tokens: int
) -> list[int]:
    taken: list[str] = []
    tokens: list[int] = []
    for phrase in phrases:
        longer = list(encode(f" {', '.join(reversed([*taken, phrase]))}."))
        if len(longer) > most_tokens:
            continue
        taken.append(phrase)
        tokens = longer
    return tokens


def rare_phrases(text: str, count_tokens: Callable[[str], int]) -> Iterator[str]:
    """Yield what a text has that the model does not know well: words, and names of several."""
    for line in text.splitlines():
        yield from _HAN.findall(line)
        name: list[str] = []
        end = 0
        for match in _WORD.finditer(line):
            word = match[0]
            apart = line[end : match.start()].strip()
            end = match.end()
            capital = word[0].isupper() and not word.isupper()
            if name and (apart or not capital or len(name) == _CAPITALS_RUN):
                yield from _whole_name(name, count_tokens)
                name = []
            if capital:
                name.append(word)
            elif _is_rare(word, count_tokens):
                yield word
        yield from _whole_name(name, count_tokens)


def _whole_name(name: Sequence[str], count_tokens: Callable[[str], int]) -> Iterable[str]:
    """Give a run of capitalized words: together when it is a name, else what is rare in it."""
    rare = [word for word in name if _is_rare(word, count_tokens)]
    if not rare:
        return ()
    if len(name) == 1:
        return rare
    return (*rare, " ".join(name))


def _is_rare(word: str, count_tokens: Callable[[str], int]) -> bool:
    if len(word) < _FEWEST_LETTERS or _HAN.match(word):
        return False
    return min(count_tokens(f" {word}"), count_tokens(f" {word.lower()}")) > 1
