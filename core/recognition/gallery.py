"""The truth of what is enrolled, as sums over vectors, and the recognizer built from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import ModelError
from core.recognition.index_folder import IndexContents, read_index, write_index
from core.recognition.prior import Prior
from core.recognition.prototypes import Floats, leave_out, make_prototypes, typical_cosines
from core.recognition.recognizer import EnrolledProducts, Recognizer
from core.recognition.reference_sample import Enrolled, ReferenceSampler
from core.recognition.reference_source import MemoryReferences, RecentMeans, ReferenceSource
from core.recognition.unknown import Calibration, Trials, calibrate
from core.recognition.vector_index import VectorIndex, Vectors
from core.recognition.whitening import WithinScatter, merged, whitening

SHRINKAGE = 0.2

_SAME_AXES = 0.1
"""Share of products that come or go until the main axes are found again."""


class ReferencesLost(LookupError):  # noqa: N818 - reads as what happened
    """The vectors of references that leave cannot be read any more; the gallery must be made again."""


class Gallery:
    """Products with sums over the vectors of their references; one thread writes.

    The vectors themselves stay in ``source``, of which a build reads a bounded sample and a match the few references
    that vote. Statistics are running sums, one for the products of even and one for those of odd number: adding or
    removing references costs only their own number. They begin with ``prior``, the embedder's. ``revision`` is the
    caller's word for the state of the catalog that the gallery mirrors; it is saved and loaded with it.
    """

    def __init__(
        self,
        dimension: int,
        embedder_key: str,
        false_name_rate: float = 0.05,
        *,
        source: ReferenceSource | None = None,
        prior: Prior | None = None,
    ) -> None:
        self.dimension = dimension
        self.embedder_key = embedder_key
        self.revision = ""
        self._false_name_rate = false_name_rate
        self._source: ReferenceSource = source if source is not None else MemoryReferences()
        self._means = RecentMeans(self._source)
        self._sampler = ReferenceSampler(self._source, dimension)
        self._views = 0
        self._products: dict[int, Enrolled] = {}
        self._owners: dict[int, int] = {}
        self._prior = prior
        self._scatters = self._first_scatters()
        self._built: _Built | None = None
        self._axes: tuple[frozenset[int], Vectors | None] = (frozenset(), None)

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

    def references_of(self, product_id: int) -> npt.NDArray[np.int64]:
        """The references of a product; none for an unknown one."""
        product = self._products.get(product_id)
        return product.reference_ids if product is not None else np.zeros(0, np.int64)

    def total_of(self, product_id: int) -> Floats:
        """The sum, d ``float64``, of all views of a product's references; raises ``KeyError`` for an unknown one."""
        return self._products[product_id].total

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
        former = self._products.get(product_id)
        if len(reference_ids) == 0:
            if former is not None:
                former.name = name
            return
        ids = np.asarray(reference_ids, np.int64)
        halves = np.asarray(vectors, np.float16)
        self._source.keep(ids, halves)
        self._views = halves.shape[1]
        rows = _rows(halves)
        # Exact: half precision numbers of at most 1 are multiples of 2⁻²⁴, so sums of fewer than 2²⁹ fit.
        total = rows.sum(axis=0, dtype=np.float64)
        if former is None:
            self._scatter(product_id).join(rows, count=0, mean=total)
            self._products[product_id] = Enrolled(name, ids, total)
        else:
            count = self._views * len(former.reference_ids)
            self._scatter(product_id).join(rows, count=count, mean=former.total / count)
            together = np.concatenate([former.reference_ids, ids])
            self._products[product_id] = Enrolled(name, together, former.total + total)
        self._owners.update(dict.fromkeys(ids.tolist(), product_id))

    def remove_references(self, reference_ids: Iterable[int]) -> None:
        """Forget references; ids that are not enrolled are passed over. A product without any is gone.

        Raises ``ReferencesLost``, and changes nothing of that product, when their vectors are not to be had.
        """
        leaving: dict[int, set[int]] = {}
        for reference_id in reference_ids:
            owner = self._owners.get(reference_id)
            if owner is not None:
                leaving.setdefault(owner, set()).add(reference_id)
        for product_id, ids in leaving.items():
            self._remove(product_id, np.array(sorted(ids), np.int64))
        if not self._products:
            # Rounding leaves dust behind; an empty gallery starts from exact zeros.
            self._scatters = self._first_scatters()
            self._views = 0

    def _remove(self, product_id: int, ids: npt.NDArray[np.int64]) -> None:
        product = self._products[product_id]
        found, views = self._source.read(ids)
        if len(found) != len(ids):
            raise ReferencesLost(f"{len(ids) - len(found)} references of product {product_id}")
        rows = _rows(np.asarray(views, np.float16))
        staying = product.reference_ids[~np.isin(product.reference_ids, ids)]
        total = product.total - rows.sum(axis=0, dtype=np.float64)
        count = self._views * len(staying)
        self._scatter(product_id).leave(rows, count=count, mean=total / max(count, 1))
        if count:
            self._products[product_id] = Enrolled(product.name, staying, total)
        else:
            del self._products[product_id]
        for reference_id in ids.tolist():
            del self._owners[reference_id]
        self._built = None

    def remove_product(self, product_id: int) -> None:
        """Forget a product with all its references; an unknown one is passed over. Raises ``ReferencesLost``."""
        self.remove_references(self.references_of(product_id).tolist())

    def rename(self, product_id: int, name: str) -> None:
        """Give a product another name; an unknown one is passed over."""
        product = self._products.get(product_id)
        if product is not None and product.name != name:
            product.name = name
            if self._built is not None:
                names = [self._products[key].name for key in self._built.enrolled.product_ids.tolist()]
                self._built = replace(self._built, enrolled=self._built.enrolled.renamed(names))

    def build(self) -> Recognizer:
        """An immutable recognizer of the present state; the same one again while nothing has changed."""
        built = self._build()
        return Recognizer(built.index, built.enrolled, self._means, built.calibration)

    def save(self, folder: Path) -> None:
        """Write the built index and the sums to ``folder``, atomically; the last ones stay beside it.

        Raises ``UserError`` when the folder cannot be written.
        """
        built = self._build()
        order = built.enrolled.product_ids.tolist()
        products = [self._products[key] for key in order]
        ids = built.enrolled.reference_ids
        write_index(
            folder,
            IndexContents(
                embedder_key=self.embedder_key,
                dimension=self.dimension,
                views=self._views,
                revision=self.revision,
                false_name_rate=self._false_name_rate,
                names=built.enrolled.names,
                product_ids=built.enrolled.product_ids,
                counts=np.array([len(part) for part in ids], np.int64),
                reference_ids=np.concatenate(ids) if ids else np.zeros(0, np.int64),
                totals=self._totals(products),
                judged=np.array([product.judged for product in products], np.float64).reshape(-1, 3),
                typical=built.enrolled.typical,
                scatter=np.stack([scatter.total for scatter in self._scatters]).astype(np.float32),
                freedom=(self._scatters[0].freedom, self._scatters[1].freedom),
                index=built.index,
                calibration=built.calibration,
            ),
        )

    @classmethod
    def load(
        cls,
        folder: Path,
        embedder_key: str,
        *,
        source: ReferenceSource | None = None,
        prior: Prior | None = None,
    ) -> "Gallery":
        """Read what ``save`` wrote; ``source`` still has the vectors, without it there are no votes.

        Raises ``IndexDamaged`` when it is missing, damaged or of another embedder.
        """
        contents = read_index(folder, embedder_key)
        gallery = cls(contents.dimension, contents.embedder_key, contents.false_name_rate, source=source, prior=prior)
        gallery.revision = contents.revision
        gallery._views = contents.views
        for scatter, total, freedom in zip(gallery._scatters, contents.scatter, contents.freedom, strict=True):
            scatter.total = total.astype(np.float64)
            scatter.freedom = freedom
        ids = tuple(np.split(contents.reference_ids, np.cumsum(contents.counts)[:-1])) if contents.names else ()
        columns = zip(
            contents.product_ids.tolist(), contents.names, ids, contents.totals, contents.judged.tolist(), strict=True
        )
        for product_id, name, own, total, judged in columns:
            gallery._products[product_id] = Enrolled(name, own, total, tuple(judged))
            gallery._owners.update(dict.fromkeys(own.tolist(), product_id))
        enrolled = EnrolledProducts(contents.product_ids, contents.names, contents.typical, contents.judged[:, 2], ids)
        gallery._axes = (frozenset(contents.product_ids.tolist()), contents.index.axes)
        gallery._built = _Built(contents.index, enrolled, contents.calibration)
        return gallery

    def _check(self, reference_ids: Sequence[int], vectors: npt.NDArray[np.floating]) -> None:
        if vectors.ndim != 3 or vectors.shape[0] != len(reference_ids) or vectors.shape[2] != self.dimension:
            raise ValueError(f"expected {len(reference_ids)}×v×{self.dimension} vectors, got {vectors.shape}")
        if len(reference_ids) and vectors.shape[1] != (self._views or vectors.shape[1]):
            raise ValueError(f"expected {self._views} views of every reference, got {vectors.shape[1]}")
        if not np.isfinite(vectors).all():
            raise ModelError(
                "The embedder gave numbers that are not finite.", remedy="Choose another embedder in the settings."
            )
        if len(set(reference_ids)) != len(reference_ids) or any(key in self._owners for key in reference_ids):
            raise ValueError("a reference is enrolled already")

    def _first_scatters(self) -> tuple[WithinScatter, WithinScatter]:
        """What the running sums start from."""
        if self._prior is not None:
            return self._prior.scatters()
        return WithinScatter(self.dimension), WithinScatter(self.dimension)

    def _scatter(self, product_id: int) -> WithinScatter:
        return self._scatters[product_id % 2]

    def _totals(self, products: Sequence[Enrolled]) -> Floats:
        if not products:
            return np.zeros((0, self.dimension))
        return np.concatenate([product.total for product in products]).reshape(len(products), self.dimension)

    def _build(self) -> "_Built":
        if self._built is None:
            self._built = self._make()
        return self._built

    def _make(self) -> "_Built":
        order = np.array(sorted(self._products), np.int64)
        products = [self._products[key] for key in order.tolist()]
        counts = np.array([len(product.reference_ids) for product in products], np.int64)
        totals = self._totals(products)
        totals /= np.maximum(counts * self._views, 1)[:, None]
        means = totals.astype(np.float32)
        transform = whitening(merged(self._scatters), shrinkage=SHRINKAGE)
        prototypes = make_prototypes(means, transform)
        judged = self._sampler.judge(order, products, prototypes, transform)
        typical = typical_cosines(judged[:, 0], judged[:, 1])
        trials = None
        if len(products) > 1:
            sample = self._sampler.for_trials(products, counts)
            scores = leave_out(sample, means, counts, _fold(order), self._unseen(transform))
            trials = Trials(scores, sample.own, counts[sample.own] > 1, typical)
        enrolled = EnrolledProducts(
            order,
            tuple(product.name for product in products),
            typical,
            judged[:, 2],
            tuple(product.reference_ids for product in products),
        )
        # They only say what is compared first, so those of about the same products serve as well.
        axes = self._axes[1] if len(self._axes[0] ^ self._products.keys()) <= _SAME_AXES * len(products) else None
        index = VectorIndex.of(transform, prototypes.center, prototypes.rows, axes=axes)
        if axes is None:
            self._axes = (frozenset(self._products), index.axes)
        return _Built(
            index=index,
            enrolled=enrolled,
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
    enrolled: EnrolledProducts
    calibration: Calibration


def _rows(views: npt.NDArray[np.float16]) -> Vectors:
    return views.reshape(-1, views.shape[2]).astype(np.float32)


def _fold(product_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Which half of the products each belongs to, 0 or 1."""
    return product_ids % 2
