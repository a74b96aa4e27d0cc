"""Files that no card is proposed for: what is damaged, of another task, or of a form that nothing here reads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core.errors import ModelError
from core.vision.model_import.importers import IMPORTERS
from tests.core.vision.foreign_graphs import save_graph, yolov8_columns
from tests.core.vision.model_import.proposing import propose


def damaged(path: Path) -> Path:
    path.write_bytes(save_graph(path, {"o": yolov8_columns({})}).read_bytes()[:200])
    return path


def with_operator(path: Path) -> Path:
    node = helper.make_node("EfficientNMS_TRT", ["x"], ["y"], domain="TRT")
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in "xy"]
    graph = helper.make_graph([node], "trt", values[:1], values[1:])
    imports = [helper.make_opsetid("", 17), helper.make_opsetid("TRT", 1)]
    onnx.save(helper.make_model(graph, opset_imports=imports, ir_version=8), path)
    return path


def without_its_numbers(path: Path) -> Path:
    node = helper.make_node("Add", ["x", "w"], ["y"])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 8, 8]) for name in "xy"]
    weight = numpy_helper.from_array(np.ones((1, 3, 8, 8), np.float32), "w")
    graph = helper.make_graph([node], "external", values[:1], values[1:], [weight])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path, save_as_external_data=True, size_threshold=0, location="numbers.bin")
    (path.parent / "numbers.bin").unlink()
    return path


def graph_of(**graph: Any) -> Callable[[Path], Path]:
    outputs = graph.pop("outputs", {"o": yolov8_columns({})})
    return lambda path: save_graph(path, outputs, **graph)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (damaged, "damaged or no ONNX model"),
        (with_operator, "the operator EfficientNMS_TRT, which ONNX Runtime does not compute; only TensorRT does"),
        (without_its_numbers, "keeps its numbers in another file"),
        (graph_of(more_inputs=[("orig_target_sizes", (1, 2))]), "takes 2 inputs .*'orig_target_sizes' 1×2 float32"),
        (graph_of(image=("gray", (1, 1, 64, 64))), "'gray' 1×1×64×64 float32, which is no color picture"),
        (graph_of(image=("row", (1, 768))), "which is no color picture"),
        (graph_of(image=("images", (0, 3, 64, 64))), "batches of 0 pictures"),
        (graph_of(image=("images", (100_000, 3, 4096, 4096))), "batches of 100000 pictures"),
        (graph_of(dtype=np.int64), "a picture of int64"),
        (graph_of(image=("images", (1, 3, 4, 4))), "pictures of 4×4"),
        (
            graph_of(outputs={"segments": np.zeros((1, 21, 64, 64), np.float32)}),
            "returns 'segments' 1×21×64×64, which no decoder here reads",
        ),
        (
            graph_of(outputs={"scores": np.full((1, 9, 3), 0.2, np.float32), "b": np.zeros((1, 9, 4), np.float32)}),
            "which no decoder here reads",
        ),
        (
            graph_of(outputs={"913": np.full((1, 9, 3), 0.2, np.float32), "904": np.full((1, 9, 4), 40, np.float32)}),
            "it returns boxes that reach 40, not fractions",
        ),
        (
            graph_of(outputs={"913": np.full((1, 9, 3), 0.2, np.float32), "904": np.zeros((1, 9, 4), np.float32)}),
            "numbers from 0 to 1 where DETR has logits",
        ),
        (graph_of(outputs={"o": np.zeros((1, 7, 9), np.float32)}), "'o' 1×7×9, which no decoder here reads"),
        (
            graph_of(outputs={"o": yolov8_columns({3: (1, 1, 1, 1, 7.5)})}),
            "has the shapes of yolov8, but it returns scores from 0.01 to 7.5",
        ),
    ],
)
def test_what_cannot_be_imported_is_told_in_a_sentence(
    tmp_path: Path, make: Callable[[Path], Path], words: str
) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        propose(make(tmp_path / "model.onnx"))
    assert caught.value.message.count("\n") == 0
    assert caught.value.remedy


def test_unknown_outputs_come_with_the_known_forms(tmp_path: Path) -> None:
    file = save_graph(tmp_path / "m.onnx", {"a": np.zeros((1, 7, 9, 2), np.float32)})
    with pytest.raises(ModelError, match="'a' 1×7×9×2") as caught:
        propose(file)
    assert "YOLOX" in caught.value.remedy
    assert "DETR" in caught.value.remedy


def test_other_files_are_refused_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(b"")
    with pytest.raises(ModelError, match=r"model\.pt is no file that models are imported from"):
        propose(tmp_path / "model.pt")
    for suffix in IMPORTERS:
        with pytest.raises(ModelError, match="is not there"):
            propose(tmp_path / f"absent{suffix}")


@pytest.mark.parametrize("task", ["obb", "pose", "classify"])
def test_tasks_without_upright_boxes_are_refused(tmp_path: Path, task: str) -> None:
    file = save_graph(tmp_path / "m.onnx", {"output0": yolov8_columns({})}, notes={"task": task})
    with pytest.raises(ModelError, match=f"made for the task '{task}'"):
        propose(file)
