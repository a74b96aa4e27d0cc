"""What happens on the demo counter: customers who bring items, turn some, and take them away."""

import bisect
import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np

from core.cameras.demo_hand import SKINS, SLEEVES, Person
from core.cameras.demo_layout import choose_products, lay_out
from core.cameras.demo_outline import Pose, View
from core.cameras.demo_packs import VARIANTS
from core.cameras.demo_products import PRODUCTS, DemoProduct

Script = Literal["sell", "still", "belt"]

EMPTY_AT_START = 2.0
"""Seconds before anything comes: time to learn the empty counter."""

MOST_ITEMS = 8
_STILL_ITEMS = 5
_LIFT = 9.0
_BEYOND = 16.0
_PAIR_CHANCE = 0.35
_MOVE_CHANCE = 0.22
_TOUCH_CHANCE = 0.2

Point = tuple[float, float]
"""x, y in centimeters on the counter; outside the picture too."""


@dataclass(frozen=True, slots=True)
class ScriptItem:
    """One item of a customer. ``item_id`` is its own through the whole script."""

    item_id: int
    product: DemoProduct
    variant: int


@dataclass(frozen=True, slots=True)
class Act:
    """A hand's way to an item (until ``grip``), with it (until ``release``) and back (until ``end``), in seconds.

    Brought items are held from the start (``grip == start``), taken ones to the end. ``arm``: 0 left, 1 right of the
    picture, ``None`` when the item is simply there, or passes by at a steady speed on a belt. ``elbow`` is where the
    arm comes from.
    """

    item: int
    arm: int | None
    elbow: Point
    start: float
    grip: float
    release: float
    end: float
    origin: Pose
    target: Pose

    @property
    def is_on_belt(self) -> bool:
        """Whether the item passes by without a hand."""
        return self.arm is None and self.release > self.grip

    def pose(self, at: float) -> Pose:
        """Where the held item is."""
        span = max(self.release - self.grip, 1e-6)
        share = min(max((at - self.grip) / span, 0.0), 1.0)
        way = _smooth(share) if self.arm is not None else share
        lift = 1.2 * math.sin(math.pi * share) if self.arm is not None else 0.0
        return Pose(
            self.origin.x + (self.target.x - self.origin.x) * way,
            self.origin.y + (self.target.y - self.origin.y) * way,
            self.origin.angle + (self.target.angle - self.origin.angle) * way,
            self.origin.z + (self.target.z - self.origin.z) * way + lift,
        )

    def reach(self, at: float) -> tuple[float, Pose]:
        """How far the hand is on the way to or from the item, 0 (outside) to 1 (at it), and the item's pose then."""
        if at < self.grip:
            return _smooth((at - self.start) / max(self.grip - self.start, 1e-6)), self.origin
        if at <= self.release:
            return 1.0, self.pose(at)
        return _smooth((self.end - at) / max(self.end - self.release, 1e-6)), self.target


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer's whole visit, in seconds of the script. ``stop`` is when the next one's begins."""

    number: int
    start: float
    stop: float
    person: Person
    items: tuple[ScriptItem, ...]
    acts: tuple[Act, ...]

    def resting(self, at: float) -> tuple[tuple[int, Pose], ...]:
        """Index and pose of each item that lies on the counter, in the order in which they were put down."""
        lying: dict[int, Pose] = {}
        for act in self.acts:
            if act.grip <= at:
                lying.pop(act.item, None)
                if act.release <= at and act.release < act.end:
                    lying[act.item] = act.target
        return tuple(lying.items())

    def acting(self, at: float) -> tuple[Act, ...]:
        """The acts whose hands, or whose items on a belt, are in or near the picture."""
        return tuple(act for act in self.acts if (act.arm is not None or act.is_on_belt) and act.start <= at < act.end)

    def changes(self) -> list[float]:
        """The times at which an item begins or ceases to rest."""
        return sorted({moment for act in self.acts for moment in (act.grip, act.release)})


class Story(Protocol):
    """Tells which customer is at the counter."""

    def at(self, seconds: float) -> Customer: ...
    def until(self, seconds: float) -> Iterator[Customer]: ...


class StillStory:
    """The same items, all different and apart, from the end of the empty time on, for ever; nobody is seen."""

    def __init__(self, view: View, seed: int, items: int | None) -> None:
        rng = np.random.default_rng([seed, 1, 0])
        different = [PRODUCTS[int(place)] for place in rng.permutation(len(PRODUCTS))[: items or _STILL_ITEMS]]
        chosen = stocked(different, 0, rng)
        poses, _ = lay_out(different, view, rng, touch_chance=0.0)
        acts = tuple(
            Act(index, None, (0.0, 0.0), EMPTY_AT_START, EMPTY_AT_START, EMPTY_AT_START, math.inf, pose, pose)
            for index, pose in enumerate(poses)
        )
        self._customer = Customer(0, 0.0, math.inf, Person(0, 0), chosen, acts)

    def at(self, seconds: float) -> Customer:  # noqa: ARG002 — nothing ever changes here
        """The only customer."""
        return self._customer

    def until(self, seconds: float) -> Iterator[Customer]:  # noqa: ARG002 — nothing ever changes here
        """The only customer."""
        yield self._customer


class CustomersInTurn(ABC):
    """One customer after another. When each comes is cheap to tell; what each does is thought out when asked for."""

    def __init__(self, view: View, seed: int, items: int | None) -> None:
        self._view = view
        self._seed = seed
        self._items = items
        self._starts = [0.0]
        self._customer = lru_cache(maxsize=8)(self._plan)

    def at(self, seconds: float) -> Customer:
        """The customer whose visit, the empty counter before it included, this time falls into."""
        while self._starts[-1] <= seconds:
            self._starts.append(self._starts[-1] + self._duration(len(self._starts) - 1))
        return self._customer(bisect.bisect_right(self._starts, seconds) - 1)

    def until(self, seconds: float) -> Iterator[Customer]:
        """All customers who came before a time."""
        at = 0.0
        while at < seconds:
            customer = self.at(at)
            yield customer
            at = customer.stop

    @abstractmethod
    def _duration(self, number: int) -> float:
        """Seconds that a customer's visit takes."""

    @abstractmethod
    def _plan(self, number: int) -> Customer:
        """What a customer does, from ``self._starts[number]`` on."""


