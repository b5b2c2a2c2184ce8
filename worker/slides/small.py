"""Write the small picture of a slide that stands in the strip under the player."""

from pathlib import Path

import cv2
import numpy as np

from archive.errors import MediaError

MEDIA_TYPE = "image/webp"
_WIDTH = 160
_MAX_HEIGHT = 160
_QUALITY = 30
"""Measured on eight slides of the demo: 1.1 to 1.7 kB each, their titles can be read. On a link of
400 kbit/s Chromium loads up to 14 of them at once; the page is to stay under 60 kB. As JPEG of
the same bytes they were 128 wide."""


def write_small(picture: Path, target: Path) -> Path:
    """Write a picture of a slide small, as WebP; returns where.

    Raises:
        MediaError: It is no picture, or cannot be encoded.
    """
    pixels = cv2.imdecode(np.fromfile(picture, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise MediaError(f"{picture.name} is not a picture that can be read")
    height, width = pixels.shape[:2]
    scale = min(_WIDTH / width, _MAX_HEIGHT / height)
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".webp", small, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
    if not done:
        raise MediaError(f"{target.name} cannot be written as WebP")
    target.write_bytes(encoded.tobytes())
    return target
