"""The page of results narrowed, ordered, taken apart; and what it says when it is empty."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from tests.web.conftest import post, read
from tests.web.factories import Archivist, speak


@pytest.fixture
def shelf(archivist: Archivist) -> list[int]:
    """Three recordings anyone may find and a draft."""
    return [
        archivist.recording(
            speak("fever in the ward", start_ms=1_000),
            speak("la fièvre", start_ms=60_000, language="fr"),
            title="Ward rounds",
            collection="Rounds",
            recorded_on=date(2020, 5, 1),
            speakers=("Dr Otieno",),
            subjects=("Malaria",),
        ),
        archivist.recording(
            speak("fever again and fever"),
            title="Journal club",
            collection="Journal",
            recorded_on=date(2021, 2, 3),
            subjects=("Malaria", "Sepsis"),
        ),
        archivist.recording(speak("cough and fever"), title="Undated", recorded_on=None),
        archivist.recording(
            speak("fever secret"),
            title="Draft",
            collection="Hidden",
            recorded_on=date(1999, 1, 1),
            speakers=("Nobody Known",),
            publish=False,
        ),
    ]


def test_values_beyond_the_first_ten_are_a_link_away(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    archivist.recording(
        speak("fever"), title="One", subjects=[f"Subject {number}" for number in range(12)]
    )
    page = read(visitor.get("/search?q=fever&sort=newest"))
    assert len(_facets(page)["Subject"]) == 10

    more = _follow(visitor, page.find("a", string="and 2 more"))

    assert len(_facets(more)["Subject"]) == 12
    assert more.find("a", string="and 2 more") is None
    assert more.find("summary", string="Subject").parent.has_attr("open")
    chosen = _follow(visitor, more.find("a", string="Subject 11"))
    assert _facets(chosen)["Subject"][-1] == ("Subject 9", 1)
    assert visitor.get("/search?q=fever&more=nothing").status_code == 200


def test_whatever_finds_two_recordings_is_searched_within(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    archivist.recording(speak("fever"), title="One")
    archivist.recording(speak("fever and cough"), title="Other")

    page = read(visitor.get("/search?q=fever"))

    assert _facets(page) == {}
    form = page.select_one("form.inside")
    assert form.select_one("[name=within]")
    found = read(visitor.get("/search?q=fever&within=cough", follow_redirects=True))
    assert len(_titles(found)) == 1
    assert found.select_one("form.inside") is None


def _facets(page: BeautifulSoup) -> dict[str, list[tuple[str, int]]]:
    return {
        block.summary.text: [(li.a.text, int(li.span.text)) for li in block.select("li")]
        for block in page.select("details.facet")
    }


def _titles(page: BeautifulSoup) -> list[str]:
    return [heading.text.strip() for heading in page.select("article.hit h2")]


def _follow(client: FlaskClient, link: Tag | None) -> BeautifulSoup:
    assert link is not None
    return read(client.get(str(link["href"])))


@pytest.mark.usefixtures("shelf")
def test_what_results_can_be_narrowed_by_is_told_with_counts(visitor: FlaskClient) -> None:
    facets = _facets(read(visitor.get("/search?q=fever")))

    assert facets == {
        "Language": [("English", 3), ("Français (French)", 1)],
        "Collection": [("Journal", 1), ("Rounds", 1)],
        "Subject": [("Malaria", 2), ("Sepsis", 1)],
        "Year": [("2021", 1), ("2020", 1)],
    }


@pytest.mark.usefixtures("shelf")
def test_drafts_are_counted_for_accounts_only(librarian: FlaskClient) -> None:
    facets = _facets(read(librarian.get("/search?q=fever")))

    assert ("Hidden", 1) in facets["Collection"]
    assert ("Nobody Known", 1) in facets["Speaker"]


@pytest.mark.usefixtures("shelf")
def test_links_narrow_and_widen_and_the_address_says_it_all(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=fever&sort=oldest"))

    narrowed = _follow(visitor, page.find("a", string="Malaria"))
    twice = _follow(visitor, narrowed.find("a", string="2020"))
    chip = twice.select_one(".chips a[aria-label='Search without year: 2020']")
    address = parse_qs(urlsplit(str(chip["href"])).query)
    back = _follow(visitor, chip)

    assert _titles(narrowed) == ["Ward rounds", "Journal club"]
    assert _titles(twice) == ["Ward rounds"]
    assert _facets(twice)["Year"] == [("2021", 1), ("2020", 1)]
    assert twice.select_one(".facet a[aria-current=true]").text == "Malaria"
    assert address == {"q": ["fever"], "subject": ["Malaria"], "sort": ["oldest"]}
    assert _titles(back) == _titles(narrowed)


@pytest.mark.usefixtures("shelf")
def test_results_are_ordered_by_date_with_undated_ones_last(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=fever"))

    newest = _follow(visitor, page.find("a", string="newest first"))
    oldest = _follow(visitor, newest.find("a", string="oldest first"))

    assert _titles(newest) == ["Journal club", "Ward rounds", "Undated"]
    assert _titles(oldest) == ["Ward rounds", "Journal club", "Undated"]
    assert oldest.select_one(".orders [aria-current=true]").text == "oldest first"


@pytest.mark.usefixtures("shelf")
def test_what_was_understood_can_be_taken_away_part_by_part(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=fever+ward+lang:french"))
    chips = {li.bdi.text: li.a["href"] for li in page.select(".chips li")}

    assert chips == {
        "fever": "/search?q=ward+lang%3Afr",
        "ward": "/search?q=fever+lang%3Afr",
        "spoken in French": "/search?q=fever+ward",
    }
    assert not read(visitor.get("/search?q=fever")).select(".chips")
    alone = read(visitor.get("/search?q=title:rounds")).select_one(".chips li")
    assert (alone.bdi.text, alone.a) == ("rounds in the title", None)


@pytest.mark.usefixtures("shelf")
def test_a_search_within_the_results_adds_words(visitor: FlaskClient) -> None:
    form = read(visitor.get("/search?q=fever+OR+cough&year=2020")).select_one("aside form")
    fields = {one["name"]: one["value"] for one in form.select("input[type=hidden]")}

    answer = visitor.get("/search", query_string={**fields, "within": "ward"})

    assert form["action"] == "/search"
    assert answer.status_code == 302
    assert answer.location == "/search?q=%28fever+OR+cough%29+ward&year=2020"
    assert _titles(read(visitor.get(answer.location))) == ["Ward rounds"]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    "address",
    [
        "year=abc&year=",
        "lang=%00&checked=maybe",
        "sort=sideways&page=-3",
        "&".join(f"speaker={number}" for number in range(500)),
        "subject=" + "x" * 5_000,
        "collection=%FF%FE",
    ],
)
def test_an_address_nobody_wrote_is_answered(visitor: FlaskClient, address: str) -> None:
    answer = visitor.get(f"/search?q=fever&{address}")

    assert answer.status_code == 200
    assert read(answer).select_one("[role=status]")


@pytest.mark.usefixtures("shelf")
def test_an_empty_result_says_which_word_is_nowhere(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=fever+quetzalcoatlus"))

    told = [li.text for li in page.select(".reproaches li")]
    assert told == ["quetzalcoatlus is in no recording. Without it: 3 recordings"]
    assert len(_titles(_follow(visitor, page.select_one(".reproaches a")))) == 3


@pytest.mark.usefixtures("shelf")
def test_an_empty_result_says_what_removed_everything(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=cough+lang:en&year=2020"))

    told = [li.text for li in page.select(".reproaches li")]
    assert told == [
        "With cough nothing is left. Without it: 1 recording",
        "With year: 2020 nothing is left. Without it: 1 recording",
    ]
    everything = page.find("a", string="Search everything, narrowed by nothing")
    assert _titles(_follow(visitor, everything)) == ["Undated"]


@pytest.mark.usefixtures("shelf")
def test_what_has_most_of_it_comes_beneath_and_says_what_it_lacks(visitor: FlaskClient) -> None:
    none = read(visitor.get("/search?q=fever+ward+quetzalcoatlus"))
    few = read(visitor.get("/search?q=cough+fever+sepsis"))

    assert none.select_one("a[href='#partly']").text == "1 recording with some of it"
    (card,) = none.select("section:has(> #partly) article.hit")
    assert card.h2.text.strip() == "Ward rounds"
    assert card.select_one(".lacks").text == "without quetzalcoatlus"
    assert few.select_one("section:has(> #partly) article.hit")


@pytest.mark.usefixtures("shelf")
def test_drafts_are_in_no_count_of_an_empty_result(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=secret+fever"))

    assert page.select_one(".reproaches li").text.startswith("secret is in no recording.")


@pytest.mark.usefixtures("shelf")
def test_a_search_in_vain_is_counted_and_can_be_left(
    visitor: FlaskClient, librarian: FlaskClient
) -> None:
    for query in ("Zebrafish", "zebrafish ", "ZÉBRAFISH", "zebrafish&page=2", "fever&year=1850"):
        visitor.get(f"/search?q={query}")

    left = post(visitor, "/search/leave", page="/search?q=zebrafish", q="zebrafish", lang="fr")
    page = read(librarian.get("/searches"))

    assert (left.status_code, left.location) == (303, "/search?q=zebrafish&lang=fr")
    assert "the words you searched for and the day, nothing else" in visitor.get("/").text
    (row,) = page.select(".terms > li")
    assert row.b.text == "zebrafish"
    assert [span.text for span in row.select(".meta span")] == [
        "left for you 1 time",
        "found nothing 4 times",
        "last on 2 March 2026",
    ]
    assert row.a["href"] == "/search?q=zebrafish"


def test_a_query_dealt_with_is_taken_off_the_list(librarian: FlaskClient) -> None:
    post(librarian, "/search/leave", page="/search?q=zebrafish", q="zebrafish")
    form = read(librarian.get("/searches")).select_one(".terms form")

    answer = post(librarian, str(form["action"]), page="/searches")

    assert answer.location == "/searches"
    assert "Every search found something" in read(librarian.get("/searches")).main.text
    assert post(librarian, str(form["action"]), page="/deposit").status_code == 404


def test_visitors_see_no_list_and_leave_nothing_without_the_form(visitor: FlaskClient) -> None:
    assert visitor.get("/searches").status_code in (302, 303, 401, 403)
    assert visitor.post("/search/leave", data={"q": "zebrafish"}).status_code == 400
    assert "Searches" not in [a.text for a in read(visitor.get("/")).select("nav a")]


@pytest.mark.parametrize(
    "query", ["amina@example.org", "0712 345 678", "patient 20240101-7", "…", "x" * 3_000]
)
def test_what_looks_like_somebodys_is_not_kept(
    visitor: FlaskClient, librarian: FlaskClient, query: str
) -> None:
    visitor.get("/search", query_string={"q": query})
    post(visitor, "/search/leave", page="/search?q=zebra", q=query)

    kept = [row.b.text for row in read(librarian.get("/searches")).select(".terms > li")]
    assert [one for one in kept if one != "zebra"] == ([query[:200]] if "xxx" in query else [])


@pytest.mark.usefixtures("shelf")
def test_what_programs_search_in_vain_is_counted_too(
    visitor: FlaskClient, librarian: FlaskClient
) -> None:
    for query in ("zebrafish", "zebrafish&page=2", "fever&year=1850", "fever", "Zebrafish"):
        visitor.get(f"/api/v1/search?q={query}")
    post(visitor, "/search/leave", page="/search?q=zebrafish", q="zebrafish")

    (row,) = read(librarian.get("/searches")).select(".terms > li")
    assert "found nothing 3 times" in row.text


@pytest.mark.usefixtures("shelf")
def test_the_api_narrows_and_orders_too(visitor: FlaskClient) -> None:
    def titles(address: str) -> list[str]:
        answer = visitor.get(f"/api/v1/search?{address}").json
        return [recording["title"] for recording in answer["recordings"]]

    assert titles("q=fever&subject=Malaria&sort=newest") == ["Journal club", "Ward rounds"]
    assert titles("q=fever&year=2020&year=2021&sort=oldest") == ["Ward rounds", "Journal club"]
    assert titles("q=fever&collection=Hidden") == []


def test_subjects_are_shown_edited_and_searched(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient, shelf: list[int]
) -> None:
    watch = f"/recordings/{shelf[0]}"

    answer = post(librarian, f"{watch}/subjects", page=watch, subjects="Malaria, Child health")
    archivist.index_recording(shelf[0], [speak("fever")])
    links = read(visitor.get(watch)).select(".subjects a")

    assert answer.status_code == 303
    assert [link.text for link in links] == ["Malaria", "Child health"]
    assert _titles(_follow(visitor, links[1])) == ["Ward rounds"]
    assert not read(visitor.get(watch)).select(".subject-form")
    assert post(visitor, f"{watch}/subjects", page="/login", subjects="x").status_code != 303
    again = post(librarian, f"{watch}/subjects", page=watch, subjects="Malaria,  Child health")
    assert again.status_code == 303
    assert "as they were" in librarian.get(watch).text
