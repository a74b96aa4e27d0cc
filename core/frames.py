"""One picture from a camera."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""H×W×3 ``uint8``, RGB, 0–255."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A read-only picture with its place in the stream; safe to share between threads.

    ``captured_at`` is ``time.monotonic()`` seconds. ``media_time`` is the position in a clip in
    seconds, ``None`` for a live camera.
    """

    pixels: Pixels = field(repr=False)
    sequence: int
    captured_at: float
    media_time: float | None = None

    @classmethod
    def of(cls, pixels: Pixels, *, sequence: int, captured_at: float, media_time: float | None = None) -> Self:
        """Wrap H×W×3 ``uint8`` RGB pixels, which become read-only; raises ``ValueError`` otherwise."""
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
            raise ValueError(f"expected H×W×3 uint8, got {pixels.shape} {pixels.dtype}")
        pixels = np.ascontiguousarray(pixels)
        pixels.flags.writeable = False
        return cls(pixels, sequence, captured_at, media_time)

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])
