"""Make the findability films and their truth, once, in `var/benchmarks/findability`.

    python -m benchmarks.findability.make_sessions                 what is not there yet
    python -m benchmarks.findability.make_sessions --held-out      the held-out films
    python -m benchmarks.findability.make_sessions --check-times   how far off the times are

Each session is spoken, put in a room with noise, and filmed with its slides as the demo is; the
truth beside it holds the time of every word and slide. Needs the extra `voices`. Made again
when the session's text, or how it is made, changes.
"""

import argparse
import hashlib
import statistics
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np

from benchmarks.findability.material import (
    SESSIONS,
    SOUNDS,
    SaidSentence,
    SaidWord,
    Session,
    ShownSlide,
    Truth,
    read_session,
    read_truth,
    slide_text,
    write_truth,
)
from benchmarks.findability.sounds import make_sounds
from benchmarks.findability.timing import RATE_HZ, Aligner, examples_from, measure_error
from benchmarks.transcribe.session import ROOT, in_a_room, write_wav
from scripts.demo_script import Script, ScriptTurn
from scripts.make_demo import encode
from scripts.voices import Samples, Speech, SpokenTurn, Turn, join, resample, split_sentences

FOLDER = ROOT / "var" / "benchmarks" / "findability"
MODELS = ROOT / "var" / "models"
ELSEWHERE = "elsewhere"
"""The session in which none of its terms is said."""
_MADE_HOW = 2
"""Counted up when films are made in another way."""
_FILM_RATE_HZ = 24_000
_SLIDE_LEAD_MS = 250
"""A slide changes this long before the turn it belongs to, as `make_demo.frames` films it."""
_TURN_PAUSE_MS = 800
_EDGE_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmSet:
    """Films that are measured together, by name."""

    spoken: tuple[str, ...]
    """Sessions with terms to be found."""
    negatives: tuple[str, ...] = ()
    """Films in which none of the terms on their slides is said."""

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.spoken, *self.negatives)


TUNED_ON = FilmSet(spoken=("malaria", "maternal", "outbreaks"), negatives=(ELSEWHERE, SOUNDS))
"""The films on which the constants of recognition and search were chosen."""
HELD_OUT = FilmSet(spoken=("heart", "bites"))
"""Other topics, words and voices: none is ever chosen on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film and what is true of it."""

    path: Path
    truth: Truth


def make_films(folder: Path = FOLDER, *, of: FilmSet = TUNED_ON) -> tuple[Film, ...]:
    """Return all films of a set, made where they are not there yet, the negatives last."""
    films = make_sound(folder, of=of)
    for film in films:
        if not film.path.exists():
            _film(film)
    return films


def make_sound(folder: Path = FOLDER, *, of: FilmSet = TUNED_ON) -> tuple[Film, ...]:
    """Make what is heard in the films, as `NAME.wav`, and the truth, `NAME.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    maker = _Maker(folder)
    return tuple(maker.make(name) for name in of.names)


class _Maker:
    """Makes sound and truth; loads the model that times the words when one is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make(self, name: str) -> Film:
        """Return one film's truth; its sound lies beside it."""
        session = _session_of(name)
        path = self._folder / f"{name}.mp4"
        told, wav, mark = path.with_suffix(".json"), path.with_suffix(".wav"), _mark(session)
        if told.exists() and (path.exists() or wav.exists()):
            truth = read_truth(told)
            if truth.made_from == mark:
                return Film(path=path, truth=truth)
        path.unlink(missing_ok=True)
        speech = speak(session)
        if name == SOUNDS:
            script, speech = without_words(session.script, speech)
            sentences: tuple[SaidSentence, ...] = ()
            audio = speech.audio
        else:
            script = session.script
            sentences = tuple(self._time_sentences(session, speech))
            audio = in_a_room(speech.audio, seed=len(name))
        truth = Truth(
            name=name,
            made_from=mark,
            title=script.title,
            speakers=tuple(speaker.name for speaker in script.speakers),
            duration_ms=len(audio) * 1000 // RATE_HZ,
            sentences=sentences,
            slides=shown_slides(script, speech),
            terms=session.terms,
        )
        write_wav(wav, audio)
        write_truth(truth, told)
        return Film(path=path, truth=truth)

    @cached_property
    def aligner(self) -> Aligner:
        """The model."""
        return Aligner(MODELS)

    def _time_sentences(self, session: Session, speech: Speech) -> Iterator[SaidSentence]:
        told = [
            (turn.speaker.name, text, sentence)
            for turn, spoken in zip(session.script.turns, speech.turns, strict=True)
            for text, sentence in zip(split_sentences(turn.text), spoken.sentences, strict=True)
        ]
        timed = self.aligner.time_words(
            [
                (speech.audio[_samples(sentence.start_ms) : _samples(sentence.end_ms)], text)
                for _, text, sentence in told
            ]
        )
        for (speaker, text, sentence), words in zip(told, timed, strict=True):
            yield SaidSentence(
                start_ms=sentence.start_ms,
                end_ms=sentence.end_ms,
                speaker=speaker,
                text=text,
                words=tuple(
                    SaidWord(
                        start_ms=sentence.start_ms + word.start_ms,
                        end_ms=sentence.start_ms + word.end_ms,
                        text=word.text,
                    )
                    for word in words
                ),
            )


