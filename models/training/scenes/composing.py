"""Scenes for the detector: goods and distractors put on surfaces or on real frames, lit, and seen by a poor camera."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from models.training.scenes.canvas import DISTRACTOR, Canvas, shared_part
from models.training.scenes.light import expose, recolor, recolor_layer, turn
from models.training.scenes.raster import Picture
from models.training.scenes.rows import row_places

SIDE = 480
"""The longer side of a scene in pixels, as the network sees it; sides are filled up to multiples of ``GRID``."""

GRID = 32

PAD = 127
_SHAPES = ((480, 480), (270, 480), (360, 480), (480, 270), (480, 360))
_SHAPE_WEIGHTS = (0.14, 0.36, 0.2, 0.15, 0.15)
_FRAMES = 0.22
"""Share of real frames among what is no photograph."""

_IN_MOSAICS = 0.75
"""Share of photographs among the pictures of mosaics; the others are composed."""

_NOTHING = 0.24
"""Share of composed scenes with nothing for sale."""

_IN_ROWS = 0.12
_LEAST_VISIBLE = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A picture H×W×3 BGR, H and W multiples of ``GRID``, with the boxes (N×4 pixels) of what is seen of its items.

    ``ignored`` M×4: items too hidden to be asked for. ``known`` H/8×W/8: false where unlabelled goods may be.
    """

    picture: Picture
    boxes: npt.NDArray[np.float32]
    ignored: npt.NDArray[np.float32]
    known: npt.NDArray[np.bool_]


