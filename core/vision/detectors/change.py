"""Items as change against the learned empty counter, for a fixed camera."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Frame, Pixels
from core.geometry import clip_boxes
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.sightings import Boxes, Detections, no_boxes
from core.vision.detectors.area import CounterArea
from core.vision.detectors.empty_counter import EmptyCounter, Mask
from core.vision.detectors.splitting import split

_WIDTH = 320
"""Working width in pixels: an item of a tenth of the picture is 32 pixels wide, and a frame costs a few ms."""

_DARKEST_SHADOW = 0.5
_BRIGHTEST_LIGHT = 1.3
"""Between these factors, a change of brightness alone is light or its absence, not an item."""

_LEAST_OUTLINE = 14.0
"""Mean gradient (Sobel, 3×3) along an item's outline; what has none is a change of light."""
_WEAK = 0.55
_LEAST_STRONG = 6
"""Strong pixels that a place with weak signs needs to count."""

_THINNEST = 10
"""Pixels at the working size; thinner places are edges of the counter that shook."""

_MOST_CHANGED = 0.6
"""Share of the picture; when more has changed at once, the camera has moved or the light was switched."""

_MOVING_SHARE = 0.06
_REST_SECONDS = 1.0
_GHOST_SECONDS = 1.0


@dataclass(slots=True)
class _Region:
    """A changed place: its outline, mask and box at the working size."""

    mask: Mask
    box: tuple[int, int, int, int]
    area: float
    contrast: float


