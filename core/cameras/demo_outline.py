"""The outlines of packs and how they look from a camera above the counter."""

import math
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.cameras.demo_canvas import ellipse_points
from core.cameras.demo_products import DemoProduct, Pack

Outline = npt.NDArray[np.float32]
"""N×2 points, x and y, clockwise on the picture."""

CAMERA_HEIGHT = 95.0
"""Centimeters from the counter to the camera."""

_ROUNDED = {Pack.CARTON: 0.12, Pack.BAR: 0.1, Pack.FLAT_TIN: 1.5}
_BOTTLE = ((0, 1.32), (1.4, 1.32), (1.5, 1.18), (3.0, 1.2), (4.2, 1.7), (5.4, 2.6), (6.4, 3.1), (7.4, 3.2),
           (14.9, 3.2), (15.6, 3.1), (16.4, 3.2), (17.9, 3.2), (18.4, 2.95), (18.6, 2.5))  # fmt: skip
"""Distance from the cap and radius, in centimeters."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where an item is: its middle on the counter and its height above it in centimeters, its turn in radians."""

    x: float
    y: float
    angle: float
    z: float = 0.0


@dataclass(frozen=True, slots=True)
class View:
    """The camera above the counter: picture size in pixels and ``scale`` in pixels a centimeter on the counter."""

    width: int
    height: int

    @property
    def scale(self) -> float:
        return 13.7 * min(self.width / 1280, self.height / 720)

    @property
    def width_cm(self) -> float:
        return self.width / self.scale

    @property
    def height_cm(self) -> float:
        return self.height / self.scale

    def magnified(self, height: float) -> float:
        """How much larger things ``height`` centimeters above the counter appear."""
        return CAMERA_HEIGHT / (CAMERA_HEIGHT - height)

    def project(self, points: Outline, height: float) -> Outline:
        """Points in centimeters, at one height above the counter, to places in the picture in pixels."""
        middle = np.array([self.width_cm, self.height_cm], np.float32) / 2
        return np.asarray(((points - middle) * self.magnified(height) + middle) * self.scale, np.float32)


@lru_cache(maxsize=64)
def footprint(product: DemoProduct) -> Outline:
    """The outline of a product around its middle, in centimeters, unturned."""
    width, length = product.width, product.length
    match product.pack:
        case Pack.ROUND_TIN:
            points = np.array(ellipse_points(0, 0, width / 2, length / 2, steps=56), np.float32)
        case Pack.BOTTLE:
            right = np.array([(radius, along - length / 2) for along, radius in _BOTTLE], np.float32)
            points = np.concatenate([right, right[::-1] * np.array([-1, 1], np.float32)])
        case Pack.BAG:
            points = _bag(width, length)
        case Pack.LYING_TIN:
            points = _tin_side(width, length)
        case _:
            points = _rounded(width, length, _ROUNDED[product.pack])
    points.flags.writeable = False
    return points


def bottle_radii(along: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The radius of a bottle, in centimeters, at distances from the top of its cap."""
    places, radii = zip(*_BOTTLE, strict=True)
    return np.asarray(np.interp(along, places, radii), np.float32)


def top_height(product: DemoProduct) -> float:
    """How far above the counter the outline lies that the camera sees: the lid of a tin, the middle of a bottle."""
    match product.pack:
        case Pack.BOTTLE | Pack.LYING_TIN | Pack.BAG:
            return product.height / 2
        case _:
            return product.height


def has_walls(product: DemoProduct) -> bool:
    """Whether upright sides can be seen beside the top."""
    return product.pack in {Pack.CARTON, Pack.ROUND_TIN, Pack.FLAT_TIN, Pack.BAR}


def placed(product: DemoProduct, pose: Pose) -> Outline:
    """The footprint turned and moved to its place on the counter, in centimeters."""
    c, s = math.cos(pose.angle), math.sin(pose.angle)
    turn = np.array([[c, s], [-s, c]], np.float32)
    return np.asarray(footprint(product) @ turn + np.array([pose.x, pose.y], np.float32), np.float32)


def silhouette(product: DemoProduct, pose: Pose, view: View) -> Outline:
    """Everything of an item that the camera sees, walls included, as one convex outline in pixels."""
    ground = placed(product, pose)
    top = view.project(ground, pose.z + top_height(product))
    if not has_walls(product):
        return top
    both = np.concatenate([view.project(ground, pose.z), top])
    return np.asarray(cv2.convexHull(both)[:, 0], np.float32)


def _rounded(width: float, length: float, radius: float) -> Outline:
    points = []
    for quarter, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        for step in range(9):
            a = math.pi / 2 * (quarter + step / 8)
            points.append(
                (
                    sx * (width / 2 - radius) + radius * math.cos(a),
                    sy * (length / 2 - radius) + radius * math.sin(a),
                )
            )
    return np.array(points, np.float32)


def _bag(width: float, length: float) -> Outline:
    """Seals at both ends keep the full width; the filled middle draws the sides in."""
    along = np.linspace(-1, 1, 25)
    inset = 0.035 * width * (1 - np.abs(along) ** 6) + 0.012 * width * np.cos(along * 9)
    right = np.stack([width / 2 - inset, along * length / 2], axis=1)
    return np.concatenate([right, right[::-1] * np.array([-1.0, 1.0])]).astype(np.float32)


def _tin_side(width: float, length: float) -> Outline:
    rim, body = width / 2, width / 2 - 0.14
    right = [(rim, -length / 2), (rim, -length / 2 + 0.4), (body, -length / 2 + 0.5), (body, length / 2 - 0.5),
             (rim, length / 2 - 0.4), (rim, length / 2)]  # fmt: skip
    side = np.array(right, np.float32)
    return np.concatenate([side, side[::-1] * np.array([-1, 1], np.float32)])
