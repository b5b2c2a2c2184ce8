"""Measure whether the words that matter are found, and none invented, by what is known before.

    python -m benchmarks.findability.run                          all contenders on all films
    python -m benchmarks.findability.run --only plain glossary+slides
    python -m benchmarks.findability.run --held-out               on films nothing was tuned on
    python -m benchmarks.findability.run --audio talk.opus --reference talk.txt   and real speech
    python -m benchmarks.findability.run --details missed.txt --out numbers.json

Contenders are plain, glossary, slides and glossary+slides; each is one process-wide model told
more or less beforehand. Films are made once by `make_sessions`. Prints a table, exits with 1
when glossary+slides misses a bar. Processor seconds are judged for speed, since clocks mislead
where the machine is shared; both are shown.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.findability.contenders import (
    CONTENDERS,
    EVERYTHING,
    PLAIN,
    Contender,
    Known,
    Recognizer,
    Transcription,
    extract_pcm,
    shipped_glossary,
    words_of,
)
from benchmarks.findability.make_sessions import (
    FOLDER,
    HELD_OUT,
    MODELS,
    TUNED_ON,
    FilmSet,
    make_films,
)
from benchmarks.findability.material import Term, Truth, all_terms
from benchmarks.findability.report import print_details, print_recordings, print_table
from benchmarks.findability.results import Measured, missed_bars, sum_up
from benchmarks.findability.score import (
    Invented,
    Judged,
    Reader,
    Source,
    Token,
    invented_in_text,
    invented_terms,
    judge_terms,
    said_terms,
    unify_spellings,
)
from benchmarks.transcribe.errors import word_error_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What every contender is given, and what is true of it."""

    name: str
    pcm: Path
    duration_ms: int
    reference: str
    truth: Truth | None
    """None for real speech, where the times of the words are not known."""

    @property
    def known(self) -> Known:
        """What is known before it is heard."""
        if self.truth is None:
            return Known()
        return Known(
            title=self.truth.title,
            speakers=self.truth.speakers,
            slides=tuple((slide.start_ms, slide.end_ms, slide.text) for slide in self.truth.slides),
        )


class Judge:
    """Compares transcripts with what was said; films are those whose terms are to be found."""

    def __init__(self, glossary: Sequence[Term], films: Sequence[Truth]) -> None:
        self._reader = Reader()
        self._glossary = tuple(glossary)
        self._films = {film.name for film in films}
        self._terms = all_terms(films)

    def judge(self, contender: Contender, recording: Recording, heard: Transcription) -> Measured:
        """Score one transcript."""
        written = [word for segment in heard.segments for word in segment.words]
        tokens = self._reader.tokens(written, pieces=True)
        text = unify_spellings(words_of(heard.segments), self._terms)
        reference = unify_spellings(recording.reference, self._terms)
        words = len(self._reader.read(reference))
        return Measured(
            contender=contender.name,
            recording=recording.name,
            duration_ms=recording.duration_ms,
            wall_s=heard.wall_s,
            processor_s=heard.processor_s,
            judged=tuple(self._judged(recording, tokens)),
            invented=tuple(self._invented(recording, tokens)),
            reference_words=words,
            word_errors=words * word_error_rate(reference, text) if words else 0.0,
            written=tuple((word.start_ms, word.text) for word in written),
        )

    def shares(self, truths: Sequence[Truth]) -> tuple[int, int, int, int]:
        """Count distinct terms: all, on a slide, in the glossary, in neither."""
        seen = {
            (said.term, said.in_glossary, said.known): said
            for truth in truths
            for said in said_terms(truth, self._glossary, self._reader)
        }.values()
        names = {said.term for said in seen}
        listed = {said.term for said in seen if said.in_glossary}
        neither = {said.term for said in seen if said.known is Source.NOWHERE}
        shown = names - neither - {s.term for s in seen if s.known is Source.GLOSSARY}
        return len(names), len(shown), len(listed), len(neither)

    def _judged(self, recording: Recording, tokens: Sequence[Token]) -> list[Judged]:
        if recording.truth is None or recording.truth.name not in self._films:
            return []
        said = said_terms(recording.truth, self._glossary, self._reader)
        return judge_terms(said, recording.truth.terms, tokens, self._reader)

    def _invented(self, recording: Recording, tokens: Sequence[Token]) -> list[Invented]:
        """Whatever could stand in a prompt counts, for every contender alike."""
        if recording.truth is None:
            return invented_in_text(self._glossary, tokens, recording.reference, self._reader)
        prompted = {
            term.term: term for term in (*self._glossary, *self._shown_terms(recording.truth))
        }
        spoken = self._reader.tokens(recording.truth.words)
        return invented_terms(prompted.values(), tokens, spoken, self._reader)

    def _shown_terms(self, truth: Truth) -> list[Term]:
        slides = "\n".join(slide.text for slide in truth.slides)
        return [term for term in self._terms if self._reader.has(slides, term)]


