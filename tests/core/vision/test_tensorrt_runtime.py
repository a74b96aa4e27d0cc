"""Models on an NVIDIA card: right numbers, memory and streams by the rules, and words for what goes wrong."""

import os
import threading
from collections.abc import Iterator
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
from core.vision.runtimes.tensorrt_store import EngineStore, kernels_file
from tests.core.vision.fake_cuda import FakeCard, FakeContext, install_cuda
from tests.core.vision.fake_tensorrt import FakeTensorRt
from tests.core.vision.model_conversion import half_graphs
from tests.core.vision.tiny_networks import SIDE, save_detector, save_embedder

BOTH = pytest.mark.parametrize("package", ["tensorrt", "tensorrt-rtx"])


@pytest.fixture
def card() -> FakeCard:
    return FakeCard()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_embedder(tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


@pytest.fixture
def store(tmp_path: Path) -> EngineStore:
    return EngineStore(tmp_path / "engines")


@pytest.fixture
def tensorrt(card: FakeCard, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTensorRt]:
    """Both packages, over one card."""
    install_cuda(monkeypatch, card)
    made = FakeTensorRt(card)
    made.install(monkeypatch, "tensorrt")
    made.install(monkeypatch, "tensorrt_rtx")
    yield made
    assert not FakeContext.stack(), "a context was left current"
    cuda.open_card.cache_clear()


def pictures(count: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 3, SIDE, SIDE), np.float32)


def opened(model: Path, store: EngineStore, package: str = "tensorrt", batch: int = 8) -> TensorRt:
    build_engine(model, store, package=package, precision="fp32", batch=batch)
    return TensorRt(model, engines=store.folder, package=package, precision="fp32")


@BOTH
def test_it_computes_what_onnx_runtime_computes(
    package: str, model: Path, store: EngineStore, tensorrt: FakeTensorRt
) -> None:
    exact = OnnxRuntime(model, threads=1)
    engine = opened(model, store, package)
    assert engine.device == "NVIDIA Fake 4090 in float32"
    assert (engine.inputs, engine.outputs) == (exact.inputs, exact.outputs)
    for count in (1, 3, 1, 8, 1, 3, 1, 3, 1):
        batch = {"pixels": pictures(count, seed=count)}
        np.testing.assert_allclose(engine.run(batch)["vector"], exact.run(batch)["vector"], rtol=1e-6)
    engine.close()


