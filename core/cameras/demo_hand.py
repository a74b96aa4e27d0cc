"""Hands and forearms of the demo shop's customers, drawn from above."""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.cameras.demo_packs import Layer, Plane
from core.cameras.demo_products import Color

SKINS: tuple[Color, ...] = (
    (242, 205, 180), (228, 182, 148), (204, 152, 112), (168, 114, 78), (124, 80, 56), (86, 56, 42),
)  # fmt: skip
SLEEVES: tuple[Color, ...] = (
    (52, 70, 104), (128, 44, 52), (62, 96, 80), (196, 190, 178), (50, 50, 54), (206, 150, 62), (122, 132, 150),
)  # fmt: skip

_LEFT, _RIGHT, _TOP = -9.0, 9.0, -1.2
_HAND_END = 32.0

Bone = tuple[float, float, float, float, float, float]
"""From (x, y, radius) to (x, y, radius), in centimeters; the middle fingertip is near (0, 0), the arm goes down."""

_PALM: tuple[Bone, ...] = (
    (-2.0, 9.4, 1.5, -1.2, 15.6, 2.2),
    (0.1, 9.0, 1.6, 0.2, 15.6, 2.4),
    (2.3, 9.8, 1.4, 1.5, 15.6, 2.1),
    (0.2, 15.5, 2.7, 0.3, 20.0, 2.75),
    (0.3, 20.0, 2.75, 0.4, 32.0, 3.7),
)
_OPEN: tuple[Bone, ...] = (
    (-2.5, 9.0, 0.98, -3.3, 4.6, 0.86), (-3.3, 4.6, 0.86, -3.5, 1.5, 0.68),
    (-0.6, 8.6, 1.02, -0.6, 3.9, 0.9), (-0.6, 3.9, 0.9, -0.4, 0.4, 0.7),
    (1.3, 8.9, 0.98, 1.9, 4.6, 0.86), (1.9, 4.6, 0.86, 2.3, 1.5, 0.66),
    (2.9, 9.7, 0.86, 4.1, 6.4, 0.74), (4.1, 6.4, 0.74, 4.7, 4.0, 0.58),
    (-2.4, 14.2, 1.5, -5.3, 11.4, 1.1), (-5.3, 11.4, 1.1, -6.5, 8.4, 0.8),
)  # fmt: skip
_GRIP: tuple[Bone, ...] = (
    (-2.4, 8.8, 1.05, -2.9, 4.8, 0.95), (-2.9, 4.8, 0.95, -2.5, 2.4, 0.72),
    (-0.6, 8.4, 1.1, -0.6, 4.2, 1.0), (-0.6, 4.2, 1.0, -0.4, 1.6, 0.76),
    (1.3, 8.7, 1.05, 1.7, 4.7, 0.95), (1.7, 4.7, 0.95, 1.7, 2.2, 0.72),
    (2.8, 9.5, 0.92, 3.6, 6.3, 0.82), (3.6, 6.3, 0.82, 3.5, 4.2, 0.62),
    (-2.4, 14.0, 1.55, -4.6, 10.6, 1.12), (-4.6, 10.6, 1.12, -4.5, 7.0, 0.82),
)  # fmt: skip
_TIPS = (1, 3, 5, 7, 9)


@dataclass(frozen=True, slots=True, eq=False)
class Arm:
    """A hand with its forearm, pointing up. ``tip_x``, ``tip_y``: the fingertips' place in ``layer`` in pixels."""

    layer: Layer
    tip_x: float
    tip_y: float


@dataclass(frozen=True, slots=True)
class Person:
    """What a customer's arms look like: indices into ``SKINS`` and ``SLEEVES``."""

    skin: int
    sleeve: int


@lru_cache(maxsize=24)
def draw_arm(person: Person, *, is_left: bool, is_gripping: bool, length: float, scale: float) -> Arm:
    """A person's arm, ``length`` centimeters of it, at ``scale`` pixels a centimeter.

    The same arguments give the same pixels.
    """
    skin_shade, skin_share, nails = _hand(is_gripping=is_gripping, scale=scale)
    rows, columns = round((max(length, _HAND_END) - _TOP) * scale), skin_share.shape[1]
    picture = np.zeros((rows, columns, 4), np.float32)
    skin = np.array(SKINS[person.skin], np.float32)
    lips = skin * np.array([1.06, 0.94, 0.92], np.float32) + 14
    color = skin * (1 - nails[..., None]) + lips * nails[..., None]
    warm = np.array([0.02, 0.0, -0.02], np.float32)
    face = color * skin_shade[..., None] * (1 + warm * (1 - skin_shade[..., None]) * 6)
    picture[: len(face), :, :3] = face * skin_share[..., None]
    picture[: len(face), :, 3] = skin_share * 255
    _add_sleeve(picture, np.array(SLEEVES[person.sleeve], np.float32), scale)
    layer = np.clip(picture.round(), 0, 255).astype(np.uint8)
    tip_x = -_LEFT * scale
    if is_left:
        layer = np.ascontiguousarray(layer[:, ::-1])
        tip_x = columns - 1 - tip_x
    layer.flags.writeable = False
    return Arm(layer, tip_x, -_TOP * scale)


