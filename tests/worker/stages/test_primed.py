"""What is on a slide is heard right, through the stages of a recording and with the real model."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from archive.deposits import read_description
from archive.transcript import Segment
from archive.transcripts import current_transcript
from tests.media import run_tool
from worker.command.deposit import deposit_file
from worker.parts import Parts
from worker.speech import plan_chunks
from worker.stages import files, slides, speech

pytestmark = [pytest.mark.model, pytest.mark.slow]

DEMO = Path(__file__).resolve().parents[3] / "demo" / "demo.mp4"


@pytest.fixture
def recording_id(parts: Parts, tmp_path: Path) -> int:
    """Twenty seconds of the demo: what is given for severe malaria, said and shown."""
    film = tmp_path / "film.mp4"
    run_tool("-ss", "88.5", "-i", DEMO, "-t", "19.8", film)
    return deposit_file(
        parts.settings, parts.database, film, description=read_description(), publish=True
    ).recording_id


def test_a_term_that_is_on_the_slide_is_written_as_it_is_there(
    parts: Parts, recording_id: int
) -> None:
    """Alone `base` writes "artisanate"; no glossary is there to tell it."""
    for stage in (files.look, slides.slides, speech.audio):
        stage(parts, recording_id)
    sound = speech.audio_path(parts, recording_id)
    unprimed = parts.models.get("base").transcribe_batch(sound, plan_chunks(sound), language=None)
    plan = speech.Plan.from_json(speech.plan(parts, recording_id))

    for batch in range(len(plan.batches)):
        speech.transcribe(parts, recording_id, plan, batch)
    speech.end(parts, recording_id)
    speech.finish(parts, recording_id, plan)

    with parts.database.read() as session:
        transcript = current_transcript(session, recording_id)
    assert transcript is not None
    assert "the first choice is artisanate by injection" in spoken(unprimed)
    assert "the first choice is artesunate by injection" in spoken(transcript.segments)
    for said in ("Many of these children have a fever", "malaria and pneumonia", "blood sugar"):
        assert said.lower() in spoken(transcript.segments).lower()


def spoken(segments: Iterable[Segment]) -> str:
    return " ".join(segment.text for segment in segments)
