"""Measure what is really in a file, from the packets of its streams.

Containers lie about their length or do not say it (recordings of a browser, MP3 of variable
bit rate, cut files); packets do not. One pass of ffprobe reads all packet headers and
decodes nothing: about 1 s for 100,000 packets, an hour of webinar having 250,000.
"""

import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from archive.errors import MediaError
from worker.media.run import run_ffprobe
from worker.media.tools import Tools

_FIELDS = ("stream_index", "pts_time", "dts_time", "duration_time", "size", "flags")
# aresample fills from 100 ms on; packets of some containers have no duration and up to 64 ms.
_GAP_S = 0.15
# ffmpeg's own -dts_delta_threshold: a transport stream whose clock jumps by more goes on.
_JUMP_S = 10.0
_STEPS_KEPT = 64


@dataclass(slots=True, kw_only=True)
class StreamPackets:
    """What the packets of one stream say. Seconds, on the file's own clock."""

    count: int = 0
    start_s: float = 0.0
    end_s: float = 0.0
    largest_gap_s: float = 0.0
    """The longest stretch between the end of a packet and the next one."""
    largest_step_s: float = 0.0
    """The longest stretch between the starts of two packets."""
    key_frame_gap_s: float = 0.0
    """The longest stretch without a key frame."""
    sizes: set[int] = field(default_factory=set)
    """The sizes met, in bytes, at most a handful: enough to tell a constant bit rate."""
    _last_key_s: float | None = None
    _last_s: float = -math.inf
    _first_steps_s: list[float] = field(default_factory=list)

    def add(self, *, pts_s: float, duration_s: float, size_bytes: int, is_key: bool) -> None:
        """Count one packet."""
        if not self.count:
            self.start_s = self.end_s = pts_s
        self.count += 1
        self.start_s = min(self.start_s, pts_s)
        self.largest_gap_s = max(self.largest_gap_s, pts_s - self.end_s)
        if self.count > 1:
            step_s = pts_s - self._last_s
            self.largest_step_s = max(self.largest_step_s, step_s)
            if len(self._first_steps_s) < _STEPS_KEPT:
                self._first_steps_s.append(step_s)
        self._last_s = max(self._last_s, pts_s)
        self.end_s = max(self.end_s, pts_s + duration_s)
        since_key_s = pts_s - (self.start_s if self._last_key_s is None else self._last_key_s)
        self.key_frame_gap_s = max(self.key_frame_gap_s, since_key_s)
        if is_key:
            self._last_key_s = pts_s
        if len(self.sizes) < 8:  # noqa: PLR2004 - a handful, see above
            self.sizes.add(size_bytes)

    def has_gaps(self, *, compressed: bool) -> bool:
        """Tell whether something is missing in the middle.

        An MP4 stretches the duration of the packet before a gap up to the next packet, so for
        compressed sound, whose packets are all about as long, the steps are looked at.
        """
        gap_s = self.largest_gap_s
        if compressed and self._first_steps_s:
            gap_s = max(gap_s, self.largest_step_s - statistics.median(self._first_steps_s))
        return gap_s > _GAP_S

    @property
    def constant_size(self) -> bool:
        """Whether all packets are as large, give or take the padding byte of MP3."""
        return not self.sizes or max(self.sizes) - min(self.sizes) <= 1


def measure_packets(
    source: Path, tools: Tools, *, clock_may_jump: bool
) -> tuple[dict[int, StreamPackets], str]:
    """Read all packets of a file.

    Args:
        source: The file.
        tools: Where ffprobe is.
        clock_may_jump: The container allows jumps of its clock (MPEG streams), which a player
            passes over.

    Returns:
        The streams that have packets, by index, and the error that ended reading early, or "".
    """
    streams: dict[int, StreamPackets] = {}
    lines = run_ffprobe(
        tools, ["-show_entries", f"packet={','.join(_FIELDS)}", "-of", "csv=p=0"], source
    )
    try:
        _add_lines(streams, lines, clock_may_jump=clock_may_jump)
    except MediaError as exc:
        return streams, str(exc)
    return streams, ""


def _add_lines(
    streams: dict[int, StreamPackets], lines: Iterable[str], *, clock_may_jump: bool
) -> None:
    shift_s = 0.0
    ends_s: dict[int, float] = {}  # by stream, in decoding order
    for line in lines:
        cells = line.split(",")
        if len(cells) < len(_FIELDS):
            continue  # an empty line stands where a packet has side data
        flags = cells[5]
        dts_s = _seconds(cells[2])
        pts_s = _seconds(cells[1])
        time_s = dts_s if pts_s is None else pts_s
        if time_s is None or "D" in flags:  # discarded: before the start of an edit list
            continue
        index, duration_s = int(cells[0]), _seconds(cells[3]) or 0.0
        if clock_may_jump:
            decode_s = (time_s if dts_s is None else dts_s) + shift_s
            expected_s = ends_s.get(index, decode_s)
            if abs(decode_s - expected_s) > _JUMP_S:
                shift_s += expected_s - decode_s
                decode_s = expected_s
            ends_s[index] = decode_s + duration_s
        streams.setdefault(index, StreamPackets()).add(
            pts_s=time_s + shift_s,
            duration_s=duration_s,
            size_bytes=int(cells[4]) if cells[4].isdecimal() else 0,
            is_key=flags.startswith("K"),
        )


def _seconds(cell: str) -> float | None:
    """Read a time of ffprobe's; it writes N/A for none."""
    try:
        return float(cell)
    except ValueError:
        return None
