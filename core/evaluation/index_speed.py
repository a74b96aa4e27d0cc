"""How fast the recognizer answers and learns in shops of many products, against comparing with every reference."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import psutil

from core.evaluation.latency import percentiles
from core.recognition.gallery import Gallery
from core.recognition.recognizer import Recognizer
from core.recognition.vector_index import FlatIndex, Vectors
from core.recognition.views import REFERENCE_VIEWS

Progress = Callable[[int, int], None]

_SUBSPACE = 64
"""Dimensions in which products differ: real embeddings fill few of theirs, so many products crowd together."""

_NUISANCE = 12
"""Directions, shared by all products, in which looks of one product differ most: light, angle, distance."""

_NUISANCE_LENGTH, _NOISE_LENGTH, _DRIFT_LENGTH, _STRETCH = 0.6, 0.8, 0.7, 1.2
"""How far looks vary along those, in all dimensions, and in the subspace, against a product's own length of 1; queries
vary more, as pictures of another day do. Comparing with every reference is then right in about 99 % of queries."""

_MEMORY_MARGIN = 1.1
_TIMED_FLAT = 40
_SLOW_S = 5.0
_READY_REPEATS = 3


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

    def reference_views(self, product: int) -> npt.NDArray[np.float32]:
        """references×views×d unit vectors."""
        rows = self._looks(product, self.references * REFERENCE_VIEWS, stretch=1.0, kind=0)
        return rows.reshape(self.references, REFERENCE_VIEWS, self.dimension)

    def queries(self, count: int) -> tuple[Vectors, npt.NDArray[np.int64]]:
        """Noisier looks of products drawn at random: count×d unit vectors, and the products they show."""
        shown = np.random.default_rng((self._seed, 1)).integers(0, self.products, count)
        rows = [self._looks(int(product), 1, stretch=_STRETCH, kind=1 + place) for place, product in enumerate(shown)]
        return np.concatenate(rows), shown.astype(np.int64)

    def _looks(self, product: int, count: int, *, stretch: float, kind: int) -> Vectors:
        place = np.random.default_rng((self._seed, 2, product)).standard_normal((1, self._subspace), np.float32)
        rng = np.random.default_rng((self._seed, 3, product, kind))
        nuisance = rng.standard_normal((count, self._nuisance), np.float32)
        rows = rng.standard_normal((count, self.dimension), np.float32)
        rows *= np.float32(stretch * _NOISE_LENGTH / np.sqrt(self.dimension))
        nuisance *= np.float32(stretch * _NUISANCE_LENGTH / np.sqrt(self._nuisance))
        rows += nuisance @ self._axes[self._subspace :]
        drift = rng.standard_normal((count, self._subspace), np.float32)
        drift *= np.float32(stretch * _DRIFT_LENGTH / np.sqrt(self._subspace))
        rows += (_unit(place) + drift) @ self._axes[: self._subspace]
        return _unit(rows)


@dataclass(frozen=True, slots=True)
class IndexSpeed:
    """One size of shop.

    ``search_ms``, ``flat_search_ms``: one crop's embedding to its product, ``p50`` and ``p95``, measured in turns; flat
    is FAISS's ``IndexFlatL2`` over one raw embedding of every reference. ``agreement``: share of queries for which both
    name the same product; ``accuracy`` and ``flat_accuracy``: share for which it is the right one. ``rss_mb``: resident
    memory of the process with gallery and recognizer, before the flat index. ``readiness_ms``: a new product's
    references added, the recognizer built, and a first match; the median of several, embedding not counted.
    The flat ones are ``None`` when its memory is not to be had.
    """

    products: int
    references: int
    search_ms: dict[str, float]
    flat_search_ms: dict[str, float] | None
    agreement: float | None
    accuracy: float
    flat_accuracy: float | None
    rss_mb: float
    readiness_ms: float


def measure_index(shop: SyntheticShop, *, queries: int = 400, on_progress: Progress | None = None) -> IndexSpeed:
    """Build a shop's recognizer and measure it; takes minutes and gigabytes for a million references."""
    total = 2 * shop.products

    def tell(done: int) -> None:
        if on_progress:
            on_progress(done, total)

    gallery = Gallery(shop.dimension, "benchmark")
    for product in range(shop.products):
        first = product * shop.references
        gallery.add(product, f"Product {product}", range(first, first + shop.references), shop.reference_views(product))
        tell(product + 1)
    recognizer = gallery.build()
    gc.collect()
    resident = psutil.Process().memory_info().rss / 2**20
    readiness = _readiness_ms(gallery, shop)
    looks, shown = shop.queries(queries)
    del gallery
    gc.collect()
    flat = _flat_index(shop, lambda done: tell(shop.products + done))
    search, flat_search = _search_ms(recognizer, flat, looks)
    named = np.array([match.best.product_id if match.best else -1 for match in recognizer.match_each(looks)])
    flat_named = flat.search(looks, 1)[1][:, 0] // shop.references if flat is not None else None
    return IndexSpeed(
        products=shop.products,
        references=shop.references,
        search_ms=percentiles(search, 50, 95),
        flat_search_ms=percentiles(flat_search, 50, 95) if flat_search else None,
        agreement=float((named == flat_named).mean()) if flat_named is not None else None,
        accuracy=float((named == shown).mean()),
        flat_accuracy=float((flat_named == shown).mean()) if flat_named is not None else None,
        rss_mb=round(resident, 1),
        readiness_ms=round(readiness, 2),
    )


def _readiness_ms(gallery: Gallery, shop: SyntheticShop) -> float:
    """The shop's last product is forgotten and learned again."""
    product = shop.products - 1
    vectors = shop.reference_views(product)
    ids = range(product * shop.references, (product + 1) * shop.references)
    times: list[float] = []
    while len(times) < _READY_REPEATS and sum(times) < 1e3 * _SLOW_S:
        gallery.remove_product(product)
        gallery.build()
        begun = time.perf_counter()
        gallery.add(product, f"Product {product}", ids, vectors)
        gallery.build().match(vectors[0])
        times.append(1e3 * (time.perf_counter() - begun))
    return statistics.median(times)


def _flat_index(shop: SyntheticShop, tell: Callable[[int], None]) -> FlatIndex | None:
    rows = shop.products * shop.references
    if 4.0 * rows * shop.dimension * _MEMORY_MARGIN > psutil.virtual_memory().available:
        return None
    flat = FlatIndex(shop.dimension, rows)
    stored = flat.rows()
    for product in range(shop.products):
        first = product * shop.references
        stored[first : first + shop.references] = shop.reference_views(product)[:, 0]
        tell(product + 1)
    return flat


def _search_ms(recognizer: Recognizer, flat: FlatIndex | None, looks: Vectors) -> tuple[list[float], list[float]]:
    """Milliseconds of single searches. In turns, so that whatever else the machine does falls on both alike."""
    recognizer.match(looks[:1])
    search: list[float] = []
    flat_search: list[float] = []
    for place in range(len(looks)):
        look = looks[place : place + 1]
        begun = time.perf_counter()
        recognizer.match(look)
        search.append(1e3 * (time.perf_counter() - begun))
        if flat is not None and place < _TIMED_FLAT:
            begun = time.perf_counter()
            flat.search(look, 1)
            flat_search.append(1e3 * (time.perf_counter() - begun))
    return search, flat_search


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
