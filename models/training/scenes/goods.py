"""Drawn goods: boxes, bags, tins, bottles of plastic and glass, jars, bars, fruit, with artwork no shop ever had."""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
import numpy.typing as npt

from models.training.scenes.raster import Picture, Plane, clouds, fill_outline, mix, random_color, tighten, to_bytes

LONGEST = 240
"""Goods are drawn with this many pixels on their longer side."""

Photos = Sequence[Picture]
"""Photographs of which parts are printed on drawn goods."""


def draw_good(rng: np.random.Generator, photos: Photos) -> Picture:
    """A product alone, H×W×4, standing upright."""
    maker = MAKERS[int(rng.choice(len(MAKERS), p=_WEIGHTS))]
    return tighten(maker(rng, photos))


def draw_artwork(rng: np.random.Generator, height: int, width: int, photos: Photos) -> Plane:
    """What is printed on a pack: grounds, bands, blots, a picture, words."""
    first = random_color(rng, vivid=rng.random() < 0.75)
    run = np.linspace(0, 1, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
    field = mix(first, random_color(rng, vivid=True) if rng.random() < 0.35 else first * 0.9, run)
    if photos and rng.random() < 0.3:
        field = _photo(rng, height, width, photos)
    for _ in range(int(rng.integers(0, 4))):
        color = [float(v) for v in random_color(rng, vivid=rng.random() < 0.7)]
        kind = int(rng.integers(4))
        x, y = float(rng.uniform(0, width)), float(rng.uniform(0, height))
        if kind == 0:
            top, tall = int(y), int(rng.uniform(0.08, 0.4) * height)
            cv2.rectangle(field, (0, top), (width, top + tall), color, -1)
        elif kind == 1:
            axes = (int(rng.uniform(0.1, 0.55) * width), int(rng.uniform(0.08, 0.35) * height))
            cv2.ellipse(field, (int(x), int(y)), axes, float(rng.uniform(0, 180)), 0, 360, color, -1, cv2.LINE_AA)
        elif kind == 2:
            points = np.stack([rng.uniform(0, width, 4), rng.uniform(0, height, 4)], 1)
            cv2.fillPoly(field, [points.astype(np.int32)], color, cv2.LINE_AA)
        else:
            for ray in range(0, 360, int(rng.integers(12, 40))):
                cv2.ellipse(field, (int(x), int(y)), (width, width), 0, ray, ray + 8, color, -1)
    if photos and rng.random() < 0.5:
        wide, tall = int(width * rng.uniform(0.3, 0.9)), int(height * rng.uniform(0.2, 0.6))
        left, top = int(rng.uniform(0, width - wide + 1)), int(rng.uniform(0, height - tall + 1))
        patch = _photo(rng, tall, wide, photos)
        if rng.random() < 0.6:
            mask = np.zeros((tall, wide), np.float32)
            cv2.ellipse(mask, (wide // 2, tall // 2), (wide // 2, tall // 2), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
            patch = mix(field[top : top + tall, left : left + wide], patch, mask)
        field[top : top + tall, left : left + wide] = patch
    printed = to_bytes(field)
    _print_words(rng, printed)
    return printed.astype(np.float32)


def _photo(rng: np.random.Generator, height: int, width: int, photos: Photos) -> Plane:
    photo = photos[int(rng.integers(len(photos)))]
    rows, columns = photo.shape[:2]
    share = float(rng.uniform(0.35, 0.9))
    tall, wide = max(8, int(rows * share)), max(8, int(columns * share))
    top, left = int(rng.integers(rows - tall + 1)), int(rng.integers(columns - wide + 1))
    cut = photo[top : top + tall, left : left + wide]
    return np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _print_words(rng: np.random.Generator, field: Picture) -> None:
    height, width = field.shape[:2]
    for _ in range(int(rng.integers(1, 5))):
        length = int(rng.integers(2, 9))
        word = "".join(chr(int(c)) for c in rng.integers(65, 91, length))
        size = float(rng.uniform(0.3, 1.0)) * width / (length * 19)
        thick = max(1, int(size * rng.uniform(1, 5)))
        place = (int(rng.uniform(0, width * 0.3)), int(rng.uniform(0.1, 0.95) * height))
        color = [
            float(v)
            for v in (random_color(rng, vivid=True) if rng.random() < 0.5 else rng.choice([10.0, 245.0]) * np.ones(3))
        ]
        cv2.putText(field, word, place, int(rng.choice([0, 2, 3, 4])), size, color, thick, cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 3))):
        x, y = int(rng.uniform(0, width * 0.7)), int(rng.uniform(0, height * 0.9))
        wide, tall = int(width * rng.uniform(0.15, 0.4)), int(height * rng.uniform(0.03, 0.12)) + 3
        for line in range(y, min(y + tall, height), 3):
            cv2.line(field, (x, line), (x + wide, line), [float(rng.choice([30.0, 220.0]))] * 3, 1)


def _layer(field: npt.ArrayLike, mask: npt.ArrayLike) -> Picture:
    return np.dstack([to_bytes(field), np.asarray(mask, np.uint8)])


def _sides(rng: np.random.Generator, low: float, high: float) -> tuple[int, int]:
    """Height and width for a share width/height between the two numbers."""
    share = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return (LONGEST, max(30, int(LONGEST * share))) if share < 1 else (max(30, int(LONGEST / share)), LONGEST)


def box(rng: np.random.Generator, photos: Photos) -> Picture:
    """A carton or bar from above or from a corner, with one or two of its sides."""
    height, width = _sides(rng, 0.2, 1.0)
    face = draw_artwork(rng, height, width, photos)
    radius = int(rng.uniform(0, 0.06) * width)
    mask = np.zeros((height, width), np.uint8)
    cv2.rectangle(mask, (radius, 0), (width - 1 - radius, height - 1), 255, -1)
    cv2.rectangle(mask, (0, radius), (width - 1, height - 1 - radius), 255, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    gloss = 1 + float(rng.uniform(0, 0.12)) * clouds(rng, height, width, 2)
    layer = _layer(face * gloss[..., None], mask)
    if rng.random() < 0.45:
        return layer
    deep_x, deep_y = int(rng.uniform(0, 0.35) * width), int(rng.uniform(0, 0.35) * width)
    full = np.zeros((height + deep_y, width + deep_x, 4), np.uint8)
    side = (
        draw_artwork(rng, height, width, photos)
        if rng.random() < 0.4
        else np.broadcast_to(face.mean((0, 1)), face.shape)
    )
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    quads = [
        (np.array([(width, 0), (width + deep_x, deep_y), (width + deep_x, height + deep_y), (width, height)]), 0.55),
        (np.array([(0, height), (width, height), (width + deep_x, height + deep_y), (deep_x, height + deep_y)]), 0.75),
    ]
    for quad, shade in quads:
        matrix = cv2.getPerspectiveTransform(corners, quad.astype(np.float32))
        source = np.dstack([to_bytes(side * shade), np.full((height, width), 255, np.uint8)])
        drawn = cv2.warpPerspective(source, matrix, (full.shape[1], full.shape[0]))
        full = np.where(drawn[..., 3:] > 127, drawn, full)
    full[:height, :width] = np.where(mask[..., None] > 127, layer, full[:height, :width])
    return full


def bag(rng: np.random.Generator, photos: Photos) -> Picture:
    """A pillow bag with creases, glossy, its ends crimped."""
    height, width = _sides(rng, 0.35, 0.95)
    face = draw_artwork(rng, height, width, photos)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    inset = 0.04 * width * np.sin(np.pi * np.clip(y / height, 0, 1)) * float(rng.uniform(-1, 1.2))
    wobble = 0.012 * width * np.sin(y / height * float(rng.uniform(4, 14)) + float(rng.uniform(0, 6)))
    margin = np.abs(inset) * 0.5 + inset * 0.5 + 0.02 * width + wobble
    teeth = 0.012 * height * np.abs(np.sin(x * np.pi * float(rng.uniform(12, 40)) / width))
    mask = (x > margin) & (x < width - 1 - margin) & (y > teeth) & (y < height - 1 - teeth)
    bumps = clouds(rng, height, width, float(rng.uniform(3, 9)), octaves=3)
    down, across = np.gradient(cv2.GaussianBlur(bumps, (0, 0), 1.5))
    shade = 1 + float(rng.uniform(0.5, 2.5)) * (down + across)
    pillow = 0.75 + 0.35 * np.sin(np.pi * x / width) ** 0.5 * np.sin(np.pi * y / height) ** 0.3
    shine = np.clip(shade - 1.15, 0, 1) * float(rng.uniform(0, 400))
    seal = int(height * rng.uniform(0.03, 0.09))
    ridges = 1 + 0.12 * np.sin(np.arange(width) * 1.4)[None, :]
    pillow[:seal] = 0.9 * ridges
    pillow[height - seal :] = 0.9 * ridges
    return _layer(face * (np.clip(shade, 0.4, 1.6) * pillow)[..., None] + shine[..., None], mask * 255)


def fold_bag(rng: np.random.Generator, photos: Photos) -> Picture:
    """A crumpled pouch of any outline."""
    height, width = _sides(rng, 0.5, 1.3)
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    bend = sum(float(rng.uniform(0, 0.09)) * np.sin(k * angles + float(rng.uniform(0, 6))) for k in (2, 3, 4, 5))
    power = float(rng.uniform(0.35, 0.8))
    circle = np.stack(
        [
            np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** power,
            np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** power,
        ],
        1,
    )
    points = (0.5 + 0.42 * circle * (1 + bend)[:, None]) * (width, height)
    mask = fill_outline(height, width, points)
    bumps = clouds(rng, height, width, float(rng.uniform(4, 10)), octaves=4)
    down, across = np.gradient(cv2.GaussianBlur(bumps, (0, 0), 1.2))
    shade = np.clip(1 + float(rng.uniform(0.6, 2.6)) * (down - across), 0.35, 1.7)
    return _layer(draw_artwork(rng, height, width, photos) * shade[..., None], mask)


def tin_side(rng: np.random.Generator, photos: Photos) -> Picture:
    """A tin, cup or jar from the side, a little from above, so that its lid shows."""
    height, width = _sides(rng, 0.35, 1.2)
    ellipse = max(2, int(width * rng.uniform(0.02, 0.22)))
    full = np.zeros((height + 2 * ellipse, width, 3), np.float32)
    metal = (
        np.full(3, float(rng.uniform(120, 215)), np.float32) if rng.random() < 0.7 else random_color(rng, vivid=True)
    )
    face = draw_artwork(rng, height + 2 * ellipse, width, photos)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    round_light = 0.45 + 0.6 * np.sqrt(np.clip(1 - (x + float(rng.uniform(-0.4, 0.4))) ** 2, 0, 1))
    gloss = 90 * np.exp(-(((x - float(rng.uniform(-0.6, 0.6))) / 0.12) ** 2)) * float(rng.uniform(0, 1))
    full[:] = face * round_light[..., None] + gloss[..., None]
    mask = np.zeros(full.shape[:2], np.uint8)
    taper = float(rng.uniform(0, 0.12)) if rng.random() < 0.3 else 0.0
    body = np.array(
        [(0, ellipse), (width - 1, ellipse), (width * (1 - taper), height + ellipse), (width * taper, height + ellipse)]
    )
    cv2.fillPoly(mask, [body.astype(np.int32)], 255, cv2.LINE_AA)
    cv2.ellipse(
        mask, (width // 2, height + ellipse), (int(width * (0.5 - taper)), ellipse), 0, 0, 360, 255, -1, cv2.LINE_AA
    )
    lid = [float(v) for v in metal]
    cv2.ellipse(full, (width // 2, ellipse), (width // 2, ellipse), 0, 0, 360, lid, -1, cv2.LINE_AA)
    cv2.ellipse(
        full,
        (width // 2, ellipse),
        (int(width * 0.44), int(ellipse * 0.86)),
        0,
        0,
        360,
        [v * 0.8 for v in lid],
        2,
        cv2.LINE_AA,
    )
    cv2.ellipse(mask, (width // 2, ellipse), (width // 2, ellipse), 0, 0, 360, 255, -1, cv2.LINE_AA)
    return _layer(full, mask)


def tin_top(rng: np.random.Generator, photos: Photos) -> Picture:
    """A tin, jar or tub from above: rings, a tab or a printed lid."""
    side = LONGEST
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j].astype(np.float32)
    away, turn = np.hypot(x, y), np.arctan2(y, x)
    metal = np.full(3, float(rng.uniform(120, 220)), np.float32) if rng.random() < 0.6 else random_color(rng)
    brushed = 1 + 0.2 * np.cos(2 * turn + float(rng.uniform(0, 6))) + 0.03 * rng.standard_normal((side, side))
    field = metal * np.asarray(brushed, np.float32)[..., None]
    if rng.random() < 0.55:
        field = mix(
            field, draw_artwork(rng, side, side, photos), (away < float(rng.uniform(0.6, 0.9))).astype(np.float32)
        )
    for ring in rng.uniform(0.55, 0.97, int(rng.integers(1, 5))):
        field = (
            field
            * (1 - 0.45 * np.exp(-(((away - ring) / 0.02) ** 2)) + 0.3 * np.exp(-(((away - ring - 0.03) / 0.02) ** 2)))[
                ..., None
            ]
        )
    if rng.random() < 0.4:
        cv2.ellipse(
            field,
            (side // 2, int(side * 0.32)),
            (side // 9, side // 6),
            0,
            0,
            360,
            [float(v) * 0.7 for v in metal],
            5,
            cv2.LINE_AA,
        )
    squeeze = float(rng.uniform(0.8, 1.0))
    layer = _layer(field, np.clip((1 - away) * side / 2, 0, 1) * 255)
    return np.asarray(cv2.resize(layer, (side, int(side * squeeze))), np.uint8)


def bottle(rng: np.random.Generator, photos: Photos) -> Picture:
    """A bottle from the side: plastic or glass, clear or colored, filled, with cap, label, highlights."""
    height = LONGEST
    half = float(rng.uniform(0.12, 0.22)) * height
    neck, cap_half = half * float(rng.uniform(0.25, 0.5)), half * float(rng.uniform(0.3, 0.5))
    cap_rows, shoulder = height * float(rng.uniform(0.05, 0.12)), height * float(rng.uniform(0.2, 0.5))
    neck_end = cap_rows + height * float(rng.uniform(0.02, 0.15))
    waist = float(rng.uniform(0, 0.12)) * (rng.random() < 0.5)
    rows = np.arange(height, dtype=np.float32)
    rise = np.clip((rows - neck_end) / max(shoulder - neck_end, 1), 0, 1)
    radii = neck + (half - neck) * np.sin(rise * np.pi / 2) ** float(rng.uniform(0.7, 2))
    radii = np.where(rows < cap_rows, cap_half, radii)
    radii *= 1 - waist * np.exp(-(((rows - height * 0.65) / (height * 0.1)) ** 2))
    foot = height - rows
    radii = radii * np.clip(0.85 + foot / (height * 0.03) * 0.15, 0, 1)
    width = int(half * 2) + 6
    x = np.arange(width, dtype=np.float32)[None, :] - width / 2
    across = x / np.maximum(radii[:, None], 1)
    mask = np.clip(radii[:, None] - np.abs(x) + 0.5, 0, 1)
    is_clear = rng.random() < 0.65
    tint = (
        random_color(rng)
        if rng.random() < 0.5
        else np.array([rng.uniform(150, 250), rng.uniform(150, 230), rng.uniform(120, 215)], np.float32)
    )
    rim = np.clip(np.abs(across), 0, 1) ** float(rng.uniform(3, 8))
    bumps = 0.1 * np.sin(rows * float(rng.uniform(0.1, 0.6)))[:, None] * (rng.random() < 0.5)
    field = tint * (1.0 - float(rng.uniform(0.2, 0.7)) * rim + bumps)[..., None]
    share = np.full((height, width), 1.0, np.float32)
    if is_clear:
        share = np.broadcast_to(float(rng.uniform(0.12, 0.6)) + 0.6 * rim, (height, width)).astype(np.float32)
        level = int(height * rng.uniform(0.1, 0.8))
        liquid = random_color(rng) if rng.random() < 0.5 else tint
        strength = float(rng.uniform(0.1, 0.9))
        share[level:] = share[level:] * (1 - strength) + strength
        field[level:] = mix(
            field[level:],
            liquid * (1 - 0.4 * rim[level:])[..., None],
            np.full((height - level, width), strength, np.float32),
        )
        share[height - int(0.05 * height) :] = np.clip(share[height - int(0.05 * height) :] + 0.3, 0, 1)
    for _ in range(int(rng.integers(1, 4))):
        middle, wide = float(rng.uniform(-0.8, 0.8)), float(rng.uniform(0.03, 0.12))
        light = np.exp(-(((across - middle) / wide) ** 2)) * float(rng.uniform(0.2, 0.9))
        field = mix(field, np.full(3, 250, np.float32), light)
        share = np.maximum(share, light * 0.8)
    if rng.random() < 0.7:
        top, tall = int(height * rng.uniform(0.35, 0.6)), int(height * rng.uniform(0.1, 0.35))
        label = draw_artwork(rng, tall, width, photos)
        round_light = (0.5 + 0.55 * np.sqrt(np.clip(1 - across[top : top + tall] ** 2, 0, 1)))[: label.shape[0]]
        field[top : top + tall] = (label[: len(round_light)] * round_light[..., None])[: len(field[top : top + tall])]
        share[top : top + tall] = 1
    cap = random_color(rng, vivid=True)
    rows_cap = int(cap_rows)
    field[:rows_cap] = cap * (0.5 + 0.55 * np.sqrt(np.clip(1 - across[:rows_cap] ** 2, 0, 1)))[..., None]
    share[:rows_cap] = 1
    return _layer(field, mask * share * 255)


def fruit(rng: np.random.Generator, photos: Photos) -> Picture:
    """A round thing grown, not made: one color or a photograph's texture, shaded like a ball."""
    height, width = _sides(rng, 0.4, 1.0)
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    bend = sum(float(rng.uniform(0, 0.05)) * np.sin(k * angles + float(rng.uniform(0, 6))) for k in (1, 2, 3, 5))
    points = (0.5 + 0.44 * np.stack([np.cos(angles), np.sin(angles)], 1) * (1 + bend)[:, None]) * (width, height)
    mask = fill_outline(height, width, points)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    dx, dy = float(rng.uniform(-0.4, 0.4)), float(rng.uniform(-0.4, 0.4))
    shade = 0.4 + 0.7 * np.sqrt(np.clip(1.1 - (x - dx) ** 2 - (y - dy) ** 2, 0, 1.1))
    skin = (
        _photo(rng, height, width, photos)
        if photos and rng.random() < 0.6
        else np.broadcast_to(random_color(rng, vivid=True), (height, width, 3))
    )
    speck = 1 + 0.1 * clouds(rng, height, width, 8, octaves=3)
    return _layer(skin * (shade * speck)[..., None], mask)


def tube(rng: np.random.Generator, photos: Photos) -> Picture:
    """A tube, stick or roll lying: a long cylinder with caps of another color."""
    height, width = _sides(rng, 0.14, 0.4)
    face = draw_artwork(rng, height, width, photos)
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    light = 0.4 + 0.65 * np.sqrt(np.clip(1 - (x + float(rng.uniform(-0.5, 0.5))) ** 2, 0, 1))
    rows = int(height * rng.uniform(0, 0.2))
    face[:rows] = random_color(rng)
    mask = np.zeros((height, width), np.uint8)
    radius = int(width * rng.uniform(0.02, 0.5))
    cv2.rectangle(mask, (0, radius), (width - 1, height - 1 - radius), 255, -1)
    cv2.ellipse(mask, (width // 2, radius), (width // 2, radius), 0, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.ellipse(mask, (width // 2, height - 1 - radius), (width // 2, radius), 0, 0, 360, 255, -1, cv2.LINE_AA)
    return _layer(face * np.broadcast_to(light, (height, width))[..., None], mask)


MAKERS: tuple[Callable[[np.random.Generator, Photos], Picture], ...] = (
    box, bag, fold_bag, tin_side, tin_top, bottle, fruit, tube,
)  # fmt: skip
_WEIGHTS = np.array([0.22, 0.18, 0.09, 0.12, 0.08, 0.19, 0.07, 0.05])
