"""Packs of the demo shop seen straight from above: label art bent onto a form, with light, creases and metal."""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from core.cameras.demo_canvas import SCALE
from core.cameras.demo_labels import METAL, print_label
from core.cameras.demo_outline import bottle_radii, footprint
from core.cameras.demo_products import Color, DemoProduct, Pack

Plane = npt.NDArray[np.float32]
"""H×W ``float32``, one value a pixel."""

Layer = npt.NDArray[np.uint8]
"""H×W×4 ``uint8``: red, green, blue already multiplied by their share, and that share (0–255)."""

_MARGIN = 0.3
VARIANTS = {Pack.BAG: 3, Pack.BOTTLE: 4, Pack.LYING_TIN: 4}
"""How many different looks packs have: rolled bottles and tins, creased bags. Others have one."""


@dataclass(frozen=True, slots=True, eq=False)
class Sprite:
    """A pack from above at ``scale`` pixels a centimeter, its middle in the middle of ``layer``.

    ``small`` is the same at half that scale, for items in motion. ``wall`` is the color of its sides.
    """

    product: DemoProduct
    scale: float
    layer: Layer = field(repr=False)
    small: Layer = field(repr=False)
    wall: Color


@lru_cache(maxsize=96)
def pack_sprite(product: DemoProduct, variant: int, scale: float) -> Sprite:
    """The sprite of a product in one of its looks; the same arguments give the same pixels."""
    form = _Form(product, scale)
    face = np.clip(_FACES[product.pack](form, variant), 0, 255)
    alpha = form.mask()
    layer = np.dstack([face * alpha[..., None], alpha * 255])
    even = layer.round().astype(np.uint8)
    small = cv2.resize(even, (even.shape[1] // 2, even.shape[0] // 2), interpolation=cv2.INTER_AREA)
    even.flags.writeable = small.flags.writeable = False
    return Sprite(product, scale, even, np.asarray(small), _wall(product))


class _Form:
    """The pixel grid of one pack, with its coordinates in centimeters from the middle."""

    def __init__(self, product: DemoProduct, scale: float) -> None:
        self.product = product
        self.scale = scale
        self.columns = 2 * math.ceil((product.width / 2 + _MARGIN) * scale)
        self.rows = 2 * math.ceil((product.length / 2 + _MARGIN) * scale)
        self.x: Plane = ((np.arange(self.columns, dtype=np.float32) + 0.5 - self.columns / 2) / scale)[None, :]
        self.y: Plane = ((np.arange(self.rows, dtype=np.float32) + 0.5 - self.rows / 2) / scale)[:, None]

    def mask(self) -> Plane:
        """The pack's outline with smooth edges, 0–1."""
        points = footprint(self.product) * self.scale + np.array([self.columns, self.rows]) / 2 - 0.5
        drawn = np.zeros((self.rows, self.columns), np.uint8)
        cv2.fillPoly(drawn, [np.round(points * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        return np.asarray(drawn, np.float32) / np.float32(255)

    def label(self) -> Plane:
        """The flat art stretched over the face, H×W×3 in 0–255."""
        art = print_label(self.product)
        width, length = round(self.product.width * self.scale), round(self.product.length * self.scale)
        fitted = cv2.resize(art, (width, length), interpolation=cv2.INTER_AREA)
        left, top = (self.columns - width) // 2, (self.rows - length) // 2
        padded = cv2.copyMakeBorder(
            fitted, top, self.rows - length - top, left, self.columns - width - left, cv2.BORDER_REPLICATE
        )
        return np.asarray(padded, np.float32)

    def rolled(self, roll: float, radius: float, top: float, length: float) -> Plane:
        """Art wrapped around a lying cylinder, from ``top`` centimeters off the middle: H×W×3 in 0–255."""
        art = print_label(self.product)
        art = cv2.resize(art, None, fx=2 * self.scale / SCALE, fy=2 * self.scale / SCALE, interpolation=cv2.INTER_AREA)
        around = roll + radius * np.arcsin(np.clip(self.x / radius, -1, 1))
        columns = np.mod(around * 2 * self.scale, art.shape[1] - 1)
        rows = np.clip((self.y - top) / length, 0, 1) * (art.shape[0] - 1)
        shape = (self.rows, self.columns)
        across, down = np.broadcast_to(columns, shape), np.broadcast_to(rows, shape)
        bent = cv2.remap(art, np.ascontiguousarray(across), np.ascontiguousarray(down), cv2.INTER_LINEAR)
        return np.asarray(bent, np.float32)

    def bumps(self, cell: float, rng: np.random.Generator) -> Plane:
        """Smooth random heights, about −1 to 1, in bumps of ``cell`` centimeters."""
        size = (max(3, round(self.product.length / cell)), max(3, round(self.product.width / cell)))
        coarse = (rng.standard_normal(size) * 0.6).astype(np.float32)
        return np.asarray(cv2.resize(coarse, (self.columns, self.rows), interpolation=cv2.INTER_CUBIC), np.float32)


def _lit(face: Plane, heights: Plane, scale: float, *, strength: float, gloss: float) -> Plane:
    """Light a face whose surface has ``heights`` in centimeters, from above and the upper left."""
    down, across = np.gradient(heights * scale)
    normal_z = 1 / np.sqrt(1 + across**2 + down**2)
    slope = (0.5 * across + 0.6 * down) * normal_z
    shade = 1 - strength * (slope + 0.9 * (1 - normal_z))
    spark = np.clip(normal_z * 0.86 - slope * 0.75, 0, 1) ** 26
    return np.asarray(face * np.clip(shade, 0.35, 1.3)[..., None] + gloss * spark[..., None], np.float32)


def _carton(form: _Form, _variant: int) -> Plane:
    face = form.label()
    width, length = form.product.width / 2, form.product.length / 2
    edge = np.minimum(width - np.abs(form.x), length - np.abs(form.y))
    fold = np.exp(-((edge / 0.1) ** 2))
    sheen = 1.03 - 0.05 * (form.x / width * 0.5 + form.y / length * 0.5)
    return np.asarray(face * sheen[..., None] * (1 - 0.12 * fold[..., None]) + 26 * fold[..., None], np.float32)


def _bag(form: _Form, variant: int) -> Plane:
    rng = np.random.default_rng([41, variant, round(form.product.width * 10)])
    width, length = form.product.width / 2, form.product.length / 2
    u, v = np.abs(form.x) / width, np.abs(form.y) / (length - 0.9)
    pillow = np.clip(1 - u**2.6, 0, 1) * np.clip(1 - v**3.2, 0, 1)
    heights = form.product.height * 1.1 * pillow**0.75
    for x, y in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
        for _ in range(4):
            turn = math.atan2(-y * length, -x * width) + float(rng.uniform(-0.7, 0.7))
            heights = heights + _crease(form, x * width * 0.92, y * (length - 1.1), turn, float(rng.uniform(3, 6)))
    heights = heights + 0.2 * form.bumps(2.6, rng) + 0.05 * form.bumps(1.0, rng)
    seal = np.clip((np.abs(form.y) - (length - 0.95)) / 0.1, 0, 1)
    ribs = 0.035 * np.sin(form.y * 2 * math.pi / 0.22)
    heights = heights * (1 - seal) + ribs * seal
    shrink = form.product.width / 13.6
    blurred = cv2.GaussianBlur(np.asarray(heights, np.float32), (0, 0), max(0.6, 0.12 * form.scale * shrink))
    return _lit(form.label(), np.asarray(blurred, np.float32), form.scale, strength=0.6, gloss=110)


def _crease(form: _Form, x: float, y: float, turn: float, reach: float) -> Plane:
    """A ridge that starts at (x, y), runs in direction ``turn`` and fades over ``reach`` centimeters."""
    along = (form.x - x) * math.cos(turn) + (form.y - y) * math.sin(turn)
    aside = -(form.x - x) * math.sin(turn) + (form.y - y) * math.cos(turn)
    ridge = np.exp(-((aside / (0.18 + 0.05 * np.clip(along, 0, 9))) ** 2))
    return np.asarray(0.24 * ridge * np.clip(1 - along / reach, 0, 1) * (along > 0), np.float32)


def _bar(form: _Form, _variant: int) -> Plane:
    width, length = form.product.width / 2, form.product.length / 2
    rng = np.random.default_rng(43)
    rise = np.clip((width - np.abs(form.x)) / 0.7, 0, 1) ** 0.6
    heights = 0.55 * rise + 0.03 * form.bumps(1.6, rng)
    pieces = np.abs(np.sin(form.y * math.pi / 2.6)) ** 0.3
    heights = heights + 0.05 * pieces
    end = np.clip((np.abs(form.y) - (length - 0.9)) / 0.1, 0, 1)
    heights = heights * (1 - end) + 0.04 * np.sin(form.x * 2 * math.pi / 0.3) * end
    return _lit(form.label(), np.asarray(heights, np.float32), form.scale, strength=0.45, gloss=70)


def _round_tin(form: _Form, _variant: int) -> Plane:
    radius = form.product.width / 2
    away, turn = np.hypot(form.x, form.y), np.arctan2(form.y, form.x)
    metal = _brushed(turn)
    rim = np.clip((away - (radius - 0.62)) / 0.06, 0, 1)
    groove = np.exp(-(((away - (radius - 0.62)) / 0.07) ** 2)) + 0.6 * np.exp(-(((away - (radius - 0.22)) / 0.06) ** 2))
    bead = 0.1 * np.exp(-(((away - (radius - 1.0)) / 0.08) ** 2))
    face = form.label() * (1 + bead[..., None])
    face = face * (1 - rim[..., None]) + metal * rim[..., None]
    grooved = np.asarray(face * (1 - 0.45 * np.clip(groove, 0, 1)[..., None]), np.float32)
    return _with_tab(form, grooved, 0.0, -radius + 1.05, math.pi / 2)


def _flat_tin(form: _Form, _variant: int) -> Plane:
    width, length = form.product.width / 2, form.product.length / 2
    corner = 1.5
    qx, qy = np.abs(form.x) - (width - corner), np.abs(form.y) - (length - corner)
    edge = corner - (np.hypot(np.clip(qx, 0, None), np.clip(qy, 0, None)) + np.minimum(np.maximum(qx, qy), 0))
    rim = np.clip((0.42 - edge) / 0.06, 0, 1)
    groove = np.exp(-(((edge - 0.42) / 0.07) ** 2)) + 0.5 * np.exp(-(((edge - 0.12) / 0.06) ** 2))
    metal = _brushed(np.arctan2(form.y / length, form.x / width))
    face = form.label() * (1 - rim[..., None]) + metal * rim[..., None]
    grooved = np.asarray(face * (1 - 0.45 * np.clip(groove, 0, 1)[..., None]), np.float32)
    return _with_tab(form, grooved, width - 0.9, 0.0, math.pi)


def _brushed(turn: Plane) -> Plane:
    """Turned metal: bright and dark sectors, H×W×3."""
    shine = 0.86 + 0.16 * np.cos(2 * turn - 1.9) + 0.08 * np.cos(5 * turn + 0.6)
    return np.asarray(np.array(METAL, np.float32) * shine[..., None], np.float32)


def _with_tab(form: _Form, face: Plane, x: float, y: float, turn: float) -> Plane:
    """Add a ring-pull whose rivet is at (x, y) and whose ring points in direction ``turn``."""
    along = (form.x - x) * math.cos(turn) + (form.y - y) * math.sin(turn)
    aside = -(form.x - x) * math.sin(turn) + (form.y - y) * math.cos(turn)
    ring = np.abs(np.hypot((along - 0.75) * 0.85, aside) - 0.46) - 0.15
    rivet = np.hypot(along, aside) - 0.27
    depth = np.minimum(ring, rivet)
    shadow = np.clip(0.5 - (cv2.blur(np.asarray(depth, np.float32), (5, 5)) - 0.05) / 0.16, 0, 1)
    solid = np.clip(0.5 - depth * form.scale, 0, 1)
    tone = 0.92 + 0.22 * np.clip(-depth / 0.2, 0, 1) - 0.12 * aside
    metal = np.array(METAL, np.float32) * tone[..., None]
    shaded = face * (1 - 0.4 * shadow[..., None])
    return np.asarray(shaded * (1 - solid[..., None]) + metal * solid[..., None], np.float32)


def _round_light(across: Plane, gloss: float) -> tuple[Plane, Plane]:
    """Shade and highlight of a lying cylinder; ``across`` is −1 to 1 from side to side."""
    normal_z = np.sqrt(np.clip(1 - across**2, 0, 1))
    shade = 0.42 + 0.62 * normal_z**0.8
    spark = gloss * (np.exp(-(((across + 0.28) / 0.1) ** 2)) + 0.35 * np.exp(-(((across - 0.5) / 0.07) ** 2)))
    return np.asarray(shade, np.float32), np.asarray(spark, np.float32)


def _lying_tin(form: _Form, variant: int) -> Plane:
    radius, length = form.product.width / 2, form.product.length / 2
    face = form.rolled(variant * 6.5 / VARIANTS[Pack.LYING_TIN], radius, -length + 0.5, 2 * length - 1.0)
    end = np.clip((np.abs(form.y) - (length - 0.52)) / 0.04, 0, 1)
    ridges = 1 + 0.16 * np.sin((np.abs(form.y) - length) * 2 * math.pi / 0.26)
    metal = np.array(METAL, np.float32) * ridges[..., None]
    tin = face * (1 - end[..., None]) + metal * end[..., None]
    shade, spark = _round_light(form.x / radius, 46.0)
    seam = 1 - 0.3 * np.exp(-(((np.abs(form.y) - (length - 0.55)) / 0.06) ** 2))
    return np.asarray(tin * (shade * seam)[..., None] + spark[..., None], np.float32)


def _bottle(form: _Form, variant: int) -> Plane:
    product = form.product
    along = form.y + product.length / 2
    radii = bottle_radii(along)
    across = np.clip(form.x / radii, -1, 1)
    look = product.look
    depth = np.sqrt(np.clip(1 - across**2, 0, 1))[..., None]
    liquid = np.array(look.deep, np.float32) * (1 - depth) + np.array(look.ground, np.float32) * depth
    air = np.array((226, 232, 230), np.float32) * 0.5 + liquid * 0.5
    fill = np.clip((along - 4.6) / 0.15, 0, 1)[..., None]
    face = air * (1 - fill) + liquid * fill
    label = form.rolled(variant * 5.5 / VARIANTS[Pack.BOTTLE], 3.2, 8.2 - product.length / 2, 6.4)
    on_label = (np.clip((along - 8.2) / 0.04, 0, 1) * np.clip((14.6 - along) / 0.04, 0, 1))[..., None]
    face = np.asarray(face * (1 - on_label) + label * on_label, np.float32)
    cap = np.clip((1.45 - along) / 0.04, 0, 1)[..., None]
    knurls = (0.92 + 0.1 * np.sin(np.arcsin(across) * 16))[..., None]
    face = face * (1 - cap) + np.array((246, 246, 242), np.float32) * knurls * cap
    collar = np.exp(-(((along - 1.75) / 0.14) ** 2)) + 0.5 * np.exp(-(((along - 16.0) / 0.25) ** 2))
    shade, spark = _round_light(across, 92.0)
    clear = 1 - on_label[..., 0] * 0.55
    soft = 0.15 + 0.85 * shade
    return np.asarray(face * (soft * (1 - 0.22 * collar))[..., None] + (spark * clear)[..., None], np.float32)


def _wall(product: DemoProduct) -> Color:
    if product.pack in {Pack.ROUND_TIN, Pack.FLAT_TIN}:
        return METAL
    return product.look.deep if product.pack is Pack.CARTON else product.look.ground


_FACES = {
    Pack.CARTON: _carton,
    Pack.BAG: _bag,
    Pack.BAR: _bar,
    Pack.ROUND_TIN: _round_tin,
    Pack.FLAT_TIN: _flat_tin,
    Pack.LYING_TIN: _lying_tin,
    Pack.BOTTLE: _bottle,
}
