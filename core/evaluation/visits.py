"""Visits: what one customer after another sends along a belt."""

import math
from dataclasses import dataclass

from core.catalog.names import product_key
from core.evaluation.placements import LASTING_SECONDS
from core.evaluation.truth import TrueFrame, TrueObject, Truth

_FARTHEST = 0.35
"""Share of the picture that an item may have moved since it was seen last."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The frames from a customer's first item to ``last``, the last one of the empty belt before the next customer.

    ``items``: the keys of all that passed, sorted, each as often as it came.
    """

    start: int
    last: int
    items: tuple[str, ...]


@dataclass(slots=True)
class _Passing:
    """An item on its way: where it was seen last, and whether enough of it was ever seen."""

    key: str
    center: tuple[float, float]
    frame: int
    was_judged: bool


def visits(truth: Truth) -> tuple[Visit, ...]:
    """The visits that are over at the end of the clip: after each, the belt is empty for a second.

    An item counts once, from its entering to its leaving, if it can be seen well enough at some time. A visit with
    nameless items is left out.
    """
    found: list[Visit] = []
    visit: list[TrueFrame] = []
    for frame in truth.frames:
        if frame.objects and _is_over(visit, truth.fps):
            found.append(_visit(visit, truth.fps))
            visit = []
        if visit or frame.objects:
            visit.append(frame)
    if _is_over(visit, truth.fps):
        found.append(_visit(visit, truth.fps))
    return tuple(one for one in found if one.items and all(one.items))


def _is_over(visit: list[TrueFrame], fps: float) -> bool:
    """Whether the belt has been empty for long enough since the visit's last item."""
    filled = next((frame for frame in reversed(visit) if frame.objects), None)
    return filled is not None and _seconds(filled, visit[-1], fps) >= LASTING_SECONDS


def _visit(frames: list[TrueFrame], fps: float) -> Visit:
    on_belt: list[_Passing] = []
    passed: list[_Passing] = []
    for frame in frames:
        on_belt = [item for item in on_belt if (frame.number - item.frame) / fps <= LASTING_SECONDS]
        known = _known(frame, on_belt)
        for place, thing in enumerate(frame.objects):
            item = known.get(place)
            if item is None:
                item = _Passing(product_key(thing.name), _center(thing), frame.number, was_judged=False)
                on_belt.append(item)
                passed.append(item)
            item.center, item.frame = _center(thing), frame.number
            item.was_judged |= thing.is_judged
    items = tuple(sorted(item.key for item in passed if item.was_judged))
    return Visit(frames[0].number, frames[-1].number, items)


def _known(frame: TrueFrame, on_belt: list[_Passing]) -> dict[int, _Passing]:
    """Place of an object → the item that it was before; the nearest of the same name first."""
    near = [
        (math.dist(_center(thing), item.center), place, index)
        for place, thing in enumerate(frame.objects)
        for index, item in enumerate(on_belt)
        if item.key == product_key(thing.name)
    ]
    known: dict[int, _Passing] = {}
    taken: set[int] = set()
    for distance, place, index in sorted(near):
        if distance <= _FARTHEST and place not in known and index not in taken:
            known[place] = on_belt[index]
            taken.add(index)
    return known


def _center(thing: TrueObject) -> tuple[float, float]:
    x0, y0, x1, y1 = thing.box
    return (x0 + x1) / 2, (y0 + y1) / 2


def _seconds(first: TrueFrame, last: TrueFrame, fps: float) -> float:
    return (last.number - first.number) / fps