def measure(
    recognizer: Recognizer,
    judge: Judge,
    recordings: Sequence[Recording],
    contenders: Sequence[Contender],
) -> list[Measured]:
    """Let every contender hear every recording, each first in turn, so that none is favoured."""
    measured: list[Measured] = []
    for number, recording in enumerate(recordings):
        first = number % len(contenders)
        results = []
        for contender in (*contenders[first:], *contenders[:first]):
            heard = recognizer.transcribe(recording.pcm, contender, recording.known)
            results.append(judge.judge(contender, recording, heard))
            print(f"{recording.name}, {contender.name}: {heard.processor_s:.1f} s", flush=True)
        order = [contender.name for contender in contenders]
        measured += sorted(results, key=lambda one: order.index(one.contender))
    return measured


def film_recordings(films: FilmSet = TUNED_ON) -> list[Recording]:
    """Give the films of a set, made where they are not there."""
    return [
        Recording(
            name=film.truth.name,
            pcm=extract_pcm(film.path, film.path.with_suffix(".pcm")),
            duration_ms=film.truth.duration_ms,
            reference=film.truth.text,
            truth=film.truth,
        )
        for film in make_films(of=films)
    ]


def real_recording(audio: Path, reference: Path) -> Recording:
    """Give real speech and what is said in it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pcm = extract_pcm(audio, FOLDER / f"{audio.name}.pcm")
    return Recording(
        name=audio.stem,
        pcm=pcm,
        duration_ms=pcm.stat().st_size // 32,
        reference=reference.read_text("utf-8"),
        truth=None,
    )


def main() -> int:
    """Measure all contenders in turn and compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--audio", type=Path, action="append", default=[], help="real speech")
    parser.add_argument(
        "--reference", type=Path, action="append", default=[], help="what is said in it, text"
    )
    names = [contender.name for contender in CONTENDERS]
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--films", nargs="+", help="only these films, by name; `none` for none")
    parser.add_argument("--held-out", action="store_true", help="the held-out films instead")
    parser.add_argument("--model", default="base", help="a directory or a size")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--sounds-like", action="store_true", help="keep what was heard from these same voices"
    )
    parser.add_argument("--out", type=Path, help="write the numbers as JSON")
    parser.add_argument("--details", type=Path, help="write every missed and invented term")
    options = parser.parse_args()
    if len(options.audio) != len(options.reference):
        parser.error("each --audio needs its --reference, in the same order")
    glossary = shipped_glossary(sounds_like=options.sounds_like)
    recognizer = Recognizer(options.model, MODELS, threads=options.threads, glossary=glossary)
    film_set = HELD_OUT if options.held_out else TUNED_ON
    films = film_recordings(film_set)
    terms = [
        Term(term=term.term, kind=term.kind.value, spellings=term.variants)
        for term in glossary
        if term.language in ("", "en")
    ]
    truths = [film.truth for film in films if film.truth and film.name in film_set.spoken]
    judge = Judge(terms, truths)
    all_count, shown, listed, neither = judge.shares(truths)
    print(
        f"{all_count} terms: {shown} on a slide, {listed} in the glossary of "
        f"{len(terms)} English terms, {neither} in neither"
    )
    recordings = [film for film in films if options.films is None or film.name in options.films]
    recordings += map(real_recording, options.audio, options.reference)
    contenders = [contender for contender in CONTENDERS if contender.name in options.only]
    recognizer.warm_up(recordings[0].pcm)
    measured = measure(recognizer, judge, recordings, contenders)
    totals = [sum_up(contender.name, measured) for contender in contenders]
    print_recordings(measured)
    print()
    print_table(totals, measured)
    if options.out:
        options.out.write_text(json.dumps([asdict(total) for total in totals], indent=1))
    if options.details:
        with options.details.open("w", encoding="utf-8") as file:
            print_details(measured, file)
    by_name = {total.contender: total for total in totals}
    if not {PLAIN.name, EVERYTHING.name} <= by_name.keys():
        return 0
    for bar in (missed := missed_bars(by_name[EVERYTHING.name], by_name[PLAIN.name])):
        print(f"MISSED: {bar}")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
