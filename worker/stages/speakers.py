"""Who speaks: the turns of a recording's voices, and what is shown of it by them.

Turns are found once: they are of the sound, which does not change. A transcript that comes
later gets its speakers from them as it is completed (`archive.transcripts`).
"""

from archive.models import Recording
from archive.pipeline import Stage
from archive.speaker_turns import number_turns
from archive.speakers import keep_turns, read_turns
from archive.transcripts import current_transcript, tell_speakers
from worker.parts import Parts
from worker.stages.files import kept_media_info
from worker.stages.report import stage_run
from worker.stages.speech import audio_path


def speakers(parts: Parts, recording_id: int) -> None:
    """Find the turns where they are not known, and give the transcript its speakers.

    Raises:
        ConfigurationError: the extra is not installed.
        SpeechError: the speakers could not be told apart.
    """
    with stage_run(parts.database, recording_id, Stage.SPEAKERS, parts.clock) as report:
        if kept_media_info(parts, recording_id).audio is None:
            report.skip()
            return
        with parts.database.read() as session:
            known = read_turns(session, recording_id) is not None
        if not known:
            _find(parts, recording_id)
        with parts.database.begin() as session:
            tell_speakers(session, recording_id, now=parts.clock())
            recording = session.get_one(Recording, recording_id)
            recording.version += 1
            recording.updated_at = parts.clock()


def _find(parts: Parts, recording_id: int) -> None:
    """Find the turns, number them by who is heard first, and keep them."""
    model = parts.diarizer.check()
    found = parts.diarizer.find_turns(
        audio_path(parts, recording_id), threads=parts.settings.cpu_threads
    )
    with parts.database.begin() as session:
        transcript = current_transcript(session, recording_id)
        turns = number_turns(found, transcript.segments if transcript else ())
        keep_turns(session, recording_id, turns, model=model, now=parts.clock())
