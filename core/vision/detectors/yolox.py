"""The YOLOX family: one output, a row for each cell of three grids, not yet placed on the grid.

Source: Z. Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv 2107.08430, and its ONNX export.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from core.vision.detectors.family import Family, Found, Outputs, UnfitOutputError
from core.vision.model_card import DetectorCard
from core.vision.runtimes.runtime import TensorSpec

_STRIDES = (8, 16, 32)
_LARGEST_LOG_SIDE = 8.0
"""exp(8) strides are wider than any picture; the cut keeps a wild prediction finite."""


def decode_yolox(outputs: Outputs, card: DetectorCard, threshold: float) -> Found:
    """Boxes from ``predictions`` 1×A×(5+C): center x, y in cells from the cell's corner, log of width and height in
    cells, objectness 0–1, C class scores 0–1. The score is objectness, times the best class's if the card says so.
    """
    rows, form = outputs["predictions"], card.input
    cells, strides = _grid(form.width, form.height)
    if rows.ndim != 3 or rows.shape[:2] != (1, len(cells)) or rows.shape[2] < 6:
        raise UnfitOutputError(
            f"returns {'×'.join(map(str, rows.shape))} numbers, and YOLOX at {form.width}×{form.height} "
            f"returns 1×{len(cells)}×(5 + classes)"
        )
    rows = rows[0]
    classes = rows[:, 5:].argmax(axis=1)
    scores = rows[:, 4]
    if card.score == "class":
        scores = scores * np.take_along_axis(rows[:, 5:], classes[:, None], axis=1)[:, 0]
    if not np.isfinite(scores).all():
        raise UnfitOutputError("returns numbers that mean nothing (not finite)")
    chosen = scores >= threshold
    rows, strides = rows[chosen], strides[chosen]
    centers = (rows[:, :2] + cells[chosen]) * strides
    halves = np.exp(np.minimum(rows[:, 2:4], _LARGEST_LOG_SIDE)) * strides / 2
    boxes = np.concatenate([centers - halves, centers + halves], axis=1).astype(np.float32)
    return Found(boxes, np.minimum(scores[chosen], 1).astype(np.float32), classes[chosen])


def propose_yolox(inputs: Mapping[str, TensorSpec], outputs: Mapping[str, TensorSpec]) -> dict[str, Any] | None:
    """A card for a plain YOLOX export: input ``images`` 1×3×H×W, one output 1×A×(5+C) that fits H and W."""
    image, tensors = inputs.get("images"), list(outputs.values())
    if image is None or len(inputs) != 1 or len(tensors) != 1 or len(image.shape) != 4 or len(tensors[0].shape) != 3:
        return None
    height, width = image.shape[2:]
    rows, columns = tensors[0].shape[1:]
    if height is None or width is None or height % 32 or width % 32 or columns is None or columns < 6:
        return None
    if rows != len(_grid(width, height)[0]):
        return None
    return {
        "kind": "detector",
        "name": "yolox",
        "license": "unknown",
        "source": "a file without a card",
        "decoder": "yolox",
        "score": "object",
        "outputs": {"predictions": tensors[0].name},
        "input": {
            "name": image.name,
            "width": width,
            "height": height,
            "color": "BGR",
            "fit": "letterbox",
            "padding": "end",
            "pad_value": 114,
            "resampling": "linear",
        },
    }


@lru_cache(maxsize=4)
def _grid(width: int, height: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Column and row of every cell, A×2, and its stride, A×1: finest grid first, row by row."""
    cells, strides = [], []
    for stride in _STRIDES:
        rows, columns = np.mgrid[0 : height // stride, 0 : width // stride]
        cells.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
        strides.append(np.full((rows.size, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(strides).astype(np.float32)


YOLOX = Family(parts=("predictions",), decode=decode_yolox, propose=propose_yolox)
