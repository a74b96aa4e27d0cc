"""How strongly each pixel differs from what was learned, light and shadow aside."""

from dataclasses import dataclass

import cv2
import numpy as np

from core.vision.detectors.working_view import Plane, Planes

_DEEPEST_SHADOW = 0.45
_BRIGHTEST_LIGHT = 1.28
"""Between these factors a change of brightness alone is light or its absence, not an item."""

_OFFSET = 4.0
"""Gray levels added to both sides of a ratio, so that noise in the dark does not count."""

_SHADOW_TINT = 0.07
"""Color shift allowed for each gray level of darkening: the light in shadows is bluer than a lamp's."""

_BRIGHTNESS, _COLOR, _EDGE = 16.0, 7.0, 20.0
"""Thresholds in gray levels at medium sensitivity for a picture without noise."""

_NOISE_FACTOR = 3.5


@dataclass(frozen=True, slots=True)
class NoiseLevel:
    """Mean absolute deviation in gray levels of each pixel at rest, H×W, for brightness and for color."""

    brightness: Plane
    color: Plane


@dataclass(frozen=True, slots=True)
class Floors:
    """The thresholds of each sign for each pixel in gray levels, H×W: what noise and ``strictness`` leave."""

    color: Plane
    brightness: Plane
    edge: Plane

    @classmethod
    def above(cls, noise: NoiseLevel, *, strictness: float) -> "Floors":
        """Thresholds above the noise; ``strictness`` multiplies them all."""
        color, brightness, edge = (
            np.asarray(strictness * (floor + factor * _NOISE_FACTOR * level), np.float32)
            for floor, factor, level in (
                (_COLOR, 1.0, noise.color),
                (_BRIGHTNESS, 1.0, noise.brightness),
                (_EDGE, 1.5, noise.brightness),
            )
        )
        return cls(color, brightness, edge)

    def inside(self, rows: slice, columns: slice) -> "Floors":
        cut = (np.ascontiguousarray(plane[rows, columns]) for plane in (self.color, self.brightness, self.edge))
        return Floors(*cut)


def change_signs(seen: Planes, reference: Planes, floors: Floors) -> Plane:
    """How many times over its threshold each pixel's strongest sign of change is, H×W; 1 and more is a change.

    The signs are another color at the pixel's own brightness (so that a shadow, which darkens all channels by one
    factor, gives none; Horprasert, Harwood and Davis, 1999), a brightness beyond what light and shadow do, and edges
    that the reference does not have under this light.
    """
    brightness, learned = seen[0], reference[0]
    ratio = cv2.divide(cv2.add(brightness, _OFFSET), cv2.add(learned, _OFFSET))
    factor = cv2.min(ratio, _BRIGHTEST_LIGHT)
    color = cv2.max(
        cv2.absdiff(seen[1], cv2.multiply(reference[1], factor)),
        cv2.absdiff(seen[2], cv2.multiply(reference[2], factor)),
    )
    darkening = cv2.max(cv2.subtract(learned, brightness), 0.0)
    sign = cv2.divide(color, cv2.scaleAdd(darkening, _SHADOW_TINT, floors.color))

    is_beyond_light = cv2.bitwise_not(cv2.inRange(ratio, _DEEPEST_SHADOW, _BRIGHTEST_LIGHT))
    lift = cv2.divide(cv2.absdiff(brightness, learned), floors.brightness)
    sign = cv2.max(sign, cv2.copyTo(lift, is_beyond_light))

    edges = cv2.multiply(_slope(ratio), learned)
    return np.asarray(cv2.max(sign, cv2.divide(edges, floors.edge)), np.float32)


def _slope(ratio: Plane) -> Plane:
    """Change of the ratio for each pixel of way; even light or shadow has none, whatever the counter's texture."""
    across = cv2.Sobel(ratio, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    down = cv2.Sobel(ratio, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _fine(plane: Plane) -> Plane:
    """A plane without its coarse variation."""
    return np.asarray(plane - cv2.blur(plane, (7, 7)), np.float32)


def keeps_texture(seen: Planes, reference: Planes, inside: Plane, noise: float) -> bool | None:
    """Whether the reference's fine texture shows through where ``inside`` is over 0, as it does in a shadow.

    ``None`` when the reference has none there to be told from noise (mean absolute deviation in gray levels).
    """
    there = inside > 0
    fine_seen, fine_learned = _fine(seen[0])[there], _fine(reference[0])[there]
    if len(fine_learned) < 20 or float(fine_learned.std()) < 1.0 + 1.5 * noise:
        return None
    product = float((fine_seen * fine_learned).mean())
    return product > 0.5 * float(fine_seen.std() * fine_learned.std())
