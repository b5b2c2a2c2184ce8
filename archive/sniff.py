"""A first look at the first bytes of a file: say at once what is plainly no recording.

Runs in the site before anything is stored, so that a person who picks the slides instead of
the recording hears "this is a PDF", not "invalid data". Also the first guard against
playlists and scripts that would make ffmpeg open other files. Pure; what it does not know
passes, and the prober decides.
"""

import re

from archive.errors import NotMediaError

HEAD_BYTES = 8192
"""How many bytes `check_head` wants; fewer only when the file has no more."""

_NAME_CHARACTERS = 80

_PLAYLIST = "a playlist: it only refers to media elsewhere. Upload the recording itself"
_CAPTIONS = (
    "a caption file ({}), not a recording. Upload the recording; captions can be added to it"
)
_PICTURE = "a picture ({}), not a recording. Upload the audio or video file"
_DOCUMENT = "a document ({}), not a recording. Upload the audio or video file"
_ARCHIVE = "an archive ({}). Unpack it and upload the recording in it"
_PROGRAM = "a program ({}), not a recording. Upload the audio or video file"

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%!PS", _DOCUMENT.format("PostScript")),
    (0, b"{\\rtf", _DOCUMENT.format("RTF")),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _DOCUMENT.format("older Word, Excel or PowerPoint")),
    (0, b"SQLite format 3\0", _DOCUMENT.format("SQLite database")),
    (0, b"\x89PNG\r\n\x1a\n", _PICTURE.format("PNG")),
    (0, b"\xff\xd8\xff", _PICTURE.format("JPEG")),
    (0, b"GIF8", _PICTURE.format("GIF")),
    (0, b"II*\0", _PICTURE.format("TIFF")),
    (0, b"MM\0*", _PICTURE.format("TIFF")),
    (0, b"8BPS", _PICTURE.format("Photoshop")),
    (0, b"\0\0\0\x0cJXL ", _PICTURE.format("JPEG XL")),
    (8, b"WEBP", _PICTURE.format("WebP")),
    (4, b"ftypheic", _PICTURE.format("HEIC")),
    (4, b"ftypheix", _PICTURE.format("HEIC")),
    (4, b"ftypmif1", _PICTURE.format("HEIF")),
    (4, b"ftypavif", _PICTURE.format("AVIF")),
    (0, b"Rar!\x1a\x07", _ARCHIVE.format("RAR")),
    (0, b"7z\xbc\xaf\x27\x1c", _ARCHIVE.format("7-Zip")),
    (0, b"\x1f\x8b\x08", _ARCHIVE.format("gzip")),
    (0, b"BZh", _ARCHIVE.format("bzip2")),
    (0, b"\xfd7zXZ\0", _ARCHIVE.format("xz")),
    (257, b"ustar", _ARCHIVE.format("tar")),
    (0, b"MZ", _PROGRAM.format("Windows")),
    (0, b"\x7fELF", _PROGRAM.format("Linux")),
    (0, b"\xcf\xfa\xed\xfe", _PROGRAM.format("macOS")),
    (0, b"\xca\xfe\xba\xbe", _PROGRAM.format("Java or macOS")),
    (0, b"MThd", "a MIDI file: notes, no recorded sound. Upload an audio or video file"),
)

# Names that tell the kinds of ZIP file apart, in the order they are looked for.
_ZIP_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"word/", _DOCUMENT.format("Word")),
    (b"ppt/", _DOCUMENT.format("PowerPoint")),
    (b"xl/", _DOCUMENT.format("Excel")),
    (b"application/epub+zip", _DOCUMENT.format("EPUB")),
    (b"application/vnd.oasis.opendocument", _DOCUMENT.format("OpenDocument")),
    (b"[Content_Types].xml", _DOCUMENT.format("Word, Excel or PowerPoint")),
)

