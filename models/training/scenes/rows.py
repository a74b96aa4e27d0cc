"""Where goods lie that somebody has set out in rows: heaps of one product, trays, shelves."""

import numpy as np
import numpy.typing as npt

_MOST = 30


def row_places(
    size: tuple[int, int], step: tuple[float, float], degrees: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """N×2 middles x, y of a turned grid within a part of a picture, nearest rows first.

    ``size``: the picture's height and width; ``step``: pixels from item to item across and along, before the turn.
    """
    height, width = size
    columns, rows = int(rng.integers(2, 7)), int(rng.integers(1, 6))
    across, along = np.meshgrid(np.arange(columns), np.arange(rows))
    grid = np.stack([across.ravel(), along.ravel()], 1).astype(np.float64)
    if rng.random() < 0.3:
        # Every other row half an item aside, as tins are stacked.
        grid[:, 0] += 0.5 * (grid[:, 1] % 2)
    grid = (grid - grid.mean(0)) * step
    radians = np.deg2rad(degrees)
    turn = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    places = grid @ turn.T + (rng.uniform(0.25, 0.75) * width, rng.uniform(0.25, 0.75) * height)
    places += rng.normal(0, 0.03, places.shape) * min(step)
    inside = ((places > 0) & (places < (width, height))).all(1)
    kept = places[inside & (rng.random(len(places)) > 0.06)]
    return np.asarray(kept[:_MOST], np.float64)
