"""Shops of made-up embeddings, of any size: to measure how recognizing and learning grow."""

from collections.abc import Callable
from contextlib import closing

import numpy as np
import numpy.typing as npt

from core.catalog.bulk import add_embedded_products
from core.catalog.database import Catalog
from core.catalog.records import Origin, ProductDetails, StoredPhotograph
from core.catalog.transactions import Database
from core.catalog.upgrades import upgrade
from core.paths import DataFolder
from core.recognition.vector_index import Vectors
from core.recognition.views import REFERENCE_VIEWS

_SUBSPACE = 64
"""Dimensions in which products differ: real embeddings fill few of theirs, so many products crowd together."""

_NUISANCE = 12
"""Directions, shared by all products, in which looks of one product differ most: light, angle, distance."""

_NUISANCE_LENGTH, _NOISE_LENGTH, _DRIFT_LENGTH, _STRETCH = 0.6, 0.8, 0.7, 1.2
"""How far looks vary along those, in all dimensions, and in the subspace, against a product's own length of 1; queries
vary more, as pictures of another day do. Comparing with every reference is then right in about 99 % of queries."""

_AT_ONCE = 50
"""Products of a transaction: each takes a while to be safe on the disk."""

_DEVIATIONS = 2048
"""Ways in which looks of references deviate; each look takes two of them, because drawing millions takes too long."""


class SyntheticShop:
    """Made-up embeddings: products are clusters in a subspace; looks vary along shared directions and a little in all.

    A product's vectors come from the seed and its number alone, so they are made again instead of kept.
    """

    def __init__(self, dimension: int, products: int, references: int, *, seed: int = 7) -> None:
        self.dimension = dimension
        self.products = products
        self.references = references
        self._seed = seed
        self._subspace = max(1, min(_SUBSPACE, dimension // 2))
        self._nuisance = max(1, min(_NUISANCE, dimension // 4))
        spread = np.random.default_rng((seed, 0)).standard_normal((dimension, self._subspace + self._nuisance))
        self._axes = np.ascontiguousarray(np.linalg.qr(spread)[0].T, np.float32)
        self._deviations = self._draw(np.random.default_rng((seed, 4)), _DEVIATIONS) / np.float32(np.sqrt(2.0))

    def reference_views(self, product: int) -> npt.NDArray[np.float32]:
        """references×views×d unit vectors."""
        rng = np.random.default_rng((self._seed, 3, product))
        count = self.references * REFERENCE_VIEWS
        first, second = rng.integers(0, _DEVIATIONS, (2, count))
        rows = self._deviations[first]
        rows += self._deviations[second]
        rows += self._place(product)
        return _unit(rows).reshape(self.references, REFERENCE_VIEWS, self.dimension)

    def queries(self, count: int) -> tuple[Vectors, npt.NDArray[np.int64]]:
        """Noisier looks of products drawn at random: count×d unit vectors, and the products they show."""
        rng = np.random.default_rng((self._seed, 1))
        shown = rng.integers(0, self.products, count)
        rows = np.concatenate([self._place(int(product)) for product in shown])
        return _unit(rows + np.float32(_STRETCH) * self._draw(rng, count)), shown.astype(np.int64)

    def _place(self, product: int) -> Vectors:
        place = np.random.default_rng((self._seed, 2, product)).standard_normal((1, self._subspace), np.float32)
        return np.asarray(_unit(place) @ self._axes[: self._subspace], np.float32)

    def _draw(self, rng: np.random.Generator, count: int) -> Vectors:
        """Deviations of looks from their product's place, count×d."""
        rows = rng.standard_normal((count, self.dimension), np.float32)
        rows *= np.float32(_NOISE_LENGTH / np.sqrt(self.dimension))
        along = rng.standard_normal((count, len(self._axes)), np.float32)
        along[:, : self._subspace] *= np.float32(_DRIFT_LENGTH / np.sqrt(self._subspace))
        along[:, self._subspace :] *= np.float32(_NUISANCE_LENGTH / np.sqrt(self._nuisance))
        rows += along @ self._axes
        return rows


def stock(catalog: Catalog, shop: SyntheticShop, product: int, embedder_key: str) -> None:
    """Put one product with the vectors of its references into a catalog, as enrolling does; without pictures."""
    added = catalog.products.add(ProductDetails(_name(product)))
    photographs = [StoredPhotograph(f"none/{product}-{number}", "", 1, 1) for number in range(shop.references)]
    catalog.references.add(
        added.product_id,
        photographs,
        origin=Origin.ENROLLED,
        embedder_key=embedder_key,
        vectors=shop.reference_views(product).astype(np.float16),
    )


def stock_all(data: DataFolder, shop: SyntheticShop, embedder_key: str, tell: Callable[[int], None]) -> None:
    """Make the shop's database, in which product n has the id n + 1; ``tell`` is given how many are in."""
    data.prepare()
    with closing(Database(data.database)) as database:
        upgrade(database)
        for first in range(0, shop.products, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, shop.products))
            part = [(_name(number), shop.reference_views(number).astype(np.float16)) for number in numbers]
            add_embedded_products(database, part, embedder_key)
            tell(numbers.stop)


def _name(product: int) -> str:
    return f"Product {product}"


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
