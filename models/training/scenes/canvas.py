"""A scene under construction: pixels, and whose they are."""

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from models.training.scenes.raster import Picture

DISTRACTOR = -1
"""The owner of what is not for sale."""


@dataclass(slots=True, eq=False)
class Canvas:
    """A picture under construction with the number of the item that each pixel shows (0 none, −1 a distractor)."""

    pixels: Picture
    owners: npt.NDArray[np.int16]
    areas: list[float] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        return self.owners.shape[0], self.owners.shape[1]

    def near_labels(self) -> npt.NDArray[np.bool_]:
        """Where a photograph is known: at its labelled items and close around them."""
        labelled = (self.owners > 0).astype(np.uint8)
        reach = max(3, round(0.12 * np.sqrt(max(float(labelled.sum()), 1.0)))) * 2 + 1
        return np.asarray(cv2.dilate(labelled, np.ones((reach, reach), np.uint8))) > 0

    def hides(self, part: npt.NDArray[np.bool_], here: tuple[slice, slice], allowed: float) -> bool:
        """Whether an item would hide more than is allowed of another, or leave too little of it."""
        under = self.owners[here][part]
        under = under[under > 0]
        if len(under) > allowed:
            return True
        for owner in np.unique(under):
            left = (self.owners == owner).sum() - (under == owner).sum()
            if left < 0.4 * self.areas[owner - 1]:
                return True
        return False

    def would_bury(self, layer: Picture, left: int, top: int) -> bool:
        """Whether a layer would hide more than a third of all goods together."""
        here, there = shared_part(self.size, layer.shape[:2], left, top)
        covered = self.owners[here][layer[there][..., 3] > 60]
        return int((covered > 0).sum()) > 0.35 * max(1, int((self.owners > 0).sum()))

    def paste(self, layer: Picture, left: int, top: int, owner: int, rng: np.random.Generator) -> None:
        """Put a layer (B, G, R, share) onto the picture, its shadow first; what it covers then belongs to ``owner``."""
        rows, columns = layer.shape[:2]
        if rng.random() < 0.8:
            self._shade(layer[..., 3], left, top, rng)
        here, there = shared_part(self.size, (rows, columns), left, top)
        part = layer[there]
        if not part.size:
            return
        share = part[..., 3:].astype(np.float32) / 255
        under = self.pixels[here].astype(np.float32)
        self.pixels[here] = (under + (part[..., :3] - under) * share + 0.5).astype(np.uint8)
        self.owners[here][part[..., 3] > 12] = owner

    def _shade(self, share: Picture, left: int, top: int, rng: np.random.Generator) -> None:
        """The shadow that something throws: soft around it, or hard and aside."""
        rows, columns = share.shape
        is_hard = rng.random() < 0.3
        soft = float(rng.uniform(0.6, 1.8)) if is_hard else float(rng.uniform(1.5, 7))
        away = min(rows, columns) * (float(rng.uniform(0.1, 0.4)) if is_hard else float(rng.uniform(0, 0.12)))
        angle = float(rng.uniform(0, 2 * np.pi))
        margin = int(3 * soft) + 1
        wide = cv2.copyMakeBorder(share, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
        blurred = cv2.GaussianBlur(wide, (0, 0), soft)
        x, y = left - margin + round(away * np.cos(angle)), top - margin + round(away * np.sin(angle))
        here, there = shared_part(self.size, blurred.shape, x, y)
        if blurred[there].size:
            light = 1 - blurred[there].astype(np.float32)[..., None] / 255 * float(rng.uniform(0.15, 0.7))
            self.pixels[here] = (self.pixels[here] * light).astype(np.uint8)


def shared_part(
    canvas: tuple[int, int], patch: tuple[int, ...], left: int, top: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a patch and the canvas (height, width first) overlap: rows and columns of the canvas, then of the patch."""
    y0, x0 = max(0, top), max(0, left)
    y1, x1 = max(y0, min(canvas[0], top + patch[0])), max(x0, min(canvas[1], left + patch[1]))
    return (slice(y0, y1), slice(x0, x1)), (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
