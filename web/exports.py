"""The transcript as files people take away: plain text and JSON. Pure."""

from collections.abc import Sequence

from archive.chapters import KeptChapter
from archive.language import writes_spaces
from archive.paragraphs import Paragraph
from archive.recording_views import RecordingView
from archive.timecode import format_clock
from web.reading import Reading


def write_text(
    recording: RecordingView,
    paragraphs: Sequence[Paragraph],
    *,
    address: str,
    origin: str,
    chapters: Sequence[KeptChapter] = (),
) -> str:
    """Write a transcript to read: title, where it is from, paragraphs with times and speakers.

    A chapter's title stands before the first paragraph that begins in it.

    Args:
        recording: Whose it is.
        paragraphs: In order of time.
        address: Of its page.
        origin: Who made it, and whether anyone has checked it.
        chapters: In order of time.
    """
    head = [recording.title]
    if recording.recorded_on:
        head.append(recording.recorded_on.isoformat())
    head += [address, origin, ""]
    before = [""] + [paragraph.speaker for paragraph in paragraphs]
    body: list[str] = []
    waiting = list(chapters)
    for paragraph, speaker_before in zip(paragraphs, before, strict=False):
        while waiting and waiting[0].start_ms <= paragraph.start_ms:
            body.append(_heading(waiting.pop(0)))
        body.append(_line(paragraph, speaker_before))
    return "\n".join([*head, *body, *map(_heading, waiting)])


def _heading(chapter: KeptChapter) -> str:
    return f"== {chapter.title} ({format_clock(chapter.start_ms)})\n"


def _line(paragraph: Paragraph, speaker_before: str) -> str:
    """Write a paragraph; the speaker where it is another than before."""
    gap = " " if writes_spaces(paragraph.language) else ""
    who = paragraph.speaker
    said = f"{who}: " if who and who != speaker_before else ""
    text = gap.join(sentence.text for sentence in paragraph.sentences)
    return f"[{format_clock(paragraph.start_ms)}] {said}{text}\n"


def write_json(
    recording: RecordingView, reading: Reading, chapters: Sequence[KeptChapter] = ()
) -> dict[str, object]:
    """Write a transcript for programs: segments and words with times in ms.

    `checked` is whether a person has checked all of it, `doubts` of a segment say why someone
    should listen to it (`archive.doubts`), `edited` that a person has changed it, `speaker` who
    says it: a name, or "Speaker 2" where nobody has named the voice, or null. Where words are
    hidden from readers "[…]" stands in their place.
    """
    transcript = reading.transcript
    return {
        "recording": recording.id,
        "title": recording.title,
        "language": reading.language or recording.language,
        "duration_ms": recording.duration_ms,
        "source": transcript.source,
        "model": transcript.model,
        "complete": transcript.complete,
        "translated": reading.english,
        "checked": transcript.checked,
        "note": reading.origin,
        "chapters": [
            {
                "start_ms": chapter.start_ms,
                "end_ms": chapter.end_ms or recording.duration_ms,
                "title": chapter.title,
            }
            for chapter in chapters
        ],
        "segments": [
            {
                "start_ms": segment.start_ms,
                "end_ms": segment.end_ms,
                "text": segment.text,
                "language": segment.language,
                "confidence": round(segment.confidence, 3),
                "doubts": sorted(segment.doubts),
                "edited": segment.edited,
                "speaker": segment.speaker or None,
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
            for segment in reading.segments
        ],
    }
