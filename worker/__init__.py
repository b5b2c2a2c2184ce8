"""The worker computes: ffprobe and ffmpeg, speech, stills, and writes the search index.

It runs the durable pipeline that turns a deposited file into a searchable recording.
It must not know Flask; it meets the site only in `archive`.
"""
