"""Draw the pages of a deck as a presenter's screen shows them, with Pillow.

Knows nothing of time. The font is passed in: the tests have only the one inside Pillow, which
has no accents; the benchmark has Inter.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from benchmarks.slides.deck import Page

WIDTH, HEIGHT = 1280, 720

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
FontOf = Callable[[int, bool], Font]
"""Gives a font of a size in pixels, bold or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours, and whether the title stands on a band."""

    paper: str
    ink: str
    accent: str
    muted: str
    band: str = ""
    on_band: str = ""


THEMES = {
    "light": Theme(paper="#ffffff", ink="#1f2430", accent="#0b6b5d", muted="#5c6470"),
    "dark": Theme(paper="#14213d", ink="#f4f4f4", accent="#fca311", muted="#a9b4c8"),
    "header": Theme(
        paper="#f6f8fb", ink="#20262e", accent="#b3261e", muted="#5a6370",
        band="#12508a", on_band="#ffffff",
    ),
    "sand": Theme(paper="#faf3e3", ink="#3a2a18", accent="#8a3b12", muted="#77644c"),
}  # fmt: skip


def packed_font(size: int, bold: bool) -> Font:  # noqa: FBT001 - as FontOf calls it
    """Give the font that Pillow itself carries (Aileron): ASCII only, one weight."""
    del bold
    return ImageFont.load_default(size=size)


def inter(size: int, bold: bool) -> Font:  # noqa: FBT001 - as FontOf calls it
    """Give Inter, of the package `fontpkg-inter`."""
    from fontpkg_inter import ROOT  # noqa: PLC0415 - optional: only for the benchmark

    font = ImageFont.truetype(str(ROOT / "files" / "Inter[opsz,wght].ttf"), size)
    font.set_variation_by_axes([min(max(size, 14), 32), 700 if bold else 430])
    return font


def draw_page(page: Page, font_of: FontOf, *, shown: int | None = None) -> Image.Image:
    """Draw a page, 1280 x 720.

    Args:
        page: What to draw.
        font_of: Where fonts come from.
        shown: How many of its lines stand there yet; all by default.
    """
    theme = THEMES[page.theme]
    image = Image.new("RGB", (WIDTH, HEIGHT), theme.paper)
    lines = page.lines if shown is None else page.lines[:shown]
    draw = ImageDraw.Draw(image)
    if page.layout == "photo":
        image.paste(make_photo(WIDTH, HEIGHT, page.number))
        draw.rectangle((60, 620, 620, 690), fill=theme.paper)
        draw.text((84, 634), page.lines[0], fill=theme.ink, font=font_of(34, False))  # noqa: FBT003
        return image
    _DRAW[page.layout](image, draw, page, lines, theme, font_of)
    if page.footer:
        small = font_of(22, False)  # noqa: FBT003
        draw.text((70, 672), page.footer, fill=theme.muted, font=small)
        draw.text((940, 672), str(page.number), fill=theme.muted, font=small)
    return image


def make_photo(width: int, height: int, seed: int) -> Image.Image:
    """Make something like a photograph: soft blobs of colour, an edge or two, and grain."""
    rng = np.random.default_rng(seed)
    small = rng.integers(20, 235, (9, 16, 3)).astype(np.uint8)
    image = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    chance = random.Random(seed)
    for _ in range(7):
        x, y = chance.randrange(width), chance.randrange(height)
        radius = chance.randrange(20, max(height // 4, 21))
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
    image = image.filter(ImageFilter.GaussianBlur(3))
    grain = rng.normal(0, 6, (height, width, 1))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


def _title(image, draw, page, lines, theme, font_of):  # noqa: ANN001, ANN202
    del image
    draw.rectangle((0, 560, WIDTH, 572), fill=theme.accent)
    draw.text((90, 230), page.title, fill=theme.ink, font=font_of(70, True))  # noqa: FBT003
    for row, line in enumerate(lines):
        draw.text((92, 360 + row * 56), line, fill=theme.muted, font=font_of(36, False))  # noqa: FBT003


def _head(draw, page, theme, font_of):  # noqa: ANN001, ANN202
    if theme.band:
        draw.rectangle((0, 0, WIDTH, 116), fill=theme.band)
    colour = theme.on_band or theme.accent
    draw.text((68, 34), page.title, fill=colour, font=font_of(50, True))  # noqa: FBT003


def _bullets(image, draw, page, lines, theme, font_of):  # noqa: ANN001, ANN202
    del image
    _head(draw, page, theme, font_of)
    pitch = 470 // max(len(page.lines), 4)
    for row, line in enumerate(lines):
        y = 170 + row * pitch
        draw.ellipse((76, y + 14, 92, y + 30), fill=theme.accent)
        draw.text((112, y), line, fill=theme.ink, font=font_of(34, False))  # noqa: FBT003


def _columns(image, draw, page, lines, theme, font_of):  # noqa: ANN001, ANN202
    del image
    _head(draw, page, theme, font_of)
    half = len(page.lines) // 2
    draw.rectangle((638, 170, 642, 600), fill=theme.muted)
    for place, line in enumerate(lines):
        column, row = divmod(place, half)
        draw.text(
            (70 + column * 610, 180 + row * 84), line,
            fill=theme.accent if row == 0 else theme.ink, font=font_of(32, row == 0),
        )  # fmt: skip


def _table(image, draw, page, lines, theme, font_of):  # noqa: ANN001, ANN202
    del image
    _head(draw, page, theme, font_of)
    pitch = 460 // len(page.lines)
    for row, line in enumerate(lines):
        y = 160 + row * pitch
        if row == 0:
            draw.rectangle((60, y, 1220, y + pitch), fill=theme.accent)
        draw.rectangle((60, y, 1220, y + pitch), outline=theme.muted)
        for column, cell in enumerate(line.split("|")):
            draw.text(
                (84 + column * 390, y + pitch / 2), cell, anchor="lm",
                fill=theme.paper if row == 0 else theme.ink, font=font_of(30, row == 0),
            )  # fmt: skip


def _picture(image, draw, page, lines, theme, font_of):  # noqa: ANN001, ANN202
    image.paste(make_photo(540, 400, page.number), (690, 180))
    _bullets(image, draw, page, lines, theme, font_of)


_DRAW = {
    "title": _title,
    "bullets": _bullets,
    "columns": _columns,
    "table": _table,
    "picture": _picture,
}
