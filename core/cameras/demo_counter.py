"""The demo shop: a drawn counter with products, customers and the truth of every frame, for when there is no camera."""

import json
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast, get_args

import numpy as np

from core.cameras.address import SourceAddress, SourceError, parse_address
from core.cameras.demo_belt import BeltStory
from core.cameras.demo_outline import View
from core.cameras.demo_products import PRODUCTS, DemoProduct
from core.cameras.demo_scene import Scene, TrueItem
from core.cameras.demo_story import MOST_ITEMS, Customer, Script, SellStory, StillStory, Story
from core.cameras.source import SourceDescription
from core.errors import UserError
from core.frames import Frame, Pixels

__all__ = ["DemoCounter", "DemoProduct", "Placement", "TrueItem"]

_STORIES: dict[Script, Callable[[View, int, int | None], Story]] = {
    "sell": SellStory,
    "still": StillStory,
    "belt": BeltStory,
}

_SEED = 668
"""A light counter, and a first customer whose items differ well: a good first impression."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A run of frames, ``start`` up to before ``stop``, in which the same items lie on the counter.

    ``names`` is sorted and names a product as often as it lies there; carried items are not in it. ``customer`` counts
    from 0 (an empty counter belongs to the one who comes). ``is_whole``: all that this customer brought lies there.
    """

    start: int
    stop: int
    names: tuple[str, ...]
    customer: int
    is_whole: bool