class SellStory(CustomersInTurn):
    """Customers who bring items, leave them to be sold, and take them away."""

    def _duration(self, number: int) -> float:
        return _Timing(self._seed, number, self._items).duration

    def _plan(self, number: int) -> Customer:
        timing = _Timing(self._seed, number, self._items)
        start = self._starts[number]
        rng = np.random.default_rng([self._seed, 2, number])
        items = stocked(choose_products(timing.count, rng), number, rng)
        person = Person(int(rng.integers(len(SKINS))), int(rng.integers(len(SLEEVES))))
        acts = _Director(self._view, items, timing, start, rng).acts()
        return Customer(number, start, start + timing.duration, person, items, acts)


class _Timing:
    """When a customer does what, in seconds from the visit's start; needs no layout, so it is quick."""

    def __init__(self, seed: int, number: int, items: int | None) -> None:
        rng = np.random.default_rng([seed, 3, number])
        self.count = items or int(rng.integers(1, MOST_ITEMS + 1))
        self.groups = _ones_and_twos(self.count, rng)
        at = EMPTY_AT_START + (0.0 if number == 0 else float(rng.uniform(-0.2, 0.3)))
        self.bring: list[float] = []
        for _ in self.groups:
            self.bring.append(at)
            at += float(rng.uniform(1.5, 1.9))
        self.move: dict[int, float] = {}
        for index in range(self.count):
            if rng.random() < _MOVE_CHANCE:
                self.move[index] = at
                at += 2.1
        at += float(rng.uniform(4.0, 5.6))
        self.taken = _ones_and_twos(self.count, rng)
        self.take: list[float] = []
        for _ in self.taken:
            self.take.append(at)
            at += float(rng.uniform(1.5, 1.8))
        self.duration = at + 0.3


