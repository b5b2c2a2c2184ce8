"""Read the words on a picture of a slide with PP-OCRv6, which knows Latin and Chinese script.

The weights lie in the package `rapidocr`; nothing is fetched. Knows nothing of video.
"""

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from archive.errors import MediaError
from worker.slides.values import Box, SlideLine

_SURE = 0.7
"""Lines below are dropped. Right lines had 0.93 and more, down to 360p; scripts the model does
not know (Amharic) came out as Latin rubbish at 0.52 to 0.59."""
_SAME_ROW = 0.5


class TextReader:
    """PP-OCRv6 with its weights loaded once; about 400 MB. May be shared by threads."""

    def __init__(self, *, threads: int = 1) -> None:
        """Load it.

        Args:
            threads: How many processors it may use.
        """
        from rapidocr import RapidOCR  # noqa: PLC0415 - half a second that others do not wait

        self._lock = threading.Lock()
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "error",  # it says "the text detection result is empty"
                "Global.use_cls": False,  # for lines that stand on their head
                "Global.text_score": _SURE,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, picture: Path | NDArray[np.uint8]) -> tuple[SlideLine, ...]:
        """Read a picture.

        Args:
            picture: A file, or uint8, (height, width, 3), blue green red.

        Returns:
            The lines in reading order; none when there are no words.

        Raises:
            MediaError: The file is no picture.
        """
        pixels = _load(picture) if isinstance(picture, Path) else picture
        height, width = pixels.shape[:2]
        with self._lock:
            found = self._engine(pixels)
        if found.boxes is None or not found.txts:
            return ()
        lines = [
            SlideLine(
                text=" ".join(text.split()),
                confidence=round(float(score), 3),
                box=_box(corners, width, height),
            )
            for text, score, corners in zip(found.txts, found.scores, found.boxes, strict=True)
            if text.strip()
        ]
        return in_reading_order(lines)


def in_reading_order(lines: Iterable[SlideLine]) -> tuple[SlideLine, ...]:
    """Put lines in order: rows from the top, within a row from the left.

    Lines whose middles are less than half a line apart are one row, so a table is read row by
    row.
    """
    rows: list[list[SlideLine]] = []
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3]):
        if rows and _in_row(line, rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(line for row in rows for line in sorted(row, key=lambda line: line.box[0]))


def _in_row(line: SlideLine, row: Sequence[SlideLine]) -> bool:
    first = row[0].box
    middle = (line.box[1] + line.box[3]) / 2
    return middle - (first[1] + first[3]) / 2 < _SAME_ROW * min(
        first[3] - first[1], line.box[3] - line.box[1]
    )


def _box(corners: NDArray[np.float32], width: int, height: int) -> Box:
    scaled = np.clip(corners / (width, height), 0.0, 1.0)
    (left, top), (right, bottom) = scaled.min(axis=0), scaled.max(axis=0)
    return (
        round(float(left), 4), round(float(top), 4),
        round(float(right), 4), round(float(bottom), 4),
    )  # fmt: skip


def _load(path: Path) -> NDArray[np.uint8]:
    pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise MediaError(f"{path.name} is not a picture that can be read")
    return np.asarray(pixels, np.uint8)
