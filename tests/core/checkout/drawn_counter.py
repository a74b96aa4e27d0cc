"""The drawn counter with its true boxes, seen by the real tracker and the real checkout."""

from collections import Counter as Tally
from collections.abc import Sequence

import numpy as np

from core.cameras.demo_counter import DemoCounter
from core.cameras.demo_products import PRODUCTS
from core.cameras.demo_scene import TrueItem
from core.catalog.records import Product, ProductDetails
from core.checkout.session import CheckoutSession
from core.frames import Frame
from core.settings import CheckoutSettings
from core.sightings import Candidate, Detections, Match, Outcome, Sighting, Track
from core.vision.tracker import Tracker
from tests.core.checkout.shelf import START, MemoryJournal, MemoryLog, sale

WIDTH, HEIGHT, FPS = 480, 270, 10
_LOOKS = 8

SHELF = {
    number: Product(
        number,
        ProductDetails(name=product.name, price_minor=100),
        20,
        is_archived=False,
        picture=None,
        created_at=START,
    )
    for number, product in enumerate(PRODUCTS, 1)
}
NUMBERS = {product.name: number for number, product in SHELF.items()}
PIXELS = np.zeros((HEIGHT, WIDTH, 3), np.uint8)


class DrawnCounter:
    """Nothing is drawn: boxes are true ones of what can be seen, some of them missed, and names are right."""

    def __init__(self, script: str, seed: int, *, items: int, mode: str, missed: float) -> None:
        uri = f"demo:?script={script}&seed={seed}&items={items}"
        self.source = DemoCounter.from_uri(uri, width=WIDTH, height=HEIGHT, fps=FPS)
        self.journal = MemoryJournal()
        settings = CheckoutSettings.model_validate({"mode": mode})
        self.session = CheckoutSession(
            sale(), journal=self.journal, items=MemoryLog(), products=SHELF, settings=settings
        )
        self.passed: dict[int, str] = {}
        self._tracker = Tracker()
        self._looks: dict[int, int] = {}
        self._missed = missed
        self._random = np.random.default_rng(seed)

    def run(self, frames: Sequence[int]) -> None:
        """Let some frames go by."""
        for number in frames:
            things = [thing for thing in self.source.truth(number) if thing.visible > 0.3]
            self.passed |= {thing.item_id: thing.name for thing in things}
            seen = [thing.box for thing in things if self._random.random() >= self._missed]
            boxes = np.array(seen, np.float32).reshape(-1, 4)
            found = Detections(boxes, np.full(len(boxes), 0.9, np.float32))
            now = number / FPS
            tracks = self._tracker.update(found, width=WIDTH, height=HEIGHT, captured_at=now)
            sightings = tuple(self._sighting(track, things) for track in tracks)
            self.session.observe(sightings, Frame(PIXELS, number, now, now))

    def sold(self) -> Tally[str]:
        """What is in the basket."""
        return Tally({line.name: line.quantity for line in self.session.view().lines if not line.is_voided})

    def _sighting(self, track: Track, things: list[TrueItem]) -> Sighting:
        """As the looks would have it: settled after some, by the item that is under the middle of the box."""
        x, y = (track.box[0] + track.box[2]) / 2, (track.box[1] + track.box[3]) / 2
        under = [one for one in things if one.box[0] <= x <= one.box[2] and one.box[1] <= y <= one.box[3]]
        if not under or track.missed:
            return Sighting(track, None, 0, 0.0, is_settled=False)
        looks = self._looks[track.track_id] = self._looks.get(track.track_id, 0) + 1
        match = Match(Outcome.KNOWN, (Candidate(NUMBERS[under[0].name], under[0].name, 0.9),))
        return Sighting(track, match, min(looks // 4, 3), 1.0, is_settled=looks >= _LOOKS)
