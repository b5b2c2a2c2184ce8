# Letters and signs of many scripts are what is tested.
# ruff: noqa: RUF001

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.index.analysis import Stemmer, fold, split_typed_word, tokenize


@pytest.mark.parametrize(
    ("text", "surfaces"),
    [
        # English
        ("COVID-19, the patient’s HbA1c.", "covid 19 the patient s hba 1 c"),
        ("2.4 mg / 10,000", "2 4 mg 10 000"),
        ("don't", "don t"),
        ("naïve Straße ﬁbrosis", "naive strasse fibrosis"),
        # French
        ("l'hypertension artérielle d’un cœur", "l hypertension arterielle d un coeur"),
        # Portuguese
        ("hipertensão, infecções", "hipertensao infeccoes"),
        # Arabic: vowels, tatweel, alef forms, ta marbuta, digits
        ("الْحُمَّى وإدارة الأطباء مـــالاريا", "الحمي واداره الاطباء مالاريا"),
        ("آلام إلى ٱلدم ٢٠٢٠", "الام الي الدم 2020"),
        ("کلیه", "كليه"),
        # Swahili
        ("shinikizo la damu, ng'ombe ng’ombe", "shinikizo la damu ng ombe ng ombe"),
        # Amharic: homophones, word space, length mark
        ("ጸሐይ፡ፀሀይ", "ጸሀይ ጸሀይ"),
        ("ዓለም አለም ኀይል ኃይል ሠላም", "አለም አለም ሀይል ሀይል ሰላም"),
        # Chinese: each character; Latin and digits inside
        ("高血压治疗2020年ICU", "高 血 压 治 疗 2020 年 icu"),
        ("ＣＯＶＩＤ－１９", "covid 19"),
        # Indonesian
        ("obat-obatan", "obat obatan"),
        # Hindi keeps its vowel signs, Thai is cut by character
        ("हिन्दी", "हिन्दी"),
        ("ไข้", "ไ ข ้"),
        # Russian, Greek, Hebrew with points
        ("Ёлка Άσθμα שָׁלוֹם", "елка ασθμα שלום"),
        # Joiners and soft hyphens are nothing
        ("hyper\u00adtension می\u200cشود", "hypertension ميشود"),
        ("… — !", ""),
    ],
)
def test_text_is_cut_and_folded(text: str, surfaces: str) -> None:
    assert [token.surface for token in tokenize(text)] == surfaces.split()


@given(st.text())
def test_tokens_lie_in_order_inside_the_text(text: str) -> None:
    end = 0

    for token in tokenize(text):
        assert end <= token.start < token.end <= len(text)
        assert token.surface
        assert token.surface == fold(text[token.start : token.end])
        end = token.end


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    for token in tokenize(text):
        assert fold(token.surface) == token.surface


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "infection infections infected"),
        ("en", "child children"),
        ("en", "woman women"),
        ("en", "foot feet"),
        ("en", "diagnosis diagnoses"),
        ("en", "psychosis psychoses"),
        ("en", "fibrosis fibroses"),
        ("en", "analysis analyses"),
        ("en", "hypothesis hypotheses"),
        ("en", "metastasis metastases"),
        ("en", "schistosomiasis schistosomiases"),
        ("en", "dose doses"),
        ("en", "phosphatase phosphatases"),
        ("pt", "herói heróis"),
        ("en", "bias biases"),
        ("en", "disease diseases"),
        ("en", "clothes clothe"),
        ("pt", "hospital hospitais"),
        ("pt", "papel papéis"),
        ("pt", "possível possíveis"),
        ("pt", "lençol lençóis"),
        ("pt", "homem homens"),
        ("pt", "imagem imagens"),
        ("fr", "infecté infectée infectés infectées infectee"),
        ("fr", "hypertension hypertensions"),
        ("fr", "traiter traitement traitée"),
        ("pt", "infecção infecções infeccao infeccoes"),
        ("pt", "vacinação vacinações vacinacao"),
        ("pt", "criança crianças crianca"),
        ("es", "infección infecciones infeccion"),
        ("es", "niño niños nino"),
        ("ar", "دم الدم بالدم والدم للدم"),
        ("ar", "علاج العلاج علاجات بالعلاج"),
        ("ar", "حمى الحمى والحمى حُمّى"),
        ("ar", "مستشفى المستشفى مستشفيات المستشفيات"),
        ("id", "obat pengobatan mengobati"),
    ],
)
def test_inflections_share_a_stem(language: str, words: str) -> None:
    stemmer = Stemmer()

    assert len({stemmer.stem(fold(word), language) for word in words.split()}) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "dose", "dosis"),
        ("en", "bias", "biasis"),
        ("pt", "mais", "mal"),
        ("pt", "dois", "dol"),
    ],
)
def test_what_only_looks_like_a_plural_has_a_stem_of_its_own(
    language: str, one: str, other: str
) -> None:
    stemmer = Stemmer()

    assert stemmer.stem(one, language) != stemmer.stem(other, language)


@pytest.mark.parametrize(
    ("surface", "language"),
    [("damu", "sw"), ("ሀይል", "am"), ("高", "zh"), ("19", "en"), ("damu", "ar")],
)
def test_what_has_no_stemmer_stands_for_itself(surface: str, language: str) -> None:
    assert Stemmer().stem(surface, language) == surface


def test_a_query_word_has_a_stem_for_each_language_of_its_script() -> None:
    stemmer = Stemmer()

    assert "en:infect" in stemmer.stems("infections")
    assert stemmer.stems("infections")[0] == "infections"
    assert len(stemmer.stems("الدم")) == 2
    assert stemmer.stems("高") == ("高",)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("hypertension", ["hypertension"]),
        ("l'hypertension", ["hypertension"]),
        ("D’URGENCE", ["URGENCE"]),
        ("qu'importe", ["importe"]),
        ("patient's", ["patient"]),
        ("COVID-19", ["COVID-19"]),
        ("TB/HIV", ["TB", "HIV"]),
        ("foo:bar", ["foo", "bar"]),
        ("don't", ["don't"]),
        ("ng'ombe", ["ng'ombe"]),
        ("///", []),
    ],
)
def test_a_typed_word_is_cut_into_what_stands_together(typed: str, parts: list[str]) -> None:
    assert split_typed_word(typed) == parts
