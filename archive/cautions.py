"""Find what must be checked against the sound before anyone acts on it. Pure.

Numbers with their units (a dose, a rate, a temperature, how often) and names of drugs: a
machine that mishears one of them writes something just as plausible. The watch page marks
them and offers to play the sentence. Numbers without a unit (years, counts of people) are
not of this kind, and too many marks would be read by nobody.
"""

# The units and number words of many scripts are what this file is about.
# ruff: noqa: RUF001

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from archive.index.analysis import tokenize

_LONGEST_NAME = 5
"""Tokens of the longest name of a drug that is looked for."""


class CautionKind(StrEnum):
    """What is to be checked."""

    NUMBER = "number"
    DRUG = "drug"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """A stretch of a text to be checked against the sound; characters, end exclusive."""

    start: int
    end: int
    kind: CautionKind


def find_cautions(text: str, language: str, drugs: frozenset[str]) -> tuple[Caution, ...]:
    """Find numbers with units and names of drugs, in order and without overlap.

    Args:
        text: A sentence.
        language: Whisper's code; decides how written-out numbers and units read.
        drugs: Folded names (`archive.glossary.wording.fold_term`) in this language.
    """
    numbers = _find_numbers(text, language)
    names = [
        name
        for name in _find_drugs(text, drugs)
        if not any(name.start < number.end and number.start < name.end for number in numbers)
    ]
    return tuple(sorted([*numbers, *names], key=lambda caution: caution.start))


def _find_drugs(text: str, drugs: frozenset[str]) -> Iterator[Caution]:
    if not drugs:
        return
    tokens = list(tokenize(text))
    first_words = _first_words(drugs)
    at = 0
    while at < len(tokens):
        if tokens[at].surface not in first_words:
            at += 1
            continue
        for length in range(min(_LONGEST_NAME, len(tokens) - at), 0, -1):
            part = tokens[at : at + length]
            if " ".join(token.surface for token in part) in drugs:
                yield Caution(start=part[0].start, end=part[-1].end, kind=CautionKind.DRUG)
                at += length
                break
        else:
            at += 1


@lru_cache(maxsize=64)
def _first_words(drugs: frozenset[str]) -> frozenset[str]:
    """Return what a name may begin with, so that most words are passed over at once."""
    return frozenset(name.partition(" ")[0] for name in drugs)


def _find_numbers(text: str, language: str) -> list[Caution]:
    pattern = _PATTERNS.get(language, _PATTERNS["en"])
    return [
        Caution(start=match.start(), end=match.end(), kind=CautionKind.NUMBER)
        for match in pattern.finditer(text)
    ]


_NUMERAL = (
    r"(?:\d{1,3}(?:[ \u00a0\u202f']\d{3})+|\d+)(?:[.,٫٬]\d+)*(?:\s?[½¼¾]|\s\d/\d)?|\d/\d|[½¼¾]"
)
"""Digits of any script, with what stands between them: 2.4, 0,5, 1 000 000, 1/2."""
_RANGE = r"(?:\s?[-–—/~]\s?|\s(?:{to})\s)"
_FREE = r"(?<!\w[.,-])(?<![\w-])"
"""Not inside or at the end of a name: COVID-19, H1N1, B12."""
_SIGN = r"(?:[-−+±<>≥≤]\s?)?"
_SYMBOLS = (
    r"(?-i:[%‰％٪]|[℃℉]|°\s?(?:[CF]\b)?|(?:(?:[mµμnk]|mc)?g|[mdcµμ]?[lL]|[IM]?U|UI|[mµμn]?mol|mEq"
    r"|mm\s?Hg|cm\s?H2O|k?Pa|kcal|k?J|bpm|cc|mm|cm|Gy)\b)"
)
"""Whose case counts: 5 g is a dose, 5G is a network."""
_PER_SYMBOL = r"kg|dl|ml|l|min|h|hr|d|j|m2|m²|µl|μl|mm3|mm³"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wording:
    """How a language writes numbers with units out; every field is a regular expression."""

    numbers: str
    """Number words, without spaces in them."""
    joins: str
    """What stands between number words, with the space after it: `and`, `point`."""
    to: str
    """Between the ends of a range."""
    units: str
    per: str
    """`per` or `a`: what a rate is joined with."""
    per_units: str
    before: str = r"(?!)"
    """What makes a time a matter of dosing: `every 12 hours`, `over 15 minutes`."""
    times: str = r"(?!)"
    often: str = r"(?!)"
    """What after a number says how often: `hourly`, `times a day`."""
    first: str = r"(?!)"
    """Units that stand before their number, as Swahili has them."""


