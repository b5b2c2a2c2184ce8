"""The page of results and the same as JSON."""

import shutil
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from archive.index import SlideText
from archive.settings import Settings
from tests.web.conftest import read
from tests.web.factories import Archivist, speak

_BEING_REBUILT = "The search is being rebuilt; results may be missing."
OLD_INDEX = Path(__file__).parents[1] / "archive" / "index" / "index-of-format-1.zip"


@pytest.fixture
def rounds(archivist: Archivist) -> int:
    return archivist.recording(
        speak("We see hypertension in pregnancy every day.", start_ms=10_000),
        speak("Merci, une hypertension commence sans signe.", start_ms=60_000, language="fr"),
        speak("So hypertension is common here.", start_ms=90_000),
        speak("And hypertension comes back.", start_ms=110_000),
        title="Ward rounds",
        stills_ms=(0, 50_000),
    )


def test_a_result_shows_the_recording_and_its_moments_as_links(
    visitor: FlaskClient, rounds: int
) -> None:
    page = read(visitor.get("/search?q=hypertension"))

    card = page.select_one("article.hit")
    moments = card.select("ol.moments a.moment")
    assert card.h2.text.strip() == "Ward rounds"
    assert card.select_one(".meta time")["datetime"] == "2024-05-14"
    assert "machine transcript, not checked" in card.select_one(".badge").text
    assert len(moments) == 3
    assert moments[0]["href"] == f"/recordings/{rounds}?t=10.8&q=hypertension"
    assert moments[0].time.text == "0:10"
    assert moments[0].mark.text == "hypertension"
    assert moments[0].img["src"] == f"/recordings/{rounds}/stills/0.jpg"
    assert (moments[0].img["width"], moments[0].img["loading"]) == ("160", "lazy")
    assert "1 more moment" in card.select_one(".more a").text


@pytest.mark.usefixtures("rounds")
def test_words_in_another_language_say_which_and_carry_it(visitor: FlaskClient) -> None:
    said = read(visitor.get("/search?q=commence")).select_one(".moment .said")

    assert (said["lang"], said["dir"]) == ("fr", "auto")
    assert "Français (French)" in said.parent.small.text


@pytest.mark.usefixtures("rounds")
def test_the_strip_shows_where_the_matches_lie(visitor: FlaskClient) -> None:
    strip = read(visitor.get("/search?q=hypertension")).select_one("svg.strip")

    assert strip["aria-label"] == "4 matches between 0:10 and 1:50"
    assert strip.path["d"] == "M90 0v14M505 0v14M750 0v14M920 0v14"


def _bilingual(archivist: Archivist) -> int:
    """A session in French with slides and its translation."""
    return archivist.recording(
        speak("la quantité d'abord", start_ms=10_000, language="fr"),
        speak("il faut donner artesunate", start_ms=90_000, language="fr"),
        title="Paludisme",
        slides=[
            SlideText(start_ms=40_000, end_ms=55_000, text="Paludisme grave\nArtesunate 2.4 mg/kg"),
            SlideText(start_ms=85_000, end_ms=None, text="Artesunate <again>"),
        ],
        translation=[speak("the dose first", start_ms=10_000)],
        stills_ms=(0, 45_000, 80_000),
    )


