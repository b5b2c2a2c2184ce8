"""What is said in French is asked for in English: a track, subtitles, search. The real model."""

import pytest

from archive.database import Database
from archive.deposits import read_description
from archive.index import SearchIndex, Track
from archive.models import Role, TranscriptKind
from archive.settings import Settings
from archive.storage import Storage
from archive.transcripts import current_transcript
from tests.worker.test_second_pass import MEDIA, Archive, wait_until
from worker.command.deposit import deposit_file

pytestmark = [pytest.mark.model, pytest.mark.slow]


def test_a_translation_is_made_shown_and_found_and_english_stays(
    settings: Settings, database: Database
) -> None:
    """Between two who speak English a hospital has something before each room, in French."""
    archive = Archive(settings, database, {"ARCHIVE_READINGS": "no"})
    with archive.worker():
        recording_id = deposit_file(
            settings,
            database,
            MEDIA / "two-languages.ogg",
            description=read_description(title="Hands", translate=True),
            publish=True,
        ).recording_id
        wait_until(lambda: archive.ready(recording_id))
        wait_until(archive.idle)

    with database.read() as session:
        english = current_transcript(session, recording_id, kind=TranscriptKind.TRANSLATION)
    assert english is not None
    said = " ".join(segment.text for segment in english.segments).casefold()
    assert "each room" in said
    assert "wash our hands" not in said, "what was said in English is not translated"
    assert {segment.language for segment in archive.transcript(recording_id).segments} == {
        "en",
        "fr",
    }

    hit = SearchIndex(settings.index_dir).search('"each room"').hits[0]
    (moment,) = (one for one in hit.moments if one.track is Track.TRANSLATION)
    assert 5_400 <= moment.start_ms <= 11_900

    file = archive.view(recording_id).file(Role.TRANSLATION_VTT)
    assert file is not None
    subtitles = Storage(settings.files_dir).path(file.sha256).read_text("utf-8")
    assert "each room" in subtitles.casefold()
    assert "wash our hands" in subtitles.casefold()
    assert "machine" in subtitles.casefold()
