"""Where an enrollment in progress is written down, so that nothing is lost when the program dies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from core.catalog.records import ProductDetails
from core.frames import Pixels


class ShotJournal(Protocol):
    """Keeps the draft; every call returns at once and takes effect in the order of the calls.

    ``key`` is the session's own number of a shot. In a resumed draft the keys of its shots are their ``shot_id``; new
    ones get higher keys, and the journal knows which shot each became.
    """

    def begin(self, product_id: int | None, details: ProductDetails) -> None: ...

    def describe(self, details: ProductDetails) -> None: ...

    def add_shot(self, key: int, crop: Pixels, *, quality: Mapping[str, Any], is_kept: bool, reason: str) -> None: ...

    def remove_shot(self, key: int) -> None: ...

    def restore_shot(self, key: int) -> None: ...

    def discard(self) -> None: ...


@dataclass(frozen=True, slots=True, eq=False)
class KeptShot:
    """A shot to save. ``vectors`` v×d: its embedded views, ``None`` when no embedder was at hand."""

    key: int
    crop: Pixels
    vectors: npt.NDArray[np.float32] | None


@dataclass(frozen=True, slots=True)
class FinishedEnrollment:
    """What a person has decided to save. ``product_id``: more shots for a product that exists."""

    product_id: int | None
    details: ProductDetails
    shots: tuple[KeptShot, ...]