_LATIN_UNITS = r"(?:micro|milli|kilo|nano|centi|deci)"
_WORDINGS: Mapping[str, _Wording] = MappingProxyType(
    {
        "en": _Wording(
            numbers=r"zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
            r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty"
            r"|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million"
            r"|half(?:\san?)?|quarter",
            joins=r"and\s(?:a\s)?|point\s",
            to=r"to|or|and|by|through",
            units=rf"{_LATIN_UNITS}?(?:gram(?:me)?|lit(?:er|re)|metre|meter|mole?)s?|mils?|mgs|mls|kgs"
            r"|kilos?|(?:international\s)?units?|percent|per\scent|degrees?(?:\s(?:celsius"
            r"|centigrade|fahrenheit|c|f))?|mill?imet(?:er|re)s?\sof\smercury|drops?|tablets?"
            r"|capsules?|ampoules?|vials?|sachets?|puffs?|tea\s?spoons?|breaths?|beats?"
            r"|milliequivalents?|pints?",
            per=r"per|a|an|each",
            per_units=r"kilo(?:gram)?(?:me)?s?|kgs?|litres?|liters?|decilit(?:er|re)s?|days?|hours?"
            r"|minutes?|doses?|mils?|millilit(?:er|re)s?|square\smet(?:er|re)",
            before=r"every|over|for|within",
            times=r"(?:hours?|hrs?|minutes?|mins?|days?|weeks?)",
            often=r"hourly|times\s(?:a|per|every|each)\s(?:day|night|week)|times\sdaily",
        ),
        "fr": _Wording(
            numbers=r"zéro|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize"
            r"|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante|septante"
            r"|huitante|octante|nonante|cents?|mille|millions?|demie?|quart",
            joins=r"et\s|virgule\s|point\s",
            to=r"à|ou|et|par",
            units=rf"{_LATIN_UNITS}?(?:grammes?|litres?|mètres?|moles?)|kilos?|unités?"
            r"(?:\sinternationales?)?|pour\s?-?cents?|degrés?(?:\s(?:celsius|c))?"
            r"|millimètres?\sde\smercure|gouttes?|comprimés?|gélules?|ampoules?|flacons?"
            r"|sachets?|bouffées?|cuillères?(?:\sà\s(?:café|soupe))?|milliéquivalents?"
            r"|battements?|cycles?",
            per=r"par|le|la|du",
            per_units=r"kilo(?:gramme)?s?|kg|litres?|décilitres?|jours?|heures?|minutes?|doses?"
            r"|millilitres?|mètre\scarré",
            before=r"toutes\sles|tous\sles|pendant|durant|sur|en",
            times=r"(?:heures?|minutes?|jours?|semaines?)",
            often=r"fois\s(?:par|le)\s(?:jour|semaine)",
        ),
        "pt": _Wording(
            numbers=r"zero|uma?|dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|onze|doze"
            r"|treze|catorze|quatorze|quinze|dezasseis|dezesseis|dezassete|dezessete|dezoito"
            r"|dezanove|dezenove|vinte|trinta|quarenta|cinquenta|sessenta|setenta|oitenta"
            r"|noventa|cem|cento|duzent[ao]s|trezent[ao]s|quatrocent[ao]s|quinhent[ao]s"
            r"|seiscent[ao]s|setecent[ao]s|oitocent[ao]s|novecent[ao]s|mil|milh(?:ão|ões)"
            r"|mei[ao]",
            joins=r"e\s|vírgula\s|ponto\s",
            to=r"a|até|ou|e|por",
            units=rf"{_LATIN_UNITS}?(?:gramas?|litros?|metros?|mol(?:es)?)"
            r"|microgramas?|miligramas?|mililitros?|quilos?|quilogramas?|unidades?"
            r"(?:\sinternacionais)?|por\scento|graus?(?:\scelsius)?|milímetros?\sde\smercúrio"
            r"|gotas?|comprimidos?|cápsulas?|ampolas?|frascos?|saquetas?|jatos?|colheres?",
            per=r"por|ao|à",
            per_units=r"quilo(?:grama)?s?|kg|litros?|decilitros?|dias?|horas?|minutos?|doses?"
            r"|mililitros?|metro\squadrado",
            before=r"(?:a\s)?cada|durante|por|em|de(?=\s\S+\sem\s)",
            times=r"(?:em\s\w+\s)?(?:horas?|minutos?|dias?|semanas?)",
            often=r"vezes\s(?:por|ao)\s(?:dia|semana)",
        ),
        "id": _Wording(
            numbers=r"nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas"
            r"|seratus|belas|puluh|ratus|seribu|ribu|setengah",
            joins=r"koma\s",
            to=r"sampai|hingga|atau",
            units=r"(?:mikro|mili|kilo)?(?:gram|liter)|unit|persen|derajat(?:\scelsius)?|tetes"
            r"|tablet|kapsul|ampul",
            per=r"per",
            per_units=r"kilo(?:gram)?|kg|liter|hari|jam|menit|dosis",
            before=r"setiap|tiap|selama",
            times=r"(?:jam|menit|hari|minggu)",
            often=r"kali\s(?:sehari|seminggu|per\shari)",
        ),
        "sw": _Wording(
            numbers=r"sifuri|moja|mbili|tatu|nne|tano|sita|saba|nane|tisa|kumi|ishirini|thelathini"
            r"|arobaini|hamsini|sitini|sabini|themanini|tisini|mia|elfu|nusu|robo",
            joins=r"na\s|nukta\s",
            to=r"hadi|au|mpaka",
            units=r"(?!)",
            per=r"kwa(?:\skila)?",
            per_units=r"kilo|kg|lita|siku|saa|dakika",
            first=r"(?:maikro|mikro|mili|kilo)?(?:gramu|lita)|asilimia|nyuzi(?:joto)?|vidonge"
            r"|matone|kila\s(?:saa|baada\sya\ssaa)",
        ),
        "ar": _Wording(
            numbers=r"صفر|واحد|واحدة|اثنان|اثنين|ثلاثة?|أربعة?|خمسة?|ستة?|سبعة?|ثماني[ةن]?|تسعة?|عشرة?"
            r"|عشرون|عشرين|ثلاثون|ثلاثين|أربعون|أربعين|خمسون|خمسين|ستون|ستين|سبعون|سبعين"
            r"|ثمانون|ثمانين|تسعون|تسعين|مئة|مائة|مئتان|مئتين|ألف|نصف|ربع",
            joins=r"و\s?|فاصلة\s|نقطة\s",
            to=r"إلى|أو|و",
            units=r"(?:ميكرو|ملل?ي|ميلي|كيلو)?\s?(?:[غج]رام(?:ات|ين|ا|ًا)?|لتر(?:ات|ا|ًا)?|ليتر)"
            r"|ملغ|ملجم|مجم|مغ|مكغ|كغ|كجم|مل|سي\sسي|وحد(?:ة|ات)(?:\sدولية)?|درجة(?:\sمئوية)?"
            r"|درجات|(?:في|ب)\s?المئة|(?:في|ب)\s?المائة|بالمئة|بالمائة|قطر(?:ة|ات)"
            r"|حب(?:ة|ات)|قرص|أقراص|كبسول(?:ة|ات)",
            per=r"لكل|في|كل",
            per_units=r"كيلو(?:غرام|جرام)?|كغ|كجم|لتر|اليوم|يوم|ساعة|الساعة|دقيقة|الدقيقة|جرعة",
            before=r"كل|لمدة|خلال",
            times=r"(?:ساع(?:ة|ات)|دقيقة|دقائق|يوم|أيام|أسبوع|أسابيع)",
            often=r"مر(?:ة|ات)\s(?:يوميا|يوميًا|يومياً|في\sاليوم)",
        ),
        "am": _Wording(
            numbers=r"(?!)",
            joins=r"(?!)",
            to=r"እስከ",
            units=r"(?:ማይክሮ|ሚሊ|ኪሎ)?\s?(?:ግራም|ሊትር)|በመቶ|ፐርሰንት|ዲግሪ(?:\sሴልሺየስ)?|ጠብታ",
            per=r"በ",
            per_units=r"ኪሎ(?:ግራም)?|ሊትር|ቀን|ሰዓት|ደቂቃ",
            before=r"በየ|ለ",
            times=r"(?:ሰዓት|ደቂቃ|ቀን|ሳምንት)",
        ),
    }
)

