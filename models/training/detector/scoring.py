"""How well boxes agree with the truth: on session C, on photographs held out, on scenes with nothing for sale."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch

from models.training.detector.network import STRIDE, CenterNetwork
from models.training.scenes.composing import SIDE, Composer, Stock, filled_up
from models.training.scenes.raster import Picture

Numbers = npt.NDArray[np.float32]
Finder = Callable[[Sequence[Picture]], list[tuple[Numbers, Numbers]]]
"""Letterboxed pictures BGR of one size to boxes N×4 in their pixels and scores N, best first, overlaps removed."""

IOU = 0.5
_OVERLAP = 0.5
_LEAST = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A letterboxed picture with its true boxes in pixels; ``complete``: all that is for sale in it has a box."""

    picture: Picture
    boxes: Numbers
    complete: bool


def letterbox(picture: Picture, boxes: npt.ArrayLike) -> tuple[Picture, Numbers]:
    """A picture as the network sees it, its longer side SIDE, and its boxes (fractions) in its pixels."""
    height, width = picture.shape[:2]
    factor = SIDE / max(height, width)
    size = (round(width * factor), round(height * factor))
    shrunk = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    filled, top, left = filled_up(shrunk)
    placed = np.asarray(boxes, np.float32).reshape(-1, 4) * np.array([*size, *size]) + (left, top, left, top)
    return filled, np.asarray(placed, np.float32)


def network_finder(network: CenterNetwork) -> Finder:
    """The PyTorch network as a finder."""

    def find(pictures: Sequence[Picture]) -> list[tuple[Numbers, Numbers]]:
        stacked = np.stack([p[..., ::-1].transpose(2, 0, 1) for p in pictures]).astype(np.float32)
        with torch.inference_mode():
            logits, reaches = network((torch.from_numpy(stacked) - 127) / 128)
            centers = logits.sigmoid()
            peaks = torch.nn.functional.max_pool2d(centers, 3, stride=1, padding=1)
            heat = (centers * (centers >= peaks))[:, 0].numpy()
            sides = (reaches.exp() * STRIDE).numpy()
        return [boxes_of(h, s) for h, s in zip(heat, sides, strict=True)]

    return find


def boxes_of(heat: Numbers, sides: Numbers) -> tuple[Numbers, Numbers]:
    """Boxes and scores of one picture from its peaks R×C and distances 4×R×C in pixels."""
    rows, columns = np.nonzero(heat >= _LEAST)
    scores = heat[rows, columns]
    order = np.argsort(-scores, kind="stable")
    rows, columns, scores = rows[order], columns[order], scores[order]
    x, y = (columns + 0.5) * STRIDE, (rows + 0.5) * STRIDE
    left, top, right, bottom = sides[:, rows, columns]
    boxes = np.stack([x - left, y - top, x + right, y + bottom], 1)
    kept: list[int] = []
    for index in range(len(boxes)):
        if not kept or float(overlaps(boxes[index : index + 1], boxes[kept]).max()) <= _OVERLAP:
            kept.append(index)
    return boxes[kept].astype(np.float32), scores[kept].astype(np.float32)


def overlaps(first: Numbers, second: Numbers) -> Numbers:
    """IoU of every box with every other."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(1) for boxes in (first, second)]
    return np.asarray(shared / np.maximum(areas[0][:, None] + areas[1][None, :] - shared, 1e-6), np.float32)


def match(boxes: Numbers, truth: Numbers) -> npt.NDArray[np.intp]:
    """For each box, best first, the true box it finds (IoU at least 0.5, each once), or −1."""
    found = np.full(len(boxes), -1, np.intp)
    if not len(truth):
        return found
    table = overlaps(boxes, truth)
    for index in range(len(boxes)):
        best = int(table[index].argmax())
        if table[index, best] >= IOU:
            found[index] = best
            table[:, best] = 0
    return found


@dataclass(frozen=True, slots=True)
class Score:
    """Recall, precision and false boxes a frame at a threshold."""

    recall: float
    precision: float
    false_per_frame: float
    exact: float


def score(found: list[tuple[Numbers, Numbers]], judged: Sequence[Judged], threshold: float) -> Score:
    """The score over all pictures at one threshold."""
    true = hits = boxes_count = exact = 0
    for (boxes, scores), picture in zip(found, judged, strict=True):
        kept = boxes[scores >= threshold]
        matched = int((match(kept, picture.boxes) >= 0).sum())
        true, hits, boxes_count = true + len(picture.boxes), hits + matched, boxes_count + len(kept)
        exact += matched == len(picture.boxes) == len(kept)
    frames = max(len(judged), 1)
    return Score(hits / max(true, 1), hits / max(boxes_count, 1), (boxes_count - hits) / frames, exact / frames)


@lru_cache(maxsize=4)
def validation_sets(folder: Path, drawn: Path, most: int) -> dict[str, list[Judged]]:
    """``counter``: session C; ``photos``: photographs held out; and drawn scenes with nothing for
    sale, from another stock: ``empty`` surfaces, ``hands`` alone, ``clutter`` of phones, receipts, bags and arms.
    """
    stock = Stock(folder, sessions="", drawn_only=True)
    sets: dict[str, list[Judged]] = {"counter": [], "photos": []}
    for frame in stock.frames:
        name = {"C": "counter", "V": "photos"}.get(frame["source"])
        if name:
            picture, boxes = letterbox(stock.frame(frame["file"]), frame["boxes"])
            sets[name].append(Judged(picture, boxes, bool(frame["complete"])))
    sets["photos"] = sets["photos"][:: max(1, len(sets["photos"]) // (3 * most))]
    composer = Composer(Stock(drawn, sessions="", drawn_only=True), np.random.default_rng(77))
    for name, arms, things in (("empty", 0.0, 0.0), ("hands", 1.0, 0.0), ("clutter", 0.5, 2.0)):
        nothing = [composer.bare(arms=arms, things=things) for _ in range(most)]
        sets[name] = [Judged(entry.picture, entry.boxes, complete=True) for entry in nothing]
    return sets


def find_all(finder: Finder, judged: Sequence[Judged]) -> list[tuple[Numbers, Numbers]]:
    """Boxes on every picture, one at a time as they differ in size."""
    return [finder([entry.picture])[0] for entry in judged]


def measure_sets(network: CenterNetwork, folder: Path, drawn: Path, *, most: int) -> dict[str, float]:
    """The numbers that a training run watches."""
    finder = network_finder(network)
    result: dict[str, float] = {}
    for name, judged in validation_sets(folder, drawn, most).items():
        found = find_all(finder, judged)
        for threshold in (0.3, 0.4, 0.5):
            at = score(found, judged, threshold)
            if name in ("counter", "photos"):
                result[f"{name}_recall_{threshold}"] = round(at.recall, 4)
            if name == "counter":
                result[f"{name}_precision_{threshold}"] = round(at.precision, 4)
            if name not in ("counter", "photos"):
                result[f"{name}_false_{threshold}"] = round(at.false_per_frame, 4)
    return result


def thresholds(start: float = 0.1, stop: float = 0.9) -> Iterable[float]:
    """Thresholds to try, a hundredth apart."""
    return np.round(np.arange(start, stop, 0.01), 2).tolist()
