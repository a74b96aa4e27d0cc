"""The demo counter put together: what lies, what moves, hands over it, and the truth of what can be seen."""

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

import cv2
import numpy as np

from core.cameras.demo_hand import draw_arm
from core.cameras.demo_outline import Pose, View, top_height
from core.cameras.demo_packs import VARIANTS, pack_sprite
from core.cameras.demo_patches import (
    SOLID,
    Patch,
    Shade,
    apply_patch,
    apply_shade,
    cast_shadow,
    draw_item,
    draw_reach,
    solid_part,
)
from core.cameras.demo_products import DemoProduct
from core.cameras.demo_story import Act, Customer, ScriptItem, Story
from core.cameras.demo_surface import Counter, SensorNoise
from core.frames import Pixels
from core.sightings import Box

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_HAND_SHADE = 0.42


@dataclass(frozen=True, slots=True)
class TrueItem:
    """An item of which something can be seen in a frame.

    ``box`` is tight around its visible part, cut to the picture. ``visible`` in 0–1: the share of the item that
    neither a hand, another item, nor the border of the picture hides. ``is_moving``: a hand carries or turns it;
    what passes by on a belt does not move on it.
    """

    item_id: int
    name: str
    box: Box
    visible: float
    is_moving: bool


class _Kept(Generic[_Key, _Value]):
    """The values asked for last, at most ``most`` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[_Key, _Value] = OrderedDict()

    def get(self, key: _Key) -> _Value | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def put(self, key: _Key, value: _Value) -> _Value:
        self._values[key] = value
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


_Layer = tuple[Patch, ScriptItem | None, bool]
"""A patch, the item that it shows (``None``: an arm), and whether that item moves."""

_RestKey = tuple[int, tuple[tuple[int, Pose], ...]]


class Scene:
    """Draws the counter at any moment of a story. Not thread-safe; pictures of resting items are kept for speed."""

    def __init__(self, view: View, seed: int, story: Story) -> None:
        self._view = view
        self._seed = seed
        self._story = story
        self._scale = min(2 * view.scale, 48.0)
        self._counter = Counter(view, seed)
        self._noise = SensorNoise(view, seed)
        self._pictures: _Kept[_RestKey, Pixels] = _Kept(3)
        self._patches: _Kept[tuple[int, Pose], Patch] = _Kept(24)
        self._truths: _Kept[_RestKey, tuple[TrueItem, ...]] = _Kept(8)

    @property
    def empty(self) -> Pixels:
        """The counter with nothing on it and no noise; read-only."""
        return self._counter.pixels

    def picture(self, seconds: float) -> Pixels:
        """The counter at a moment without the camera's noise; may be read-only."""
        customer = self._story.at(seconds)
        resting = self._rested(customer, seconds)
        acts = customer.acting(seconds)
        if not acts:
            return resting
        pixels = resting.copy()
        for act in acts:
            reach, pose = act.reach(seconds)
            if act.grip <= seconds < act.release:
                item = customer.items[act.item]
                patch = self._moving(item, pose)
                apply_shade(pixels, self._item_shadow(patch, item.product, pose))
                apply_patch(pixels, patch)
            arm = self._arm(customer, act, reach, pose)
            if arm is not None:
                apply_shade(pixels, cast_shadow(arm, self._view, z=2.0 + 0.6 * pose.z, depth=_HAND_SHADE))
                apply_patch(pixels, arm)
        return pixels

    def frame(self, number: int, fps: float) -> Pixels:
        """Frame ``number`` as the camera gives it, a fresh array: a pure function of seed, number and rate."""
        return self._noise.add(self.picture(number / fps), np.random.default_rng([self._seed, 4, number]))

    def truth(self, seconds: float) -> tuple[TrueItem, ...]:
        """What can be seen at a moment, in the order in which it was put down."""
        customer = self._story.at(seconds)
        if customer.acting(seconds):
            return self._seen(self._layers(customer, seconds))
        key = (customer.number, customer.resting(seconds))
        return self._truths.get(key) or self._truths.put(key, self._seen(self._layers(customer, seconds)))

    def reference(self, product: DemoProduct, rng: np.random.Generator) -> Pixels:
        """A product alone on the counter at a random place, angle and light, cut tightly: H×W×3."""
        view = self._view
        pose = Pose(
            view.width_cm * float(rng.uniform(0.22, 0.78)),
            view.height_cm * float(rng.uniform(0.3, 0.7)),
            float(rng.uniform(-math.pi, math.pi)),
        )
        sprite = pack_sprite(product, int(rng.integers(VARIANTS.get(product.pack, 1))), self._scale)
        patch = draw_item(sprite, pose, view, light=self._light(pose))
        height, width = patch.layer.shape[:2]
        x0, y0 = max(0, patch.left), max(0, patch.top)
        pixels = self._counter.pixels[y0 : y0 + height, x0 : x0 + width].copy()
        patch = Patch(patch.layer, patch.left - x0, patch.top - y0)
        apply_shade(pixels, self._item_shadow(patch, product, pose))
        apply_patch(pixels, patch)
        pixels = self._noise.add(np.asarray(cv2.convertScaleAbs(pixels, alpha=float(rng.uniform(0.82, 1.14)))), rng)
        solid = np.argwhere(patch.layer[..., 3] >= SOLID)
        (top, left), (bottom, right) = solid.min(axis=0), solid.max(axis=0) + 1
        loose = rng.integers(-1, 3, 4)
        cut = pixels[
            max(0, top - int(loose[0])) : bottom + int(loose[1]), max(0, left - int(loose[2])) : right + int(loose[3])
        ]
        factor = float(rng.uniform(0.88, 1.1))
        return np.asarray(cv2.resize(cut, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))

    def _rested(self, customer: Customer, seconds: float) -> Pixels:
        """The picture of what lies there at a moment, drawn once for as long as nothing changes."""
        resting = customer.resting(seconds)
        if not resting:
            return self._counter.pixels
        key = (customer.number, resting)
        kept = self._pictures.get(key)
        if kept is not None:
            return kept
        pixels = self._counter.pixels.copy()
        for index, pose in resting:
            item = customer.items[index]
            patch = self._lying(item, pose)
            apply_shade(pixels, self._item_shadow(patch, item.product, pose))
            apply_patch(pixels, patch)
        pixels.flags.writeable = False
        return self._pictures.put(key, pixels)

    def _layers(self, customer: Customer, seconds: float) -> list[_Layer]:
        """All patches at a moment, lowest first."""
        layers: list[_Layer] = []
        for index, pose in customer.resting(seconds):
            layers.append((self._lying(customer.items[index], pose), customer.items[index], False))
        for act in customer.acting(seconds):
            reach, pose = act.reach(seconds)
            if act.grip <= seconds < act.release:
                layers.append(
                    (self._moving(customer.items[act.item], pose), customer.items[act.item], not act.is_on_belt)
                )
            arm = self._arm(customer, act, reach, pose)
            if arm is not None:
                layers.append((arm, None, True))
        return layers

    def _seen(self, layers: list[_Layer]) -> tuple[TrueItem, ...]:
        hidden = np.zeros((self._view.height, self._view.width), np.bool_)
        seen: list[TrueItem] = []
        for patch, item, is_moving in reversed(layers):
            solid, place = solid_part(patch, self._view)
            if item is not None:
                visible = solid & ~hidden[place]
                rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
                if len(rows):
                    top, left = place[0].start, place[1].start
                    box = (left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1)
                    share = float(visible.sum()) / float((patch.layer[..., 3] >= SOLID).sum())
                    x0, y0, x1, y1 = (float(n) for n in box)
                    seen.append(TrueItem(item.item_id, item.product.name, (x0, y0, x1, y1), share, is_moving))
            hidden[place] |= solid
        return tuple(reversed(seen))

    def _lying(self, item: ScriptItem, pose: Pose) -> Patch:
        key = (item.item_id, pose)
        kept = self._patches.get(key)
        if kept is not None:
            return kept
        sprite = pack_sprite(item.product, item.variant, self._scale)
        return self._patches.put(key, draw_item(sprite, pose, self._view, light=self._light(pose)))

    def _moving(self, item: ScriptItem, pose: Pose) -> Patch:
        sprite = pack_sprite(item.product, item.variant, self._scale)
        return draw_item(sprite, pose, self._view, light=self._light(pose), is_fine=False)

    def _item_shadow(self, patch: Patch, product: DemoProduct, pose: Pose) -> Shade:
        return cast_shadow(patch, self._view, z=pose.z + 0.4 * product.height)

    def _arm(self, customer: Customer, act: Act, reach: float, pose: Pose) -> Patch | None:
        """The arm of an act: fingertips a little beyond the item's middle, from the elbow's direction."""
        if act.arm is None:
            return None
        product = customer.items[act.item].product
        away_x, away_y = pose.x - act.elbow[0], pose.y - act.elbow[1]
        far = math.hypot(away_x, away_y)
        depth = 0.16 * min(product.width, product.length)
        tip = (pose.x + away_x / far * depth, pose.y + away_y / far * depth)
        from_below = act.elbow[1] > 0
        edge = self._view.height_cm + 5.0 if from_below else -5.0
        share = (edge - tip[1]) / (act.elbow[1] - tip[1])
        back = (1 - reach) * max(share, 0.0)
        tip = (tip[0] + (act.elbow[0] - tip[0]) * back, tip[1] + (act.elbow[1] - tip[1]) * back)
        angle = math.atan2(tip[0] - act.elbow[0], act.elbow[1] - tip[1])
        drawn = draw_arm(
            customer.person,
            is_left=(act.arm == 0) == from_below,
            is_gripping=reach > 0.9,
            length=1.5 * self._view.height_cm + 20,
            scale=self._view.scale,
        )
        return draw_reach(drawn, tip, angle, self._view, z=pose.z * reach + top_height(product))

    def _light(self, pose: Pose) -> float:
        return self._counter.light(pose.x / self._view.width_cm, pose.y / self._view.height_cm)
