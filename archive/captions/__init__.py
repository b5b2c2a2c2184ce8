"""Captions: cues built from a transcript, written as WebVTT and SubRip. Pure.

    Segment[Word …] → make_cues → Cue … → write_webvtt, write_srt

Derived from the transcript whenever wanted; nothing here reads or writes files.
"""

from archive.captions.cues import Cue, make_cues
from archive.captions.subrip import write_srt
from archive.captions.webvtt import write_webvtt

__all__ = ["Cue", "make_cues", "write_srt", "write_webvtt"]
