"""What counts of the picture: an ignored border and a region with corners that can be taken hold of and moved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.settings import Point

WIDEST_BORDER = 0.4
FEWEST_CORNERS = 3

Side = Literal["left", "top", "right", "bottom"]
SIDES: tuple[Side, ...] = ("left", "top", "right", "bottom")
_OUTWARDS: dict[Side, Point] = {"left": (-1, 0), "top": (0, -1), "right": (1, 0), "bottom": (0, 1)}


@dataclass(frozen=True, slots=True)
class Handle:
    """Something to take hold of: a corner by its number, or one side of the border, which moves them all."""

    corner: int | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """``border``: share of width and height ignored at every edge. ``corners`` in fractions; none: everything counts.

    Every change gives new limits within the picture.
    """

    border: float = 0.0
    corners: tuple[Point, ...] = ()

    def handles(self) -> list[Handle]:
        """The corners in order, then the sides of the border."""
        corners = [Handle(corner=number) for number in range(len(self.corners))]
        return corners + [Handle(side=side) for side in SIDES]

    def has(self, handle: Handle) -> bool:
        return handle.corner is None or handle.corner < len(self.corners)

    def place(self, handle: Handle) -> Point:
        """Where the handle lies, in fractions of the picture."""
        if handle.corner is not None:
            return self.corners[handle.corner]
        assert handle.side is not None
        x, y = _OUTWARDS[handle.side]
        reach = 0.5 - self.border
        return 0.5 + x * reach, 0.5 + y * reach

    def moved(self, handle: Handle, to: Point) -> "Limits":
        """With the handle at ``to``, or as near as it can be."""
        if handle.corner is not None:
            corners = list(self.corners)
            corners[handle.corner] = within(to)
            return replace(self, corners=tuple(corners))
        assert handle.side is not None
        x, y = _OUTWARDS[handle.side]
        reach = (to[0] - 0.5) * x + (to[1] - 0.5) * y
        return replace(self, border=round(min(WIDEST_BORDER, max(0.0, 0.5 - reach)), 4))

    def shifted(self, handle: Handle, right: float, down: float) -> "Limits":
        """With the handle moved by so much of the picture's width and height."""
        x, y = self.place(handle)
        if handle.side in ("left", "right"):
            # Along its own line a side has nowhere to go: there, up is out and down is in.
            right = right or (-down if handle.side == "right" else down)
        elif handle.side is not None:
            down = down or (-right if handle.side == "bottom" else right)
        return self.moved(handle, (x + right, y + down))

    def with_corner_after(self, number: int) -> "Limits":
        """With a new corner in the middle of the edge that follows a corner."""
        (x0, y0), (x1, y1) = self.corners[number], self.corners[(number + 1) % len(self.corners)]
        corners = list(self.corners)
        corners.insert(number + 1, within(((x0 + x1) / 2, (y0 + y1) / 2)))
        return replace(self, corners=tuple(corners))

    def without_corner(self, number: int) -> "Limits":
        """Without a corner, unless no region would be left."""
        if len(self.corners) <= FEWEST_CORNERS:
            return self
        return replace(self, corners=self.corners[:number] + self.corners[number + 1 :])


def within(point: Sequence[float]) -> Point:
    """The point in fractions, inside the picture and rounded to what can be seen."""
    return round(min(1.0, max(0.0, point[0])), 4), round(min(1.0, max(0.0, point[1])), 4)