_CHINESE_NUMERAL = (
    r"(?:\d+(?:[.,]\d+)?|[零〇一二两三四五六七八九十百千万半]+(?:点[零〇一二三四五六七八九]+)?)"
)
_CHINESE_UNITS = (
    r"(?:毫|微|千|公|纳)?(?:克|升)|公斤|千克|国际单位|单位|摄氏度|毫摩尔|毫米汞柱|滴|片|粒|支|毫当量"
    r"|(?:mg|kg|g|ml|mL|µg|μg|IU|mmol|mmHg|%|％|℃|°C)"
)
_CHINESE = (
    r"百分之" + _CHINESE_NUMERAL
    + rf"|(?:每{_CHINESE_NUMERAL}(?:个)?(?:小时|分钟|天|日)(?:{_CHINESE_NUMERAL}次)?)"
    + rf"|(?:每(?:天|日|晚){_CHINESE_NUMERAL}次)"
    + rf"|(?<![A-Za-z\d.-])(?:每(?:公斤|千克|升|次)(?:体重)?)?{_CHINESE_NUMERAL}"
    rf"(?:\s?(?:到|至|[-–~～])\s?{_CHINESE_NUMERAL})?\s?(?:(?:{_CHINESE_UNITS})"
    r"(?:\s?(?:/|每)\s?(?:公斤|千克|kg|升|毫升|L|小时|天|日|分钟|次))*)"
    r"|\d+(?:\.\d+)?\s?度"
)  # fmt: skip


