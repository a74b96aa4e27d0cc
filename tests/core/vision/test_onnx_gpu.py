"""ONNX Runtime on a card: used only when it came up and computes the same, with memory that is kept between calls."""

import importlib.util
import logging
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core.errors import ModelError
from core.vision.runtimes import card_buffers, nvidia, onnx_gpu
from core.vision.runtimes.nvidia import GraphicsCard
from core.vision.runtimes.onnx import OnnxRuntime
from core.vision.runtimes.onnx_gpu import WAYS, OnnxRuntimeGpu, built_files, cache_folder
from core.vision.runtimes.runtime import LARGEST_BATCH, label_of
from tests.core.vision.fake_card import CARD, CUDA, LIBRARY_SAID, PROCESSOR, TENSORRT, CardPackage, put_in
from tests.core.vision.tiny_networks import SIDE, save_detector, save_embedder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_embedder(tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "engines"


def pixels(count: int, seed: int = 0) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    return {"pixels": np.random.default_rng(seed).normal(size=(count, 3, SIDE, SIDE)).astype(np.float32)}


@pytest.mark.parametrize("way", WAYS)
def test_it_computes_what_the_processor_computes(
    model: Path, store: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(CUDA, TENSORRT))
    engine = OnnxRuntimeGpu(model, way=way, store=store, threads=1, may_convert=False)
    assert label_of(engine) == f"{WAYS[way].title} on NVIDIA L4"
    exact = OnnxRuntime(model, threads=1)
    assert (engine.inputs, engine.outputs, engine.metadata) == (exact.inputs, exact.outputs, exact.metadata)
    for count in (1, 5, 1):
        np.testing.assert_array_equal(engine.run(pixels(count))["vector"], exact.run(pixels(count))["vector"])
    engine.close()


def test_it_computes_in_float16_where_the_model_bears_it(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(CUDA))
    engine = OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1)
    assert engine.device == "NVIDIA L4 in float16"
    assert list(store.glob("tiny-*.fp16.onnx"))
    np.testing.assert_allclose(
        engine.run(pixels(3))["vector"], OnnxRuntime(model, threads=1).run(pixels(3))["vector"], atol=0.01
    )
    again = OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)
    assert again.device == "NVIDIA L4 in float16", "what was converted before is used"


def test_a_twin_of_another_model_of_the_same_name_is_no_reason_to_convert(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(CUDA))
    store.mkdir(parents=True, exist_ok=True)
    (store / f"{model.stem}-0123456789abcdef.fp16.onnx").write_bytes(b"another model's")
    engine = OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)
    assert engine.device == CARD.name
    assert len(list(store.glob("*.onnx"))) == 1


def test_memory_on_the_card_is_taken_once_for_a_size(model: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = put_in(monkeypatch, CardPackage(CUDA))
    engine = OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)
    package.taken.clear()
    first = engine.run(pixels(2, seed=1))["vector"]
    kept = first.copy()
    for seed in range(2, 6):
        engine.run(pixels(2, seed=seed))
    assert package.taken == [(2, 3, SIDE, SIDE), (2, 6)]
    np.testing.assert_array_equal(first, kept, "results belong to the caller")
    for count in range(1, 60):
        engine.run(pixels(count))
    package.taken.clear()
    engine.run(pixels(59))
    assert package.taken == []
    engine.run(pixels(2))
    assert package.taken, "the oldest was given back"


def test_a_build_that_lends_no_memory_is_used_without(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    package = put_in(monkeypatch, CardPackage(CUDA))
    package.lends = False
    with caplog.at_level(logging.INFO):
        engine = OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)
    assert "lends no memory" in caplog.text
    assert engine.run(pixels(2))["vector"].shape == (2, 6)


def test_outputs_of_unknown_size_are_taken_by_the_engine(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = put_in(monkeypatch, CardPackage(CUDA))
    save_detector(tmp_path / "boxes.onnx", np.ones((4, 6), np.float32), side=16)
    session = package.InferenceSession(
        str(tmp_path / "boxes.onnx"), None, providers=[(CUDA, {})], enable_fallback=False
    )
    entry = session.get_outputs()[0]
    monkeypatch.setattr(session, "get_outputs", lambda: [type("Open", (), {"name": entry.name, "shape": ["n", 6]})()])
    arrays = {"images": np.zeros((1, 3, 16, 16), np.float32)}
    [values] = card_buffers.CardBuffers(session, arrays).run(arrays)
    assert values.shape == (1, 4, 6)
    assert package.taken == [(1, 3, 16, 16)]


@pytest.mark.parametrize("shape", [(1, 3, SIDE, SIDE - 1), (3, SIDE, SIDE)])
def test_a_wrong_input_is_told(
    model: Path, store: Path, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(CUDA))
    engine = OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)
    with pytest.raises(ModelError, match="cannot compute on its input"):
        engine.run({"pixels": np.zeros(shape, np.float32)})


