"""Rows of a recording under way, as the stages would have written them."""

from archive.database import Database
from archive.models import (
    Publication,
    Recording,
    StageRun,
    StageState,
    Status,
    Transcript,
    TranscriptKind,
    TranscriptSegment,
)
from archive.pipeline import Stage
from tests.conftest import START


def transcribe(
    database: Database,
    recording_id: int,
    *texts: str,
    version: int = 1,
    kind: TranscriptKind = TranscriptKind.SPEECH,
    complete: bool = True,
) -> None:
    """Write a transcript; each text is a segment of one word of a second."""
    with database.begin() as session:
        session.add(
            Transcript(
                recording_id=recording_id,
                kind=kind,
                version=version,
                source="machine",
                model="whisper base",
                complete=complete,
                created_at=START,
                segments=[
                    TranscriptSegment(
                        batch=0,
                        start_ms=number * 1_000,
                        end_ms=number * 1_000 + 900,
                        text=text,
                        language="fr",
                        confidence=0.9,
                        words=[[number * 1_000, number * 1_000 + 900, 0.9, f" {text}"]],
                    )
                    for number, text in enumerate(texts)
                ],
            )
        )


def add_ready(
    database: Database, title: str, publication: Publication = Publication.PUBLISHED
) -> int:
    """Write a recording that is ready."""
    with database.begin() as session:
        recording = Recording(
            title=title,
            publication=publication,
            status=Status.READY,
            original_name="session.mp4",
            created_at=START,
            updated_at=START,
        )
        session.add(recording)
        session.flush()
        return recording.id


def finish(database: Database, recording_id: int) -> None:
    """Note that a recording is done."""
    with database.begin() as session:
        session.get_one(Recording, recording_id).status = Status.READY
        session.add(
            StageRun(
                recording_id=recording_id,
                stage=Stage.INDEX,
                state=StageState.DONE,
                runs=1,
                started_at=START,
                updated_at=START,
            )
        )
