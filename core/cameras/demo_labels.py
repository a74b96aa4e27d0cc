"""The label art of the demo shop: what is printed on each design, drawn flat."""

import math
from collections.abc import Callable

import numpy as np

from core.cameras.demo_canvas import Canvas, blend, ellipse_points
from core.cameras.demo_products import Color, DemoProduct, Look
from core.frames import Pixels

WHITE: Color = (252, 250, 244)
INK: Color = (34, 30, 32)
METAL: Color = (196, 200, 204)

_PAGE = {
    "oats": (12.6, 18.4),
    "chips": (13.6, 18.6),
    "tuna": (9.4, 9.4),
    "soda": (11.0, 7.0),
    "tomatoes": (13.0, 10.2),
    "chocolate": (7.8, 16.4),
    "tea": (13.2, 8.0),
    "juice": (7.2, 15.4),
    "sardines": (11.0, 7.2),
}
"""Width and length in centimeters for which each design is laid out; labels of bottles and tins are rolled around."""


def print_label(product: DemoProduct) -> Pixels:
    """The flat art of a product, H×W×3 RGB, at ``SCALE`` pixels a centimeter of its design's own page."""
    canvas = Canvas(*_PAGE[product.look.design], product.look.ground)
    _DESIGNS[product.look.design](canvas, product.look)
    return canvas.pixels


def _oats(c: Canvas, look: Look) -> None:
    c.fade(blend(look.ground, WHITE, 0.35), look.ground, stop=11.0)
    c.rays(6.3, 11.6, 16.0, blend(look.ground, WHITE, 0.3), count=18)
    c.fade(look.deep, blend(look.deep, INK, 0.25), start=14.6)
    c.polygon([(0, 14.7), (3, 14.15), (6.3, 13.95), (9.6, 14.15), (12.6, 14.7), (12.6, 15), (0, 15)], look.deep)
    c.box(0, 0, 12.6, 1.0, look.deep)
    c.text(6.3, 0.5, "WHOLE GRAIN  ·  SLOW BAKED", look.accent, size=0.52, weight=0.03)
    c.polygon([(0.9, 2.0), (11.7, 1.6), (12.1, 4.9), (11.3, 5.4), (1.3, 5.7), (0.5, 5.2)], look.deep)
    c.text(6.3, 3.6, "Oatmere", WHITE, size=2.75, weight=0.045, angle=-2, widest=10.4)
    c.ellipse(6.3, 6.7, 3.4, 0.75, WHITE)
    c.text(6.3, 6.7, look.flavor, look.deep, size=1.05, weight=0.06)
    _bowl(c, look)
    c.text(6.3, 15.6, "crunchy oat clusters", WHITE, size=0.95, weight=0.02)
    c.text(3.0, 17.1, "with " + look.flavor.lower(), look.accent, size=0.7, weight=0.02)
    c.box(8.5, 16.55, 11.8, 17.7, look.accent, radius=0.3)
    c.text(10.15, 17.12, look.amount, look.deep, size=0.82, weight=0.05)


