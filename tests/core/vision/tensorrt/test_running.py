"""Models on an NVIDIA card: right numbers, memory and streams by the rules, and words for what goes wrong."""

import threading
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from core.vision.runtimes.onnx import OnnxRuntime
from core.vision.runtimes.tensorrt_store import EngineStore, kernels_file
from tests.core.vision.fake_cuda import FakeCard, FakeContext
from tests.core.vision.fake_tensorrt import FakeTensorRt
from tests.core.vision.tensorrt.opened import opened, pictures
from tests.core.vision.tiny_networks import SIDE, save_detector

BOTH = pytest.mark.parametrize("package", ["tensorrt", "tensorrt-rtx"])


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
