"""One recording in which English, French and Chinese are spoken, as with interpreters.

Real speech (tests/media/SOURCES.md) and the real model; the joins and pauses are ours.
"""

import difflib
from itertools import pairwise
from pathlib import Path

import pytest

from archive.captions import make_cues, write_webvtt
from archive.transcript import Segment
from archive.transcripts import main_language
from tests.worker.speech.sounds import JFK, JFK_TEXT, make_pcm
from worker.speech import Chunk, WhisperTranscriber, find_model, load_model, plan_chunks

pytestmark = pytest.mark.model

MEDIA = JFK.parent
CLIPS = {"en": JFK, "fr": MEDIA / "french-podcast.ogg", "zh": MEDIA / "chinese.ogg"}
SAID = {
    "en": JFK_TEXT,
    "fr": "Bienvenue dans Passerelle, un podcast pensé pour éveiller la curiosité "
    "des apprenantes et des apprenants de français.",
    "zh": "砸自己的脚",
}
LIKE = {"en": 0.95, "fr": 0.95, "zh": 0.5}
"""The Chinese is one phrase of a second: 自己的 of it is understood, and 脚 in either script."""
SECOND = 16_000 * 2
"""Bytes of a second."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    return load_model(find_model("base", tmp_path_factory.mktemp("models")), cpu_threads=2)


def joined(folder: Path, languages: tuple[str, ...], pause_s: float) -> tuple[Path, list[int]]:
    """Join clips with silence between them; returns the sound and where each begins, in ms."""
    sound = bytearray()
    begins_ms = []
    for language in languages:
        sound += bytes(int(SECOND * pause_s) // 2 * 2) if sound else b""
        begins_ms.append(len(sound) * 1_000 // SECOND)
        sound += make_pcm(folder / f"{language}.pcm", CLIPS[language]).read_bytes()
    pcm = folder / "joined.pcm"
    pcm.write_bytes(sound)
    return pcm, [*begins_ms, len(sound) * 1_000 // SECOND]


def letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def likeness(heard: str, said: str) -> float:
    return difflib.SequenceMatcher(None, letters(heard), letters(said), autojunk=False).ratio()


@pytest.mark.parametrize(
    ("languages", "pause_s"),
    [
        (("en", "fr", "zh"), 2.0),
        (("fr", "zh", "en"), 0.8),
    ],
)
def test_every_part_is_written_in_the_language_it_is_spoken_in(
    base: WhisperTranscriber, tmp_path: Path, languages: tuple[str, ...], pause_s: float
) -> None:
    pcm, begins_ms = joined(tmp_path, languages, pause_s)
    chunks = plan_chunks(pcm)
    assert len(chunks) == 1, "so short a recording is heard at once: the hardest case"

    segments = base.transcribe_batch(pcm, chunks, language=None)

    order = [segment.language for segment in segments]
    assert tuple(dict.fromkeys(order)) == languages
    assert sum(one != other for one, other in pairwise(order)) == 2
    for language, (begin_ms, end_ms) in zip(languages, pairwise(begins_ms), strict=True):
        part = [segment for segment in segments if segment.language == language]
        heard = "".join(segment.text for segment in part)
        assert likeness(heard, SAID[language]) >= LIKE[language], heard
        assert begin_ms - 300 <= part[0].start_ms
        assert part[-1].end_ms <= end_ms
    check_captions(segments)


def check_captions(segments: tuple[Segment, ...]) -> None:
    """Every cue is in one language and, where that is not the track's, says so."""
    language = main_language(segments) or ""
    cues = make_cues(segments)
    captions = write_webvtt(cues, language=language)

    assert {cue.language for cue in cues} == {"en", "fr", "zh"}
    others = [cue for cue in cues if cue.language != language]
    assert len(others) == captions.count("<lang ") == captions.count("</lang>")
    for cue in others:
        lines = "\n".join(cue.lines)
        assert f"<lang {cue.language}>{lines}</lang>" in captions


def test_the_language_an_uploader_set_is_obeyed_in_every_part(
    base: WhisperTranscriber, tmp_path: Path
) -> None:
    pcm, _ = joined(tmp_path, ("zh", "fr"), 0.8)

    segments = base.transcribe_batch(pcm, plan_chunks(pcm), language="fr")

    assert {segment.language for segment in segments} == {"fr"}
    assert likeness(segments[-1].text, SAID["fr"].partition(", ")[2]) > 0.9


def test_a_second_of_english_does_not_turn_chinese(
    base: WhisperTranscriber, tmp_path: Path
) -> None:
    """Alone it does: `base` takes this second of `two-voices.ogg` for Chinese (0.38)."""
    voices = make_pcm(tmp_path / "voices.pcm", MEDIA / "two-voices.ogg").read_bytes()
    english = make_pcm(tmp_path / "english.pcm", JFK).read_bytes()
    second = voices[int(10.1 * SECOND) : int(11.1 * SECOND)]
    pcm = tmp_path / "joined.pcm"
    pcm.write_bytes(english + second + english)
    ends_ms = [len(part) * 1_000 // SECOND for part in (english, english + second)]
    before = Chunk(start_ms=0, end_ms=ends_ms[0])
    short = Chunk(start_ms=ends_ms[0], end_ms=ends_ms[1])
    after = Chunk(start_ms=ends_ms[1], end_ms=ends_ms[1] + ends_ms[0])

    alone = base.transcribe_batch(pcm, [short], language=None)
    together = base.transcribe_batch(pcm, [before, short, after], language=None)

    assert {segment.language for segment in alone} == {"zh"}
    assert {segment.language for segment in together} == {"en"}
    assert any(short.start_ms <= segment.start_ms < short.end_ms for segment in together)