def _bowl(c: Canvas, look: Look) -> None:
    c.ellipse(6.3, 13.1, 4.4, 0.7, blend(look.ground, look.deep, 0.5))
    bowl = [(1.9, 10.2), *((6.3 - 4.4 * math.cos(a), 10.2 + 3.3 * math.sin(a)) for a in np.linspace(0, math.pi, 30))]
    c.polygon(bowl, (240, 244, 246))
    c.polygon([p for p in bowl if p[0] > 6.9], (222, 229, 234))
    c.ellipse(6.3, 10.2, 4.4, 1.7, (252, 253, 253))
    c.ellipse(6.3, 10.25, 4.0, 1.42, (255, 248, 232))
    rng = np.random.default_rng(11)
    tones = [(226, 180, 108), (206, 152, 84), (240, 202, 136), blend(look.deep, (226, 180, 108), 0.35)]
    for _ in range(110):
        a, r = rng.uniform(0, 2 * math.pi), math.sqrt(rng.uniform(0, 1))
        x, y = 6.3 + 3.6 * r * math.cos(a), 10.0 + 1.2 * r * math.sin(a) - 0.5 * (1 - r)
        size = rng.uniform(0.26, 0.5)
        tone = tones[int(rng.integers(len(tones)))]
        turn = float(rng.uniform(0, 180))
        c.ellipse(x, y + 0.06, size, size * 0.62, blend(tone, (110, 70, 30), 0.55), angle=turn)
        c.ellipse(x, y, size, size * 0.62, tone, angle=turn)
    for x, y in ((5.2, 9.6), (7.3, 9.4), (6.2, 10.4)):
        c.ellipse(x, y, 0.62, 0.4, blend(look.deep, INK, 0.1), angle=20)
        c.ellipse(x - 0.15, y - 0.12, 0.22, 0.1, blend(look.ground, WHITE, 0.5), angle=20)
    c.line([(9.0, 9.7), (11.6, 7.9)], METAL, thickness=0.34)
    c.ellipse(8.8, 9.85, 0.85, 0.45, (214, 218, 222), angle=-35)


def _chips(c: Canvas, look: Look) -> None:
    c.fade(blend(look.ground, WHITE, 0.12), blend(look.ground, look.deep, 0.35))
    c.rays(6.8, 6.6, 16.0, blend(look.ground, look.deep, 0.28), count=14)
    for y0, y1 in ((0, 0.9), (17.7, 18.6)):
        c.box(0, y0, 13.6, y1, blend(METAL, look.ground, 0.35))
    c.ellipse(6.8, 5.6, 5.9, 3.0, look.deep, angle=-7)
    c.ellipse(6.8, 5.45, 5.7, 2.8, look.accent, angle=-7)
    c.text(6.8, 5.4, "Krunelo", look.deep, size=2.7, weight=0.055, angle=-7, widest=9.8)
    c.text(6.8, 2.0, "KETTLE COOKED CHIPS", WHITE, size=0.66, weight=0.04)
    _chip_pile(c)
    c.box(0, 13.9, 13.6, 16.0, look.deep)
    c.box(0, 14.05, 13.6, 14.2, look.accent)
    c.box(0, 15.7, 13.6, 15.85, look.accent)
    c.text(6.8, 14.95, look.flavor, WHITE, size=1.5, weight=0.06)
    c.ellipse(2.35, 12.6, 1.45, 1.45, WHITE)
    c.ellipse(2.35, 12.6, 1.3, 1.3, look.deep)
    c.text(2.35, 12.6, look.amount, WHITE, size=1.0, weight=0.06)
    c.text(6.8, 16.85, "crisp · golden · thin", blend(WHITE, look.ground, 0.15), size=0.62, weight=0.02)


def _chip_pile(c: Canvas) -> None:
    rng = np.random.default_rng(5)
    places = [(5.6, 12.1), (11.2, 12.2), (8.3, 12.7), (5.4, 10.5), (10.0, 10.5), (7.9, 11.2), (7.6, 9.5)]
    for x, y in places:
        turn, wide = float(rng.uniform(-40, 40)), float(rng.uniform(1.55, 1.9))
        high = wide * 0.68
        c.ellipse(x + 0.12, y + 0.16, wide, high, (120, 62, 16), angle=turn)
        c.ellipse(x, y, wide, high, (224, 158, 52), angle=turn)
        c.ellipse(x - 0.05, y - 0.08, wide * 0.88, high * 0.84, (248, 200, 88), angle=turn)
        c.ellipse(x - 0.2, y - 0.2, wide * 0.5, high * 0.4, (255, 222, 130), angle=turn)
        for _ in range(7):
            dx, dy = rng.uniform(-0.6, 0.6) * wide, rng.uniform(-0.5, 0.5) * high
            c.ellipse(x + float(dx), y + float(dy), 0.09, 0.07, (196, 118, 34))


