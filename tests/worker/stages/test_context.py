"""What recognition is told of a recording before it hears it, and how long it waits for slides."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import delete, update

from archive.errors import SupersededError
from archive.glossary.terms import add_term
from archive.glossary.values import Draft, Term
from archive.models import (
    Collection,
    Publication,
    Recording,
    RecordingCollection,
    Slide,
    SlideSource,
    StageRun,
    StageState,
    Status,
)
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.settings import Settings
from archive.transcripts import begin_transcript
from tests.conftest import START, FakeClock
from tests.worker.speech.fake_transcriber import FakeTranscriber
from worker.parts import Parts, SpeechModels
from worker.service import build_parts
from worker.speech import Chunk, Hints, ShownText
from worker.stages import speech
from worker.stages.context import wait_for_slides
from worker.stages.report import begin_stage, end_stage, note_progress

_LENGTH_MS = 600_000


@pytest.fixture
def fake() -> FakeTranscriber:
    return FakeTranscriber()


@pytest.fixture
def parts(settings: Settings, fake: FakeTranscriber, clock: FakeClock) -> Iterator[Parts]:
    models = SpeechModels(lambda _: fake)
    parts = replace(build_parts(settings), models=models, clock=clock)
    yield parts
    parts.jobs.close()
    parts.database.close()


@pytest.fixture
def recording_id(parts: Parts) -> int:
    """A film whose sound is extracted, with a transcription begun; its slides are not yet."""
    with parts.database.begin() as session:
        recording = Recording(
            title="Severe malaria", speakers="Dr Amina Okello\nIbrahim Koné", language=None,
            duration_ms=_LENGTH_MS, has_video=True, has_audio=True,
            publication=Publication.DRAFT, status=Status.PROCESSING,
            original_name="film.mp4", created_at=START, updated_at=START,
        )  # fmt: skip
        session.add(recording)
        session.flush()
        begin_stage(session, recording.id, Stage.TRANSCRIPTION, parts.clock)
    (parts.scratch(recording.id) / "audio.pcm").touch()
    return recording.id


def look(parts: Parts, recording_id: int, fraction: float) -> None:
    """Let the slides be looked for, up to a fraction; 1.0: to the end."""
    with parts.database.begin() as session:
        begin_stage(session, recording_id, Stage.SLIDES, parts.clock)
        session.flush()
        note_progress(session, recording_id, Stage.SLIDES, fraction, parts.clock)
        if fraction == 1.0:
            end_stage(session, recording_id, Stage.SLIDES, StageState.DONE, parts.clock)


def transcribe(parts: Parts, recording_id: int, batches: int = 1) -> None:
    """Transcribe some batches of half a minute."""
    with parts.database.begin() as session:
        transcript_id = begin_transcript(session, recording_id, model="fake", now=START)
    chunks = [Chunk(start_ms=n * 30_000, end_ms=(n + 1) * 30_000) for n in range(batches)]
    plan = speech.Plan(transcript_id=transcript_id, batches=tuple((one,) for one in chunks))
    for batch in range(batches):
        speech.transcribe(parts, recording_id, plan, batch)


def test_it_is_told_what_was_shown_so_far_and_the_words_of_its_collection_and_of_the_archive(
    parts: Parts, recording_id: int, fake: FakeTranscriber
) -> None:
    look(parts, recording_id, 1.0)
    with parts.database.begin() as session:
        for start_ms, end_ms, words in (
            (0, 12_000, "Danger signs"),
            (15_000, None, "Artesunate\nby injection"),
            (40_000, None, "Thank you"),
        ):
            session.add(
                Slide(
                    recording_id=recording_id,
                    start_ms=start_ms,
                    end_ms=end_ms,
                    text=words,
                    source=SlideSource.VIDEO,
                )
            )
        own, other = (Collection(title=title, created_at=START) for title in ("Malaria", "Sepsis"))
        session.add_all([own, other])
        session.flush()
        session.add(
            RecordingCollection(recording_id=recording_id, collection_id=own.id, rank=0, place=1)
        )
        for collection_id, term in ((None, "hypoxaemia"), (own.id, "Kilifi"), (other.id, "qSOFA")):
            add_term(session, collection_id, Draft(term=term), actor=OPERATOR, now=START)

    transcribe(parts, recording_id)

    (asked,) = fake.asked
    assert asked.hints == Hints(
        title="Severe malaria",
        speakers=("Dr Amina Okello", "Ibrahim Koné"),
        terms=(Term(term="Kilifi", of_collection=True), Term(term="hypoxaemia")),
        slides=(
            ShownText(start_ms=0, end_ms=12_000, text="Danger signs"),
            ShownText(start_ms=15_000, end_ms=40_000, text="Artesunate\nby injection"),
            ShownText(start_ms=40_000, end_ms=_LENGTH_MS, text="Thank you"),
        ),
    )


@pytest.mark.parametrize("language", ["fr", None])
def test_the_language_is_the_one_the_uploader_set(
    parts: Parts, recording_id: int, fake: FakeTranscriber, language: str | None
) -> None:
    look(parts, recording_id, 1.0)
    with parts.database.begin() as session:
        session.execute(update(Recording).values(language=language))

    transcribe(parts, recording_id)

    assert [asked.language for asked in fake.asked] == [language]


def test_a_batch_is_told_what_language_was_spoken_last(
    parts: Parts, recording_id: int, fake: FakeTranscriber
) -> None:
    look(parts, recording_id, 1.0)

    transcribe(parts, recording_id, batches=2)

    assert [asked.before for asked in fake.asked] == [None, "en"]


@dataclass
class Waiting:
    """Time that passes only while somebody waits."""

    clock: FakeClock
    happens: Callable[[int], object] = lambda _: None
    """Is told how often somebody waited."""
    slept_s: list[float] = field(default_factory=list)

    def __call__(self, amount_s: float) -> None:
        self.slept_s.append(amount_s)
        self.clock.forward(seconds=amount_s)
        self.happens(len(self.slept_s))


def wait(parts: Parts, recording_id: int, sleep: Waiting, *, until_ms: int = 30_000) -> None:
    wait_for_slides(parts, recording_id, until_ms=until_ms, sleep=sleep)


def test_it_waits_until_the_slides_shown_in_the_batch_are_known(
    parts: Parts, recording_id: int, clock: FakeClock
) -> None:
    look(parts, recording_id, 0.0)
    sleep = Waiting(clock, lambda times: look(parts, recording_id, times / 10))

    wait(parts, recording_id, sleep, until_ms=_LENGTH_MS * 4 // 10)

    assert len(sleep.slept_s) == 4


@pytest.mark.parametrize("state", [StageState.DONE, StageState.SKIPPED, StageState.FAILED])
def test_it_waits_no_longer_when_the_search_for_slides_has_ended(
    parts: Parts, recording_id: int, clock: FakeClock, state: StageState
) -> None:
    def end(times: int) -> None:
        if times == 3:
            with parts.database.begin() as session:
                end_stage(session, recording_id, Stage.SLIDES, state, parts.clock)
                session.execute(update(StageRun).values(fraction=0.0))

    look(parts, recording_id, 0.0)
    sleep = Waiting(clock, end)

    wait(parts, recording_id, sleep)

    assert len(sleep.slept_s) == 3


def test_it_does_not_wait_for_ever_for_a_search_that_stands_still(
    parts: Parts, recording_id: int, clock: FakeClock
) -> None:
    look(parts, recording_id, 0.01)
    sleep = Waiting(clock)

    wait(parts, recording_id, sleep)

    assert sum(sleep.slept_s) == pytest.approx(30, abs=1)


def test_for_slides_nobody_looks_for_it_waits_once_and_not_for_each_batch(
    parts: Parts, recording_id: int, clock: FakeClock
) -> None:
    first, second = Waiting(clock), Waiting(clock)

    wait(parts, recording_id, first)
    wait(parts, recording_id, second, until_ms=60_000)

    assert sum(first.slept_s) == pytest.approx(10, abs=1)
    assert second.slept_s == []


def test_later_batches_wait_for_slides_that_are_looked_for_late(
    parts: Parts, recording_id: int, clock: FakeClock
) -> None:
    clock.forward(minutes=1)
    look(parts, recording_id, 0.0)
    sleep = Waiting(clock, lambda times: look(parts, recording_id, times / 10))

    wait(parts, recording_id, sleep)

    assert len(sleep.slept_s) == 1


def test_where_nothing_is_shown_nobody_waits(
    parts: Parts, recording_id: int, clock: FakeClock
) -> None:
    with parts.database.begin() as session:
        session.execute(update(Recording).values(has_video=False))
    sleep = Waiting(clock)

    wait(parts, recording_id, sleep)

    assert sleep.slept_s == []


def test_who_waits_when_it_is_stopped_does_not_hear_it(
    parts: Parts, recording_id: int, clock: FakeClock
) -> None:
    def stop(_times: int) -> None:
        with parts.database.begin() as session:
            session.execute(delete(StageRun))

    sleep = Waiting(clock, stop)

    with pytest.raises(SupersededError):
        wait(parts, recording_id, sleep)

    assert len(sleep.slept_s) == 1
