"""Files made to harm: they may be refused or read, and nothing else may happen."""

import contextlib
import http.server
import random
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import MediaError, NotMediaError
from tests import media
from tests.worker.media.conftest import Shelf
from worker.media.audio import extract_audio
from worker.media.probe import probe
from worker.media.run import input_name, input_options, run_ffmpeg, run_ffprobe
from worker.media.stills import make_stills
from worker.media.tools import Tools, packaged_tools


class Bait(http.server.ThreadingHTTPServer):
    """A server nobody must ask anything."""

    requests: list[str]
    daemon_threads = True


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Bait

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        self.send_error(404)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def bait() -> Iterator[Bait]:
    with Bait(("127.0.0.1", 0), _Handler) as server:
        server.requests = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def _scripts(bait: Bait, secret: Path) -> dict[str, str]:
    address = f"http://127.0.0.1:{bait.server_port}"
    return {
        "playlist": f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}/a.ts\n#EXTINF:9,\n"
        f"file://{secret}\n#EXT-X-ENDLIST\n",
        "master playlist": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{address}/b.m3u8\n",
        "concat": f"ffconcat version 1.0\nfile {secret}\nfile {address}/c.ts\n",
        "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
        f"<Period><AdaptationSet><Representation><BaseURL>{address}/d.mp4</BaseURL>"
        "</Representation></AdaptationSet></Period></MPD>",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
    }


@pytest.mark.parametrize("kind", ["playlist", "master playlist", "concat", "dash", "sdp"])
@pytest.mark.parametrize("suffix", [".mp4", ".m3u8"])
def test_a_script_is_refused_and_nothing_it_names_is_opened(
    kind: str, suffix: str, bait: Bait, shelf: Shelf, either_tools: Tools, tmp_path: Path
) -> None:
    path = tmp_path / f"lecture{suffix}"
    path.write_text(_scripts(bait, shelf.video)[kind])

    with pytest.raises(NotMediaError, match="is a playlist"):
        probe(path, either_tools)
    with pytest.raises(MediaError):  # and should the first look ever miss one
        list(run_ffprobe(either_tools, ["-show_streams"], path))
    options = [part for key, value in input_options().items() for part in (f"-{key}", str(value))]
    with pytest.raises(MediaError):
        run_ffmpeg(
            either_tools,
            [*options, "-i", input_name(path), "-f", "null", "-"],
            subject="read a script",
        )

    assert bait.requests == []


def test_the_bait_would_be_taken_without_our_options(bait: Bait, tmp_path: Path) -> None:
    path = tmp_path / "lecture.m3u8"
    path.write_text(_scripts(bait, path)["playlist"])

    with contextlib.suppress(Exception):
        media.run_tool("-protocol_whitelist", "file,http,tcp", "-i", path, "-f", "null", "-")

    assert "/a.ts" in bait.requests
    bait.requests.clear()


def _png_header(width: int, height: int) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return header + struct.pack(">I", zlib.crc32(header))


def test_a_picture_of_absurd_size_does_not_take_the_memory(
    either_tools: Tools, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb.mkv"
    media.run_tool(
        "-f", "lavfi", "-i", "color=red:s=64x64:d=2:r=1", "-c:v", "png", "-pix_fmt", "rgb24", bomb
    )  # fmt: skip
    content = bomb.read_bytes()
    assert content.count(_png_header(64, 64)) == 2
    bomb.write_bytes(content.replace(_png_header(64, 64), _png_header(30_000, 30_000)))

    told, _, peak_kib = _probe_apart(bomb, either_tools).rpartition(" ")

    assert told == "nothing that can be played"
    assert int(peak_kib) < 1_000_000  # one frame alone would be 2,700,000


def _probe_apart(path: Path, tools: Tools) -> str:
    """Probe in a process of its own, which had no other children; why not, and their peak, KiB."""
    code = """
import resource
import sys
from pathlib import Path
from archive.errors import NotMediaError
from worker.media.probe import probe
from worker.media.tools import Tools
try:
    probe(Path(sys.argv[1]), Tools(ffmpeg=Path(sys.argv[2]), ffprobe=Path(sys.argv[3])))
except NotMediaError as exc:
    if "nothing that can be played" in str(exc):
        print("nothing that can be played", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
    asked = [sys.executable, "-c", code, str(path), str(tools.ffmpeg), str(tools.ffprobe)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_gap_of_years_does_not_fill_the_disk(shelf: Shelf, tools: Tools, tmp_path: Path) -> None:
    source = tmp_path / "years.mkv"
    media.run_tool(
        "-i", shelf.video, "-map", "0:a", "-c", "copy",
        "-bsf:a", r"setts=ts=if(gt(N\,100)\,TS+40*3600/TB\,TS)", source,
    )  # fmt: skip
    info = replace(probe(media.make_audio(tmp_path / "a.mp3"), tools), duration_ms=8000)

    with pytest.raises(NotMediaError, match="claims to last"):
        probe(source, tools)
    extract_audio(source, tmp_path / "a.raw", info=info, tools=tools)

    assert (tmp_path / "a.raw").stat().st_size <= 8.1 * 32_000


@pytest.mark.parametrize("batch", range(4))
def test_random_damage_is_refused_or_read_and_never_hangs(
    batch: int, shelf: Shelf, tmp_path: Path
) -> None:
    tools = packaged_tools()
    whole = shelf.get(
        "tiny.mp4", lambda p: media.make_video(p, seconds=1, beeps_s=(0.5,), size="64x36")
    ).read_bytes()
    outcomes = {"read": 0, "refused": 0}
    started = time.monotonic()

    for number in range(25):
        chance = random.Random(batch * 25 + number)
        path = tmp_path / "damaged.mp4"
        path.write_bytes(_damage(whole, chance))
        try:
            info = probe(path, tools)
            if info.audio and number % 2:
                extract_audio(path, tmp_path / "a.raw", info=info, tools=tools)
            elif info.video:
                make_stills(path, tmp_path / "s", info=info, tools=tools)
            outcomes["read"] += 1
        except (NotMediaError, MediaError):
            outcomes["refused"] += 1

    assert min(outcomes.values()) > 0, outcomes
    assert time.monotonic() - started < 100


def _damage(whole: bytes, chance: random.Random) -> bytes:
    """Change some bytes, often in the index, or cut, or repeat a piece."""
    content = bytearray(whole)
    kind = chance.choice(["bytes", "index", "cut", "repeat"])
    limit = content.index(b"mdat") if kind == "index" else len(content)
    if kind in {"bytes", "index"}:
        for _ in range(chance.choice([1, 5, 50, 500])):
            content[chance.randrange(limit)] = chance.randrange(256)
    elif kind == "cut":
        del content[chance.randrange(limit) :]
    else:
        start = chance.randrange(limit)
        content[start:start] = content[chance.randrange(limit) :][: chance.randrange(5000)]
    return bytes(content)
