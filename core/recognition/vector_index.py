"""Nearest vectors behind a linear transform: with ``card_rows`` the only file that knows FAISS."""

import logging
from typing import Any, cast

import faiss
import numpy as np
import numpy.typing as npt

from core.recognition.card_rows import CARD_ERRORS, rows_on_card

_log = logging.getLogger(__name__)

Vectors = npt.NDArray[np.float32]
"""N×d ``float32`` rows."""

Rows = npt.NDArray[np.int64]

# One crop is searched at a time: a pool that spins for it takes the cores from the window.
faiss.omp_set_num_threads(1)


_COARSE_CELLS = 2_000_000
"""Rows × dimensions from which on a search looks at a few directions first: reading all of them takes the time."""

_COARSE = 256
_REFINED = 256
"""Directions in which rows are compared first, and how many rows are then compared whole at least."""

_ROWS_FOR_AXES = 512


class VectorIndex:
    """An inner-product index whose file holds the transform too.

    A vector is mapped by the affine transform, scaled to length 1 and compared with unit rows, so a similarity is a
    cosine in the transformed space. Among many rows those are compared whole that are closest in the directions in
    which the rows differ most; cosines are exact in any case. Searching is safe from any thread; an index never changes
    once made.

    Many rows are also copied to an NVIDIA card and searched there, when FAISS can use one and it is measured to be
    faster (``card_rows``). What is saved and read back are the rows here; a card that fails is left out from then on.
    """

    def __init__(self, index: "faiss.IndexPreTransform") -> None:
        self._index = index
        # The stubs of FAISS call this C++ vector a list, which it is not.
        linear = cast(Any, faiss.downcast_VectorTransform(cast(Any, index.chain).at(0)))
        shape = (int(linear.d_out), int(linear.d_in))
        self._transform = faiss.vector_to_array(linear.A).reshape(shape)
        self._center = -faiss.vector_to_array(linear.b)
        self._rows = faiss.downcast_index(index.index)
        self._card = rows_on_card(_stored(self._rows), self._search_here) if len(self) else None

    @classmethod
    def of(
        cls, transform: Vectors, center: npt.NDArray[np.float32], rows: Vectors, *, axes: Vectors | None = None
    ) -> "VectorIndex":
        """``transform`` r×d and ``center`` r map raw vectors x to T·x − c; ``rows`` N×r are mapped and of length 1.

        ``axes``: those of an index of similar rows, which need not be found again.
        """
        output, dimension = transform.shape
        linear = faiss.LinearTransform(dimension, output)
        linear.have_bias = True
        faiss.copy_array_to_vector(np.ascontiguousarray(transform, np.float32).ravel(), linear.A)
        faiss.copy_array_to_vector(np.ascontiguousarray(-center, np.float32), linear.b)
        linear.is_trained = True
        inner: faiss.Index = faiss.IndexFlatIP(output)
        if rows.size >= _COARSE_CELLS and output >= 2 * _COARSE:
            inner = _refined(_main_axes(rows, _COARSE) if axes is None else axes)
        inner.add(np.ascontiguousarray(rows, np.float32))
        index = faiss.IndexPreTransform(inner)
        index.prepend_transform(faiss.NormalizationTransform(output, 2.0))
        index.prepend_transform(linear)
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of the raw vectors."""
        return int(self._index.d)

    @property
    def axes(self) -> Vectors | None:
        """The directions, k×r, in which rows are compared first; ``None`` where all are compared whole."""
        if not isinstance(self._rows, faiss.IndexRefine):
            return None
        coarse = cast(Any, faiss.downcast_index(self._rows.base_index))
        linear = cast(Any, faiss.downcast_VectorTransform(coarse.chain.at(0)))
        return cast(Vectors, faiss.vector_to_array(linear.A).reshape(linear.d_out, linear.d_in))

    def transformed(self, vectors: Vectors) -> Vectors:
        """N×d raw vectors → N×r unit rows of the transformed space; zero rows stay."""
        mapped = np.asarray(vectors, np.float32) @ self._transform.T - self._center
        lengths = np.linalg.norm(mapped, axis=1, keepdims=True)
        return np.asarray(mapped / np.where(lengths > 0.0, lengths, 1.0), np.float32)

    def pulled_back(self, row: Vectors) -> tuple[Vectors, float]:
        """For a row y of the transformed space the w and a for which y·(T·x − c) = w·x − a, for every raw vector x."""
        return row @ self._transform, float(row @ self._center)

    def rows(self) -> Vectors:
        """The N×r stored unit rows, as a copy."""
        return cast(Vectors, self._rows.reconstruct_n(0, len(self)))

    def search(self, vectors: Vectors, count: int) -> tuple[Vectors, Rows]:
        """The ``count`` nearest rows of each raw vector, best first: n×k cosines and n×k row numbers, k ≤ ``count``."""
        return self.nearest(self.transformed(vectors), count)

    def nearest(self, rows: Vectors, count: int) -> tuple[Vectors, Rows]:
        """``search`` for vectors that are ``transformed`` already."""
        count = min(count, len(self))
        if count == 0:
            return np.zeros((len(rows), 0), np.float32), np.zeros((len(rows), 0), np.int64)
        card = self._card
        if card is not None and card.finds(count):
            try:
                return card.search(rows, count)
            except CARD_ERRORS as error:
                _log.warning("searching on the card failed, the processor goes on: %s", error)
                self._card = None
        return self._search_here(rows, count)

    def _search_here(self, rows: Vectors, count: int) -> tuple[Vectors, Rows]:
        """``nearest`` on the processor, for a ``count`` of at most all rows."""
        params = None
        if isinstance(self._rows, faiss.IndexRefine):
            # The stubs of FAISS do not know how its wrapper makes parameters.
            params = cast(Any, faiss).IndexRefineSearchParameters(k_factor=max(2.0, _REFINED / count))
        similarities, places = self._rows.search(np.ascontiguousarray(rows, np.float32), count, params=params)
        return cast(Vectors, similarities), cast(Rows, places)

    def to_bytes(self) -> bytes:
        """The index with its transform in FAISS's own file format."""
        return faiss.serialize_index(self._index).tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> "VectorIndex":
        """Read what ``to_bytes`` wrote; raises ``ValueError`` for anything else.

        Callers check the checksum first: the bytes are trusted to be the program's own.
        """
        try:
            index = faiss.deserialize_index(np.frombuffer(data, np.uint8))
        except RuntimeError as error:
            raise ValueError("not an index file") from error
        if not isinstance(index, faiss.IndexPreTransform):
            raise ValueError("not an index with a transform")
        return cls(index)


