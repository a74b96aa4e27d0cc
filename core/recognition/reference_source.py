"""Where the vectors of enrolled references are read from: they are many, and seldom needed."""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt

from core.catalog.database import Catalog

Ids = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]

_REMEMBERED_BYTES = 64 * 2**20


class ReferenceSource(Protocol):
    """Keeps the vectors of references, also of those that were removed; any thread may read."""

    def keep(self, reference_ids: Ids, views: npt.NDArray[np.float16]) -> None:
        """References join the gallery with their n×v×d vectors; nothing to do for who has them already."""

    def read(self, reference_ids: Ids) -> tuple[Ids, Singles]:
        """Those of the references that are to be had, in the given order, and their vectors n×v×d."""


class MemoryReferences:
    """Keeps what it is given, for as long as it lives: recognizers made before a removal still show their reasons."""

    def __init__(self) -> None:
        self._views: dict[int, npt.NDArray[np.float16]] = {}

    def keep(self, reference_ids: Ids, views: npt.NDArray[np.float16]) -> None:
        self._views.update(zip(reference_ids.tolist(), views, strict=True))

    def read(self, reference_ids: Ids) -> tuple[Ids, Singles]:
        found = [reference_id for reference_id in reference_ids.tolist() if reference_id in self._views]
        if not found:
            return np.zeros(0, np.int64), np.zeros((0, 1, 1), np.float32)
        views = np.stack([self._views[reference_id] for reference_id in found])
        return np.array(found, np.int64), views.astype(np.float32)


class CatalogReferences:
    """Reads from the shop's database, which holds the vectors of one ``embedder_key`` anyhow.

    Raises ``UserError`` when the database fails.
    """

    def __init__(self, catalog: Catalog, embedder_key: str) -> None:
        self._catalog = catalog
        self._embedder_key = embedder_key

    def keep(self, reference_ids: Ids, views: npt.NDArray[np.float16]) -> None:
        """They come from there."""

    def read(self, reference_ids: Ids) -> tuple[Ids, Singles]:
        found, views = self._catalog.references.find_embeddings(self._embedder_key, reference_ids.tolist())
        return np.array(found, np.int64), views


class RecentMeans:
    """References as means over their views, of the products that were asked for recently; usable from any thread."""

    def __init__(self, source: ReferenceSource, *, most_bytes: int = _REMEMBERED_BYTES) -> None:
        self._source = source
        self._most_bytes = most_bytes
        self._recent: OrderedDict[bytes, tuple[Ids, Singles]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def of(self, products: Sequence[Ids]) -> tuple[Ids, Singles, npt.NDArray[np.int64]]:
        """The references of some products, given by their ids: their ids R, means R×d, and places in ``products`` R."""
        parts = [self._of_one(reference_ids) for reference_ids in products]
        places = np.repeat(np.arange(len(parts)), [len(ids) for ids, _ in parts])
        filled = [part for part in parts if len(part[0])]
        if not filled:
            return np.zeros(0, np.int64), np.zeros((0, 1), np.float32), places
        return np.concatenate([ids for ids, _ in filled]), np.concatenate([means for _, means in filled]), places

    def _of_one(self, reference_ids: Ids) -> tuple[Ids, Singles]:
        # The ids themselves are the key: a product that has changed is another one here.
        key = reference_ids.tobytes()
        with self._lock:
            known = self._recent.get(key)
            if known is not None:
                self._recent.move_to_end(key)
                return known
        found, views = self._source.read(reference_ids)
        fresh = (found, views.mean(axis=1))
        with self._lock:
            if key not in self._recent:
                self._recent[key] = fresh
                self._bytes += fresh[1].nbytes
            while self._bytes > self._most_bytes and len(self._recent) > 1:
                self._bytes -= self._recent.popitem(last=False)[1][1].nbytes
        return fresh
