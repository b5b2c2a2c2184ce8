import gzip
import io
import zipfile

import pytest

from archive.errors import NotMediaError
from archive.sniff import HEAD_BYTES, check_head


def _zip_with(name: str, content: bytes = b"x" * 100) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


REFUSED = {
    "empty": (b"", "is empty"),
    "zeros": (bytes(HEAD_BYTES), "zeros only"),
    "m3u8": (b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:9,\n/etc/passwd\n", "a playlist"),
    "m3u8 after a mark": (b"\xef\xbb\xbf\n#EXTM3U\r\nseg.ts", "a playlist"),
    "m3u8 in UTF-16": ("\ufeff#EXTM3U\nhttp://x/".encode("utf-16-le"), "a playlist"),
    "m3u of addresses": (b"http://example.org/a.mp3\nhttp://example.org/b.mp3\n", "a playlist"),
    "concat": (b"ffconcat version 1.0\nfile /etc/passwd\n", "a playlist"),
    "concat without header": (b"# mine\n\nfile '/etc/passwd'\nduration 3\n", "a playlist"),
    "pls": (b"[playlist]\nFile1=http://x/\n", "a playlist"),
    "wpl": (b'<?wpl version="1.0"?><smil><body><media src="x"/></body></smil>', "a playlist"),
    "asx": (b'<ASX version="3.0"><Entry><Ref href="http://x"/></Entry></ASX>', "a playlist"),
    "xspf": (b'<?xml version="1.0"?>\n<playlist version="1" xmlns="x">', "a playlist"),
    "mpd": (b'<?xml version="1.0"?><!-- x --><MPD xmlns="urn:mpeg:dash">', "a playlist"),
    "sdp": (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\n", "a playlist"),
    "windows media": (b"[Reference]\r\nRef1=http://x/\r\n", "a playlist"),
    "web page": (b"\n<!DOCTYPE html><html><body>404</body></html>", "a web page"),
    "xhtml": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "a web page"),
    "webvtt": (b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi\n", r"caption file \(WebVTT\)"),
    "srt": (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nhi\r\n", r"caption file \(SubRip\)"),
    "sbv": (b"0:00:01.000,0:00:02.000\nhi\n", r"caption file \(SubViewer\)"),
    "ass": (b"[Script Info]\nTitle: x\n", r"caption file \(SubStation Alpha\)"),
    "ttml": (b'<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml">', r"file \(TTML\)"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", r"document \(PDF\)"),
    "pdf after junk": (b"\0\1\2junk\n%PDF-1.4\n", r"document \(PDF\)"),
    "docx": (_zip_with("word/document.xml"), r"document \(Word\)"),
    "pptx": (_zip_with("ppt/presentation.xml"), r"document \(PowerPoint\)"),
    "xlsx": (_zip_with("xl/workbook.xml"), r"document \(Excel\)"),
    "odp": (
        _zip_with("mimetype", b"application/vnd.oasis.opendocument.presentation"),
        r"document \(OpenDocument\)",
    ),
    "epub": (_zip_with("mimetype", b"application/epub+zip"), r"document \(EPUB\)"),
    "ppt": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "document .older Word"),
    "zip": (_zip_with("lecture.mp4"), r"archive \(ZIP\)\. Unpack it"),
    "gzip": (gzip.compress(b"x"), r"archive \(gzip\)"),
    "tar": (b"a.mp4".ljust(257, b"\0") + b"ustar\x0000", r"archive \(tar\)"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\4", r"archive \(7-Zip\)"),
    "rar": (b"Rar!\x1a\x07\x01\0", r"archive \(RAR\)"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", r"picture \(PNG\)"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", r"picture \(JPEG\)"),
    "gif": (b"GIF89a\1\0\1\0", r"picture \(GIF\)"),
    "webp": (b"RIFF\x24\0\0\0WEBPVP8 ", r"picture \(WebP\)"),
    "bmp": (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", r"picture \(BMP\)"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0", r"picture \(HEIC\)"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'>", r"picture \(SVG\)"),
    "exe": (b"MZ\x90\0\3\0\0\0", r"program \(Windows\)"),
    "elf": (b"\x7fELF\2\1\1\0", r"program \(Linux\)"),
    "script": (b"#!/bin/sh\nrm -rf /\n", r"program \(script\)"),
    "midi": (b"MThd\0\0\0\6\0\1", "MIDI"),
    "text": (b"Minutes of the meeting\n======\n", "a text file"),
    "text in Arabic": ("محضر الاجتماع".encode() * 400, "a text file"),
    "json": (b'{"recordings": []}', "a text file"),
    "xml": (b'<?xml version="1.0"?><minutes/>', r"document \(XML\)"),
}

PASSED = {
    "mp4": b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41",
    "m4a": b"\0\0\0\x1cftypM4A \0\0\0\0M4A mp42isom",
    "mov of old": b"\0\0\0\x08wide\0\1\x86\xa0mdat",
    "webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\xf7\x81\1",
    "ogg": b"OggS\0\2\0\0\0\0\0\0\0\0",
    "mp3 with tags": b"ID3\4\0\0\0\0\0\x23TSSE\0\0\0\x0f\0\0\3Lavf59",
    "mp3": b"\xff\xfb\x50\xc4\0\0\0",
    "wav": b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0",
    "avi": b"RIFF\x24\0\0\0AVI LIST",
    "flac": b"fLaC\0\0\0\x22",
    "transport stream": b"\x47\x40\x11\x10\0\x42\xf0\x25",
    "amr": b"#!AMR\n\x3c\x91\x17\x16\xbe",
    "asf": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    "binary of some kind": bytes(range(256)),
    "text cut by binary": b"Lecture\n" + bytes(16),
}


@pytest.mark.parametrize(("head", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_plainly_no_recording_is_named(head: bytes, message: str) -> None:
    with pytest.raises(NotMediaError, match=message):
        check_head(head[:HEAD_BYTES], "lecture.mp4")


@pytest.mark.parametrize("head", PASSED.values(), ids=PASSED.keys())
def test_what_may_be_a_recording_passes(head: bytes) -> None:
    check_head(head, "notes.pdf")


def test_a_head_that_ends_inside_a_letter_is_still_text() -> None:
    text = "የስብሰባ ቃለ ጉባኤ ".encode() * 1000

    for length in range(HEAD_BYTES - 4, HEAD_BYTES):
        with pytest.raises(NotMediaError, match="a text file"):
            check_head(text[:length], "minutes.mp4")


def test_the_message_names_the_file_as_the_person_called_it_but_not_at_any_length() -> None:
    with pytest.raises(NotMediaError, match=r"^ندوة\.mp4 is a picture"):
        check_head(b"GIF89a", "ندوة.mp4")
    with pytest.raises(NotMediaError) as caught:
        check_head(b"GIF89a", "x" * 300)
    assert len(str(caught.value)) < 200
    with pytest.raises(NotMediaError, match=r"^a\?b\.mp4 is"):
        check_head(b"GIF89a", "a\nb.mp4")
