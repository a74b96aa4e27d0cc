"""Training views: a picture as another camera, another light, another surface and another hand would show it."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from models.training.embedder.pictures import Picture, Pixels

Floats = npt.NDArray[np.float32]


class Views:
    """Draws views of ``side`` × ``side`` pixels, letterboxed on black as the program does.

    ``grounds`` are pictures of which parts serve as surfaces behind cut-out items and as things that lie over them.
    """

    def __init__(self, side: int, grounds: Sequence[Pixels]) -> None:
        self.side = side
        self._grounds = grounds

    def draw(self, picture: Picture, rng: np.random.Generator, *, is_drawn: bool) -> Pixels:
        """One view, side×side×3 RGB."""
        matrix, window = self._camera(picture, rng)
        view = cv2.warpPerspective(
            picture.pixels, matrix, (self.side, self.side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
        ).astype(np.float32)
        if picture.mask is not None and (is_drawn or rng.random() < 0.45):
            mask = cv2.warpPerspective(picture.mask, matrix, (self.side, self.side), flags=cv2.INTER_LINEAR)
            view = self._on_ground(view, mask.astype(np.float32) / 255, rng)
        view = self._light(view, rng)
        if rng.random() < 0.35:
            self._occlude(view, window, rng)
        view = _blur(view, rng)
        if picture.may_be_mirrored and rng.random() < 0.5:
            view = view[:, ::-1]
            window = (self.side - window[2], window[1], self.side - window[0], window[3])
        x0, y0, x1, y1 = window
        out = np.zeros((self.side, self.side, 3), np.uint8)
        out[y0:y1, x0:x1] = np.clip(view[y0:y1, x0:x1], 0, 255)
        return out

    def plain(self, picture: Picture, quarters: int = 0, share: float = 1.0) -> Pixels:
        """The picture's box as the program would feed it, turned by quarters."""
        low = np.maximum(picture.outline.min(axis=0), 0).astype(int)
        high = np.ceil(picture.outline.max(axis=0)).astype(int)
        return letterbox(picture.pixels[low[1] : high[1], low[0] : high[0]], self.side, quarters, share)

    def _camera(self, picture: Picture, rng: np.random.Generator) -> tuple[Floats, tuple[int, int, int, int]]:
        """The homography from the picture to the view, and the window of the view that is not black."""
        low, high = picture.outline.min(axis=0), picture.outline.max(axis=0)
        corners = np.array([low, (high[0], low[1]), high, (low[0], high[1])], np.float32)
        tilt = float(rng.uniform(0, 0.14)) if rng.random() < 0.6 else 0.0
        moved = corners + (rng.uniform(-tilt, tilt, (4, 2)) * (high - low)).astype(np.float32)
        warp = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
        free = rng.random() < (0.4 if picture.mask is None else 0.6)
        angle = float(rng.uniform(0, 360)) if free else 90.0 * int(rng.integers(4)) + float(rng.normal(0, 8))
        middle = (low + high) / 2
        turn = np.vstack([cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), angle, 1.0), [0, 0, 1]])
        place = turn @ warp
        if picture.mask is None:
            # Nothing is known outside the photograph: the window is the photograph's own size around its middle.
            size = high - low
            if round(angle / 90) % 2:
                size = size[::-1]
            start, stop = middle - size / 2, middle + size / 2
        else:
            points = cv2.perspectiveTransform(picture.outline[None], place)[0]
            start, stop = points.min(axis=0), points.max(axis=0)
        size = stop - start
        if rng.random() < 0.65:
            share = rng.uniform(0.65, 1.0, 2) if rng.random() < 0.5 else np.full(2, rng.uniform(0.6, 1.0))
            offset = rng.uniform(0, 1, 2) * (1 - share) * size
            start, stop = start + offset, start + offset + share * size
        elif picture.mask is not None:
            start, stop = start - rng.uniform(-0.04, 0.12, 2) * size, stop + rng.uniform(-0.04, 0.12, 2) * size
        width, height = (float(n) for n in np.maximum(stop - start, 4))
        scale = self.side / max(width, height)
        x0, y0 = (self.side - scale * width) / 2, (self.side - scale * height) / 2
        fit = np.array([[scale, 0, x0 - scale * start[0]], [0, scale, y0 - scale * start[1]], [0, 0, 1]])
        window = (round(x0), round(y0), round(self.side - x0), round(self.side - y0))
        return np.asarray(fit @ place, np.float32), window

    def ground(self, rng: np.random.Generator) -> Floats:
        """A surface: a part of a photograph, mostly blurred, or a plain or grained color."""
        side = self.side
        kind = rng.random()
        if kind < 0.5:
            source = self._grounds[int(rng.integers(len(self._grounds)))]
            height, width = source.shape[:2]
            size = max(8, int(min(height, width) * rng.uniform(0.3, 1.0)))
            x, y = int(rng.integers(width - size + 1)), int(rng.integers(height - size + 1))
            part = cv2.resize(source[y : y + size, x : x + size], (side, side)).astype(np.float32)
            return cv2.GaussianBlur(part, (0, 0), float(rng.uniform(0.5, 6))) if rng.random() < 0.6 else part
        color = rng.uniform(10, 250, 3) if kind < 0.7 else np.full(3, rng.uniform(10, 250)) + rng.normal(0, 8, 3)
        grain = rng.normal(0, rng.uniform(0, 18), (int(rng.integers(3, 60)), int(rng.integers(3, 60)), 1))
        spread = cv2.resize(grain.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
        return np.asarray(color.astype(np.float32) + spread[..., None], np.float32)

    def _on_ground(self, view: Floats, mask: Floats, rng: np.random.Generator) -> Floats:
        ground = self.ground(rng)
        if rng.random() < 0.6:
            shadow = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(2, 9)))
            shift = rng.integers(-8, 9, 2)
            ground = ground * (1 - float(rng.uniform(0.1, 0.6)) * np.roll(shadow, shift, (0, 1)))[..., None]
        share = cv2.GaussianBlur(mask, (0, 0), 0.8)[..., None]
        return np.asarray(view * share + ground * (1 - share), np.float32)

    def _light(self, view: Floats, rng: np.random.Generator) -> Floats:
        """Exposure, contrast, color cast and light that falls off to a side."""
        if rng.random() < 0.8:
            cast = np.exp(rng.normal(0, 0.07, 3)).astype(np.float32)
            view = view * cast * np.float32(np.exp(rng.normal(0, 0.22)))
        if rng.random() < 0.4:
            view = 255 * np.clip(view / 255, 0, 1) ** np.float32(np.exp(rng.normal(0, 0.25)))
        if rng.random() < 0.3:
            gray = view.mean(axis=2, keepdims=True)
            view = gray + (view - gray) * np.float32(rng.uniform(0.55, 1.4))
        if rng.random() < 0.4:
            line = np.linspace(-1, 1, self.side, dtype=np.float32)
            slope = rng.normal(0, 0.2, 2)
            view = view * np.clip(1 + slope[0] * line[:, None] + slope[1] * line[None], 0.3, 1.8)[..., None]
        return np.asarray(view, np.float32)

    def _occlude(self, view: Floats, window: tuple[int, int, int, int], rng: np.random.Generator) -> None:
        """A hand from a side, another thing, or a highlight over a part."""
        x0, y0, x1, y1 = window
        kind = rng.random()
        if kind < 0.4:
            skin = np.array([(242, 205, 180), (204, 152, 112), (168, 114, 78), (86, 56, 42)][int(rng.integers(4))])
            middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
            way = rng.uniform(0, 2 * np.pi)
            for finger in range(int(rng.integers(1, 5))):
                bend = way + 0.22 * finger
                far = middle + self.side * 0.8 * np.array([np.cos(bend), np.sin(bend)])
                near = middle + self.side * rng.uniform(0.15, 0.4) * np.array([np.cos(bend), np.sin(bend)])
                shade = tuple(float(tone) for tone in skin * rng.uniform(0.6, 1.1))
                cv2.line(view, _point(far), _point(near), shade, int(rng.integers(12, 30)), cv2.LINE_AA)
        elif kind < 0.8:
            width, height = ((np.array([x1 - x0, y1 - y0]) * rng.uniform(0.15, 0.45, 2)).astype(int) + 2).tolist()
            x, y = int(rng.integers(x0, max(x0 + 1, x1 - width))), int(rng.integers(y0, max(y0 + 1, y1 - height)))
            patch = self.ground(rng)[:height, :width]
            view[y : y + patch.shape[0], x : x + patch.shape[1]] = patch[: self.side - y, : self.side - x]
        else:
            glow = np.zeros(view.shape[:2], np.float32)
            x, y = int(rng.integers(x0, x1)), int(rng.integers(y0, y1))
            axes = (int(rng.integers(4, 40)), int(rng.integers(3, 14)))
            cv2.ellipse(glow, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(80, 255)), -1)
            view += cv2.GaussianBlur(glow, (0, 0), 3)[..., None]


