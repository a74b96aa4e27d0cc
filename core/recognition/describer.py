"""What of a crop is compared: the network's embedding with its peaks flattened, and its colors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels
from core.recognition.prior import Prior, read_prior

Vectors = npt.NDArray[np.float32]

COLOR_WEIGHT = 0.1
"""Length of the color part beside the network's part of length 1."""

_VERSION = "d2"
_SIDE = 24
_BINS = (4, 7, 7)
_LOWEST = np.array([0.0, -60.0, -50.0], np.float32)
_HIGHEST = np.array([100.0, 70.0, 80.0], np.float32)
_CENTER_WIDTH = 0.35


class CropEmbedder(Protocol):
    """What is needed of an embedder: unit rows from crops, and a key that changes when the rows would."""

    @property
    def key(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def embed(self, crops: Sequence[Pixels]) -> Vectors:
        """One unit row for each crop; raises ``ModelError``."""


class Describer:
    """An embedder that adds what a classification network forgets; use it wherever an embedder is asked for.

    The network's activations are taken to the power of ½, which makes their spread round (Perronnin, Sánchez and
    Mensink, "Improving the Fisher kernel for large-scale image classification", ECCV 2010), and a small histogram of
    colors is put beside them: networks learn to overlook the color that tells one apple from another. Any thread may
    call, as far as the embedder allows it.
    """

    def __init__(self, embedder: CropEmbedder, *, prior_file: Path | None = None) -> None:
        """``prior_file``: what ``write_prior`` wrote for this describer's rows. Raises ``ModelError`` for another's."""
        self.embedder = embedder
        self.prior = read_prior(prior_file, self.dimension) if prior_file else None

    @property
    def key(self) -> str:
        return f"{self.embedder.key}-{_VERSION}"

    @property
    def dimension(self) -> int:
        return self.embedder.dimension + int(np.prod(_BINS))

    def embed(self, crops: Sequence[Pixels]) -> Vectors:
        """n crops → n×dimension unit rows; raises ``ModelError`` as the embedder does."""
        return self.beside_colors(self.embedder.embed(crops), crops)

    def beside_colors(self, vectors: Vectors, crops: Sequence[Pixels]) -> Vectors:
        """The embedder's n×d rows of n crops → n×dimension unit rows."""
        rows = np.asarray(vectors, np.float32)
        described = np.empty((len(crops), self.dimension), np.float32)
        described[:, : rows.shape[1]] = np.sign(rows) * np.sqrt(np.abs(rows))
        described[:, : rows.shape[1]] /= np.maximum(np.linalg.norm(described[:, : rows.shape[1]], axis=1), 1e-12)[
            :, None
        ]
        for row, crop in zip(described, crops, strict=True):
            row[rows.shape[1] :] = COLOR_WEIGHT * color_histogram(crop)
        return described / np.float32(np.sqrt(1.0 + COLOR_WEIGHT**2))


def prior_of(embedder: CropEmbedder) -> Prior | None:
    """How looks differ in general, for an embedder that knows it."""
    return embedder.prior if isinstance(embedder, Describer) else None


def color_histogram(crop: Pixels) -> npt.NDArray[np.float32]:
    """The square roots of a joint L*a*b* histogram, of length 1: 196 numbers, softly binned, the middle weighing more.

    It does not change when the crop is turned or mirrored.
    """
    lab = cv2.cvtColor(
        cv2.resize(crop, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB
    ).reshape(-1, 3)
    bins = np.array(_BINS)
    places = np.clip((lab - _LOWEST) / (_HIGHEST - _LOWEST), 0.0, 1.0) * (bins - 1)
    lower = np.minimum(places.astype(np.int64), bins - 2)
    share = places - lower
    histogram = np.zeros(int(bins.prod()))
    for corner in np.ndindex(2, 2, 2):
        offset = np.array(corner)
        index = np.ravel_multi_index(tuple((lower + offset).T), _BINS)
        weight = np.where(offset, share, 1.0 - share).prod(axis=1) * _CENTER_WEIGHTS
        histogram += np.bincount(index, weight, minlength=len(histogram))
    return np.asarray(np.sqrt(histogram / histogram.sum()), np.float32)


def _center_weights() -> npt.NDArray[np.float64]:
    line = (np.arange(_SIDE) - (_SIDE - 1) / 2) / (_SIDE - 1) / _CENTER_WIDTH
    return np.exp(-(line[:, None] ** 2 + line[None] ** 2) / 2).ravel()


_CENTER_WEIGHTS = _center_weights()
