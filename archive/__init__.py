"""The archive decides: tables, use cases, transcripts, captions, storage, search, permissions.

It knows neither Flask nor faster-whisper nor ffmpeg; `web` shows what it decides
and `worker` computes what it asks for.
"""
