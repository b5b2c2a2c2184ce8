"""What is taken for an identifier of a patient, and what is not."""

import pytest

from archive.models import SlideSource
from archive.privacy.finding import find_identifiers
from archive.privacy.identifiers import Finding, Kind
from archive.slides import KeptSlide
from tests.web.factories import speak

NAME, BIRTH, NUMBER, PHONE = Kind.NAME, Kind.BIRTH, Kind.NUMBER, Kind.PHONE


def found(text: str, language: str = "en", **more: object) -> list[tuple[Kind, str]]:
    return [
        (one.kind, one.text)
        for one in find_identifiers([speak(text, language=language)], **more)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We admitted patient John Banda on Monday.", [(NAME, "John Banda")]),
        ("Our patient, John, improved.", [(NAME, "John,")]),
        ("The patient Banda was febrile.", [(NAME, "Banda")]),
        ("I saw Mrs. Phiri, and Mr Van der Berg too.", [(NAME, "Phiri,"), (NAME, "Van der Berg")]),
        ("A girl named Tadala came in.", [(NAME, "Tadala")]),
        ("She is called Grace Mwale.", [(NAME, "Grace Mwale.")]),
        ("Her name is Mercy and she lives nearby.", [(NAME, "Mercy")]),
        ("Last week Chisomo Banda, 34 years old, had a fever.", [(NAME, "Chisomo Banda,")]),
        ("There was Chisomo, 3 years old.", [(NAME, "Chisomo,")]),
        ("Patients 34 years old do well.", []),
        ("Patient safety comes first.", []),
        ("The Patient Safety group met.", []),
        ("The patient HIV status is known.", []),
        ("Patient A was given quinine.", []),
        ("Ask the patient. Malaria is common.", []),
        ("Thank you, Mr. Chairman.", []),
        ("Thank you, Dr. Zhang.", []),
        ("This is called Artesunate.", [(NAME, "Artesunate.")]),
        ("He was born on 12 March 1987 in Zomba.", [(BIRTH, "12 March 1987")]),
        ("Her date of birth is 03/04/2019.", [(BIRTH, "03/04/2019.")]),
        ("She was born in 1954.", [(BIRTH, "1954.")]),
        ("born the 3rd of April 2019 at home", [(BIRTH, "3rd of April 2019")]),
        ("born on March 12, 1987", [(BIRTH, "March 12, 1987")]),
        ("We began on 12 March 2020.", []),
        ("The baby was born with jaundice. In 2019 we saw 40.", []),
        ("Hospital number 448213 please.", [(NUMBER, "448213")]),
        ("His MRN is QE-20391.", [(NUMBER, "QE-20391.")]),
        ("The file number is four four eight two one.", [(NUMBER, "four four eight two one.")]),
        ("We have 448213 doses.", []),
        ("Record number of cases: 12.", []),
        ("Call him on 0888 123 456 today.", [(PHONE, "0888 123 456")]),
        ("The number is +265 999 12 34 56.", [(PHONE, "+265 999 12 34 56.")]),
        ("Phone 888 12 34 56.", [(PHONE, "888 12 34 56.")]),
        (
            "Call zero eight eight eight one two three four five six.",
            [(PHONE, "zero eight eight eight one two three four five six.")],
        ),
        ("From 2019 2020 to 2021 we grew.", []),
        ("It cost 10,000,000 kwacha.", []),
        ("One two three, testing.", []),
        ("Give 120 mg at 0, 12 and 24 hours.", []),
    ],
)
def test_english(text: str, expected: list[tuple[Kind, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La patiente Awa Diop est sortie.", [(NAME, "Awa Diop")]),
        ("Nous avons vu Mme Traoré et M. Koné hier.", [(NAME, "Traoré"), (NAME, "Koné")]),
        ("Une fillette nommée Aminata est venue.", [(NAME, "Aminata")]),
        ("Elle s'appelle Fatou.", [(NAME, "Fatou.")]),
        ("Son nom est Moussa, je crois.", [(NAME, "Moussa,")]),
        ("Hier Moussa Keïta, 12 ans, a convulsé.", [(NAME, "Hier Moussa Keïta,")]),
        ("Merci, Monsieur le Président.", []),
        ("Merci Monsieur Président.", []),
        ("Le patient a reçu de la quinine.", []),
        ("Le patient. Ensuite on traite.", []),
        ("Il est né le 3 avril 2019 à Dakar.", [(BIRTH, "3 avril 2019")]),
        ("Date de naissance : 03/04/2019.", [(BIRTH, "03/04/2019.")]),
        ("Le 3 avril 2019 nous avons commencé.", []),
        ("Numéro de dossier 20391.", [(NUMBER, "20391.")]),
        ("Son téléphone est le 77 123 45 67.", [(PHONE, "77 123 45 67.")]),
        ("Donnez 120 mg toutes les 12 heures.", []),
    ],
)
def test_french(text: str, expected: list[tuple[Kind, str]]) -> None:
    assert found(text, "fr") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("pt", "A paciente Ana Machava melhorou.", [(NAME, "Ana Machava")]),
        ("pt", "Ela chama-se Isabel.", [(NAME, "Isabel.")]),
        ("pt", "Nasceu em 12 de março de 1987.", [(BIRTH, "12 de março de 1987.")]),
        ("es", "El paciente Juan Pérez mejoró.", [(NAME, "Juan Pérez")]),
        ("sw", "Mgonjwa Juma anaitwa Juma Ali.", [(NAME, "Juma"), (NAME, "Juma Ali.")]),
        ("id", "Pasien bernama Siti sudah pulang.", [(NAME, "Siti")]),
        ("ar", "المريضة اسمها فاطمة وهي بخير", [(NAME, "فاطمة")]),
        ("ar", "المريض أحمد علي جاء من الخرطوم", [(NAME, "أحمد علي")]),
        ("ar", "الطفلة آمنة بنت عمر، عمرها خمس سنوات", [(NAME, "آمنة بنت عمر،")]),
        ("ar", "المريض المصاب بالملاريا الشديدة", []),
        ("ar", "المريض كان يعاني من الحمى", []),
        ("ar", "تاريخ الميلاد ١٢/٣/١٩٨٧", [(BIRTH, "١٢/٣/١٩٨٧")]),
        ("ar", "رقم الملف ٤٤٨٢١", [(NUMBER, "٤٤٨٢١")]),
        ("ar", "اتصل على ٠٩١٢٣٤٥٦٧٨", [(PHONE, "٠٩١٢٣٤٥٦٧٨")]),
        ("ar", "نعطي ١٢٠ مغ كل ١٢ ساعة", []),
        ("am", "ታካሚው አበበ ከበደ ትኩሳት ነበረው", [(NAME, "አበበ ከበደ")]),
        ("am", "ወይዘሮ አልማዝ መጥተዋል", [(NAME, "አልማዝ")]),
        ("am", "ታካሚው ትኩሳት ነበረው።", []),
        ("am", "ስልክ ቁጥር 0911 234 567 ነው", [(PHONE, "0911 234 567")]),
        ("am", "የካርድ ቁጥር 44821 ነው", [(NUMBER, "44821")]),
        ("de", "Der Patient Müller kam mit 0151 234 5678.", [(PHONE, "0151 234 5678.")]),
    ],
)
def test_other_languages(language: str, text: str, expected: list[tuple[Kind, str]]) -> None:
    assert found(text, language) == expected


