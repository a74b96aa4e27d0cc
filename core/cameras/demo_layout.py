"""Where items lie on the demo counter: free places at any angle, sometimes touching, never hiding one another."""

import math
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from core.cameras.demo_outline import Pose, View, silhouette
from core.cameras.demo_products import PRODUCTS, DemoProduct
from core.cameras.demo_surface import RAIL_CM

_CELLS = 4.0
"""Cells a centimeter of the plan that free places are looked for on."""

_MARGIN_CM = 0.6
_GAP_CM = 0.8
_TRIES = 40
_TWIN_CHANCE = 0.22


class Plan:
    """Which part of the counter is taken, as the camera sees it.

    ``touch_chance`` in 0–1: the share of found places that are moved until the item touches another.
    """

    def __init__(self, view: View, *, touch_chance: float = 0.0) -> None:
        self._view = view
        self._touch_chance = touch_chance
        self._factor = _CELLS / view.scale
        shape = (round(view.height * self._factor), round(view.width * self._factor))
        self._taken = np.zeros(shape, np.uint8)
        self._masks: dict[int, npt.NDArray[np.uint8]] = {}

    def put(self, key: int, product: DemoProduct, pose: Pose) -> None:
        """Take the place of an item under a key; an item with that key is moved."""
        self._masks[key] = self._mask(product, pose)
        self._taken = np.maximum.reduce(list(self._masks.values()))

    def lift(self, key: int) -> None:
        """Free the place of an item."""
        del self._masks[key]
        self._taken = np.maximum.reduce([np.zeros_like(self._taken), *self._masks.values()])

    def find(self, product: DemoProduct, rng: np.random.Generator, *, angle: float | None = None) -> Pose | None:
        """A free pose at a random place, at the given angle or at any; ``None`` when none was found."""
        wide = 2 * round(_GAP_CM * _CELLS) + 1
        spaced = cv2.dilate(self._taken, np.ones((wide, wide), np.uint8))
        for _ in range(_TRIES):
            pose = Pose(
                float(rng.uniform(4, self._view.width_cm - 4)),
                float(rng.uniform(4 + RAIL_CM, self._view.height_cm - 4)),
                float(rng.uniform(-math.pi, math.pi)) if angle is None else angle,
            )
            if self.fits(product, pose) and not (self._mask(product, pose) & spaced).any():
                return self._nudged(product, pose) if rng.random() < self._touch_chance else pose
        return None

    def fits(self, product: DemoProduct, pose: Pose) -> bool:
        """Whether an item lies wholly inside the picture, off the rail, and on no other item."""
        outline = silhouette(product, pose, self._view) / self._view.scale
        left, top = outline.min(axis=0)
        right, bottom = outline.max(axis=0)
        if left < _MARGIN_CM or top < RAIL_CM + _MARGIN_CM:
            return False
        if right > self._view.width_cm - _MARGIN_CM or bottom > self._view.height_cm - _MARGIN_CM:
            return False
        return not (self._mask(product, pose) & self._taken).any()

    def _nudged(self, product: DemoProduct, pose: Pose) -> Pose:
        """The pose moved towards the nearest item until they touch."""
        taken = np.argwhere(self._taken)
        if not len(taken):
            return pose
        middle = np.array([pose.y, pose.x]) * _CELLS
        away = taken[int(np.argmin(((taken - middle) ** 2).sum(axis=1)))] - middle
        step = away / max(float(np.hypot(*away)), 1e-6) * 0.4
        last = pose
        for _ in range(40):
            closer = Pose(last.x + float(step[1]), last.y + float(step[0]), pose.angle)
            if not self.fits(product, closer):
                break
            last = closer
        return last

    def _mask(self, product: DemoProduct, pose: Pose) -> npt.NDArray[np.uint8]:
        drawn = np.zeros(self._taken.shape, np.uint8)
        outline = silhouette(product, pose, self._view) * self._factor
        cv2.fillPoly(drawn, [np.round(outline * 16).astype(np.int32)], 1, cv2.LINE_8, 4)
        return drawn


def choose_products(count: int, rng: np.random.Generator) -> list[DemoProduct]:
    """A basket of ``count`` products, near twins more often than chance has it."""
    chosen: list[DemoProduct] = []
    while len(chosen) < count:
        product = PRODUCTS[int(rng.integers(len(PRODUCTS)))]
        if chosen and rng.random() < _TWIN_CHANCE:
            design = chosen[int(rng.integers(len(chosen)))].look.design
            alike = [other for other in PRODUCTS if other.look.design == design]
            product = alike[int(rng.integers(len(alike)))]
        chosen.append(product)
    return chosen


def lay_out(
    products: Sequence[DemoProduct], view: View, rng: np.random.Generator, *, touch_chance: float
) -> tuple[list[Pose], Plan]:
    """A pose for each product, and the plan with all of them; in a grid when a random order does not work out."""
    for _ in range(12):
        plan = Plan(view, touch_chance=touch_chance)
        found: dict[int, Pose] = {}
        for index in sorted(range(len(products)), key=lambda i: -products[i].width * products[i].length):
            pose = plan.find(products[index], rng)
            if pose is None:
                break
            plan.put(index, products[index], pose)
            found[index] = pose
        if len(found) == len(products):
            return [found[index] for index in range(len(products))], plan
    return _in_a_grid(products, view, rng)


def _in_a_grid(products: Sequence[DemoProduct], view: View, rng: np.random.Generator) -> tuple[list[Pose], Plan]:
    """Four columns and two rows, upright or upside down: there is room for the largest pack everywhere."""
    plan, poses = Plan(view), []
    for index, product in enumerate(products):
        x = 0.5 * view.width_cm + (index % 4 - 1.5) * 0.21 * view.width_cm
        y = 0.52 * view.height_cm + (index // 4 - 0.5) * 0.42 * view.height_cm
        turn = 0.0 if product.length < 19 else math.pi / 2
        pose = Pose(x, y, turn + math.pi * int(rng.integers(2)) + float(rng.uniform(-0.04, 0.04)))
        plan.put(index, product, pose)
        poses.append(pose)
    return poses, plan
