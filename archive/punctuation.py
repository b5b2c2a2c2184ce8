"""Where sentences and clauses end, by the punctuation of the archive's scripts. Pure.

Shared by the recognizer's segments, caption cues and paragraphs, so that all three break
speech at the same places.
"""

SENTENCE_ENDS = ".!?…。！？｡؟۔።፧।॥།။។"  # noqa: RUF001 - the marks of many scripts
"""Latin, CJK, Arabic, Urdu, Ethiopic, Devanagari, Tibetan, Burmese and Khmer full stops."""

CLAUSE_ENDS = ",;:，、；：،؛፣፤፥၊–—"  # noqa: RUF001 - the same
_CLOSING = "\"'”’»›)]}）】」』》〉"  # noqa: RUF001 - quotation marks and brackets
_OPENING = "\"'“‘«‹([{（【「『《〈¿¡"  # noqa: RUF001 - the same

_ABBREVIATIONS = frozenset(
    {"approx", "dr", "dra", "drs", "e.g", "etc", "fig", "i.e", "m", "mme", "mr", "mrs", "ms"}
    | {"prof", "sr", "sra", "st", "vol", "vs"}
)
"""Words whose full stop does not end a sentence, in English, French and Portuguese."""


def ends_sentence(word: str, following: str | None = None) -> bool:
    """Tell whether a word closes a sentence.

    Args:
        word: the word with its punctuation.
        following: the next word, when there is one: `Dr. Banda` and `5 p.m. on` go on,
            because no sentence ends with a title or goes on with a small letter.
    """
    bare = word.strip().rstrip(_CLOSING)
    if not bare or bare[-1] not in SENTENCE_ENDS:
        return False
    if bare[-1] != "." or following is None:
        return True
    stem = bare.lstrip(_OPENING).rstrip(".").casefold()
    if stem in _ABBREVIATIONS:
        return False
    first = following.strip().lstrip(_OPENING)[:1]
    return not first.islower()


def ends_clause(word: str) -> bool:
    """Tell whether a word closes a clause: a comma, a colon, a dash or the like."""
    bare = word.strip().rstrip(_CLOSING)
    return bool(bare) and bare[-1] in CLAUSE_ENDS
