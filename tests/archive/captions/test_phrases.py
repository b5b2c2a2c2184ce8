# ruff: noqa: RUF001 - text in many scripts
import pytest

from archive.captions.phrases import break_cost


@pytest.mark.parametrize(
    ("better", "worse", "language"),
    [
        ((" fever.", " Then"), (" fever,", " then"), "en"),
        ((" fever,", " and"), (" fever", " and"), "en"),
        ((" fever", " and"), (" and", " cough"), "en"),
        ((" blood", " sugar"), (" the", " blood"), "en"),
        ((" fièvre", " et"), (" et", " toux"), "fr"),
        ((" febre", " ou"), (" ou", " tosse"), "pt"),
        ((" homa", " na"), (" na", " kikohozi"), "sw"),
        ((" demam", " dan"), (" dan", " batuk"), "id"),
        (("热，", "然"), ("发", "热"), "zh"),
        ((" حمى،", " ثم"), (" في", " الدم"), "ar"),
    ],
)
def test_one_break_is_better_than_another(
    better: tuple[str, str], worse: tuple[str, str], language: str
) -> None:
    assert break_cost(*better, language) < break_cost(*worse, language)
