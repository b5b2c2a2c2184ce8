import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES

from archive.language import (
    LANGUAGES,
    direction,
    endonym,
    find_language,
    is_full_width,
    is_known,
    language_choices,
    language_name,
    language_tag,
    writes_spaces,
)


def test_the_languages_are_exactly_those_whisper_knows() -> None:
    assert set(LANGUAGES) == set(_LANGUAGE_CODES)


@pytest.mark.parametrize(
    ("code", "name", "own", "way", "spaces"),
    [
        ("en", "English", "English", "ltr", True),
        ("ar", "Arabic", "العربية", "rtl", True),
        ("ur", "Urdu", "اردو", "rtl", True),
        ("am", "Amharic", "አማርኛ", "ltr", True),
        ("zh", "Chinese", "中文", "ltr", False),
        ("th", "Thai", "ไทย", "ltr", False),
        ("ko", "Korean", "한국어", "ltr", True),
    ],
)
def test_a_language_is_described(code: str, name: str, own: str, way: str, *, spaces: bool) -> None:
    assert language_name(code) == LANGUAGES[code].name == name
    assert endonym(code) == LANGUAGES[code].endonym == own
    assert direction(code) == LANGUAGES[code].direction == way
    assert writes_spaces(code) is spaces


def test_an_unknown_code_names_itself() -> None:
    assert not is_known("tlh")
    assert (language_name("tlh"), endonym("tlh"), language_tag("tlh")) == ("tlh", "tlh", "tlh")
    assert direction("tlh") == "ltr"


def test_only_chinese_japanese_and_korean_are_full_width() -> None:
    assert {code for code in LANGUAGES if is_full_width(code)} == {"zh", "yue", "ja", "ko"}


def test_a_form_offers_the_archives_languages_first_then_all_others_by_name() -> None:
    choices = language_choices()

    codes = [choice.code for choice in choices]
    assert codes[:8] == ["en", "fr", "pt", "ar", "sw", "am", "zh", "id"]
    names = [choice.name for choice in choices[8:]]
    assert names == sorted(names)
    assert len(set(codes)) == len(LANGUAGES)


def test_javanese_has_the_tag_browsers_know() -> None:
    assert LANGUAGES["jw"].tag == "jv"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fr", "fr"),
        ("French", "fr"),
        ("français", "fr"),
        (" FRANCAIS ", "fr"),
        ("pt-BR", "pt"),
        ("jv", "jw"),
        ("العربية", "ar"),
        ("中文", "zh"),
        ("", None),
        ("klingon", None),
        ("f", None),
        ("xx-YY", None),
    ],
)
def test_a_language_is_found_by_any_of_its_names(text: str, code: str | None) -> None:
    assert find_language(text) == code
