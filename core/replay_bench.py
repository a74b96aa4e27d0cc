"""Whole baskets of the demo shop's customers, one after another, at fixed seeds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from core.cameras.demo_counter import DemoCounter
from core.evaluation.basket_score import BasketScore, ReadBasket, by_size, score_baskets
from core.evaluation.truth import read_truth
from core.replay import replay
from core.replay_score import ReplayScorer, begin_score
from core.shop import Shop

_CUSTOMERS = 8
"""Customers at one drawn counter, before another one is drawn."""

_STRIDE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class BasketPlan:
    """``baskets`` customers with 1–8 items each, at counters drawn from ``seed`` on, ``fps`` pictures a second."""

    baskets: int = 200
    seed: int = 1000
    fps: int = 10
    width: int = 1280
    height: int = 720


@dataclass(slots=True)
class MeasuredBaskets:
    """``sold``: the lines that each customer paid. ``failures``: counter's address, frame and what was wrong."""

    sold: list[ReadBasket] = field(default_factory=list)
    failures: list[tuple[str, int, ReadBasket]] = field(default_factory=list)

    @property
    def score(self) -> BasketScore:
        return score_baskets(self.sold)

    @property
    def by_size(self) -> dict[int, BasketScore]:
        return by_size(self.sold)


def measure_baskets(shop: Shop, plan: BasketPlan, *, on_progress: Callable[[int, int], None]) -> MeasuredBaskets:
    """Sell to customers as fast as the machine can: what lies there before something is taken is paid.

    Items come through hands, are turned and moved, touch and leave; nothing is paused. Raises ``UserError``.
    """
    measured = MeasuredBaskets()
    for number, uri in _counters(plan):
        if len(measured.sold) >= plan.baskets:
            break
        wanted = min(_CUSTOMERS, plan.baskets - len(measured.sold))
        for frame, basket in _sales(shop, uri, plan, wanted):
            measured.sold.append(basket)
            if not basket.is_exact:
                measured.failures.append((uri, frame, basket))
            on_progress(len(measured.sold), plan.baskets)
        if number > plan.baskets:
            break
    return measured


def _counters(plan: BasketPlan) -> Iterator[tuple[int, str]]:
    number = 0
    while True:
        yield number, f"demo:?seed={plan.seed + number}&fps={plan.fps}&width={plan.width}&height={plan.height}"
        number += 1


def _sales(shop: Shop, uri: str, plan: BasketPlan, wanted: int) -> Iterator[tuple[int, ReadBasket]]:
    counter = DemoCounter.from_uri(uri, width=plan.width, height=plan.height, fps=plan.fps)
    frames = _frames_of(counter, plan.fps, wanted)
    with TemporaryDirectory(prefix="tillsight-baskets-") as folder:
        file = Path(folder) / "truth.json"
        counter.write_truth(file, range(frames))
        truth = read_truth(file)
    scorer = ReplayScorer(truth, begin_score(uri, shop.settings.detection), reader=None)
    told = 0
    for replayed in replay(shop, counter, most_frames=frames):
        scorer.add(replayed)
        for sale in scorer.sales[told:]:
            yield sale.frame, sale.basket
        told = len(scorer.sales)


def _frames_of(counter: DemoCounter, fps: int, customers: int) -> int:
    """Frames until so many customers have brought all their items and begun to take them away."""
    frames = 0
    while True:
        frames += round(_STRIDE_SECONDS * fps)
        whole = {one.customer: one.stop for one in counter.placements(frames) if one.is_whole and one.names}
        if len(whole) > customers:
            return whole[sorted(whole)[customers - 1]] + fps
