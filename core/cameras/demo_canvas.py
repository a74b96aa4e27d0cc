"""A canvas measured in centimeters on which the label art of the demo shop is drawn."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.cameras.demo_products import Color
from core.frames import Pixels

SCALE = 48.0
"""Pixels a centimeter of drawn art: enough for a counter shown in 4K; smoothness comes from shrinking it."""

Point = tuple[float, float]
"""x, y in centimeters from the top left corner of the canvas."""


def blend(first: Color, second: Color, share: float) -> Color:
    """The color ``share`` (0–1) of the way from the first to the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def ellipse_points(x: float, y: float, rx: float, ry: float, *, angle: float = 0.0, steps: int = 40) -> list[Point]:
    """The outline of an ellipse with half axes ``rx``, ``ry``, turned clockwise by ``angle`` degrees."""
    turn = math.radians(angle)
    points = []
    for step in range(steps):
        a = 2 * math.pi * step / steps
        dx, dy = rx * math.cos(a), ry * math.sin(a)
        points.append((x + dx * math.cos(turn) - dy * math.sin(turn), y + dx * math.sin(turn) + dy * math.cos(turn)))
    return points


class Canvas:
    """An RGB picture of ``width`` × ``length`` centimeters; every place and size is in centimeters."""

    def __init__(self, width: float, length: float, ground: Color) -> None:
        self.width = width
        self.length = length
        self._image = Image.new("RGB", (round(width * SCALE), round(length * SCALE)), ground)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def pixels(self) -> Pixels:
        """The picture so far, H×W×3 RGB, as an array of its own."""
        return np.array(self._image)

    def fade(self, top: Color, bottom: Color, *, start: float = 0.0, stop: float | None = None) -> None:
        """Fill the full width from ``start`` down to ``stop`` with a vertical run of colors."""
        first, last = round(start * SCALE), round((self.length if stop is None else stop) * SCALE)
        share = np.linspace(0, 1, max(1, last - first), dtype=np.float32)[:, None, None]
        rows = np.array(top, np.float32) * (1 - share) + np.array(bottom, np.float32) * share
        area = np.broadcast_to(rows.round().astype(np.uint8), (len(share), self._image.width, 3))
        self._image.paste(Image.fromarray(np.ascontiguousarray(area)), (0, first))

    def box(self, x0: float, y0: float, x1: float, y1: float, fill: Color, *, radius: float = 0.0) -> None:
        place = [x0 * SCALE, y0 * SCALE, x1 * SCALE, y1 * SCALE]
        self._draw.rounded_rectangle(place, radius * SCALE, fill=fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Color, *, angle: float = 0.0) -> None:
        """A filled ellipse around (x, y), turned clockwise by ``angle`` degrees."""
        self.polygon(ellipse_points(x, y, rx, ry, angle=angle), fill)

    def ring(self, x: float, y: float, radius: float, fill: Color, *, thickness: float) -> None:
        outer = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self._draw.ellipse(outer, outline=fill, width=max(1, round(thickness * SCALE)))

    def polygon(self, points: Sequence[Point], fill: Color) -> None:
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def line(self, points: Sequence[Point], fill: Color, *, thickness: float) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=fill, width=max(1, round(thickness * SCALE)), joint="curve")

    def rays(self, x: float, y: float, radius: float, fill: Color, *, count: int) -> None:
        """A sunburst: ``count`` wedges around (x, y), as wide as the gaps between them."""
        for ray in range(count):
            first = 2 * math.pi * ray / count
            last = first + math.pi / count
            tips = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in (first, last)]
            self.polygon([(x, y), *tips], fill)

    def leaf(self, x: float, y: float, length: float, fill: Color, vein: Color, *, angle: float) -> None:
        """A pointed leaf from its stalk at (x, y), pointing up and turned clockwise by ``angle`` degrees."""
        turn = math.radians(angle)
        sides = np.linspace(0, 1, 14)
        swell = 0.26 * np.sin(np.pi * sides**0.8)
        right = [(s * length, w * length) for s, w in zip(sides, swell, strict=True)]
        rim = right + [(a, -b) for a, b in reversed(right)]

        def placed(along: float, aside: float) -> Point:
            return (
                x + along * math.sin(turn) + aside * math.cos(turn),
                y - along * math.cos(turn) + aside * math.sin(turn),
            )

        self.polygon([placed(*point) for point in rim], fill)
        self.line([placed(0, 0), placed(length * 0.92, 0)], vein, thickness=length * 0.03)
        for share in (0.3, 0.5, 0.7):
            for side in (-1, 1):
                end = placed((share + 0.14) * length, side * 0.17 * length)
                self.line([placed(share * length, 0), end], vein, thickness=length * 0.02)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        fill: Color,
        *,
        size: float,
        weight: float = 0.0,
        outline: tuple[Color, float] | None = None,
        angle: float = 0.0,
        widest: float | None = None,
    ) -> None:
        """Words centered on (x, y) with capitals about ``0.7 × size`` high, turned clockwise by ``angle`` degrees.

        ``weight`` thickens strokes, ``outline`` is a color and how far it reaches, both in shares of the size; longer
        words than ``widest`` are drawn smaller.
        """
        spread = 2 * weight * size * SCALE
        length = _font(round(size * SCALE)).getlength(words) + spread * len(words)
        if widest is not None and length > widest * SCALE:
            size, spread = size * widest * SCALE / length, spread * widest * SCALE / length
        font = _font(round(size * SCALE))
        bold = round(weight * size * SCALE)
        reach = bold + (round(outline[1] * size * SCALE) if outline else 0)
        wide = math.ceil(font.getlength(words) + spread * len(words) + 2 * reach)
        _, top, _, bottom = font.getbbox(words, stroke_width=reach)
        for color, stroke in ((outline[0] if outline else fill, reach), (fill, bold)):
            mask = Image.new("L", (wide + 2, math.ceil(bottom - top) + 2))
            pen = ImageDraw.Draw(mask)
            for index, letter in enumerate(words):
                left = 1 + reach - stroke + font.getlength(words[:index]) + spread * (index + 0.5)
                pen.text((left, 1 - top - stroke), letter, fill=255, font=font, stroke_width=stroke)
            if angle:
                mask = mask.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
            self._image.paste(color, (round(x * SCALE - mask.width / 2), round(y * SCALE - mask.height / 2)), mask)


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(max(6, size))
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType")
    return font
