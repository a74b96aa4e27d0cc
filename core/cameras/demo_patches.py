"""Items and arms turned, moved and lifted to their place in the picture, and laid over it with their shadows."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from core.cameras.demo_hand import Arm
from core.cameras.demo_outline import Pose, View, has_walls, placed, silhouette, top_height
from core.cameras.demo_packs import Layer, Sprite
from core.frames import Pixels

SOLID = 128
"""A pixel whose share is at least this much belongs to the item."""

_LIGHT = np.array([-0.6, -0.8], np.float32)
_SHADOW_STEP = 4


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A layer with the pixel of the picture where its left top corner lies; it may reach over the border."""

    layer: Layer
    left: int
    top: int


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """What is left of the light, H×W×3 in 0–255, around an item; placed like a patch."""

    light: Pixels
    left: int
    top: int


def draw_item(sprite: Sprite, pose: Pose, view: View, *, light: float = 1.0, is_fine: bool = True) -> Patch:
    """An item at its place. ``is_fine`` draws at double size and shrinks, for items that stay."""
    outline = silhouette(sprite.product, pose, view)
    left, top = (int(n) for n in np.floor(outline.min(axis=0)) - 2)
    right, bottom = (int(n) for n in np.ceil(outline.max(axis=0)) + 2)
    zoom = 2 if is_fine else 1
    size = ((right - left) * zoom, (bottom - top) * zoom)
    corner = np.array([left, top], np.float32)
    layer = np.zeros((size[1], size[0], 4), np.uint8)
    if has_walls(sprite.product):
        _draw_walls(layer, sprite, pose, view, corner=corner, zoom=zoom)
    source = sprite.layer if is_fine else sprite.small
    middle = view.project(np.array([[pose.x, pose.y]], np.float32), pose.z + top_height(sprite.product))[0] - corner
    own_scale = sprite.scale if is_fine else sprite.scale / 2
    factor = view.scale * zoom * view.magnified(pose.z + top_height(sprite.product)) / own_scale
    turned = cv2.warpAffine(source, _turn(source, middle * zoom, pose.angle, factor), size, flags=cv2.INTER_LINEAR)
    _cover(layer, np.asarray(turned))
    if is_fine:
        layer = np.asarray(cv2.resize(layer, (right - left, bottom - top), interpolation=cv2.INTER_AREA))
    if abs(light - 1) > 0.004:
        layer = np.asarray(cv2.multiply(layer, (light, light, light, 1.0)))
    return Patch(layer, left, top)