class DemoCounter:
    """A frame source that draws its frames; the same address gives the same frames on every run.

    Any thread may call any method; drawing is serial.
    """

    def __init__(
        self, *, seed: int, items: int | None, fps: float, width: int, height: int, script: Script, uri: str = "demo:"
    ) -> None:
        """``items`` of each customer, 1–8; ``None`` for any number (selling, belt) or 5 (still)."""
        self._view = View(width, height)
        self._fps = fps
        self._story = _STORIES[script](self._view, seed, items)
        self._scene = Scene(self._view, seed, self._story)
        self._drawing = threading.Lock()
        self._next = 0
        self._is_closed = False
        self.products: tuple[DemoProduct, ...] = PRODUCTS
        self._description = SourceDescription(
            uri=uri, label="Demo shop", width=width, height=height, fps=fps, is_live=False, is_demo=True
        )

    @classmethod
    def from_uri(cls, uri: str, *, width: int, height: int, fps: float) -> "DemoCounter":
        """Open ``demo:?seed=7&items=5&fps=30&width=1280&height=720&script=sell``; every option may be left out.

        Raises ``SourceError`` for options that are unknown or out of range.
        """
        address = parse_address(uri)
        if address.kind != "demo" or address.target.strip("/"):
            raise SourceError(f"{address.shown} is not an address of the demo shop.", remedy="Use demo: as it stands.")
        address.allow("seed", "items", "fps", "width", "height", "script")
        rate = address.number("fps", fps, least=1, most=240)
        script = address.options.get("script", "sell")
        if script not in get_args(Script):
            raise SourceError(
                f"The demo shop has no script called “{script}”.",
                remedy="Write script=sell, script=still or script=belt.",
            )
        return cls(
            seed=_whole(address, "seed", _SEED, least=0, most=2**31 - 1),
            items=_whole(address, "items", 1, least=1, most=MOST_ITEMS) if "items" in address.options else None,
            fps=rate,
            width=_whole(address, "width", width, least=160, most=7680),
            height=_whole(address, "height", height, least=120, most=4320),
            script=cast(Script, script),
            uri=uri,
        )

    @property
    def description(self) -> SourceDescription:
        return self._description

    @property
    def empty_counter(self) -> Pixels:
        """The counter with nothing on it, without noise, H×W×3; read-only."""
        return self._scene.empty

    def read(self) -> Frame | None:
        """The next frame at once; ``None`` after ``close``. The demo never ends by itself."""
        with self._drawing:
            if self._is_closed:
                return None
            number, self._next = self._next, self._next + 1
            pixels = self._scene.frame(number, self._fps)
        return Frame.of(pixels, sequence=number, captured_at=time.monotonic(), media_time=number / self._fps)

    def close(self) -> None:
        self._is_closed = True

    def frame(self, sequence: int) -> Frame:
        """Any frame, without moving on: the same pixels that ``read`` gives for that number."""
        with self._drawing:
            pixels = self._scene.frame(sequence, self._fps)
        return Frame.of(pixels, sequence=sequence, captured_at=time.monotonic(), media_time=sequence / self._fps)

    def truth(self, sequence: int) -> tuple[TrueItem, ...]:
        """Every item of which something can be seen in a frame."""
        with self._drawing:
            return self._scene.truth(sequence / self._fps)

    def placements(self, until_frame: int) -> tuple[Placement, ...]:
        """The frames from 0 up to before ``until_frame``, as runs in which the same items lie on the counter."""
        runs: list[Placement] = []
        with self._drawing:
            for customer in self._story.until(until_frame / self._fps):
                for run in self._runs(customer, until_frame):
                    before = runs.pop() if runs and runs[-1].names == run.names else run
                    runs.append(replace(run, start=before.start))
        return tuple(runs)

    def reference_pictures(self, product: DemoProduct, count: int, seed: int) -> list[Pixels]:
        """``count`` pictures of a product as this camera would see it, cut tightly: any angle, light and size.

        The same arguments give the same pictures.
        """
        with self._drawing:
            rng = np.random.default_rng([seed, PRODUCTS.index(product), 5])
            return [self._scene.reference(product, rng) for _ in range(count)]

    def write_truth(self, path: Path, frames: Iterable[int]) -> None:
        """Write the truth of frames as JSON: ``fps``, ``size`` [width, height], ``frames`` with ``i`` and ``objects``.

        An object has ``name``, ``box`` [x0, y0, x1, y1] in fractions of the picture, ``visible`` (0–1) and
        ``moving``. Raises ``UserError`` when the file cannot be written.
        """
        width, height = self._view.width, self._view.height
        written = []
        for number in frames:
            objects = [
                {
                    "name": item.name,
                    "box": [round(n / side, 5) for n, side in zip(item.box, (width, height) * 2, strict=True)],
                    "visible": round(item.visible, 4),
                    "moving": item.is_moving,
                }
                for item in self.truth(number)
            ]
            written.append({"i": number, "objects": objects})
        try:
            path.write_text(json.dumps({"fps": self._fps, "size": [width, height], "frames": written}), "utf-8")
        except OSError as error:
            raise UserError(
                f"The file {path} cannot be written ({error.strerror or error}).",
                remedy="Choose a folder that exists and that you may write to.",
            ) from error

    def _runs(self, customer: Customer, until_frame: int) -> list[Placement]:
        """The placements of one customer's visit, from the empty counter before to the one after it."""
        first = self._first_frame(customer.start)
        last = until_frame if math.isinf(customer.stop) else min(until_frame, self._first_frame(customer.stop))
        bounds = {self._first_frame(at) for at in customer.changes()}
        starts = [first, *sorted(bound for bound in bounds if first < bound < last)]
        runs = []
        for start, stop in zip(starts, [*starts[1:], last], strict=True):
            resting = customer.resting(start / self._fps)
            names = tuple(sorted(customer.items[index].product.name for index, _ in resting))
            runs.append(Placement(start, stop, names, customer.number, len(resting) == len(customer.items)))
        return [run for run in runs if run.start < run.stop]

    def _first_frame(self, seconds: float) -> int:
        """The first frame that is not before a moment."""
        number = math.ceil(seconds * self._fps)
        while number > 0 and (number - 1) / self._fps >= seconds:
            number -= 1
        while number / self._fps < seconds:
            number += 1
        return number


def _whole(address: SourceAddress, name: str, default: int, *, least: int, most: int) -> int:
    value = address.number(name, default, least=least, most=most)
    if value != int(value):
        raise SourceError(
            f"The option “{name}” of the source {address.shown} is not a whole number.",
            remedy=f"Write a whole number from {least} to {most}.",
        )
    return int(value)
