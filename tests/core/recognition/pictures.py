"""Drawn pictures of made-up products, and a small real embedding of them that needs no model file."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels


def picture(product: int, shot: int = 0, *, size: int = 64) -> Pixels:
    """A pattern of two colors that belongs to the product, with noise that belongs to the shot."""
    rng = np.random.default_rng((11, product))
    colors = rng.integers(30, 226, (2, 3))
    grid = rng.integers(0, 2, (4, 4))
    pattern = np.kron(grid, np.ones((size // 4, size // 4), int))
    pixels = colors[pattern] + np.random.default_rng((13, product, shot)).normal(0, 8, (size, size, 3))
    return np.asarray(np.clip(pixels, 0, 255), np.uint8)


class ThumbnailEmbedder:
    """Describes a crop by its 6×6 thumbnail: a small real embedder with the whole contract."""

    dimension = 108

    def __init__(self, key: str = "thumbnail") -> None:
        self.key = key
        self.crops = 0

    def embed(self, crops: Sequence[Pixels]) -> npt.NDArray[np.float32]:
        self.crops += len(crops)
        rows = np.empty((len(crops), self.dimension), np.float32)
        for row, crop in zip(rows, crops, strict=True):
            row[:] = cv2.resize(crop, (6, 6), interpolation=cv2.INTER_AREA).ravel() / 127.5 - 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
