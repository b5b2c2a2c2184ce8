"""The worker's whole path in one process, as the benchmark times it.

    python contender.py AUDIO MODEL_DIRECTORY THREADS OUT.json

Sound out of the file by ffmpeg on the player's timeline, plan, batches, segments, cues and
both caption files; process start and loading the model are part of it.
"""

import json
import sys
import tempfile
from pathlib import Path

from archive.captions import make_cues, write_srt, write_webvtt
from worker.media.audio import extract_audio
from worker.media.probe import probe
from worker.media.tools import find_tools
from worker.speech import load_model, plan_batches, plan_chunks


def main(audio: Path, model: Path, threads: int, out: Path) -> None:
    """Transcribe a file and write its text, word count and captions."""
    tools = find_tools()
    with tempfile.TemporaryDirectory() as scratch:
        pcm = Path(scratch) / "audio.pcm"
        extract_audio(audio, pcm, info=probe(audio, tools=tools), tools=tools)
        transcriber = load_model(model, cpu_threads=threads)
        segments = [
            segment
            for batch in plan_batches(plan_chunks(pcm))
            for segment in transcriber.transcribe_batch(pcm, batch, language=None)
        ]
    cues = make_cues(segments)
    out.with_suffix(".vtt").write_text(write_webvtt(cues, language=""), "utf-8")
    out.with_suffix(".srt").write_text(write_srt(cues), "utf-8")
    text = " ".join(segment.text for segment in segments)
    out.write_text(json.dumps({"text": text, "words": sum(len(s.words) for s in segments)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
