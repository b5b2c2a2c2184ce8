import pytest
from tokenizers import Tokenizer

from worker.speech import find_model
from worker.speech.tokens import mend_tokenizer

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    path = find_model("base", tmp_path_factory.mktemp("models"))
    return Tokenizer.from_file(str(path / "tokenizer.json"))


def test_words_that_begin_with_t_are_one_token_again(packaged: Tokenizer) -> None:
    mended = mend_tokenizer(packaged)

    lengths = [len(mended.encode(word, add_special_tokens=False).ids) for word in (" the", " then")]
    assert lengths == [1, 1]


def test_what_is_read_does_not_change(packaged: Tokenizer) -> None:
    text = " Good morning. We treated two patients at the hospital with artesunate."
    mended = mend_tokenizer(packaged)

    for written in (packaged, mended):
        tokens = written.encode(text, add_special_tokens=False).ids
        assert packaged.decode(tokens) == mended.decode(tokens) == text


def test_a_whole_tokenizer_is_left_as_it_is(packaged: Tokenizer) -> None:
    mended = mend_tokenizer(packaged)

    assert mend_tokenizer(mended) is mended
