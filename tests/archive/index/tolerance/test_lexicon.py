"""What is known of words: ordinary ones, and terms of the glossary."""

from archive.glossary.values import Term
from archive.index.tolerance.lexicon import build_lexicon


def test_an_ordinary_word_is_no_term_for_being_in_a_longer_one() -> None:
    lexicon = build_lexicon(
        ["severe", "malaria", "management"],
        [Term(term="malaria"), Term(term="management of severe falciparum malaria")],
    )

    assert "management" not in lexicon.terms
    assert lexicon.terms >= {"falciparum", "malaria"}
    assert lexicon.is_right("management")
