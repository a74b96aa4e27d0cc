"""Which engine is opened on a card, and words for one that does not fit, is damaged or is missing."""

import os
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from core.paths import models_folder
from core.vision.card_engine import build_card_engine
from core.vision.embedder import Embedder
from core.vision.model_card import load_card
from core.vision.network import Network
from core.vision.runtimes import cuda
from core.vision.runtimes.agreement import AGREEMENT, sample_inputs, smallest_cosine
from core.vision.runtimes.nvidia import nvidia_card
from core.vision.runtimes.onnx import OnnxRuntime
from core.vision.runtimes.tensorrt import TensorRt, installed
from core.vision.runtimes.tensorrt_build import known_capabilities
from core.vision.runtimes.tensorrt_engines import build_engine
from core.vision.runtimes.tensorrt_package import TENSORRT_RTX, installed_packages, load_package
from core.vision.runtimes.tensorrt_store import EngineStore
from tests.core.vision.fake_cuda import FakeCard, install_cuda
from tests.core.vision.fake_tensorrt import FakeTensorRt
from tests.core.vision.model_conversion import half_graphs
from tests.core.vision.tensorrt.opened import opened, pictures

BOTH = pytest.mark.parametrize("package", ["tensorrt", "tensorrt-rtx"])


def test_without_an_engine_it_says_how_to_build_one(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    with pytest.raises(ModelError, match=r"no TensorRT engine of tiny\.onnx in fp16") as told:
        TensorRt(model, engines=store.folder, precision="fp16")
    assert "tillsight models build --runtime tensorrt" in told.value.remedy


def test_a_model_that_does_not_bear_half_precision_runs_in_full(
    tmp_path: Path, store: EngineStore, tensorrt: FakeTensorRt
) -> None:
    model = half_graphs.all_over(tmp_path / "over.onnx")
    built = build_engine(model, store, package="tensorrt", precision="fp16")
    assert built.stored.facts.precision == "fp32"
    assert "does not bear FP16" in built.note
    engine = TensorRt(model, engines=store.folder)
    assert engine.device == "NVIDIA Fake 4090 in float32"
    engine.close()
    again = build_engine(model, store, package="tensorrt", precision="fp16")
    assert not again.is_new
    assert again.note == built.note


def test_of_both_precisions_the_one_built_last_is_used(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    for place, precision in enumerate(("fp16", "fp32")):
        built = build_engine(model, store, package="tensorrt", precision=precision)
        os.utime(built.stored.file.with_suffix(".json"), (place, place))
    engine = TensorRt(model, engines=store.folder)
    assert engine.device.endswith("float32")
    engine.close()


def test_an_engine_for_another_card_driver_or_version_is_not_used_but_named(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def complaint() -> str:
        cuda.open_card.cache_clear()
        with pytest.raises(ModelError) as told:
            TensorRt(model, engines=store.folder, precision="fp32")
        return told.value.message

    opened(model, store).close()
    card.version = 13010
    assert "built for the driver CUDA 13.0, and CUDA 13.1 is running" in complaint()
    card.version, card.name = 13000, "NVIDIA Other"
    assert "built for NVIDIA Fake 4090, and this is NVIDIA Other" in complaint()
    card.name = "NVIDIA Fake 4090"
    newer = FakeTensorRt(card, version="10.10.0")
    newer.install(monkeypatch, "tensorrt")
    assert "of version 10.9.0, and 10.10.0 is installed" in complaint()
    opened(model, store).close()
    assert [stored.facts.version for stored in store.engines()] == ["10.10.0"], "the former one is gone"


def test_a_damaged_engine_is_refused_and_built_again(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    first = build_engine(model, store, package="tensorrt", precision="fp32")
    content = bytearray(first.stored.file.read_bytes())
    content[len(content) // 2] ^= 1
    first.stored.file.write_bytes(content)
    with pytest.raises(ModelError, match=r"\.engine is damaged"):
        TensorRt(model, engines=store.folder, precision="fp32")
    again = build_engine(model, store, package="tensorrt", precision="fp32")
    assert again.is_new
    TensorRt(model, engines=store.folder, precision="fp32").close()


def test_an_engine_that_tensorrt_takes_for_another_versions_is_told(
    model: Path, store: EngineStore, tensorrt: FakeTensorRt, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_engine(model, store, package="tensorrt", precision="fp32")
    monkeypatch.setattr(tensorrt, "version", "other")
    with pytest.raises(ModelError, match="was built by another version of TensorRT"):
        TensorRt(model, engines=store.folder, precision="fp32")


@pytest.mark.parametrize(
    ("diagnostics", "complaint"),
    [(6, "built for cards of another compute capability"), (4, "needs a newer NVIDIA driver"), (0, "cannot be used")],
)
def test_rtx_says_itself_why_an_engine_is_of_no_use_here(
    diagnostics: int, complaint: str, model: Path, store: EngineStore, tensorrt: FakeTensorRt
) -> None:
    opened(model, store, "tensorrt-rtx").close()
    tensorrt.validity, tensorrt.diagnostics = 2, diagnostics
    with pytest.raises(ModelError, match=complaint):
        TensorRt(model, engines=store.folder, package="tensorrt-rtx", precision="fp32")
    tensorrt.validity = 1
    opened(model, store, "tensorrt-rtx").close()


def test_an_engine_for_which_the_card_has_no_room_leaves_nothing_behind(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    tensorrt.most_contexts = 1
    with pytest.raises(ModelError, match="does not start: the graphics card has too little free memory"):
        opened(model, store)
    assert card.streams == []
    assert "a stream was left" not in card.events
    tensorrt.most_contexts = 2
    engine = opened(model, store)
    for seed in range(5):
        engine.run({"pixels": pictures(4, seed=seed)})
    engine.close()
    assert (card.used, card.streams) == (0, [])
    assert "a stream was left" not in card.events


@pytest.mark.parametrize("package", ["tensorrt", "tensorrt-rtx"])
def test_operators_of_tensorrts_own_are_known_when_an_engine_is_opened(
    package: str, model: Path, store: EngineStore, tensorrt: FakeTensorRt
) -> None:
    build_engine(model, store, package=package, precision="fp32")
    before = tensorrt.plugins
    TensorRt(model, engines=store.folder, package=package, precision="fp32").close()
    assert tensorrt.plugins - before == (package == "tensorrt")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"init_error": "cuInit failed: no CUDA-capable device is detected"}, "No NVIDIA card can be used here"),
        ({"init_error": "cuInit failed: CUDA driver version is insufficient"}, "driver is too old"),
        ({"cards": 0}, "no NVIDIA card in this machine"),
    ],
)
def test_a_machine_without_a_usable_card_is_told(
    changes: dict[str, object], complaint: str, model: Path, store: EngineStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = FakeCard(**changes)  # type: ignore[arg-type]
    install_cuda(monkeypatch, card)
    FakeTensorRt(card).install(monkeypatch, "tensorrt")
    with pytest.raises(ModelError, match=complaint):
        TensorRt(model, engines=store.folder)
    cuda.open_card.cache_clear()


def test_missing_packages_are_told_before_anything_is_opened(
    model: Path, store: EngineStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "tensorrt" not in installed_packages():
        with pytest.raises(ModelError, match="TensorRT is not installed"):
            TensorRt(model, engines=store.folder)
        assert not installed("tensorrt")
    with pytest.raises(ModelError, match="no package named 'tensorflow'"):
        TensorRt(model, engines=store.folder, package="tensorflow")
    cuda.open_card.cache_clear()
    FakeTensorRt(FakeCard()).install(monkeypatch, "tensorrt")
    if not cuda.is_installed():
        with pytest.raises(ModelError, match=r"PyCUDA.* is not installed"):
            TensorRt(model, engines=store.folder)


@pytest.mark.gpu
@pytest.mark.parametrize("name", ["tillsight-embedder", "efficientnet-lite2"])
@BOTH
def test_on_a_card_the_embedders_give_the_vectors_of_onnx_runtime(name: str, package: str, store: EngineStore) -> None:
    if nvidia_card() is None or not installed(package):
        pytest.skip(f"no NVIDIA card, or {package} or PyCUDA is not installed")
    if package == "tensorrt-rtx" and cuda.open_card().capability not in known_capabilities(load_package(TENSORRT_RTX)):
        pytest.skip("TensorRT for RTX does not support this card")
    card = load_card(name, [models_folder()])
    exact = OnnxRuntime(card.weights, threads=1)
    build_card_engine(card, store, package=package)
    engine = TensorRt(card.weights, engines=store.folder, package=package)
    for count in (1, 16, 64, 1, 16, 70, 1, 16, 64):
        inputs = sample_inputs(exact.inputs, batch=count)
        assert inputs is not None
        cosine = smallest_cosine(list(exact.run(inputs).values()), list(engine.run(inputs).values()))
        assert cosine >= AGREEMENT, f"at batch {count}"
    embedder = Embedder(Network(card, engine, card.verify()))  # type: ignore[arg-type]
    assert embedder.embed([np.zeros((40, 30, 3), np.uint8)]).shape == (1, embedder.dimension)
    embedder.close()
