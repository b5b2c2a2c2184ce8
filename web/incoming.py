"""The body of a request, read as it arrives: what came before a link dropped is not lost.

Werkzeug's own stream turns a drop into an error and hands nothing out; the server's stream below
it gives what it has. Under gunicorn the wait for the next bytes is bounded, so that a sender who
vanished without a word (a phone that lost its signal) does not hold its upload for good.
"""

import time
from typing import IO, Any

from flask import Request

PIECE_BYTES = 32 * 1024
"""At most so much of what arrived is lost when a connection is reset."""
_LOOK_S = 1.0
_DRAIN_BYTES = 16 * 1024**2
_DRAIN_S = 10.0
_KEPT = "archive.incoming_body"


class IncomingBody:
    """A body read piece by piece; a drop ends it."""

    def __init__(self, stream: IO[bytes], length: int | None, line: Any = None) -> None:  # noqa: ANN401 - a socket of whatever server runs
        self.length = length
        """Bytes it should have; None: not told."""
        self._stream = stream
        self._line = line
        self._most = length
        self._received = 0
        self._ended = False

    @classmethod
    def of(cls, request: Request) -> "IncomingBody":
        """Take the body of a request; asked again, the same one, as far as it was read."""
        environ = request.environ
        if _KEPT not in environ:
            chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "")
            length = request.content_length
            environ[_KEPT] = cls(
                environ["wsgi.input"],
                None if chunked and length is None else length or 0,
                environ.get("gunicorn.socket"),
            )
        body: IncomingBody = environ[_KEPT]
        return body

    @property
    def is_over(self) -> bool:
        """True once nothing more comes."""
        return self._ended or self._received == self._most

    @property
    def is_whole(self) -> bool:
        """True once all came that was to come."""
        if self.length is None:
            return self._ended or self._received == self._most
        return self._received == self.length

    def stop_after(self, most: int) -> None:
        """Read no more than this of a body whose length was not told."""
        self._most = most

    def read(self) -> bytes | None:
        """Return the next bytes; None: nothing came for a second. Empty only at the end."""
        left = PIECE_BYTES if self._most is None else min(PIECE_BYTES, self._most - self._received)
        if self._line is not None:
            self._line.settimeout(_LOOK_S)
        try:
            piece = self._stream.read(left)
        except TimeoutError:
            return None
        except (OSError, ValueError):
            piece = b""
        finally:
            if self._line is not None:
                self._line.settimeout(None)
        self._received += len(piece)
        self._ended = not piece
        return piece

    def drain(self) -> None:
        """Take in the rest of a refused body, within bounds, so that the sender reads the answer.

        Closing with bytes unread resets the connection (RFC 9112, section 9.6), and the reason
        is lost.
        """
        until = time.monotonic() + _DRAIN_S
        left = _DRAIN_BYTES
        while not self.is_over and left > 0 and time.monotonic() < until:
            left -= len(self.read() or b"")
