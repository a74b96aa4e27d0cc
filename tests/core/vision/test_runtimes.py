"""Engines say what they really run on and tell what they refuse."""

from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import numpy as np
import pytest

from core.errors import ModelError
from core.settings import RecognitionSettings
from core.vision.runtimes.choose import (
    CARD_RUNTIMES,
    PROCESSOR_RUNTIMES,
    RUNTIMES,
    installed_runtimes,
    open_runtime,
    spare_cores,
)
from core.vision.runtimes.runtime import label_of
from tests.core.vision.fake_card import CARD
from tests.core.vision.tiny_networks import save_embedder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_embedder(tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


def installed(runtime: str) -> str:
    """The runtime's name; skips the test when its optional package is missing."""
    if runtime == "openvino":
        pytest.importorskip("openvino")
    return runtime


@pytest.mark.parametrize("runtime", ["auto", *PROCESSOR_RUNTIMES])
def test_every_runtime_computes_the_same(model: Path, runtime: str) -> None:
    engine = open_runtime(model, runtime=installed(runtime), threads=0)
    assert {name: spec.shape for name, spec in engine.inputs.items()} == {"pixels": (None, 3, 32, 32)}
    assert {name: spec.dtype for name, spec in engine.outputs.items()} == {"vector": "float32"}
    pixels = np.random.default_rng(0).normal(size=(3, 3, 32, 32)).astype(np.float32)
    matrix = np.random.default_rng(3).normal(size=(3, 6)).astype(np.float32)
    np.testing.assert_allclose(engine.run({"pixels": pixels})["vector"], pixels.mean((2, 3)) @ matrix, atol=1e-5)
    assert " on " in label_of(engine)
    engine.close()


def test_onnx_runtime_says_where_it_runs(model: Path) -> None:
    assert label_of(open_runtime(model, runtime="onnxruntime", threads=1)) == "ONNX Runtime on CPU"


@pytest.mark.parametrize("runtime", CARD_RUNTIMES)
def test_a_card_that_is_not_there_is_told(model: Path, runtime: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.vision.runtimes.onnx_gpu.nvidia_card", lambda: None)
    if runtime in ("tensorrt", "tensorrt-rtx"):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError) as caught:
        open_runtime(model, runtime=runtime, threads=1)
    assert caught.value.remedy


def test_without_a_card_none_of_its_engines_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.vision.runtimes.choose.nvidia_card", lambda: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: SimpleNamespace(submodule_search_locations=None))
    assert installed_runtimes() == PROCESSOR_RUNTIMES


def test_with_a_card_those_engines_are_offered_whose_packages_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "capi").mkdir()
    (tmp_path / "capi" / "libonnxruntime_providers_cuda.so").touch()
    specs = {
        "onnxruntime": SimpleNamespace(submodule_search_locations=[str(tmp_path)]),
        "tensorrt_rtx": SimpleNamespace(submodule_search_locations=[]),
    }
    monkeypatch.setattr("core.vision.runtimes.choose.nvidia_card", lambda: CARD)
    monkeypatch.setattr("importlib.util.find_spec", specs.get)
    assert installed_runtimes() == ("onnxruntime", "onnxruntime-cuda", "tensorrt-rtx")


def test_the_settings_know_every_runtime() -> None:
    assert get_args(RecognitionSettings.model_fields["runtime"].annotation) == ("auto", *RUNTIMES)


@pytest.mark.parametrize("runtime", PROCESSOR_RUNTIMES)
@pytest.mark.parametrize("shape", [(1, 3, 32, 31), (3, 32, 32)])
def test_a_wrong_input_is_told(model: Path, runtime: str, shape: tuple[int, ...]) -> None:
    engine = open_runtime(model, runtime=installed(runtime), threads=1)
    with pytest.raises(ModelError, match="cannot compute on its input"):
        engine.run({"pixels": np.zeros(shape, np.float32)})


@pytest.mark.parametrize("runtime", PROCESSOR_RUNTIMES)
def test_text_is_no_model(tmp_path: Path, runtime: str) -> None:
    (tmp_path / "list.onnx").write_text("milk, bread, eggs\n")
    installed(runtime)
    with pytest.raises(ModelError, match="damaged or no ONNX model") as caught:
        open_runtime(tmp_path / "list.onnx", runtime=runtime, threads=1)
    assert "\n" not in caught.value.message


def test_an_unknown_runtime_is_told(model: Path) -> None:
    with pytest.raises(ModelError, match="no runtime named 'abacus'") as caught:
        open_runtime(model, runtime="abacus", threads=1)
    assert "onnxruntime" in caught.value.remedy


def test_a_runtime_that_is_not_installed_is_told(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="not installed"):
        open_runtime(model, runtime="openvino", threads=1)


def test_a_core_is_left_to_the_window() -> None:
    assert spare_cores() >= 1


@pytest.mark.parametrize("runtime", PROCESSOR_RUNTIMES)
def test_a_model_whose_names_are_no_text_is_told(model: Path, runtime: str, capfd: pytest.CaptureFixture[str]) -> None:
    model.write_bytes(model.read_bytes().replace(b"pixels", b"pix\xffls"))
    installed(runtime)
    with pytest.raises(ModelError, match="damaged or no ONNX model"):
        open_runtime(model, runtime=runtime, threads=1)
    assert capfd.readouterr().out == "", "a command may be writing JSON there"
