"""Every way to feed a network, against the formula y = scale[c] * (x - offset[c])."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.frames import Pixels
from core.vision.model_card import InputForm
from core.vision.preprocessing import prepare

levels = st.integers(0, 255)
sides = st.integers(8, 24)
numbers = st.floats(-1, 1).map(lambda value: round(value, 6))
triples = st.tuples(numbers, numbers, numbers)
forms = st.builds(
    InputForm,
    name=st.just("x"),
    width=sides,
    height=sides,
    layout=st.sampled_from(["NCHW", "NHWC"]),
    color=st.sampled_from(["RGB", "BGR"]),
    scale=triples,
    offset=st.tuples(*[st.floats(0, 255)] * 3),
    fit=st.sampled_from(["stretch", "letterbox"]),
    padding=st.sampled_from(["both", "end"]),
    pad_value=levels,
    resampling=st.sampled_from(["linear", "area"]),
)


def formula(pixels: Pixels, form: InputForm) -> npt.NDArray[np.float64]:
    """Fitted RGB pixels → what the network must get."""
    ordered = pixels if form.color == "RGB" else pixels[..., ::-1]
    values = np.array(form.scale) * (ordered.astype(np.float64) - np.array(form.offset))
    return np.asarray(values.transpose(2, 0, 1) if form.layout == "NCHW" else values, np.float64)


@given(form=forms, seed=st.integers(0, 2**32 - 1))
def test_a_picture_of_the_right_size_follows_the_formula(form: InputForm, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (form.height, form.width, 3), np.uint8)
    batch, (letterbox,) = prepare([picture], form)
    assert batch.dtype == np.float32
    np.testing.assert_allclose(batch[0], formula(picture, form), rtol=0, atol=1e-5)
    assert (letterbox.scale_x, letterbox.scale_y, letterbox.left, letterbox.top) == (1, 1, 0, 0)


@given(form=forms, color=st.tuples(levels, levels, levels), width=st.integers(1, 90), height=st.integers(1, 90))
def test_a_plain_picture_of_any_size_fills_its_place(
    form: InputForm, color: tuple[int, int, int], width: int, height: int
) -> None:
    picture = np.full((height, width, 3), color, np.uint8)
    batch, (letterbox,) = prepare([picture], form)
    inner_width, inner_height = round(width * letterbox.scale_x), round(height * letterbox.scale_y)
    fitted = np.full((form.height, form.width, 3), form.pad_value, np.uint8)
    fitted[letterbox.top : letterbox.top + inner_height, letterbox.left : letterbox.left + inner_width] = color
    np.testing.assert_allclose(batch[0], formula(fitted, form), rtol=0, atol=1e-5)
    if form.fit == "stretch":
        assert (inner_width, inner_height) == (form.width, form.height)
    else:
        assert inner_width == form.width or inner_height == form.height
        spare = (form.width - inner_width, form.height - inner_height)
        places = (spare[0] // 2, spare[1] // 2) if form.padding == "both" else (0, 0)
        assert (letterbox.left, letterbox.top) == places


@given(form=forms)
def test_each_picture_of_a_batch_is_prepared_as_if_alone(form: InputForm) -> None:
    generator = np.random.default_rng(1)
    pictures = [generator.integers(0, 256, (height, 17, 3), np.uint8) for height in (5, 33, 70)]
    together, letterboxes = prepare(pictures, form)
    for row, letterbox, picture in zip(together, letterboxes, pictures, strict=True):
        alone, (own,) = prepare([picture], form)
        np.testing.assert_array_equal(row, alone[0])
        assert letterbox == own


def test_boxes_find_back_to_the_picture() -> None:
    form = InputForm(name="x", width=100, height=60, fit="letterbox", padding="both")
    picture = np.zeros((120, 80, 3), np.uint8)
    picture[30:60, 20:50] = 255
    batch, (letterbox,) = prepare([picture], form)
    rows, columns = np.nonzero(batch[0, 0] > 128)
    seen = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float32)
    np.testing.assert_allclose(letterbox.to_picture(seen), [[20, 30, 50, 60]], atol=2)


def test_averaging_keeps_what_bilinear_sampling_skips() -> None:
    stripes = np.zeros((64, 64, 3), np.uint8)
    stripes[:, ::4] = 200
    averaged, _ = prepare([stripes], InputForm(name="x", width=16, height=16, resampling="area"))
    sampled, _ = prepare([stripes], InputForm(name="x", width=16, height=16, resampling="linear"))
    np.testing.assert_allclose(averaged, 50, atol=1)
    np.testing.assert_allclose(sampled, 0, atol=1)


def test_a_view_into_a_read_only_frame_is_taken_as_it_is() -> None:
    frame = np.random.default_rng(2).integers(0, 256, (40, 50, 3), np.uint8)
    frame.flags.writeable = False
    form = InputForm(name="x", width=16, height=16)
    view, _ = prepare([frame[3:19, 5:21]], form)
    copy, _ = prepare([frame[3:19, 5:21].copy()], form)
    np.testing.assert_array_equal(view, copy)


def test_no_pictures_give_an_empty_batch_and_no_pixels_are_refused() -> None:
    form = InputForm(name="x", width=16, height=12)
    assert prepare([], form)[0].shape == (0, 3, 12, 16)
    with pytest.raises(ValueError, match="without pixels"):
        prepare([np.zeros((0, 4, 3), np.uint8)], form)
