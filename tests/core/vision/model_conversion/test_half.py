"""FP16 twins agree with their models, keep what must stay in FP32, and are refused where they cannot."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.errors import DataFolderError, ModelError
from core.paths import models_folder
from core.vision.card_engine import samples_for
from core.vision.model_card import load_card
from core.vision.model_conversion.graph import settled, types_of
from core.vision.model_conversion.half import HalfRefused, converted
from core.vision.model_conversion.judging import Judge, drawn_samples, run_file
from core.vision.runtimes.agreement import AGREEMENT, smallest_cosine
from tests.core.vision.model_conversion import half_graphs
from tests.core.vision.tiny_networks import embedder_tree, save_embedder, write_card


def kinds_read(twin: Path) -> dict[str, set[int]]:
    """What types the nodes read that have the names of the model's nodes."""
    graph = onnx.load(twin).graph
    types = types_of(graph)
    return {node.name: {types[name] for name in node.input if name in types} for node in graph.node}


def agreement(model: Path, twin: Path) -> float:
    samples = drawn_samples(onnx.load(model), model.name)
    exact, half = (list(run_file(path, samples).values()) for path in (model, twin))
    return smallest_cosine(exact, half)


def halves(twin: Path) -> int:
    return sum(tensor.data_type == TensorProto.FLOAT16 for tensor in onnx.load(twin).graph.initializer)


@pytest.mark.parametrize("opset", [11, 13, 17, 18, 21])
def test_weights_are_halved_and_inputs_and_outputs_stay(tmp_path: Path, opset: int) -> None:
    model = half_graphs.plain(tmp_path / "plain.onnx", opset)
    twin = converted(model, tmp_path / "twins")
    assert agreement(model, twin) >= AGREEMENT
    assert halves(twin) == 3
    graph = onnx.load(twin).graph
    assert [value.name for value in graph.input] == ["pixels"]
    assert {value.type.tensor_type.elem_type for value in (*graph.input, *graph.output)} == {TensorProto.FLOAT}
    onnx.checker.check_model(onnx.load(twin), full_check=True)


def test_what_leaves_the_range_is_found_by_measuring_and_stays(tmp_path: Path) -> None:
    model = half_graphs.too_large(tmp_path / "large.onnx")
    twin = converted(model, tmp_path)
    assert agreement(model, twin) >= AGREEMENT
    kinds = kinds_read(twin)
    assert kinds["square"] == kinds["scale"] == {TensorProto.FLOAT}
    assert halves(twin) == 2, "the convolutions before and behind are in float16"


def test_a_norm_of_small_numbers_is_found_by_measuring_and_stays(tmp_path: Path) -> None:
    model = half_graphs.small_spread(tmp_path / "spread.onnx")
    twin = converted(model, tmp_path)
    assert agreement(model, twin) >= AGREEMENT
    assert halves(twin) == 2
    kinds = kinds_read(twin)
    assert kinds["square"] == {TensorProto.FLOAT}


def test_nodes_that_multiply_errors_are_found_by_measuring_and_stay(tmp_path: Path) -> None:
    model = half_graphs.differences(tmp_path / "differences.onnx")
    twin = converted(model, tmp_path)
    assert agreement(model, twin) >= AGREEMENT
    kinds = kinds_read(twin)
    assert kinds["lift"] == kinds["mean"] == kinds["lower"] == {TensorProto.FLOAT}
    assert kinds["first"] == kinds["second"] == {TensorProto.FLOAT16}


def test_a_model_that_does_not_bear_it_is_refused(tmp_path: Path) -> None:
    model = half_graphs.all_over(tmp_path / "over.onnx")
    with pytest.raises(HalfRefused, match="does not bear FP16") as told:
        converted(model, tmp_path / "twins")
    assert not list((tmp_path / "twins").glob("*.onnx"))
    steps: list[int] = []
    with pytest.raises(HalfRefused) as again:
        converted(model, tmp_path / "twins", on_progress=lambda done, _: steps.append(done))
    assert again.value.message == told.value.message
    assert steps == [], "it is remembered"


def test_a_model_without_anything_to_compute_in_it_is_told(tmp_path: Path) -> None:
    model = tmp_path / "relu.onnx"
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in "ab"]
    graph = helper.make_graph([helper.make_node("Relu", ["a"], ["b"])], "one", values[:1], values[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), model)
    with pytest.raises(HalfRefused, match="has no convolution or matrix product"):
        converted(model, tmp_path / "twins")


