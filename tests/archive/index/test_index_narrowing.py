"""Filters of the query, facets and their counts, orders; nothing that may not be seen counts."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.index import (
    EVERYTHING,
    PUBLIC,
    Audience,
    FacetKind,
    IndexDocument,
    Narrowing,
    SearchIndex,
    Sort,
)
from archive.transcript import Segment

Make = Callable[..., IndexDocument]
Speak = Callable[..., Segment]
Find = Callable[..., list[int]]
Counts = dict[str, int]


@pytest.fixture
def rounds(index: SearchIndex, make_document: Make, speak: Speak) -> SearchIndex:
    """Four recordings that anyone may find, and a draft."""
    index.update(
        [
            make_document(
                1,
                speak("fever in children"),
                speak("la fièvre des enfants", 60_000, "fr"),
                collection="Ward rounds",
                recorded_on=date(2020, 4, 16),
                speakers=("Dr Otieno", "Amina Okello"),
                subjects=("Malaria", "Child health"),
            ),
            make_document(
                2,
                speak("fever fever fever and more fever"),
                collection="Ward rounds in Lilongwe",
                recorded_on=date(2021, 2, 28),
                speakers=("Dr Otieno",),
                checked=True,
            ),
            make_document(
                3,
                speak("homa ya fever", language="sw"),
                collection="Journal club",
                recorded_on=date(2021, 3, 1),
                subjects=("Malaria",),
            ),
            make_document(4, speak("fever and cough")),
            make_document(
                5,
                speak("fever", language="fr"),
                public=False,
                collection="Secret",
                recorded_on=date(2019, 1, 1),
                speakers=("Somebody",),
                subjects=("Rumours",),
                checked=True,
            ),
        ]
    )
    return index


def _narrowing(**chosen: tuple[str, ...]) -> Narrowing:
    kinds = {
        "language": FacetKind.LANGUAGE,
        "collection": FacetKind.COLLECTION,
        "speaker": FacetKind.SPEAKER,
        "subject": FacetKind.SUBJECT,
        "year": FacetKind.YEAR,
        "checked": FacetKind.CHECKED,
    }
    return Narrowing(chosen={kinds[name]: values for name, values in chosen.items()})


def _facets(index: SearchIndex, query: str, **options: object) -> Mapping[FacetKind, Counts]:
    page = index.search(query, facets=True, **options)  # type: ignore[arg-type]
    return {facet.kind: {one.value: one.count for one in facet.values} for facet in page.facets}


@pytest.mark.usefixtures("rounds")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("fever lang:fr", [1]),
        ("lang:swahili", [3]),
        ("fever NOT lang:en", [3]),
        ("lang:fr OR lang:sw", [1, 3]),
        ("in:rounds", [1, 2]),
        ('in:"ward rounds in lilongwe"', [2]),
        ("in:round", []),
        ("in:ROUNDS year:2021", [2]),
        ("year:2021", [2, 3]),
        ("year:2020-2021 fever", [1, 2, 3]),
        ("before:2021-03", [1, 2]),
        ("after:2021-03-01", [3]),
        ("after:2021-02-28 before:2021-03-01", [2]),
        ("NOT year:2021", [1, 4]),
        ("checked:yes", [2]),
        ("checked:no", [1, 3, 4]),
        ("subject:malaria", [1, 3]),
        ('subject:"malaria child"', []),
        ("subject:health", [1]),
        ("malaria", [1, 3]),
        ("cough OR subject:child", [1, 4]),
        ("speaker:otieno", [1, 2]),
        ("speaker:oti* fever", [1, 2]),
        ("year:2019", []),
        ("in:secret", []),
        ("lang:en", [1, 2, 4]),
    ],
)
def test_filters_let_through(find: Find, query: str, found: list[int]) -> None:
    assert sorted(find(query)) == found


@pytest.mark.usefixtures("rounds")
def test_a_filter_changes_no_score(index: SearchIndex) -> None:
    plain = {hit.recording_id: hit.score for hit in index.search("fever").hits}

    filtered = index.search("fever year:2020-2021").hits

    assert {hit.recording_id: hit.score for hit in filtered} == {
        number: plain[number] for number in (1, 2, 3)
    }


def test_facets_count_what_was_found(rounds: SearchIndex) -> None:
    facets = _facets(rounds, "fever")

    assert facets == {
        FacetKind.LANGUAGE: {"en": 3, "fr": 1, "sw": 1},
        FacetKind.COLLECTION: {
            "Journal club": 1,
            "Ward rounds": 1,
            "Ward rounds in Lilongwe": 1,
        },
        FacetKind.SPEAKER: {"Dr Otieno": 2, "Amina Okello": 1},
        FacetKind.SUBJECT: {"Malaria": 2, "Child health": 1},
        FacetKind.YEAR: {"2021": 2, "2020": 1},
        FacetKind.CHECKED: {"no": 3, "yes": 1},
    }
    assert _facets(rounds, "cough")[FacetKind.LANGUAGE] == {"en": 1}
    assert list(_facets(rounds, "fever")[FacetKind.YEAR]) == ["2021", "2020"]


def test_drafts_count_for_those_who_may_see_them_only(rounds: SearchIndex) -> None:
    public = _facets(rounds, "fever")
    everything = _facets(rounds, "fever", audience=EVERYTHING)

    assert "Somebody" not in public[FacetKind.SPEAKER]
    assert "2019" not in public[FacetKind.YEAR]
    assert everything[FacetKind.SPEAKER]["Somebody"] == 1
    assert everything[FacetKind.CHECKED] == {"no": 3, "yes": 2}


def test_facets_combine_and_values_of_one_kind_add_up(rounds: SearchIndex) -> None:
    chosen = _narrowing(year=("2021",), subject=("Malaria",))
    page = rounds.search("fever", narrowing=chosen, facets=True)
    more = rounds.search("fever", narrowing=chosen.toggled(FacetKind.YEAR, "2020"))

    assert [hit.recording_id for hit in page.hits] == [3]
    assert sorted(hit.recording_id for hit in more.hits) == [1, 3]
    counts = {facet.kind: {one.value: one.count for one in facet.values} for facet in page.facets}
    assert counts[FacetKind.YEAR] == {"2021": 1, "2020": 1}
    assert counts[FacetKind.SUBJECT] == {"Malaria": 1}
    assert counts[FacetKind.LANGUAGE] == {"sw": 1}


@pytest.mark.parametrize(
    "chosen",
    [
        {"year": ("abc",)},
        {"year": ("0",)},
        {"year": ("99999999999999999999",)},
        {"language": ("xx",)},
        {"checked": ("perhaps",)},
        {"speaker": ("",)},
        {"collection": ("Secret",)},
    ],
)
def test_a_value_nobody_has_finds_nothing_and_is_still_told(
    rounds: SearchIndex, chosen: dict[str, tuple[str, ...]]
) -> None:
    page = rounds.search("fever", narrowing=_narrowing(**chosen), facets=True)

    assert page.total == 0
    told = [one for facet in page.facets for one in facet.values if one.chosen]
    assert [(one.value, one.count) for one in told] == [(*chosen.values(), 0)[0] + (0,)]


@pytest.mark.usefixtures("rounds")
def test_by_date_those_without_one_come_last(find: Find) -> None:
    assert find("fever", sort=Sort.NEWEST) == [3, 2, 1, 4]
    assert find("fever", sort=Sort.OLDEST) == [1, 2, 3, 4]
    assert find("fever", sort=Sort.OLDEST, page=2, page_size=2) == [3, 4]


def test_a_value_is_chosen_and_let_go() -> None:
    nothing = Narrowing()
    year = nothing.toggled(FacetKind.YEAR, "2020")
    both = year.toggled(FacetKind.YEAR, "2021")

    assert not nothing
    assert both.chosen == {FacetKind.YEAR: ("2020", "2021")}
    assert both.toggled(FacetKind.YEAR, "2021") == year
    assert year.toggled(FacetKind.YEAR, "2020") == nothing == both.without(FacetKind.YEAR)


LABELS = st.sampled_from(("A b", "é", "高血压", "ضغط", "x\x1fy", "z\x1dz", ""))
SHELF = st.lists(
    st.fixed_dictionaries(
        {
            "speakers": st.lists(LABELS, max_size=3, unique=True),
            "subjects": st.lists(LABELS, max_size=3, unique=True),
            "collection": LABELS,
            "recorded_on": st.none() | st.dates(date(1000, 1, 1), date(9998, 12, 31)),
            "checked": st.booleans(),
            "public": st.booleans(),
        }
    ),
    min_size=1,
    max_size=6,
)


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # it keeps nothing
)
@given(shelf=SHELF, audience=st.sampled_from((PUBLIC, EVERYTHING)))
def test_every_count_is_what_choosing_the_value_finds(
    make_document: Make,
    shelf: list[dict[str, object]],
    audience: Audience,
) -> None:
    with TemporaryDirectory() as name:
        index = SearchIndex(Path(name))
        for number, fields in enumerate(shelf, 1):
            index.update([make_document(number, "fever", **fields)])

        facets = index.search("fever", audience=audience, facets=True).facets

        for facet in facets:
            assert facet.total == len(facet.values)
            for one in facet.values:
                narrowing = Narrowing(chosen={facet.kind: (one.value,)})
                page = index.search("fever", audience=audience, narrowing=narrowing)
                assert page.total == one.count > 0