def test_a_moment_on_a_slide_says_so_and_shows_the_slide(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    number = _bilingual(archivist)

    moments = read(visitor.get("/search?q=artesunate")).select("a.moment")

    assert [m.time.text for m in moments] == ["0:40", "1:31"]
    assert [label.text for m in moments for label in m.select("small .track")] == ["on a slide"]
    slide = moments[0]
    assert slide.select_one(".said").text == "Paludisme grave · Artesunate 2.4 mg/kg"
    assert slide.mark.text == "Artesunate"
    assert slide["href"] == f"/recordings/{number}?t=40&q=artesunate"
    assert slide.img["src"] == f"/recordings/{number}/stills/45000.jpg"
    assert moments[1].select_one(".said")["lang"] == "fr"


def test_a_word_on_a_slide_in_other_letters_than_the_speech_is_not_said_to_be_english(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    archivist.recording(
        speak("صباح الخير", language="ar"),
        slides=[SlideText(start_ms=40_000, end_ms=None, text="الملاريا الشديدة\nArtesunate")],
    )

    (moment,) = read(visitor.get("/search?q=artesunate")).select("a.moment")

    assert moment.select_one("small .track").text == "on a slide"
    assert "English" not in moment.small.text


def test_a_translated_moment_says_that_a_machine_translated_it(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    _bilingual(archivist)

    (moment,) = read(visitor.get("/search?q=dose")).select("a.moment")

    assert moment.select_one("small .track").text == "machine translation"
    assert moment.select_one(".said")["lang"] == "en"
    assert "English" not in moment.small.text


def test_slides_have_a_row_of_their_own_in_the_strip(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    _bilingual(archivist)

    card = read(visitor.get("/search?q=artesunate")).select_one("article.hit")

    strip = card.select_one("svg.strip")
    assert strip["aria-label"] == "1 match in speech and 2 matching slides between 0:40 and 1:31"
    assert strip.select_one("path.speech")["d"] == "M760 0v14"
    assert strip.select_one("path.slides")["d"] == "M330 16v6M705 16v6"
    assert "1 more moment in this recording, 1 on slides" in card.select_one(".more").text


def test_a_recording_that_matches_on_slides_only_shows_those(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    _bilingual(archivist)

    card = read(visitor.get("/search?q=grave")).select_one("article.hit")

    assert card.select_one("svg.strip")["aria-label"] == "1 matching slide at 0:40"
    assert card.select_one("path.speech") is None
    assert [label.text for label in card.select(".track")] == ["on a slide"]
    assert not card.select(".badge.unchecked")


def test_what_stands_on_a_slide_is_never_markup(archivist: Archivist, visitor: FlaskClient) -> None:
    _bilingual(archivist)

    said = read(visitor.get("/search?q=again")).select_one(".said")

    assert said.text == "Artesunate <again>"


def test_an_index_of_an_earlier_version_says_that_it_is_rebuilt(
    visitor: FlaskClient, settings: Settings
) -> None:
    shutil.unpack_archive(OLD_INDEX, settings.index_dir)

    page = visitor.get("/search?q=fever")
    api = visitor.get("/api/v1/search?q=fever")

    assert page.status_code == 503
    assert "being rebuilt" in read(page).select_one("main h1").text
    assert (api.status_code, api.json) == (503, {"error": _BEING_REBUILT})


def test_a_draft_is_found_by_accounts_only(
    archivist: Archivist, visitor: FlaskClient, librarian: FlaskClient
) -> None:
    archivist.recording(speak("secret words"), publish=False)

    assert not read(visitor.get("/search?q=secret")).select("article.hit")
    assert visitor.get("/api/v1/search?q=secret").json["total"] == 0
    assert read(librarian.get("/search?q=secret")).select("article.hit .badge.draft")


@pytest.mark.usefixtures("rounds")
def test_nothing_typed_and_nothing_found_have_their_own_pages(visitor: FlaskClient) -> None:
    nothing_typed = read(visitor.get("/search?q=%20"))
    nothing_found = read(visitor.get("/search?q=zebra"))

    assert nothing_typed.h1.text == "What do you remember?"
    assert "zebra" in nothing_found.select_one(".empty[role=status] h2").text


def test_a_damaged_index_is_told_of_mended_and_answered_from_titles(
    archivist: Archivist, visitor: FlaskClient, settings: Settings, rounds: int
) -> None:
    archivist.recording(speak("a"), title="Ward draft", publish=False)
    for path in settings.index_dir.rglob("*"):
        if path.is_file():
            path.write_bytes(b"not an index")

    page = visitor.get("/search?q=WARD&year=2020")
    api = visitor.get("/api/v1/search?q=hypertension")
    offered = visitor.get("/api/v1/suggest?q=hyper")
    inside = visitor.get(f"/recordings/{rounds}?q=hypertension")

    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "being rebuilt" in read(page).select_one("main h1").text
    assert "Results may be missing" in read(page).main.text
    assert [a["href"] for a in read(page).select(".card h3 a")] == [f"/recordings/{rounds}"]
    assert read(page).find("a", string="Search again")["href"] == "/search?q=WARD&year=2020"
    for answer in (api, offered):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert answer.json == {"error": _BEING_REBUILT}  # Nothing of where things lie.
    assert inside.status_code == 200
    with archivist.database.read() as session:
        jobs = session.execute(
            text("SELECT name FROM workflow_status WHERE name = 'mend_index'")
        ).all()
    assert len(jobs) == 1


def test_pages_lead_on_and_back(archivist: Archivist, visitor: FlaskClient) -> None:
    for number in range(12):
        archivist.recording(speak("fever"), title=f"Session {number}")

    first = read(visitor.get("/search?q=fever"))
    second = read(visitor.get("/search?q=fever&page=2"))
    past = read(visitor.get("/search?q=fever&page=9"))

    assert len(first.select("article.hit")) == 10
    assert first.select_one("nav.pages a[rel=next]")["href"] == "/search?q=fever&page=2"
    assert len(second.select("article.hit")) == 2
    assert second.select_one("nav.pages a[rel=prev]")["href"] == "/search?q=fever"
    assert "There is no page 9" in past.main.text


def test_what_is_typed_and_what_was_said_is_never_markup(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    archivist.recording(
        speak("fever <img src=x onerror=alert(1)>"), title="<script>alert(2)</script>"
    )

    page = read(visitor.get("/search?q=fever+%3Cscript%3Ealert(3)%3C/script%3E"))
    found = read(visitor.get("/search?q=fever"))

    assert not [script for script in page.select("script") if not script.get("src")]
    assert page.select_one("input[name=q]")["value"] == "fever <script>alert(3)</script>"
    assert found.h2.text.strip() == "<script>alert(2)</script>"
    assert not found.select(".said img")
    assert "<img" in found.select_one(".said").text


def test_the_api_gives_the_documented_keys(visitor: FlaskClient, rounds: int) -> None:
    answer = visitor.get("/api/v1/search?q=hypertension").json

    recording = answer["recordings"][0]
    assert set(answer) == {"query", "total", "page", "meant", "other_names", "recordings"}
    assert set(recording) == {
        "id", "title", "date", "duration_ms", "language", "url", "moments", "moment_count",
        "slide_match_count",
    }  # fmt: skip
    assert recording["url"] == f"http://127.0.0.1:8123/recordings/{rounds}"
    assert recording["moments"][0] == {
        "track": "speech",
        "start_ms": 10_800,
        "end_ms": 11_150,
        "text": recording["moments"][0]["text"],
        "speaker": None,
        "instead": [],
        "url": f"http://127.0.0.1:8123/recordings/{rounds}?t=10.8",
    }
    assert "<" not in recording["moments"][0]["text"]
    assert (recording["moment_count"], recording["slide_match_count"]) == (4, 0)


def test_the_api_tells_slides_and_translation_apart(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    _bilingual(archivist)

    (recording,) = visitor.get("/api/v1/search?q=dose+artesunate").json["recordings"]

    moments = [(m["track"], m["start_ms"], m["end_ms"], m["text"]) for m in recording["moments"]]
    assert moments == [
        ("translation", 10_400, 10_750, "the dose first"),
        ("slide", 40_000, 55_000, "Paludisme grave · Artesunate 2.4 mg/kg"),
        ("speech", 91_200, 91_550, "la quantité d'abord il faut donner artesunate"),
    ]
    assert (recording["moment_count"], recording["slide_match_count"]) == (4, 2)


@pytest.mark.parametrize("page", ["0", "-1", "x", "1.5", "99999999999"])
def test_the_api_refuses_a_page_that_is_none(visitor: FlaskClient, page: str) -> None:
    answer = visitor.get(f"/api/v1/search?q=a&page={page}")

    assert answer.status_code == 400
    assert "page" in answer.json["error"]


def test_the_page_of_results_weighs_less_than_40_kb(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    said = "The fever came back on the third day and nobody had expected that at all."
    for number in range(10):
        archivist.recording(
            *[speak(said, start_ms=at_ms) for at_ms in range(0, 7_200_000, 120_000)],
            title=f"A session with quite a long title, number {number}",
            duration_ms=7_200_000,
        )
    packed = {"Accept-Encoding": "gzip"}

    answer = visitor.get("/search?q=fever", headers=packed)
    page = read(visitor.get("/search?q=fever"))
    linked = [tag["href"] for tag in page.select("link")] + [
        tag["src"] for tag in page.select("script")
    ]
    total = len(answer.data)
    for path in linked:
        with visitor.get(path, headers=packed) as linked_answer:
            total += len(linked_answer.data)

    assert len(page.select("article.hit")) == 10
    assert total < 40_000


@pytest.mark.parametrize(
    ("query", "advised"),
    [
        ("zzyzx", ["Try the language"]),
        ("zzyzx quuxification", ["Use fewer words", "Try the language"]),
        ('"zzyzx fever"', ["Use fewer words", "Try the language"]),
    ],
)
def test_nothing_found_advises_only_what_can_be_done(
    visitor: FlaskClient, query: str, advised: list[str]
) -> None:
    page = visitor.get("/search", query_string={"q": query}).get_data(as_text=True)

    advice = ("Use fewer words", "Try the language")
    assert [one for one in advice if one in page] == advised


def test_a_phrase_that_is_nowhere_leads_to_its_words(
    archivist: Archivist, visitor: FlaskClient
) -> None:
    archivist.recording(speak("Then we gave artisanate to the child."), title="One")
    archivist.recording(speak("We gave it. Later artesunate came."), title="Two")

    page = read(visitor.get('/search?q="gave artesunate" -quinine'))
    link = page.find("a", string="Without quotation marks: 2 recordings")

    assert not page.select("article.hit")
    assert link is not None
    assert len(read(visitor.get(str(link["href"]))).select("article.hit")) == 2
    nowhere = read(visitor.get('/search?q="zzyzx quux"')).text
    assert "Without quotation marks" not in nowhere


def test_a_filter_that_cannot_be_read_is_told_of(visitor: FlaskClient) -> None:
    page = read(visitor.get("/search?q=lang:frensh"))

    assert "no language is called frensh" in page.text
