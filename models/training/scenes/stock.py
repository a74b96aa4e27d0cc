"""Makes the stock that scenes are composed of: cut-out goods, arms, distractors, surfaces, real frames.

Run from the repository's root with the program's environment: ``python -m models.training.scenes.stock --data
DATA --output STOCK`` (two minutes; the demo shop's packs and arms come from ``core.cameras``).
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from core.cameras.demo_hand import SKINS, Person, draw_arm
from core.cameras.demo_packs import VARIANTS, pack_sprite
from core.cameras.demo_products import PRODUCTS
from models.training.scenes.distractors import draw_distractor, dress_arm
from models.training.scenes.goods import LONGEST, draw_good
from models.training.scenes.raster import Picture, fill_outline, shrink, tighten
from models.training.scenes.surfaces import SIDE, draw_surface

BLOCK = 20
"""Photographs of one product whose numbers share a block of this many may be a burst: they stay on one side."""

HELD_OUT = 4
"""Of every five blocks the one with this rest is never trained on."""

ARM_SCALE = 9.0
SLEEVE_CM = 25.2


def is_held_out(name: str) -> bool:
    """Whether an ``up24`` photograph (two digits of class, four of number) belongs to the validation split."""
    return int(Path(name).stem[2:]) // BLOCK % 5 == HELD_OUT


def cut_out(picture: Picture, polygon: list[float]) -> Picture | None:
    """What a polygon (x, y in fractions, one after the other) encloses, H×W×4; ``None`` when it is tiny."""
    height, width = picture.shape[:2]
    points = np.asarray(polygon, np.float32).reshape(-1, 2) * (width, height)
    mask = fill_outline(height, width, points)
    mask = cv2.erode(mask, np.ones((3, 3), np.uint8))
    layer = tighten(np.dstack([picture, mask]))
    return shrink(layer, LONGEST) if min(layer.shape[:2]) >= 24 else None


def read(path: Path) -> Picture:
    """A picture file as BGR; raises ``FileNotFoundError``."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if picture is None:
        raise FileNotFoundError(path)
    return np.asarray(picture, np.uint8)


