"""A line that drops: a TCP proxy that cuts connections and counts which bytes of a file passed.

It reads just enough HTTP of what the sender says to know the offset and length of each PATCH.
"""

import asyncio
import random
import re
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Self

_PIECE = 32 * 1024
_BYTES_A_SECOND = 40 * 1024**2
"""A line without a speed would have taken in a whole request before the server's answer to its
head comes back; forty times that of a fast one still is a line."""


@dataclass
class Count:
    """What passed the line towards the server."""

    size: int
    cuts: int = 0
    """Connections that were cut while bytes of the file were under way."""
    repeats: list[int] = field(default_factory=list)
    """How many bytes of each PATCH had passed before."""
    passed: int = 0
    """Bytes of the file in all."""
    furthest: int = 0
    floor: int = 0
    """The furthest byte when the present PATCH began."""
    pieces: list[tuple[int, int]] = field(default_factory=list)
    """Where each piece that passed begins and ends in the file."""

    @property
    def most_often(self) -> int:
        """How often that byte passed that passed most often."""
        ends = [(begin, 1) for begin, _ in self.pieces] + [(end, -1) for _, end in self.pieces]
        return max(accumulate(step for _, step in sorted(ends)), default=0)

    def begin(self) -> None:
        """Note that a PATCH begins."""
        self.floor = self.furthest
        self.repeats.append(0)

    def note(self, offset: int, length: int) -> None:
        """Note bytes that passed."""
        self.passed += length
        self.repeats[-1] += max(min(offset + length, self.floor) - offset, 0)
        self.furthest = max(self.furthest, offset + length)
        self.pieces.append((offset, offset + length))


class Line:
    """The proxy, in a thread of its own."""

    def __init__(self, server_port: int, *, size: int, cuts_at: Sequence[int], seed: int) -> None:
        self.count = Count(size)
        self._server_port = server_port
        self._cuts_at = sorted(cuts_at)
        self._dice = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_exc: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._connected, "127.0.0.1", 0, limit=1024**2)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
            upward: socket.socket = up_writer.get_extra_info("socket")
            upward.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _PIECE)
            up_writer.transport.set_write_buffer_limits(high=0)
        except OSError:
            writer.transport.abort()
            return
        back = asyncio.ensure_future(_pipe(up_reader, writer))
        try:
            await self._forward(reader, up_writer)
        except (_CutError, OSError, asyncio.IncompleteReadError, asyncio.CancelledError) as exc:
            if isinstance(exc, _CutError) and self._dice.random() < 0.5:
                # A reset; else the plain end below.
                writer.transport.abort()
                up_writer.transport.abort()
        finally:
            back.cancel()
            for one in (writer, up_writer):
                one.close()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass request after request of one connection on."""
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(head)
            await writer.drain()
            length = _number(head, b"Content-Length") or 0
            offset = _number(head, b"Upload-Offset")
            counted = head.startswith(b"PATCH") and offset is not None
            if counted and offset is not None:
                self.count.begin()
            while length:
                piece = await reader.read(min(_PIECE, length))
                if not piece:
                    return
                if counted and offset is not None:
                    piece = self._until_cut(piece)
                writer.write(piece)
                await writer.drain()
                length -= len(piece)
                if counted and offset is not None and piece:
                    self.count.note(offset, len(piece))
                    offset += len(piece)
                    await asyncio.sleep(len(piece) / _BYTES_A_SECOND)
                if counted and self._cuts_at and self.count.passed >= self._cuts_at[0]:
                    self._cuts_at.pop(0)
                    self.count.cuts += 1
                    raise _CutError

    def _until_cut(self, piece: bytes) -> bytes:
        """Let a piece through as far as the next cut."""
        if not self._cuts_at:
            return piece
        return piece[: max(self._cuts_at[0] - self.count.passed, 1)]


class _CutError(Exception):
    """The line drops."""


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()


def _number(head: bytes, name: bytes) -> int | None:
    found = re.search(rb"(?im)^" + name + rb": *(\d+)", head)
    return int(found[1]) if found else None
