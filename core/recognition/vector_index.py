"""Nearest vectors behind a linear transform: the only file that knows FAISS."""

from typing import Any, cast

import faiss
import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""N×d ``float32`` rows."""

Rows = npt.NDArray[np.int64]

# One crop is searched at a time: a pool that spins for it takes the cores from the window.
faiss.omp_set_num_threads(1)


class VectorIndex:
    """An exact inner-product index whose file holds the transform too.

    A vector is mapped by the affine transform, scaled to length 1 and compared with unit rows, so a similarity is a
    cosine in the transformed space. Searching is safe from any thread; an index never changes once made.
    """

    def __init__(self, index: "faiss.IndexPreTransform") -> None:
        self._index = index

    @classmethod
    def of(cls, transform: Vectors, center: npt.NDArray[np.float32], rows: Vectors) -> "VectorIndex":
        """``transform`` r×d and ``center`` r map raw vectors x to T·x − c; ``rows`` N×r are mapped and of length 1."""
        output, dimension = transform.shape
        linear = faiss.LinearTransform(dimension, output)
        linear.have_bias = True
        faiss.copy_array_to_vector(np.ascontiguousarray(transform, np.float32).ravel(), linear.A)
        faiss.copy_array_to_vector(np.ascontiguousarray(-center, np.float32), linear.b)
        linear.is_trained = True
        flat = faiss.IndexFlatIP(output)
        flat.add(np.ascontiguousarray(rows, np.float32))
        index = faiss.IndexPreTransform(flat)
        index.prepend_transform(faiss.NormalizationTransform(output, 2.0))
        index.prepend_transform(linear)
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of the raw vectors."""
        return int(self._index.d)

    def transformed(self, vectors: Vectors) -> Vectors:
        """N×d raw vectors → N×r unit rows of the transformed space."""
        mapped = np.ascontiguousarray(vectors, np.float32)
        # The stubs of FAISS call this C++ vector a list, which it is not.
        chain = cast(Any, self._index.chain)
        for place in range(chain.size()):
            mapped = chain.at(place).apply_py(mapped)
        return mapped

    def rows(self) -> Vectors:
        """The N×r stored unit rows, as a copy."""
        return cast(Vectors, faiss.downcast_index(self._index.index).reconstruct_n(0, len(self)))

    def search(self, vectors: Vectors, count: int) -> tuple[Vectors, Rows]:
        """The ``count`` nearest rows of each raw vector, best first: n×k cosines and n×k row numbers, k ≤ ``count``."""
        count = min(count, len(self))
        if count == 0:
            return np.zeros((len(vectors), 0), np.float32), np.zeros((len(vectors), 0), np.int64)
        similarities, rows = self._index.search(np.ascontiguousarray(vectors, np.float32), count)
        return cast(Vectors, similarities), cast(Rows, rows)

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
        count, dimension = int(self._index.ntotal), int(self._index.d)
        return cast(Vectors, faiss.rev_swig_ptr(self._index.get_xb(), count * dimension).reshape(count, dimension))

    def search(self, vectors: Vectors, count: int) -> tuple[Vectors, Rows]:
        """The ``count`` nearest rows of each vector, best first: n×k squared distances and n×k row numbers."""
        distances, rows = self._index.search(np.ascontiguousarray(vectors, np.float32), count)
        return cast(Vectors, distances), cast(Rows, rows)
