"""Drawn counters with nothing on them: wood, marble, steel, cloth, belts, tiles, glass, patterns, table and wall."""

from collections.abc import Callable

import cv2
import numpy as np

from models.training.scenes.raster import Picture, Plane, clouds, fill_outline, mix, random_color, to_bytes

SIDE = 448
"""Surfaces are drawn as squares of this many pixels."""


def draw_surface(rng: np.random.Generator) -> Picture:
    """A surface of any material, SIDE×SIDE×3, lit unevenly."""
    painter = PAINTERS[int(rng.choice(len(PAINTERS), p=_WEIGHTS))]
    field = painter(rng)
    light = 1 + float(rng.uniform(0.02, 0.16)) * clouds(rng, SIDE, SIDE, 1.5)
    return to_bytes(field * np.clip(light, 0.4, 1.5)[..., None])


def _tone(rng: np.random.Generator) -> Plane:
    """A color as counters have it: mostly muted."""
    gray = float(rng.uniform(20, 245))
    return np.asarray(gray + (random_color(rng) - 128) * float(rng.uniform(0.02, 0.3)), np.float32)


def plain(rng: np.random.Generator) -> Plane:
    """Laminate: a color with faint clouds and specks."""
    share = np.clip(0.5 + 0.2 * clouds(rng, SIDE, SIDE, 3, octaves=4), 0, 1)
    first = _tone(rng) if rng.random() < 0.8 else random_color(rng)
    return mix(first, first * float(rng.uniform(0.8, 1.1)), share) + 3 * rng.standard_normal(
        (SIDE, SIDE, 1), np.float32
    )