def _stored(index: Any) -> Vectors:
    """The N×r rows of an index themselves; valid as long as the index is."""
    if isinstance(index, faiss.IndexRefine):
        index = faiss.downcast_index(index.refine_index)
    count, dimension = int(index.ntotal), int(index.d)
    return cast(Vectors, faiss.rev_swig_ptr(index.get_xb(), count * dimension).reshape(count, dimension))


def _refined(axes: Vectors) -> "faiss.IndexRefineFlat":
    """An empty index that compares along k×r ``axes`` first."""
    linear = faiss.LinearTransform(axes.shape[1], len(axes))
    faiss.copy_array_to_vector(axes.ravel(), linear.A)
    linear.is_trained = True
    return faiss.IndexRefineFlat(faiss.IndexPreTransform(linear, faiss.IndexFlatIP(len(axes))))


def _main_axes(rows: Vectors, count: int) -> Vectors:
    """About the ``count`` directions, count×r, in which N×r rows have most of their length.

    The main axes of some of the rows, found through their products with one another (Sirovich, "Turbulence and the
    dynamics of coherent structures", Quarterly of Applied Mathematics 45, 1987: the method of snapshots).
    """
    rows = rows[:: max(1, len(rows) // _ROWS_FOR_AXES)]
    lengths, sides = np.linalg.eigh(rows @ rows.T)
    axes = rows.T @ (sides[:, -count:] / np.sqrt(np.maximum(lengths[-count:], 1e-6)))
    return np.ascontiguousarray(axes.T, np.float32)


class FlatIndex:
    """Every vector compared with every stored one by L2, nothing prepared: the yardstick for other indexes."""

    def __init__(self, dimension: int, count: int) -> None:
        """``count`` rows of zeros, to be filled through ``rows``; takes their 4·count·dimension bytes now."""
        self._index = faiss.IndexFlatL2(dimension)
        # Adding piece by piece would double the memory each time that it is full.
        self._index.codes.resize(4 * count * dimension)
        self._index.ntotal = count

    def rows(self) -> Vectors:
        """The N×d stored vectors themselves, to be written in place; valid as long as the index is."""
        return _stored(self._index)

    def search(self, vectors: Vectors, count: int) -> tuple[Vectors, Rows]:
        """The ``count`` nearest rows of each vector, best first: n×k squared distances and n×k row numbers."""
        distances, rows = self._index.search(np.ascontiguousarray(vectors, np.float32), count)
        return cast(Vectors, distances), cast(Rows, rows)
