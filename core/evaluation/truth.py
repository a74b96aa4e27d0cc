"""What really lies in the frames of a clip, as written down beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.catalog.names import product_key
from core.errors import UserError
from core.sightings import Boxes

FEWEST_VISIBLE = 0.4
"""Share of an item that must be visible for it to count: below, no camera is asked to know it (model card)."""

_SLACK = 0.02
"""How far a labeler's box may reach over the border of the picture, in shares of it."""


class TruthError(UserError):
    """A truth file that cannot be read, or that belongs to another clip."""


@dataclass(frozen=True, slots=True)
class TrueObject:
    """One item in one frame. ``box`` in fractions of the picture; ``name`` is empty where only boxes are known.

    ``is_judged``: it lies still and enough of it can be seen; what is not counts neither for nor against.
    """

    name: str
    box: tuple[float, float, float, float]
    visible: float = 1.0
    is_moving: bool = False

    @property
    def is_judged(self) -> bool:
        return not self.is_moving and self.visible >= FEWEST_VISIBLE


@dataclass(frozen=True, slots=True)
class TrueFrame:
    """The items of frame ``number``, counted from 0."""

    number: int
    objects: tuple[TrueObject, ...]

    def boxes(self, *, width: int, height: int, is_judged: bool = True) -> Boxes:
        """N×4 in pixels of a picture: the boxes of the items that are judged, or of the others."""
        chosen = [thing.box for thing in self.objects if thing.is_judged is is_judged]
        scale = np.array([width, height, width, height], np.float32)
        return np.asarray(np.array(chosen, np.float32).reshape(-1, 4) * scale, np.float32)

    @property
    def judged(self) -> tuple[TrueObject, ...]:
        """The items that count, in the order of ``boxes``."""
        return tuple(thing for thing in self.objects if thing.is_judged)


@dataclass(frozen=True, slots=True)
class Truth:
    """A clip's truth. ``size`` is width and height in pixels.

    ``tells_motion``: the file marks the items that a hand carries.
    """

    fps: float
    size: tuple[int, int]
    frames: tuple[TrueFrame, ...]
    tells_motion: bool

    def until(self, stop: int) -> "Truth":
        """The frames before frame ``stop``; raises ``TruthError`` when there is none."""
        frames = tuple(frame for frame in self.frames if frame.number < stop)
        if not frames:
            raise TruthError(f"The truth file tells nothing of the first {stop} frames.", remedy="Replay more frames.")
        return replace(self, frames=frames)

    @property
    def names(self) -> frozenset[str]:
        """The products that occur, as written."""
        return frozenset(thing.name for frame in self.frames for thing in frame.objects if thing.name)


def read_truth(file: Path) -> Truth:
    """Read a truth file; raises ``TruthError`` with one sentence for one that is missing or broken."""
    try:
        text = file.read_bytes()
    except OSError as error:
        raise TruthError(
            f"The truth file {file} cannot be read ({error.strerror or error}).", remedy="Check its name and place."
        ) from error
    try:
        written = _File.model_validate_json(text)
    except ValidationError as error:
        raise TruthError(
            f"The truth file {file} is broken: {_finding(error)}.",
            remedy="It is JSON with fps, size and frames; tillsight replay demo: --write-truth FILE writes an example.",
        ) from error
    return Truth(
        written.fps,
        written.size,
        tuple(TrueFrame(frame.i, tuple(thing.told() for thing in frame.objects)) for frame in written.frames),
        tells_motion=any(thing.moving is not None for frame in written.frames for thing in frame.objects),
    )


class _Object(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = ""
    box: tuple[float, float, float, float]
    visible: float = Field(1.0, ge=0.0, le=1.0)
    moving: bool | None = None

    @model_validator(mode="after")
    def _is_inside(self) -> "_Object":
        x0, y0, x1, y1 = self.box
        if not (-_SLACK <= x0 < x1 <= 1 + _SLACK and -_SLACK <= y0 < y1 <= 1 + _SLACK):
            raise ValueError("a box is x0, y0, x1, y1 in fractions of the picture")
        return self

    def told(self) -> TrueObject:
        return TrueObject(self.name, self.box, self.visible, bool(self.moving))


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore")

    i: int = Field(ge=0)
    objects: tuple[_Object, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    fps: float = Field(gt=0, le=1000)
    size: tuple[int, int]
    frames: tuple[_Frame, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_in_order(self) -> "_File":
        numbers = [frame.i for frame in self.frames]
        if any(later <= former for former, later in pairwise(numbers)):
            raise ValueError("its frames are not in order")
        return self


def _finding(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    words = str(first["msg"]).removeprefix("Value error, ")
    words = words[:1].lower() + words[1:]
    return f"at {place}, {words}" if place else words


def missing_names(truth: Truth, enrolled: Sequence[str]) -> list[str]:
    """The names of the truth that no enrolled product has, sorted."""
    known = {product_key(name) for name in enrolled}
    return sorted(name for name in truth.names if product_key(name) not in known)
