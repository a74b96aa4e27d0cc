"""The cells that dense detectors predict from, and the arithmetic of boxes that several families share."""

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.sightings import Boxes
from core.vision.model_card import DetectorCard, InputForm

Floats = npt.NDArray[np.float32]

STRIDES = (8, 16, 32)
USUAL_STRIDES = (STRIDES, (8, 16, 32, 64), (16, 32), (4, 8, 16, 32))
"""The grids that dense detectors are known to have."""


@lru_cache(maxsize=16)
def grid(width: int, height: int, strides: tuple[int, ...] = STRIDES) -> tuple[Floats, Floats]:
    """Column and row of every cell, A×2, and its stride, A×1: finest grid first, row by row."""
    cells, sizes = [], []
    for stride in strides:
        rows, columns = np.mgrid[0 : -(-height // stride), 0 : -(-width // stride)]
        cells.append(np.stack([columns.ravel(), rows.ravel()], axis=1))
        sizes.append(np.full((rows.size, 1), stride))
    return np.concatenate(cells).astype(np.float32), np.concatenate(sizes).astype(np.float32)


def count_cells(width: int, height: int, strides: tuple[int, ...] = STRIDES) -> int:
    """How many cells the grids have together."""
    return sum(-(-height // stride) * -(-width // stride) for stride in strides)


def corners(centers: Floats, sides: Floats) -> Boxes:
    """Centers N×2 and sides N×2 → boxes N×4 by their corners."""
    return np.concatenate([centers - sides / 2, centers + sides / 2], axis=1).astype(np.float32)


def in_pixels(boxes: Boxes, card: DetectorCard) -> Boxes:
    """Boxes N×4 in the card's units → pixels of the network's input."""
    return boxes * input_size(card.input) if card.box_units == "fractions" else boxes


def input_size(form: InputForm) -> Floats:
    """Width, height, width, height."""
    return np.array([form.width, form.height, form.width, form.height], np.float32)
