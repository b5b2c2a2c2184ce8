"""Everything done with ffmpeg and ffprobe: look into a file, take sound and pictures out.

Media is hostile input. Only `run` starts a process, and only with the limits set there;
nothing here knows tables, jobs or the speech model.
"""
