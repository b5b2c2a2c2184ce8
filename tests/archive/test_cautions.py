"""What is to be checked against the sound, and what is left in peace."""

# Numbers and units of many scripts.
# ruff: noqa: RUF001

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cautions import CautionKind, find_cautions
from archive.glossary.wording import fold_term

DRUGS = frozenset(
    map(
        fold_term,
        ["artesunate", "amoxicillin", "amoxicillin clavulanic acid", "quinine", "aténolol"],
    )
)


def marked(text: str, language: str) -> list[str]:
    return [text[one.start : one.end] for one in find_cautions(text, language, DRUGS)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Give 2.4 mg/kg at once.", ["2.4 mg/kg"]),
        ("en", "Run 500 ml, then 250ml.", ["500 ml", "250ml"]),
        ("en", "Repeat 12 hourly for seven days.", ["12 hourly", "for seven days"]),
        ("en", "He has 37.5 °C and 92% on air.", ["37.5 °C", "92%"]),
        ("en", "Two point four milligrams per kilo every twelve hours.",
         ["Two point four milligrams per kilo", "every twelve hours"]),
        ("en", "The loading dose is four grams over fifteen minutes.",
         ["four grams", "over fifteen minutes"]),
        ("en", "Twenty-five percent, or 10 to 15 percent, of them.",
         ["Twenty-five percent", "10 to 15 percent"]),
        ("en", "One hundred and twenty milligrams three times a day.",
         ["One hundred and twenty milligrams", "three times a day"]),
        ("en", "Half a litre, then one and a half litres.",
         ["Half a litre", "one and a half litres"]),
        ("en", "Pressure 140 over 90, then 120/80 mmHg.", ["140 over 90", "120/80 mmHg"]),
        ("en", "Oxygen at 5 L/min, 10,000 IU, 0.5 mmol/l.", ["5 L/min", "10,000 IU", "0.5 mmol/l"]),
        ("en", "A 5-ml syringe and 1/2 tablet.", ["5-ml", "1/2 tablet"]),
        ("en", "At −20 °C or 37°.", ["−20 °C", "37°"]),
        ("fr", "Donnez 2,4 mg/kg toutes les douze heures.",
         ["2,4 mg/kg", "toutes les douze heures"]),
        ("fr", "Quatre grammes, vingt et un pour cent, trois fois par jour.",
         ["Quatre grammes", "vingt et un pour cent", "trois fois par jour"]),
        ("fr", "37,5 degrés et 1 000 unités par kilo.", ["37,5 degrés", "1 000 unités par kilo"]),
        ("pt", "Vinte e cinco miligramas por quilo a cada oito horas.",
         ["Vinte e cinco miligramas por quilo", "a cada oito horas"]),
        ("pt", "De 8 em 8 horas, 500 ml; dez por cento.",
         ["De 8 em 8 horas", "500 ml", "dez por cento"]),
        ("id", "Berikan 500 miligram setiap 8 jam, dua puluh persen.",
         ["500 miligram", "setiap 8 jam", "dua puluh persen"]),
        ("sw", "Mpe miligramu 500 na asilimia ishirini.", ["miligramu 500", "asilimia ishirini"]),
        ("ar", "أعط ٢٫٤ ملغ لكل كيلوغرام كل ١٢ ساعة.", ["٢٫٤ ملغ لكل كيلوغرام", "كل ١٢ ساعة"]),
        ("ar", "خمسة وعشرون بالمئة و 500 مل", ["خمسة وعشرون بالمئة", "500 مل"]),
        ("zh", "每公斤2.4毫克，每12小时一次。", ["每公斤2.4毫克", "每12小时一次"]),
        ("zh", "百分之九十的人给了二十毫升，体温37.5度。", ["百分之九十", "二十毫升", "37.5度"]),
        ("am", "500 ሚሊግራም እና 20 በመቶ", ["500 ሚሊግራም", "20 በመቶ"]),
        ("tr", "Günde 500 mg verin.", ["500 mg"]),
    ],
)  # fmt: skip
def test_numbers_with_units_are_found(language: str, text: str, expected: list[str]) -> None:
    assert marked(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "In 2020 we saw COVID-19 in two patients."),
        ("en", "In 2019, 2020 and 2021."),
        ("en", "H1N1, B12, CD4 and type 2 diabetes."),
        ("en", "24 provinces and 300 clinicians on a 5G network."),
        ("en", "One of the doctors said so a hundred times."),
        ("en", "Slide 12, please. It is half past two."),
        ("en", "Two years ago there were twenty of them."),
        ("en", "On 11/24 and 24/11/2023 we met."),
        ("fr", "En 2020, deux patients et une infirmière."),
        ("fr", "Le vingt-quatre novembre, il y en avait cent."),
        ("pt", "Em 2020 tivemos dois doentes de COVID-19."),
        ("ar", "في عام ٢٠٢٠ كان هناك مريضان"),
        ("zh", "2020年有两个病人感染了COVID-19。"),
        ("en", ""),
    ],
)
def test_other_numbers_are_left_alone(language: str, text: str) -> None:
    assert marked(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Artesunate, not quinine.", ["Artesunate", "quinine"]),
        ("en", "Amoxicillin-clavulanic acid and amoxicillin.",
         ["Amoxicillin-clavulanic acid", "amoxicillin"]),
        ("fr", "de l'Atenolol", ["Atenolol"]),
        ("en", "artesunates and unquinine", []),
    ],
)  # fmt: skip
def test_names_of_drugs_are_found(language: str, text: str, expected: list[str]) -> None:
    assert marked(text, language) == expected


def test_each_is_told_by_its_kind_and_none_is_told_twice() -> None:
    found = find_cautions("Artesunate 2.4 mg/kg", "en", DRUGS)

    assert [one.kind for one in found] == [CautionKind.DRUG, CautionKind.NUMBER]
    assert found[0].end <= found[1].start


@given(st.text(), st.sampled_from(["en", "fr", "pt", "ar", "zh", "sw", "am", "xx"]))
def test_any_text_gives_stretches_in_order_inside_it(text: str, language: str) -> None:
    at = 0

    for one in find_cautions(text, language, DRUGS):
        assert at <= one.start < one.end <= len(text)
        at = one.end