# Looked for at the start of text, after a byte order mark and white space; ignoring case.
_TEXT_KINDS: tuple[tuple[str, str], ...] = (
    (r"#extm3u|#ext-x-|\[playlist\]|\[reference\]|ffconcat\s|rtsptext", _PLAYLIST),
    (r"(#[^\n]*\n\s*)*(file|stream)\s+\S", _PLAYLIST),  # ffmpeg's concat script without a header
    (r"(https?|rtsp|rtmp|mms|ftp|file)://\S+\s*($|\n)", _PLAYLIST),
    (r"v=0\s*\n\s*[o-z]=", _PLAYLIST),  # SDP, RFC 8866 section 5
    (r"webvtt", _CAPTIONS.format("WebVTT")),
    (r"\d+\s*\n\s*\d+:\d\d:\d\d[,.]\d+\s*-->", _CAPTIONS.format("SubRip")),
    (r"\d+:\d\d:\d\d\.\d+,\d+:\d\d:\d\d\.\d+", _CAPTIONS.format("SubViewer")),
    (r"\[script info\]", _CAPTIONS.format("SubStation Alpha")),
    (r"<sami", _CAPTIONS.format("SAMI")),
    (r"<!doctype html|<html", "a web page. Upload the recording itself, not the page it is on"),
    (r"#!/", _PROGRAM.format("script")),
)
_XML_KINDS: tuple[tuple[str, str], ...] = (
    (r"<(\w+:)?tt[\s>]", _CAPTIONS.format("TTML")),
    (r"<svg[\s>]", _PICTURE.format("SVG")),
    (r"<(html|!doctype html)", "a web page. Upload the recording itself, not the page it is on"),
    (r"<(\w+:)?(mpd|smil|playlist|asx|smoothstreamingmedia|rss|feed|assetmap)[\s>]", _PLAYLIST),
)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def check_head(head: bytes, filename: str) -> None:
    """Refuse a file whose first bytes show that it is no recording.

    Args:
        head: The first `HEAD_BYTES` bytes of the file, or all it has.
        filename: What the person called it; for the message only.

    Raises:
        NotMediaError: It is empty, a playlist, caption file, picture, document, archive,
            program or other text; the message says which and what to do.
    """
    if what := _what_else(head):
        raise NotMediaError(f"{_shorten(filename)} is {what}.")


def _what_else(head: bytes) -> str:
    """Say what the file is if it is surely no recording; "" otherwise."""
    if not head:
        return "empty (0 bytes). Check the file on your device and upload it again"
    if not head.strip(b"\0"):
        return "not a recording: it begins with zeros only. Copy it again from where it was made"
    if what := _what_magic(head):
        return what
    text = _as_text(head)
    return _what_text(text) if text is not None else ""


def _what_magic(head: bytes) -> str:
    """Say what kind of binary file it is; "" when its first bytes are not known."""
    if b"%PDF-" in head[:1024]:
        return _DOCUMENT.format("PDF")
    if head.startswith(b"PK\x03\x04"):
        return next((what for name, what in _ZIP_KINDS if name in head), _ARCHIVE.format("ZIP"))
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":  # reserved bytes of a bitmap
        return _PICTURE.format("BMP")
    return next((what for at, magic, what in _MAGIC if head.startswith(magic, at)), "")


def _what_text(text: str) -> str:
    """Say what kind of text it is."""
    start = text.lstrip("\ufeff \t\r\n")
    for pattern, what in _TEXT_KINDS:
        if re.match(pattern, start, re.IGNORECASE):
            return what
    if start.startswith("<"):
        for pattern, what in _XML_KINDS:
            if re.search(pattern, start, re.IGNORECASE):
                return what
        return _DOCUMENT.format("XML")
    return "a text file, not a recording. Upload the audio or video file"


def _as_text(head: bytes) -> str | None:
    """Read the bytes as text; None when they are not."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            text = head.decode(encoding, "replace")
            return None if _NOT_TEXT.search(text) else text
    try:
        text = head.decode()
    except UnicodeDecodeError as exc:
        if exc.start < len(head) - 3 or exc.reason != "unexpected end of data":
            return None
        text = head[: exc.start].decode()  # the head ends inside a character
    return None if _NOT_TEXT.search(text) else text


def _shorten(filename: str) -> str:
    """Keep a name readable in a message."""
    name = "".join(letter if letter.isprintable() else "?" for letter in filename)
    return name if len(name) <= _NAME_CHARACTERS else f"{name[: _NAME_CHARACTERS - 1]}…"
