"""What vision tells the rest of the program: detections, tracks, matches, sightings."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Boxes = npt.NDArray[np.float32]
"""N×4 ``float32``: x0, y0, x1, y1 in pixels of the frame, x before y, end exclusive."""

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in pixels of the frame."""


def no_boxes() -> Boxes:
    """A fresh 0×4 array."""
    return np.zeros((0, 4), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """The boxes found in one frame, as columns.

    ``boxes`` N×4, ``scores`` N ``float32`` in 0–1. ``hands`` M×4 are places where a hand or other motion covers the
    counter: never items, but a track under them is hidden rather than gone.
    """

    boxes: Boxes
    scores: npt.NDArray[np.float32]
    hands: Boxes = field(default_factory=no_boxes)

    @classmethod
    def none(cls) -> "Detections":
        return cls(no_boxes(), np.zeros(0, np.float32))

    def __len__(self) -> int:
        return int(self.boxes.shape[0])


@dataclass(frozen=True, slots=True)
class Track:
    """The same item through frames.

    ``box`` is smoothed for display. ``age`` counts the frames in which it was detected. ``missed`` counts frames since
    it was last detected (0: seen in this frame). ``is_moving``: its center moved more than a few percent of its size in
    the last frames. ``is_covered``: a hand or another item hides it now.
    """

    track_id: int
    box: Box
    score: float
    age: int
    missed: int
    is_moving: bool
    is_covered: bool


class Outcome(StrEnum):
    """The three things the recognizer can say."""

    KNOWN = "known"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product that a crop may show. ``score`` in 0–1: the belief that the crop shows it."""

    product_id: int
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Vote:
    """A reference that spoke for a product. ``similarity`` is a cosine in the recognizer's space, −1 to 1."""

    reference_id: int
    product_id: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Match:
    """What the recognizer says of one item: ranked products, best first, at least three when the catalog has them."""

    outcome: Outcome
    candidates: tuple[Candidate, ...]
    votes: tuple[Vote, ...] = ()

    @property
    def best(self) -> Candidate | None:
        return self.candidates[0] if self.candidates else None

    @classmethod
    def nothing(cls) -> "Match":
        """The match of an empty catalog."""
        return cls(Outcome.UNKNOWN, ())


@dataclass(frozen=True, slots=True)
class Sighting:
    """A track with the match that it has earned so far.

    ``match`` is ``None`` until the first look. ``looks`` counts embedded looks behind the match; ``agreement`` is the
    share of them, 0–1, that named the same best product. ``is_settled``: several looks agree, no more are needed now.
    """

    track: Track
    match: Match | None
    looks: int
    agreement: float
    is_settled: bool
