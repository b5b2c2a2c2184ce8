import difflib
import json
from itertools import pairwise
from pathlib import Path

import pytest

from archive.errors import SpeechError
from tests.worker.speech.sounds import JFK, JFK_TEXT, NO_SPEECH, make_no_speech, make_pcm
from worker.speech import Chunk, Stretch, WhisperTranscriber, find_model, load_model, plan_chunks

pytestmark = pytest.mark.model

DEMO = Path(__file__).parents[3] / "demo" / "demo.mp4"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> WhisperTranscriber:
    return load_model(find_model("base", tmp_path_factory.mktemp("models")), cpu_threads=2)


@pytest.fixture
def jfk(tmp_path: Path) -> Path:
    return make_pcm(tmp_path / "jfk.pcm", JFK)


def plain(text: str) -> list[str]:
    return [word.strip(",.").lower() for word in text.split()]


def test_real_speech_is_recognized_word_for_word(base: WhisperTranscriber, jfk: Path) -> None:
    segments = base.transcribe_batch(jfk, plan_chunks(jfk), language=None)

    said = [word for segment in segments for word in plain(segment.text)]
    assert difflib.SequenceMatcher(None, said, plain(JFK_TEXT)).ratio() > 0.95
    assert {segment.language for segment in segments} == {"en"}


def test_words_are_timed_where_they_are_said(base: WhisperTranscriber, jfk: Path) -> None:
    segments = base.transcribe_batch(jfk, plan_chunks(jfk), language=None)

    words = [word for segment in segments for word in segment.words]
    starts_ms = {
        text: [w.start_ms for w in words if plain(w.text) == [text]] for text in ("ask", "country")
    }
    # Read off the waveform: "ask" after a pause each time, "country" within its phrase.
    assert starts_ms["ask"] == [pytest.approx(3_270, abs=300), pytest.approx(8_170, abs=300)]
    assert starts_ms["country"] == [pytest.approx(5_800, abs=300), pytest.approx(9_920, abs=300)]
    assert all(0 <= word.start_ms < word.end_ms <= 11_000 for word in words)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(words))
    for segment in segments:
        assert segment.start_ms == segment.words[0].start_ms
        assert segment.end_ms == segment.words[-1].end_ms
        assert 0 < segment.confidence <= 1


def test_times_are_those_of_the_recording_not_of_the_chunk(
    base: WhisperTranscriber, jfk: Path
) -> None:
    chunks = plan_chunks(jfk)
    late = jfk.with_name("late.pcm")
    late.write_bytes(bytes(2 * 16_000 * 3_600) + jfk.read_bytes())
    hour_later = [
        Chunk(
            start_ms=chunk.start_ms + 3_600_000,
            end_ms=chunk.end_ms + 3_600_000,
            voiced=tuple(
                Stretch(start_ms=part.start_ms + 3_600_000, end_ms=part.end_ms + 3_600_000)
                for part in chunk.voiced
            ),
        )
        for chunk in chunks
    ]

    early = base.transcribe_batch(jfk, chunks, language=None)
    later = base.transcribe_batch(late, hour_later, language=None)

    early_words = [word for segment in early for word in segment.words]
    later_words = [word for segment in later for word in segment.words]
    assert [w.text for w in later_words] == [w.text for w in early_words]
    assert {
        after.start_ms - before.start_ms
        for before, after in zip(early_words, later_words, strict=True)
    } == {3_600_000}


def test_a_batch_is_the_same_whatever_else_was_transcribed(
    base: WhisperTranscriber, jfk: Path
) -> None:
    twice = jfk.with_name("twice.pcm")
    twice.write_bytes(jfk.read_bytes() * 3)
    chunks = plan_chunks(twice)
    assert len(chunks) == 2

    together = base.transcribe_batch(twice, chunks, language=None)
    alone = [base.transcribe_batch(twice, [chunk], language=None) for chunk in chunks]

    assert [s.text for s in together] == [s.text for part in alone for s in part]
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(together))


@pytest.mark.slow
def test_an_interpreted_answer_is_written_in_the_language_it_is_spoken_in(
    base: WhisperTranscriber, tmp_path: Path
) -> None:
    spoken = json.loads(DEMO.with_suffix(".json").read_text("utf-8"))["spoken"]
    (answer,) = (turn for turn in spoken if turn["language"] == "fr")
    pcm = make_pcm(tmp_path / "demo.pcm", DEMO)
    around = [
        chunk
        for chunk in plan_chunks(pcm)
        if chunk.start_ms < answer["end_ms"] + 10_000 and chunk.end_ms > answer["start_ms"] - 10_000
    ]

    segments = base.transcribe_batch(pcm, around, language=None)

    french = [segment for segment in segments if segment.language == "fr"]
    assert {segment.language for segment in segments} == {"en", "fr"}
    assert french[0].start_ms == pytest.approx(answer["start_ms"], abs=300)
    assert french[-1].end_ms == pytest.approx(answer["end_ms"], abs=300)
    assert "quand le courant est coupé" in " ".join(s.text for s in french).lower()
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(segments))


@pytest.mark.slow
def test_no_passage_is_left_out_of_dense_speech(base: WhisperTranscriber, tmp_path: Path) -> None:
    """`base` writes only the ends of this chunk when it is asked once."""
    pcm = make_pcm(tmp_path / "demo.pcm", DEMO)
    spoken = json.loads(DEMO.with_suffix(".json").read_text("utf-8"))["spoken"]
    sentences = [sentence for turn in spoken for sentence in turn["sentences"]]

    segments = base.transcribe_batch(pcm, plan_chunks(pcm), language=None)

    words = [word for segment in segments for word in segment.words]
    for sentence in sentences:
        inside = [w for w in words if sentence["start_ms"] <= w.end_ms <= sentence["end_ms"] + 300]
        assert len(inside) >= len(sentence["text"].split()) / 2, sentence["text"]


def test_a_language_that_is_set_is_obeyed(base: WhisperTranscriber, jfk: Path) -> None:
    segments = base.transcribe_batch(jfk, plan_chunks(jfk), language="fr")

    assert {segment.language for segment in segments} == {"fr"}


def test_a_language_nobody_knows_is_refused(base: WhisperTranscriber, jfk: Path) -> None:
    with pytest.raises(SpeechError, match="'tlh'"):
        base.transcribe_batch(jfk, plan_chunks(jfk), language="tlh")


@pytest.mark.parametrize("language", [None, "en"])
@pytest.mark.parametrize("kind", NO_SPEECH)
def test_no_text_is_invented_where_nobody_speaks(
    base: WhisperTranscriber, tmp_path: Path, kind: str, language: str | None
) -> None:
    pcm = make_no_speech(tmp_path / "quiet.pcm", kind)
    forced = [Chunk(start_ms=0, end_ms=20_000)]  # as if voice activity detection were fooled

    assert base.transcribe_batch(pcm, forced, language=language) == ()


def test_no_chunks_are_no_segments(base: WhisperTranscriber, jfk: Path) -> None:
    assert base.transcribe_batch(jfk, [], language=None) == ()


def test_an_english_model_writes_english_whatever_is_set(tmp_path: Path, jfk: Path) -> None:
    tiny = load_model(find_model("tiny.en", tmp_path), cpu_threads=1)

    segments = tiny.transcribe_batch(jfk, plan_chunks(jfk), language="fr")

    assert {segment.language for segment in segments} == {"en"}
    assert "country" in segments[-1].text
