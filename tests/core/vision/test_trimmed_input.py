"""Padding cut down to what the network's strides need: sizes, boxes, engines, and models that cannot take it."""

import importlib.util
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ModelError
from core.frames import Frame
from core.paths import DataFolder
from core.settings import DetectionSettings
from core.vision.detector import open_detector
from core.vision.detectors.grid import grid
from core.vision.detectors.network_detector import NetworkDetector
from core.vision.model_card import InputForm, load_card
from core.vision.network import open_network
from core.vision.preprocessing import prepare, tensor_size, usual_input
from core.vision.runtimes.choose import installed_runtimes, open_runtime
from core.vision.runtimes.runtime import Tensor
from tests.core.vision.foreign_graphs import save_graph
from tests.core.vision.open_detector import REACH, dotted, open_tree, save_open_detector, write_open_detector
from tests.core.vision.tiny_networks import detector_tree, write_card

lengths = st.integers(1, 3000)


@st.composite
def trimmed_forms(draw: st.DrawFn) -> InputForm:
    trim = draw(st.sampled_from([1, 8, 32, 64]))
    most = 512 // trim
    return InputForm(
        name="images",
        width=trim * draw(st.integers(-(-8 // trim), most)),
        height=trim * draw(st.integers(-(-8 // trim), most)),
        fit="letterbox",
        padding=draw(st.sampled_from(["both", "end"])),
        trim=trim,
    )


@given(form=trimmed_forms(), width=lengths, height=lengths)
def test_a_trimmed_input_is_as_large_as_the_fitted_picture_needs(form: InputForm, width: int, height: int) -> None:
    trimmed = tensor_size([(width, height)], form)
    whole = form.model_copy(update={"trim": 0})
    assert tensor_size([(width, height)], whole) == (form.width, form.height)
    ratio = min(form.width / width, form.height / height)
    for side, own, most in zip(trimmed, (width, height), (form.width, form.height), strict=True):
        assert side % form.trim == 0
        assert 0 < side <= most
        assert side > own * ratio - 1
        assert side - max(1, own * ratio) < form.trim + 0.5
    assert trimmed[0] == form.width or trimmed[1] == form.height


@given(form=trimmed_forms(), width=st.integers(1, 300), height=st.integers(1, 300), seed=st.integers(0, 99))
def test_boxes_go_there_and_back_and_pixels_are_those_of_the_whole_input(
    form: InputForm, width: int, height: int, seed: int
) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    batch, (letterbox,) = prepare([picture], form)
    full, (whole,) = prepare([picture], form.model_copy(update={"trim": 0}))
    assert batch.shape[:1:-1] == tensor_size([(width, height)], form)
    assert (letterbox.scale_x, letterbox.scale_y) == (whole.scale_x, whole.scale_y)
    inner_width, inner_height = round(width * letterbox.scale_x), round(height * letterbox.scale_y)
    shown, before = (
        pixels[0, :, box.top : box.top + inner_height, box.left : box.left + inner_width]
        for pixels, box in ((batch, letterbox), (full, whole))
    )
    assert shown.shape == (3, inner_height, inner_width)
    np.testing.assert_array_equal(shown, before)
    spare = (batch.shape[3] - inner_width, batch.shape[2] - inner_height)
    assert max(spare) < form.trim
    ends = tuple(space // 2 for space in spare) if form.padding == "both" else (0, 0)
    assert (letterbox.left, letterbox.top) == ends
    box = np.array([[0, 0, width, height]], np.float32)
    scale = np.array([letterbox.scale_x, letterbox.scale_y] * 2, np.float32)
    inside = box * scale + np.array([letterbox.left, letterbox.top] * 2, np.float32)
    np.testing.assert_allclose(letterbox.to_picture(inside), box, rtol=1e-5, atol=1e-3)


def test_pictures_of_several_shapes_share_the_least_input_that_takes_all() -> None:
    form = InputForm(name="images", width=64, height=64, fit="letterbox", padding="end", pad_value=9, trim=16)
    wide, tall = (np.full(shape, 200, np.uint8) for shape in ((20, 64, 3), (64, 40, 3)))
    batch, (first, second) = prepare([wide, tall], form)
    assert batch.shape == (2, 3, 64, 64)
    assert prepare([wide, wide], form)[0].shape == (2, 3, 32, 64)
    assert prepare([], form)[0].shape == (0, 3, 64, 64)
    assert first == second
    assert (batch[0, :, :20] == 200).all()
    assert (batch[0, :, 20:] == 9).all()
    with pytest.raises(ValueError, match="without pixels"):
        prepare([wide, wide[:0]], form)


def test_a_camera_picture_of_480_is_288_high() -> None:
    form = InputForm(name="images", width=480, height=480, fit="letterbox", trim=32)
    assert tensor_size([(1280, 720)], form) == (480, 288)
    assert tensor_size([(640, 480)], form) == (480, 384)
    assert tensor_size([(720, 1280)], form) == (288, 480)
    assert tensor_size([(900, 900)], form) == (480, 480)
    assert tensor_size([(4000, 10)], form) == (480, 32)


def test_a_camera_picture_of_568_fills_its_rows() -> None:
    form = InputForm(name="images", width=568, height=568, fit="letterbox", trim=32, padding="both")
    assert tensor_size([(1280, 720)], form) == (576, 320)
    _, (letterbox,) = prepare([np.zeros((720, 1280, 3), np.uint8)], form)
    assert (letterbox.left, letterbox.top) == (4, 0)


def test_a_network_is_tried_out_on_what_a_camera_sees() -> None:
    form = InputForm(name="images", width=480, height=480, fit="letterbox", trim=32)
    assert usual_input(form) == (3, 288, 480)
    assert usual_input(form.model_copy(update={"layout": "NHWC"})) == (288, 480, 3)
    assert usual_input(form.model_copy(update={"trim": 0})) == (3, 480, 480)
    assert usual_input(InputForm(name="images", width=96, height=480, fit="letterbox", trim=32)) == (3, 64, 96)


def open_in_shop(folder: Path, runtime: str = "onnxruntime", **settings: Any) -> NetworkDetector:
    chosen = DetectionSettings.model_validate(
        {"method": "network", "model": "open", "threshold": 0.9, "smallest_item": 0.0001} | settings
    )
    detector = open_detector(chosen, data=DataFolder(folder), runtime=runtime, threads=1)
    assert isinstance(detector, NetworkDetector)
    return detector


def installed(runtime: str) -> str:
    """The runtime's name; skips the test when its optional package is missing."""
    if importlib.util.find_spec(runtime) is None:
        pytest.skip(f"{runtime} is not installed")
    return runtime


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
@pytest.mark.parametrize("padding", ["both", "end"])
def test_boxes_lie_where_things_are_in_pictures_of_every_shape(tmp_path: Path, runtime: str, padding: str) -> None:
    write_open_detector(DataFolder(tmp_path).models / "open", padding=padding)
    detector = open_in_shop(tmp_path, installed(runtime))
    for width, height, x, y in (
        (1280, 720, 320, 180),
        (1280, 720, 1160, 600),
        (720, 1280, 320, 180),
        (600, 600, 300, 450),
        (1280, 400, 600, 200),
    ):
        scale = 128 / max(width, height)
        reach = REACH / scale
        found = detector.detect(Frame.of(dotted(width, height, x, y, round(9 / scale)), sequence=0, captured_at=0.0))
        assert len(found) >= 1
        middles = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
        clipped = (found.boxes <= 0) | (found.boxes >= np.array([width, height] * 2))
        distance = np.abs(middles - (x, y)).max(axis=1)[~clipped.any(axis=1)]
        assert (distance <= 9 / scale + 1).all()
        sides = (found.boxes[:, 2:] - found.boxes[:, :2])[~clipped.any(axis=1)]
        np.testing.assert_allclose(sides, 2 * reach, rtol=0.01)


def test_trimming_changes_no_box(tmp_path: Path) -> None:
    models = DataFolder(tmp_path).models
    write_open_detector(models / "open")
    trimmed = open_in_shop(tmp_path)
    write_open_detector(models / "open", trim=0, height=96)
    whole = open_in_shop(tmp_path)
    picture = dotted(1280, 720, 500, 300, 90)
    frame = Frame.of(picture, sequence=0, captured_at=0.0)
    # 128×72 inside 128×96 either way.
    np.testing.assert_allclose(trimmed.detect(frame).boxes, whole.detect(frame).boxes, atol=1e-3)
    assert len(trimmed.detect(frame)) > 0


def test_a_region_of_the_picture_is_trimmed_by_its_own_shape(tmp_path: Path) -> None:
    write_open_detector(DataFolder(tmp_path).models / "open")
    detector = open_in_shop(tmp_path, ignored_border=0.2)
    frame = Frame.of(dotted(1000, 500, 500, 250, 60), sequence=0, captured_at=0.0)
    found = detector.detect(frame)
    assert len(found) > 0
    middles = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2
    assert np.abs(middles - (500, 250)).max() <= 60


def test_a_family_with_fixed_cells_takes_the_size_that_came(tmp_path: Path) -> None:
    cells, strides = grid(96, 64)
    rows = np.zeros((1, len(cells), 6), np.float32)
    (place,) = np.flatnonzero((cells == (5, 2)).all(axis=1) & (strides[:, 0] == 8))
    rows[0, place] = (0.5, 0.5, np.log(2), np.log(1), 0.9, 1)
    home = DataFolder(tmp_path).models / "open"
    save_graph(home / "tiny.onnx", {"output": rows}, image=("images", (1, 3, "h", "w")))
    form = detector_tree(side=96)["input"] | {"trim": 32}
    write_card(home / "card.toml", detector_tree(name="open", input=form))
    found = open_in_shop(tmp_path).detect(Frame.of(np.zeros((128, 192, 3), np.uint8), sequence=0, captured_at=0.0))
    np.testing.assert_allclose(found.boxes, [[72, 32, 104, 48]], atol=1e-3)
    with pytest.raises(ModelError, match="YOLOX at 96×96 returns 1×189"):
        open_in_shop(tmp_path).detect(Frame.of(np.zeros((90, 90, 3), np.uint8), sequence=0, captured_at=0.0))


@pytest.mark.parametrize("size", [(128, 128), ("h", 128)])
def test_a_model_of_one_size_cannot_be_trimmed(tmp_path: Path, size: tuple[int | str, int | str]) -> None:
    home = DataFolder(tmp_path).models / "open"
    save_open_detector(home / "tiny.onnx", size=size)
    write_card(home / "card.toml", open_tree())
    with pytest.raises(ModelError, match="×128 of float32, and trim needs one that takes any height and width"):
        open_in_shop(tmp_path)
    write_card(home / "card.toml", open_tree(trim=0))
    assert open_in_shop(tmp_path).is_learned


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_an_engine_computes_every_size_alike_from_several_threads(tmp_path: Path, runtime: str) -> None:
    model = save_open_detector(tmp_path / "tiny.onnx")
    engine = open_runtime(model, runtime=installed(runtime), threads=1)
    exact = open_runtime(model, runtime="onnxruntime", threads=1)
    generator = np.random.default_rng(0)
    sizes = [(1, 64, 96), (1, 96, 64), (1, 64, 64), (3, 64, 96), (1, 32, 128), (2, 128, 32), (1, 64, 96), (2, 64, 96)]
    inputs = [generator.random((count, 3, height, width), np.float32) for count, height, width in sizes]

    def run(given: Tensor) -> Sequence[Tensor]:
        return [*engine.run({"images": given}).values()]

    expected = [[*exact.run({"images": given}).values()] for given in inputs]
    with ThreadPoolExecutor(4) as pool:
        for outputs, right in zip(pool.map(run, inputs * 3), expected * 3, strict=True):
            for value, other in zip(outputs, right, strict=True):
                np.testing.assert_allclose(value, other, atol=1e-3)
    with pytest.raises(ModelError, match="cannot compute on its input"):
        engine.run({"images": np.zeros((1, 4, 64, 64), np.float32)})
    engine.close()
    exact.close()


def test_engines_are_compared_at_the_size_that_the_card_gives(tmp_path: Path) -> None:
    if len(installed_runtimes()) < 2:
        pytest.skip("only one engine is installed")
    card = load_card(write_open_detector(tmp_path), [])
    memory = tmp_path / "engines.json"
    open_network(card, runtime="auto", threads=1, memory=memory).close()
    assert len(json.loads(memory.read_text())) == 1


def test_bfloat16_is_tried_on_a_sample_of_the_given_size(tmp_path: Path) -> None:
    model = save_open_detector(tmp_path / "tiny.onnx")
    sizes = {"images": (3, 64, 96)}
    engine = open_runtime(model, runtime=installed("openvino"), threads=1, float32_until="noisy", sizes=sizes)
    exact = open_runtime(model, runtime="onnxruntime", threads=1)
    picture = np.random.default_rng(4).random((1, 3, 96, 64), np.float32)
    tolerance = 0.01 if "bfloat16" in engine.device else 1e-4
    outputs, right = (runtime.run({"images": picture})["centers"] for runtime in (engine, exact))
    np.testing.assert_allclose(outputs, right, atol=tolerance)
    blind = open_runtime(model, runtime="openvino", threads=1, float32_until="noisy")
    assert blind.device == "CPU", "without a sample nothing tells whether bfloat16 will do"
