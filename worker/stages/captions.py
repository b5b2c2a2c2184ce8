"""Caption files from the transcript; derived, made again whenever it changes."""

from archive.captions import make_cues, write_srt, write_webvtt
from archive.models import Role
from archive.origins import describe_origin
from archive.pipeline import Stage
from archive.transcripts import current_transcript, main_language
from worker.parts import Parts
from worker.stages.files import keep_files
from worker.stages.report import stage_run


def captions(parts: Parts, recording_id: int) -> None:
    """Write the captions, as a stage of the pipeline."""
    with stage_run(parts.database, recording_id, Stage.CAPTIONS, parts.clock) as report:
        if not write(parts, recording_id):
            report.skip()


def write(parts: Parts, recording_id: int) -> bool:
    """Write WebVTT and SubRip for the current transcript; returns whether there are any."""
    with parts.database.read() as session:
        transcript = current_transcript(session, recording_id)
    if transcript is None or not transcript.segments:
        keep_files(parts, recording_id, Role.VTT, [])
        keep_files(parts, recording_id, Role.SRT, [])
        return False
    cues = make_cues(transcript.segments)
    language = main_language(transcript.segments) or "und"
    note = describe_origin(transcript.model, transcript.segments)
    vtt = parts.storage.keep_bytes(write_webvtt(cues, language=language, note=note).encode())
    srt = parts.storage.keep_bytes(write_srt(cues).encode())
    keep_files(parts, recording_id, Role.VTT, [(vtt, "text/vtt", None)])
    keep_files(parts, recording_id, Role.SRT, [(srt, "application/x-subrip", None)])
    return True