def speak(session: Session) -> Speech:
    """Speak a session, clean, at 16 kHz."""
    turns = [
        Turn(voice=turn.speaker.voice, text=turn.text) for turn in session.spoken_script().turns
    ]
    return join(turns, rate=RATE_HZ, pause_ms=_TURN_PAUSE_MS, edge_ms=_EDGE_MS)


def shown_slides(script: Script, speech: Speech) -> tuple[ShownSlide, ...]:
    """Say which slide stands when; a slide stays while its turns go on."""
    told = list(zip(script.turns, speech.turns, strict=True))
    changes = [
        (0 if place == 0 else spoken.start_ms - _SLIDE_LEAD_MS, slide_text(script, turn.slide))
        for place, (turn, spoken) in enumerate(told)
        if place == 0 or turn.slide != told[place - 1][0].slide
    ]
    ends = [*(start for start, _ in changes[1:]), len(speech.audio) * 1000 // RATE_HZ]
    return tuple(
        ShownSlide(start_ms=start, end_ms=end, text=text)
        for (start, text), end in zip(changes, ends, strict=True)
    )


def without_words(script: Script, speech: Speech) -> tuple[Script, Speech]:
    """Put music, noise, babble and silence in place of the speech, the slides spread over it."""
    audio = np.concatenate([sound.audio for sound in make_sounds(speech.audio, RATE_HZ)])
    turns = [next(group) for _, group in groupby(script.turns, key=lambda turn: turn.slide)]
    edges = np.linspace(_SLIDE_LEAD_MS, len(audio) * 1000 // RATE_HZ, len(turns) + 1)
    silent = [
        SpokenTurn(start_ms=int(start), end_ms=int(end), voice="female", text="", sentences=())
        for start, end in pairwise(edges)
    ]
    return (
        replace(script, turns=tuple(turns)),
        Speech(audio=audio, sample_rate_hz=RATE_HZ, turns=tuple(silent)),
    )


def check_times(maker: _Maker, spoken: Sequence[str]) -> None:
    """Print how far the times of words are off, measured at every first term of a sentence."""
    errors: list[int] = []
    for name in spoken:
        session = read_session(SESSIONS / f"{name}.toml")
        examples = [
            example
            for turn in session.script.turns
            for example in examples_from(
                turn.speaker.voice, turn.text, [term.term for term in session.terms]
            )
        ]
        errors += measure_error(maker.aligner, examples)
    off = sorted(abs(error) for error in errors)
    print(
        f"{len(errors)} words at known times: median error {statistics.median(errors):+.0f} ms, "
        f"off by {statistics.median(off):.0f} ms in the median, "
        f"{off[len(off) * 95 // 100]} ms at most in 95 of 100, {off[-1]} ms at worst"
    )


def _film(film: Film) -> None:
    """Film the slides and who speaks to the sound, aside, then rename."""
    truth = film.truth
    script = _session_of(truth.name).script
    slides = {slide_text(script, turn.slide): turn.slide for turn in script.turns}
    speakers = {speaker.name: speaker for speaker in script.speakers}
    changes = [(sentence.start_ms, sentence.speaker) for sentence in truth.sentences] or [
        (slide.start_ms + _SLIDE_LEAD_MS, truth.speakers[0]) for slide in truth.slides
    ]
    shots = [
        ScriptTurn(speaker=speakers[speaker], slide=slides[truth.slide_at(at_ms)], text="")
        for at_ms, speaker in changes
    ]
    spoken = [
        SpokenTurn(start_ms=at_ms, end_ms=at_ms, voice="female", text="", sentences=())
        for at_ms, _ in changes
    ]
    speech = Speech(
        audio=resample(_read_wav(film.path.with_suffix(".wav")), RATE_HZ, _FILM_RATE_HZ),
        sample_rate_hz=_FILM_RATE_HZ,
        turns=tuple(spoken),
    )
    aside = film.path.with_name(f"{truth.name}.part.mp4")
    encode(replace(script, turns=tuple(shots)), speech, aside)
    aside.rename(film.path)


def _read_wav(path: Path) -> Samples:
    with wave.open(str(path), "rb") as file:
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (samples / np.float32(32768)).astype(np.float32)


def _session_of(name: str) -> Session:
    """Read the session that a film is made of."""
    return read_session(SESSIONS / f"{ELSEWHERE if name == SOUNDS else name}.toml")


def _mark(session: Session) -> str:
    text = (SESSIONS / f"{session.name}.toml").read_bytes()
    return f"{_MADE_HOW}-{hashlib.sha256(text).hexdigest()[:16]}"


def _samples(at_ms: int) -> int:
    return at_ms * RATE_HZ // 1000


def main() -> None:
    """Make the films, or check the times."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check-times", action="store_true")
    parser.add_argument("--held-out", action="store_true", help="the held-out films instead")
    options = parser.parse_args()
    films = HELD_OUT if options.held_out else TUNED_ON
    if options.check_times:
        check_times(_Maker(FOLDER), films.spoken)
        return
    for film in make_films(of=films):
        seconds = film.truth.duration_ms // 1000
        print(f"{film.path}: {seconds} s, {len(film.truth.words)} words")


if __name__ == "__main__":
    main()