def test_batches_above_the_engines_are_run_in_parts(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    engine = opened(model, store, batch=4)
    batch = pictures(11)
    assert engine.largest_batch == 4
    whole = engine.run({"pixels": batch})["vector"]
    alone = [engine.run({"pixels": one[None]})["vector"] for one in batch]
    np.testing.assert_allclose(whole, np.concatenate(alone), rtol=1e-6)


def test_outputs_stay_when_the_engine_runs_again(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    engine = opened(model, store)
    first = engine.run({"pixels": pictures(2, seed=1)})["vector"]
    kept = first.copy()
    engine.run({"pixels": pictures(2, seed=2)})
    np.testing.assert_array_equal(first, kept)


def test_copies_and_computation_go_through_one_stream_and_are_waited_for_once(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    engine = opened(model, store)
    engine.run({"pixels": pictures(2)})
    card.events.clear()
    engine.run({"pixels": pictures(2)})
    assert card.events == [f"upload {2 * 3 * SIDE * SIDE * 4}", "execute", f"download {2 * 6 * 4}", "wait"]


def test_a_large_batch_goes_to_the_card_in_slices(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    engine, exact = opened(model, store, batch=512), OnnxRuntime(model, threads=1)
    turned = np.ascontiguousarray(pictures(500).transpose(0, 1, 3, 2)).transpose(0, 1, 3, 2)
    for batch in (pictures(500), turned):
        card.events.clear()
        found = engine.run({"pixels": batch})["vector"]
        np.testing.assert_allclose(found, exact.run({"pixels": batch})["vector"], rtol=1e-5)
        sizes = [int(event.split()[1]) for event in card.events if event.startswith("upload")]
        assert sizes == [4 << 20, batch.nbytes - (4 << 20)]
        assert card.events[-3:] == ["execute", f"download {500 * 6 * 4}", "wait"]


def test_memory_on_the_card_is_reused_and_grows(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    engine = opened(model, store, "tensorrt-rtx")
    for count in (2, 8, 2, 5, 8):
        engine.run({"pixels": pictures(count)})
    sizes = [one.bytes.size for one in card.device_memory if not one.is_free]
    assert sizes == [8 * 3 * SIDE * SIDE * 4, 8 * 6 * 4]
    assert [one.bytes.size for one in card.pinned if not one.is_free] == sizes
    engine.close()
    assert card.used == 0
    assert all(one.is_free for one in card.pinned)


def test_a_batch_that_comes_often_is_launched_as_a_graph(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    exact = OnnxRuntime(model, threads=1)
    engine = opened(model, store)
    for seed in range(5):
        batch = {"pixels": pictures(4, seed=seed)}
        np.testing.assert_allclose(engine.run(batch)["vector"], exact.run(batch)["vector"], rtol=1e-6)
    card.events.clear()
    engine.run({"pixels": pictures(4)})
    assert card.events == [f"upload {4 * 3 * SIDE * SIDE * 4}", "launch", "wait"]
    engine.run({"pixels": pictures(3)})
    assert "execute" in card.events, "another size is computed as before"
    engine.close()
    assert card.used == 0


def test_without_a_package_that_records_or_memory_for_it_everything_runs_as_before(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    engine = opened(model, store)
    tensorrt.engines[-1].most_contexts = len(tensorrt.engines[-1].contexts)
    for seed in range(6):
        engine.run({"pixels": pictures(4, seed=seed)})
    assert "launch" not in card.events
    assert card.events.count("execute") == 6


def test_without_room_for_a_graph_it_is_computed_as_before_and_nothing_stays(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    engine = opened(model, store)
    for seed in range(2):
        engine.run({"pixels": pictures(4, seed=seed)})
    card.memory = before = card.used
    for seed in range(3):
        engine.run({"pixels": pictures(4, seed=seed)})
    assert "launch" not in card.events
    assert card.used == before
    engine.close()
    assert "a stream was left" not in card.events


def test_rtx_records_graphs_itself_and_keeps_what_it_compiled(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    for was_read in (b"", b"compiled"):
        engine = opened(model, store, "tensorrt-rtx")
        for seed in range(5):
            engine.run({"pixels": pictures(4, seed=seed)})
        settings = tensorrt.engines[-1].contexts[0].settings
        assert settings.cuda_graph_strategy == "whole graph"
        assert settings.cache.was_read == was_read
        engine.close()
    assert "record" not in card.events
    assert kernels_file(next(store.engines())).read_bytes() == b"compiled"


def test_any_threads_may_run_it_at_once(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    engine = opened(model, store)
    exact = OnnxRuntime(model, threads=1)
    wrong: list[int] = []

    def work(seed: int) -> None:
        for count in (1, 4, 2):
            batch = {"pixels": pictures(count, seed=seed)}
            if not np.allclose(engine.run(batch)["vector"], exact.run(batch)["vector"], rtol=1e-5):
                wrong.append(seed)
        if FakeContext.stack():
            wrong.append(-1)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_detector_of_one_size_and_batch_runs(
    tmp_path: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    save_detector(tmp_path / "boxes.onnx", np.ones((5, 6), np.float32), side=32)
    engine = opened(tmp_path / "boxes.onnx", store, batch=1)
    assert engine.largest_batch is None
    assert engine.run({"images": np.zeros((1, 3, 32, 32), np.float32)})["output"].shape == (1, 5, 6)
    assert tensorrt.configs[-1].profiles == []


def test_what_fails_on_the_card_is_told_and_leaves_it_usable(
    model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt
) -> None:
    engine = opened(model, store)
    tensorrt.engines[-1].failure = "IExecutionContext::enqueueV3: Error Code 1: Cuda Runtime (misaligned address)"
    with pytest.raises(ModelError, match=r"tiny\.onnx cannot compute on its input: Cuda Runtime \(misaligned address"):
        engine.run({"pixels": pictures(1)})
    assert not any(stream.queue for stream in card.streams), "nothing is under way any more"
    assert not FakeContext.stack()
    tensorrt.engines[-1].failure = ""
    assert engine.run({"pixels": pictures(1)})["vector"].shape == (1, 6)
    card.broken = "unspecified launch failure"
    with pytest.raises(ModelError, match=r"NVIDIA Fake 4090.*unspecified launch failure"):
        engine.run({"pixels": pictures(1)})
    assert not FakeContext.stack()


def test_a_full_card_is_told(model: Path, store: EngineStore, card: FakeCard, tensorrt: FakeTensorRt) -> None:
    engine = opened(model, store)
    engine.run({"pixels": pictures(1)})
    card.memory = card.used + 100
    with pytest.raises(ModelError, match=r"memory of the graphics card .* is full") as told:
        engine.run({"pixels": pictures(8)})
    assert "smaller --batch" in told.value.remedy
    card.memory = 1 << 30
    assert engine.run({"pixels": pictures(8)})["vector"].shape == (8, 6)


@pytest.mark.parametrize(
    ("inputs", "complaint"),
    [
        ({}, "'pixels' is missing"),
        ({"pixels": np.zeros((1, 3, SIDE, SIDE))}, "of float64"),
        ({"pixels": np.zeros((1, 3, 8, 8), np.float32)}, r"\(1, 3, 8, 8\)"),
        ({"pixels": np.zeros((1, 3, SIDE, SIDE), np.float32), "more": np.zeros(1)}, "'more'"),
    ],
)
def test_inputs_of_another_form_are_refused(
    inputs: dict[str, np.ndarray],
    complaint: str,
    model: Path,
    store: EngineStore,
    tensorrt: FakeTensorRt,
) -> None:
    with pytest.raises(ModelError, match=complaint):
        opened(model, store).run(inputs)


def test_an_output_whose_size_depends_on_the_picture_is_refused(
    model: Path, store: EngineStore, tensorrt: FakeTensorRt
) -> None:
    engine = opened(model, store)
    tensorrt.engines[-1].header["open_outputs"] = ["vector"]
    with pytest.raises(ModelError, match="'vector' has a size that depends on the picture"):
        engine.run({"pixels": pictures(1)})


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
