"""How things look in a scene: turned and recolored layers, light and shadow across, lens and sensor."""

import cv2
import numpy as np

from models.training.scenes.raster import Picture, Plane, to_bytes


def turn(layer: Picture, length: float, angle: float, rng: np.random.Generator) -> Picture:
    """A layer brought to a length on its longer side, squeezed and slanted a little, and turned."""
    rows, columns = layer.shape[:2]
    factor = length / max(rows, columns)
    squeeze = float(np.exp(rng.normal(0, 0.07)))
    size = (max(3, round(columns * factor * squeeze)), max(3, round(rows * factor / squeeze)))
    small = cv2.resize(layer, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    radians = np.deg2rad(angle)
    c, s = np.cos(radians), np.sin(radians)
    slant = np.array([[1, float(rng.normal(0, 0.06))], [0, 1]])
    matrix = np.array([[c, -s], [s, c]]) @ slant
    corners = np.array([(0, 0), (size[0], 0), (size[0], size[1]), (0, size[1])], np.float64) @ matrix.T
    low, high = corners.min(0), corners.max(0)
    wide, tall = (int(np.ceil(n)) + 2 for n in high - low)
    full = np.concatenate([matrix, (1 - low)[:, None]], axis=1)
    turned = cv2.warpAffine(small, full, (wide, tall), flags=cv2.INTER_LINEAR)
    return np.ascontiguousarray(turned[:, ::-1] if rng.random() < 0.2 else turned)


def recolor(pixels: Picture, rng: np.random.Generator, strength: float) -> Picture:
    """Other hue, contrast and brightness."""
    gain = np.exp(rng.normal(0, strength)) * np.exp(rng.normal(0, strength * 0.3, 3))
    shift = float(rng.normal(0, 40 * strength))
    table = np.clip(np.arange(256)[:, None] * gain + shift, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(pixels, table[:, None, :]), np.uint8)


def recolor_layer(layer: Picture, rng: np.random.Generator) -> Picture:
    colored = layer.copy()
    color = np.ascontiguousarray(layer[..., :3])
    if rng.random() < 0.25:
        hsv = cv2.cvtColor(color, cv2.COLOR_BGR2HSV)
        hsv[..., 0] = (hsv[..., 0].astype(np.int16) + int(rng.integers(-14, 15))) % 180
        color = np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR), np.uint8)
    colored[..., :3] = recolor(color, rng, 0.14)
    return colored


def expose(pixels: Picture, rng: np.random.Generator) -> Picture:
    """Light, lens and sensor: hard shadows across, glare, cast, blur, noise, compression."""
    height, width = pixels.shape[:2]
    picture = pixels.astype(np.float32)
    if rng.random() < 0.3:
        picture *= _light_field(height, width, rng)[..., None]
    if rng.random() < 0.12:
        center = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        glare = np.zeros((height, width), np.float32)
        axes = (int(rng.uniform(4, 45)), int(rng.uniform(4, 45)))
        cv2.ellipse(glare, center, axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
        glare = np.asarray(cv2.GaussianBlur(glare, (0, 0), float(rng.uniform(2, 10))))
        picture += glare[..., None] * float(rng.uniform(40, 200))
    gain = np.exp(rng.normal(0, 0.16)) * np.exp(rng.normal(0, 0.06, 3))
    gray = picture.mean()
    picture = (picture - gray) * float(np.exp(rng.normal(0, 0.15))) + gray
    picture = picture * gain + float(rng.normal(0, 8))
    if rng.random() < 0.12:
        picture *= float(rng.uniform(0.3, 0.75))
    if rng.random() < 0.06:
        picture += (picture.mean(2, keepdims=True) - picture) * float(rng.uniform(0.5, 0.95))
    if rng.random() < 0.35:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.4, 1.4))), np.float32)
    elif rng.random() < 0.1:
        reach = int(rng.integers(3, 9))
        kernel = np.zeros((reach, reach), np.float32)
        cv2.line(kernel, (0, int(rng.integers(reach))), (reach - 1, int(rng.integers(reach))), 1.0, 1)
        picture = np.asarray(cv2.filter2D(picture, -1, kernel / max(float(kernel.sum()), 1.0)), np.float32)
    if rng.random() < 0.5:
        picture = picture + rng.standard_normal((height, width, 3), np.float32) * float(rng.uniform(1, 10))
    seen = to_bytes(picture)
    if rng.random() < 0.3:
        done, coded = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 80))])
        if done:
            seen = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    return seen


def _light_field(height: int, width: int, rng: np.random.Generator) -> Plane:
    """Shadow edges across the picture, as blinds, shelves and people throw them, or a fall of light."""
    light = np.ones((height, width), np.float32)
    dark = float(rng.uniform(0.35, 0.85))
    for _ in range(int(rng.integers(1, 4))):
        center = np.array([rng.uniform(0, width), rng.uniform(0, height)])
        angle, wide = float(rng.uniform(0, np.pi)), float(rng.uniform(8, 160))
        along, aside = np.array([np.cos(angle), np.sin(angle)]) * 600, np.array([-np.sin(angle), np.cos(angle)]) * wide
        quad = np.array([center - along, center + along, center + along + aside, center - along + aside])
        cv2.fillPoly(light, [quad.astype(np.int32)], dark)
    soft = float(rng.uniform(0.6, 3)) if rng.random() < 0.6 else float(rng.uniform(5, 40))
    return np.asarray(cv2.GaussianBlur(light, (0, 0), soft), np.float32)
