"""The pictures of the demo: slides, and the card that shows who is speaking.

Drawn with Pillow in the colours of the site. Everything is drawn at twice its size and
scaled down, for smooth edges. Knows nothing of time; `make_demo` decides what is shown when.
"""

from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageFont

from scripts.demo_script import Script, Slide, Speaker

WIDTH, HEIGHT = 1280, 720
CARD_BOX = (848, 582, 1226, 678)
"""Where the speaker's card lies on a slide: left, top, right, bottom; all even, for 4:2:0."""
LEVELS = 5
"""How many heights the card's sound bars have, silence included."""

_SCALE = 2
_PAPER, _RAISED, _INK, _MUTED, _LINE = "#fbfaf7", "#ffffff", "#17211f", "#5a6764", "#dcdfda"
_ACCENT, _ACCENT_SOFT, _ON_ACCENT_SOFT = "#0b6b5d", "#e2f1ed", "#bfe0d8"
_LEFT = 84
_BAR_SHAPES = ((6, 6, 6, 6), (8, 14, 12, 8), (14, 22, 18, 12), (18, 32, 26, 18), (24, 40, 34, 26))


class _Canvas:
    """A picture drawn in final pixels on twice as many."""

    def __init__(self, width: int, height: int, colour: str) -> None:
        self.image = Image.new("RGB", (width * _SCALE, height * _SCALE), colour)
        self._draw = ImageDraw.Draw(self.image)

    def text(self, at: tuple[float, float], words: str, font: "_Font", colour: str) -> None:
        """Write from the left end of the baseline."""
        place = (at[0] * _SCALE, at[1] * _SCALE)
        self._draw.text(place, words, fill=colour, font=font.scaled, anchor="ls")

    def centred(self, at: tuple[float, float], words: str, font: "_Font", colour: str) -> None:
        """Write around a middle."""
        place = (at[0] * _SCALE, at[1] * _SCALE)
        self._draw.text(place, words, fill=colour, font=font.scaled, anchor="mm")

    def box(
        self, box: tuple[float, float, float, float], radius: float, fill: str, line: str = ""
    ) -> None:
        """Draw a rectangle with round corners."""
        scaled = tuple(edge * _SCALE for edge in box)
        self._draw.rounded_rectangle(
            scaled, radius * _SCALE, fill=fill, outline=line or None, width=_SCALE
        )

    def circle(self, middle: tuple[float, float], radius: float, fill: str) -> None:
        """Draw a filled circle."""
        x, y = middle
        self.box((x - radius, y - radius, x + radius, y + radius), radius, fill)

    def polygon(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """Draw a filled polygon."""
        self._draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=fill)

    def stroke(self, points: Sequence[tuple[float, float]], width: float, colour: str) -> None:
        """Draw a thick line with round ends and joints."""
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self._draw.line(scaled, fill=colour, width=round(width * _SCALE), joint="curve")
        for point in points:
            self.circle(point, width / 2, colour)

    def finished(self) -> Image.Image:
        """Give the picture at its final size."""
        size = (self.image.width // _SCALE, self.image.height // _SCALE)
        return self.image.resize(size, Image.Resampling.LANCZOS)


class _Font:
    """Inter at a size and weight; widths are in final pixels."""

    def __init__(self, size: int, weight: int) -> None:
        from fontpkg_inter import ROOT  # noqa: PLC0415 - optional: only needed to draw again

        path = ROOT / "files" / "Inter[opsz,wght].ttf"
        self.scaled = ImageFont.truetype(str(path), size * _SCALE)
        self.scaled.set_variation_by_axes([min(max(size, 14), 32), weight])

    def width(self, words: str) -> float:
        """Measure a line."""
        return self.scaled.getlength(words) / _SCALE


def draw_slide(script: Script, slide: Slide) -> Image.Image:
    """Draw a slide without the speaker's card."""
    return _draw_content(script, slide) if slide.bullets else _draw_title(script, slide)


def draw_card(speaker: Speaker, level: int) -> Image.Image:
    """Draw the card of who speaks, `CARD_BOX` in size, transparent outside its corners.

    Args:
        speaker: Whose it is.
        level: How loud the voice is at the moment, 0 to `LEVELS` - 1.
    """
    width, height = CARD_BOX[2] - CARD_BOX[0], CARD_BOX[3] - CARD_BOX[1]
    canvas = _Canvas(width, height, _LINE)
    canvas.box((1, 1, width - 1, height - 1), 13, _RAISED)
    canvas.box((1, 1, 60, height - 1), 13, speaker.colour)
    canvas.box((48, 1, 97, height - 1), 0, speaker.colour)
    canvas.circle((48, 37), 18, "#ffffff")
    canvas.box((16, 62, 80, height - 1), 30, "#ffffff")
    canvas.box((16, 80, 80, height - 1), 0, "#ffffff")
    canvas.text((114, 46), speaker.name, _Font(24, 650), _INK)
    canvas.text((114, 74), speaker.role, _Font(18, 450), _MUTED)
    for place, bar in enumerate(_BAR_SHAPES[level]):
        x = width - 54 + place * 10
        canvas.box((x, height / 2 - bar / 2, x + 6, height / 2 + bar / 2), 3, speaker.colour)
    card = canvas.finished()
    mask = _Canvas(width, height, "#000000")
    mask.box((0, 0, width - 0.5, height - 0.5), 14, "#ffffff")
    card.putalpha(mask.finished().convert("L"))
    return card


def _draw_title(script: Script, slide: Slide) -> Image.Image:
    canvas = _Canvas(WIDTH, HEIGHT, _ACCENT)
    canvas.text((_LEFT, 112), script.series, _Font(30, 550), _ON_ACCENT_SOFT)
    font = _Font(88, 750)
    lines = _wrap(slide.title, font, 940)
    for row, line in enumerate(lines):
        canvas.text((_LEFT - 4, 240 + row * 104), line, font, "#ffffff")
    y = 240 + len(lines) * 104 - 46
    canvas.box((_LEFT, y, _LEFT + 96, y + 8), 4, _ON_ACCENT_SOFT)
    for row, speaker in enumerate(script.speakers):
        canvas.text((_LEFT, y + 84 + row * 50), speaker.name, _Font(32, 600), "#ffffff")
    return canvas.finished()


def _draw_content(script: Script, slide: Slide) -> Image.Image:
    canvas = _Canvas(WIDTH, HEIGHT, _PAPER)
    canvas.box((0, 0, 20, HEIGHT), 0, _ACCENT)
    canvas.text((_LEFT, 74), script.series, _Font(24, 550), _MUTED)
    canvas.text((_LEFT - 3, 168), slide.title, _Font(66, 750), _INK)
    canvas.box((_LEFT, 200, _LEFT + 84, 207), 3.5, _ACCENT)
    font = _Font(44, 500)
    pitch = {3: 84, 4: 78}.get(len(slide.bullets), 68)
    for row, bullet in enumerate(slide.bullets):
        y = 292 + row * pitch
        canvas.circle((_LEFT + 9, y - 15), 9, _ACCENT)
        canvas.text((_LEFT + 44, y), bullet, font, _INK)
    if slide.note:
        note = _Font(32, 600)
        canvas.box((_LEFT, 600, _LEFT + note.width(slide.note) + 56, 664), 32, _ACCENT_SOFT)
        canvas.text((_LEFT + 28, 643), slide.note, note, _ACCENT)
    canvas.circle((1122, 372), 104, _ACCENT_SOFT)
    _draw_icon(canvas, slide.icon, 1122, 372)
    return canvas.finished()


def _draw_icon(canvas: _Canvas, name: str, x: int, y: int) -> None:
    drawings: dict[str, Callable[[_Canvas, int, int], None]] = {
        "warning": _draw_warning,
        "bolt": _draw_bolt,
        "thermometer": _draw_thermometer,
        "drop": _draw_drop,
        "check": _draw_check,
    }
    if name in drawings:
        drawings[name](canvas, x, y)
    else:
        canvas.centred((x, y), name, _Font(92, 750), _ACCENT)


def _draw_warning(canvas: _Canvas, x: int, y: int) -> None:
    corners = [(x, y - 50.0), (x + 54, y + 40), (x - 54, y + 40), (x, y - 50)]
    canvas.polygon(corners, _ACCENT)
    canvas.stroke(corners, 22, _ACCENT)
    canvas.stroke([(x, y - 26), (x, y + 8)], 12, _ACCENT_SOFT)
    canvas.circle((x, y + 32), 7.5, _ACCENT_SOFT)


def _draw_bolt(canvas: _Canvas, x: int, y: int) -> None:
    shape = [(14, -66), (-40, 12), (-4, 12), (-14, 66), (40, -14), (4, -14)]
    canvas.polygon([(x + dx, y + dy) for dx, dy in shape], _ACCENT)


def _draw_thermometer(canvas: _Canvas, x: int, y: int) -> None:
    canvas.stroke([(x, y - 48), (x, y + 30)], 40, _ACCENT)
    canvas.circle((x, y + 38), 34, _ACCENT)
    canvas.stroke([(x, y - 48), (x, y + 30)], 20, _ACCENT_SOFT)
    canvas.circle((x, y + 38), 22, _ACCENT_SOFT)
    canvas.stroke([(x, y - 18), (x, y + 30)], 10, _ACCENT)
    canvas.circle((x, y + 38), 15, _ACCENT)


def _draw_drop(canvas: _Canvas, x: int, y: int) -> None:
    canvas.circle((x, y + 20), 44, _ACCENT)
    # The tangents from the tip to the circle touch it where its radius is at right angles.
    canvas.polygon([(x, y - 68), (x + 38.1, y - 2), (x - 38.1, y - 2)], _ACCENT)


def _draw_check(canvas: _Canvas, x: int, y: int) -> None:
    canvas.stroke([(x - 46, y + 2), (x - 12, y + 36), (x + 48, y - 34)], 24, _ACCENT)


def _wrap(words: str, font: _Font, width: float) -> list[str]:
    """Break a line where it would grow wider than allowed."""
    lines: list[str] = []
    for word in words.split():
        if lines and font.width(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
