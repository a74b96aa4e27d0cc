"""Times as the percentiles that the product is judged by."""

from collections.abc import Sequence

import numpy as np


def percentiles(milliseconds: Sequence[float], *ranks: int) -> dict[str, float]:
    """``{"p50": …}`` in milliseconds, rounded to a hundredth; zeros when there is nothing to rank."""
    if len(milliseconds) == 0:
        return {f"p{rank}": 0.0 for rank in ranks}
    values = np.percentile(np.asarray(milliseconds, np.float64), ranks)
    return {f"p{rank}": round(float(value), 2) for rank, value in zip(ranks, values, strict=True)}
