"""What the shots of an enrollment are worth together: would they recognize one another, and what do they resemble?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.enrollment.view import LooksLike
from core.recognition.recognizer import RankedProduct, Recognizer

Vectors = npt.NDArray[np.float32]

_ONE_SIDE = 0.86
"""Cosine of two shots' mean views below which they show different sides of an item."""

_RESEMBLES = 0.2
"""Share of shots closer to another product from which on that product is named."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``recognized`` of ``judged`` shots are closer to the other shots than to any other product.

    ``is_varied``: some two shots differ as the sides of an item do.
    """

    recognized: int = 0
    judged: int = 0
    looks_like: LooksLike | None = None
    is_varied: bool = False


class ShotJudge:
    """Judges the kept shots after every change; what other products say of a shot is asked once per recognizer."""

    def __init__(self) -> None:
        self._recognizer: Recognizer | None = None
        self._ranks: dict[int, tuple[RankedProduct, ...]] = {}

    def judge(self, shots: Mapping[int, Vectors], recognizer: Recognizer | None, product_id: int | None) -> Judgement:
        """``shots``: key → v×d views. ``product_id``: the product that gets more shots; it is no rival."""
        if not shots:
            return Judgement()
        means = _unit(np.stack([views.mean(axis=0) for views in shots.values()]))
        is_varied = bool((means @ means.T).min() < _ONE_SIDE)
        if recognizer is None or recognizer.products == 0:
            return Judgement(is_varied=is_varied)
        if recognizer is not self._recognizer:
            self._recognizer, self._ranks = recognizer, {}
        fresh = [key for key in shots if key not in self._ranks]
        if fresh:
            rows = np.stack([shots[key].mean(axis=0) for key in fresh])
            self._ranks.update(zip(fresh, recognizer.rank(rows), strict=True))
        own = _left_out_scores(recognizer.transformed(means))
        recognized = judged = 0
        closer: dict[int, int] = {}
        names: dict[int, str] = {}
        for key, score in zip(shots, own, strict=True):
            ranked = self._ranks[key]
            enrolled = max((item.score for item in ranked if item.product_id == product_id), default=-1.0)
            rival = next((item for item in ranked if item.product_id != product_id), None)
            best = max(float(score), enrolled)
            if best <= -1.0:
                continue
            judged += 1
            if rival is None or best >= rival.score:
                recognized += 1
            else:
                closer[rival.product_id] = closer.get(rival.product_id, 0) + 1
                names[rival.product_id] = rival.name
        looks_like = None
        if closer:
            likest = max(closer, key=lambda key: closer[key])
            if closer[likest] >= _RESEMBLES * judged:
                looks_like = LooksLike(likest, names[likest], closer[likest], judged)
        return Judgement(recognized, judged, looks_like, is_varied)


def _left_out_scores(mapped: Vectors) -> npt.NDArray[np.float64]:
    """Each row's cosine to the mean of the others of n×r unit rows; −1 when it is alone."""
    if len(mapped) < 2:
        return np.full(len(mapped), -1.0)
    rest = _unit(mapped.sum(axis=0) - mapped)
    return np.asarray(np.einsum("nd,nd->n", rest, mapped), np.float64)


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-12), np.float32)
