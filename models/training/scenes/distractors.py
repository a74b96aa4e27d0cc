"""Drawn things that lie on or reach over counters and are not for sale: bags, phones, receipts, keys, cables, trays."""

from collections.abc import Callable

import cv2
import numpy as np

from models.training.scenes.raster import Picture, clouds, fill_outline, mix, random_color, tighten, to_bytes
from models.training.scenes.surfaces import SIDE, cloth, plain

Drawn = tuple[Picture, float]
"""A layer, H×W×4, and its length as a share of a usual item's."""


def draw_distractor(rng: np.random.Generator) -> Drawn:
    """A thing that is not an item."""
    maker = MAKERS[int(rng.choice(len(MAKERS), p=_WEIGHTS))]
    layer, length = maker(rng)
    return tighten(layer), length


def dress_arm(rng: np.random.Generator, arm: Picture, first_row: int, skin: tuple[int, int, int]) -> Picture:
    """An arm, H×W×4, drawn with a light plain sleeve from ``first_row`` on, in cloth of any kind or bare (BGR)."""
    layer = arm.copy()
    rows, columns = layer.shape[0] - first_row, layer.shape[1]
    part = layer[first_row:, :, :3].astype(np.float32) / 196
    if rng.random() < 0.3:
        dress = np.broadcast_to(np.array(skin, np.float32) * 1.02, (rows, columns, 3))
    else:
        texture = cloth(rng) if rng.random() < 0.6 else plain(rng)
        repeated = np.tile(texture, (rows // SIDE + 1, columns // SIDE + 1, 1))
        dress = repeated[:rows, :columns]
    layer[first_row:, :, :3] = to_bytes(part * dress)
    return layer


def phone(rng: np.random.Generator) -> Drawn:
    """A phone: its dark screen, a lit one, or its plain back with lenses."""
    height, width = 220, int(220 * rng.uniform(0.45, 0.53))
    body = (
        [float(v) for v in np.full(3, rng.uniform(5, 45))]
        if rng.random() < 0.7
        else [float(v) for v in random_color(rng)]
    )
    field = np.empty((height, width, 3), np.float32)
    field[:] = body
    kind = rng.random()
    edge = int(rng.integers(3, 9))
    if kind < 0.45:
        run = np.linspace(0, 1, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
        field += (run * float(rng.uniform(0, 70)))[..., None]
    elif kind < 0.75:
        field[edge : height - edge, edge : width - edge] = random_color(rng) * 0.5 + 110
        for _ in range(int(rng.integers(4, 20))):
            x, y = int(rng.integers(edge, width - 24)), int(rng.integers(edge, height - 24))
            cv2.rectangle(
                field,
                (x, y),
                (x + int(rng.integers(6, 60)), y + int(rng.integers(4, 22))),
                [float(v) for v in random_color(rng)],
                -1,
            )
        field[:, width - edge :] = body
        field[height - edge :] = body
    else:
        for index in range(int(rng.integers(1, 4))):
            cv2.circle(field, (int(width * 0.24), 26 + 24 * index), 10, (15.0, 15.0, 15.0), -1, cv2.LINE_AA)
    mask = np.zeros((height, width), np.uint8)
    radius = int(rng.integers(6, 20))
    cv2.rectangle(mask, (radius, 0), (width - 1 - radius, height - 1), 255, -1)
    cv2.rectangle(mask, (0, radius), (width - 1, height - 1 - radius), 255, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)
    return np.dstack([to_bytes(field), mask]), float(rng.uniform(0.7, 1.1))


def receipt(rng: np.random.Generator) -> Drawn:
    """A slip of thermal paper, curled, printed with lines of gray."""
    height, width = 240, int(240 * rng.uniform(0.22, 0.6))
    paper = float(rng.uniform(205, 252))
    field = np.full((height, width, 3), paper, np.float32)
    row = 8
    while row < height - 8:
        if rng.random() < 0.8:
            left = int(rng.uniform(3, width * 0.3))
            stop = int(rng.uniform(left + 5, width - 3))
            for x in range(left, stop, 4):
                if rng.random() < 0.8:
                    field[row : row + 3, x : x + 3] = paper - float(rng.uniform(60, 150))
        row += int(rng.integers(5, 10))
    curl = np.sin(np.linspace(0, float(rng.uniform(2, 9)), height) + float(rng.uniform(0, 6)))
    field *= (1 + 0.1 * curl)[:, None, None]
    shift = (0.04 * width * curl).astype(np.float32)
    points = np.concatenate(
        [
            np.stack([0.06 * width + shift, np.arange(height)], 1),
            np.stack([0.94 * width + shift, np.arange(height)], 1)[::-1],
        ]
    )
    return np.dstack([to_bytes(field), fill_outline(height, width, points)]), float(rng.uniform(0.5, 1.4))


def card(rng: np.random.Generator) -> Drawn:
    """A bank card, a price tag or a bank note lying flat."""
    width = 150
    height = int(width * rng.uniform(0.4, 0.64))
    field = np.empty((height, width, 3), np.float32)
    field[:] = random_color(rng) * 0.6 + 60
    field *= (1 + 0.1 * clouds(rng, height, width, 3))[..., None]
    cv2.rectangle(field, (16, height // 3), (38, height // 3 + 16), (90.0, 190.0, 220.0), -1)
    printed = to_bytes(field)
    cv2.putText(
        printed,
        "".join(str(int(n)) for n in rng.integers(0, 10, 9)),
        (10, int(height * 0.75)),
        0,
        0.5,
        (230.0,) * 3,
        1,
        cv2.LINE_AA,
    )
    mask = np.full((height, width), 255, np.uint8)
    return np.dstack([printed, mask]), float(rng.uniform(0.25, 0.45))


def pen(rng: np.random.Generator) -> Drawn:
    """A pen, or scissors' worth of thin metal."""
    field = np.empty((14, 200, 3), np.float32)
    field[:] = random_color(rng)
    field[:, : int(rng.integers(10, 80))] = random_color(rng)
    field *= (0.6 + 0.6 * np.sin(np.linspace(0.2, 3, 14)))[:, None, None]
    mask = fill_outline(14, 200, [(0, 7), (14, 3), (190, 1), (199, 4), (199, 10), (190, 13), (14, 11)])
    return np.dstack([to_bytes(field), mask]), float(rng.uniform(0.4, 0.8))


def cable(rng: np.random.Generator) -> Drawn:
    """A cable or strap in loops."""
    side = 300
    t = np.linspace(0, 1, 60)
    x = 150 + 130 * sum(
        float(rng.uniform(-0.6, 0.6)) * np.cos(2 * np.pi * k * t * 0.7 + float(rng.uniform(0, 6))) for k in (1, 2, 3)
    )
    y = 150 + 130 * sum(
        float(rng.uniform(-0.6, 0.6)) * np.sin(2 * np.pi * k * t * 0.7 + float(rng.uniform(0, 6))) for k in (1, 2, 3)
    )
    mask = np.zeros((side, side), np.uint8)
    thick = int(rng.integers(2, 10))
    outer = np.stack([x, y], 1).astype(np.int32)
    cv2.polylines(mask, [outer], isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA)
    core = np.zeros((side, side), np.uint8)
    inner = np.stack([x - thick / 5, y - thick / 5], 1).astype(np.int32)
    cv2.polylines(core, [inner], isClosed=False, color=255, thickness=max(1, thick // 3), lineType=cv2.LINE_AA)
    tone = np.full(3, rng.uniform(8, 60), np.float32) if rng.random() < 0.6 else random_color(rng)
    field = mix(np.broadcast_to(tone, (side, side, 3)), tone * 1.2 + 40, core.astype(np.float32) / 255 * 0.7)
    return np.dstack([to_bytes(field), mask]), float(rng.uniform(0.8, 2.5))


def keys(rng: np.random.Generator) -> Drawn:
    """A keyboard, a calculator or a card terminal: a dark slab with a grid of keys, perhaps a display."""
    columns, rows = (
        (int(rng.integers(10, 18)), int(rng.integers(4, 7)))
        if rng.random() < 0.5
        else (int(rng.integers(3, 6)), int(rng.integers(4, 7)))
    )
    cell, head = 20, 0 if columns > 8 else int(rng.uniform(20, 90))
    height, width = rows * cell + 14 + head, columns * cell + 14
    field = np.empty((height, width, 3), np.float32)
    tone = float(rng.choice([25.0, 45.0, 70.0, 200.0])) * float(rng.uniform(0.8, 1.15))
    field[:] = tone
    cap = float(np.clip(tone + rng.choice([-45.0, 35.0, 70.0]), 8, 245))
    for row in range(rows):
        for column in range(columns):
            x, y = 8 + column * cell, 8 + head + row * cell
            color = [cap] * 3 if rng.random() < 0.93 else [float(v) for v in random_color(rng, vivid=True)]
            cv2.rectangle(field, (x, y), (x + cell - 4, y + cell - 4), color, -1)
    if head:
        cv2.rectangle(field, (10, 8), (width - 10, head), [float(v) for v in random_color(rng) * 0.4 + 60], -1)
    return np.dstack([to_bytes(field), np.full((height, width), 255, np.uint8)]), float(
        rng.uniform(1.2, 2.6) if columns > 8 else rng.uniform(0.6, 1.0)
    )


def scanner(rng: np.random.Generator) -> Drawn:
    """A hand scanner: a dark head on a handle, often with a stripe of another color."""
    mask = np.zeros((240, 160), np.uint8)
    cv2.ellipse(mask, (80, 50), (int(rng.integers(45, 75)), int(rng.integers(30, 48))), 0, 0, 360, 255, -1, cv2.LINE_AA)
    bend = int(rng.integers(-25, 26))
    grip = int(rng.integers(16, 26))
    cv2.line(mask, (80, 60), (80 + bend, 215), 255, 2 * grip, cv2.LINE_AA)
    body = (
        np.full(3, rng.uniform(10, 70), np.float32)
        if rng.random() < 0.75
        else np.full(3, rng.uniform(170, 230), np.float32)
    )
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
    light = 0.5 + 0.6 * np.clip(depth / 30, 0, 1) ** 0.5
    field = body * light[..., None]
    field[100:112] = random_color(rng, vivid=True) if rng.random() < 0.5 else field[100:112]
    return np.dstack([to_bytes(field), mask]), float(rng.uniform(0.8, 1.2))


def shopping_bag(rng: np.random.Generator) -> Drawn:
    """A bag of cloth, paper or film, or a garment's hem: large, crumpled, mostly of one color."""
    height, width = int(rng.uniform(260, 420)), int(rng.uniform(260, 420))
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    bend = sum(float(rng.uniform(0, 0.08)) * np.sin(k * angles + float(rng.uniform(0, 6))) for k in (1, 2, 3, 5, 7))
    power = float(rng.uniform(0.4, 1.0))
    circle = np.stack(
        [
            np.sign(np.cos(angles)) * np.abs(np.cos(angles)) ** power,
            np.sign(np.sin(angles)) * np.abs(np.sin(angles)) ** power,
        ],
        1,
    )
    mask = fill_outline(height, width, (0.5 + 0.42 * circle * (1 + bend)[:, None]) * (width, height))
    texture = cloth(rng) if rng.random() < 0.55 else plain(rng)
    field = np.asarray(cv2.resize(texture, (width, height)), np.float32)
    folds = clouds(rng, height, width, float(rng.uniform(2, 6)), octaves=4)
    down, across = np.gradient(cv2.GaussianBlur(folds, (0, 0), 2))
    field *= np.clip(1 + float(rng.uniform(1, 5)) * (down + across), 0.35, 1.6)[..., None]
    share = mask
    if rng.random() < 0.25:
        film = np.clip(0.35 + 2 * np.abs(down + across), 0.2, 0.95)
        field = field * 0.3 + 165
        share = (mask * film).astype(np.uint8)
    layer = np.dstack([to_bytes(field), share])
    if rng.random() < 0.5:
        tone = [float(v) for v in random_color(rng) * 0.7]
        cv2.ellipse(
            layer,
            (width // 2, int(height * 0.2)),
            (width // 5, height // 5),
            0,
            160,
            380,
            [*tone, 255.0],
            int(rng.integers(6, 18)),
            cv2.LINE_AA,
        )
    return layer, float(rng.uniform(1.6, 3.5))


def coins(rng: np.random.Generator) -> Drawn:
    """A few coins."""
    layer = np.zeros((150, 150, 4), np.uint8)
    for _ in range(int(rng.integers(1, 7))):
        center = (int(rng.integers(25, 125)), int(rng.integers(25, 125)))
        tone = [float(v) for v in np.array([rng.uniform(50, 160), rng.uniform(110, 175), rng.uniform(140, 195)])]
        radius = int(rng.integers(11, 20))
        cv2.circle(layer, center, radius, [*tone, 255.0], -1, cv2.LINE_AA)
        cv2.circle(layer, center, radius - 3, [*(v * 0.8 for v in tone), 255.0], 1, cv2.LINE_AA)
    return layer, float(rng.uniform(0.3, 0.6))


def tray(rng: np.random.Generator) -> Drawn:
    """A tray, mat or shallow basket: a large flat thing that items lie on."""
    height, width = int(rng.uniform(220, 400)), 400
    texture = plain(rng) if rng.random() < 0.6 else cloth(rng)
    field = np.asarray(cv2.resize(texture, (width, height)), np.float32)
    rim = int(rng.integers(4, 22))
    tone = float(rng.uniform(0.5, 1.4))
    for part in (np.s_[:rim], np.s_[height - rim :], np.s_[:, :rim], np.s_[:, width - rim :]):
        field[part] *= tone
    if rng.random() < 0.3:
        gap = int(rng.integers(14, 40))
        field[::gap] *= 0.6
        field[:, ::gap] *= 0.6
    mask = np.full((height, width), 255, np.uint8)
    return np.dstack([to_bytes(field), mask]), float(rng.uniform(2.5, 5))


MAKERS: tuple[Callable[[np.random.Generator], Drawn], ...] = (
    phone, receipt, card, pen, cable, keys, scanner, shopping_bag, coins, tray,
)  # fmt: skip
_WEIGHTS = np.array([0.16, 0.15, 0.08, 0.06, 0.1, 0.1, 0.08, 0.14, 0.04, 0.09])
