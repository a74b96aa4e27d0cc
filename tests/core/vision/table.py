"""A drawn table with patches, shadows, light and a hand, for tests of finding items by change."""

from dataclasses import dataclass

import cv2
import numpy as np

from core.frames import Frame, Pixels

WIDTH, HEIGHT = 640, 360


@dataclass
class Table:
    """A textured counter; ``frame`` draws it with things on it and counts the time at 30 frames a second."""

    seed: int = 3
    number: int = 0

    def __post_init__(self) -> None:
        random = np.random.default_rng(self.seed)
        grain = random.normal(0, 6, (HEIGHT // 4, WIDTH // 4, 1)).astype(np.float32)
        self._surface = 150 + cv2.resize(grain, (WIDTH, HEIGHT))[..., None] * np.array([1.0, 0.9, 0.8], np.float32)
        self._noise = random.normal(0, 2, (HEIGHT + 64, WIDTH, 3)).astype(np.float32)

    def frame(
        self,
        *items: tuple[int, int, int, int],
        shadow: tuple[int, int, int, int] | None = None,
        hand: tuple[int, int, int, int] | None = None,
        gain: float = 1.0,
    ) -> Frame:
        """Items are x0, y0, x1, y1 in pixels, striped so that they have texture."""
        picture = self._surface.copy()
        if shadow is not None:
            x0, y0, x1, y1 = shadow
            shade = np.ones((HEIGHT, WIDTH, 1), np.float32)
            shade[y0:y1, x0:x1] = 0.72
            picture *= cv2.GaussianBlur(shade, (31, 31), 0)[..., None]
        for number, (x0, y0, x1, y1) in enumerate(items):
            picture[y0:y1, x0:x1] = (200 - 40 * number, 60 + 30 * number, 40)
            picture[y0:y1, x0:x1:12] = (240, 230, 60)
        if hand is not None:
            x0, y0, x1, y1 = hand
            picture[y0:y1, x0:x1] = (205, 150, 125)
        self.number += 1
        start = self.number * 7 % 64
        picture = picture * np.float32(gain) + self._noise[start : start + HEIGHT]
        pixels: Pixels = np.clip(picture, 0, 255).astype(np.uint8)
        return Frame.of(pixels, sequence=self.number, captured_at=self.number / 30.0)
