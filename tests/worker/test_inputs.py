"""Good and bad input through a real worker: what becomes of it, and what people are told.

Files arrive as the site receives them, straight into the store, so that the worker is the
first to look inside. The model is tiny.en, which is quick to load.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from archive.clock import utc_now
from archive.database import Database
from archive.deposits import Description, deposit
from archive.errors import GoneError
from archive.index import SearchIndex
from archive.jobs import Jobs
from archive.models import Publication, Role, Status
from archive.notices import Notice
from archive.permissions import OPERATOR, VISITOR
from archive.pipeline import Stage
from archive.processing import try_again
from archive.publishing import Step, take_step
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from archive.schema import migrate
from archive.settings import Settings
from archive.slide_decks import KeptDeck, get_deck, give_deck, place_pages
from archive.storage import Storage
from archive.transcripts import KeptTranscript, current_transcript
from tests.media import cut, make_audio, make_video, run_tool
from tests.pdfs import make_pdf
from tests.worker.conftest import SPEECH
from worker.stages.indexing import expected_contents

pytestmark = [pytest.mark.model, pytest.mark.slow]

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
_TIMEOUT_S = 120


@dataclass
class WorkingArchive:
    """An archive whose worker runs."""

    settings: Settings
    database: Database
    storage: Storage
    jobs: Jobs
    index: SearchIndex

    def deposit(self, path: Path, *, language: str | None = None) -> int:
        with self.storage.receive(name=path.name) as incoming:
            incoming.write(path.read_bytes())
            blob = incoming.finish()
        with self.database.begin() as session:
            return deposit(
                session, self.jobs, blob=blob, file_name=path.name,
                description=Description(language=language), depositor_id=None, publish=True,
                now=utc_now(),
            ).recording_id  # fmt: skip

    def view(self, recording_id: int) -> RecordingView:
        with self.database.read() as session:
            return get_recording(session, recording_id, actor=OPERATOR, now=utc_now())

    def transcript(self, recording_id: int) -> KeptTranscript | None:
        with self.database.read() as session:
            return current_transcript(session, recording_id)

    def wait(self, recording_id: int) -> RecordingView:
        """Wait until the worker is done with it."""
        return self.until(lambda: self.view(recording_id), lambda view: not view.in_progress)

    @staticmethod
    def until(read: Callable[[], T], wanted: Callable[[T], bool]) -> T:
        deadline = time.monotonic() + _TIMEOUT_S
        while not wanted(value := read()):
            assert time.monotonic() < deadline, value
            time.sleep(0.1)
        return value


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkingArchive]:
    with _working(tmp_path_factory.mktemp("data")) as archive:
        yield archive


@contextmanager
def _working(data_dir: Path) -> Iterator[WorkingArchive]:
    """Run a worker on a data directory."""
    environ = os.environ | {
        "ARCHIVE_DATA_DIR": str(data_dir),
        "ARCHIVE_WHISPER_MODEL": "tiny.en",
        "ARCHIVE_READINGS": "no",
        "ARCHIVE_LOG_LEVEL": "WARNING",
    }
    settings = Settings.from_env(environ)
    database = Database(settings.database_url)
    migrate(database)
    worker = subprocess.Popen(
        [sys.executable, "-m", "worker"], cwd=ROOT, env=environ, stderr=subprocess.PIPE
    )
    jobs = Jobs(database)
    yield WorkingArchive(
        settings, database, Storage(settings.files_dir), jobs, SearchIndex(settings.index_dir)
    )
    worker.terminate()
    _, log = worker.communicate(timeout=20)
    assert worker.returncode == 0, log.decode()
    jobs.close()
    database.close()


def _files(archive: WorkingArchive) -> set[Path]:
    return {path for path in archive.settings.files_dir.rglob("*") if path.is_file()}


@pytest.fixture
def speech_video(tmp_path: Path) -> Path:
    target = tmp_path / "speech.mp4"
    run_tool(
        "-i", SPEECH, "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10",
        "-shortest", "-pix_fmt", "yuv420p", "-c:a", "aac", "-movflags", "+faststart", target,
    )  # fmt: skip
    return target


@pytest.mark.parametrize("ending", ["mp3", "m4a", "ogg", "wav", "flac"])
def test_sound_alone_is_a_full_recording(
    archive: WorkingArchive, tmp_path: Path, ending: str
) -> None:
    source = tmp_path / f"talk.{ending}"
    run_tool("-i", SPEECH, source)

    recording_id = archive.deposit(source, language="en")
    view = archive.wait(recording_id)

    assert (view.status, view.shortcomings, view.notices) == (Status.READY, (), ())
    assert view.has_audio
    assert not view.has_video
    assert view.file(Role.VTT) is not None
    assert view.file(Role.POSTER) is None
    hits = archive.index.search('"ask not what your country"').hits
    (hit,) = [hit for hit in hits if hit.recording_id == recording_id]
    assert hit.moment_count == 1


def test_slides_given_as_a_pdf_are_read_placed_and_found(
    archive: WorkingArchive, tmp_path: Path
) -> None:
    source = tmp_path / "talk with slides.ogg"
    run_tool("-i", SPEECH, "-b:a", "40k", source)
    recording_id = archive.deposit(source, language="en")
    archive.wait(recording_id)
    blob = archive.storage.keep_bytes(make_pdf("Inauguration", "Zidovudine for mothers"))

    def deck() -> KeptDeck | None:
        with archive.database.read() as session:
            return get_deck(session, recording_id)

    with archive.database.begin() as session:
        give_deck(
            session, archive.jobs, recording_id, blob=blob, file_name="slides.pdf",
            actor=OPERATOR, now=utc_now(),
        )  # fmt: skip
    read = archive.until(deck, lambda found: found is not None and found.state != "waiting")
    with archive.database.begin() as session:
        place_pages(
            session, archive.jobs, recording_id, {1: 0, 2: 5_000}, actor=OPERATOR, now=utc_now()
        )
    hits = archive.until(lambda: archive.index.search("zidovudine").hits, bool)

    assert read is not None
    assert [page.text for page in read.pages] == ["Inauguration", "Zidovudine for mothers"]
    assert [(hit.recording_id, hit.slide_match_count) for hit in hits] == [(recording_id, 1)]
    assert [(moment.track, moment.start_ms) for moment in hits[0].moments] == [("slide", 5_000)]


def test_a_pdf_with_a_password_is_told_of(archive: WorkingArchive, tmp_path: Path) -> None:
    source = tmp_path / "talk of secrets.ogg"
    run_tool("-i", SPEECH, "-b:a", "36k", source)
    recording_id = archive.deposit(source, language="en")
    archive.wait(recording_id)
    blob = archive.storage.keep_bytes(make_pdf("Secret", locked=True))

    def deck() -> KeptDeck | None:
        with archive.database.read() as session:
            return get_deck(session, recording_id)

    with archive.database.begin() as session:
        give_deck(
            session, archive.jobs, recording_id, blob=blob, file_name="locked.pdf",
            actor=OPERATOR, now=utc_now(),
        )  # fmt: skip
    read = archive.until(deck, lambda found: found is not None and found.state != "waiting")

    assert read is not None
    assert read.state == "failed"
    assert "password" in (read.problem or "")


def test_sound_that_starts_three_seconds_late_jumps_to_the_right_place(
    archive: WorkingArchive, tmp_path: Path, speech_video: Path
) -> None:
    late = tmp_path / "late.mp4"
    run_tool(
        "-i", speech_video, "-itsoffset", "3", "-i", speech_video,
        "-map", "0:v", "-map", "1:a", "-c", "copy", "-movflags", "+faststart", late,
    )  # fmt: skip
    on_time_id, late_id = archive.deposit(speech_video), archive.deposit(late)
    archive.wait(on_time_id)
    archive.wait(late_id)

    starts = {
        hit.recording_id: hit.moments[0].start_ms
        for hit in archive.index.search('"fellow americans"', page_size=100).hits
    }

    assert starts[late_id] == pytest.approx(starts[on_time_id] + 3_000, abs=300)


def test_a_video_cut_short_is_transcribed_as_far_as_it_goes(
    archive: WorkingArchive, tmp_path: Path, speech_video: Path
) -> None:
    view = archive.wait(archive.deposit(cut(speech_video, tmp_path / "cut.mp4", fraction=0.6)))

    assert view.status is Status.READY
    assert view.notices == (Notice.TRUNCATED,)
    transcript = archive.transcript(view.id)
    assert transcript is not None
    assert "fellow americans" in " ".join(s.text.lower() for s in transcript.segments)


def test_a_video_without_sound_is_archived_with_an_empty_transcript(
    archive: WorkingArchive, tmp_path: Path
) -> None:
    view = archive.wait(archive.deposit(make_video(tmp_path / "mute.mp4", beeps_s=None)))

    assert (view.status, view.shortcomings) == (Status.READY, ())
    assert view.notices == (Notice.NO_AUDIO,)
    assert view.file(Role.POSTER) is not None
    transcript = archive.transcript(view.id)
    assert transcript is not None
    assert transcript.segments == ()


@pytest.mark.parametrize(
    "sound",
    ["anullsrc=r=16000:cl=mono", "sine=frequency=440", "anoisesrc=amplitude=0.05:seed=3"],
    ids=["silence", "tone", "noise"],
)
def test_no_speech_is_a_recording_with_a_notice(
    archive: WorkingArchive, tmp_path: Path, sound: str
) -> None:
    target = tmp_path / "quiet.mp3"
    run_tool("-f", "lavfi", "-t", "8", "-i", sound, target)

    view = archive.wait(archive.deposit(target))

    assert (view.status, view.shortcomings) == (Status.READY, ())
    assert view.notices == (Notice.NO_SPEECH,)
    transcript = archive.transcript(view.id)
    assert transcript is not None
    assert transcript.segments == ()


def test_what_is_not_media_is_rejected_and_nothing_of_it_is_kept(
    archive: WorkingArchive, tmp_path: Path
) -> None:
    before = _files(archive)
    noise = tmp_path / "talk.mp4"
    noise.write_bytes(random.Random(7).randbytes(300_000))

    view = archive.wait(archive.deposit(noise))

    assert view.status is Status.REJECTED
    assert view.problem is not None
    assert "talk.mp4" in view.problem
    assert view.files == ()
    assert view.publication is Publication.DRAFT
    assert _files(archive) == before


def test_an_mp4_cut_before_its_index_says_so(archive: WorkingArchive, tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole.mp4", options=())

    view = archive.wait(archive.deposit(cut(whole, tmp_path / "part.mp4", fraction=0.6)))

    assert view.status is Status.REJECTED
    assert "cut off" in (view.problem or "")


def test_the_same_bytes_can_be_deposited_after_they_were_rejected(
    archive: WorkingArchive, tmp_path: Path
) -> None:
    noise = tmp_path / "again.mp4"
    noise.write_bytes(random.Random(8).randbytes(100_000))

    first = archive.wait(archive.deposit(noise))
    second = archive.wait(archive.deposit(noise))

    assert first.id != second.id
    assert second.status is Status.REJECTED


def test_a_damaged_store_fails_with_a_reason_and_can_be_tried_again(
    archive: WorkingArchive, tmp_path: Path
) -> None:
    """The bytes go bad between deposit and work; once they are restored, all goes well."""
    source = make_audio(tmp_path / "spare.mp3", seconds=3)
    content = source.read_bytes()
    blob = archive.storage.keep_bytes(content)
    path = archive.storage.path(blob.sha256)
    path.write_bytes(content[:-1])
    with archive.database.begin() as session:
        recording_id = deposit(
            session, archive.jobs, blob=blob, file_name="spare.mp3", description=Description(),
            depositor_id=None, publish=True, now=utc_now(),
        ).recording_id  # fmt: skip

    failed = archive.wait(recording_id)
    path.write_bytes(content)
    with archive.database.begin() as session:
        try_again(session, archive.jobs, recording_id, actor=OPERATOR, now=utc_now())
    mended = archive.until(
        lambda: archive.view(recording_id),
        lambda view: view.status is Status.READY and not view.in_progress,
    )

    assert failed.status is Status.FAILED
    assert "deposit the file again" in (failed.problem or "")
    assert mended.shortcomings == ()


def test_a_later_stage_that_fails_loses_nothing_and_can_be_tried_again(tmp_path: Path) -> None:
    """The index cannot be written: a file lies where its folder should be."""
    (tmp_path / "index").write_text("in the way")
    with _working(tmp_path) as archive:
        recording_id = archive.deposit(SPEECH, language="en")
        view = archive.wait(recording_id)

        assert view.status is Status.READY
        assert [shortcoming.stage for shortcoming in view.shortcomings] == [Stage.INDEX]
        assert view.shortcomings[0].missing == "it cannot be searched yet"
        assert view.file(Role.VTT) is not None
        transcript = archive.transcript(recording_id)
        assert transcript is not None
        assert "ask not" in " ".join(segment.text for segment in transcript.segments)

        (tmp_path / "index").unlink()
        with archive.database.begin() as session:
            try_again(session, archive.jobs, recording_id, actor=OPERATOR, now=utc_now())
        archive.until(lambda: archive.index.search('"ask not"').total, lambda found: found == 1)
        mended = archive.until(
            lambda: archive.view(recording_id),
            lambda now: not (now.in_progress or now.shortcomings),
        )

        assert mended.status is Status.READY
        assert archive.transcript(recording_id) == transcript, "not transcribed again"


def test_withdrawing_takes_a_recording_out_of_the_public_search(
    archive: WorkingArchive, tmp_path: Path
) -> None:
    source = tmp_path / "withdrawn.mp3"
    run_tool("-i", SPEECH, "-af", "volume=0.9", source)
    recording_id = archive.deposit(source, language="en")
    archive.wait(recording_id)

    def public() -> bool:
        hits = archive.index.search("americans", page_size=100).hits
        return recording_id in {hit.recording_id for hit in hits}

    assert public()
    with archive.database.begin() as session:
        take_step(session, archive.jobs, recording_id, Step.WITHDRAW, actor=OPERATOR, now=utc_now())
    archive.until(public, lambda found: not found)
    with archive.database.read() as session, pytest.raises(GoneError, match="withdrawn"):
        get_recording(session, recording_id, actor=VISITOR, now=utc_now())


def test_the_index_says_what_the_database_says(archive: WorkingArchive) -> None:
    """Last: after all of the above."""
    archive.until(
        lambda: dict(archive.index.contents()),
        lambda held: held == expected_contents(archive.database),
    )
