"""Compiled forms of a model: which shapes share one, when they are made, and how many are kept."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.vision.runtimes.plans import ANY, MOST_PLANS, Plans, Shapes
from core.vision.runtimes.runtime import TensorSpec


class Compiler:
    """Counts what it is asked for; its plan of a model is the shapes themselves."""

    def __init__(self) -> None:
        self.asked: list[Shapes] = []

    def __call__(self, shapes: Shapes) -> Shapes:
        self.asked.append(shapes)
        return shapes


def spec(*shape: int | None) -> TensorSpec:
    return TensorSpec("x", shape, "float32")


def plan(plans: Plans[Shapes], *shape: int) -> Shapes:
    return plans.plan_for({"x": np.zeros(shape, np.float32)})


def test_a_model_that_states_its_sizes_is_compiled_at_once_and_never_again() -> None:
    compiler = Compiler()
    plans = Plans((spec(None, 3, 8, 8),), compiler)
    assert compiler.asked == [((ANY, 3, 8, 8),), ((1, 3, 8, 8),)]
    assert plan(plans, 1, 3, 8, 8) == ((1, 3, 8, 8),)
    assert plan(plans, 5, 3, 8, 8) == plan(plans, 0, 3, 8, 8) == ((ANY, 3, 8, 8),)
    assert len(compiler.asked) == 2


@pytest.mark.parametrize("shape", [(2, 3, 8, 8), (1, 3, 8, 8), (7,), ()])
def test_a_model_of_one_shape_has_one_plan(shape: tuple[int, ...]) -> None:
    compiler = Compiler()
    plans = Plans((spec(*shape),), compiler)
    assert plan(plans, *shape) == (shape,)
    assert compiler.asked == [(shape,)]


def test_open_sizes_are_compiled_when_they_first_come_and_the_last_are_kept() -> None:
    compiler = Compiler()
    plans = Plans((spec(None, 3, None, None),), compiler)
    assert compiler.asked == []
    for width in (32, 64, 96, 128, 32):
        assert plan(plans, 1, 3, 32, width) == ((1, 3, 32, width),)
    assert len(compiler.asked) == MOST_PLANS == 4
    plan(plans, 1, 3, 32, 160)
    assert plan(plans, 1, 3, 32, 32) == ((1, 3, 32, 32),)
    assert len(compiler.asked) == 5, "the oldest use makes room"
    plan(plans, 1, 3, 32, 64)
    assert len(compiler.asked) == 6
    assert plan(plans, 2, 3, 32, 64) == plan(plans, 3, 3, 32, 64) == ((ANY, 3, 32, 64),)


def test_a_shape_that_many_threads_bring_at_once_is_compiled_once() -> None:
    compiler = Compiler()
    plans = Plans((spec(None, 3, None, None),), compiler)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: plan(plans, 1, 3, 16, 16), range(64)))
    assert set(found) == {((1, 3, 16, 16),)}
    assert len(compiler.asked) == 1


def test_a_shape_that_cannot_be_compiled_leaves_the_others() -> None:
    def refuse_odd(shapes: Shapes) -> Shapes:
        if shapes[0][2] % 2:
            raise RuntimeError("odd")
        return shapes

    plans = Plans((spec(None, 3, None, None),), refuse_odd)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="odd"):
            plan(plans, 1, 3, 7, 8)
        assert plan(plans, 1, 3, 8, 8) == ((1, 3, 8, 8),)
