"""What happens on the demo counter when it is a belt: items pass from left to right, one after another."""

import math

import numpy as np

from core.cameras.demo_hand import Person
from core.cameras.demo_layout import choose_products
from core.cameras.demo_outline import Pose
from core.cameras.demo_story import EMPTY_AT_START, MOST_ITEMS, Act, Customer, CustomersInTurn, stocked
from core.cameras.demo_surface import RAIL_CM

SPEED_CM = 16.0
"""Of the belt, a second: a usual checkout belt runs at 15 to 25."""

_GAP_CM = (4.0, 14.0)
_PAUSE = 2.0


class BeltStory(CustomersInTurn):
    """One customer's items after another's, at a steady speed and any angle, never touching; nobody is seen."""

    def _duration(self, number: int) -> float:
        customer = self._customer(number)
        return customer.stop - customer.start

    def _plan(self, number: int) -> Customer:
        start = self._starts[number]
        rng = np.random.default_rng([self._seed, 6, number])
        count = self._items or int(rng.integers(1, MOST_ITEMS + 1))
        items = stocked(choose_products(count, rng), number, rng)
        acts: list[Act] = []
        at = start + EMPTY_AT_START
        for index, item in enumerate(items):
            # Half a diagonal: out of sight at any angle, and clear of its neighbors.
            reach = 0.5 * math.hypot(item.product.width, item.product.length) + item.product.height
            lowest = min(reach, 0.5 * (self._view.height_cm - RAIL_CM) - 1.0)
            y = float(rng.uniform(RAIL_CM + lowest, self._view.height_cm - lowest))
            angle = float(rng.uniform(-math.pi, math.pi))
            seconds = (self._view.width_cm + 2 * reach) / SPEED_CM
            origin, target = Pose(-reach, y, angle), Pose(self._view.width_cm + reach, y, angle)
            acts.append(Act(index, None, (0.0, 0.0), at, at, at + seconds, at + seconds, origin, target))
            at += (2 * reach + float(rng.uniform(*_GAP_CM))) / SPEED_CM
        stop = max(act.end for act in acts) + _PAUSE
        return Customer(number, start, stop, Person(0, 0), items, tuple(acts))
