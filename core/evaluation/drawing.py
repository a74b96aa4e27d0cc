"""Boxes with words on a picture, for reports and videos."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.frames import Pixels
from core.sightings import Box

Kind = Literal["right", "doubt", "wrong", "missed", "plain"]

_COLORS: dict[Kind, tuple[int, int, int]] = {
    "right": (40, 190, 140),
    "doubt": (240, 180, 60),
    "wrong": (240, 70, 60),
    "missed": (250, 120, 220),
    "plain": (225, 230, 235),
}
_INK = (15, 18, 20)


@dataclass(frozen=True, slots=True)
class Mark:
    """A box in pixels with its words; ``kind`` decides the color, and every color comes with words."""

    box: Box
    words: str
    kind: Kind


def draw_marks(pixels: Pixels, marks: Sequence[Mark], *, side: int, notes: Sequence[str] = ()) -> Pixels:
    """A copy, no side longer than ``side``, with the marks, and ``notes`` as lines in the top left corner."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    scale = min(1.0, side / max(picture.size))
    if scale < 1.0:
        picture = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BOX)
    draw = ImageDraw.Draw(picture)
    size = max(11, round(max(picture.size) / 60))
    for mark in marks:
        _draw_mark(draw, mark, scale, size, picture.height)
    for row, note in enumerate(notes):
        _write(draw, (4, 4 + row * round(1.4 * size)), note, "plain", size)
    return np.asarray(picture, np.uint8).copy()


def _draw_mark(draw: ImageDraw.ImageDraw, mark: Mark, scale: float, size: int, height: int) -> None:
    x0, y0, x1, y1 = (edge * scale for edge in mark.box)
    thick = max(2, size // 6)
    # Dark under light, so that the line is seen on any counter.
    draw.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), outline=_INK, width=thick + 2)
    draw.rectangle((x0, y0, x1, y1), outline=_COLORS[mark.kind], width=thick)
    if mark.words:
        _write(draw, (x0, min(y0, height - round(1.5 * size))), mark.words, mark.kind, size)


def _write(draw: ImageDraw.ImageDraw, at: tuple[float, float], words: str, kind: Kind, size: int) -> None:
    font, (x, y) = _font(size), at
    left, top, right, bottom = draw.textbbox((x + 3, y + 2), words, font=font)
    draw.rectangle((left - 3, top - 2, right + 3, bottom + 2), fill=_COLORS[kind])
    draw.text((x + 3, y + 2), words, fill=_INK, font=font)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