def draw_reach(arm: Arm, tip: tuple[float, float], angle: float, view: View, *, z: float) -> Patch | None:
    """An arm whose fingertips are at ``tip`` in centimeters; ``angle`` 0 points up, clockwise in radians.

    Cut to the picture; ``None`` when all of it is outside.
    """
    factor = view.magnified(z)
    place = view.project(np.array([tip], np.float32), z)[0]
    rows, columns = arm.layer.shape[:2]
    c, s = math.cos(angle) * factor, math.sin(angle) * factor
    corners = np.array([(0, 0), (columns, 0), (columns, rows), (0, rows)], np.float32) - (arm.tip_x, arm.tip_y)
    corners = corners @ np.array([[c, s], [-s, c]], np.float32) + place
    left, top = (int(n) for n in np.clip(np.floor(corners.min(axis=0)), 0, None))
    right = min(view.width, math.ceil(corners[:, 0].max()))
    bottom = min(view.height, math.ceil(corners[:, 1].max()))
    if right - left < 2 or bottom - top < 2:
        return None
    x, y = float(place[0]) - left, float(place[1]) - top
    matrix = np.array(
        [[c, -s, x - c * arm.tip_x + s * arm.tip_y], [s, c, y - s * arm.tip_x - c * arm.tip_y]], np.float64
    )
    layer = cv2.warpAffine(arm.layer, matrix, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    return Patch(np.asarray(layer), left, top)


def cast_shadow(patch: Patch, view: View, *, z: float, depth: float = 0.72) -> Shade:
    """The soft shadow of something whose middle is ``z`` centimeters above the counter."""
    step = _SHADOW_STEP
    soft = (0.3 + 0.17 * z) * view.scale / step
    reach = math.ceil(2.5 * soft)
    height, width = patch.layer.shape[:2]
    mask = cv2.resize(
        np.ascontiguousarray(patch.layer[..., 3]),
        (max(1, width // step), max(1, height // step)),
        interpolation=cv2.INTER_AREA,
    )
    spread = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    spread = cv2.GaussianBlur(spread, (0, 0), soft)
    strength = depth * (0.6 + 0.4 / (1 + 0.3 * z))
    light = cv2.convertScaleAbs(spread, alpha=-strength, beta=255)
    full = cv2.resize(light, (light.shape[1] * step, light.shape[0] * step), interpolation=cv2.INTER_LINEAR)
    move = -_LIGHT * (0.2 + 0.42 * z) * view.scale
    left = patch.left + round(float(move[0])) - reach * step
    top = patch.top + round(float(move[1])) - reach * step
    return Shade(np.asarray(cv2.cvtColor(full, cv2.COLOR_GRAY2RGB)), left, top)


def apply_shade(pixels: Pixels, shade: Shade) -> None:
    """Darken a picture in place."""
    here, there = _shared(pixels.shape, shade.light.shape, shade.left, shade.top)
    area = pixels[here]
    if area.size:
        cv2.multiply(area, shade.light[there], dst=area, scale=1 / 255)


def apply_patch(pixels: Pixels, patch: Patch) -> None:
    """Lay a patch over a picture in place."""
    here, there = _shared(pixels.shape, patch.layer.shape, patch.left, patch.top)
    area = pixels[here]
    if not area.size:
        return
    layer = patch.layer[there]
    clear = cv2.cvtColor(cv2.bitwise_not(cv2.extractChannel(layer, 3)), cv2.COLOR_GRAY2RGB)
    cv2.multiply(area, clear, dst=area, scale=1 / 255)
    cv2.add(area, cv2.cvtColor(layer, cv2.COLOR_RGBA2RGB), dst=area)


def solid_part(patch: Patch, view: View) -> tuple[npt.NDArray[np.bool_], tuple[slice, slice]]:
    """The mask of a patch inside the picture and the rows and columns where it lies."""
    here, there = _shared((view.height, view.width), patch.layer.shape, patch.left, patch.top)
    return patch.layer[there][..., 3] >= SOLID, here


def _shared(
    picture: tuple[int, ...], patch: tuple[int, ...], left: int, top: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Rows and columns that a picture and a patch share: in the picture, and in the patch."""
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = max(y0, min(picture[0], top + patch[0])), max(x0, min(picture[1], left + patch[1]))
    return (slice(y0, y1), slice(x0, x1)), (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))


def _turn(source: Layer, middle: npt.NDArray[np.float32], angle: float, factor: float) -> npt.NDArray[np.float64]:
    """The matrix that turns a layer around its middle by an angle and brings the middle to a place."""
    c, s = math.cos(angle) * factor, math.sin(angle) * factor
    x, y = source.shape[1] / 2 - 0.5, source.shape[0] / 2 - 0.5
    to_x, to_y = float(middle[0]) - 0.5, float(middle[1]) - 0.5
    return np.array([[c, -s, to_x - c * x + s * y], [s, c, to_y - s * x - c * y]], np.float64)


def _cover(under: Layer, over: Layer) -> None:
    """Lay one layer over another of the same size, in place."""
    clear = cv2.bitwise_not(cv2.extractChannel(over, 3))
    cv2.multiply(under, cv2.merge([clear, clear, clear, clear]), dst=under, scale=1 / 255)
    cv2.add(under, over, dst=under)


def _draw_walls(
    layer: Layer, sprite: Sprite, pose: Pose, view: View, *, corner: npt.NDArray[np.float32], zoom: int
) -> None:
    """Draw the upright sides between the foot and the top of an item, lit from the upper left."""
    ground = placed(sprite.product, pose)
    foot = (view.project(ground, pose.z) - corner) * zoom - 0.5
    head = (view.project(ground, pose.z + sprite.product.height) - corner) * zoom - 0.5
    color = np.array(sprite.wall, np.float32)
    hull = cv2.convexHull(np.concatenate([foot, head]).astype(np.float32))[:, 0]
    dark = (*(float(v) for v in color * 0.5), 255.0)
    cv2.fillConvexPoly(layer, np.round(hull * 16).astype(np.int32), dark, cv2.LINE_AA, 4)
    sides = np.roll(ground, -1, axis=0) - ground
    lengths = np.maximum(np.hypot(sides[:, 0], sides[:, 1]), 1e-6)
    facing = (np.stack([sides[:, 1], -sides[:, 0]], axis=1) / lengths[:, None]) @ _LIGHT
    for index, toward in enumerate(facing):
        following = (index + 1) % len(ground)
        quad = np.array([foot[index], foot[following], head[following], head[index]])
        shade = color * (0.56 + 0.3 * float(toward))
        fill = (*(float(v) for v in np.clip(shade, 0, 255)), 255.0)
        cv2.fillConvexPoly(layer, np.round(quad * 16).astype(np.int32), fill, cv2.LINE_8, 4)
