"""Caption files from the transcript; derived, made again whenever it changes."""

from archive.captions import make_cues, write_srt, write_webvtt
from archive.models import Role
from archive.origins import describe_origin
from archive.pipeline import Stage
from archive.privacy.reading import read_cuts, readable_transcript
from archive.transcripts import main_language
from worker.parts import Parts
from worker.stages.files import keep_files, let_go_of
from worker.stages.report import stage_run


def captions(parts: Parts, recording_id: int) -> None:
    """Write the captions, as a stage of the pipeline."""
    with stage_run(parts.database, recording_id, Stage.CAPTIONS, parts.clock) as report:
        if not write(parts, recording_id):
            report.skip()


def write(parts: Parts, recording_id: int) -> bool:
    """Write WebVTT and SubRip for the current transcript; returns whether it has captions."""
    with parts.database.read() as session:
        transcript = readable_transcript(session, recording_id)
        hides_words = read_cuts(session, recording_id).in_words
    if transcript is None or not transcript.segments or hides_words:
        # Where words are hidden the site makes captions when they are asked for: a kept file
        # would be read until this has run.
        let_go_of(parts, recording_id, Role.VTT, Role.SRT)
        return bool(transcript and transcript.segments)
    cues = make_cues(transcript.segments)
    language = main_language(transcript.segments) or "und"
    note = describe_origin(
        transcript.model,
        transcript.segments,
        review=transcript.review,
        source=transcript.source,
    )
    vtt = parts.storage.keep_bytes(write_webvtt(cues, language=language, note=note).encode())
    srt = parts.storage.keep_bytes(write_srt(cues).encode())
    keep_files(parts, recording_id, Role.VTT, [(vtt, "text/vtt", None)])
    keep_files(parts, recording_id, Role.SRT, [(srt, "application/x-subrip", None)])
    return True