def test_boxes_and_their_suppression_stay_in_full(tmp_path: Path) -> None:
    model = half_graphs.detector(tmp_path / "detector.onnx")
    twin = converted(model, tmp_path)
    kinds = kinds_read(twin)
    assert TensorProto.FLOAT16 not in kinds["nms"] | kinds["place"]
    assert kinds["heads"] == {TensorProto.FLOAT16}
    samples = drawn_samples(onnx.load(model), model.name)
    assert samples["pixels"].max() > 200, "a picture's levels"
    exact, half = (run_file(path, samples)["found"] for path in (model, twin))
    assert exact.size > 0
    exact, half = (np.sort(boxes.reshape(-1, 4), axis=0) for boxes in (exact, half))
    np.testing.assert_allclose(exact, half, atol=0.1)


def test_a_detector_that_chooses_on_its_way_is_compared_behind_its_choice_too(tmp_path: Path) -> None:
    model = half_graphs.two_stages(tmp_path / "stages.onnx")
    twin = converted(model, tmp_path)
    kinds = kinds_read(twin)
    assert TensorProto.FLOAT16 not in kinds["choose"] | kinds["turn"] | kinds["encode"]
    onnx.checker.check_model(onnx.load(twin), full_check=True)
    judge = Judge(settled(onnx.load(model), "model"), drawn_samples(onnx.load(model), "model"))
    assert judge.cosine(settled(onnx.load(model), "model")) == pytest.approx(1)
    broken = settled(onnx.load(model), "model")
    (rates,) = (tensor for tensor in broken.graph.initializer if tensor.name == "rates")
    rates.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(rates) * np.float32(1.5), "rates"))
    assert judge.cosine(broken) < AGREEMENT, "what is behind the choice counts"


def test_a_plugin_that_only_tensorrt_has_is_kept_as_it_is(tmp_path: Path) -> None:
    twin = converted(half_graphs.detector(tmp_path / "plugin.onnx", plugin=True), tmp_path)
    graph = onnx.load(twin).graph
    (plugin,) = (node for node in graph.node if node.op_type == "EfficientNMS_TRT")
    assert kinds_read(twin)[plugin.name] == {TensorProto.FLOAT}
    names = ["num_detections", "detection_boxes", "detection_scores", "detection_classes"]
    assert [value.name for value in graph.output] == names
    assert kinds_read(twin)["place"] == {TensorProto.FLOAT}
    assert kinds_read(twin)["heads"] == {TensorProto.FLOAT16}


def test_inner_graphs_read_what_they_read_before(tmp_path: Path) -> None:
    model = half_graphs.branching(tmp_path / "branch.onnx")
    twin = converted(model, tmp_path)
    assert agreement(model, twin) >= AGREEMENT
    assert halves(twin) >= 2


def test_weights_that_are_stored_in_halves_are_computed_in_halves(tmp_path: Path) -> None:
    model = half_graphs.stored_in_halves(tmp_path / "stored.onnx")
    twin = converted(model, tmp_path)
    assert agreement(model, twin) >= AGREEMENT
    assert halves(twin) == 3
    assert sum(node.op_type == "Cast" for node in onnx.load(twin).graph.node) == 2


def test_numbers_in_another_file_are_taken_along_and_told_when_missing(tmp_path: Path) -> None:
    model = onnx.load(half_graphs.plain(tmp_path / "plain.onnx"))
    parted = tmp_path / "parted.onnx"
    onnx.save(model, parted, save_as_external_data=True, location="parted.data", size_threshold=0)
    twin = converted(parted, tmp_path / "twins")
    assert agreement(tmp_path / "plain.onnx", twin) >= AGREEMENT
    numbers = (tmp_path / "parted.data").read_bytes()
    (tmp_path / "parted.data").write_bytes(numbers[:-4] + np.float32(0.25).tobytes())
    assert converted(parted, tmp_path / "twins") != twin, "other numbers make another model"
    (tmp_path / "parted.data").unlink()
    with pytest.raises(ModelError, match=r"parted\.data"):
        converted(parted, tmp_path / "twins")