def letterbox(crop: Pixels, side: int, quarters: int = 0, share: float = 1.0) -> Pixels:
    """The crop's middle, turned by quarters, in the middle of a black square."""
    height, width = crop.shape[:2]
    top, left = round(height * (1 - share) / 2), round(width * (1 - share) / 2)
    crop = np.ascontiguousarray(np.rot90(crop[top : height - top, left : width - left], quarters))
    height, width = crop.shape[:2]
    scale = side / max(height, width)
    fitted = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(crop, fitted, interpolation=cv2.INTER_AREA if scale < 0.75 else cv2.INTER_LINEAR)
    out = np.zeros((side, side, 3), np.uint8)
    y, x = (side - fitted[1]) // 2, (side - fitted[0]) // 2
    out[y : y + fitted[1], x : x + fitted[0]] = small
    return out


def _blur(view: Floats, rng: np.random.Generator) -> Floats:
    """Out of focus, in motion, seen from afar, or noisy."""
    kind = rng.random()
    if kind < 0.15:
        view = cv2.GaussianBlur(view, (0, 0), float(rng.uniform(0.5, 2.5)))
    elif kind < 0.25:
        length = int(rng.integers(3, 12))
        kernel = np.zeros((length, length), np.float32)
        angle = rng.uniform(0, np.pi)
        reach = (length - 1) / 2 * np.array([np.cos(angle), np.sin(angle)])
        cv2.line(kernel, _point((length - 1) / 2 - reach), _point((length - 1) / 2 + reach), 1.0)
        view = cv2.filter2D(view, -1, kernel / max(1.0, float(kernel.sum())))
    elif kind < 0.42:
        side = view.shape[0]
        less = int(side * rng.uniform(0.25, 0.7))
        view = cv2.resize(cv2.resize(view, (less, less), interpolation=cv2.INTER_AREA), (side, side))
    if rng.random() < 0.25:
        view = view + rng.normal(0, rng.uniform(1, 12), view.shape).astype(np.float32)
    return np.asarray(view, np.float32)


def _point(place: npt.NDArray[np.float64]) -> tuple[int, int]:
    return round(float(place[0])), round(float(place[1]))
