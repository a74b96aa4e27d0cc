"""What really lies in the frames of a clip, as written down beside it."""

import codecs
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.catalog.names import product_key
from core.errors import UserError
from core.recognition.folder_import import product_name
from core.sightings import Boxes

FEWEST_VISIBLE = 0.4
"""Share of an item that must be visible for it to count: below, no camera is asked to know it (model card)."""

_FARTHEST = 1.0
"""How far a labeler's box may reach over the border of the picture, in shares of it; beyond, it is no fraction."""

_REMEDY = "It is JSON with fps, size and frames; tillsight replay demo: --write-truth FILE writes an example."

_Corners = tuple[float, float, float, float]


class TruthError(UserError):
    """A truth file that cannot be read, or that belongs to another clip."""


@dataclass(frozen=True, slots=True)
class TrueObject:
    """One item in one frame. ``box`` in fractions, inside the picture; ``name`` is empty where only boxes are known.

    ``is_judged``: it lies still and enough of it can be seen; what is not counts neither for nor against.
    """

    name: str
    box: _Corners
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

    ``tells_motion``: the file marks the items that a hand carries. ``notices``: what a person should know of the file.
    """

    fps: float
    size: tuple[int, int]
    frames: tuple[TrueFrame, ...]
    tells_motion: bool
    notices: tuple[UserError, ...] = ()

    def until(self, stop: int) -> "Truth":
        """The frames before frame ``stop``; raises ``TruthError`` when there is none."""
        frames = tuple(frame for frame in self.frames if frame.number < stop)
        if not frames:
            raise TruthError(
                f"The truth file tells nothing of the first {'frame' if stop == 1 else f'{stop} frames'}.",
                remedy="Replay more frames.",
            )
        return replace(self, frames=frames)

    @property
    def names(self) -> frozenset[str]:
        """The products that occur, as written."""
        return frozenset(thing.name for frame in self.frames for thing in frame.objects if thing.name)


def read_truth(file: Path) -> Truth:
    """Read a truth file, its frames in the order of their numbers.

    A box that reaches over the border is cut there; one that lies outside or has no area is left out and told in
    ``notices``. Raises ``TruthError`` with one sentence for a file that is missing or broken.
    """
    try:
        text = file.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise TruthError(
            f"The truth file {file} cannot be read ({error.strerror or error}).", remedy="Check its name and place."
        ) from error
    try:
        written = _File.model_validate_json(text)
    except ValidationError as error:
        raise _broken(file, _finding(error)) from error
    told = sorted(written.frames, key=lambda frame: frame.i)
    repeated = [number for number, count in Counter(frame.i for frame in told).items() if count > 1]
    if repeated:
        raise _broken(file, f"frame {repeated[0]} is there twice")
    left_out: list[str] = []
    frames = tuple(TrueFrame(frame.i, _objects(frame, file, left_out)) for frame in told)
    return Truth(
        written.fps,
        written.size,
        frames,
        tells_motion=any(thing.moving is not None for frame in told for thing in frame.objects),
        notices=(_left_out(file, left_out),) if left_out else (),
    )


class _Object(BaseModel):
    model_config = ConfigDict(extra="ignore")

    name: str = ""
    box: _Corners
    visible: float = Field(1.0, ge=0.0, le=1.0)
    moving: bool | None = None


class _Frame(BaseModel):
    model_config = ConfigDict(extra="ignore")

    i: int = Field(ge=0)
    objects: tuple[_Object, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    fps: float = Field(gt=0, le=1000)
    size: tuple[int, int]
    frames: tuple[_Frame, ...] = Field(min_length=1)


def _objects(frame: _Frame, file: Path, left_out: list[str]) -> tuple[TrueObject, ...]:
    """The objects with an area in the picture; the others are added to ``left_out``."""
    told = []
    for place, thing in enumerate(frame.objects):
        where = f"frame {frame.i}, object {place}" + (f" ({thing.name})" if thing.name.strip() else "")
        x0, y0, x1, y1 = thing.box
        # Written so that what is no number fails, too.
        is_near = all(-_FARTHEST <= edge <= 1 + _FARTHEST for edge in thing.box)
        if not (is_near and x0 <= x1 and y0 <= y1):
            edges = ", ".join(f"{edge:g}" for edge in thing.box)
            raise _broken(file, f"the box of {where} is {edges}, not x0, y0, x1, y1 in fractions of the picture")
        box: _Corners = (max(x0, 0.0), max(y0, 0.0), min(x1, 1.0), min(y1, 1.0))
        if box[0] < box[2] and box[1] < box[3]:
            # A name of spaces alone names nothing.
            told.append(TrueObject(thing.name.strip(), box, thing.visible, bool(thing.moving)))
        else:
            left_out.append(where)
    return tuple(told)


def _left_out(file: Path, places: Sequence[str]) -> UserError:
    more = f", and {len(places) - 1} more alike" if len(places) > 1 else ""
    return UserError(
        f"In the truth file {file}, the box of {places[0]} has no area inside the picture and is left out{more}.",
        remedy="Draw it anew, or take it out of the file.",
    )


def _broken(file: Path, finding: str) -> TruthError:
    return TruthError(f"The truth file {file} is broken: {finding}.", remedy=_REMEDY)


def _finding(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    words = str(first["msg"])
    words = words[:1].lower() + words[1:]
    return f"at {place}, {words}" if place else words


def match_names(truth: Truth, enrolled: Sequence[str]) -> Truth:
    """The truth with ``07_Mini_Lina`` as ``Mini Lina`` where only that is enrolled.

    A leading number is a folder's order and no part of the name; a name that is enrolled with its number keeps it.
    """
    known = {product_key(name): name for name in enrolled}
    bare = {name: product_key(product_name(name)) for name in truth.names if product_key(name) not in known}
    meant = {name: known[key] for name, key in bare.items() if key in known}
    frames = []
    for frame in truth.frames:
        things = tuple(replace(thing, name=meant.get(thing.name, thing.name)) for thing in frame.objects)
        frames.append(TrueFrame(frame.number, things))
    return replace(truth, frames=tuple(frames))


def missing_names(truth: Truth, enrolled: Sequence[str]) -> list[str]:
    """The names of the truth that no enrolled product has, sorted."""
    known = {product_key(name) for name in enrolled}
    return sorted(name for name in truth.names if product_key(name) not in known)
