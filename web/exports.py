"""The transcript as files people take away: plain text and JSON. Pure."""

from collections.abc import Sequence

from archive.language import writes_spaces
from archive.paragraphs import Paragraph
from archive.recordings import RecordingView
from archive.timecode import format_clock
from archive.transcripts import KeptTranscript


def write_text(recording: RecordingView, paragraphs: Sequence[Paragraph], *, address: str) -> str:
    """Write a transcript to read: title, where it is from, paragraphs with their times."""
    head = [recording.title]
    if recording.recorded_on:
        head.append(recording.recorded_on.isoformat())
    head += [address, "Machine transcript, not checked.", ""]
    body = [
        f"[{format_clock(paragraph.start_ms)}] "
        + (" " if writes_spaces(paragraph.language) else "").join(
            sentence.text for sentence in paragraph.sentences
        )
        + "\n"
        for paragraph in paragraphs
    ]
    return "\n".join([*head, *body])


def write_json(recording: RecordingView, transcript: KeptTranscript) -> dict[str, object]:
    """Write a transcript for programs: segments and words with times in ms."""
    return {
        "recording": recording.id,
        "title": recording.title,
        "language": recording.language,
        "duration_ms": recording.duration_ms,
        "source": transcript.source,
        "model": transcript.model,
        "complete": transcript.complete,
        "segments": [
            {
                "start_ms": segment.start_ms,
                "end_ms": segment.end_ms,
                "text": segment.text,
                "language": segment.language,
                "confidence": round(segment.confidence, 3),
                "words": [
                    {
                        "start_ms": word.start_ms,
                        "end_ms": word.end_ms,
                        "text": word.text,
                        "confidence": word.confidence,
                    }
                    for word in segment.words
                ],
            }
            for segment in transcript.segments
        ],
    }
