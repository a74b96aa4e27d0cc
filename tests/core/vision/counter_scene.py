"""A drawn counter for tests: grain, packs with shadows, a reaching hand, noise and exposure, with the truth."""

import math
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Frame
from core.sightings import Box, Boxes

Color = tuple[int, int, int]

WIDTH, HEIGHT = 640, 360
RATE = 15
SKIN = (214, 160, 132)
SLEEVE = (58, 74, 112)


@dataclass(frozen=True, slots=True)
class Pack:
    """A printed box lying at a place, turned by ``angle`` degrees, with a soft shadow to its lower right.

    ``is_shadow``: there is no pack, only a soft shadow of its shape.
    """

    x: float
    y: float
    width: float = 90
    length: float = 60
    angle: float = 0.0
    color: Color = (200, 60, 50)
    has_label: bool = True
    is_shadow: bool = False
    casts_shadow: bool = True

    @property
    def corners(self) -> npt.NDArray[np.float32]:
        return np.asarray(cv2.boxPoints(((self.x, self.y), (self.width, self.length), self.angle)), np.float32)

    @property
    def box(self) -> Box:
        low, high = self.corners.min(axis=0), self.corners.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def at(self, x: float, y: float) -> "Pack":
        return replace(self, x=x, y=y)

    def plain(self, color: Color) -> "Pack":
        return replace(self, color=color, has_label=False)


@dataclass(frozen=True, slots=True)
class Hand:
    """An arm that comes in from the upper border and ends in a hand at ``x``, ``y``."""

    x: float
    y: float
    from_x: float = 420
    width: float = 44
    sleeve: Color = SLEEVE


@dataclass(slots=True)
class Scene:
    """Draws 640×360 frames, 15 a second. ``gain`` is exposure per channel; light falls off aside by ``lean``."""

    seed: int = 0
    ground: Color = (176, 158, 136)
    noise: float = 2.0
    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    lean: float = 0.0
    count: int = 0
    _counter: npt.NDArray[np.float32] = field(init=False)
    _noise: npt.NDArray[np.int16] = field(init=False)
    _drawn: tuple[object, npt.NDArray[np.int16]] | None = None

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        grain = random.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
        grain = cv2.GaussianBlur(grain, (0, 0), sigmaX=14, sigmaY=1.4)
        grain *= 7.0 / float(grain.std())
        self._counter = np.asarray(np.array(self.ground, np.float32) + grain[..., None], np.float32)
        self._noise = np.rint(random.normal(0, self.noise, (HEIGHT + 64, WIDTH, 3))).astype(np.int16)

    def frame(self, *packs: Pack, hand: Hand | None = None, shade: float = 0.55) -> Frame:
        """The next frame: packs in order, then the hand above them; ``shade`` is the light left in full shadow."""
        wanted = (packs, hand, shade, self.gain, self.lean)
        if self._drawn is None or self._drawn[0] != wanted:
            self._drawn = wanted, self._draw(packs, hand, shade)
        number, self.count = self.count, self.count + 1
        # The same noise from another row on: new noise for each pixel, at no cost.
        start = number * 23 % 64
        noisy = np.clip(self._drawn[1] + self._noise[start : start + HEIGHT], 0, 255)
        return Frame.of(noisy.astype(np.uint8), sequence=number, captured_at=number / RATE)

    def _draw(self, packs: tuple[Pack, ...], hand: Hand | None, shade: float) -> npt.NDArray[np.int16]:
        picture = self._counter.copy()
        for pack in packs:
            if pack.is_shadow:
                _darken(picture, pack.corners, shade=shade, softness=6.0)
            else:
                if pack.casts_shadow:
                    _darken(picture, pack.corners + np.array([7, 9], np.float32), shade=shade, softness=3.0)
                _print(picture, pack)
        if hand is not None:
            _reach(picture, hand, shade=shade)
        slope = 1 + self.lean * np.linspace(-0.5, 0.5, WIDTH, dtype=np.float32)
        picture *= slope[None, :, None] * np.array(self.gain, np.float32)
        return np.asarray(np.rint(cv2.GaussianBlur(picture, (0, 0), 0.7)), np.int16)


def boxes_of(*packs: Pack) -> Boxes:
    """The true boxes, N×4."""
    return np.array([pack.box for pack in packs], np.float32).reshape(-1, 4)


def _mask(
    points: npt.NDArray[np.float32], *, softness: float = 0.0
) -> tuple[tuple[slice, slice], npt.NDArray[np.float32]]:
    """Rows and columns around a polygon, and how much it covers each pixel there, 0–1."""
    margin = 3 * softness + 2
    low = np.maximum(np.floor(points.min(axis=0) - margin), 0).astype(int)
    high = np.minimum(np.ceil(points.max(axis=0) + margin), [WIDTH, HEIGHT]).astype(int)
    place = slice(low[1], max(low[1], high[1])), slice(low[0], max(low[0], high[0]))
    mask = np.zeros((place[0].stop - place[0].start, place[1].stop - place[1].start), np.float32)
    if mask.size:
        cv2.fillPoly(mask, [np.round((points - low) * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4)
        if softness:
            mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), softness), np.float32)
    return place, mask[..., None]


def _darken(
    picture: npt.NDArray[np.float32], points: npt.NDArray[np.float32], *, shade: float, softness: float
) -> None:
    place, mask = _mask(points, softness=softness)
    picture[place] *= 1 - (1 - shade) * mask


def _print(picture: npt.NDArray[np.float32], pack: Pack) -> None:
    _paint(picture, pack.corners, pack.color)
    if not pack.has_label:
        return
    middle = np.array([pack.x, pack.y], np.float32)
    _paint(picture, middle + (pack.corners - middle) * 0.6, (240, 236, 220))
    _paint(picture, middle + (pack.corners - middle) * np.array([0.45, 0.2], np.float32), (30, 40, 70))


def _reach(picture: npt.NDArray[np.float32], hand: Hand, *, shade: float) -> None:
    start, end = np.array([hand.from_x, -30.0]), np.array([hand.x, hand.y])
    along = (end - start) / max(1.0, float(np.linalg.norm(end - start)))
    aside = np.array([-along[1], along[0]]) * hand.width / 2
    wrist = end - along * hand.width * 1.4
    _darken(picture, _strip(start, end, aside * 1.1) + np.array([14, 18], np.float32), shade=0.75, softness=9.0)
    _paint(picture, _strip(start, wrist, aside), hand.sleeve)
    _paint(picture, _strip(wrist, end - along * 14, aside * 0.8), SKIN)
    for finger in range(4):
        root = end - along * 18 + aside * (finger - 1.5) * 0.45
        angle = math.radians((finger - 1.5) * 9)
        turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        _paint(picture, _strip(root, root + turn @ along * 26, aside * 0.2), SKIN)


def _strip(
    start: npt.NDArray[np.float64], end: npt.NDArray[np.float64], aside: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    return np.array([start + aside, start - aside, end - aside, end + aside], np.float32)


def _paint(picture: npt.NDArray[np.float32], points: npt.NDArray[np.float32], color: Color) -> None:
    place, mask = _mask(points)
    picture[place] += mask * (np.array(color, np.float32) - picture[place])
