"""Send files to an archive on another machine by tus, resuming: for `deposit --server`.

A small client of our own on `requests`, which is here anyway and knows proxies and an institution's
own certificates. tuspy was looked at: it reads each chunk on a new connection, waits a fixed time,
and gives up for good on what passes; it is what the server is tested with.

What is unfinished is asked of the server, so nothing is kept here: the same command, started again
after whatever happened, goes on.
"""

import base64
import hashlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from archive.errors import InvalidInputError, UploadError
from archive.storage import format_bytes
from archive.timecode import format_duration

CHUNK_BYTES = 4 * 1024**2
_UPLOADS = "/api/v1/uploads"
_VERSION = "1.0.0"
_TIMEOUT_S = (20.0, 120.0)
_PAUSES_S = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_PATIENCE_S = 3600.0
"""How long a link may be down before the command gives up; what arrived stays there."""
_PIECE_BYTES = 64 * 1024
_AGAIN = frozenset((408, 409, 423, 425, 429, 460, 500, 502, 503, 504))
_SPEED_OVER_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a file that was sent."""

    recording_id: int
    url: str
    existing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Far:
    """How far a file is."""

    sent_bytes: int
    total_bytes: int
    bytes_a_second: float | None
    waiting: bool = False

    def __str__(self) -> str:
        """Say it in one line."""
        line = (
            f"{self.sent_bytes / self.total_bytes:4.0%}  "
            f"{format_bytes(self.sent_bytes)} of {format_bytes(self.total_bytes)}"
        )
        if self.waiting:
            return f"{line}, no connection; it goes on by itself"
        if not self.bytes_a_second:
            return line
        left_s = (self.total_bytes - self.sent_bytes) / self.bytes_a_second
        return (
            f"{line}, {format_bytes(round(self.bytes_a_second))} a second, "
            f"{format_duration(round(left_s * 1000))} left"
        )


class ArchiveServer:
    """An archive elsewhere, spoken to with a token."""

    def __init__(
        self,
        address: str,
        token: str,
        *,
        pause: Callable[[float], None] = time.sleep,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        if not address.startswith(("http://", "https://")):
            raise InvalidInputError(
                f"{address!r} is no address of an archive; it must start with http:// or https://"
            )
        self._address = address.rstrip("/")
        self._pause = pause
        self._patience_s = patience_s
        self._waits: Callable[[], None] = lambda: None
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"

    def send(
        self,
        path: Path,
        *,
        fields: Mapping[str, str],
        captions: Path | None = None,
        progress: Callable[[Far], None],
    ) -> Sent:
        """Send a file with its description; one that was begun goes on.

        Raises:
            InvalidInputError: it cannot be read, or the server does not take it as it is.
            UploadError: the server could not be reached for an hour.
        """
        try:
            size = path.stat().st_size
        except OSError as exc:
            raise InvalidInputError(f"{path} cannot be read: {exc.strerror}") from exc
        if not size:
            raise InvalidInputError(f"{path} is empty; choose the recording itself.")
        meter = _Meter(size, progress)
        self._waits = meter.waits
        fingerprint = _fingerprint(path)
        address = self._begun(fingerprint, size) or self._begin(path, size, fingerprint)
        if fields:
            self._expect(self._call("PUT", f"{address}/draft", json=dict(fields)))
        if captions is not None:
            self._send_captions(address, captions)
        self._send_bytes(address, path, size, meter)
        return self._became(address, path)

    def _begun(self, fingerprint: str, size: int) -> str | None:
        """Find an unfinished upload of the same file."""
        told = self._expect(self._call("GET", f"{_UPLOADS}/under-way"))
        for upload in told["uploads"]:
            if upload["fingerprint"] == fingerprint and upload["length"] == size:
                return str(upload["upload_url"])
        return None

    def _begin(self, path: Path, size: int, fingerprint: str) -> str:
        metadata = {"filename": path.name, "fingerprint": fingerprint}
        written = ",".join(
            f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in metadata.items()
        )
        answer = self._call(
            "POST", _UPLOADS, headers={"Upload-Length": str(size), "Upload-Metadata": written}
        )
        self._expect(answer)
        # Its path only: behind a proxy the server may know itself by another name.
        return "/" + answer.headers["Location"].split("/", 3)[3]

    def _send_captions(self, address: str, path: Path) -> None:
        try:
            content = path.read_bytes()
        except OSError as exc:
            raise InvalidInputError(f"{path} cannot be read: {exc.strerror}") from exc
        self._expect(
            self._call("PUT", f"{address}/captions", params={"name": path.name}, content=content)
        )

    def _send_bytes(self, address: str, path: Path, size: int, meter: "_Meter") -> None:
        """Send what is missing, part after part."""
        offset = self._offset(address)
        with path.open("rb") as file:
            while offset < size:
                meter.reached(offset)
                file.seek(offset)
                part = file.read(min(CHUNK_BYTES, size - offset))
                if not part:
                    raise InvalidInputError(f"{path} became shorter while it was sent.")
                answer = self._try_once(
                    "PATCH",
                    address,
                    headers={
                        "Content-Type": "application/offset+octet-stream",
                        "Upload-Offset": str(offset),
                    },
                    data=_Told(part, offset, meter),
                )
                if answer is not None and answer.status_code == 204:  # noqa: PLR2004 - No Content
                    offset = int(answer.headers["Upload-Offset"])
                    continue
                if answer is not None and answer.status_code not in _AGAIN:
                    self._expect(answer)
                offset = self._offset(address)
        meter.reached(size)

    def _offset(self, address: str) -> int:
        """Ask how many bytes are there, for as long as it takes."""
        answer = self._call("HEAD", address)
        if not answer.ok:
            # An answer to HEAD has no body: what is wrong is asked for.
            self._expect(self._call("GET", address))
            raise InvalidInputError("The upload is not there any more; start the command again.")
        return int(answer.headers["Upload-Offset"])

    def _became(self, address: str, path: Path) -> Sent:
        """Wait until the server has put the file away, and see that it is the same."""
        for pause_s in (*_PAUSES_S[1:], *([30.0] * 60)):
            told = self._expect(self._call("GET", address))
            if told["state"] == "finished":
                if told["sha256"] != _sha256(path):
                    raise InvalidInputError(
                        f"{path} was changed while it was sent: the archive has other bytes. See "
                        f"{self._address}{told['url']}, and send it again."
                    )
                return Sent(
                    recording_id=told["recording_id"],
                    url=self._address + told["url"],
                    existing=told["existing"],
                )
            if told["state"] == "refused":
                raise InvalidInputError(told["problem"])
            self._pause(pause_s)
        raise UploadError("All bytes are there, but the archive has not put the file away yet.")

    def _call(self, method: str, path: str, **request: Any) -> requests.Response:  # noqa: ANN401 - what requests takes
        """Send a request again and again until there is an answer that counts."""
        if "content" in request:
            request["data"] = request.pop("content")
        for pause_s in _pauses(self._patience_s):
            answer = self._try_once(method, path, **request)
            if answer is not None and answer.status_code not in _AGAIN:
                return answer
            self._waits()
            self._pause(pause_s)
        raise UploadError(
            f"{self._address} could not be reached for {self._patience_s / 60:.0f} minutes. What "
            "arrived is kept there: start the same command again to go on."
        )

    def _try_once(self, method: str, path: str, **request: Any) -> requests.Response | None:  # noqa: ANN401 - what requests takes
        headers = {"Tus-Resumable": _VERSION, **request.pop("headers", {})}
        try:
            return self._session.request(
                method,
                self._address + path,
                headers=headers,
                timeout=_TIMEOUT_S,
                allow_redirects=False,
                **request,
            )
        except requests.exceptions.SSLError as exc:
            raise UploadError(
                f"The certificate of {self._address} cannot be trusted ({exc}). Where an "
                "institution has its own, name it in REQUESTS_CA_BUNDLE."
            ) from exc
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidHeader) as exc:
            raise InvalidInputError(f"The address or the token cannot be used: {exc}") from exc
        except requests.RequestException:
            return None

    def _expect(self, answer: requests.Response) -> Any:  # noqa: ANN401 - JSON
        """Return what an answer says.

        Raises:
            InvalidInputError: the server refuses; in its own words.
        """
        try:
            said = answer.json() if answer.content else {}
        except ValueError as exc:
            raise InvalidInputError(
                f"{self._address} does not answer like an archive (status {answer.status_code})."
            ) from exc
        if not answer.ok:
            words = said.get("error") if isinstance(said, dict) else None
            raise InvalidInputError(words or f"The server answered {answer.status_code}.")
        return said


class _Told:
    """A part of a file that tells how much of it was handed to the network."""

    def __init__(self, part: bytes, offset: int, meter: "_Meter") -> None:
        self._part, self._offset, self._meter = part, offset, meter

    def __len__(self) -> int:
        return len(self._part)

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self._part), _PIECE_BYTES):
            yield self._part[at : at + _PIECE_BYTES]
            self._meter.reached(self._offset + min(at + _PIECE_BYTES, len(self._part)))


class _Meter:
    """Tells how far a file is and how fast it goes."""

    def __init__(self, total: int, progress: Callable[[Far], None]) -> None:
        self._total, self._progress = total, progress
        self._marks: list[tuple[float, int]] = []

    def reached(self, sent: int) -> None:
        now_s = time.monotonic()
        self._marks.append((now_s, sent))
        while len(self._marks) > 2 and now_s - self._marks[1][0] > _SPEED_OVER_S:  # noqa: PLR2004 - two marks make a speed
            self._marks.pop(0)
        since_s, before = self._marks[0]
        took_s = now_s - since_s
        speed = (sent - before) / took_s if took_s > 1.0 and sent > before else None
        self._progress(Far(sent_bytes=sent, total_bytes=self._total, bytes_a_second=speed))

    def waits(self) -> None:
        sent = self._marks[-1][1] if self._marks else 0
        self._marks = self._marks[-1:]
        self._progress(
            Far(sent_bytes=sent, total_bytes=self._total, bytes_a_second=None, waiting=True)
        )


def show_progress(name: str) -> Callable[[Far], None]:
    """Return what shows on standard error how far a file is: a line that changes, or few lines."""
    terminal = sys.stderr.isatty()
    shown = [(-1, False)]

    def show(far: Far) -> None:
        if terminal:
            end = "\n" if far.sent_bytes == far.total_bytes else ""
            print(f"\r\033[K{name}  {far}", end=end, file=sys.stderr, flush=True)
            return
        now = (far.sent_bytes * 10 // far.total_bytes, far.waiting)
        if now != shown[0]:
            shown[0] = now
            print(f"{name}  {far}", file=sys.stderr, flush=True)

    return show


def _fingerprint(path: Path) -> str:
    """Tell a file from another by where it is, how large, and when it last changed."""
    found = path.stat()
    place = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:16]
    return f"command-{place}-{found.st_size}-{found.st_mtime_ns}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pauses(patience_s: float) -> Iterator[float]:
    """Give the pauses between attempts until patience has ended."""
    until_s = time.monotonic() + patience_s
    number = 0
    while time.monotonic() < until_s:
        yield _PAUSES_S[min(number, len(_PAUSES_S) - 1)]
        number += 1