@pytest.mark.parametrize("way", WAYS)
def test_a_provider_that_did_not_come_up_is_not_claimed(
    model: Path, store: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(says=LIBRARY_SAID))
    with pytest.raises(ModelError, match="did not come up") as caught:
        OnnxRuntimeGpu(model, way=way, store=store, threads=1, may_convert=False)
    assert caught.value.message == (
        f"{WAYS[way].title} did not come up: libcurand.so.10, libcublasLt.so.13: libraries not found."
    )
    assert "make run GPU=1" in caught.value.remedy


def test_cuda_alone_does_not_pass_for_tensorrt(model: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, CardPackage(CUDA))
    with pytest.raises(ModelError, match="TensorRT did not come up"):
        OnnxRuntimeGpu(model, way="onnxruntime-tensorrt", store=store, threads=1, may_convert=False)


def test_a_provider_that_takes_nothing_is_not_claimed(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(CUDA, takes=False))
    with pytest.raises(ModelError, match="computes no part of the model"):
        OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)


def test_the_build_for_processors_is_told(model: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, CardPackage(CUDA)).available = [PROCESSOR]
    with pytest.raises(ModelError, match="the one for processors"):
        OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1)


def test_a_machine_without_a_card_is_told(model: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, CardPackage(CUDA), card=None)
    with pytest.raises(ModelError, match="needs an NVIDIA graphics card"):
        OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1)


def test_an_old_driver_is_told_before_anything_is_loaded(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = put_in(monkeypatch, CardPackage(CUDA), card=GraphicsCard("NVIDIA L4", "550.54.15"))
    monkeypatch.setattr(onnx_gpu, "newest_cuda", lambda: (12, 4))
    with pytest.raises(ModelError, match=r"the driver 550\.54\.15 is too old") as caught:
        OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1)
    assert "GPU=cu12" in caught.value.remedy
    assert not package.sessions


def test_text_is_no_model(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, CardPackage(CUDA))
    (tmp_path / "list.onnx").write_text("milk, bread, eggs\n")
    with pytest.raises(ModelError, match="damaged or no ONNX model"):
        OnnxRuntimeGpu(tmp_path / "list.onnx", way="onnxruntime-cuda", store=store, threads=1)


def test_other_results_are_refused_and_like_results_remembered(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(CUDA, scale=-1.0))
    with pytest.raises(ModelError, match="computes something else"):
        OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)
    put_in(monkeypatch, CardPackage(CUDA))
    OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)
    [note] = (store / "checked").iterdir()
    assert float(note.read_text()) == pytest.approx(1)
    put_in(monkeypatch, CardPackage(CUDA), card=GraphicsCard(CARD.name, "590.10"))
    OnnxRuntimeGpu(model, way="onnxruntime-cuda", store=store, threads=1, may_convert=False)
    assert len(list((store / "checked").iterdir())) == 2, "another driver is compared again"


