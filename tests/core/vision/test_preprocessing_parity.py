"""What NVIDIA's models are fed, against the formula that nvinfer writes down: y = net-scale-factor * (x - offset)."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from core.frames import Pixels
from core.paths import models_folder
from core.vision.model_card import InputForm, load_card
from core.vision.preprocessing import prepare

CLIP = (0.01460167693791089, (122.7709383, 116.7460125, 104.09373615))
IMAGENET = (0.01735207357279195, (123.675, 116.28, 103.53))
STATED = {
    "retail-object-recognition-1.0": ((3, 224, 224), 0.003921568627451, (0.0, 0.0, 0.0)),
    "retail-object-recognition-2.0": ((3, 224, 224), *CLIP),
    "retail-object-detection-1.0-binary": ((416, 416, 3), 1.0, (0.0, 0.0, 0.0)),
    "retail-object-detection-1.0-100": ((416, 416, 3), 1.0, (0.0, 0.0, 0.0)),
    "retail-object-detection-1.1-binary": ((544, 960, 3), 1.0, (0.0, 0.0, 0.0)),
    "retail-object-detection-2.0-binary": ((3, 544, 960), *IMAGENET),
    "retail-object-detection-2.0-meta": ((3, 544, 960), *IMAGENET),
    "retail-object-detection-2.2-binary": ((3, 540, 960), *IMAGENET),
}
"""Shape, scale and offsets in RGB's order, as NVIDIA's own files state them."""


def picture(height: int, width: int) -> Pixels:
    """Colored noise in patches, so that every place and channel is different."""
    small = np.random.default_rng(height + width).integers(0, 256, (-(-height // 5), -(-width // 5), 3), np.uint8)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def written(pixels: Pixels, form: InputForm, scale: npt.ArrayLike, offset: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Letterbox or stretch, channel order, formula and layout, each written out."""
    height, width = pixels.shape[:2]
    inner = (form.width, form.height)
    left = top = 0
    if form.fit == "letterbox":
        ratio = min(form.width / width, form.height / height)
        inner = (round(width * ratio), round(height * ratio))
        if form.padding == "both":
            left, top = (form.width - inner[0]) // 2, (form.height - inner[1]) // 2
    canvas = np.full((form.height, form.width, 3), form.pad_value, np.float64)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(pixels, inner, interpolation=cv2.INTER_LINEAR)
    if form.color == "BGR":
        canvas = canvas[:, :, ::-1]
    values = np.asarray(scale, np.float64) * (canvas - np.asarray(offset, np.float64))
    return values.transpose(2, 0, 1) if form.layout == "NCHW" else values


@pytest.mark.parametrize("name", STATED)
@pytest.mark.parametrize("size", [(220, 180), (720, 1280), (90, 400)])
def test_cards_of_nvidias_models_feed_them_as_their_files_say(name: str, size: tuple[int, int]) -> None:
    shape, scale, offset = STATED[name]
    form = load_card(name, [models_folder()]).input
    batch, _ = prepare([picture(*size)], form)
    assert batch.shape == (1, *shape)
    np.testing.assert_allclose(batch[0], written(picture(*size), form, scale, offset), rtol=0, atol=1e-5)


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
@pytest.mark.parametrize("color", ["RGB", "BGR"])
@pytest.mark.parametrize("fit", ["stretch", "letterbox end", "letterbox both"])
@pytest.mark.parametrize("size", [(37, 61), (61, 37), (48, 96), (200, 90), (300, 500)])
def test_pictures_with_content_follow_the_formula(layout: str, color: str, fit: str, size: tuple[int, int]) -> None:
    kind, _, padding = fit.partition(" ")
    form = InputForm.model_validate(
        {
            "name": "x",
            "width": 96,
            "height": 48,
            "layout": layout,
            "color": color,
            "scale": (0.02, 1 / 255, 0.5),
            "offset": (123.675, 116.28, 103.53),
            "fit": kind,
            "padding": padding or "end",
            "pad_value": 114,
            "resampling": "linear",
        }
    )
    batch, _ = prepare([picture(*size)], form)
    expected = written(picture(*size), form, form.scale, form.offset)
    np.testing.assert_allclose(batch[0], expected, rtol=0, atol=1e-5)