def wood(rng: np.random.Generator) -> Plane:
    """Planks, or one board, with grain drawn out lengthwise; from pale to nearly black."""
    light = np.array([rng.uniform(40, 160), rng.uniform(70, 190), rng.uniform(100, 225)], np.float32)
    light = np.sort(light) * float(rng.uniform(0.25, 1.0))
    dark = light * float(rng.uniform(0.35, 0.8))
    grain = cv2.resize(rng.standard_normal((SIDE, 8)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    fine = cv2.resize(rng.standard_normal((SIDE, 40)).astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    y = np.arange(SIDE, dtype=np.float32)[:, None]
    rings = np.sin(y * float(rng.uniform(0.05, 0.5)) + float(rng.uniform(1, 6)) * clouds(rng, SIDE, SIDE, 3))
    share = np.clip(0.4 + 0.14 * grain + 0.1 * fine + float(rng.uniform(0.05, 0.25)) * rings, 0, 1)
    field = mix(light, dark, share)
    if rng.random() < 0.6:
        plank = int(rng.integers(40, 200))
        for row in range(int(rng.integers(plank)), SIDE, plank):
            field[:row] *= float(rng.uniform(0.9, 1.1))
            field[row : row + int(rng.integers(1, 4))] *= float(rng.uniform(0.3, 0.8))
    return field


def marble(rng: np.random.Generator) -> Plane:
    """Stone with veins."""
    base, vein = _tone(rng), _tone(rng)
    warp = clouds(rng, SIDE, SIDE, 3, octaves=5)
    lines = np.abs(np.sin(warp * float(rng.uniform(1.5, 4)) + clouds(rng, SIDE, SIDE, 2) * 2))
    share = np.clip(1 - lines * float(rng.uniform(1.5, 6)), 0, 1) * float(rng.uniform(0.3, 0.9))
    return mix(base, vein, share + 0.08 * np.clip(warp, -1, 2))


def chips(rng: np.random.Generator) -> Plane:
    """Terrazzo, granite or composite stone."""
    field = np.broadcast_to(_tone(rng), (SIDE, SIDE, 3)).astype(np.float32).copy()
    largest = float(rng.uniform(2, 9))
    for _ in range(int(rng.integers(300, 1500))):
        tone = [float(v) for v in _tone(rng)]
        place = (int(rng.integers(SIDE)), int(rng.integers(SIDE)))
        axes = (max(1, int(rng.uniform(0.3, 1) * largest)), max(1, int(rng.uniform(0.3, 1) * largest)))
        cv2.ellipse(field, place, axes, float(rng.uniform(0, 180)), 0, 360, tone, -1)
    return field


def steel(rng: np.random.Generator) -> Plane:
    """Brushed metal with broad reflections."""
    lines = cv2.blur(rng.standard_normal((SIDE, SIDE)).astype(np.float32), (int(rng.integers(30, 160)), 1)) * 20
    x = np.linspace(0, 1, SIDE, dtype=np.float32)[None, :]
    bands = sum(
        float(rng.uniform(-50, 60)) * np.exp(-(((x - float(rng.uniform(0, 1))) / float(rng.uniform(0.05, 0.3))) ** 2))
        for _ in range(4)
    )
    gray = float(rng.uniform(90, 200)) + lines * float(rng.uniform(0.5, 2)) + bands
    return np.asarray(gray[..., None] * np.array([1.02, 1.0, float(rng.uniform(0.95, 1.02))]), np.float32)


def cloth(rng: np.random.Generator) -> Plane:
    """Woven cloth, plain, striped or checked, with folds."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    period = float(rng.uniform(2, 6))
    weave = np.sin(x * 2 * np.pi / period) * np.sin(y * 2 * np.pi / period)
    field = np.broadcast_to(random_color(rng) * 0.9, (SIDE, SIDE, 3)).astype(np.float32)
    for axis in (x, y):
        if rng.random() < 0.6:
            wide, narrow = float(rng.uniform(14, 120)), float(rng.uniform(0.1, 0.6))
            share = ((axis % wide) < wide * narrow).astype(np.float32) * float(rng.uniform(0.3, 0.8))
            field = mix(field, random_color(rng), share)
    folds = clouds(rng, SIDE, SIDE, float(rng.uniform(1, 5)), octaves=2)
    return np.asarray(field * (1 + 0.07 * weave + float(rng.uniform(0, 0.16)) * folds)[..., None], np.float32)


def belt(rng: np.random.Generator) -> Plane:
    """A conveyor belt between rails: dark rubber with fine texture, seams and scratches."""
    field = np.full((SIDE, SIDE, 3), float(rng.uniform(18, 95)), np.float32)
    field += float(rng.uniform(1, 6)) * rng.standard_normal((SIDE, SIDE, 1)).astype(np.float32)
    for _ in range(int(rng.integers(0, 12))):
        start, stop = rng.integers(0, SIDE, 2), rng.integers(0, SIDE, 2)
        tone = float(rng.uniform(30, 140))
        cv2.line(field, start.tolist(), stop.tolist(), (tone, tone, tone), 1, cv2.LINE_AA)
    for edge in (0, SIDE):
        if rng.random() < 0.6:
            rows = int(rng.integers(20, 120))
            tone = _tone(rng)
            part = slice(0, rows) if edge == 0 else slice(SIDE - rows, SIDE)
            field[part] = tone
            lines = int(rng.integers(0, 4))
            for _ in range(lines):
                row = part.start + int(rng.integers(rows))
                field[row : row + int(rng.integers(1, 8))] = tone * float(rng.uniform(0.4, 1.3))
    return field


def tiles(rng: np.random.Generator) -> Plane:
    """Tiles, checks, or stripes with hard edges."""
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    wide, tall = float(rng.uniform(16, 140)), float(rng.uniform(16, 140))
    first, second = _tone(rng), _tone(rng) if rng.random() < 0.7 else random_color(rng)
    kind = int(rng.integers(3))
    if kind == 0:
        share = ((x // wide + y // tall) % 2).astype(np.float32)
    elif kind == 1:
        share = ((x % wide) / wide < float(rng.uniform(0.2, 0.6))).astype(np.float32)
    else:
        grout = float(rng.uniform(1.5, 5))
        share = ((x % wide < grout) | (y % tall < grout)).astype(np.float32)
    field = mix(first, second, share * float(rng.uniform(0.3, 1.0)))
    return np.asarray(field * (1 + 0.04 * clouds(rng, SIDE, SIDE, 6, octaves=3))[..., None], np.float32)


def print_pattern(rng: np.random.Generator) -> Plane:
    """A repeated printed motif: flowers, dots, leaves, letters, newspaper."""
    field = plain(rng) if rng.random() < 0.7 else wood(rng)
    size = int(rng.integers(24, 90))
    stamp = np.zeros((size, size), np.uint8)
    kind = int(rng.integers(4))
    if kind == 0:
        for petal in range(int(rng.integers(3, 9))):
            angle = petal * 2 * np.pi / 6
            center = (int(size / 2 + size / 5 * np.cos(angle)), int(size / 2 + size / 5 * np.sin(angle)))
            cv2.ellipse(stamp, center, (size // 7, size // 11), float(np.degrees(angle)), 0, 360, 255, -1, cv2.LINE_AA)
    elif kind == 1:
        cv2.circle(stamp, (size // 2, size // 2), int(size * rng.uniform(0.08, 0.4)), 255, -1, cv2.LINE_AA)
    elif kind == 2:
        letters = "".join(chr(int(c)) for c in rng.integers(65, 91, 4))
        cv2.putText(stamp, letters, (2, size // 2), cv2.FONT_HERSHEY_SIMPLEX, size / 90, 255, 1, cv2.LINE_AA)
    else:
        stamp = fill_outline(size, size, rng.uniform(0.1, 0.9, (int(rng.integers(3, 7)), 2)) * size)
    times = SIDE // size + 2
    repeated = np.tile(stamp, (times, times))
    shift = int(rng.integers(size))
    share = repeated[shift : shift + SIDE, :SIDE].astype(np.float32) / 255 * float(rng.uniform(0.2, 0.9))
    return mix(field, random_color(rng), share)


def table_and_wall(rng: np.random.Generator) -> Plane:
    """A table seen from the side with the wall behind it."""
    table, wall = _PLAIN[int(rng.integers(len(_PLAIN)))](rng), _PLAIN[int(rng.integers(len(_PLAIN)))](rng)
    row = int(SIDE * rng.uniform(0.3, 0.8))
    slant = float(rng.uniform(-0.05, 0.05))
    edge = row + slant * (np.arange(SIDE) - SIDE / 2)
    below = (np.arange(SIDE)[:, None] > edge[None, :]).astype(np.float32)
    soft = cv2.GaussianBlur(below, (0, 0), float(rng.uniform(0.5, 3)))
    wall = cv2.GaussianBlur(wall, (0, 0), float(rng.uniform(0.5, 6)))
    return mix(np.asarray(wall, np.float32) * float(rng.uniform(0.6, 1.1)), table, soft)


def glass(rng: np.random.Generator) -> Plane:
    """A glass top with reflected lamps and something dim and blurred under it."""
    field = np.ascontiguousarray(_PLAIN[int(rng.integers(len(_PLAIN)))](rng) * float(rng.uniform(0.3, 0.9)), np.float32)
    for _ in range(int(rng.integers(3, 25))):
        x, y = (int(v) for v in rng.integers(0, SIDE, 2))
        wide, tall = (int(v) for v in rng.integers(10, 120, 2))
        color = [float(v) for v in random_color(rng) * float(rng.uniform(0.3, 0.9))]
        cv2.rectangle(field, (x, y), (x + wide, y + tall), color, -1)
    field = np.asarray(cv2.GaussianBlur(field, (0, 0), float(rng.uniform(3, 14))), np.float32)
    for _ in range(int(rng.integers(1, 5))):
        glare = np.zeros((SIDE, SIDE), np.uint8)
        start, stop = rng.integers(0, SIDE, 2), rng.integers(0, SIDE, 2)
        cv2.line(glare, start.tolist(), stop.tolist(), 255, int(rng.integers(4, 50)), cv2.LINE_AA)
        soft = cv2.GaussianBlur(glare, (0, 0), float(rng.uniform(1.5, 12))).astype(np.float32) / 255
        field = mix(field, np.full(3, 245, np.float32), soft * float(rng.uniform(0.15, 0.8)))
    return field


_PLAIN: tuple[Callable[[np.random.Generator], Plane], ...] = (plain, wood, marble, chips, steel, cloth)
PAINTERS: tuple[Callable[[np.random.Generator], Plane], ...] = (
    plain, wood, marble, chips, steel, cloth, belt, tiles, print_pattern, table_and_wall, glass,
)  # fmt: skip
_WEIGHTS = np.array([0.1, 0.2, 0.08, 0.07, 0.08, 0.09, 0.09, 0.06, 0.06, 0.1, 0.07])
