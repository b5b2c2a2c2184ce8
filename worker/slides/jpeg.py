"""Write the picture of a slide as a small JPEG."""

from pathlib import Path

import cv2

from archive.errors import MediaError
from worker.slides.looks import Picture

_QUALITIES = (78, 66, 54, 42)
_MAX_BYTES = 70_000
"""1.4 s on a link of 400 kbit/s. Slides of text are 35 to 60 kB at the first quality."""


def write_jpeg(picture: Picture, path: Path) -> None:
    """Write it aside and rename; smaller quality where it would be large.

    Raises:
        MediaError: The picture cannot be encoded.
    """
    aside = path.with_name(f"{path.name}.part")
    for quality in _QUALITIES:
        done, encoded = cv2.imencode(
            ".jpg",
            picture,
            [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1,
             cv2.IMWRITE_JPEG_PROGRESSIVE, 1],
        )  # fmt: skip
        if not done:
            raise MediaError(f"{path.name} cannot be written as JPEG")
        if encoded.nbytes <= _MAX_BYTES:
            break
    aside.write_bytes(encoded.tobytes())
    aside.replace(path)
