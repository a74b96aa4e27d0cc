"""Where the lines and cells of a report's drawings lie: pure arithmetic, in pixels of the drawing."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.evaluation.shots_curve import ShotsPoint

_LEFT, _TOP, _RIGHT, _BOTTOM = 52.0, 16.0, 20.0, 44.0
_LARGEST_CELL, _SMALLEST_CELL, _MATRIX = 24.0, 7.0, 720.0
_WIDTH_OF_A_LETTER = 0.6
_LONGEST_NAME = 30

MOST_IN_MATRIX = 120
"""Products that a matrix shows at most: more could not be read."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis with its word."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A rule's curve: ``points`` and ``band`` (± one standard deviation) in SVG's notation; dots with their words."""

    points: str
    band: str
    dots: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True, slots=True)
class CurveChart:
    """Accuracy upward, number of shots to the right on a logarithmic scale."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    shots: tuple[Tick, ...]
    accuracies: tuple[Tick, ...]
    lines: tuple[Line, ...]


def curve_chart(curves: Sequence[Sequence[ShotsPoint]], *, width: float = 720.0, height: float = 340.0) -> CurveChart:
    """Lay out curves of the same numbers of shots."""
    steps = [point.shots for point in curves[0]]
    lowest = min(point.mean_class_accuracy - point.std for curve in curves for point in curve)
    floor = max(0.0, math.floor(lowest * 10 - 0.2) / 10)
    left, right, top, bottom = _LEFT, width - _RIGHT, _TOP, height - _BOTTOM

    def across(shots: int) -> float:
        if len(steps) == 1:
            return (left + right) / 2
        share = math.log(shots / steps[0]) / math.log(steps[-1] / steps[0])
        return round(left + 12 + (right - left - 24) * share, 1)

    def down(share: float) -> float:
        return round(bottom - (bottom - top) * (min(1.0, max(floor, share)) - floor) / (1.0 - floor), 1)

    tenths = range(round(floor * 10), 11)
    return CurveChart(
        width=width,
        height=height,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        shots=tuple(Tick(across(step), str(step)) for step in steps),
        accuracies=tuple(Tick(down(tenth / 10), f"{tenth * 10} %") for tenth in tenths),
        lines=tuple(_line([(across(point.shots), point) for point in curve], down) for curve in curves),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the matrix with its share, 0–1, and the sentence that explains it."""

    x: float
    y: float
    share: float
    is_right: bool
    title: str


@dataclass(frozen=True, slots=True)
class MatrixChart:
    """True products downward, named products to the right; only cells that are not empty."""

    size: float
    margin: float
    cell: float
    font: float
    names: tuple[Tick, ...]
    cells: tuple[Cell, ...]
    is_cut: bool


def matrix_chart(
    names: Sequence[str], confusion: npt.NDArray[np.float64], is_asked: npt.NDArray[np.bool_]
) -> MatrixChart:
    """Lay out the matrix of the products that were asked about, and those that were named for them.

    Above ``MOST_IN_MATRIX`` products only those with the most mistakes are shown.
    """
    mistakes = confusion.copy()
    np.fill_diagonal(mistakes, 0.0)
    weight = mistakes.sum(axis=0) + mistakes.sum(axis=1)
    shown = np.flatnonzero(is_asked | (weight > 0))
    is_cut = len(shown) > MOST_IN_MATRIX
    if is_cut:
        shown = np.sort(shown[np.argsort(-weight[shown], kind="stable")[:MOST_IN_MATRIX]])
    cell = float(np.clip(_MATRIX / max(1, len(shown)), _SMALLEST_CELL, _LARGEST_CELL))
    font = round(min(11.0, cell * 0.92), 1)
    labels = [_shortened(names[int(number)]) for number in shown]
    margin = round(12 + font * _WIDTH_OF_A_LETTER * max((len(label) for label in labels), default=0), 1)
    cells = [
        Cell(
            x=margin + column * cell,
            y=margin + row * cell,
            share=float(confusion[truth, named]),
            is_right=bool(truth == named),
            title=f"{names[int(truth)]} → {names[int(named)]}: {confusion[truth, named]:.0%}",
        )
        for row, truth in enumerate(shown)
        for column, named in enumerate(shown)
        if confusion[truth, named] > 0
    ]
    return MatrixChart(
        size=round(margin + cell * len(shown) + 2, 1),
        margin=margin,
        cell=cell,
        font=font,
        names=tuple(Tick(round(margin + (place + 0.5) * cell, 1), label) for place, label in enumerate(labels)),
        cells=tuple(cells),
        is_cut=is_cut,
    )


def _line(points: Sequence[tuple[float, ShotsPoint]], down: Callable[[float], float]) -> Line:
    upper = [(x, down(point.mean_class_accuracy + point.std)) for x, point in points]
    lower = [(x, down(point.mean_class_accuracy - point.std)) for x, point in points]
    return Line(
        points=_path([(x, down(point.mean_class_accuracy)) for x, point in points]),
        band=_path([*upper, *reversed(lower)]),
        dots=tuple(
            (x, down(point.mean_class_accuracy), f"{point.shots}: {point.mean_class_accuracy:.1%} ± {point.std:.1%}")
            for x, point in points
        ),
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
