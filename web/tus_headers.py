"""What the headers of the tus protocol say: metadata and checksums. See https://tus.io/protocols/resumable-upload."""

import base64
import binascii
import re
from dataclasses import dataclass

from archive.errors import (
    InvalidInputError,
)

ALGORITHMS = ("sha1", "sha256", "md5")
"""Of checksums."""
_KEY = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,64}")
"""ASCII without space and comma (Creation, Upload-Metadata)."""


_MAX_METADATA = 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """What the body of a request should hash to."""

    algorithm: str
    digest: bytes


def read_metadata(header: str) -> dict[str, str]:
    """Read `Upload-Metadata`: keys with values in base64, commas between. Pure.

    Raises:
        InvalidInputError: it cannot be read.
    """
    if len(header) > _MAX_METADATA:
        raise InvalidInputError(f"Upload-Metadata may have {_MAX_METADATA} characters.")
    found: dict[str, str] = {}
    for pair in header.split(",") if header.strip() else ():
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise InvalidInputError(
                "The keys of Upload-Metadata must be ASCII, without space and comma, each once."
            )
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as exc:
            raise InvalidInputError(
                f"The value of {key} in Upload-Metadata is not UTF-8 text in base64."
            ) from exc
    return found


def read_checksum(header: str | None) -> Checksum | None:
    """Read `Upload-Checksum`: an algorithm and a digest in base64. Pure.

    Raises:
        InvalidInputError: it cannot be read, or the algorithm is not one of ours.
    """
    if header is None:
        return None
    algorithm, _, digest = header.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidInputError(f"Upload-Checksum must be one of {', '.join(ALGORITHMS)}.")
    try:
        return Checksum(algorithm=algorithm, digest=base64.b64decode(digest, validate=True))
    except binascii.Error as exc:
        raise InvalidInputError("The digest of Upload-Checksum is not base64.") from exc
