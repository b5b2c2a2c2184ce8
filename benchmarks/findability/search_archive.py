"""The archive that is searched: what recognition made of the films, and other recordings.

Recognition is run once, glossary and slides told as the worker tells them, and kept beside the
films. The others are there to be found wrongly: the session of `benchmarks.transcribe`, the
demo, and generated ones full of names that are like those looked for.
"""

import hashlib
import json
import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from archive.glossary.shipped import read_shipped
from archive.index import IndexDocument, SlideText
from archive.transcript import Reading, Segment, Word
from benchmarks.findability.make_sessions import FOLDER, MODELS, TUNED_ON, FilmSet, make_films
from benchmarks.findability.material import SOUNDS, Truth
from benchmarks.transcribe.session import ROOT, TEXT
from worker.speech import doubtful_places, rereading

GENERATED = 60
"""Recordings made of sentences with other terms in them."""
_SENTENCES = 60
_SEED = 4
_WORD_MS, _SPOKEN_MS = 400, 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A recording of the archive that is searched and what is true of it."""

    document: IndexDocument
    truth: Truth | None
    """Of a film; None: what its document says is what was said."""


def make_archive(
    films: FilmSet = TUNED_ON, *, sounds_like: bool = False, plain: Path | None = None
) -> list[Searched]:
    """Return all recordings, the films first.

    Args:
        films: which films are in it, `SOUNDS` excepted.
        sounds_like: whether recognition is told what it is known to write, as `run.py` says.
        plain: a folder with transcripts `NAME.json` (start in ms and text of each word) to take
            in place of recognition.
    """
    made = [film for film in make_films(of=films) if film.truth.name != SOUNDS]
    searched: list[Searched] = []
    for number, film in enumerate(made, start=1):
        truth = film.truth
        if plain is not None and truth.name in films.spoken:
            segments = _read_words(plain / f"find_plain_{truth.name}.json")
        else:
            segments = recognized(film.path, truth, sounds_like=sounds_like)
        searched.append(
            Searched(
                document=_document(
                    number,
                    segments,
                    readings=() if plain else read_again(film.path, truth, segments),
                    title=truth.title,
                    speakers=truth.speakers,
                    slides=[
                        SlideText(start_ms=one.start_ms, end_ms=one.end_ms, text=one.text)
                        for one in truth.slides
                    ],
                ),
                truth=truth,
            )
        )
    sure = [w.confidence for one in searched for s in one.document.segments for w in s.words]
    draw = random.Random(_SEED)
    for text in (*_written(), *_generated([film.truth for film in made])):
        segments = [_doubt(segment, sure, draw) for segment in _say(text)]
        number = len(searched) + 1
        searched.append(
            Searched(document=_document(number, segments, title=f"Session {number}"), truth=None)
        )
    return searched


def recognized(path: Path, truth: Truth, *, sounds_like: bool) -> list[Segment]:
    """Return what recognition writes, told glossary and slides; kept in `FOLDER`."""
    from benchmarks.findability.contenders import (  # noqa: PLC0415 - the model takes seconds to load
        EVERYTHING,
        Known,
        Recognizer,
        extract_pcm,
        shipped_glossary,
    )

    mark = hashlib.sha256(f"{truth.made_from} {sounds_like}".encode()).hexdigest()[:8]
    kept = FOLDER / f"{truth.name}.recognized-{mark}.json"
    if not kept.exists():
        recognizer = Recognizer(
            "base", MODELS, threads=2, glossary=shipped_glossary(sounds_like=sounds_like)
        )
        known = Known(
            title=truth.title,
            speakers=truth.speakers,
            slides=tuple((one.start_ms, one.end_ms, one.text) for one in truth.slides),
        )
        heard = recognizer.transcribe(
            extract_pcm(path, path.with_suffix(".pcm")), EVERYTHING, known
        )
        told = [asdict(one) for one in heard.segments]
        kept.write_text(json.dumps(told, ensure_ascii=False, default=sorted), "utf-8")
    raw = json.loads(kept.read_text("utf-8"))
    return [
        Segment(
            start_ms=one["start_ms"],
            end_ms=one["end_ms"],
            text=one["text"],
            language=one["language"],
            confidence=one["confidence"],
            words=tuple(Word(**word) for word in one["words"]),
        )
        for one in raw
    ]


def read_again(path: Path, truth: Truth, segments: Sequence[Segment]) -> tuple[Reading, ...]:
    """Return what else may have been said, as the worker finds it; kept in `FOLDER`."""
    how = Path(rereading.__file__).read_bytes()
    mark = hashlib.sha256(repr((truth.made_from, segments, how)).encode()).hexdigest()[:8]
    kept = FOLDER / f"{truth.name}.readings-{mark}.json"
    if not kept.exists():
        from benchmarks.findability.contenders import (  # noqa: PLC0415 - as above
            extract_pcm,
            find_model,
            load_model,
        )

        found = load_model(find_model("base", MODELS), cpu_threads=2).reread(
            extract_pcm(path, path.with_suffix(".pcm")), list(doubtful_places(segments))
        )
        kept.write_text(json.dumps([asdict(one) for one in found], ensure_ascii=False), "utf-8")
    return tuple(
        Reading(**one | {"texts": tuple(one["texts"])})
        for one in json.loads(kept.read_text("utf-8"))
    )


def _read_words(path: Path) -> list[Segment]:
    words = [
        Word(start_ms=start_ms, end_ms=start_ms + 200, text=text, confidence=0.9)
        for start_ms, text in json.loads(path.read_text("utf-8"))
    ]
    return [
        Segment(
            start_ms=piece[0].start_ms,
            end_ms=piece[-1].end_ms,
            text="".join(word.text for word in piece).strip(),
            language="en",
            confidence=0.9,
            words=tuple(piece),
        )
        for piece in (words[at : at + 20] for at in range(0, len(words), 20))
    ]


def _written() -> Iterator[str]:
    """Give texts of sessions that are not films."""
    yield re.sub(r"^[AB]: ", "", TEXT.read_text("utf-8"), flags=re.MULTILINE)
    script = tomllib.loads((ROOT / "demo" / "script.toml").read_text("utf-8"))
    yield " ".join(turn["text"] for turn in script["turns"])


def _generated(truths: Sequence[Truth]) -> Iterator[str]:
    """Make texts of the sentences of sessions, their terms changed for others."""
    names = [draft.term for draft in read_shipped() if draft.language in ("", "en")]
    sentences = [sentence.text for truth in truths for sentence in truth.sentences]
    said = sorted(
        {spelling for truth in truths for term in truth.terms for spelling in term.accepted},
        key=len,
        reverse=True,
    )
    pattern = re.compile("|".join(rf"\b{re.escape(one)}\b" for one in said), re.IGNORECASE)
    draw = random.Random(_SEED)
    for _ in range(GENERATED):
        yield " ".join(
            pattern.sub(lambda _: draw.choice(names), draw.choice(sentences))
            for _ in range(_SENTENCES)
        )


def _doubt(segment: Segment, sure: Sequence[float], draw: random.Random) -> Segment:
    """Make words as unsure as the recognized ones are, any of them."""
    words = tuple(replace(word, confidence=draw.choice(sure)) for word in segment.words)
    return replace(segment, words=words)


def _say(text: str) -> list[Segment]:
    segments: list[Segment] = []
    at_ms = 0
    for sentence in re.split(r"(?<=[.?!])\s+", text):
        if sentence:
            segments.append(_speak(sentence, at_ms))
            at_ms = segments[-1].end_ms + _WORD_MS
    return segments


def _speak(text: str, start_ms: int) -> Segment:
    words = tuple(
        Word(
            start_ms=start_ms + place * _WORD_MS,
            end_ms=start_ms + place * _WORD_MS + _SPOKEN_MS,
            text=f" {word}",
            confidence=0.9,
        )
        for place, word in enumerate(text.split())
    )
    return Segment(
        start_ms=start_ms,
        end_ms=words[-1].end_ms,
        text=text,
        language="en",
        confidence=0.9,
        words=words,
    )


def _document(
    recording_id: int,
    segments: Sequence[Segment],
    *,
    title: str,
    speakers: tuple[str, ...] = (),
    slides: Sequence[SlideText] = (),
    readings: Sequence[Reading] = (),
) -> IndexDocument:
    return IndexDocument(
        recording_id=recording_id,
        version=1,
        public=True,
        title=title,
        description="",
        collection="",
        language="en",
        recorded_on=None,
        segments=segments,
        speakers=speakers,
        slides=slides,
        readings=readings,
    )
