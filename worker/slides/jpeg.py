"""Make a small JPEG of the picture of a slide."""

from pathlib import Path

import cv2
import numpy as np

from archive.errors import MediaError
from worker.slides.looks import Picture

_QUALITIES = (78, 66, 54, 42)
_MAX_BYTES = 70_000
"""1.4 s on a link of 400 kbit/s. The benchmark's slides have 25 to 68 kB."""


def encode_jpeg(picture: Picture) -> bytes:
    """Encode it; with smaller quality where it would be large.

    Raises:
        MediaError: The picture cannot be encoded.
    """
    encoded = np.empty(0, np.uint8)
    for quality in _QUALITIES:
        options = [
            *(cv2.IMWRITE_JPEG_QUALITY, quality),
            *(cv2.IMWRITE_JPEG_OPTIMIZE, 1),
            *(cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
        ]
        done, encoded = cv2.imencode(".jpg", picture, options)
        if not done:
            height, width = picture.shape[:2]
            raise MediaError(f"a picture of {width} x {height} cannot be written as JPEG")
        if encoded.nbytes <= _MAX_BYTES:
            break
    return encoded.tobytes()


def write_whole(content: bytes, path: Path) -> None:
    """Write a file aside and rename."""
    aside = path.with_name(f"{path.name}.part")
    aside.write_bytes(content)
    aside.replace(path)
