from archive.doubts import Doubt, read_doubts, write_doubts


def test_doubts_are_kept_and_read_back() -> None:
    doubts = frozenset({Doubt.FAST, Doubt.REPEATED})

    assert read_doubts(write_doubts(doubts)) == doubts
    assert read_doubts(write_doubts([])) == frozenset()


def test_doubts_of_a_newer_archive_are_passed_over() -> None:
    assert read_doubts("fast from-the-future") == {Doubt.FAST}


def test_every_doubt_is_explained_without_a_number() -> None:
    for doubt in Doubt:
        assert doubt.explanation
        assert not any(character.isdigit() or character == "%" for character in doubt.explanation)
