"""A model compiled for the shapes that it is given, for engines that compute faster when they know them."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from core.vision.runtimes.runtime import Tensor, TensorSpec

P = TypeVar("P")

ANY = -1
"""An axis that takes any size."""

MOST_PLANS = 4
"""Compiled forms that are kept: for the whole picture, for a chosen region, and those before."""

Shapes = tuple[tuple[int, ...], ...]
"""For each input, in the model's order, the sizes of its axes or ``ANY``."""


class Plans(Generic[P]):
    """What ``compile_for`` makes of a model for each of its inputs' shapes, made when these first come. Any thread.

    A first axis that the model leaves open is the number of pictures: one picture has a plan of its own, which takes a
    tenth less time in OpenVINO, and any other number share one. A model that states all other sizes is compiled for
    both at once. The last ``MOST_PLANS`` are kept.
    """

    def __init__(self, specs: tuple[TensorSpec, ...], compile_for: Callable[[Shapes], P]) -> None:
        self._specs = specs
        self._compile_for = compile_for
        self._lock = threading.Lock()
        self._kept: dict[Shapes, P] = {}
        if all(None not in spec.shape[1:] for spec in specs):
            for count in (ANY, 1):
                self._plan(tuple(_shape(spec, (count, *spec.shape[1:])) for spec in specs))

    def plan_for(self, inputs: Mapping[str, Tensor]) -> P:
        """The plan for all the model's inputs; whatever ``compile_for`` raises comes through."""
        return self._plan(tuple(_shape(spec, inputs[spec.name].shape) for spec in self._specs))

    def _plan(self, shapes: Shapes) -> P:
        with self._lock:
            plan = self._kept.pop(shapes) if shapes in self._kept else self._compile_for(shapes)
            self._kept[shapes] = plan
            if len(self._kept) > MOST_PLANS:
                del self._kept[next(iter(self._kept))]
            return plan


def _shape(spec: TensorSpec, given: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape to compile for: as given, but that an open first axis is only told apart from 1."""
    if not spec.shape:
        return ()
    count = spec.shape[0] if spec.shape[0] is not None else 1 if given[0] == 1 else ANY
    return (count, *given[1:])