def _tuna(c: Canvas, look: Look) -> None:
    c.fade(look.ground, look.deep)
    for row in range(9):
        points = [(x, 0.7 + row * 1.05 + 0.14 * math.sin(2.2 * x + row)) for x in np.linspace(0, 9.4, 60)]
        c.line(points, blend(look.ground, (70, 130, 190), 0.35), thickness=0.09)
    c.polygon([(0, 5.9), (9.4, 5.3), (9.4, 7.3), (0, 7.9)], look.accent)
    c.text(4.7, 6.6, look.flavor, look.deep, size=1.25, weight=0.06, angle=-3.6, widest=6.6)
    c.text(4.7, 3.05, "Marvik", WHITE, size=1.6, weight=0.05, widest=5.4)
    _fish(c, 4.6, 4.75, 4.6, body=blend(look.accent, WHITE, 0.35), eye=look.ground, slim=0.8)
    c.text(4.7, 8.05, look.amount, WHITE, size=0.6, weight=0.03)


def _fish(c: Canvas, x: float, y: float, length: float, *, body: Color, eye: Color, slim: float) -> None:
    """A fish looking right around (x, y); ``slim`` scales how thick it is."""
    half, deep = length / 2, length * slim
    s = np.linspace(0, 1, 24)
    swell = 0.2 * deep * np.sin(np.pi * s**0.75) + 0.02 * length * (1 - s)
    top = [(x + half - a * length * 0.86, y - b) for a, b in zip(s, swell, strict=True)]
    low = [(px, 2 * y - py) for px, py in reversed(top)]
    tail = x - half * 0.72
    c.polygon([(tail + 0.2, y), (x - half, y - 0.17 * deep), (x - half * 0.86, y), (x - half, y + 0.17 * deep)], body)
    c.polygon([(x + 0.1 * half, y - 0.17 * deep), (x - 0.3 * half, y - 0.29 * deep), (x - 0.4 * half, y)], body)
    c.polygon(top + low, body)
    c.polygon([*low, (x - half * 0.72, y + 0.01), (x + half, y + 0.02)], blend(body, WHITE, 0.55))
    c.ellipse(x + half * 0.74, y - 0.035 * deep, 0.024 * length, 0.024 * length, eye)
    bow = np.linspace(-1.2, 1.2, 12)
    gill = [(x + half * 0.52 - 0.04 * length * math.cos(a), y + 0.11 * deep * math.sin(a)) for a in bow]
    c.line(gill, eye, thickness=length * 0.012)


def _soda(c: Canvas, look: Look) -> None:
    c.fade(look.deep, blend(look.deep, look.ground, 0.45))
    rng = np.random.default_rng(3)
    for _ in range(60):
        x, y, r = rng.uniform(0, 11), rng.uniform(0, 7), rng.uniform(0.06, 0.2)
        c.ellipse(float(x), float(y), float(r), float(r), blend(look.ground, WHITE, 0.35))
    c.box(0, 0, 11, 0.35, WHITE)
    c.box(0, 6.65, 11, 7, WHITE)
    for x in (5.5, 11.0, 0.0):
        c.ellipse(x, 4.7, 1.75, 1.75, WHITE)
        c.ellipse(x, 4.7, 1.55, 1.55, look.ground)
        for spoke in range(8):
            a = math.pi * spoke / 4
            rim = ellipse_points(x + 0.78 * math.cos(a), 4.7 + 0.78 * math.sin(a), 0.6, 0.24, angle=math.degrees(a))
            c.polygon(rim, look.accent)
        c.text(x, 1.75, "Fizzaro", WHITE, size=1.15, weight=0.05, angle=-5, outline=(blend(look.deep, INK, 0.4), 0.05))
        c.box(x - 1.9, 5.75, x + 1.9, 6.55, blend(look.deep, INK, 0.45), radius=0.3)
        c.text(x, 6.13, look.flavor, WHITE, size=0.78, weight=0.05)


