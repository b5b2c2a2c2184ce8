"""How well text breaks between two words, for cues and their lines. Pure.

After a full stop best, then after a comma or at a pause, then before a conjunction or
preposition; worst after an article or preposition, which belong to what follows (BBC
Subtitle Guidelines, "Line breaks"; Netflix Timed Text Style Guide, "Line treatment").
"""

from collections.abc import Mapping
from types import MappingProxyType

from archive.punctuation import ends_clause, ends_sentence

SENTENCE_END = 0.0
CLAUSE_END = 1.0
BEFORE_JOINER = 2.0
BETWEEN_WORDS = 3.0
AFTER_JOINER = 5.0
INSIDE_WORD = 12.0

_JOINER_WORDS = {
    "en": """a an the and or but nor so that which who whose when where while because if as than
        of in on at to for from by with into over under about after before between during until
        without through against not no my your his her its our their this these those""",
    "fr": """le la les un une des du de et ou mais donc que qui dont où quand si comme car à au
        aux en dans sur sous par pour avec sans chez vers entre pendant avant après depuis ne pas
        mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces""",
    "pt": """o a os as um uma uns umas e ou mas que quem onde quando se como porque de do da dos
        das em no na nos nas ao à aos às por pelo pela para com sem sobre entre até desde não meu
        minha seu sua seus suas este esta esse essa isto""",
    "es": """el la los las un una unos unas y e o u pero que quien donde cuando si como porque de
        del en a al por para con sin sobre entre hasta desde no mi tu su sus este esta ese esa""",
    "sw": "na au lakini kwa ya wa la cha vya za kama kwamba ili katika ni si",
    "id": """dan atau tetapi tapi yang di ke dari untuk dengan pada oleh karena jika kalau bahwa
        tidak bukan adalah sebagai dalam para""",
    "ar": "في من إلى على عن مع أو ثم أن إن التي الذي الذين إذا لا ما هذا هذه",
    "am": "እና ወይም ግን ነገር ስለ እንደ ወደ ከ በ",
}
_JOINERS = {language: frozenset(words.split()) for language, words in _JOINER_WORDS.items()}
"""Words that lean on the next one, by language; a line may begin with them, not end."""


def joining_words() -> Mapping[str, frozenset[str]]:
    """Return the small words of each language that has some here, by Whisper's code."""
    return MappingProxyType(_JOINERS)


def break_cost(before: str, after: str, language: str) -> float:
    """Rate a break between two words, from 0 (best) up.

    Args:
        before: the word before the break, as recognized, with its punctuation.
        after: the word after it.
        language: Whisper's code, which decides what a conjunction is.
    """
    if ends_sentence(before, after):
        return SENTENCE_END
    if ends_clause(before):
        return CLAUSE_END
    joiners = _JOINERS.get(language, frozenset())
    if _bare(before) in joiners:
        return AFTER_JOINER
    return BEFORE_JOINER if _bare(after) in joiners else BETWEEN_WORDS


def _bare(word: str) -> str:
    return word.strip(" \"'“”‘’«»()[]").casefold()  # noqa: RUF001 - quotation marks
