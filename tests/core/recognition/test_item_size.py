"""Size tells twins apart that look the same, and keeps quiet where it knows nothing."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog.database import open_catalog
from core.catalog.records import Origin, ProductDetails
from core.paths import DataFolder
from core.recognition.item_size import SizeSense, TypicalSize, reference_size
from core.recognition.unknown import Calibration
from core.sightings import Candidate, Match, Outcome, Sighting, Track

SMALL, LARGE, OTHER = 1, 2, 3
SIZES = {
    SMALL: TypicalSize(math.log(150), 0.07),
    LARGE: TypicalSize(math.log(210), 0.07),
    OTHER: TypicalSize(5.0, 0.07),
}
CALIBRATION = Calibration()


def sighting(
    track_id: int,
    side: float,
    *candidates: tuple[int, float],
    outcome: Outcome = Outcome.POSSIBLE,
    settled: bool = True,
) -> Sighting:
    track = Track(track_id, (300, 200, 300 + side, 200 + 0.6 * side), 0.9, 10, 0, is_moving=False, is_covered=False)
    ranked = tuple(Candidate(product, f"Product {product}", score) for product, score in candidates)
    return Sighting(track, Match(outcome, ranked), 3, 1.0, is_settled=settled)


def doubt(track_id: int, side: float) -> Sighting:
    return sighting(track_id, side, (LARGE, 0.48), (SMALL, 0.44), (OTHER, 0.01))


class Sense:
    """A sense that is shown frames."""

    def __init__(self, sizes: dict[int, TypicalSize] | None = None) -> None:
        self.asked: list[int] = []
        self._sizes = SIZES if sizes is None else sizes
        self.sense = SizeSense(self._look_up)

    def _look_up(self, product_id: int) -> TypicalSize | None:
        self.asked.append(product_id)
        return self._sizes.get(product_id)

    def shows(self, *sightings: Sighting, frames: int = 6) -> tuple[Sighting, ...]:
        for _ in range(frames):
            weighed = self.sense.weigh(sightings, CALIBRATION, width=1280, height=720)
        return weighed

    def learn(self, scale: float = 1.0) -> None:
        """Let some items be seen that nobody doubts."""
        side = math.exp(SIZES[OTHER].mean) * scale
        known = [sighting(100 + n, side, (OTHER, 0.95), (SMALL, 0.01), outcome=Outcome.KNOWN) for n in range(3)]
        self.shows(*known)


def best(shown: Sighting) -> tuple[int, Outcome]:
    assert shown.match is not None
    assert shown.match.best is not None
    return shown.match.best.product_id, shown.match.outcome


@pytest.mark.parametrize("scale", [1.0, 0.75])
def test_size_decides_between_twins_at_the_scale_of_the_counter(scale: float) -> None:
    desk = Sense()
    desk.learn(scale)
    small, large = desk.shows(doubt(1, 150 * scale), doubt(2, 210 * scale))
    assert best(small) == (SMALL, Outcome.KNOWN)
    assert best(large) == (LARGE, Outcome.KNOWN)


def test_beliefs_are_shared_anew_and_none_is_made_up() -> None:
    desk = Sense()
    desk.learn()
    (small,) = desk.shows(doubt(1, 150))
    assert small.match is not None
    scores = [candidate.score for candidate in small.match.candidates]
    assert sum(scores) == pytest.approx(0.93)
    assert scores == sorted(scores, reverse=True)


@settings(deadline=None, max_examples=60)
@given(
    beliefs=st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3).map(lambda drawn: sorted(drawn, reverse=True)),
    order=st.permutations([SMALL, LARGE, OTHER]),
    side=st.floats(40.0, 800.0),
)
def test_what_is_shared_anew_stays_a_belief(beliefs: list[float], order: list[int], side: float) -> None:
    desk = Sense()
    desk.learn()
    (shown,) = desk.shows(sighting(1, side, *zip(order, beliefs, strict=True), outcome=Outcome.KNOWN))
    assert shown.match is not None
    candidates = shown.match.candidates
    scores = [candidate.score for candidate in candidates]
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert sum(scores) <= sum(beliefs) + 1e-9
    assert scores == sorted(scores, reverse=True)
    assert {candidate.product_id for candidate in candidates} == set(order)


def test_size_decides_between_twins_that_both_look_certain() -> None:
    desk = Sense()
    desk.learn()
    (small,) = desk.shows(sighting(1, 150, (LARGE, 0.97), (SMALL, 0.96), outcome=Outcome.KNOWN))
    assert best(small) == (SMALL, Outcome.KNOWN)
    assert small.match is not None
    assert [candidate.score for candidate in small.match.candidates] == [1.0, pytest.approx(0.03, abs=0.02)]


def test_a_clear_look_wins_against_size() -> None:
    desk = Sense()
    desk.learn()
    clear = sighting(1, 150, (LARGE, 0.95), (SMALL, 0.02), outcome=Outcome.KNOWN)
    assert desk.shows(clear) == (clear,)


def test_what_is_not_enrolled_gets_no_name_from_its_size() -> None:
    desk = Sense()
    desk.learn()
    stranger = sighting(1, 150, (LARGE, 0.1), (SMALL, 0.1), outcome=Outcome.UNKNOWN)
    assert desk.shows(stranger) == (stranger,)


def test_a_hand_that_hides_half_an_item_changes_nothing() -> None:
    desk = Sense()
    desk.learn()
    desk.shows(doubt(1, 210), frames=15)
    (covered,) = desk.shows(doubt(1, 140), frames=5)
    assert best(covered) == (LARGE, Outcome.KNOWN)


def test_references_of_several_origins_say_nothing() -> None:
    desk = Sense({SMALL: TypicalSize(math.log(150), 0.3), LARGE: TypicalSize(math.log(210), 0.3)})
    shown = doubt(1, 150)
    assert desk.shows(shown) == (shown,)


def test_a_counter_of_no_one_scale_says_nothing() -> None:
    desk = Sense()
    for number, side in enumerate((60, 100, 150, 260, 400)):
        desk.shows(sighting(50 + number, side, (OTHER, 0.95), outcome=Outcome.KNOWN))
    shown = doubt(1, 150)
    assert desk.shows(shown) == (shown,)


def test_one_product_is_looked_up_a_frame_and_again_after_a_change() -> None:
    desk = Sense()
    shown = doubt(1, 150)
    desk.shows(shown, frames=1)
    assert desk.asked == [LARGE]
    desk.shows(shown, frames=5)
    assert desk.asked == [LARGE, SMALL, OTHER]
    desk.sense.renew()
    desk.shows(shown, frames=5)
    assert desk.asked == [LARGE, SMALL, OTHER] * 2


def test_sizes_come_from_the_stored_references(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    data.prepare()
    catalog = open_catalog(data)
    product = catalog.products.add(ProductDetails("Bag")).product_id
    assert reference_size(catalog, product) is None
    random = np.random.default_rng(2)
    stored = [
        catalog.photographs.store(random.integers(0, 255, (height, 40, 3), np.uint8)) for height in (90, 100, 110)
    ]
    catalog.references.add(product, stored, origin=Origin.IMPORTED)
    size = reference_size(catalog, product)
    assert size is not None
    assert math.exp(size.mean) == pytest.approx(99.67, abs=0.1)
    catalog.photographs.remove(stored[0].picture)
    assert reference_size(catalog, product) is None, "two are too few"
    catalog.close()