def test_people_who_are_known_are_no_patients() -> None:
    text = "Thank you, Mrs. Mwale. Then Mrs. Phiri came."

    assert found(text, known=["Esther Mwale"]) == [(NAME, "Phiri")]


def test_times_are_those_of_the_words_that_tell_it() -> None:
    (name,) = find_identifiers([speak("We saw patient John Banda there.", start_ms=10_000)])

    assert (name.start_ms, name.end_ms) == (11_200, 11_950)
    assert (name.before, name.after) == ("We saw patient", "there.")


def test_a_name_across_two_segments_is_one() -> None:
    found = find_identifiers([speak("We saw patient John"), speak("Banda there.", start_ms=1_600)])

    assert [one.text for one in found] == ["John Banda"]


def test_the_same_words_have_the_same_digest_and_others_do_not() -> None:
    def digest(text: str) -> str:
        (one,) = find_identifiers([speak(text)])
        return one.digest

    assert digest("Mrs. Phiri came.") == digest("Then Mrs. PHiri left.")
    assert digest("Mrs. Phiri came.") != digest("Mrs. Banda came.")


def test_slides_are_looked_at_for_what_is_labelled() -> None:
    slide = KeptSlide(
        slide_id=1,
        start_ms=60_000,
        end_ms=90_000,
        text="Patient Management\nName: John Banda\nDOB: 03/04/2019\nMRN 20391\nMr Chairman",
        source=SlideSource.VIDEO,
    )

    found: tuple[Finding, ...] = find_identifiers([], [slide])

    assert {(one.kind, one.text) for one in found} == {
        (NAME, "John Banda"),
        (BIRTH, "03/04/2019"),
        (NUMBER, "20391"),
    }
    assert {(one.start_ms, one.end_ms, one.on_slide) for one in found} == {(60_000, 90_000, True)}
