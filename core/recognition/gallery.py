"""The truth of what is enrolled, as vectors, and the recognizer built from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import ModelError
from core.recognition.index_folder import IndexContents, IndexedProduct, read_index, write_index
from core.recognition.prototypes import leave_out, make_prototypes, make_trials
from core.recognition.recognizer import EnrolledProduct, Recognizer
from core.recognition.unknown import Calibration, calibrate
from core.recognition.vector_index import VectorIndex, Vectors
from core.recognition.whitening import WithinScatter, merged, whitening

SHRINKAGE = 0.2


@dataclass(slots=True)
class _Product:
    """One product's references: ids n, views n×v×d ``float16``."""

    name: str
    reference_ids: npt.NDArray[np.int64]
    views: npt.NDArray[np.float16]

    def rows(self) -> Vectors:
        return self.views.reshape(-1, self.views.shape[2]).astype(np.float32)

    def references(self) -> Vectors:
        """n×d means over the views."""
        return np.asarray(self.views.mean(axis=1, dtype=np.float32))


class Gallery:
    """Products with the embeddings of their references; one thread writes.

    Statistics are running sums, one for the products of even and one for those of odd number: adding or removing
    references costs only their own number. ``revision`` is the caller's word for the state of the catalog that the
    gallery mirrors; it is saved and loaded with it.
    """

    def __init__(self, dimension: int, embedder_key: str, false_name_rate: float = 0.05) -> None:
        self.dimension = dimension
        self.embedder_key = embedder_key
        self.revision = ""
        self._false_name_rate = false_name_rate
        self._products: dict[int, _Product] = {}
        self._owners: dict[int, int] = {}
        self._scatters = (WithinScatter(dimension), WithinScatter(dimension))
        self._built: _Built | None = None

    @property
    def false_name_rate(self) -> float:
        """Share, 0–1, of items that are not enrolled which may still get a name."""
        return self._false_name_rate

    @false_name_rate.setter
    def false_name_rate(self, value: float) -> None:
        if value != self._false_name_rate:
            self._false_name_rate = value
            self._built = None

    @property
    def products(self) -> int:
        return len(self._products)

    @property
    def references(self) -> int:
        return len(self._owners)

    def reference_ids(self) -> frozenset[int]:
        """Every reference in the gallery."""
        return frozenset(self._owners)

    def product_names(self) -> dict[int, str]:
        """Product id → name."""
        return {product_id: product.name for product_id, product in self._products.items()}

    def owner(self, reference_id: int) -> int | None:
        """The product that a reference belongs to."""
        return self._owners.get(reference_id)

    def add(self, product_id: int, name: str, reference_ids: Sequence[int], vectors: npt.NDArray[np.floating]) -> None:
        """Enroll references of a product, new or known (``name`` then replaces its name).

        ``vectors`` n×v×d: v views of each of n references, unit rows. Raises ``ModelError`` for numbers that are not
        finite and ``ValueError`` for a wrong shape or a reference that is enrolled already.
        """
        self._check(reference_ids, vectors)
        self._built = None
        if len(reference_ids) == 0:
            if product_id in self._products:
                self._products[product_id].name = name
            return
        fresh = _Product(name, np.asarray(reference_ids, np.int64), np.asarray(vectors, np.float16))
        former = self._products.get(product_id)
        if former is None:
            self._scatters[_fold(product_id)].join(fresh.rows(), count=0, mean=np.zeros(self.dimension))
            self._products[product_id] = fresh
        else:
            rows = former.rows()
            self._scatters[_fold(product_id)].join(
                fresh.rows(), count=len(rows), mean=rows.mean(axis=0, dtype=np.float64)
            )
            former.name = name
            former.reference_ids = np.concatenate([former.reference_ids, fresh.reference_ids])
            former.views = np.concatenate([former.views, fresh.views])
        self._owners.update(dict.fromkeys((int(reference_id) for reference_id in reference_ids), product_id))

    def remove_references(self, reference_ids: Iterable[int]) -> None:
        """Forget references; ids that are not enrolled are passed over. A product without any is gone."""
        leaving: dict[int, set[int]] = {}
        for reference_id in reference_ids:
            owner = self._owners.pop(reference_id, None)
            if owner is not None:
                leaving.setdefault(owner, set()).add(reference_id)
        for product_id, ids in leaving.items():
            product = self._products[product_id]
            goes = np.isin(product.reference_ids, list(ids))
            gone = _Product(product.name, product.reference_ids[goes], product.views[goes])
            stays = _Product(product.name, product.reference_ids[~goes], product.views[~goes])
            rows = stays.rows()
            mean = rows.mean(axis=0, dtype=np.float64) if len(rows) else np.zeros(self.dimension)
            self._scatters[_fold(product_id)].leave(gone.rows(), count=len(rows), mean=mean)
            if len(rows):
                self._products[product_id] = stays
            else:
                del self._products[product_id]
            self._built = None
        if not self._products:
            # Rounding leaves dust behind; an empty gallery starts from exact zeros.
            self._scatters = (WithinScatter(self.dimension), WithinScatter(self.dimension))

    def remove_product(self, product_id: int) -> None:
        """Forget a product with all its references; an unknown one is passed over."""
        product = self._products.get(product_id)
        if product is not None:
            self.remove_references(int(reference_id) for reference_id in product.reference_ids)

    def rename(self, product_id: int, name: str) -> None:
        """Give a product another name; an unknown one is passed over."""
        product = self._products.get(product_id)
        if product is not None and product.name != name:
            product.name = name
            if self._built is not None:
                self._built = self._built.renamed(self.product_names())

    def build(self) -> Recognizer:
        """An immutable recognizer of the present state; the same one again while nothing has changed."""
        if self._built is None:
            self._built = self._make()
        return self._built.recognizer()

    def save(self, folder: Path) -> None:
        """Write the built index and the vectors to ``folder``, atomically; the last ones stay beside it.

        Raises ``UserError`` when the folder cannot be written.
        """
        self.build()
        built = self._built
        if built is None:
            raise AssertionError("built just now")
        write_index(
            folder,
            IndexContents(
                embedder_key=self.embedder_key,
                dimension=self.dimension,
                revision=self.revision,
                false_name_rate=self._false_name_rate,
                products=tuple(
                    IndexedProduct(item.product_id, item.name, item.stop - item.start, item.typical)
                    for item in built.enrolled
                ),
                reference_ids=built.reference_ids,
                views=_stacked([self._products[item.product_id].views for item in built.enrolled], self.dimension),
                scatter=np.stack([scatter.total for scatter in self._scatters]).astype(np.float32),
                freedom=(self._scatters[0].freedom, self._scatters[1].freedom),
                references=built.references,
                index=built.index,
                calibration=built.calibration,
            ),
        )

    @classmethod
    def load(cls, folder: Path, embedder_key: str) -> "Gallery":
        """Read what ``save`` wrote. Raises ``IndexDamaged`` when it is missing, damaged or of another embedder."""
        contents = read_index(folder, embedder_key)
        gallery = cls(contents.dimension, contents.embedder_key, contents.false_name_rate)
        gallery.revision = contents.revision
        for scatter, total, freedom in zip(gallery._scatters, contents.scatter, contents.freedom, strict=True):
            scatter.total = total.astype(np.float64)
            scatter.freedom = freedom
        enrolled = []
        start = 0
        for product in contents.products:
            rows = slice(start, start + product.references)
            ids = contents.reference_ids[rows]
            gallery._products[product.product_id] = _Product(product.name, ids, contents.views[rows])
            gallery._owners.update(dict.fromkeys(ids.tolist(), product.product_id))
            enrolled.append(EnrolledProduct(product.product_id, product.name, start, rows.stop, product.typical))
            start = rows.stop
        gallery._built = _Built(
            contents.index,
            tuple(enrolled),
            contents.references,
            contents.reference_ids,
            contents.calibration,
        )
        return gallery

    def _check(self, reference_ids: Sequence[int], vectors: npt.NDArray[np.floating]) -> None:
        if vectors.ndim != 3 or vectors.shape[0] != len(reference_ids) or vectors.shape[2] != self.dimension:
            raise ValueError(f"expected {len(reference_ids)}×v×{self.dimension} vectors, got {vectors.shape}")
        views = next((product.views.shape[1] for product in self._products.values()), vectors.shape[1])
        if len(reference_ids) and vectors.shape[1] != views:
            raise ValueError(f"expected {views} views of every reference, got {vectors.shape[1]}")
        if not np.isfinite(vectors).all():
            raise ModelError(
                "The embedder gave numbers that are not finite.", remedy="Choose another embedder in the settings."
            )
        if len(set(reference_ids)) != len(reference_ids) or any(key in self._owners for key in reference_ids):
            raise ValueError("a reference is enrolled already")

    def _make(self) -> "_Built":
        order = sorted(self._products)
        counts = np.array([len(self._products[key].reference_ids) for key in order], np.int64)
        blocks = [self._products[key].references() for key in order]
        raw = np.concatenate(blocks) if blocks else np.zeros((0, self.dimension), np.float32)
        transform = whitening(merged(self._scatters), shrinkage=SHRINKAGE)
        prototypes = make_prototypes(raw, counts, transform)
        folds = np.array([_fold(key) for key in order], np.int64)
        left_out = leave_out(raw, counts, folds, self._unseen(transform)) if len(order) > 1 else None
        trials = make_trials(left_out, counts, prototypes.typical)
        stops = np.cumsum(counts)
        enrolled = tuple(
            EnrolledProduct(key, self._products[key].name, int(stop - count), int(stop), float(typical))
            for key, count, stop, typical in zip(order, counts, stops, prototypes.typical, strict=True)
        )
        ids = [self._products[key].reference_ids for key in order]
        return _Built(
            index=VectorIndex.of(transform, prototypes.center, prototypes.rows),
            enrolled=enrolled,
            references=prototypes.references,
            reference_ids=np.concatenate(ids) if ids else np.zeros(0, np.int64),
            calibration=calibrate(trials, false_name_rate=self._false_name_rate),
        )

    def _unseen(self, transform: Vectors) -> tuple[Vectors, Vectors]:
        """For each half of the products the transform learned from the other half; the whole one if that is empty."""
        first, second = (
            whitening(scatter, shrinkage=SHRINKAGE) if scatter.freedom > 0 else transform for scatter in self._scatters
        )
        return second, first


@dataclass(frozen=True, slots=True)
class _Built:
    """The parts of a recognizer, kept for saving."""

    index: VectorIndex
    enrolled: tuple[EnrolledProduct, ...]
    references: Vectors
    reference_ids: npt.NDArray[np.int64]
    calibration: Calibration

    def recognizer(self) -> Recognizer:
        return Recognizer(self.index, self.enrolled, self.references, self.reference_ids, self.calibration)

    def renamed(self, names: dict[int, str]) -> "_Built":
        enrolled = tuple(replace(item, name=names[item.product_id]) for item in self.enrolled)
        return replace(self, enrolled=enrolled)


def _stacked(views: list[npt.NDArray[np.float16]], dimension: int) -> npt.NDArray[np.float16]:
    return np.concatenate(views) if views else np.zeros((0, 1, dimension), np.float16)


def _fold(product_id: int) -> int:
    return product_id % 2
