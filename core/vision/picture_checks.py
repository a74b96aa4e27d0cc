"""What is wrong with the picture: no color, blur, bent lines; and what every check of it says.

Pure functions of one frame (H×W×3 ``uint8`` RGB, like every frame of the program); any thread. Each says that all is
well, that something is wrong, or that the picture does not show enough to tell.
"""

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
import numpy.typing as npt

from core.frames import Pixels


class PictureCheck(StrEnum):
    """What is looked at."""

    PLACE = "place"
    LIGHT = "light"
    COLOR = "color"
    SHARPNESS = "sharpness"
    BEND = "bend"


class Finding(StrEnum):
    """What a check found. ``FINE`` and ``UNKNOWN`` are no warnings."""

    FINE = "fine"
    UNKNOWN = "unknown"
    MOVED = "moved"
    DARKER = "darker"
    BRIGHTER = "brighter"
    TINTED = "tinted"
    TOO_DARK = "too dark"
    TOO_BRIGHT = "too bright"
    COLORLESS = "colorless"
    BLURRED = "blurred"
    BENT = "bent"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``value`` in the unit of its check.

    Place: share of the picture's longer side by which its corners moved. Light: brightness over the learned one (for
    ``TINTED``: the largest shift between two colors; for ``TOO_DARK`` and ``TOO_BRIGHT``: gray levels, share of white
    pixels). Color: gray levels of color difference that one tint, noise and compression do not explain. Sharpness:
    share of an edge's height that falls on one pixel, across the least sharp direction. Bend: the strength of the
    division model, 0 for straight lines, about 0.3 for a strong wide angle, negative for a pincushion.
    """

    check: PictureCheck
    finding: Finding
    value: float = 0.0

    @property
    def is_warning(self) -> bool:
        return self.finding not in (Finding.FINE, Finding.UNKNOWN)


_LONGER_SIDE = 640
"""Sharpness and bend are judged at this size: what is lost above it no recognizer sees."""

# Color. One tint left 0.95 and less of gray pictures of every tone, noise and light compression included; 1.2 of the
# grayest of 60 drawn counters, 2.5 of the darkest and 6 of the next of 1,700 photographs and frames.
_FINE_SIDE = 320
_MOST_CELLS, _CELL = 80, 8
_FEWEST_LIT, _FEWEST_LIT_CELLS = 0.035, 10
_DARK, _BRIGHT, _CLIPPED = 20, 240, 250
_MOST_CLIPPED = 0.02
_LEAST_COLOR = 0.95
_COLORFUL_SHARE = 99.8
_TINT_STEP, _TINT_AT_EDGES = 6.0, 0.1
_LEAST_BRIGHT, _LEAST_CONTRAST = 60.0, 15.0
_USUALLY = 95.0
_NEUTRAL = 0.6
_NO_COLOR = np.float32(0.5)
"""OpenCV's float colors lie around this."""

# Sharpness. Sharp counters and clips had 0.29–0.50 in their least sharp direction, at least 0.6 of the sharpest one; a
# Gaussian of 2 pixels (at 640) leaves 0.20–0.26, motion of 10 pixels 0.14–0.25 along it.
_EDGE_LINE, _EDGE_DIAGONAL = 11, 9
_LEAST_EDGE = 30
_FEWEST_EDGES = 150
_SHARPEST = 90.0
_ACROSS = float(np.cos(np.pi / 8))
_LEAST_SHARPNESS = 0.24
_LEAST_SHARPNESS_ALONE, _LEAST_SHARE_OF_SHARPEST = 0.28, 0.62

# Bend. Straight pictures had medians of −0.06 to 0.06; equidistant fish-eyes of 90°, 120° and 180° 0.20, 0.35 and 0.71.
_LEAST_BEND, _MOST_BEND = 0.15, 1.2
_LINE_SHARE = 0.18
_SHORTEST_LINE = 8
_LEAST_OFF_CENTER = 0.18
_MOST_WAVE = 1.5
_FEWEST_LINES = 6
_LINES_AGREEING = 0.6
_AGREEMENT, _LEAST_AGREEMENT = 0.5, 0.08
_MOST_LINES = 120


