"""Whisper's typical faults, made to happen with the real model, and what becomes of them.

Each test first lets the bare model do it, then hears the same through the recognizer.
"""

from pathlib import Path

import pytest

from archive.doubts import Doubt
from archive.transcript import Segment
from tests.worker.speech.sounds import JFK, make_pcm
from worker.speech import Chunk, Hints, ShownText, WhisperTranscriber, find_model, load_model
from worker.speech import recognition as hearing
from worker.speech.decoder import GREEDY, Decoded
from worker.speech.faults import repeated_part
from worker.speech.hints import fit_prompts
from worker.speech.pcm import open_pcm
from worker.speech.recognition import MOST_PROMPT_TOKENS, SURE_LOG_PROBABILITY

pytestmark = pytest.mark.model

SECOND = 16_000 * 2
"""Bytes of a second."""
SENTENCE = "We gave artesunate and ceftriaxone at Kamuzu Central Hospital"
SPEAKER = "Dr Thandiwe Mkandawire"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    return load_model(find_model("base", tmp_path_factory.mktemp("models")), cpu_threads=2)


def sound(path: Path, content: bytes) -> tuple[Path, Chunk]:
    """Write raw audio that is heard as one chunk, as if all of it were speech."""
    path.write_bytes(content)
    return path, Chunk(start_ms=0, end_ms=len(content) * 1_000 // SECOND)


def cut(folder: Path, source: Path, start_s: float, end_s: float) -> bytes:
    pcm = make_pcm(folder / "source.pcm", source).read_bytes()
    return pcm[int(start_s * 16_000) * 2 : int(end_s * 16_000) * 2]


def bare(
    transcriber: WhisperTranscriber, pcm: Path, chunk: Chunk, *, phrases: tuple[str, ...] = ()
) -> Decoded:
    """Hear as the recognizer does, and believe it: once, greedily, or primed with phrases."""
    decoder = transcriber._decoder
    encoded = decoder.encode(open_pcm(pcm), [chunk])
    prompts = fit_prompts(
        [phrases] if phrases else [],
        encode=decoder.tokenizer("en").encode,
        filler="Webinar",
        most_tokens=MOST_PROMPT_TOKENS,
    )
    (decoded,) = decoder.decode(
        encoded, ["en"], prompts=prompts or None, beam_size=3 if phrases else GREEDY
    )
    return decoded


def text_of(segments: tuple[Segment, ...]) -> str:
    return " ".join(segment.text for segment in segments)


def test_a_loop_that_the_model_is_sure_of_is_cut_and_flagged(
    base: WhisperTranscriber, tmp_path: Path
) -> None:
    """ "Ask not", said twelve times, becomes "S-N-S-N-S-N" to the end of what it may write."""
    ask_not = cut(tmp_path, JFK, 3.2, 4.4) + bytes(SECOND // 5)
    pcm, chunk = sound(tmp_path / "loop.pcm", ask_not * 12)

    loop = bare(base, pcm, chunk)
    segments = base.transcribe_batch(pcm, [chunk], language="en")

    assert loop.text.count("S-N") > 50
    assert loop.log_probability > SURE_LOG_PROBABILITY, "no score gives it away"
    assert "S-N" not in text_of(segments)
    assert "not" in text_of(segments)
    assert all(Doubt.REPEATED in segment.doubts for segment in segments)


def test_a_loop_faster_than_people_speak_is_heard_again(tmp_path: Path) -> None:
    """ "Country", said twenty times in 22 s, becomes "for your country" seventy times."""
    tiny = load_model(find_model("tiny.en", tmp_path), cpu_threads=2)
    country = cut(tmp_path, JFK, 9.6, 10.6) + bytes(SECOND // 10)
    pcm, chunk = sound(tmp_path / "loop.pcm", country * 20)

    loop = bare(tiny, pcm, chunk)
    segments = tiny.transcribe_batch(pcm, [chunk], language="en")

    assert loop.text.count("country") > 40
    assert 1 <= text_of(segments).count("countr") <= 20
    assert all(repeated_part(segment.text, "en") is None for segment in segments)


def test_words_made_up_in_silence_are_not_kept_whatever_is_on_the_slide(
    base: WhisperTranscriber, tmp_path: Path
) -> None:
    pcm, chunk = sound(tmp_path / "silence.pcm", bytes(20 * SECOND))
    slide = ShownText(start_ms=0, end_ms=20_000, text=SENTENCE)

    made_up = bare(base, pcm, chunk)
    primed = bare(base, pcm, chunk, phrases=(SENTENCE,))
    segments = base.transcribe_batch(
        pcm, [chunk], language="en", hints=Hints(title=SENTENCE, slides=(slide,))
    )

    assert made_up.text.strip() == "you"
    assert "artesunate" in primed.text
    assert segments == ()


def test_a_name_that_leaks_out_of_the_prompt_is_taken_back(
    base: WhisperTranscriber, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second of Chinese set down as English becomes the name of who is said to speak."""
    chinese = make_pcm(tmp_path / "source.pcm", JFK.with_name("chinese.ogg")).read_bytes()
    pcm, chunk = sound(tmp_path / "quiet.pcm", chinese + bytes(12 * SECOND))
    hints = Hints(title="Webinar", speakers=(SPEAKER,))

    guarded = base.transcribe_batch(pcm, [chunk], language="en", hints=hints)
    monkeypatch.setattr(hearing, "merge_hearings", lambda primed, *_, **__: list(primed))
    leaked = base.transcribe_batch(pcm, [chunk], language="en", hints=hints)

    assert "Mkandawire" in bare(base, pcm, chunk, phrases=(SPEAKER,)).text
    assert "Mkandawire" in text_of(leaked)
    assert "Mkandawire" not in text_of(guarded)
    assert all(Doubt.UNSURE in segment.doubts for segment in guarded)