class ChangeDetector:
    """Finds what is new on the counter. One thread.

    A pixel has changed when its color differs from the empty counter's beyond noise and is not a shadow of it (darker
    by one factor in all channels, with the same texture; Horprasert et al., 1999). Changed places that reach the border
    of the counter and move are hands. Exposure changes are taken out by one gain per channel.
    """

    name = "Change against the empty counter"

    def __init__(self, settings: DetectionSettings, data: DataFolder) -> None:
        self._settings = settings
        self._area = CounterArea(settings)
        self._empty = EmptyCounter(data)
        self._free: Mask | None = None
        self._former: list[tuple[float, Pixels]] = []
        self._still_since: dict[tuple[int, int], float] = {}
        self._changed_since: float | None = None
        self._small_kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
        self._kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
        self._wide_kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))

    @property
    def is_learned(self) -> bool:
        """Whether the empty counter is known; until then nothing is found."""
        return self._empty.is_learned

    def learn_empty(self, frame: Frame) -> None:
        """Take the frame as the picture of the empty counter."""
        self._empty.learn(self._shrink(frame))
        self._free = None

    def detect(self, frame: Frame) -> Detections:
        """The items that rest on the counter, and the hands over it, in the frame's pixels."""
        small = self._shrink(frame)
        if not self._empty.is_learned or self._empty.picture.shape != small.shape:
            self._start(small)
            return Detections.none()
        now = frame.captured_at
        moving = self._motion(small, now)
        leveled = self._level(small)
        changed = self._changed(leveled)
        if self._is_elsewhere(changed, now):
            self._empty.forget()
            return Detections.none()
        regions = self._regions(changed, leveled)
        items, hands = self._tell_apart(regions, moving, leveled, now)
        self._follow(leveled, changed, moving, items + hands)
        return self._as_detections(items, hands, frame)

    def _shrink(self, frame: Frame) -> Pixels:
        height = max(1, round(frame.height * _WIDTH / frame.width))
        small = cv2.resize(frame.pixels, (_WIDTH, height), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(small, (3, 3), 0), np.uint8)

    def _start(self, small: Pixels) -> None:
        height, width = small.shape[:2]
        if self._empty.is_learned and self._empty.picture.shape != small.shape:
            self._empty.forget()
        if not self._empty.load(width=width, height=height):
            self._empty.watch(small)

    def _motion(self, small: Pixels, now: float) -> Mask:
        """Where the picture changed within the last third of a second."""
        self._former = [(at, picture) for at, picture in self._former if 0 <= now - at <= 0.35]
        reference = self._former[0][1] if self._former else small
        self._former.append((now, small))
        difference = _largest(cv2.absdiff(small, reference))
        threshold = 12.0 + 3.0 * self._empty.noise
        return np.where(difference > threshold, 255, 0).astype(np.uint8)

    def _level(self, small: Pixels) -> npt.NDArray[np.float32]:
        """The picture at the empty counter's exposure: one gain per channel, from where nothing lay."""
        empty = self._empty.picture
        seen = cv2.mean(small, mask=self._free)[:3]
        learned = cv2.mean(empty, mask=self._free)[:3]
        gains = [
            float(np.clip(was / is_now, 0.6, 1.7)) if is_now > 1 else 1.0
            for was, is_now in zip(learned, seen, strict=True)
        ]
        return np.asarray(small * np.asarray(gains, np.float32), np.float32)

    def _changed(self, leveled: npt.NDArray[np.float32]) -> Mask:
        """255 where something lies: another color than the empty counter's, or another texture, but no shadow."""
        empty = self._empty.picture
        noise = self._empty.noise
        strictness = 1.5 - self._settings.sensitivity
        brightness = cv2.cvtColor(leveled, cv2.COLOR_RGB2GRAY)
        learned = np.maximum(cv2.cvtColor(empty, cv2.COLOR_RGB2GRAY), 1.0)
        ratio = brightness / learned
        # What a shadow of this strength would look like; the rest is color of its own.
        shaded = cv2.multiply(empty, cv2.merge([ratio, ratio, ratio]))
        residual = _largest(cv2.absdiff(leveled, shaded))
        lift = brightness - learned
        texture = self._texture(brightness, learned, ratio)
        # How many times over its threshold each pixel's strongest sign is.
        sign = cv2.max(residual / (strictness * (9.0 + 2.5 * noise)), texture / (strictness * (16.0 + 3.0 * noise)))
        is_unlit = (ratio > _BRIGHTEST_LIGHT) | (ratio < _DARKEST_SHADOW)
        lift = np.abs(brightness - learned) / (strictness * (16.0 + 3.0 * noise))
        sign = cv2.max(np.asarray(sign, np.float32), np.where(is_unlit, lift, 0.0).astype(np.float32))
        opened = cv2.morphologyEx(_linked(sign), cv2.MORPH_OPEN, self._small_kernel)
        closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, self._kernel)
        # An edge of the counter itself, shaken or blurred, is a line; an item is not.
        return np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, self._wide_kernel), np.uint8)

    def _texture(
        self,
        brightness: npt.NDArray[np.float32],
        learned: npt.NDArray[np.float32],
        ratio: npt.NDArray[np.float32],
    ) -> npt.NDArray[np.float32]:
        """Edges that are not the counter's own, in gray levels: a shadow keeps the texture under it."""
        own = cv2.Laplacian(brightness, cv2.CV_32F, ksize=3)
        counter = cv2.Laplacian(learned, cv2.CV_32F, ksize=3) * np.clip(ratio, 0.3, 1.5)
        return np.asarray(cv2.blur(cv2.absdiff(own, counter), (3, 3)), np.float32)

    def _is_elsewhere(self, changed: Mask, now: float) -> bool:
        """Whether most of the picture has been another one for a second: not items, but another view."""
        share = cv2.countNonZero(changed) / changed.size
        if share < _MOST_CHANGED:
            self._changed_since = None
            return False
        if self._changed_since is None or now < self._changed_since:
            self._changed_since = now
        return now - self._changed_since > 1.0

    def _regions(self, changed: Mask, leveled: npt.NDArray[np.float32]) -> list[_Region]:
        height, width = changed.shape
        smallest = self._settings.smallest_item * width * height
        outlines, _ = cv2.findContours(changed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        difference = _largest(cv2.absdiff(leveled, self._empty.picture))
        found = []
        for outline in outlines:
            if cv2.contourArea(outline) < 0.5 * smallest:
                continue
            whole = np.zeros_like(changed)
            cv2.drawContours(whole, [outline], -1, 255, cv2.FILLED)
            for mask in split(np.asarray(outline, np.int32), whole):
                x, y, w, h = cv2.boundingRect(mask)
                area = float(cv2.countNonZero(mask))
                if area >= 0.5 * smallest and min(w, h) >= _THINNEST:
                    contrast = float(cv2.mean(difference, mask=mask)[0])
                    found.append(_Region(mask, (x, y, x + w, y + h), area, contrast))
        return found

    def _tell_apart(
        self, regions: list[_Region], moving: Mask, leveled: npt.NDArray[np.float32], now: float
    ) -> tuple[list[_Region], list[_Region]]:
        items, hands = [], []
        still_since: dict[tuple[int, int], float] = {}
        for region in regions:
            share = cv2.countNonZero(cv2.bitwise_and(moving, region.mask)) / max(1.0, region.area)
            place = ((region.box[0] + region.box[2]) // 24, (region.box[1] + region.box[3]) // 24)
            is_moving = share > _MOVING_SHARE
            since = now if is_moving else self._since(place, now)
            still_since[place] = since
            if self._touches_border(region, leveled.shape[1], leveled.shape[0]) and now - since < _REST_SECONDS:
                hands.append(region)
            elif now - since > _GHOST_SECONDS and self._is_ghost(region, leveled):
                self._empty.absorb(leveled, cv2.dilate(region.mask, self._wide_kernel))
            else:
                items.append(region)
        self._still_since = still_since
        return items, hands

    def _since(self, place: tuple[int, int], now: float) -> float:
        """Since when a region has been still, found by its place of a moment ago."""
        near = [
            since
            for (column, row), since in self._still_since.items()
            if abs(column - place[0]) <= 1 and abs(row - place[1]) <= 1 and since <= now
        ]
        return min(near, default=now)

    def _touches_border(self, region: _Region, width: int, height: int) -> bool:
        rows, columns = self._area.view(width=width, height=height)
        x0, y0, x1, y1 = region.box
        return int(min(x0 - columns.start, y0 - rows.start, columns.stop - x1, rows.stop - y1)) <= 2

    def _is_ghost(self, region: _Region, leveled: npt.NDArray[np.float32]) -> bool:
        """Whether nothing lies there: no outline now, or one that is much fainter than that of what was taken away."""
        band = cv2.morphologyEx(region.mask, cv2.MORPH_GRADIENT, self._kernel)
        present = _edges(cv2.cvtColor(leveled, cv2.COLOR_RGB2GRAY))
        learned = _edges(cv2.cvtColor(self._empty.picture, cv2.COLOR_RGB2GRAY))
        now, then = cv2.mean(present, mask=band)[0], cv2.mean(learned, mask=band)[0]
        return bool(now < _LEAST_OUTLINE or now < 0.5 * then)

    def _follow(self, leveled: npt.NDArray[np.float32], changed: Mask, moving: Mask, regions: list[_Region]) -> None:
        busy = cv2.dilate(cv2.bitwise_or(changed, moving), self._wide_kernel)
        for region in regions:
            # The whole box: the clear middle of a bottle must not be learned as counter.
            cv2.rectangle(busy, region.box[:2], region.box[2:], 255, cv2.FILLED)
        self._free = cv2.bitwise_not(busy)
        if cv2.countNonZero(self._free) < 0.05 * busy.size:
            self._free = None
            return
        self._empty.follow(leveled, self._free)

    def _as_detections(self, items: list[_Region], hands: list[_Region], frame: Frame) -> Detections:
        boxes = self._boxes(items, frame)
        scores = np.array([min(1.0, region.contrast / 60.0) for region in items], np.float32)
        kept = self._area.keeps(boxes, width=frame.width, height=frame.height) if len(boxes) else np.zeros(0, bool)
        return Detections(boxes[kept], scores[kept], self._boxes(hands, frame))

    def _boxes(self, regions: list[_Region], frame: Frame) -> Boxes:
        if not regions:
            return no_boxes()
        scale = frame.width / _WIDTH
        boxes = np.array([region.box for region in regions], np.float32) * scale
        return clip_boxes(boxes, width=frame.width, height=frame.height)


def _largest(picture: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """H×W×3 → H×W: the largest of the three channels."""
    first, second, third = cv2.split(picture)
    return np.asarray(cv2.max(cv2.max(first, second), third))


def _linked(sign: npt.NDArray[np.float32]) -> Mask:
    """Hysteresis (Canny, 1986): places with a weak sign count where they hang together with a strong one."""
    weak = (sign > _WEAK).astype(np.uint8)
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    strong = np.bincount(labels[sign > 1.0], minlength=count)
    strong[0] = 0
    return np.where((strong >= _LEAST_STRONG)[labels], 255, 0).astype(np.uint8)


def _edges(gray: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    across = cv2.Sobel(gray, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(gray, cv2.CV_32F, 0, 1, ksize=3)
    return np.asarray(cv2.magnitude(across, down), np.float32)