def check_color(pixels: Pixels) -> CheckResult:
    """Whether the camera gives colors at all: a black-and-white or infrared picture has one tint everywhere.

    A tint multiplies, so its color differences (Cr and Cb) are a share of the brightness. The tint that fits best is
    taken away from the picture, of which 80×45 cells are left; what remains counts as color, less what noise, rounding
    and the lossy compression of that tint may leave. So gray is found in every tone, sepia, infrared pink or night
    green, with noise up to a spread of 10 levels too, and as JPEG of quality 80; there a faint tone may pass for color,
    at 50 a middling one. Goods or a label that cover a five-hundredth of the picture are color enough. A dark picture,
    and one of a plain, tinted surface with nothing on it, may be either, and are left unknown.
    """
    cells, is_lit = _lit_cells(pixels)
    light = cells[..., 0]
    if np.count_nonzero(is_lit) < max(_FEWEST_LIT_CELLS, _FEWEST_LIT * light.size):
        return CheckResult(PictureCheck.COLOR, Finding.UNKNOWN)
    growth, colors = _beyond_one_tint(cells, is_lit)
    window = np.ones((3, 3), np.uint8)
    contrast = cv2.subtract(cv2.dilate(light, window), cv2.erode(light, window))
    # A lone cell is the noise of the camera, or a rounded block of a JPEG; goods and labels cover several.
    beyond = np.linalg.norm(cv2.medianBlur(colors, 3), axis=2)
    # JPEG rounds colors more roughly than brightness, and most where the brightness changes.
    beyond -= growth * (_TINT_STEP + _TINT_AT_EDGES * contrast)
    color = float(np.percentile(beyond[is_lit], _COLORFUL_SHARE)) - _unevenness(colors, is_lit)
    if color >= _LEAST_COLOR:
        return CheckResult(PictureCheck.COLOR, Finding.FINE, color)
    is_neutral = float(np.percentile(np.abs(cells[is_lit][:, 1:] - _NO_COLOR), _COLORFUL_SHARE)) < _NEUTRAL
    is_plain = float(np.percentile(contrast[is_lit], _USUALLY)) < _LEAST_CONTRAST
    is_bright = float(np.percentile(light[is_lit], _USUALLY)) >= _LEAST_BRIGHT
    finding = Finding.COLORLESS if is_bright and (is_neutral or not is_plain) else Finding.UNKNOWN
    return CheckResult(PictureCheck.COLOR, finding, max(0.0, color))


