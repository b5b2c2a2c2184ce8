"""Letters to sounds, roughly, as a speech recognizer confuses them. Pure.

A word becomes a short string of sound symbols, most of them one consonant or vowel each.
French is read as French, every other Latin script as English: that only has to be wrong in
the same way on both sides of a comparison. What is not Latin stays as its folded letters.
How far two sounds are apart is in `soundalike`.

Symbols: p b t d k g f v s z m n l r h w, S (sh), C (ch), J (j, soft g), T (th), N (ng),
j (y as in yes), and the vowels a e i o u.
"""

import re
from functools import lru_cache

from archive.index.analysis import fold

VOWELS = frozenset("aeiou")
_LETTERS = re.compile(r"[^\W\d_]+")
_REPEATED = re.compile(r"(.)\1+")

# A rule is a pattern and its sounds; at each place the first that matches is taken. From the
# spelling rules of dictionaries, and from what the `base` model wrote for spoken terms.
_FIRST = r"""
^[kgpm]n(?=\w)           n
^ps(?=\w)                s
^pt(?=\w)                t
^wr                      r
^x                       z
s?sch                    sk
ch(?=[lr])               k
ch(?=ol|ondr|orio)       k
(?:(?<=psy)|(?<=bron)|(?<=tri)|(?<=ony)|(?<=is))ch k
(?:(?<=ta)|(?<=bra))ch(?=y) k
ph                       f
r?rh                     r
ck                       k
kh                       k
gh(?=[aeiouy])           g
cc(?=[eiy])              ks
xc(?=[eiy])              ks
gu(?=[eiy])              g
"""
_LAST = r"""
s?c(?=[eiy]|ae|oe)       s
c                        k
x                        ks
n(?=[kqx]|c(?![eiy]))    N
j                        J
g(?=[eiy])               J
y(?=[aeou])              j
y                        i
"""
_ENGLISH = r"""
ough                     o
[ae]ugh                  o
eigh                     e
igh                      i
gh                       -
s?[tsc]ion               Son
[tc]ial                  Sal
[tc]ian                  San
[tcx]ious                Sos
[tc]ien(?=[ct])          Sen
ture(?=s?$)              Cor
(?:(?<=tra)|(?<=e)(?=[io])|(?<=ar)(?=[ano]))ch k
ch(?=em)                 k
t?ch                     C
sh|zh                    S
th                       T
dg(?=e)                  J
c?qu(?=[aeiou])          kw
q                        k
wh                       w
gn$                      n
ng(?![aeiouy])           N
mb$                      m
[ae]w|ow                 o
w                        w
h(?=[aeiouy])            h
h                        -
(?<=\w\w\w)ea$           ia
ae|oe|e[aeiy]|ie         i
a[iy]                    e
oo|ou|eu|u[ei]           u
au|oa                    o
(?:(?<=[aeiouy][^aeiouy])|(?<=[aeiouy][^aeiouy][^aeiouy]))e$ -
(?<=[aeiouy][^aeiouysxz])es$ s
"""
_FRENCH = r"""
tion(?=s?$)              sion
tiel                     siel
eaux?|aux?               o
o?eu                     e
ou                       u
o[iy]                    wa
a[iy]|ei|ae|oe           e
sh|ch                    S
th                       t
gn                       nj
ill(?=[ae])              ij
c?qu|q                   k
h                        -
(?<=[aeiouy])s(?=[aeiouy]) z
ents?$                   an
ez$                      e
(?<=[^aeiouy])es?$       -
[tdpxzs]+$               -
"""


def sound_key(text: str, language: str = "en") -> str:
    """Write how a stretch of text sounds; words run together, so splits do not matter.

    Args:
        text: One word or some; anything but letters is passed over.
        language: A Whisper code; French is read as French, others as English.
    """
    words, french = _LETTERS.findall(text), language == "fr"
    if len(words) == 1:
        return _word_key(words[0], french=french)
    return _REPEATED.sub(r"\1", "".join(_word_key(word, french=french) for word in words))


@lru_cache(maxsize=50_000)
def _word_key(word: str, *, french: bool) -> str:
    if french:
        word = word.replace("ç", "ss").replace("Ç", "ss")
    letters = fold(word)
    if not letters.isascii():
        return letters
    pattern, sounds = _rules(french=french)

    def sound(match: re.Match[str]) -> str:
        return sounds[(match.lastindex or 1) - 1]

    return _REPEATED.sub(r"\1", pattern.sub(sound, letters))


@lru_cache(maxsize=2)
def _rules(*, french: bool) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Make one pattern of a language's rules, a group a choice, and the sounds of each.

    The group is empty and stands after its choice: the engine then sees at once which choices
    begin with another letter, which makes it three times as quick as groups around them.
    """
    written = _FIRST + (_FRENCH if french else _ENGLISH) + _LAST
    rules = [line.rsplit(maxsplit=1) for line in written.split("\n") if line]
    choices = [(one, sound) for letters, sound in rules for one in _choices(letters)]
    pattern = "|".join(f"{one}()" for one, _ in choices)
    return re.compile(pattern), tuple(sound.replace("-", "") for _, sound in choices)


def _choices(letters: str) -> list[str]:
    """Cut a pattern at those of its `|` that stand in no bracket."""
    found, depth = [""], 0
    for one in letters:
        depth += (one in "([") - (one in ")]")
        if one == "|" and not depth:
            found.append("")
        else:
            found[-1] += one
    return found