class _Director:
    """Turns a timing into acts: places on the counter, arms that come from the customer's side."""

    def __init__(
        self, view: View, items: tuple[ScriptItem, ...], timing: _Timing, start: float, rng: np.random.Generator
    ) -> None:
        self._view = view
        self._items = items
        self._timing = timing
        self._start = start
        self._rng = rng
        self._from_below = bool(rng.random() < 0.75)
        self._middle = float(rng.uniform(0.38, 0.62)) * view.width_cm
        self._poses, self._plan = lay_out([item.product for item in items], view, rng, touch_chance=_TOUCH_CHANCE)

    def acts(self) -> tuple[Act, ...]:
        """Everything that hands do, in the order in which it begins."""
        made: list[Act] = []
        for group, at in zip(self._timing.groups, self._timing.bring, strict=True):
            for arm, index in self._arms(group):
                late = 0.14 * (arm if len(group) == 2 else 0)
                made.append(self._bring(index, arm, self._start + at + late))
        for index, at in self._timing.move.items():
            made.append(self._move(index, self._start + at))
        for group, at in zip(self._timing.taken, self._timing.take, strict=True):
            for arm, index in self._arms(group):
                late = 0.14 * (arm if len(group) == 2 else 0)
                made.append(self._take(index, arm, self._start + at + late))
        return tuple(sorted(made, key=lambda act: act.start))

    def _arms(self, group: tuple[int, ...]) -> list[tuple[int, int]]:
        """Which arm, 0 or 1, handles which item: the one on its side."""
        if len(group) == 1:
            return [(int(self._poses[group[0]].x > self._middle), group[0])]
        return list(enumerate(sorted(group, key=lambda index: self._poses[index].x)))

    def _elbow(self, arm: int) -> Point:
        x = self._middle + (17.0 if arm else -17.0)
        return (x, self._view.height_cm + 55.0) if self._from_below else (x, -55.0)

    def _outside(self, pose: Pose, arm: int) -> Pose:
        """Where an item is held while it is out of the picture, on its way from or to the customer."""
        elbow = self._elbow(arm)
        edge = self._view.height_cm + _BEYOND if self._from_below else -_BEYOND
        share = (edge - pose.y) / (elbow[1] - pose.y)
        turn = float(self._rng.uniform(-0.5, 0.5))
        return Pose(pose.x + (elbow[0] - pose.x) * share, edge, pose.angle + turn, _LIFT)

    def _bring(self, index: int, arm: int, at: float) -> Act:
        pose = self._poses[index]
        return Act(index, arm, self._elbow(arm), at, at, at + 0.85, at + 1.4, self._outside(pose, arm), pose)

    def _move(self, index: int, at: float) -> Act:
        pose, item = self._poses[index], self._items[index]
        arm = int(pose.x > self._middle)
        self._plan.lift(index)
        target = self._new_pose(item.product, pose)
        self._plan.put(index, item.product, target)
        self._poses[index] = target
        return Act(index, arm, self._elbow(arm), at, at + 0.6, at + 1.35, at + 1.9, pose, target)

    def _new_pose(self, product: DemoProduct, pose: Pose) -> Pose:
        """Turned on the spot where there is room, else turned a little, else somewhere else, else put back."""
        for turn in (*(float(t) for t in self._rng.uniform(-1.6, 1.6, 4)), 0.35, -0.35):
            turned = replace(pose, angle=pose.angle + turn)
            if abs(turn) > 0.25 and self._plan.fits(product, turned):
                return turned
        return self._plan.find(product, self._rng, angle=pose.angle) or pose

    def _take(self, index: int, arm: int, at: float) -> Act:
        pose = self._poses[index]
        return Act(index, arm, self._elbow(arm), at, at + 0.55, at + 1.4, at + 1.4, pose, self._outside(pose, arm))


def stocked(products: Sequence[DemoProduct], number: int, rng: np.random.Generator) -> tuple[ScriptItem, ...]:
    """A customer's items, each with a number of its own and one of its pack's variants."""
    return tuple(
        ScriptItem(number * MOST_ITEMS + index, product, int(rng.integers(VARIANTS.get(product.pack, 1))))
        for index, product in enumerate(products)
    )


def _ones_and_twos(count: int, rng: np.random.Generator) -> tuple[tuple[int, ...], ...]:
    """0 … count−1 in a random order, in groups of one or two."""
    order = [int(n) for n in rng.permutation(count)]
    groups: list[tuple[int, ...]] = []
    while order:
        size = 2 if len(order) > 1 and rng.random() < _PAIR_CHANCE else 1
        groups.append(tuple(order[:size]))
        order = order[size:]
    return tuple(groups)


def _smooth(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)
