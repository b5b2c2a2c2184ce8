"""Find what may tell who a patient is: names, dates of birth, record and phone numbers. Pure.

    segments, slides → tokens → cue words and patterns → Finding …

It looks at what stands before a word, not at lists of names: names from everywhere are spoken
here. Only where writing has no capitals a word after "patient" has to be a known name. It misses
some and flags some that are none, so a person decides about each.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, groupby

from archive.index.analysis import fold
from archive.privacy.chinese import LANGUAGES as CHINESE
from archive.privacy.chinese import find_in_chinese, is_chinese
from archive.privacy.cue_words import BY_LANGUAGE, NO_CUES, PARTICLES
from archive.privacy.identifiers import Finding, Kind
from archive.privacy.numbers import count_digits, date_end, number_end
from archive.privacy.tokens import Ears, Token, tokens_of, untimed
from archive.slides import KeptSlide
from archive.transcript import Segment, Word

_CONTEXT = 9
"""Words shown before and after."""
_CONTEXT_CHARACTERS = 20
"""The same in Chinese."""
_NAME_WORDS = 4
_NEAR_BIRTH, _NEAR_NUMBER, _NEAR_PHONE = 6, 6, 8
_LEAST_RECORD_DIGITS = 3
_PHONE_DIGITS = range(8, 16)
_OLDEST = 120
_AGE = re.compile(r"^(\d{1,3})(?:-year-old)?$")
_YEAR_OLD = re.compile(r"^(\d{1,3})-years?-olds?$")


def find_identifiers(
    segments: Sequence[Segment],
    slides: Sequence[KeptSlide] = (),
    *,
    known: Collection[str] = (),
    main_language: str = "en",
) -> tuple[Finding, ...]:
    """Find likely identifiers of patients, in order of time.

    Args:
        segments: Of what was said, in order of time.
        slides: Also looked at, for what is labelled on them.
        known: Names of people who speak or are known to the archive: they are no patients.
        main_language: Of slides.
    """
    people = {fold(part) for name in known for part in name.split()}
    found: list[Finding] = []
    for language, said in _stretches(segments):
        if language in CHINESE:
            found += _in_chinese_speech(said, language, known)
        else:
            found += _in_speech(tokens_of(said), language, people)
    for slide in slides:
        found += _on_slide(slide, main_language, people)
    return tuple(sorted(found, key=lambda one: (one.start_ms, one.end_ms)))


def find_in_text(text: str, language: str, *, known: Collection[str] = ()) -> tuple[str, ...]:
    """Find what may tell a patient in what was written, such as a description; just the words."""
    if is_chinese(text):
        return tuple(text[begin:end] for _, begin, end in find_in_chinese(text))
    people = {fold(part) for name in known for part in name.split()}
    return tuple(one.text for one in _in_speech(tokens_of(untimed(text)), language, people))


def names_are_looked_for(language: str) -> bool:
    """Tell whether more than numbers is found in what is said in a language."""
    return language in CHINESE or language in BY_LANGUAGE


def _stretches(segments: Sequence[Segment]) -> Iterator[tuple[str, list[Word]]]:
    """Give the words said in one language without another between."""
    for language, same in groupby(segments, key=lambda segment: segment.language):
        yield language, [word for segment in same for word in segment.words]


def _in_speech(
    tokens: Sequence[Token], language: str, people: Collection[str]
) -> Iterator[Finding]:
    """Look at every word once, for what begins there."""
    ears = Ears(language)
    at = 0
    while at < len(tokens):
        kind, end = _begins_at(tokens, at, ears, people)
        if kind is None:
            at += 1
            continue
        yield _finding(kind, tokens, at, end, language)
        at = end


def _begins_at(
    tokens: Sequence[Token], at: int, ears: Ears, people: Collection[str]
) -> tuple[Kind | None, int]:
    """Tell what begins at a word, and where it ends."""
    if (end := date_end(tokens, at, ears)) and _is_after(tokens, at, ears.born, _NEAR_BIRTH):
        return Kind.BIRTH, end
    if (end := number_end(tokens, at, ears)) > at:
        digits = count_digits(tokens[at:end], ears)
        said = all(token.folded in ears.digits for token in tokens[at:end])
        if digits in _PHONE_DIGITS and (
            said
            or tokens[at].bare.startswith("+")
            or tokens[at].folded.startswith("0")
            or _is_after(tokens, at, ears.phone, _NEAR_PHONE)
        ):
            return Kind.PHONE, end
        if digits >= _LEAST_RECORD_DIGITS and _is_after(tokens, at, ears.record, _NEAR_NUMBER):
            return Kind.NUMBER, end
    if (end := _name_end(tokens, at, ears, people)) and (
        _follows_cue(tokens, at, ears) or _has_age(tokens, at, end, ears)
    ):
        return Kind.NAME, end
    return None, at


def _follows_cue(tokens: Sequence[Token], at: int, ears: Ears) -> bool:
    """Tell whether what stands before a word says that it is a name."""
    if at == 0 or tokens[at - 1].ends:
        return False
    before = tokens[at - 1]
    if before.folded in ears.names:
        return True
    if before.folded in ears.patients:
        return ears.cased or tokens[at].folded in ears.given
    # "her name is Mary", "son nom est Awa", "o nome dela é Ana".
    near = [token.folded for token in tokens[max(at - 4, 0) : at]]
    return before.folded in _IS and any(word in _NAME_IS for word in near)


_UNCASED_PARTICLES = frozenset(
    fold(word) for word in ("بن", "ابن", "بنت", "ابو", "ام", "عبد", "ወልደ", "ገብረ")
)
_PAUSES = ",;:،؛፣፤"
_IS = frozenset(("is", "was", "est", "etait", "e", "era", "es", "ni"))
_NAME_IS = frozenset(("name", "nom", "prenom", "nome", "nombre", "jina"))


def _name_end(tokens: Sequence[Token], at: int, ears: Ears, people: Collection[str]) -> int:
    """Return where a name that begins at a word ends; 0: none does."""
    end = at
    while end < len(tokens) and end - at < _NAME_WORDS:
        token = tokens[end]
        if _is_name(token, ears):
            end += 1
        elif end > at and token.folded in PARTICLES and _is_next_name(tokens, end + 1, ears):
            end += 1
            continue
        else:
            break
        if token.ends or token.word.text.rstrip()[-1:] in _PAUSES:
            break
        if not ears.cased and not _goes_on(tokens, end, ears):
            break
    names = {token.folded for token in tokens[at:end]} - PARTICLES
    return 0 if not names or names <= set(people) else end


def _goes_on(tokens: Sequence[Token], at: int, ears: Ears) -> bool:
    """Tell whether a name without capitals has another word: a known name, or `bin` and one."""
    return at < len(tokens) and (
        tokens[at].folded in ears.given or tokens[at].folded in _UNCASED_PARTICLES
    )


def _is_next_name(tokens: Sequence[Token], at: int, ears: Ears) -> bool:
    return at < len(tokens) and _is_name(tokens[at], ears)


def _is_name(token: Token, ears: Ears) -> bool:
    """Tell whether a word is written like a name."""
    bare = token.bare
    if len(bare) < 2 or token.folded in ears.no_names or not bare[0].isalpha():  # noqa: PLR2004 - "A" is no name
        return False
    if any(character.isdigit() for character in bare):
        return False
    return not ears.cased or (bare[0].isupper() and not bare.isupper())


def _has_age(tokens: Sequence[Token], at: int, end: int, ears: Ears) -> bool:
    """Tell whether an age follows a name: "John, 34 years old", "Awa, 12 ans"."""
    if tokens[at].begins and end - at == 1:
        return False  # A sentence may begin with any word.
    if end >= len(tokens) or tokens[end - 1].ends:
        return False
    here = tokens[end]
    if _YEAR_OLD.match(here.folded):
        return True
    age = _AGE.match(here.folded)
    following = tokens[end + 1].folded if end + 1 < len(tokens) else ""
    return age is not None and int(age.group(1)) <= _OLDEST and following in ears.years


def _is_after(
    tokens: Sequence[Token], at: int, phrases: Sequence[tuple[str, ...]], most: int
) -> bool:
    """Tell whether one of some phrases stands within so many words before, in the sentence."""
    begin = at
    while begin and at - begin < most and not tokens[begin - 1].ends:
        begin -= 1
    before = tuple(token.folded for token in tokens[begin:at])
    for phrase in phrases:
        size = len(phrase)
        if any(before[here : here + size] == phrase for here in range(len(before) - size + 1)):
            return True
    return False


def _finding(kind: Kind, tokens: Sequence[Token], at: int, end: int, language: str) -> Finding:
    def said(part: Sequence[Token]) -> str:
        return "".join(token.word.text for token in part).strip()

    return Finding(
        kind=kind,
        start_ms=tokens[at].word.start_ms,
        end_ms=max(tokens[end - 1].word.end_ms, tokens[at].word.start_ms + 1),
        text=said(tokens[at:end]),
        before=said(tokens[max(at - _CONTEXT, 0) : at]),
        after=said(tokens[end : end + _CONTEXT]),
        language=language,
    )


def _in_chinese_speech(
    words: Sequence[Word], language: str, known: Collection[str]
) -> Iterator[Finding]:
    """Look at what is said as one text, and tell the words it stands in."""
    texts = [word.text for word in words]
    text = "".join(texts)
    edges = list(accumulate(map(len, texts), initial=0))
    for kind, begin, end in find_in_chinese(text):
        # Of whoever is known to speak the family name is said with respect.
        if kind is Kind.NAME and any(name.startswith(text[begin:end]) for name in known):
            continue
        first, last = bisect_right(edges, begin) - 1, bisect_left(edges, end) - 1
        yield Finding(
            kind=kind,
            start_ms=words[first].start_ms,
            end_ms=max(words[last].end_ms, words[first].start_ms + 1),
            text=text[begin:end].strip(),
            before=text[max(begin - _CONTEXT_CHARACTERS, 0) : begin].strip(),
            after=text[end : end + _CONTEXT_CHARACTERS].strip(),
            language=language,
        )


def _on_slide(slide: KeptSlide, language: str, people: Collection[str]) -> Iterator[Finding]:
    """Look for what is labelled: `Name: …`, `DOB: …`, `MRN …`.

    Every word of a slide may have a capital, so what is said of speech does not hold.
    """
    cues = BY_LANGUAGE.get(language, NO_CUES)
    ears = Ears(language)
    for line in slide.text.splitlines():
        if is_chinese(line):
            for found, begin, end in find_in_chinese(line):
                yield _slide_finding(slide, found, line[begin:end], line, language)
            continue
        tokens = tokens_of(untimed(line))
        label, colon, rest = line.partition(":")
        named = colon and fold(label).strip() in {fold(text) for text in cues.label}
        if named and {fold(part) for part in rest.split()} - set(people) and rest.strip():
            yield _slide_finding(slide, Kind.NAME, rest.strip(), line, language)
            continue
        for at in range(len(tokens)):
            kind, end = _begins_at(tokens, at, ears, people)
            if kind in (Kind.BIRTH, Kind.NUMBER, Kind.PHONE):
                text = "".join(token.word.text for token in tokens[at:end]).strip()
                yield _slide_finding(slide, kind, text, line, language)
                break


def _slide_finding(slide: KeptSlide, kind: Kind, text: str, line: str, language: str) -> Finding:
    before, _, after = line.partition(text)
    return Finding(
        kind=kind,
        start_ms=slide.start_ms,
        end_ms=slide.end_ms or slide.start_ms + 1,
        text=text,
        before=before.strip(),
        after=after.strip(),
        language=language,
        on_slide=True,
    )
