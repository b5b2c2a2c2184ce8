"""Read caption files people bring along: WebVTT and SubRip, strictly enough to name a bad line.

    bytes → decode_captions → read_captions → ReadCue …

Text comes out plain: markup is taken off, `<v Name>` becomes the speaker, `<lang fr>` the
language (https://www.w3.org/TR/webvtt1/). Pure. Kept libraries were looked at: none tells which
line is wrong (webvtt-py 0.6 quotes the block, pysubs2 skips what it does not know).
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive.errors import InvalidInputError
from archive.language import is_known

MOST_CUES = 50_000
_SHOWN = 40
_TIME = r"(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}(?=\s|$)")
_ARROW = "-->"
_TAG = re.compile(r"<(/?)([a-zA-Z]*)((?:\.[^\s>.]+)*)(?:\s+([^>]*))?>|<\d[\d:.]*>")
_WORD_TIME = re.compile(r"<\d[\d:.]*>")
_OVERRIDE = re.compile(r"\{\\[^}]*\}")
"""What SubRip files take over from SubStation: `{\\an8}`."""
_HEADER_LANGUAGE = re.compile(r"^(?:NOTE\s+)?Language:\s*([A-Za-z]{2,3})\b", re.IGNORECASE)
_SKIPPED = ("NOTE", "STYLE", "REGION")
_HOUR_MS, _MINUTE_MS, _SECOND_MS = 3_600_000, 60_000, 1_000
_SIXTY = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCue:
    """One caption as its file has it."""

    start_ms: int
    end_ms: int
    text: str
    """Plain, on one line."""
    speaker: str = ""
    """Who says it; empty: not told."""
    language: str = ""
    """As the file says, a code the archive knows; empty: not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCaptions:
    """What a caption file holds."""

    cues: tuple[ReadCue, ...]
    """In order of time, without overlap, none of them empty."""
    language: str = ""
    """Of the whole file, as it says; empty: not told."""


def decode_captions(content: bytes) -> str:
    """Turn the bytes of a caption file into text.

    Raises:
        InvalidInputError: they are no text in UTF-8 (or UTF-16 with its mark).
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = content[: exc.start].count(b"\n") + 1
        raise InvalidInputError(
            f"Line {line} of the captions is not UTF-8 text. Open the file in a text editor, save "
            "it as UTF-8, and choose it again."
        ) from exc


def read_captions(text: str, *, name: str = "") -> ReadCaptions:
    """Read a caption file.

    Args:
        text: All of it.
        name: Of the file; shown in messages only.

    Raises:
        InvalidInputError: names the first line that cannot be used, and what it should be.
    """
    lines = _lines(text)
    webvtt = bool(lines) and re.match(r"^\ufeff?WEBVTT(?:[ \t]|$)", lines[0])
    language = ""
    cues: list[ReadCue] = []
    for number, block in _blocks(lines):
        if number == 1 and webvtt:
            language = _language(block[1:])
            block, number = _after_header(block)  # noqa: PLW2901 - cues right below the header
            if not block:
                continue
        if webvtt and _is_skipped(block):
            language = language or _language(block)
            continue
        cues.extend(_read_block(block, number, previous=cues[-1] if cues else None))
        if len(cues) > MOST_CUES:
            raise InvalidInputError(f"The captions have more than {MOST_CUES} cues.")
    if not cues:
        raise InvalidInputError(_NOTHING.format(name=name or "The caption file"))
    if webvtt and _WORD_TIME.search(text):
        cues = list(_unrolled(cues))
    spoken = (replace(cue, text=" ".join(cue.text.split())) for cue in cues)
    return ReadCaptions(cues=_without_overlap([c for c in spoken if c.text]), language=language)


_NOTHING = (
    "{name} holds no captions. A caption begins with a line of times, such as "
    "00:01:02.500 --> 00:01:05.000."
)


def _lines(text: str) -> list[str]:
    return re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff").replace("\0", "\ufffd"))


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Divide a file at its empty lines; with the number of each block's first line, from 1."""
    block: list[str] = []
    padded = [*lines, "", "", ""]
    for number, line in enumerate(padded[:-2], 1):
        # Only an empty line ends a cue of WebVTT (YouTube writes lines of one space); one that
        # looks empty and stands above the next cue was meant to.
        above = any(_ARROW in below for below in padded[number : number + 2])
        if line.strip() or (line and block and not above):
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _after_header(block: list[str]) -> tuple[list[str], int]:
    """Return what stands right below the header line without an empty line between."""
    for index, line in enumerate(block):
        if _ARROW in line:
            return block[index:], index + 1
    return [], 1


def _is_skipped(block: Sequence[str]) -> bool:
    first = block[0].strip()
    return any(
        first == word or first.startswith((f"{word} ", f"{word}\t")) for word in _SKIPPED
    ) and not any(_TIMES.match(line) for line in block[:2])


def _language(lines: Sequence[str]) -> str:
    for line in lines:
        found = _HEADER_LANGUAGE.match(line.strip())
        if found and is_known(code := found[1].lower()):
            return code
    return ""


