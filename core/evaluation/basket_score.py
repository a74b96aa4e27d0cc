"""Whether baskets come out right: cAcc and ACD, whole and by basket size."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadBasket:
    """What was read where certain items lie; both are product keys, as often as each is there.

    ``asked`` counts the items that were named only as the best of several guesses or not at all, so that a person is
    asked about them.
    """

    true: tuple[str, ...]
    read: tuple[str, ...]
    asked: int = 0

    @property
    def missing(self) -> Counter[str]:
        return Counter(self.true) - Counter(self.read)

    @property
    def extra(self) -> Counter[str]:
        return Counter(self.read) - Counter(self.true)

    @property
    def wrong_counts(self) -> int:
        """Pieces too few and too many, over all products (the count distance of the RPC benchmark)."""
        return self.missing.total() + self.extra.total()

    @property
    def is_exact(self) -> bool:
        return self.wrong_counts == 0


@dataclass(frozen=True, slots=True)
class BasketScore:
    """``cacc``: share of baskets that are exactly right; ``acd``: mean number of wrong counts a basket.

    As defined by Wei et al., "RPC: A Large-Scale Retail Product Checkout Dataset", 2019, section 4.2, except that
    nothing is chosen on the baskets themselves. ``without_asking``: share that is exactly right and asks nothing.
    """

    count: int
    cacc: float
    acd: float
    without_asking: float
    asked: float


def score_baskets(baskets: Sequence[ReadBasket]) -> BasketScore:
    """The score over some baskets; all shares are 0 when there are none."""
    count = len(baskets)
    if count == 0:
        return BasketScore(0, 0.0, 0.0, 0.0, 0.0)
    return BasketScore(
        count,
        sum(basket.is_exact for basket in baskets) / count,
        sum(basket.wrong_counts for basket in baskets) / count,
        sum(basket.is_exact and basket.asked == 0 for basket in baskets) / count,
        sum(basket.asked for basket in baskets) / count,
    )


def by_size(baskets: Iterable[ReadBasket]) -> dict[int, BasketScore]:
    """The scores of the baskets with one item, two items, …"""
    groups: dict[int, list[ReadBasket]] = {}
    for basket in baskets:
        groups.setdefault(len(basket.true), []).append(basket)
    return {size: score_baskets(groups[size]) for size in sorted(groups)}
