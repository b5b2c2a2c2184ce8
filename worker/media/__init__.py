"""Everything done with ffmpeg and ffprobe: look into a file, take sound and pictures out.

Media is hostile input. Only `run` starts a process, and only with the limits set there;
nothing here knows tables, jobs or the speech model.
"""

from worker.media.audio import extract_audio
from worker.media.poster import make_poster
from worker.media.probe import probe
from worker.media.rendition import make_rendition
from worker.media.stills import Still, make_stills
from worker.media.tools import Tools, find_tools

__all__ = [
    "Still",
    "Tools",
    "extract_audio",
    "find_tools",
    "make_poster",
    "make_rendition",
    "make_stills",
    "probe",
]
