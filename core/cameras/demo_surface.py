"""The empty demo counter, the light on it, and the noise of the camera that looks at it."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from core.cameras.demo_canvas import blend
from core.cameras.demo_outline import View
from core.cameras.demo_products import Color
from core.frames import Pixels

RAIL_CM = 1.7
"""Width of the metal rail at the upper border, where nothing is put down."""

_NOISE_SPREAD = 1.7
_NOISE_ROOM = 64


@dataclass(frozen=True, slots=True)
class _Material:
    kind: Literal["wood", "stone", "plain"]
    ground: Color
    deep: Color


_MATERIALS = (
    _Material("wood", (203, 172, 132), (150, 112, 74)),
    _Material("stone", (150, 156, 160), (104, 110, 116)),
    _Material("plain", (206, 202, 192), (170, 164, 152)),
    _Material("wood", (142, 112, 84), (92, 66, 46)),
    _Material("stone", (92, 104, 110), (60, 70, 76)),
)


class Counter:
    """The counter of one seed with nothing on it. ``pixels``: H×W×3 RGB, lit, without noise."""

    def __init__(self, view: View, seed: int) -> None:
        rng = np.random.default_rng([seed, 71])
        self._view = view
        self._sun = (float(rng.uniform(0.2, 0.5)), float(rng.uniform(0.1, 0.4)))
        self._warmth = float(rng.uniform(-0.02, 0.03))
        material = _MATERIALS[int(rng.integers(len(_MATERIALS)))]
        painted = _PAINTERS[material.kind](view, material, rng)
        _add_rail(painted, view)
        tint = np.array([1 + self._warmth, 1.0, 1 - self._warmth], np.float32)
        lit = painted * self._light_field()[..., None] * tint
        self.pixels: Pixels = np.clip(lit.round(), 0, 255).astype(np.uint8)
        self.pixels.flags.writeable = False

    def light(self, x: float, y: float) -> float:
        """How bright it is at a place, given in shares of the picture; 1 is the middle of the range."""
        away = ((x - self._sun[0]) ** 2 + (y - self._sun[1]) ** 2) ** 0.5
        return 1.1 - 0.3 * float(np.clip(away, 0, 1.2))

    def _light_field(self) -> npt.NDArray[np.float32]:
        rows, columns = 45, 80
        y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
        away = np.hypot(x / (columns - 1) - self._sun[0], y / (rows - 1) - self._sun[1])
        field = (1.1 - 0.3 * np.clip(away, 0, 1.2)).astype(np.float32)
        size = (self._view.width, self._view.height)
        return np.asarray(cv2.resize(field, size, interpolation=cv2.INTER_CUBIC), np.float32)


class SensorNoise:
    """Noise and flicker added to pictures: drawn once, then shifted for every frame, so adding it is quick.

    The difference of two independent half-normal fields; each comes plain and one level brighter, which gives the
    flicker of the exposure.
    """

    def __init__(self, view: View, seed: int) -> None:
        rng = np.random.default_rng([seed, 72])
        self._size = (view.height, view.width)
        self._up = _noise_pair(view, rng)
        self._down = _noise_pair(view, rng)

    def add(self, pixels: Pixels, rng: np.random.Generator) -> Pixels:
        """A noisy copy of an H×W×3 picture no larger than the view; the generator alone decides the noise."""
        up_x, up_y, down_x, down_y = (int(n) for n in rng.integers(0, _NOISE_ROOM, 4))
        level = float(rng.random())
        up, down = self._up[int(level > 0.7)], self._down[int(level < 0.3)]
        height, width = pixels.shape[:2]
        noisy = cv2.add(pixels, up[up_y : up_y + height, up_x : up_x + width])
        return np.asarray(cv2.subtract(noisy, down[down_y : down_y + height, down_x : down_x + width], dst=noisy))


def _noise_pair(view: View, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
    shape = (view.height + _NOISE_ROOM, view.width + _NOISE_ROOM)
    shared = rng.standard_normal(shape, np.float32)
    fields = []
    for _ in range(3):
        own = cv2.blur(rng.standard_normal(shape, np.float32), (2, 2)) * 1.6
        fields.append(np.abs(0.75 * shared + 0.6 * own) * _NOISE_SPREAD)
    field = np.dstack(fields)
    plain = np.clip(field + rng.random(shape, np.float32)[..., None] - 0.5, 0, 255).astype(np.uint8)
    return plain, plain + np.uint8(1)


def _wood(view: View, material: _Material, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Planks along the counter with grain drawn out lengthwise."""
    height, width = view.height, view.width
    picture = np.zeros((height, width, 3), np.float32)
    plank = max(8, round(13.5 * view.scale))
    ground, deep = np.array(material.ground, np.float32), np.array(material.deep, np.float32)
    start = -int(rng.integers(plank))
    while start < height:
        top, bottom = max(0, start), min(height, start + plank)
        rows = bottom - top
        fine = cv2.resize(
            rng.standard_normal((max(2, rows // 2), 14)).astype(np.float32),
            (width, rows),
            interpolation=cv2.INTER_CUBIC,
        )
        broad = cv2.resize(rng.standard_normal((5, 5)).astype(np.float32), (width, rows), interpolation=cv2.INTER_CUBIC)
        rings = np.sin((np.arange(rows, dtype=np.float32)[:, None] / view.scale + 1.6 * broad) * 5.0)
        share = np.clip(0.24 + 0.09 * fine + 0.1 * rings + rng.uniform(-0.1, 0.1), 0, 1)[..., None]
        picture[top:bottom] = ground * (1 - share) + deep * share
        seam = max(1, round(0.1 * view.scale))
        if bottom < height:
            picture[bottom - seam : bottom] *= 0.72
        start += plank
    return picture


def _stone(view: View, material: _Material, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Composite stone with chips of several tones."""
    picture = np.full((view.height, view.width, 3), material.ground, np.uint8)
    cloud = cv2.resize(
        rng.standard_normal((5, 8)).astype(np.float32), (view.width, view.height), interpolation=cv2.INTER_CUBIC
    )
    tones = (material.deep, blend(material.ground, (255, 255, 255), 0.35), blend(material.ground, material.deep, 0.5))
    for _ in range(round(view.width_cm * view.height_cm * 0.9)):
        place = (int(rng.integers(view.width * 16)), int(rng.integers(view.height * 16)))
        wide = float(rng.uniform(0.05, 0.2)) * view.scale * 16
        axes = (max(8, round(wide)), max(8, round(wide * float(rng.uniform(0.4, 1.0)))))
        tone = tones[int(rng.integers(len(tones)))]
        cv2.ellipse(picture, place, axes, float(rng.uniform(0, 180)), 0, 360, tone, -1, cv2.LINE_AA, 4)
    return np.asarray(picture.astype(np.float32) + 3.0 * cloud[..., None], np.float32)


def _plain(view: View, material: _Material, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Laminate with faint fibers and an inlaid mat."""
    size = (view.width, view.height)
    fibers = cv2.resize(rng.standard_normal((view.height // 2, max(2, view.width // 24))).astype(np.float32), size)
    share = np.clip(0.15 + 0.05 * fibers, 0, 1)[..., None]
    picture = np.array(material.ground, np.float32) * (1 - share) + np.array(material.deep, np.float32) * share
    return np.asarray(picture, np.float32)


def _add_rail(picture: npt.NDArray[np.float32], view: View) -> None:
    """A brushed metal rail along the upper border and its shadow."""
    rows = round(RAIL_CM * view.scale)
    across = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
    tone = 150 + 70 * np.exp(-(((across - 0.35) / 0.2) ** 2)) - 60 * across**6
    picture[:rows] = tone * np.array([0.98, 1.0, 1.02], np.float32)
    fall = np.linspace(0.62, 1, max(2, round(1.1 * view.scale)), dtype=np.float32)[:, None, None]
    picture[rows : rows + len(fall)] *= fall


_PAINTERS = {"wood": _wood, "stone": _stone, "plain": _plain}
