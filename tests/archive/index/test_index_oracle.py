"""The index against a search written in five lines, on archives that change at random."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.index import IndexDocument, SearchIndex

Make = Callable[..., IndexDocument]

WORDS = ("fever", "cough", "oxygen", "mask", "the", "tube")
TEXTS = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
CHANGES = st.lists(
    st.tuples(st.integers(1, 4), TEXTS, TEXTS, st.booleans(), st.booleans()),
    min_size=1,
    max_size=8,
)
"""Which recording, its title, what is said in it, whether it is public, whether it is removed."""
PHRASES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


def _holds(text: str, phrase: str) -> bool:
    return f" {phrase} " in f" {text} "


@settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it keeps nothing
)
@given(changes=CHANGES, one=PHRASES, other=PHRASES, public_only=st.booleans())
def test_phrases_are_found_exactly_where_they_are(
    make_document: Make,
    changes: list[tuple[int, str, str, bool, bool]],
    one: str,
    other: str,
    public_only: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    with TemporaryDirectory() as name:
        index = SearchIndex(Path(name))
        kept: dict[int, tuple[str, str, bool]] = {}
        for version, (number, title, said, public, removed) in enumerate(changes, 1):
            kept.pop(number, None)
            if removed:
                index.remove([number])
                continue
            kept[number] = (title, said, public)
            index.update([make_document(number, said, title=title, public=public, version=version)])

        def find(query: str) -> set[int]:
            page = index.search(query, public_only=public_only)
            assert page.total == len(page.hits)
            return {hit.recording_id for hit in page.hits}

        visible = {n: (t, s) for n, (t, s, public) in kept.items() if public or not public_only}
        first = {n for n, (t, s) in visible.items() if _holds(t, one) or _holds(s, one)}
        second = {n for n, (t, s) in visible.items() if _holds(t, other) or _holds(s, other)}
        assert find(f'"{one}"') == first
        assert find(f'"{one}" AND "{other}"') == first & second
        assert find(f'"{one}" OR "{other}"') == first | second
        assert find(f'"{one}" NOT "{other}"') == first - second
        assert find(f'title:"{one}"') == {n for n, (t, _) in visible.items() if _holds(t, one)}
