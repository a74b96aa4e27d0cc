"""What the classes that an embedder knows by heart say beside the shop's own references."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.catalog.names import product_key
from core.catalog.records import ProductDetails
from core.recognition.unknown import Calibration, Floats

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class ClassVotes:
    """Which classes of a model are which products, and how much they count.

    ``columns`` M: places among the model's ``classes`` that are a product; ``product_ids`` M: which. ``weight``, 0–1,
    is the share of the classes in the pool against that of the references.

    The two opinions are pooled by the weighted geometric mean (the logarithmic opinion pool; Genest and Zidek,
    "Combining probability distributions", Statistical Science 1986). What lies on classes that are no product of the
    shop does not vote: the classes' weight is ``weight`` times the probability of all that are. A product without a
    class gets what a guess among all classes would be, 1/C; and what a class says counts up to C times more or less
    than that.
    """

    classes: int
    columns: Ids
    product_ids: Ids
    weight: float

    def among(self, product_ids: Ids) -> "ClassVotes | None":
        """The votes for some products alone; ``None`` when none of them has a class, or classes count nothing."""
        is_kept = np.isin(self.product_ids, product_ids)
        if not is_kept.any() or self.weight <= 0.0:
            return None
        return ClassVotes(self.classes, self.columns[is_kept], self.product_ids[is_kept], self.weight)

    def pool(
        self, probabilities: Floats, product_ids: Ids, cosines: Floats, typical: Floats, calibration: Calibration
    ) -> tuple[npt.NDArray[np.intp], Floats]:
        """The order of K candidates with the classes' say, and their beliefs in that order.

        ``probabilities`` C; ``product_ids``, ``cosines`` (best first) and ``typical`` K. How much is believed in the
        first, and with it whether anything is named, comes from its own cosine alone, for classes know no strangers:
        where the two opinions differ, belief falls. Equal opinions, and probabilities that are all on classes without
        a product, leave everything as it was.
        """
        shares = np.where(self.product_ids == product_ids[:, None], probabilities[self.columns], 0.0).sum(axis=1)
        has_class = np.isin(product_ids, self.product_ids)
        weight = self.weight * min(1.0, float(probabilities[self.columns].sum()))
        bound = np.log(self.classes)
        said = np.where(has_class, np.log(np.maximum(shares * self.classes, 1.0 / self.classes)), 0.0)
        own = calibration.sharpness * (cosines - cosines[0])
        pooled = (1.0 - weight) * own + weight * np.minimum(said, bound)
        order = np.argsort(-pooled, kind="stable")
        first = order[0]
        seen = np.concatenate([cosines[first : first + 1], np.delete(cosines, first)])
        best = calibration.beliefs(seen[None], typical[first : first + 1])[0, 0]
        return order, best * np.exp(pooled[order] - pooled[first])


def map_classes(labels: Sequence[str], products: Iterable[tuple[int, ProductDetails]], *, weight: float) -> ClassVotes:
    """A class is the product that has its name, else the one with it as SKU, else as barcode.

    Names are compared in lower case with every run of characters other than letters and digits as one underscore. What
    two products share is nobody's.
    """
    keys: tuple[dict[str, int | None], ...] = ({}, {}, {})
    for product_id, details in products:
        for known, text in zip(keys, (details.name, details.sku, details.barcode), strict=True):
            if key := product_key(text):
                known[key] = None if key in known else product_id
    found = [next((known[key] for known in keys if key in known), None) for key in map(product_key, labels)]
    mapped = [(column, product_id) for column, product_id in enumerate(found) if product_id is not None]
    columns, product_ids = np.array(mapped, np.int64).reshape(-1, 2).T
    return ClassVotes(len(labels), columns, product_ids, weight)