class Stock:
    """A folder of pictures under construction, with an index of the real frames."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.frames: list[dict[str, Any]] = []
        self._counts: dict[str, int] = {}

    def add(self, kind: str, picture: Picture, *, suffix: str = "png") -> str:
        """Write a picture below the folder of its kind; returns its name there."""
        number = self._counts.get(kind, 0)
        self._counts[kind] = number + 1
        path = self.folder / kind / f"{number:05d}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), picture, [cv2.IMWRITE_JPEG_QUALITY, 92] if suffix == "jpg" else [])
        return f"{kind}/{path.name}"

    def add_frame(self, source: str, picture: Picture, objects: list[dict[str, Any]], *, complete: bool) -> None:
        """A real frame; ``complete``: everything in it that is an item has a polygon."""
        name = self.add("frames", shrink(picture, 640), suffix="jpg")
        polygons = [entry["polygon"] for entry in objects]
        boxes = [entry["box"] for entry in objects]
        self.frames.append({"file": name, "source": source, "complete": complete, "polygons": polygons, "boxes": boxes})

    def close(self) -> None:
        """Write the index and say what there is."""
        (self.folder / "frames.json").write_text(json.dumps(self.frames), encoding="utf-8")
        print(self._counts)


def _counter(stock: Stock, folder: Path) -> None:
    tree = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    empties: dict[str, list[tuple[Picture, Picture]]] = {}
    for frame in tree["frames"]:
        picture = read(folder / frame["file"])
        session = str(frame["session"])[0]
        objects = [entry for entry in frame["objects"] if "polygon" in entry]
        stock.add_frame(session, picture, objects, complete=True)
        mask = np.zeros(picture.shape[:2], np.uint8)
        for entry in objects:
            points = np.asarray(entry["polygon"], np.float32).reshape(-1, 2) * (picture.shape[1], picture.shape[0])
            cv2.fillPoly(mask, [points.astype(np.int32)], 255)
            if not entry["edge"]:
                layer = cut_out(picture, entry["polygon"])
                if layer is not None:
                    stock.add(f"goods_{session}", layer)
        empties.setdefault(session, []).append((picture, cv2.dilate(mask, np.ones((25, 25), np.uint8))))
    for session, pairs in empties.items():
        for picture in _without_items(pairs):
            stock.add(f"empty_{session}", picture, suffix="jpg")


def _without_items(pairs: list[tuple[Picture, Picture]]) -> Iterator[Picture]:
    """Empty counters from runs of frames: the median of what no item hides."""
    for start in range(0, len(pairs), 12):
        part = pairs[start : start + 12]
        frames = np.stack([picture for picture, _ in part]).astype(np.float32)
        frames[np.stack([mask for _, mask in part]) > 0] = np.nan
        seen = np.isfinite(frames[..., 0]).sum(0) >= 2
        if seen.mean() < 0.9:
            continue
        filled = np.where(seen[None, ..., None], frames, 0)
        median = np.nanmedian(filled, axis=0)
        yield np.asarray(cv2.inpaint(median.astype(np.uint8), (~seen).astype(np.uint8), 9, cv2.INPAINT_TELEA), np.uint8)


def _photographs(stock: Stock, folder: Path, rng: np.random.Generator) -> None:
    tree = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    for entry in tree["images"]:
        picture = read(folder / entry["file"])
        side = "V" if is_held_out(entry["file"]) else "U"
        stock.add_frame(side, picture, entry["objects"], complete=False)
        if side == "V":
            continue
        for item in entry["objects"][:2]:
            layer = cut_out(picture, item["polygon"])
            if layer is not None:
                stock.add("goods_U", layer)
        boxes = np.array([item["box"] for item in entry["objects"]]).reshape(-1, 4) * np.tile(
            (picture.shape[1], picture.shape[0]), 2
        )
        for _ in range(3):
            size = int(rng.uniform(60, 150))
            x, y = int(rng.integers(picture.shape[1] - size)), int(rng.integers(picture.shape[0] - size))
            apart = (boxes[:, 0] > x + size) | (boxes[:, 2] < x) | (boxes[:, 1] > y + size) | (boxes[:, 3] < y)
            cut = picture[y : y + size, x : x + size]
            if apart.all() and cut.std() < 40:
                stock.add(
                    "textures",
                    np.asarray(cv2.resize(cut, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.uint8),
                    suffix="jpg",
                )
                break


def _drawn(stock: Stock, rng: np.random.Generator, photos: list[Picture], goods: int, surfaces: int) -> None:
    for _ in range(goods):
        stock.add("goods_D", draw_good(rng, photos))
    for product in PRODUCTS:
        for variant in range(VARIANTS.get(product.pack, 1)):
            layer = pack_sprite(product, variant, 24.0).layer
            stock.add("goods_P", shrink(tighten(_unmultiplied(layer)), LONGEST))
    for _ in range(surfaces):
        stock.add("surfaces", draw_surface(rng), suffix="jpg")
    lengths = {}
    for _ in range(500):
        layer, length = draw_distractor(rng)
        lengths[stock.add("things", layer)] = length
    (stock.folder / "things.json").write_text(json.dumps(lengths), encoding="utf-8")
    for number in range(168):
        skin = number % len(SKINS)
        arm = draw_arm(
            Person(skin, 3), is_left=bool(number & 1), is_gripping=bool(number & 2), length=70, scale=ARM_SCALE
        )
        red, green, blue = SKINS[skin]
        layer = _unmultiplied(arm.layer)
        stock.add("arms", dress_arm(rng, layer, round(SLEEVE_CM * ARM_SCALE), (blue, green, red)))


def _unmultiplied(layer: Picture) -> Picture:
    """BGR and share from RGB that was multiplied by its share, and that share."""
    share = np.maximum(layer[..., 3:].astype(np.float32), 1)
    color = np.clip(layer[..., 2::-1].astype(np.float32) * 255 / share, 0, 255)
    return np.dstack([color.astype(np.uint8), layer[..., 3]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with counter19, up24 and grocery")
    parser.add_argument("--output", type=Path, required=True, help="folder to make")
    parser.add_argument("--goods", type=int, default=1600, help="drawn goods")
    parser.add_argument("--surfaces", type=int, default=420, help="drawn surfaces")
    parser.add_argument("--drawn-only", action="store_true", help="nothing real: a stock to judge with")
    parser.add_argument("--seed", type=int, default=4)
    given = parser.parse_args()
    rng = np.random.default_rng(given.seed)
    cv2.setNumThreads(1)
    stock = Stock(given.output)
    if not given.drawn_only:
        _counter(stock, given.data / "counter19")
        _photographs(stock, given.data / "up24", rng)
    paths = sorted((given.data / "grocery" / "train").rglob("*.jpg"))[::4]
    _drawn(stock, rng, [read(path) for path in paths], given.goods, given.surfaces)
    stock.close()


if __name__ == "__main__":
    main()
