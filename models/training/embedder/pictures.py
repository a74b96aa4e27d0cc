"""The photographs that the embedder is trained on, decoded once and kept small in memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]

LONGEST = 288
"""Pixels of an item's longer side in memory."""

_CONTEXT = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An item in its surroundings. ``outline``: N×2 points in pixels, x before y.

    ``mask``: 255 where the item is, H×W; ``None`` where only the picture as a whole is known to show the item.
    """

    pixels: Pixels
    outline: npt.NDArray[np.float32]
    mask: Pixels | None = None
    may_be_mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A product with its pictures; products of one ``family`` are easily mistaken for one another."""

    name: str
    source: str
    family: str
    pictures: tuple[Picture, ...]


def read_rgb(path: Path) -> Pixels:
    """H×W×3 RGB."""
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise OSError(f"{path} is no picture")
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)


def grocery_lines(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Path, class and coarse class of every photograph that may teach.

    Only the training split's classes with an even number: the odd ones and the other splits judge the network.
    """
    for line in (folder / "train.txt").read_text("utf-8").splitlines():
        if line.strip():
            path, fine, coarse = (part.strip() for part in line.split(","))
            if int(fine) % 2 == 0:
                yield folder / path, int(fine), int(coarse)


def read_grocery(folder: Path) -> list[Kind]:
    """Every class that may teach; classes of one coarse class are a family. Fruit may be mirrored, print may not."""
    found: dict[int, list[Picture]] = {}
    coarse_of: dict[int, int] = {}
    for path, fine, coarse in grocery_lines(folder):
        pixels = shrink(read_rgb(path), LONGEST)
        may_be_mirrored = "Packages" not in path.relative_to(folder).parts
        found.setdefault(fine, []).append(Picture(pixels, _corners(pixels), may_be_mirrored=may_be_mirrored))
        coarse_of[fine] = coarse
    return [Kind(f"grocery {n}", "grocery", f"grocery {coarse_of[n]}", tuple(found[n])) for n in sorted(found)]


def read_polygons(folder: Path) -> list[Kind]:
    """Every object of ``annotations.json`` with a part of what is around it."""
    annotations = json.loads((folder / "annotations.json").read_text("utf-8"))
    found: dict[str, list[Picture]] = {name: [] for name in annotations["classes"]}
    for entry in annotations["images"]:
        photograph = read_rgb(folder / entry["file"])
        for item in entry["objects"]:
            picture = cut_out(photograph, np.array(item["polygon"], np.float32).reshape(-1, 2))
            if picture is not None:
                found[item["name"]].append(picture)
    return [Kind(name, "up24", f"up24 {name}", tuple(pictures)) for name, pictures in found.items() if pictures]


def cut_out(photograph: Pixels, polygon: npt.NDArray[np.float32]) -> Picture | None:
    """An item inside a polygon in fractions of the photograph; ``None`` when it is too small to learn from."""
    height, width = photograph.shape[:2]
    outline = polygon * np.array([width, height], np.float32)
    low, high = outline.min(axis=0), outline.max(axis=0)
    if len(outline) < 3 or (high - low).min() < 24:
        return None
    reach = _CONTEXT * (high - low).max()
    x0, y0 = np.maximum(np.floor(low - reach), 0).astype(int)
    x1, y1 = np.minimum(np.ceil(high + reach), (width, height)).astype(int)
    part = photograph[y0:y1, x0:x1]
    scale = min(1.0, LONGEST / float((high - low).max()))
    pixels = np.asarray(cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    outline = (outline - (x0, y0)) * scale
    mask = np.zeros(pixels.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline).astype(np.int32)], 255, cv2.LINE_AA)
    return Picture(pixels, outline.astype(np.float32), mask)


def shrink(pixels: Pixels, longest: int) -> Pixels:
    """The picture with its longer side at most ``longest``."""
    scale = longest / max(pixels.shape[:2])
    if scale >= 1.0:
        return pixels
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _corners(pixels: Pixels) -> npt.NDArray[np.float32]:
    height, width = pixels.shape[:2]
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
