"""The slides of a recording: found in its picture or given as a PDF, each with its words.

A library of the worker's: the pipeline calls it and keeps what it gives. Knows no tables.
"""

from worker.slides.finding import find_slides
from worker.slides.pdf import PdfPage, render_pdf
from worker.slides.reading import TextReader
from worker.slides.values import FoundSlide, SlideLine, lines_to_json

__all__ = [
    "FoundSlide",
    "PdfPage",
    "SlideLine",
    "TextReader",
    "find_slides",
    "lines_to_json",
    "render_pdf",
]
