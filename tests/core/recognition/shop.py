"""A made-up embedding space in which products cluster and looks of one product vary alike."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.recognition.gallery import Gallery
from core.recognition.recognizer import Recognizer


@dataclass(frozen=True)
class VectorShop:
    """Products are random directions; looks add noise that is strong in a few nuisance directions shared by all."""

    dimension: int = 48
    products: int = 12
    seed: int = 3
    nuisance: float = 0.9
    noise: float = 0.35

    def centers(self) -> npt.NDArray[np.float32]:
        rng = np.random.default_rng(self.seed)
        return unit(rng.standard_normal((self.products, self.dimension)))

    def looks(self, product: int, count: int, *, views: int = 4, seed: int = 0) -> npt.NDArray[np.float32]:
        """count×views×dimension unit vectors."""
        rng = np.random.default_rng((self.seed, product, seed))
        axes = np.linalg.qr(np.random.default_rng(self.seed + 1).standard_normal((self.dimension, 5)))[0].T
        nuisance = self.nuisance * rng.standard_normal((count, views, 5)) @ axes
        noise = self.noise * rng.standard_normal((count, views, self.dimension)) / np.sqrt(self.dimension)
        return unit(self.centers()[product] + nuisance + noise)

    def recognizer(self, *, products: int = 8, shots: int = 10) -> Recognizer:
        """One that has the first products enrolled as P0, P1, …."""
        gallery = Gallery(self.dimension, "k")
        for product in range(products):
            references = range(product * 100, product * 100 + shots)
            gallery.add(product, f"P{product}", references, self.looks(product, shots))
        return gallery.build()


def unit(vectors: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)