_PRESSURE = (
    r"(?:[6-9]\d|1\d\d|2[0-5]\d)(?:\s?/\s?|\s(?:over|sur|por)\s)(?:[3-9]\d|1[0-5]\d)\b(?!\s?/)"
)
"""A blood pressure needs no unit: 140 over 90. Not a date or a half of something."""


def _pattern(wording: _Wording) -> re.Pattern[str]:
    """Build what finds numbers with units in a language."""
    words = rf"(?:{wording.numbers})(?:[\s-]+(?:{wording.joins})?(?:{wording.numbers}))*"
    number = rf"(?:{_SIGN}(?:{_NUMERAL})(?!\d)|\b(?:{words})\b)"
    number = rf"{number}(?:{_RANGE.format(to=wording.to)}{number})?"
    per = (
        rf"\s?(?:/\s?(?:{_PER_SYMBOL}|{wording.per_units})"
        rf"|(?:{wording.per})\s(?:{wording.per_units}))\b"
    )
    unit = rf"(?:(?:{wording.units})\b|{_SYMBOLS})"
    parts = (
        rf"\b(?:{wording.before})\s?{number}[\s-](?:{wording.times})\b",
        rf"{number}[\s-]?{unit}(?:{per})*",
        rf"{number}[\s-]?(?:{wording.often})\b",
        rf"\b(?:{wording.first})\s{number}(?:{per})*",
        _PRESSURE,
    )
    return re.compile(rf"{_FREE}(?:{'|'.join(parts)})", re.IGNORECASE)


_PATTERNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {language: _pattern(wording) for language, wording in _WORDINGS.items()}
    | {"zh": re.compile(_CHINESE), "yue": re.compile(_CHINESE)}
)