def _read_block(
    block: Sequence[str], number: int, *, previous: ReadCue | None
) -> Iterator[ReadCue]:
    """Read one cue; `number` is the line its block begins at."""
    at = next((index for index, line in enumerate(block[:2]) if _ARROW in line), None)
    if at is None:
        raise InvalidInputError(
            f"Line {number} of the captions, {_shown(block[0])}, should be followed by the times "
            "of a caption, such as 00:01:02.500 --> 00:01:05.000."
        )
    line = number + at
    start_ms, end_ms = _read_times(block[at], line)
    if end_ms <= start_ms:
        raise InvalidInputError(f"Line {line} of the captions ends before it begins: {block[at]}")
    if previous is not None and start_ms < previous.start_ms:
        raise InvalidInputError(
            f"Line {line} of the captions begins before the caption above it: {block[at].strip()}. "
            "Captions must be in order of time."
        )
    below = block[at + 1 :]
    strange = next((index for index, text in enumerate(below) if _ARROW in text), None)
    if strange is not None:
        raise InvalidInputError(
            f"Line {line + 1 + strange} of the captions should have an empty line above it, "
            "before the next caption."
        )
    yield from _read_text("\n".join(below), start_ms, end_ms)


def _read_times(text: str, line: int) -> tuple[int, int]:
    found = _TIMES.match(text)
    if found is None:
        raise InvalidInputError(
            f"Line {line} of the captions has times that cannot be read, {_shown(text)}; "
            "they look like 00:01:02.500 --> 00:01:05.000."
        )
    groups = found.groups()
    return _milliseconds(groups[:4], line), _milliseconds(groups[4:], line)


def _milliseconds(parts: Sequence[str | None], line: int) -> int:
    hours, minutes, seconds = (int(part or 0) for part in parts[:3])
    if minutes >= _SIXTY or seconds >= _SIXTY:
        raise InvalidInputError(
            f"Line {line} of the captions has a time of {minutes} minutes and {seconds} seconds; "
            "both must be below 60."
        )
    thousandths = int((parts[3] or "0").ljust(3, "0"))
    return hours * _HOUR_MS + minutes * _MINUTE_MS + seconds * _SECOND_MS + thousandths


def _read_text(text: str, start_ms: int, end_ms: int) -> Iterator[ReadCue]:
    """Take the markup off a cue; one that several people speak becomes several."""
    parts: list[tuple[str, str, str]] = []
    speaker, languages, plain = "", [""], ""
    last = 0
    text = _OVERRIDE.sub("", text)
    for tag in _TAG.finditer(text):
        plain += text[last : tag.start()]
        last = tag.end()
        closing, kind, _, value = tag.group(1), (tag.group(2) or "").lower(), tag[3], tag[4] or ""
        if kind == "v":
            parts.append((plain, speaker, languages[-1]))
            plain, speaker = "", "" if closing else _plain(value)
        elif kind == "lang":
            parts.append((plain, speaker, languages[-1]))
            plain = ""
            if closing:
                languages = languages[:-1] or [""]
            else:
                code = value.strip().split("-")[0].lower()
                languages.append(code if is_known(code) else "")
    parts.append((plain + text[last:], speaker, languages[-1]))
    spoken = [(_plain(part), who, language) for part, who, language in parts if _plain(part)]
    length = sum(len(part) for part, _, _ in spoken)
    done = 0
    for part, who, language in spoken:
        begin = start_ms + (end_ms - start_ms) * done // length
        done += len(part)
        yield ReadCue(
            start_ms=begin,
            end_ms=start_ms + (end_ms - start_ms) * done // length,
            text=part,
            speaker=who,
            language=language,
        )


def _plain(text: str) -> str:
    """Resolve references; lines stay apart, for `_unrolled`."""
    unescaped = html.unescape(text).replace("\u200e", "").replace("\u200f", "")
    return "\n".join(" ".join(line.split()) for line in unescaped.split("\n")).strip()


def _unrolled(cues: Sequence[ReadCue]) -> Iterator[ReadCue]:
    """Say each line of rolling captions once: they show a line twice, the second time as it moves.

    Such files (YouTube's own) are known by the times within their cues.
    """
    before: list[str] = []
    for cue in cues:
        lines = cue.text.split("\n")
        same = next(
            (n for n in range(min(len(lines), len(before)), 0, -1) if before[-n:] == lines[:n]), 0
        )
        before = lines
        if lines[same:]:
            yield replace(cue, text="\n".join(lines[same:]))


def _without_overlap(cues: Sequence[ReadCue]) -> tuple[ReadCue, ...]:
    """End each cue where the next begins; those that begin together follow one another."""
    found: list[ReadCue] = []
    index = 0
    while index < len(cues):
        start_ms = cues[index].start_ms
        first = index
        while index < len(cues) and cues[index].start_ms == start_ms:
            index += 1
        group = cues[first:index]
        end_ms = max(cue.end_ms for cue in group)
        if index < len(cues):
            end_ms = min(end_ms, cues[index].start_ms)
        length = sum(len(cue.text) for cue in group)
        done = 0
        for cue in group:
            begin = start_ms + (end_ms - start_ms) * done // length
            done += len(cue.text)
            end = start_ms + (end_ms - start_ms) * done // length
            found.append(replace(cue, start_ms=begin, end_ms=end))
    return tuple(found)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return f"“{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}”"