def resized(example: Example, factor: float) -> Example:
    """The same example smaller, its sides as near to ``factor`` of what they were as multiples of ``GRID`` are."""
    height, width = (max(GRID, round(side * factor / GRID) * GRID) for side in example.picture.shape[:2])
    scale = np.array([width / example.picture.shape[1], height / example.picture.shape[0]] * 2, np.float32)
    cells = (width // 8, height // 8)
    return Example(
        np.asarray(cv2.resize(example.picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8),
        example.boxes * scale,
        example.ignored * scale,
        np.asarray(cv2.resize(example.known.astype(np.uint8), cells, interpolation=cv2.INTER_NEAREST)) > 0,
    )


class Stock:
    """The pictures that scenes are made of, in memory. ``sources``: frames of which sources are used as they are."""

    def __init__(self, folder: Path, *, sessions: str = "A", drawn_only: bool = False) -> None:
        kinds = ["D"] if drawn_only else ["U", "D", "P", *sessions]
        self.goods = {kind: _read_all(folder / f"goods_{kind}") for kind in kinds}
        self.surfaces = _read_all(folder / "surfaces")
        self.textures = [] if drawn_only else _read_all(folder / "textures")
        self.empties = [] if drawn_only else [p for s in sessions for p in _read_all(folder / f"empty_{s}")]
        self.arms = _read_all(folder / "arms")
        lengths = json.loads((folder / "things.json").read_text(encoding="utf-8"))
        self.things = [(_read(folder / name), float(length)) for name, length in sorted(lengths.items())]
        self.folder = folder
        self.frames = json.loads((folder / "frames.json").read_text(encoding="utf-8"))
        self._pictures: dict[str, Picture] = {}

    def frame(self, name: str) -> Picture:
        """A real frame, read once."""
        if name not in self._pictures:
            self._pictures[name] = _read(self.folder / name)
        return self._pictures[name]


class Composer:
    """Makes examples without end; the generator alone decides what comes. Not thread-safe."""

    def __init__(
        self, stock: Stock, rng: np.random.Generator, *, sessions: str = "A", photographs: float = 0.33
    ) -> None:
        self._photographs = photographs
        self._stock = stock
        self._rng = rng
        self._real = [frame for frame in stock.frames if frame["source"] in sessions]
        self._photos = [frame for frame in stock.frames if frame["source"] == "U"]
        self._kinds = [kind for kind in stock.goods if stock.goods[kind]]
        weights = np.array([{"U": 0.36, "D": 0.3, "P": 0.06}.get(kind, 0.28) for kind in self._kinds])
        self._weights = weights / weights.sum()

    def example(self) -> Example:
        """A composed scene, a real frame, or a photograph."""
        if self._real and self._rng.random() < self._photographs:
            return self.real(self._photos)
        return self.real(self._real) if self._real and self._rng.random() < _FRAMES else self.scene()

    def quarter(self) -> Example:
        """One of the four pictures of a mosaic: mostly a photograph."""
        return self.real(self._photos) if self._rng.random() < _IN_MOSAICS else self.scene()

    def scene(self, *, items: int | None = None) -> Example:
        """A composed scene with ``items`` goods, or with as many as come to mind: often none."""
        rng = self._rng
        canvas = self._surface()
        if items is None:
            items = 0 if rng.random() < _NOTHING else int(min(12, 1 + rng.gamma(1.6, 2.2)))
        largest = 0.75 if items < 3 else 0.5
        usual = max(canvas.size) * float(np.exp(rng.uniform(np.log(0.12), np.log(largest))))
        usual *= 1.0 if items < 6 else 0.7
        self._distract(canvas, usual, arms=0.0, things=2.2 if items == 0 else 0.9)
        if items and rng.random() < _IN_ROWS:
            self._put_rows(canvas, usual)
        else:
            self._put_goods(canvas, items, usual)
        self._distract(canvas, usual, arms=0.75 if items == 0 else 0.38, things=0.35)
        return self._finish(canvas, None)

    def bare(self, *, arms: float = 0.0, things: float = 0.0) -> Example:
        """A surface with nothing for sale: arms come with the given chance, so many other things on average."""
        canvas = self._surface()
        usual = max(canvas.size) * float(self._rng.uniform(0.2, 0.5))
        self._distract(canvas, usual, arms=arms, things=things)
        return self._finish(canvas, None)

    def real(self, frames: list[dict[str, object]]) -> Example:
        """A real frame or photograph, cut, turned and mirrored, sometimes with something put onto it."""
        rng = self._rng
        frame = frames[int(rng.integers(len(frames)))]
        canvas = self._base(frame)
        usual = max(canvas.size) * float(rng.uniform(0.2, 0.45))
        known = None
        if not frame["complete"]:
            known = canvas.near_labels()
        if rng.random() < 0.3:
            before = canvas.owners.copy()
            self._put_goods(canvas, int(rng.integers(1, 4)), usual)
            known = None if known is None else known | (canvas.owners != before)
        if rng.random() < 0.35:
            before = canvas.owners.copy()
            self._distract(canvas, usual, arms=0.7, things=0.7)
            known = None if known is None else known | (canvas.owners != before)
        return self._finish(canvas, known)

    def _surface(self) -> Canvas:
        rng, stock = self._rng, self._stock
        height, width = _SHAPES[int(rng.choice(len(_SHAPES), p=_SHAPE_WEIGHTS))]
        draw = rng.random()
        if draw < 0.16 and stock.empties:
            source = stock.empties[int(rng.integers(len(stock.empties)))]
        elif draw < 0.26 and stock.textures:
            source = stock.textures[int(rng.integers(len(stock.textures)))]
        else:
            source = stock.surfaces[int(rng.integers(len(stock.surfaces)))]
        source = np.rot90(source, int(rng.integers(4)))
        if rng.random() < 0.5:
            source = source[:, ::-1]
        share = float(rng.uniform(0.45, 1.0))
        factor = share * min(source.shape[0] / height, source.shape[1] / width)
        tall, wide = max(8, int(height * factor)), max(8, int(width * factor))
        top, left = int(rng.integers(source.shape[0] - tall + 1)), int(rng.integers(source.shape[1] - wide + 1))
        cut = np.ascontiguousarray(source[top : top + tall, left : left + wide])
        pixels = np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        return Canvas(recolor(pixels, rng, 0.25), np.zeros((height, width), np.int16))

    def _base(self, frame: dict[str, object]) -> Canvas:
        rng = self._rng
        picture = self._stock.frame(str(frame["file"]))
        rows, columns = picture.shape[:2]
        zoom = float(rng.uniform(0.55, 1.0)) if rng.random() < 0.6 else 1.0
        tall, wide = rows * zoom, columns * float(np.clip(zoom * rng.uniform(0.85, 1.2), 0.5, 1))
        top, left = float(rng.uniform(0, rows - tall)), float(rng.uniform(0, columns - wide))
        factor = SIDE / max(tall, wide)
        width, height = max(16, round(wide * factor)), max(16, round(tall * factor))
        to_canvas = np.array([[width / wide, 0, -left * width / wide], [0, height / tall, -top * height / tall]])
        cut = picture[int(top) : int(np.ceil(top + tall)), int(left) : int(np.ceil(left + wide))]
        pixels = np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        canvas = Canvas(pixels, np.zeros((height, width), np.int16))
        for polygon in frame["polygons"]:  # type: ignore[attr-defined]  # JSON
            points = np.asarray(polygon, np.float64).reshape(-1, 2) * (columns, rows)
            moved = points @ to_canvas[:, :2].T + to_canvas[:, 2]
            x, y = moved[:, 0], moved[:, 1]
            canvas.areas.append(0.5 * abs(float(x @ np.roll(y, 1) - y @ np.roll(x, 1))))
            cv2.fillPoly(canvas.owners, [np.round(moved * 16).astype(np.int32)], len(canvas.areas), cv2.LINE_8, 4)
        turns, mirrored = int(rng.integers(4)), rng.random() < 0.5
        for name in ("pixels", "owners"):
            turned = np.rot90(getattr(canvas, name), turns)
            setattr(canvas, name, np.ascontiguousarray(turned[:, ::-1] if mirrored else turned))
        canvas.pixels = recolor(canvas.pixels, rng, 0.15)
        return canvas

    def _put_goods(self, canvas: Canvas, count: int, usual: float) -> None:
        rng = self._rng
        kind = self._kind() if rng.random() < 0.5 else None
        crowd = rng.random()
        allowed = 0.03 if crowd < 0.5 else 0.25 if crowd < 0.85 else 0.45
        angle = float(rng.uniform(0, 360)) if rng.random() < 0.25 else None
        if rng.random() < 0.12:
            angle = 0.0
        twin: Picture | None = None
        last: tuple[float, float] | None = None
        height, width = canvas.size
        for _ in range(count):
            goods = self._stock.goods[kind or self._kind()]
            is_twin = twin is not None and rng.random() < 0.22
            source = twin if is_twin and twin is not None else goods[int(rng.integers(len(goods)))]
            twin = source
            length = usual * float(np.clip(np.exp(rng.normal(0, 0.25)), 0.5, 1.8))
            degrees = float(rng.normal(angle, 4)) if angle is not None else float(rng.uniform(0, 360))
            layer = turn(recolor_layer(source, rng), length, degrees, rng)
            rows, columns = layer.shape[:2]
            solid = layer[..., 3] > 12
            area = float(solid.sum())
            if area < 60:
                continue
            for attempt in range(10):
                x, y = float(rng.uniform(0, width)), float(rng.uniform(0, height))
                if attempt > 6 or rng.random() > 0.12:
                    x = float(rng.uniform(min(columns / 2, width / 2), max(width - columns / 2, width / 2)))
                    y = float(rng.uniform(min(rows / 2, height / 2), max(height - rows / 2, height / 2)))
                if last is not None and rng.random() < 0.4:
                    away = rng.choice([-1.0, 1.0], 2) * rng.uniform(0.75, 1.08, 2) * (columns, rows)
                    away[int(rng.integers(2))] *= float(rng.uniform(0, 0.5))
                    x, y = last[0] + away[0], last[1] + away[1]
                left, top = round(x - columns / 2), round(y - rows / 2)
                here, there = shared_part(canvas.size, (rows, columns), left, top)
                part = solid[there]
                if part.sum() < 0.35 * area:
                    continue
                if canvas.hides(part, here, allowed * area):
                    continue
                canvas.areas.append(area)
                canvas.paste(layer, left, top, len(canvas.areas), rng)
                last = (x, y)
                break

    def _put_rows(self, canvas: Canvas, usual: float) -> None:
        """One product set out in rows, side by side, sometimes with a few of another between."""
        rng = self._rng
        goods = [self._stock.goods[self._kind()] for _ in range(2)]
        first, other = (kind[int(rng.integers(len(kind)))] for kind in goods)
        length = min(usual, max(canvas.size) / 3)
        shape = np.array(first.shape[1::-1]) * length / max(first.shape[:2])
        degrees = float(rng.normal(90 * int(rng.integers(4)), 3)) if rng.random() < 0.7 else float(rng.uniform(0, 360))
        across, along = rng.uniform(0.85, 1.08, 2) * shape
        for x, y in row_places(canvas.size, (float(across), float(along)), degrees, rng):
            source = recolor_layer(other if rng.random() < 0.08 else first, rng)
            layer = turn(source, length, degrees + float(rng.normal(0, 3)), rng)
            rows, columns = layer.shape[:2]
            left, top = round(x - columns / 2), round(y - rows / 2)
            here, there = shared_part(canvas.size, (rows, columns), left, top)
            solid = layer[..., 3] > 12
            area = float(solid.sum())
            if area < 60 or solid[there].sum() < 0.35 * area or canvas.hides(solid[there], here, 0.45 * area):
                continue
            canvas.areas.append(area)
            canvas.paste(layer, left, top, len(canvas.areas), rng)

    def _kind(self) -> str:
        return self._kinds[int(self._rng.choice(len(self._kinds), p=self._weights))]

    def _distract(self, canvas: Canvas, usual: float, *, arms: float, things: float) -> None:
        rng, stock = self._rng, self._stock
        height, width = canvas.size
        for _ in range(int(rng.poisson(things))):
            source, length = stock.things[int(rng.integers(len(stock.things)))]
            size = float(np.clip(usual * length * rng.uniform(0.8, 1.25), 12, 1.2 * SIDE))
            layer = turn(recolor_layer(source, rng), size, float(rng.uniform(0, 360)), rng)
            left = round(float(rng.uniform(0, width)) - layer.shape[1] / 2)
            top = round(float(rng.uniform(0, height)) - layer.shape[0] / 2)
            if not canvas.would_bury(layer, left, top):
                canvas.paste(layer, left, top, DISTRACTOR, rng)
        if rng.random() < arms:
            for _ in range(1 if rng.random() < 0.65 else 2):
                self._reach_in(canvas, usual)

    def _reach_in(self, canvas: Canvas, usual: float) -> None:
        """An arm from the border, its hand anywhere: on an item as likely as not."""
        rng, stock = self._rng, self._stock
        height, width = canvas.size
        arm = recolor_layer(stock.arms[int(rng.integers(len(stock.arms)))], rng)
        hand = float(np.clip(usual * rng.uniform(0.8, 1.5), 0.1 * SIDE, 0.6 * SIDE))
        factor = hand / 170
        side = int(rng.integers(4))
        degrees = (0.0, 90.0, 180.0, 270.0)[side] + float(rng.normal(0, 22))
        shrunk = cv2.resize(arm, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        tip = np.array([shrunk.shape[1] / 2, 0.02 * shrunk.shape[0]])
        shown = np.flatnonzero(canvas.owners > 0)
        if len(shown) and rng.random() < 0.5:
            row, column = divmod(int(shown[int(rng.integers(len(shown)))]), width)
            place = np.array([column, row], np.float64)
        else:
            place = np.array([rng.uniform(-0.1, 1.1) * width, rng.uniform(-0.1, 1.1) * height])
        radians = np.deg2rad(degrees)
        c, s = np.cos(radians), np.sin(radians)
        matrix = np.array([[c, -s, 0.0], [s, c, 0.0]])
        matrix[:, 2] = place - matrix[:, :2] @ tip
        layer = np.asarray(cv2.warpAffine(shrunk, matrix, (width, height), flags=cv2.INTER_LINEAR), np.uint8)
        canvas.paste(layer, 0, 0, DISTRACTOR, rng)

    def _finish(self, canvas: Canvas, known: npt.NDArray[np.bool_] | None) -> Example:
        boxes, ignored = [], []
        for index, area in enumerate(canvas.areas):
            shown = canvas.owners == index + 1
            rows, columns = np.flatnonzero(shown.any(1)), np.flatnonzero(shown.any(0))
            if not len(rows):
                continue
            box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
            count = float(shown.sum())
            is_fair = count >= _LEAST_VISIBLE * area and count >= 50 and min(box[2] - box[0], box[3] - box[1]) >= 5
            (boxes if is_fair else ignored).append(box)
        pixels = expose(canvas.pixels, self._rng)
        height, width = canvas.size
        picture, top, left = filled_up(pixels)
        cells = (picture.shape[1] // 8, picture.shape[0] // 8)
        grid = np.ones(cells[::-1], np.bool_)
        if known is not None:
            full = np.ones(picture.shape[:2], np.uint8)
            full[top : top + height, left : left + width] = known
            grid = np.asarray(cv2.resize(full, cells, interpolation=cv2.INTER_AREA)) > 0
        shift = np.array([left, top, left, top], np.float32)
        return Example(
            picture,
            np.array(boxes, np.float32).reshape(-1, 4) + shift,
            np.array(ignored, np.float32).reshape(-1, 4) + shift,
            grid,
        )


def filled_up(picture: Picture) -> tuple[Picture, int, int]:
    """A picture in the middle of a gray one with sides that are multiples of ``GRID``; then its top and left there."""
    height, width = picture.shape[:2]
    whole = [-(-side // GRID) * GRID for side in (height, width)]
    top, left = (whole[0] - height) // 2, (whole[1] - width) // 2
    full = np.full((*whole, 3), PAD, np.uint8)
    full[top : top + height, left : left + width] = picture
    return full, top, left


def _read(path: Path) -> Picture:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None:
        raise FileNotFoundError(path)
    return np.asarray(picture, np.uint8)


def _read_all(folder: Path) -> list[Picture]:
    return [_read(path) for path in sorted(folder.glob("*"))]
