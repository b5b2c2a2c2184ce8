"""Measure whether every spoken term is found by searching, however it is typed.

    python -m benchmarks.findability.search                       all kinds of queries
    python -m benchmarks.findability.search --strict              without any tolerance
    python -m benchmarks.findability.search --held-out            on films nothing was tuned on
    python -m benchmarks.findability.search --details missed.txt --out numbers.json

Films, what recognition made of them (kept after the first run, some minutes) and 60 and more
other recordings are indexed; every term of `run.py` is searched for as a person may type it.
Prints a row for each kind of query; exits with 1 when a bar is missed.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from archive.glossary.shipped import read_shipped
from archive.index import SearchIndex
from archive.thesaurus.expansion import ConceptExpander
from archive.thesaurus.lookup import Thesaurus
from archive.thesaurus.shipped import load_shipped
from archive.timecode import format_clock
from benchmarks.findability.make_sessions import HELD_OUT, TUNED_ON
from benchmarks.findability.score import NEAR_MS
from benchmarks.findability.search_archive import Searched, make_archive
from benchmarks.findability.search_judge import (
    Place,
    SearchJudge,
    Shown,
    Summary,
    missed_bars,
    sum_up,
)
from benchmarks.findability.search_queries import SEED, Kind, make_queries

PAGE = 10
"""Recordings of a page of results."""
UNSAID = 200
"""Terms of the glossary that are asked for though nobody says them."""


class Concepts:
    """The thesaurus that comes with the archive."""

    def __init__(self) -> None:
        self._thesaurus = Thesaurus(load_shipped().read())
        self.expanders = (ConceptExpander(self._thesaurus),)

    def translate(self, term: str, language: str) -> str | None:
        """Give the preferred name of what a term means; None where no concept is called so."""
        words = term.split()
        for named in self._thesaurus.find(words):
            if (named.first, named.last) == (0, len(words) - 1):
                for label in self._thesaurus.labels(named.concepts[0]):
                    if label.language == language and label.preferred:
                        return label.term
        return None


def run(
    index: SearchIndex, archive: Sequence[Searched], spoken: Sequence[str], *, tolerant: bool
) -> tuple[list[Place], list[Shown]]:
    """Ask every query about the films whose terms are to be found, and judge what comes."""
    concepts = Concepts()
    expanders = concepts.expanders if tolerant else ()
    judge = SearchJudge(archive)
    films = [one for one in archive if one.truth and one.truth.name in spoken]
    terms = {term.term: term for one in films if one.truth for term in one.truth.terms}
    places: list[Place] = []
    shown: list[Shown] = []
    for query in make_queries(terms.values(), concepts.translate):
        term = terms[query.term]
        # As many as there are, of which the first ten are what is shown at once.
        found = index.search(
            query.typed, page_size=len(archive), tolerant=tolerant, expanders=expanders
        ).hits
        shown.append(judge.judge_page(query, term, found[:PAGE]))
        hits = {hit.recording_id: hit for hit in found}
        at_once = {hit.recording_id for hit in found[:PAGE]}
        for film in films:
            number = film.document.recording_id
            if judge.said_at(term, number):
                inside = index.moments(query.typed, number, expanders=expanders)
                places += judge.judge_places(
                    query,
                    term,
                    number,
                    hits.get(number),
                    inside,
                    on_first_page=number in at_once,
                )
    return places, shown


def count_unsaid(index: SearchIndex, archive: Sequence[Searched]) -> tuple[int, int, int]:
    """Ask for terms that nobody says and no slide shows: how many, that find any, hits in all."""
    judge = SearchJudge(archive)
    names = [draft.term for draft in read_shipped() if draft.language in ("", "en")]
    unsaid = [name for name in names if name.isalpha() and not judge.knows(name)]
    asked = random.Random(SEED).sample(unsaid, UNSAID)
    totals = [index.search(name).total for name in asked]
    return len(asked), sum(total > 0 for total in totals), sum(totals)


def print_table(rows: Sequence[Summary]) -> None:
    """Print a row for each kind of query."""
    heads = ("queries", "places", "found", "at once", "inside", "jump median", "p95 ms")
    heads += ("moments", "tolerated", "false", "false rec.")
    print(f"{'':16}" + "".join(f"{head:>12}" for head in heads))
    for one in rows:
        cells = (
            f"{one.queries}", f"{one.places}", f"{one.found:.1%}",
            f"{one.at_once:.1%}", f"{one.inside:.1%}",
            f"{one.jump_median_ms}", f"{one.jump_p95_ms}", f"{one.moments}", f"{one.tolerated}",
            f"{one.false_moments:.1%}", f"{one.false_recordings:.1%}",
        )  # fmt: skip
        print(f"{one.kind:16}" + "".join(f"{cell:>12}" for cell in cells))


def print_details(
    archive: Sequence[Searched], places: Sequence[Place], shown: Sequence[Shown], path: Path
) -> None:
    """Write every place that was not found, with what is written there, and every false hit."""
    documents = {one.truth.name: one.document for one in archive if one.truth}
    with path.open("w", encoding="utf-8") as file:
        for place in places:
            if not place.found:
                words = [w for s in documents[place.recording].segments for w in s.words]
                near = [w.text for w in words if abs(w.start_ms - place.said_ms) <= NEAR_MS // 2]
                print(
                    f"{place.recording:10}{format_clock(place.said_ms):>6}  "
                    f"{place.query.kind.value:15} {place.query.typed:28} "
                    f"{'inside' if place.inside else '      '} {''.join(near)}",
                    file=file,
                )
        for page in shown:
            for false in page.false_moments:
                print(f"FALSE {page.query.kind.value:15} {page.query.typed:28} {false}", file=file)


def main() -> int:
    """Build the archive, ask, judge and compare with the bars."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--strict", action="store_true", help="search without tolerance")
    parser.add_argument("--held-out", action="store_true", help="the held-out films instead")
    parser.add_argument("--plain", type=Path, help="a folder with other transcripts of the films")
    parser.add_argument("--out", type=Path, help="write the numbers as JSON")
    parser.add_argument("--details", type=Path, help="write what was missed and what is false")
    options = parser.parse_args()
    films = HELD_OUT if options.held_out else TUNED_ON
    archive = make_archive(films, plain=options.plain)
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder))
        index.rebuild((one.document for one in archive), reload=lambda _: ())
        places, shown = run(index, archive, films.spoken, tolerant=not options.strict)
        unsaid = count_unsaid(index, archive)
    rows = [sum_up(kind, places, shown) for kind in Kind]
    total = sum_up(None, places, shown)
    print_table([row for row in (*rows, total) if row.queries])
    asked, finding, hits = unsaid
    print(f"{asked} terms that nobody says: {finding} find something, {hits} recordings in all")
    if options.out:
        options.out.write_text(json.dumps([asdict(row) for row in (*rows, total)], indent=1))
    if options.details:
        print_details(archive, places, shown, options.details)
    missed = missed_bars(total)
    for bar in missed:
        print(f"MISSED: {bar}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
