from pathlib import Path

import pytest

from archive.errors import SearchIndexError
from archive.index.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, lock_timeout_s=0.05)


def test_generations_are_numbered_on(store: Store) -> None:
    first = store.new_generation()
    store.make_current(first)

    second = store.new_generation()

    assert (first.name, second.name) == ("gen-000001", "gen-000002")
    assert store.current() == first


def test_only_the_current_generation_is_kept(store: Store) -> None:
    old, current, aside = (store.new_generation() for _ in range(3))
    store.make_current(old)
    store.make_current(current)

    store.remove_unused()

    assert [path.exists() for path in (old, current, aside)] == [False, True, False]


def test_abandoning_spares_what_became_current(store: Store) -> None:
    """An interruption just after the swap must not take the new index away."""
    current, aside = store.new_generation(), store.new_generation()
    store.make_current(current)

    store.abandon(current)
    store.abandon(aside)

    assert current.exists()
    assert not aside.exists()


@pytest.mark.parametrize("text", ["", "../elsewhere", "gen-1/../../x", "\xff"])
def test_a_pointer_that_names_no_generation_is_an_error(
    store: Store, tmp_path: Path, text: str
) -> None:
    (tmp_path / "current").write_text(text, encoding="latin-1")

    with pytest.raises(SearchIndexError, match="reindex"):
        store.current()


def test_changes_are_noted_only_for_a_rebuild(store: Store) -> None:
    store.note_changes([1])
    store.open_journal()
    store.note_changes([2, 3])
    store.note_changes([3])

    assert store.noted_changes() == {2, 3}
    store.close_journal()
    store.note_changes([4])
    store.open_journal()
    assert store.noted_changes() == frozenset()


def test_a_lock_is_free_again_after_its_block(store: Store, tmp_path: Path) -> None:
    other = Store(tmp_path, lock_timeout_s=0.05)

    with (
        store.write_lock(),
        pytest.raises(SearchIndexError, match="try again when it has finished"),
        other.write_lock(),
    ):
        pass

    with other.write_lock():
        pass