def _tomatoes(c: Canvas, look: Look) -> None:
    c.fade(WHITE, look.ground)
    c.box(0, 0, 13, 3.9, look.deep)
    c.box(0, 3.9, 13, 4.15, look.accent)
    c.box(0, 9.3, 13, 10.2, look.accent)
    for x in (6.5, 0.0, 13.0):
        c.text(x, 2.0, "Sugosole", WHITE, size=1.4, weight=0.05, widest=5.6)
        c.text(x, 9.75, look.amount, WHITE, size=0.62, weight=0.04)
        c.text(x, 4.95, look.flavor, look.deep, size=0.9, weight=0.06)
        c.text(x, 8.75, "tomatoes", look.deep, size=0.8, weight=0.03)
        for dx, y, r in ((-1.2, 7.1, 1.15), (1.2, 7.2, 1.1), (0.0, 6.6, 1.25)):
            c.ellipse(x + dx, y, r, r * 0.92, blend(look.accent, INK, 0.35))
            c.ellipse(x + dx - 0.05, y - 0.06, r * 0.93, r * 0.85, look.accent)
            c.ellipse(x + dx - 0.4 * r, y - 0.35 * r, r * 0.28, r * 0.16, (250, 150, 130), angle=-35)
            for spoke in range(5):
                c.leaf(x + dx, y - 0.5 * r, 0.55 * r, (74, 140, 60), (50, 110, 46), angle=72 * spoke + 20)
        c.leaf(x + 2.3, 6.2, 1.3, (58, 128, 56), (36, 92, 40), angle=50)
        c.leaf(x - 2.3, 6.2, 1.3, (58, 128, 56), (36, 92, 40), angle=-50)


def _chocolate(c: Canvas, look: Look) -> None:
    c.fade(look.ground, look.deep)
    rng = np.random.default_rng(17)
    for _ in range(46):
        x, y, r = rng.uniform(0.3, 7.5), rng.uniform(1.2, 8.4), rng.uniform(0.03, 0.085)
        c.ellipse(float(x), float(y), float(r), float(r), blend(look.accent, WHITE, 0.4))
    c.ellipse(3.9, 4.6, 2.3, 2.3, look.accent)
    c.ellipse(4.75, 4.05, 1.95, 1.95, look.ground)
    c.text(3.9, 9.2, "Noctelle", look.accent, size=1.62, weight=0.03, widest=6.6)
    c.line([(1.4, 10.15), (6.4, 10.15)], look.accent, thickness=0.05)
    c.text(3.9, 10.8, "fine chocolate", blend(look.accent, WHITE, 0.4), size=0.68)
    for row in range(2):
        for column in range(3):
            x, y = 1.35 + column * 1.75, 11.5 + row * 1.05
            c.box(x, y, x + 1.6, y + 0.92, (92, 54, 36), radius=0.1)
            c.box(x + 0.16, y + 0.14, x + 1.44, y + 0.72, (116, 70, 48), radius=0.06)
    c.text(3.9, 14.3, look.flavor, WHITE, size=0.92, weight=0.05)
    for y0, y1 in ((0, 0.9), (15.5, 16.4)):
        c.fade(blend(look.accent, WHITE, 0.35), blend(look.accent, INK, 0.15), start=y0, stop=y1)


