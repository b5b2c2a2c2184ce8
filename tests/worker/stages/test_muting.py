"""What readers play follows the cuts: made anew, given back, never with a muted sound in it."""

from pathlib import Path

import pytest
from sqlalchemy import select

from archive.cuts import Leaves, add_cuts, list_cuts, remove_cut
from archive.errors import MediaError, SupersededError
from archive.models import Recording, RecordingFile, Role, StageRun, StageState, StoredFile
from archive.permissions import OPERATOR
from archive.pipeline import Stage
from archive.privacy.values import Span
from archive.recording_views import RecordingView
from archive.recordings import get_recording
from tests.conftest import START
from tests.media import make_video, write_into
from tests.web.factories import Archivist, speak
from tests.worker.media.test_muting import SILENT, TONE, listen, loudest
from worker.parts import Parts
from worker.stages import files, muting, pictures

SOUND = Leaves(sound=True)
WORDS = Leaves(words=True)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One that browsers play as it is, and one that they do not."""
    folder = tmp_path_factory.mktemp("films")
    return {
        suffix: make_video(folder / f"film.{suffix}", seconds=6, beeps_s=TONE).read_bytes()
        for suffix in ("mp4", "mkv")
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, films: dict[str, bytes]) -> dict[str, bytes]:
    """The same, with words in them."""
    folder = tmp_path_factory.mktemp("told")
    plain = folder / "plain.mp4"
    plain.write_bytes(films["mp4"])
    return {
        suffix: write_into(plain, folder / f"told.{suffix}", "Okello").read_bytes()
        for suffix in ("mp4", "mkv")
    } | {"plain": films["mp4"]}


@pytest.fixture
def archivist(parts: Parts) -> Archivist:
    return Archivist(
        database=parts.database, storage=parts.storage, index=parts.index, jobs=parts.jobs
    )


def recording_of(parts: Parts, archivist: Archivist, film: bytes, name: str = "a.mp4") -> int:
    recording_id = archivist.recording(
        speak("One two three four."), media=film, file_name=name, duration_ms=6_000
    )
    files.look(parts, recording_id)
    pictures.rendition(parts, recording_id)
    return recording_id


def cut(parts: Parts, recording_id: int, start_ms: int, end_ms: int, leaves: Leaves = SOUND) -> int:
    """Cut a stretch out; returns the version its job has."""
    with parts.database.begin() as session:
        add_cuts(
            session, parts.jobs, recording_id, [Span(start_ms=start_ms, end_ms=end_ms)], leaves,
            actor=OPERATOR, now=START,
        )  # fmt: skip
    return asked(parts, recording_id)


def asked(parts: Parts, recording_id: int) -> int:
    with parts.database.read() as session:
        return session.get_one(Recording, recording_id).muting_version


def view(parts: Parts, recording_id: int) -> RecordingView:
    with parts.database.read() as session:
        return get_recording(session, recording_id, actor=OPERATOR, now=START)


def played(parts: Parts, recording_id: int) -> Path:
    file = view(parts, recording_id).playable_file
    assert file is not None
    return parts.storage.path(file.sha256)


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_readers_play_nothing_until_what_they_play_is_silent(
    parts: Parts, archivist: Archivist, films: dict[str, bytes], suffix: str
) -> None:
    recording_id = recording_of(parts, archivist, films[suffix], f"a.{suffix}")
    before = played(parts, recording_id)
    master = view(parts, recording_id).file(Role.MASTER)
    version = cut(parts, recording_id, 2_000, 3_000)

    waiting = view(parts, recording_id)
    muting.mute(parts, recording_id, version)

    assert (waiting.playable_file, waiting.muting) == (None, True)
    sound = listen(played(parts, recording_id), parts.tools)
    assert loudest(sound, 2_050, 2_950) <= SILENT
    assert loudest(sound, 3_050, 5_900) > 12_000
    # The version with the sound is gone, the master is not.
    assert before.exists() is (suffix == "mp4")
    assert master is not None
    assert parts.storage.path(master.sha256).exists()
    assert view(parts, recording_id).file(Role.RENDITION) is None


def test_another_cut_needs_another_file_and_the_first_leaves_the_store(
    parts: Parts, archivist: Archivist, films: dict[str, bytes]
) -> None:
    recording_id = recording_of(parts, archivist, films["mp4"])
    muting.mute(parts, recording_id, cut(parts, recording_id, 1_000, 2_000))
    first = played(parts, recording_id)
    version = cut(parts, recording_id, 4_000, 5_000)

    waiting = view(parts, recording_id)
    muting.mute(parts, recording_id, version)

    assert waiting.playable_file is None
    assert not first.exists()
    sound = listen(played(parts, recording_id), parts.tools)
    assert max(loudest(sound, 1_050, 1_950), loudest(sound, 4_050, 4_950)) <= SILENT
    with parts.database.read() as session:
        assert len(session.scalars(select(StoredFile)).all()) == 2


def test_a_file_another_recording_uses_stays_in_the_store(
    parts: Parts, archivist: Archivist, films: dict[str, bytes]
) -> None:
    recording_id = recording_of(parts, archivist, films["mkv"], "a.mkv")
    rendition = played(parts, recording_id)
    other = archivist.recording(speak("Another."), title="Another")
    with parts.database.begin() as session:
        file_id = session.scalars(
            select(RecordingFile.file_id).where(RecordingFile.role == Role.RENDITION)
        ).one()
        session.add(
            RecordingFile(
                recording_id=other, file_id=file_id, role=Role.RENDITION, media_type="video/mp4"
            )
        )

    muting.mute(parts, recording_id, cut(parts, recording_id, 1_000, 2_000))

    assert rendition.exists()


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_taken_back_the_sound_is_heard_again(
    parts: Parts, archivist: Archivist, films: dict[str, bytes], suffix: str
) -> None:
    recording_id = recording_of(parts, archivist, films[suffix], f"a.{suffix}")
    muting.mute(parts, recording_id, cut(parts, recording_id, 2_000, 3_000))
    muted = played(parts, recording_id)
    with parts.database.begin() as session:
        (kept,) = list_cuts(session, recording_id)
        remove_cut(session, parts.jobs, recording_id, kept.cut_id, actor=OPERATOR, now=START)

    muting.mute(parts, recording_id, asked(parts, recording_id))

    assert loudest(listen(played(parts, recording_id), parts.tools), 2_000, 3_000) > 12_000
    assert not muted.exists()
    with parts.database.read() as session:
        stages = session.scalars(select(StageRun.stage)).all()
    assert "muting" not in stages


def test_one_of_two_taken_back_leaves_what_is_muted_still_playable_meanwhile(
    parts: Parts, archivist: Archivist, films: dict[str, bytes]
) -> None:
    recording_id = recording_of(parts, archivist, films["mp4"])
    cut(parts, recording_id, 1_000, 2_000)
    muting.mute(parts, recording_id, cut(parts, recording_id, 4_000, 5_000))
    with parts.database.begin() as session:
        first, _ = list_cuts(session, recording_id)
        remove_cut(session, parts.jobs, recording_id, first.cut_id, actor=OPERATOR, now=START)

    meanwhile = loudest(listen(played(parts, recording_id), parts.tools), 4_050, 4_950)
    muting.mute(parts, recording_id, asked(parts, recording_id))

    assert meanwhile <= SILENT
    sound = listen(played(parts, recording_id), parts.tools)
    assert loudest(sound, 1_050, 1_950) > 12_000
    assert loudest(sound, 4_050, 4_950) <= SILENT


def test_a_job_that_was_overtaken_makes_nothing(
    parts: Parts, archivist: Archivist, films: dict[str, bytes]
) -> None:
    recording_id = recording_of(parts, archivist, films["mp4"])
    overtaken = cut(parts, recording_id, 1_000, 2_000)
    cut(parts, recording_id, 4_000, 5_000)

    with pytest.raises(SupersededError):
        muting.mute(parts, recording_id, overtaken)

    assert view(parts, recording_id).playable_file is None
    assert not list(parts.settings.scratch_dir.glob("muted-*"))


def test_when_it_cannot_be_muted_readers_play_nothing(parts: Parts, archivist: Archivist) -> None:
    recording_id = archivist.recording(speak("One two."), media=b"no media at all" * 99)

    with pytest.raises(MediaError):
        muting.mute(parts, recording_id, cut(parts, recording_id, 100, 300))

    assert view(parts, recording_id).playable_file is None


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_where_words_are_hidden_readers_get_a_file_without_those_in_the_master(
    parts: Parts, archivist: Archivist, told: dict[str, bytes], suffix: str
) -> None:
    recording_id = recording_of(parts, archivist, told[suffix], f"a.{suffix}")
    rendition = view(parts, recording_id).file(Role.RENDITION)
    version = cut(parts, recording_id, 0, 1_000, WORDS)

    waiting = view(parts, recording_id)
    muting.mute(parts, recording_id, version)

    assert (waiting.playable_file, waiting.muting) == (None, True)
    made = played(parts, recording_id)
    assert b"Okello" not in made.read_bytes()
    assert loudest(listen(made, parts.tools), 0, 1_000) > 12_000
    # Who may hear all of it still plays what they did.
    after = view(parts, recording_id)
    assert after.file(Role.RENDITION) == rendition
    assert after.whole_file == waiting.whole_file


def test_with_nothing_hidden_the_words_in_the_master_stay(
    parts: Parts, archivist: Archivist, told: dict[str, bytes]
) -> None:
    recording_id = recording_of(parts, archivist, told["mp4"])

    assert b"Okello" in played(parts, recording_id).read_bytes()


def test_more_words_hidden_need_no_other_file(
    parts: Parts, archivist: Archivist, told: dict[str, bytes]
) -> None:
    recording_id = recording_of(parts, archivist, told["mp4"])
    muting.mute(parts, recording_id, cut(parts, recording_id, 0, 1_000, WORDS))
    made = played(parts, recording_id)
    written = made.stat().st_mtime_ns
    version = cut(parts, recording_id, 4_000, 5_000, WORDS)

    meanwhile = played(parts, recording_id)
    muting.mute(parts, recording_id, version)

    assert meanwhile == played(parts, recording_id) == made
    assert made.stat().st_mtime_ns == written


def test_words_hidden_after_a_sound_was_muted_wait_for_another_file(
    parts: Parts, archivist: Archivist, told: dict[str, bytes]
) -> None:
    recording_id = recording_of(parts, archivist, told["mkv"], "a.mkv")
    muting.mute(parts, recording_id, cut(parts, recording_id, 2_000, 3_000))
    version = cut(parts, recording_id, 0, 1_000, WORDS)
    waiting = view(parts, recording_id)
    muting.mute(parts, recording_id, version)
    with parts.database.begin() as session:
        _, sound = list_cuts(session, recording_id)
        remove_cut(session, parts.jobs, recording_id, sound.cut_id, actor=OPERATOR, now=START)

    muting.mute(parts, recording_id, asked(parts, recording_id))

    assert waiting.playable_file is None
    made = played(parts, recording_id)
    assert b"Okello" not in made.read_bytes()
    assert loudest(listen(made, parts.tools), 2_000, 3_000) > 12_000
    # Librarians have the version back that browsers play.
    assert view(parts, recording_id).file(Role.RENDITION) is not None


def test_a_worker_asks_for_files_an_older_version_did_not_make(
    parts: Parts, archivist: Archivist, told: dict[str, bytes]
) -> None:
    old, made, failed = (
        recording_of(parts, archivist, told[suffix], name)
        for suffix, name in (("mp4", "a.mp4"), ("mkv", "b.mkv"), ("plain", "c.mp4"))
    )
    for recording_id in (old, made, failed):
        version = cut(parts, recording_id, 0, 1_000, WORDS)
        if recording_id is made:
            muting.mute(parts, recording_id, version)
    with parts.database.begin() as session:
        session.add(
            StageRun(
                recording_id=failed, stage=Stage.MUTING, state=StageState.FAILED,
                started_at=START, updated_at=START,
            )
        )  # fmt: skip
    before = asked(parts, old)

    asked_for = muting.ask_for_lacking(parts)

    assert asked_for == (old,)
    assert asked(parts, old) > before


def test_another_master_is_muted_anew_and_the_same_one_is_not(
    parts: Parts, archivist: Archivist, films: dict[str, bytes]
) -> None:
    recording_id = recording_of(parts, archivist, films["mp4"])
    muting.mute(parts, recording_id, cut(parts, recording_id, 2_000, 3_000))
    before = asked(parts, recording_id)

    muting.ask_anew(parts, recording_id)
    assert asked(parts, recording_id) == before

    with parts.database.begin() as session:
        other = archivist.recording(
            speak("Another."), media=films["mkv"], file_name="b.mkv", duration_ms=6_000
        )
        mine, theirs = (
            session.scalars(
                select(RecordingFile).where(
                    RecordingFile.recording_id == one, RecordingFile.role == Role.MASTER
                )
            ).one()
            for one in (recording_id, other)
        )
        mine.file_id = theirs.file_id
    assert view(parts, recording_id).playable_file is None
    muting.ask_anew(parts, recording_id)

    assert asked(parts, recording_id) > before
