"""The views of a crop that are embedded: items lie on a counter at any angle."""

import numpy as np

from core.frames import Pixels

REFERENCE_VIEWS = 4
"""Views of every reference; stored embeddings hold as many rows."""


def turned(crop: Pixels, quarters: int) -> Pixels:
    """The crop turned counterclockwise by quarters of a full turn, contiguous."""
    return np.ascontiguousarray(np.rot90(crop, quarters % 4))


def reference_views(crop: Pixels) -> list[Pixels]:
    """The ``REFERENCE_VIEWS`` views of a reference: as it is, then turned by 90°, 180° and 270°."""
    return [turned(crop, quarters) for quarters in range(REFERENCE_VIEWS)]


def query_views(crop: Pixels, *, passes: int = 4, first: int = 0) -> list[Pixels]:
    """``passes`` (1–4) views of one look, beginning with quarter turn ``first``.

    A picture that is seen only once is worth four passes. The looks of a track are averaged in time anyway: one pass
    each with ``first`` counting up gives the same mean over turns at a quarter of the cost.
    """
    return [turned(crop, first + quarters) for quarters in range(max(1, min(4, passes)))]