def test_a_twin_is_made_once(tmp_path: Path) -> None:
    model = half_graphs.plain(tmp_path / "plain.onnx")
    steps: list[tuple[int, int]] = []
    twin = converted(model, tmp_path / "twins", on_progress=lambda done, total: steps.append((done, total)))
    assert steps[0] == (0, steps[0][1])
    assert steps[-1][0] == steps[-1][1]
    made = twin.stat().st_mtime_ns
    assert converted(model, tmp_path / "twins", on_progress=lambda done, total: pytest.fail("made again")) == twin
    assert twin.stat().st_mtime_ns == made
    samples = {"pixels": np.random.default_rng(0).normal(size=(2, 3, 16, 16)).astype(np.float32)}
    assert converted(model, tmp_path / "twins", samples=samples) != twin, "checked on something else"
    assert not list((tmp_path / "twins").glob("*.tmp"))


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "list.onnx").write_text("milk, bread, eggs\n")
    with pytest.raises(ModelError, match="damaged or no ONNX model"):
        converted(tmp_path / "list.onnx", tmp_path)


def test_an_input_of_open_size_is_told(tmp_path: Path) -> None:
    model = onnx.load(half_graphs.plain(tmp_path / "plain.onnx"))
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_param = "height"
    (tmp_path / "open.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="open size"):
        converted(tmp_path / "open.onnx", tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    model = half_graphs.plain(tmp_path / "plain.onnx")
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataFolderError, match="cannot be written"):
        converted(model, tmp_path / "file")


def test_without_its_package_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModelError, match="onnx is not installed") as caught:
        converted(tmp_path / "plain.onnx", tmp_path)
    assert "[gpu]" in caught.value.remedy


def test_the_shipped_models_bear_it(tmp_path: Path) -> None:
    for name in ("tillsight-embedder", "tillsight-detector"):
        model = models_folder() / name / f"{name}.onnx"
        twin = converted(model, tmp_path, samples=samples_for(load_card(name, [models_folder()])))
        stored = {tensor.data_type for tensor in onnx.load(twin).graph.initializer if np.prod(tensor.dims) >= 64}
        assert stored == {TensorProto.FLOAT16}
        assert twin.stat().st_size < 1.1 * model.stat().st_size
    names = {entry.key for entry in onnx.load(twin).metadata_props}
    assert {"tillsight.float32_nodes", "tillsight.cosine"} <= names


def test_large_weights_are_not_cut_off(tmp_path: Path) -> None:
    model = onnx.load(half_graphs.plain(tmp_path / "plain.onnx"))
    (matrix,) = (tensor for tensor in model.graph.initializer if tensor.name == "w3")
    numbers = numpy_helper.to_array(matrix).copy()
    numbers[0, 0] = 1e6
    matrix.CopyFrom(numpy_helper.from_array(numbers, "w3"))
    (tmp_path / "heavy.onnx").write_bytes(model.SerializeToString())
    twin = converted(tmp_path / "heavy.onnx", tmp_path)
    assert agreement(tmp_path / "heavy.onnx", twin) >= AGREEMENT
    assert halves(twin) == 2


def test_samples_are_drawn_for_old_files_that_list_their_weights_as_inputs(tmp_path: Path) -> None:
    form = {"name": "pixels", "width": 32, "height": 32}
    card = load_card(write_card(tmp_path / "card.toml", embedder_tree(input=form)), [])
    samples = []
    for version in (8, 3):
        save_embedder(tmp_path / "tiny.onnx")
        model = onnx.load(tmp_path / "tiny.onnx")
        model.ir_version = version
        if version == 3:
            (matrix,) = model.graph.initializer
            model.graph.input.append(helper.make_tensor_value_info(matrix.name, matrix.data_type, matrix.dims))
        (tmp_path / "tiny.onnx").write_bytes(model.SerializeToString())
        samples.append(samples_for(card))
    new, old = samples
    assert new is not None
    assert old is not None
    np.testing.assert_array_equal(old["pixels"], new["pixels"])
    assert new["pixels"].max() > 200, "the levels that the card feeds"


def test_a_damaged_file_is_converted_or_told(tmp_path: Path) -> None:
    content = half_graphs.plain(tmp_path / "plain.onnx").read_bytes()
    (tmp_path / "name.onnx").write_bytes(content.replace(b"pixels", b"pix\xffls"))
    with pytest.raises(ModelError, match="damaged or no ONNX model"):
        converted(tmp_path / "name.onnx", tmp_path)
    model = onnx.load(tmp_path / "plain.onnx")
    model.graph.input[0].type.tensor_type.elem_type = 0
    (tmp_path / "type.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="other types than pictures"):
        converted(tmp_path / "type.onnx", tmp_path)
