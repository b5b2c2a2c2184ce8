from archive.database import Database
from archive.models import Publication, Recording, Slide, SlideSource, Status
from archive.slides import read_slides
from tests.conftest import START


def _record(database: Database, *slides: tuple[int, int | None], length_ms: int | None) -> int:
    with database.begin() as session:
        recording = Recording(
            title="Rounds",
            publication=Publication.DRAFT,
            status=Status.READY,
            original_name="rounds.mp4",
            duration_ms=length_ms,
            created_at=START,
            updated_at=START,
        )
        session.add(recording)
        session.flush()
        for start_ms, end_ms in slides:
            session.add(
                Slide(
                    recording_id=recording.id,
                    start_ms=start_ms,
                    end_ms=end_ms,
                    text=f"from {start_ms}",
                    source=SlideSource.HAND,
                )
            )
        return recording.id


def _times(database: Database, recording_id: int) -> list[tuple[int, int | None]]:
    with database.read() as session:
        return [(slide.start_ms, slide.end_ms) for slide in read_slides(session, recording_id)]


def test_slides_are_in_order_and_last_until_the_next_or_the_end(database: Database) -> None:
    recording_id = _record(database, (9_000, None), (0, 2_000), (4_000, None), length_ms=20_000)

    assert _times(database, recording_id) == [(0, 2_000), (4_000, 9_000), (9_000, 20_000)]
    with database.read() as session:
        slide = read_slides(session, recording_id)[1]
    assert (slide.text, slide.source) == ("from 4000", SlideSource.HAND)


def test_the_last_slide_of_a_recording_of_unknown_length_has_no_end(database: Database) -> None:
    assert _times(database, _record(database, (5_000, None), length_ms=None)) == [(5_000, None)]


def test_other_recordings_have_their_own_slides(database: Database) -> None:
    with_slides = _record(database, (0, None), length_ms=1_000)
    without = _record(database, length_ms=1_000)

    assert len(_times(database, with_slides)) == 1
    assert _times(database, without) == []
    assert _times(database, 99) == []
