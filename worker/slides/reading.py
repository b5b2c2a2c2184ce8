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
"""Lines below are dropped. Of 237 lines read right in 360p the least sure had 0.87; scripts the
model does not know (Amharic) came out as Latin rubbish at 0.52 to 0.59."""
_SAME_ROW = 0.5
_SMALL = 544
"""Pixels of height, below which a picture is enlarged to find the lines."""
_BULLETS = "•●○◦■□▪▫◆◇►▶➢➤✓✔·∙* \u3000"


class TextReader:
    """PP-OCRv6 with its weights loaded once; about 400 MB. May be shared by threads."""

    def __init__(self) -> None:
        """Prepare it; the weights are loaded when the first picture comes."""
        self._lock = threading.Lock()
        self._engines: dict[bool, Any] = {}

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
            found = self._engine_for(small=height < _SMALL)(pixels)
        if found.boxes is None or not found.txts:
            return ()
        lines = [
            SlideLine(
                text=words,
                confidence=round(float(score), 3),
                box=_box(corners, width, height),
            )
            for text, score, corners in zip(found.txts, found.scores, found.boxes, strict=True)
            if (words := without_bullet(text))
        ]
        return in_reading_order(lines)

    def _engine_for(self, *, small: bool) -> Any:  # noqa: ANN401 - rapidocr has no types
        """Give the engine for a size of picture; a recording needs one of the two."""
        if small not in self._engines:
            from rapidocr import RapidOCR  # noqa: PLC0415 - half a second others need not wait

            self._engines[small] = RapidOCR(
                params={
                    "Global.log_level": "error",  # it warns of every picture without words
                    "Global.use_cls": False,  # for lines that stand on their head
                    "Global.text_score": _SURE,
                    # Finding lines is two thirds of the cost. Both come to about 960 x 544:
                    # 1.0 s of a processor a slide; at 1280 x 736 1.6 s and as many right words.
                    "Det.limit_type": "min" if small else "max",
                    "Det.limit_side_len": _SMALL if small else 960,
                    # In a batch, short lines are stretched to the longest: 211 of 222 words
                    # right instead of 219, and no faster.
                    "Rec.rec_batch_num": 1,
                    # Two take 1.3 s of a processor in place of 0.8 and are no sooner done.
                    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                }
            )
        return self._engines[small]


def without_bullet(text: str) -> str:
    """Drop the mark before a list item, which the reader glues to the word."""
    return " ".join(text.split()).lstrip(_BULLETS)


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
