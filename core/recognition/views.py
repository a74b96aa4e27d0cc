"""The views of a crop that are embedded: items lie on a counter at any angle, nearer or farther."""

from typing import Final

import numpy as np

from core.frames import Pixels

REFERENCE_VIEWS: Final = 4
"""Views of every reference; stored embeddings hold as many rows."""

_REFERENCE: Final = ((0, 0.8), (1, 1.0), (2, 0.64), (3, 0.8))
_QUERY: Final = ((0, 0.8), (1, 0.8), (3, 0.8), (2, 0.8))
"""Quarter turns and the share of the sides that is kept: chosen together by measurement, see the README here."""


def view(crop: Pixels, *, quarters: int, share: float) -> Pixels:
    """The middle of the crop, ``share`` of its sides, turned counterclockwise by quarters of a full turn."""
    height, width = crop.shape[:2]
    inner_height, inner_width = max(1, round(share * height)), max(1, round(share * width))
    top, left = (height - inner_height) // 2, (width - inner_width) // 2
    middle = crop[top : top + inner_height, left : left + inner_width]
    return np.ascontiguousarray(np.rot90(middle, quarters % 4))


def reference_views(crop: Pixels) -> list[Pixels]:
    """The ``REFERENCE_VIEWS`` views of a reference, at four angles, three of them closer."""
    return [view(crop, quarters=quarters, share=share) for quarters, share in _REFERENCE]


def query_views(crop: Pixels, *, passes: int = 4, first: int = 0) -> list[Pixels]:
    """``passes`` (1–4) views of one look, beginning with number ``first``, which may grow without end.

    They are closer, for the middle of a crop says most of what it shows, and at four angles.

    A picture that is seen only once is worth four passes. The looks of a track are averaged in time anyway: one pass
    each with ``first`` counting up gives the same mean over views at a quarter of the cost.
    """
    count = max(1, min(len(_QUERY), passes))
    chosen = (_QUERY[(first + step) % len(_QUERY)] for step in range(count))
    return [view(crop, quarters=quarters, share=share) for quarters, share in chosen]