def test_tensorrt_gets_its_caches_and_the_batches_to_be_made_for(
    model: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = put_in(monkeypatch, CardPackage(CUDA, TENSORRT))
    engine = OnnxRuntimeGpu(model, way="onnxruntime-tensorrt", store=store, threads=1, may_convert=False)
    options = package.sessions[-1].asked[TENSORRT]
    assert options["trt_profile_min_shapes"] == f"pixels:1x3x{SIDE}x{SIDE}"
    assert options["trt_profile_max_shapes"] == f"pixels:{LARGEST_BATCH}x3x{SIDE}x{SIDE}"
    assert options["trt_fp16_enable"] == "0", "there is no float16 twin"
    cache = cache_folder(model, store, CARD)
    assert options["trt_engine_cache_path"] == str(cache)
    assert not built_files(model, store)
    (cache / "tillsight_sm89.engine").write_bytes(b"an engine")
    assert built_files(model, store)
    monkeypatch.setattr(onnx_gpu, "nvidia_card", lambda: GraphicsCard(CARD.name, "590.10"))
    assert not built_files(model, store)
    many = pixels(LARGEST_BATCH + 3)
    exact = OnnxRuntime(model, threads=1).run(many)["vector"]
    np.testing.assert_allclose(engine.run(many)["vector"], exact, rtol=1e-6)


def test_only_the_release_of_tensorrt_that_the_provider_is_linked_to_is_loaded(
    model: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, CardPackage(CUDA, TENSORRT))
    for name in ("libnvinfer.so.10", "libnvonnxparser.so.10", "libnvinfer.so.11"):
        (tmp_path / name).write_bytes(b"")
    loaded: list[str] = []
    monkeypatch.setattr("ctypes.CDLL", lambda name, mode=0: loaded.append(Path(name).name))
    real = importlib.util.find_spec
    libraries = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: libraries if name == "tensorrt_libs" else real(name))
    OnnxRuntimeGpu(model, way="onnxruntime-tensorrt", store=store, threads=1, may_convert=False)
    assert loaded == ["libnvinfer.so.10", "libnvonnxparser.so.10"]


def test_a_detectors_engine_is_made_for_one_picture(model: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = put_in(monkeypatch, CardPackage(CUDA, TENSORRT))
    engine = OnnxRuntimeGpu(model, way="onnxruntime-tensorrt", store=store, threads=1, may_convert=False, batch=1)
    options = package.sessions[-1].asked[TENSORRT]
    assert {options[f"trt_profile_{key}_shapes"] for key in ("min", "opt", "max")} == {f"pixels:1x3x{SIDE}x{SIDE}"}
    exact = OnnxRuntime(model, threads=1).run(pixels(3))["vector"]
    np.testing.assert_allclose(engine.run(pixels(3))["vector"], exact, rtol=1e-6)
    assert cache_folder(model, store, CARD, batch=1) != cache_folder(model, store, CARD)


def test_a_fixed_batch_needs_no_profile(tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = put_in(monkeypatch, CardPackage(CUDA, TENSORRT))
    save_embedder(tmp_path / "fixed.onnx", batch=4)
    OnnxRuntimeGpu(tmp_path / "fixed.onnx", way="onnxruntime-tensorrt", store=store, threads=1)
    options = package.sessions[-1].asked[TENSORRT]
    assert not any("profile" in key for key in options)
    assert options["trt_fp16_enable"] == "1"


def test_a_model_of_open_size_is_compared_and_built_at_the_sizes_given(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = put_in(monkeypatch, CardPackage(CUDA, TENSORRT))
    model = tmp_path / "open.onnx"
    save_embedder(model, side="any")
    with pytest.raises(ModelError, match="leaves the size of its input 'pixels' open"):
        OnnxRuntimeGpu(model, way="onnxruntime-tensorrt", store=store, threads=1, may_convert=False)
    sizes = {"pixels": (3, 192, 320)}
    for way in WAYS:
        engine = OnnxRuntimeGpu(model, way=way, store=store, threads=1, may_convert=False, sizes=sizes)
        for height in (16, 24):
            arrays = {"pixels": np.ones((2, 3, height, 40), np.float32)}
            np.testing.assert_allclose(
                engine.run(arrays)["vector"], OnnxRuntime(model, threads=1).run(arrays)["vector"]
            )
    assert len(list((store / "checked").iterdir())) == 2, "samples of the given size were compared"
    options = package.sessions[-1].asked[TENSORRT]
    assert [options[f"trt_profile_{key}_shapes"] for key in ("min", "opt", "max")] == [
        "pixels:1x3x32x32",
        "pixels:8x3x192x320",
        "pixels:64x3x320x320",
    ]


@pytest.mark.gpu
@pytest.mark.parametrize("way", WAYS)
def test_a_real_card_computes_what_the_processor_computes(model: Path, store: Path, way: str) -> None:
    assert nvidia.nvidia_card() is not None
    try:
        engine = OnnxRuntimeGpu(model, way=way, store=store, threads=1)
    except ModelError as error:
        pytest.skip(str(error))
    for count in (1, 3, 16, 3):
        np.testing.assert_allclose(
            engine.run(pixels(count))["vector"], OnnxRuntime(model, threads=1).run(pixels(count))["vector"], atol=0.01
        )
    engine.close()
