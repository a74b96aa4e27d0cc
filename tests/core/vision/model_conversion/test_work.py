"""Work is counted as it is done by hand; the stand-in for NVIDIA's embedder has that one's form and size."""

from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

from core.frames import Pixels
from core.vision.model_card import EmbedderCard, load_card
from core.vision.model_conversion.judging import run_file
from core.vision.model_conversion.retail_shape import write_retail_shape
from core.vision.model_conversion.work import Work, count_work, write_matrix_product
from core.vision.preprocessing import prepare
from tests.core.vision.model_conversion import half_graphs


@pytest.mark.parametrize("opset", [13, 18])
def test_convolutions_and_products_are_counted(tmp_path: Path, opset: int) -> None:
    side = half_graphs.SIDE
    work = count_work(half_graphs.plain(tmp_path / "plain.onnx", opset))
    first, second, layer = side * side * 8 * 3 * 9, side * side * 8 * 8 * 9, 8 * 6
    assert work == Work(
        operations=2 * (first + second + layer),
        weights=8 * 3 * 9 + 8 * 8 * 9 + layer,
        carried=3 * side * side + 6,
    )


def test_weights_that_are_stored_in_halves_count_alike(tmp_path: Path) -> None:
    plain = count_work(half_graphs.plain(tmp_path / "plain.onnx"))
    assert count_work(half_graphs.stored_in_halves(tmp_path / "stored.onnx")) == plain


def test_a_batch_that_is_fixed_counts_for_one_picture(tmp_path: Path) -> None:
    model = onnx.load(half_graphs.plain(tmp_path / "plain.onnx"))
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 4
    (tmp_path / "four.onnx").write_bytes(model.SerializeToString())
    assert count_work(tmp_path / "four.onnx") == count_work(tmp_path / "plain.onnx")


def test_what_cannot_be_known_beforehand_is_not_counted(tmp_path: Path) -> None:
    assert count_work(half_graphs.branching(tmp_path / "branch.onnx")) is None
    model = onnx.load(half_graphs.plain(tmp_path / "plain.onnx"))
    model.graph.input[0].type.tensor_type.shape.dim[2].dim_param = "height"
    (tmp_path / "open.onnx").write_bytes(model.SerializeToString())
    assert count_work(tmp_path / "open.onnx") is None


def test_the_floor_is_what_takes_longer() -> None:
    work = Work(operations=1000, weights=100, carried=10)
    assert work.floor_ms(2, operations_per_second=1e3, bytes_per_second=1e9, width=4) == pytest.approx(2000)
    assert work.floor_ms(2, operations_per_second=1e9, bytes_per_second=1e3, width=2) == pytest.approx(240)


def test_a_matrix_product_says_its_work(tmp_path: Path) -> None:
    operations = write_matrix_product(tmp_path / "product.onnx", rows=3, size=8)
    assert operations == 2 * 3 * 8 * 8
    work = count_work(tmp_path / "product.onnx")
    assert work is not None
    assert 3 * work.operations == operations
    values = run_file(tmp_path / "product.onnx", {"left": np.ones((3, 8), np.float32)})
    assert values["product"].shape == (3, 8)


def test_the_stand_in_has_the_form_of_nvidias_embedder(tmp_path: Path) -> None:
    path = write_retail_shape(tmp_path / "drawn")
    card = load_card(path, [])
    assert isinstance(card, EmbedderCard)
    work = count_work(card.weights)
    assert work is not None
    assert work.weights == pytest.approx(46.7e6, rel=0.002)
    assert work.operations == pytest.approx(2 * 7.8e9, rel=0.01), "ResNet-101 and a layer"
    pictures, _ = prepare([drawn(seed) for seed in range(2)], card.input)
    (vectors,) = run_file(card.weights, {"inputs": pictures}).values()
    assert vectors.shape == (2, card.embedding_size)
    assert 0.01 < np.abs(vectors).max() < 1000, "as large as a trained network's numbers"
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert units[0] @ units[1] < 0.95, (
        "different pictures have different vectors, so that comparing them shows something"
    )
    tensors = {name for node in onnx.load(card.weights).graph.node for name in node.output}
    assert card.float32_until in tensors


def drawn(seed: int) -> Pixels:
    patches = np.random.default_rng(seed).integers(0, 256, (6, 5, 3), np.uint8)
    return np.asarray(cv2.resize(patches, (180, 220), interpolation=cv2.INTER_CUBIC), np.uint8)
