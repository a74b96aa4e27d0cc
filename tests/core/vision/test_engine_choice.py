"""Engines are chosen by measurement, remembered, and trusted with bfloat16 only where outputs agree."""

import importlib.metadata
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.errors import ModelError
from core.frames import Pixels
from core.paths import models_folder
from core.settings import RecognitionSettings
from core.vision.embedder import open_embedder
from core.vision.model_card import InputForm
from core.vision.preprocessing import unusual_range
from core.vision.runtimes.agreement import AGREEMENT, sample_inputs, smallest_cosine
from core.vision.runtimes.choose import REFERENCE, engine_folder, installed_runtimes, open_runtime
from core.vision.runtimes.nvidia import GraphicsCard
from core.vision.runtimes.onnx import OnnxRuntime
from core.vision.runtimes.onnx_gpu import cache_folder
from core.vision.runtimes.race import Contest, remembered_or_measured
from core.vision.runtimes.runtime import Runtime, Tensor, TensorSpec
from tests.core.vision.fake_card import CARD, CUDA, TENSORRT, CardPackage, put_in
from tests.core.vision.tiny_networks import save_embedder, save_fine_filters, save_light_meter

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_embedder(tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


def draw_label(seed: int) -> Pixels:
    """A label with bars, a disc and a number on a plain ground."""
    generator = np.random.default_rng(seed)
    label = np.full((210, 170, 3), generator.integers(40, 220, 3), np.uint8)
    for _ in range(5):
        color = generator.integers(0, 256, 3).tolist()
        left, top = generator.integers(0, 120, 2).tolist()
        cv2.rectangle(label, (left, top), (left + 60, top + 25), color, -1)
    cv2.circle(label, (85, 105), int(generator.integers(15, 60)), generator.integers(0, 256, 3).tolist(), -1)
    cv2.putText(label, str(seed), (40, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (0, 0, 0), 4)
    return label


def counted(model: Path, opened: list[str]) -> Callable[[str], Runtime]:
    """Opens engines for the model and notes their names."""

    def open_named(name: str) -> Runtime:
        opened.append(name)
        return open_runtime(model, runtime=name, threads=1)

    return open_named


def test_every_runtime_gives_the_shipped_embedder_the_same_vectors() -> None:
    crops = [draw_label(seed) for seed in range(9)]
    folders = [models_folder()]
    exact = open_embedder(RecognitionSettings().embedder, folders=folders, runtime=REFERENCE)
    expected = exact.embed(crops)
    for runtime in ("auto", *installed_runtimes()):
        embedder = open_embedder(RecognitionSettings().embedder, folders=folders, runtime=runtime, threads=1)
        assert embedder.key == exact.key
        alone = np.concatenate([embedder.embed([crop]) for crop in crops])
        for vectors in (embedder.embed(crops), alone):
            assert (vectors * expected).sum(1).min() >= AGREEMENT
        embedder.close()


def test_openvino_comes_without_its_usage_statistics() -> None:
    code = "import sys, core.vision.runtimes.openvino; sys.exit('openvino_telemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


def test_bfloat16_is_tried_on_the_numbers_that_the_model_gets(tmp_path: Path) -> None:
    """What differs only far above 1 is not heard between -1 and 1: both ways give zeros there."""
    pytest.importorskip("openvino")
    save_light_meter(tmp_path / "levels.onnx")
    ranges = {"pixels": (0.0, 255.0)}
    usual, other = (
        open_runtime(tmp_path / "levels.onnx", runtime=name, threads=1, float32_until=until, ranges=ranges)
        for name, until in (("onnxruntime", ""), ("openvino", "start"))
    )
    samples = sample_inputs(usual.inputs, ranges=ranges)
    assert samples is not None
    exact, computed = (list(engine.run(samples).values()) for engine in (usual, other))
    assert any(value.any() for value in exact)
    assert smallest_cosine(exact, computed) >= AGREEMENT


def test_a_model_that_does_not_bear_bfloat16_stays_in_float32(tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    save_fine_filters(tmp_path / "fine.onnx")
    engine = open_runtime(tmp_path / "fine.onnx", runtime="openvino", threads=1, float32_until="pixels")
    assert engine.device == "CPU"
    exact = open_runtime(tmp_path / "fine.onnx", runtime="onnxruntime", threads=1)
    inputs = sample_inputs(exact.inputs, batch=3)
    assert inputs is not None
    np.testing.assert_allclose(engine.run(inputs)["answers"], exact.run(inputs)["answers"], atol=0.1)


def test_a_tensor_that_the_model_does_not_have_is_told(model: Path) -> None:
    pytest.importorskip("openvino")
    with pytest.raises(ModelError, match="no tensor named 'nowhere'"):
        open_runtime(model, runtime="openvino", threads=1, float32_until="nowhere")


def test_the_outcome_is_remembered_until_something_changes(model: Path, tmp_path: Path) -> None:
    pytest.importorskip("openvino")
    memory, opened = tmp_path / "engines.json", list[str]()
    contest = Contest(model, installed_runtimes(), 1, "")
    first = remembered_or_measured(contest, counted(model, opened), memory)
    assert opened == ["onnxruntime", "openvino"]
    assert json.loads(memory.read_text())[contest.key()] in opened
    again = remembered_or_measured(contest, counted(model, opened), memory)
    assert len(opened) == 3
    assert again.name == first.name
    other = Contest(model, installed_runtimes(), 2, "")
    remembered_or_measured(other, counted(model, opened), memory)
    assert len(opened) == 5
    assert len(json.loads(memory.read_text())) == 2


@pytest.mark.parametrize("content", ["", "no JSON", "[1, 2]", '{"key": {"deep": 1}}'])
def test_a_damaged_memory_is_measured_anew(model: Path, tmp_path: Path, content: str) -> None:
    memory = tmp_path / "engines.json"
    memory.write_text(content)
    engine = open_runtime(model, runtime="auto", threads=1, memory=memory)
    assert engine.run({"pixels": np.zeros((1, 3, 32, 32), np.float32)})["vector"].shape == (1, 6)


def test_a_memory_that_cannot_be_written_stops_nothing(model: Path, tmp_path: Path) -> None:
    assert open_runtime(model, runtime="auto", threads=1, memory=tmp_path / "missing" / "engines.json").name


def test_an_engine_that_does_not_open_is_passed_over(model: Path, tmp_path: Path) -> None:
    def open_named(name: str) -> Runtime:
        if name == "broken":
            raise ModelError("It does not load.", remedy="Install it again.")
        return open_runtime(model, runtime=name, threads=1)

    contest = Contest(model, ("onnxruntime", "broken"), 1, "")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("importlib.metadata.version", lambda name: "1")
        assert remembered_or_measured(contest, open_named, tmp_path / "engines.json").name == "ONNX Runtime"
        (tmp_path / "engines.json").write_text(json.dumps({contest.key(): "broken"}))
        assert remembered_or_measured(contest, open_named, tmp_path / "engines.json").name == "ONNX Runtime"


def test_the_fastest_engine_is_taken_and_why_another_is_not_is_logged(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The usual engine waits before each answer; of the others one is quick, one wrong, one does not come up."""

    class Slow(OnnxRuntime):
        def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
            time.sleep(0.02)
            return super().run(inputs)

    class Wrong(OnnxRuntime):
        def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
            return {name: -value for name, value in super().run(inputs).items()}

    class Quick(OnnxRuntime):
        device = "NVIDIA L4"

    def open_named(name: str) -> Runtime:
        if name == "tensorrt":
            raise ModelError("There is no TensorRT engine of tiny.onnx.", remedy="Build it.")
        kinds = {"onnxruntime": Slow, "openvino": Wrong, "onnxruntime-cuda": Quick}
        return kinds[name](model, threads=1)

    contest = Contest(model, ("onnxruntime", "openvino", "onnxruntime-cuda", "tensorrt"), 1, "")
    with caplog.at_level(logging.INFO):
        assert remembered_or_measured(contest, open_named, tmp_path / "engines.json").device == "NVIDIA L4"
    assert "tensorrt is passed over: There is no TensorRT engine" in caplog.text
    assert "openvino is passed over: it computes something else (cosine -1.0000)" in caplog.text
    assert json.loads((tmp_path / "engines.json").read_text()) == {contest.key(): "onnxruntime-cuda"}


def test_an_engine_that_opens_and_then_fails_is_closed(model: Path) -> None:
    closed = []

    class Failing(OnnxRuntime):
        def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
            raise ModelError("The memory of the graphics card is full.", remedy="Close other programs.")

        def close(self) -> None:
            closed.append(self)
            super().close()

    def open_named(name: str) -> Runtime:
        return (Failing if name == "openvino" else OnnxRuntime)(model, threads=1)

    winner = remembered_or_measured(Contest(model, ("onnxruntime", "openvino"), 1, ""), open_named, None)
    assert type(winner) is OnnxRuntime
    assert len(closed) == 1


def test_another_card_or_driver_is_measured_anew(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contest = Contest(model, ("onnxruntime", "onnxruntime-cuda"), 1, "")
    keys = set()
    for card in (None, CARD, GraphicsCard("NVIDIA L4", "590.10"), GraphicsCard("NVIDIA T4", CARD.driver)):
        monkeypatch.setattr("core.vision.runtimes.race.nvidia_card", lambda found=card: found)
        keys.add(contest.key())
    assert len(keys) == 4


def test_what_an_engine_lacked_is_looked_for_again(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Libraries that came with the system or as packages, and engines that were built anew, mean another contest."""
    monkeypatch.setattr("core.vision.runtimes.race.nvidia_card", lambda: CARD)
    monkeypatch.setattr("core.vision.runtimes.race._SYSTEM_LIBRARIES", tmp_path / "ld.so.cache")
    contest = Contest(model, ("onnxruntime", "onnxruntime-cuda"), 1, "")
    keys = [contest.key(), contest.key(), replace(contest, engines=("a1b2",)).key()]
    (tmp_path / "ld.so.cache").touch()
    keys.append(contest.key())
    real = importlib.metadata.version
    monkeypatch.setattr("importlib.metadata.version", lambda name: "13.10" if name == "nvidia-cublas" else real(name))
    keys.append(contest.key())
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4


def test_engines_that_must_be_built_take_part_once_they_are(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(CUDA, TENSORRT))
    monkeypatch.setattr(
        "core.vision.runtimes.choose.installed_runtimes", lambda: ("onnxruntime", "onnxruntime-tensorrt", "tensorrt")
    )
    contests: list[Contest] = []

    def note(contest: Contest, open_named: Callable[[str], Runtime], memory: Path | None) -> Runtime:
        contests.append(contest)
        return open_named(contest.names[-1])

    monkeypatch.setattr("core.vision.runtimes.choose.remembered_or_measured", note)
    memory = tmp_path / "engines.json"
    assert open_runtime(model, runtime="auto", threads=1, memory=memory).device == "CPU"
    built = open_runtime(model, runtime="onnxruntime-tensorrt", threads=1, memory=memory)
    (cache_folder(model, engine_folder(memory), CARD) / "tillsight.engine").write_bytes(b"an engine")
    assert open_runtime(model, runtime="auto", threads=1, memory=memory).device == built.device
    assert [contest.names for contest in contests] == [("onnxruntime",), ("onnxruntime", "onnxruntime-tensorrt")]
    assert [len(contest.engines) for contest in contests] == [0, 1]


def test_alone_the_usual_engine_runs_unmeasured(model: Path, tmp_path: Path) -> None:
    opened: list[str] = []
    remembered_or_measured(Contest(model, ("onnxruntime",), 1, ""), counted(model, opened), tmp_path / "engines.json")
    assert opened == ["onnxruntime"]
    assert not (tmp_path / "engines.json").exists()


def test_a_model_of_open_size_has_no_sample() -> None:
    assert sample_inputs({"x": TensorSpec("x", (None, 3, None, 8), "float32")}) is None
    assert sample_inputs({"x": TensorSpec("x", (None, 4), "int64")}) is None
    samples = sample_inputs({"x": TensorSpec("x", (None, 3, 16, 8), "float32")}, batch=2)
    assert samples is not None
    assert samples["x"].shape == (2, 3, 16, 8)
    assert np.abs(samples["x"]).max() <= 1
    assert not np.array_equal(samples["x"][0], samples["x"][1])


@pytest.mark.parametrize(
    ("stated", "given", "shape"),
    [
        ((None, 3, None, None), (3, 16, 8), (2, 3, 16, 8)),
        ((1, 3, None, None), (3, 16, 8), (1, 3, 16, 8)),
        ((None, 3, None, 8), (3, 16, 24), (2, 3, 16, 8)),
        ((None, 3, None, None), (3, 16), None),
        ((None, 3, None, None), (), None),
    ],
)
def test_open_sizes_may_be_given(
    stated: tuple[int | None, ...], given: tuple[int, ...], shape: tuple[int, ...] | None
) -> None:
    specs = {"x": TensorSpec("x", stated, "float32")}
    samples = sample_inputs(specs, batch=2, sizes={"x": given})
    assert (None if samples is None else samples["x"].shape) == shape
    assert sample_inputs(specs, batch=2, sizes={"y": given}) is None


def test_outputs_agree_or_not() -> None:
    rows = np.random.default_rng(0).normal(size=(4, 20))
    assert smallest_cosine([rows], [rows * 2]) == pytest.approx(1)
    turned = rows.copy()
    turned[2] *= -1
    assert smallest_cosine([rows], [turned]) == pytest.approx(-1)
    broken = rows.copy()
    broken[1, 1] = np.nan
    assert smallest_cosine([rows], [broken]) == -1
    assert smallest_cosine([rows], [rows[:3]]) == -1
    assert smallest_cosine([np.zeros((1, 3))], [np.zeros((1, 3))]) == 1
    assert smallest_cosine([np.zeros((1, 3))], [np.ones((1, 3))]) == -1


def test_a_model_that_is_fed_levels_is_compared_on_levels(model: Path) -> None:
    specs = {"x": TensorSpec("x", (None, 3, 16, 8), "float32")}
    drawn = sample_inputs(specs, ranges={"x": (0.0, 255.0)})
    assert drawn is not None
    assert 0 <= drawn["x"].min() < 20
    assert 235 < drawn["x"].max() <= 255
    levels = InputForm(name="x", width=8, height=16)
    assert unusual_range(levels) == {"x": (0.0, 255.0)}
    assert unusual_range(levels.model_copy(update={"scale": (1 / 57.0,) * 3, "offset": (124.0,) * 3})) == {}
    keys = {Contest(model, ("onnxruntime",), 1, "", ranges=ranges).key() for ranges in (None, {"x": (0.0, 255.0)})}
    assert len(keys) == 2
