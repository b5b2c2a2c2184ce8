"""The languages speech recognition knows: their names, direction and tags. Pure.

Codes are Whisper's, which are ISO 639-1 where there is one. Pages show the endonym, HTML
and WebVTT want the BCP 47 tag, captions and search ask whether the script writes spaces.
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

Direction = Literal["ltr", "rtl"]

ARCHIVE_LANGUAGES = ("en", "fr", "pt", "ar", "sw", "am", "zh", "id")
"""The languages of the sessions the archive was made for; shown first where one is chosen."""

_TAGS = {"jw": "jv"}
"""Whisper's codes that are no BCP 47 tags (`jw` was withdrawn in favour of `jv` in 2001)."""

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "sd", "ur", "yi"})
_WITHOUT_SPACES = frozenset({"bo", "ja", "km", "lo", "my", "th", "yue", "zh"})
_FULL_WIDTH = frozenset({"ja", "ko", "yue", "zh"})

_NAMES = """
af|Afrikaans|Afrikaans
am|Amharic|አማርኛ
ar|Arabic|العربية
as|Assamese|অসমীয়া
az|Azerbaijani|azərbaycan
ba|Bashkir|башҡорт теле
be|Belarusian|беларуская
bg|Bulgarian|български
bn|Bangla|বাংলা
bo|Tibetan|བོད་སྐད་
br|Breton|brezhoneg
bs|Bosnian|bosanski
ca|Catalan|català
cs|Czech|čeština
cy|Welsh|Cymraeg
da|Danish|dansk
de|German|Deutsch
el|Greek|Ελληνικά
en|English|English
es|Spanish|español
et|Estonian|eesti
eu|Basque|euskara
fa|Persian|فارسی
fi|Finnish|suomi
fo|Faroese|føroyskt
fr|French|français
gl|Galician|galego
gu|Gujarati|ગુજરાતી
ha|Hausa|Hausa
haw|Hawaiian|ʻŌlelo Hawaiʻi
he|Hebrew|עברית
hi|Hindi|हिन्दी
hr|Croatian|hrvatski
ht|Haitian Creole|kreyòl ayisyen
hu|Hungarian|magyar
hy|Armenian|հայերեն
id|Indonesian|Bahasa Indonesia
is|Icelandic|íslenska
it|Italian|italiano
ja|Japanese|日本語
jw|Javanese|Jawa
ka|Georgian|ქართული
kk|Kazakh|қазақ тілі
km|Khmer|ខ្មែរ
kn|Kannada|ಕನ್ನಡ
ko|Korean|한국어
la|Latin|Latina
lb|Luxembourgish|Lëtzebuergesch
ln|Lingala|lingála
lo|Lao|ລາວ
lt|Lithuanian|lietuvių
lv|Latvian|latviešu
mg|Malagasy|Malagasy
mi|Māori|te reo Māori
mk|Macedonian|македонски
ml|Malayalam|മലയാളം
mn|Mongolian|монгол
mr|Marathi|मराठी
ms|Malay|Bahasa Melayu
mt|Maltese|Malti
my|Burmese|မြန်မာ
ne|Nepali|नेपाली
nl|Dutch|Nederlands
nn|Norwegian Nynorsk|norsk nynorsk
no|Norwegian|norsk
oc|Occitan|occitan
pa|Punjabi|ਪੰਜਾਬੀ
pl|Polish|polski
ps|Pashto|پښتو
pt|Portuguese|português
ro|Romanian|română
ru|Russian|русский
sa|Sanskrit|संस्कृतम्
sd|Sindhi|سنڌي
si|Sinhala|සිංහල
sk|Slovak|slovenčina
sl|Slovenian|slovenščina
sn|Shona|chiShona
so|Somali|Soomaali
sq|Albanian|shqip
sr|Serbian|српски
su|Sundanese|Basa Sunda
sv|Swedish|svenska
sw|Swahili|Kiswahili
ta|Tamil|தமிழ்
te|Telugu|తెలుగు
tg|Tajik|тоҷикӣ
th|Thai|ไทย
tk|Turkmen|türkmen dili
tl|Tagalog|Tagalog
tr|Turkish|Türkçe
tt|Tatar|татар теле
uk|Ukrainian|українська
ur|Urdu|اردو
uz|Uzbek|o‘zbek
vi|Vietnamese|Tiếng Việt
yi|Yiddish|ייִדיש
yo|Yoruba|Yorùbá
yue|Cantonese|粵語
zh|Chinese|中文
"""  # noqa: RUF001 - names as their speakers write them
"""Code, English name, endonym; names as in Unicode CLDR where it has the language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language the archive can recognize."""

    code: str
    name: str
    """In English."""
    endonym: str
    """In the language itself."""
    direction: Direction

    @property
    def tag(self) -> str:
        """BCP 47 tag, for `lang`, `srclang` and `<lang>`."""
        return language_tag(self.code)


def _read(line: str) -> Language:
    code, name, endonym = line.split("|")
    return Language(
        code=code,
        name=name,
        endonym=endonym,
        direction="rtl" if code in _RIGHT_TO_LEFT else "ltr",
    )


LANGUAGES = {language.code: language for language in map(_read, _NAMES.split("\n")[1:-1])}
"""Every language Whisper knows, by code, in order of code."""


def is_known(code: str) -> bool:
    """Tell whether speech recognition takes this code."""
    return code in LANGUAGES


def find_language(text: str) -> str | None:
    """Return the code of a language by its code, tag or name, in English or in itself.

    Case and accents do not matter: `fr`, `French`, `francais`; `pt-BR` is Portuguese.
    """
    wanted = _plain(text)
    for language in LANGUAGES.values():
        names = (language.code, language.tag, language.name, language.endonym)
        if wanted in map(_plain, names):
            return language.code
    code = wanted.split("-")[0].split("_")[0]
    return code if code in LANGUAGES and len(code) < len(wanted) else None


def _plain(text: str) -> str:
    """Take case and accents away."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def language_choices() -> tuple[Language, ...]:
    """List all languages for a form: those of the archive first, then by English name."""
    rest = (language for code, language in LANGUAGES.items() if code not in ARCHIVE_LANGUAGES)
    return (
        *(LANGUAGES[code] for code in ARCHIVE_LANGUAGES),
        *sorted(rest, key=lambda language: language.name),
    )


def language_name(code: str) -> str:
    """Name a language in English; an unknown code names itself."""
    return LANGUAGES[code].name if code in LANGUAGES else code


def endonym(code: str) -> str:
    """Name a language in itself; an unknown code names itself."""
    return LANGUAGES[code].endonym if code in LANGUAGES else code


def direction(code: str) -> Direction:
    """Tell which way a language is written; left to right when it is not known."""
    return "rtl" if code in _RIGHT_TO_LEFT else "ltr"


def language_tag(code: str) -> str:
    """Turn Whisper's code into a BCP 47 tag; an unknown code is given back."""
    return _TAGS.get(code, code)


def writes_spaces(code: str) -> bool:
    """Tell whether words are written with spaces between them."""
    return code not in _WITHOUT_SPACES


def is_full_width(code: str) -> bool:
    """Tell whether the script is of full-width characters (Chinese, Japanese, Korean)."""
    return code in _FULL_WIDTH