def _tea(c: Canvas, look: Look) -> None:
    c.fade(blend(look.ground, WHITE, 0.4), look.ground)
    c.box(0, 0, 4.3, 8.0, look.deep)
    for x, y, length, angle in ((2.15, 7.4, 4.6, 0), (1.9, 7.3, 3.7, -38), (2.4, 7.3, 3.7, 38)):
        c.leaf(x, y, length, (118, 172, 84), (70, 124, 60), angle=angle)
    c.ellipse(2.15, 1.5, 0.85, 0.85, (250, 226, 130))
    c.text(8.75, 2.2, "Fernlow", look.deep, size=1.8, weight=0.035, widest=7.4)
    c.line([(5.2, 3.5), (12.3, 3.5)], look.deep, thickness=0.07)
    c.text(8.75, 4.5, look.flavor, (90, 130, 54), size=1.1, weight=0.06)
    c.text(8.75, 5.7, "from high misty gardens", look.deep, size=0.56)
    c.box(6.9, 6.5, 10.6, 7.4, look.deep, radius=0.45)
    c.text(8.75, 6.94, look.amount, look.accent, size=0.62, weight=0.03)


def _juice(c: Canvas, look: Look) -> None:
    c.fade(WHITE, look.ground)
    c.box(0, 0, 7.2, 2.5, look.deep)
    c.ellipse(3.6, 1.25, 1.05, 1.05, (232, 236, 232))
    c.ring(3.6, 1.25, 0.98, (190, 198, 190), thickness=0.1)
    c.ring(3.6, 1.25, 0.62, (206, 212, 206), thickness=0.06)
    c.text(3.6, 3.75, "Orchelle", look.deep, size=1.42, weight=0.045, widest=6.0)
    c.text(3.6, 5.1, look.flavor, look.accent, size=1.15, weight=0.06)
    c.text(3.6, 6.05, "pressed juice", look.deep, size=0.6)
    for dx in (-0.75, 0.75):
        c.ellipse(3.6 + dx, 9.5, 1.65, 1.95, blend(look.accent, INK, 0.25))
    for dx in (-0.72, 0.72):
        c.ellipse(3.6 + dx, 9.42, 1.56, 1.85, look.accent)
    c.ellipse(2.55, 8.7, 0.32, 0.6, (246, 130, 120), angle=20)
    c.line([(3.6, 8.1), (3.75, 7.2), (4.05, 6.75)], (98, 64, 34), thickness=0.22)
    c.leaf(3.85, 7.3, 1.7, (92, 160, 56), (62, 120, 40), angle=62)
    wave = [(x, 12.5 + 0.3 * math.sin(1.5 * x)) for x in np.linspace(0, 7.2, 40)]
    c.polygon([*wave, (7.2, 15.4), (0, 15.4)], (244, 196, 60))
    c.polygon([*((x, y + 0.55) for x, y in wave), (7.2, 15.4), (0, 15.4)], (232, 168, 36))
    c.text(3.6, 14.3, look.amount, look.deep, size=0.95, weight=0.05)


def _sardines(c: Canvas, look: Look) -> None:
    for stripe in range(12):
        tone = look.ground if stripe % 2 else look.accent
        c.box(stripe - 0.5, 0, stripe + 0.5, 7.2, tone)
    c.box(1.0, 1.0, 9.0, 6.2, look.deep, radius=0.7)
    c.box(1.2, 1.2, 8.8, 6.0, look.accent, radius=0.6)
    c.text(5.0, 2.1, "Pilvari", look.deep, size=1.3, weight=0.05)
    for row, x in enumerate((4.6, 5.4, 4.6)):
        _fish(c, x, 3.3 + row * 0.78, 5.0, body=(92, 136, 162), eye=look.deep, slim=0.42)
    c.text(3.9, 5.58, look.flavor, look.ground, size=0.62, weight=0.06)
    c.text(7.5, 5.58, look.amount, look.deep, size=0.5, weight=0.03)


_DESIGNS: dict[str, Callable[[Canvas, Look], None]] = {
    "oats": _oats,
    "chips": _chips,
    "tuna": _tuna,
    "soda": _soda,
    "tomatoes": _tomatoes,
    "chocolate": _chocolate,
    "tea": _tea,
    "juice": _juice,
    "sardines": _sardines,
}