@lru_cache(maxsize=8)
def _hand(*, is_gripping: bool, scale: float) -> tuple[Plane, Plane, Plane]:
    """Shade, share (0–1) and nails (0–1) of the bare part, each rows × columns."""
    columns, rows = round((_RIGHT - _LEFT) * scale), round((_HAND_END - _TOP) * scale)
    x = (np.arange(columns, dtype=np.float32) / scale + _LEFT)[None, :]
    y = (np.arange(rows, dtype=np.float32) / scale + _TOP)[:, None]
    fingers = _GRIP if is_gripping else _OPEN
    heights = np.zeros((rows, columns), np.float32)
    outside = np.full((rows, columns), 9.0, np.float32)
    for bone in (*_PALM, *fingers):
        away, radius = _distance(x, y, bone)
        outside = np.minimum(outside, away - radius)
        inside = np.clip(1 - (away / radius) ** 2, 0, 1)
        heights = np.maximum(heights, 0.9 * radius**0.5 * np.sqrt(inside))
    smooth = cv2.GaussianBlur(heights, (0, 0), 0.16 * scale)
    down, across = np.gradient(smooth * scale)
    normal_z = 1 / np.sqrt(1 + across**2 + down**2)
    shade = 0.56 + 0.46 * normal_z - 0.1 * across * normal_z
    shade = shade * (1 - _knuckles(x, y, fingers))
    share = np.clip(0.5 - outside * scale, 0, 1)
    nails = np.zeros_like(shade)
    for index in _TIPS:
        fx, fy, _, tx, ty, tip = fingers[index]
        turn = math.atan2(tx - fx, fy - ty)
        dx, dy = x - (tx - 0.05 * math.sin(turn)), y - (ty + 0.08)
        along = dx * math.sin(turn) - dy * math.cos(turn)
        aside = dx * math.cos(turn) + dy * math.sin(turn)
        reach = 0.55 if is_gripping else 0.72
        nail = np.clip((1 - (along / (reach * tip)) ** 2 - (aside / (0.6 * tip)) ** 2) * 3.0, 0, 1)
        nails = np.maximum(nails, nail)
    return np.asarray(shade, np.float32), np.asarray(share, np.float32), np.asarray(nails * 0.8, np.float32)


def _distance(x: Plane, y: Plane, bone: Bone) -> tuple[Plane, Plane]:
    """How far each pixel is from the bone's axis, and the bone's radius there, in centimeters."""
    x0, y0, r0, x1, y1, r1 = bone
    dx, dy = x1 - x0, y1 - y0
    share = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
    away = np.hypot(x - x0 - share * dx, y - y0 - share * dy)
    return np.asarray(away, np.float32), np.asarray(r0 + share * (r1 - r0), np.float32)


def _knuckles(x: Plane, y: Plane, fingers: tuple[Bone, ...]) -> Plane:
    """Darkening, 0–1, of the folds over the joints."""
    folds = np.zeros(np.broadcast_shapes(x.shape, y.shape), np.float32)
    for index in _TIPS:
        jx, jy, radius = fingers[index][0], fingers[index][1], fingers[index][2]
        for shift in (-0.28, 0.0, 0.28):
            fold = np.exp(-(((y - jy - shift - 0.1 * np.abs(x - jx)) / 0.07) ** 2) - ((x - jx) / (0.55 * radius)) ** 2)
            folds = np.maximum(folds, 0.13 * fold)
    return np.asarray(folds, np.float32)


def _add_sleeve(picture: npt.NDArray[np.float32], color: npt.NDArray[np.float32], scale: float) -> None:
    """Put a sleeve with cuff and folds over the forearm, in place."""
    first = round((24.0 - _TOP) * scale)
    rows, columns = picture.shape[0] - first, picture.shape[1]
    x = (np.arange(columns, dtype=np.float32) / scale + _LEFT - 0.4)[None, :]
    y = (np.arange(rows, dtype=np.float32) / scale)[:, None]
    half = 4.2 + 2.2 * np.clip(y / 40, 0, 1) + 0.12 * np.sin(y * 1.1) + 0.1 * np.sin(y * 0.47 + 1)
    start = 0.12 * np.cos(x / 4.2 * math.pi / 2)
    across = x / half
    normal_z = np.sqrt(np.clip(1 - across**2, 0, 1))
    folds = 0.06 * np.sin(y * 1.7 + 2.2 * across + np.sin(y * 0.6) * 2) * np.clip(y / 6, 0.2, 1)
    cuff = np.clip((2.6 - y) / 0.1, 0, 1)
    ribs = 0.07 * np.sin(x * 2 * math.pi / 0.45)
    seam = 0.3 * np.exp(-(((y - 2.6) / 0.12) ** 2))
    shade = 0.5 + 0.52 * normal_z - 0.08 * across + folds * (1 - cuff) + ribs * cuff - seam
    share = np.clip((half - np.abs(x)) * scale + 0.5, 0, 1) * np.clip((y + start) * scale, 0, 1)
    face = color * np.clip(shade, 0.2, 1.15)[..., None]
    under = picture[first:]
    edge = 1 - 0.35 * np.exp(-((y / 0.4) ** 2))
    under[..., :3] = under[..., :3] * (1 - share[..., None]) * edge[..., None] + face * share[..., None]
    under[..., 3] = under[..., 3] * (1 - share) + 255 * share