def check_sharpness(pixels: Pixels) -> CheckResult:
    """How steep the steepest edges are in each direction, whatever their contrast; without edges it is unknown.

    Where the brightness is steepest along one of four directions, its slope is divided by its range along eleven
    pixels of that direction; a sharp edge rises within two or three pixels. Unlike the variance of the Laplacian this
    does not depend on how much there is to see. A tenth of the edges may be sharper: they are noise, or text that the
    camera itself writes into the picture. The direction of the least sharp edges decides, for a moving camera blurs
    only the edges across its way; it needs to be clearly less sharp than another one unless it is blurred by itself.

    Told: a Gaussian blur of 2 pixels and more, motion of 10 pixels and more in any direction, most motion of 6 pixels
    (in a picture 640 wide; 3, 15 and 9 in one 960 wide). Not told: shorter motion; motion that leaves fewer than 150
    edges across its way, as over stripes along it or an empty plain counter, or because it is so long that edges fade
    (some of 27 pixels); and motion in a picture so noisy that there are edges everywhere. Where nothing else has edges
    across their way, goods that move are told as if the camera did.
    """
    gray = cv2.cvtColor(_within(pixels, _LONGER_SIDE), cv2.COLOR_RGB2GRAY)
    across = cv2.Sobel(gray, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    down = cv2.Sobel(gray, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    steepest = cv2.magnitude(across, down) * _ACROSS
    line, diagonal = np.ones((1, _EDGE_LINE), np.uint8), np.eye(_EDGE_DIAGONAL, dtype=np.uint8)
    directions = (
        (across, line),
        (down, line.reshape(-1, 1)),
        ((across + down) * np.float32(np.sqrt(0.5)), diagonal),
        ((across - down) * np.float32(np.sqrt(0.5)), np.ascontiguousarray(diagonal[::-1])),
    )
    sharpness = [
        float(np.percentile(steepness, _SHARPEST))
        for slope, path in directions
        if len(steepness := _steepness(gray, np.abs(slope), path, steepest)) >= _FEWEST_EDGES
    ]
    if not sharpness:
        return CheckResult(PictureCheck.SHARPNESS, Finding.UNKNOWN)
    least = min(sharpness)
    is_alone = least < _LEAST_SHARPNESS_ALONE and least < _LEAST_SHARE_OF_SHARPEST * max(sharpness)
    finding = Finding.BLURRED if least < _LEAST_SHARPNESS or is_alone else Finding.FINE
    return CheckResult(PictureCheck.SHARPNESS, finding, least)


def check_bend(pixels: Pixels) -> CheckResult:
    """Whether long lines bow away from the middle of the picture, as a fish-eye lens makes them.

    Every long, smooth edge off the center gives an estimate of the one-parameter division model (Fitzgibbon, CVPR
    2001, section 2): a straight line at the distance d from the center appears bowed outwards with the curvature
    2·k·d/r², where r is half the diagonal. Items are curved in all directions; a lens bends all lines alike, so most
    must agree. Told are equidistant lenses from 80° up to 200° across the diagonal. A pincushion (k below 0) is not: no
    camera for a counter has a strong one. A round table or belt that fills the picture may be taken for a fish-eye.
    """
    gray = cv2.cvtColor(_within(pixels, _LONGER_SIDE), cv2.COLOR_RGB2GRAY)
    edges = cv2.Canny(cv2.GaussianBlur(gray, (3, 3), 0), 40, 110)
    outlines, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    height, width = gray.shape
    length = max(_SHORTEST_LINE, int(_LINE_SHARE * max(height, width)))
    bends: list[float] = []
    for outline in sorted(outlines, key=len, reverse=True):
        if len(outline) < length or len(bends) >= _MOST_LINES:
            break
        points = outline[:, 0, :].astype(np.float64) - (width / 2, height / 2)
        for start in range(0, len(points) - length + 1, length // 2):
            bend = _bend_of(points[start : start + length], np.hypot(width, height) / 2)
            if bend is not None:
                bends.append(bend)
    if len(bends) < _FEWEST_LINES:
        return CheckResult(PictureCheck.BEND, Finding.UNKNOWN)
    values = np.array(bends)
    bend = float(np.median(values))
    is_agreeing = np.abs(values - bend) < max(_LEAST_AGREEMENT, _AGREEMENT * bend)
    is_bent = _LEAST_BEND <= bend <= _MOST_BEND and float(is_agreeing.mean()) >= _LINES_AGREEING
    return CheckResult(PictureCheck.BEND, Finding.BENT if is_bent else Finding.FINE, bend)


def _lit_cells(pixels: Pixels) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """The picture in cells of 8 pixels and more (H×W×3 YCrCb), and which are neither dark nor clipped."""
    small = _within(pixels, _FINE_SIDE)
    height, width = small.shape[:2]
    cell = max(height, width) / max(1, min(_MOST_CELLS, max(pixels.shape[:2]) // _CELL))
    size = max(1, round(width / cell)), max(1, round(height / cell))
    cells = cv2.cvtColor(cv2.resize(small.astype(np.float32), size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2YCrCb)
    red, green, blue = cv2.split(small)
    is_clipped = cv2.max(cv2.max(red, green), blue) >= _CLIPPED
    clipped = cv2.resize(is_clipped.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    is_lit = (cells[..., 0] > _DARK) & (cells[..., 0] < _BRIGHT) & (clipped < _MOST_CLIPPED)
    return np.asarray(cells, np.float32), is_lit


def _beyond_one_tint(
    cells: npt.NDArray[np.float32], is_lit: npt.NDArray[np.bool_]
) -> tuple[float, npt.NDArray[np.float32]]:
    """How much one tint grows with the brightness, and what it leaves of the colors of cells (H×W×3 YCrCb; H×W×2).

    A tint multiplies, so black has none; else a camera adds one to all. Any other line through the colors would fit a
    plain counter with one item on it, too. The growth: 0 for gray, 0.15 for sepia, 0.5 for a strong green.
    """
    light, colors = cells[..., 0], cells[..., 1:] - _NO_COLOR
    # One more keeps a black picture from dividing by nothing.
    slope = (light[is_lit] @ colors[is_lit]) / (light[is_lit] @ light[is_lit] + 1)
    multiplied = (colors - light[..., None] * slope) * is_lit[..., None]
    added = (colors - colors[is_lit].mean(axis=0)) * is_lit[..., None]
    if float(np.square(added).sum()) < float(np.square(multiplied).sum()):
        return 0.0, added
    return float(np.hypot(slope[0], slope[1])), multiplied


def _unevenness(colors: npt.NDArray[np.float32], is_lit: npt.NDArray[np.bool_]) -> float:
    """How much the colors (H×W×2) of a lit cell commonly differ from its neighbors': their noise, in gray levels."""
    # One of the nine averaged is the cell itself: 8/9 of the variance is left. 1.4826: a median as a deviation.
    apart = np.abs(colors - cv2.blur(colors, (3, 3)))[is_lit] * (1.4826 * (9 / 8) ** 0.5)
    return float(np.hypot(*np.median(apart, axis=0)))


def _steepness(
    gray: npt.NDArray[np.uint8],
    slope: npt.NDArray[np.float32],
    path: npt.NDArray[np.uint8],
    steepest: npt.NDArray[np.float32],
) -> npt.NDArray[np.float32]:
    """Slope over height of each edge that lies across ``path`` (a kernel): at its steepest place, and high enough."""
    height = cv2.subtract(cv2.dilate(gray, path), cv2.erode(gray, path))
    is_edge = (height > _LEAST_EDGE) & (slope > steepest) & (slope >= cv2.dilate(slope, path))
    return np.asarray(slope[is_edge] / height[is_edge], np.float32)


def _bend_of(points: npt.NDArray[np.float64], radius: float) -> float | None:
    """The lens that would bend a straight line into these points (N×2 from the center); ``None`` for no smooth line."""
    chord = points[-1] - points[0]
    span = float(np.hypot(chord[0], chord[1]))
    if span < 0.75 * len(points):
        return None
    along = chord / span
    aside = np.array([-along[1], along[0]])
    steps, offsets = (points - points[0]) @ along, (points - points[0]) @ aside
    curve = np.polyfit(steps, offsets, 2)
    if np.abs(np.polyval(curve, steps) - offsets).max() > _MOST_WAVE:
        return None
    distance = float(points.mean(axis=0) @ aside)
    if abs(distance) < _LEAST_OFF_CENTER * radius:
        return None
    # Bowed outwards, the middle of the line is farther out than its ends: offsets fall on both sides of it.
    return float(-curve[0] * radius * radius / distance)


def _within(pixels: Pixels, longer_side: int) -> Pixels:
    """The picture with at most so many pixels along its longer side."""
    height, width = pixels.shape[:2]
    scale = longer_side / max(height, width)
    if scale >= 1:
        return pixels
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
