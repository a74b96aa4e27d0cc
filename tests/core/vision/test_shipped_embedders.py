"""What the shipped embedders state of themselves, and that the default one lies products apart."""

from functools import lru_cache

import cv2
import numpy as np
import onnx
import pytest

from core.cameras.demo_counter import DemoCounter
from core.cameras.demo_products import DemoProduct
from core.frames import Pixels
from core.paths import models_folder
from core.recognition.describer import Describer
from core.settings import RecognitionSettings
from core.vision.embedder import open_embedder
from core.vision.model_card import EmbedderCard, load_card

DEFAULT = RecognitionSettings().embedder
EMBEDDERS = ("tillsight-embedder", "tillsight-embedder-int8", "efficientnet-lite2")
LARGEST_FILE = 12_000_000


def card_of(name: str) -> EmbedderCard:
    card = load_card(name, [models_folder()])
    assert isinstance(card, EmbedderCard)
    return card


@lru_cache(maxsize=1)
def demo() -> DemoCounter:
    return DemoCounter.from_uri("demo:", width=1280, height=720, fps=10)


def looks(product: DemoProduct, count: int) -> list[Pixels]:
    return demo().reference_pictures(product, count, seed=3)


def test_the_default_is_ours() -> None:
    assert DEFAULT == "tillsight-embedder"


@pytest.mark.parametrize("name", EMBEDDERS)
def test_a_card_is_true_to_its_file(name: str) -> None:
    card = card_of(name)
    assert card.verify() == card.sha256
    assert card.weights.stat().st_size <= LARGEST_FILE
    assert card.license == "Apache-2.0"
    assert (card.path.parent / "LICENSE").is_file()
    assert (card.path.parent / "MODEL.md").is_file()
    graph = onnx.load(card.weights).graph
    sides = [dimension.dim_value for dimension in graph.input[0].type.tensor_type.shape.dim]
    assert sides[1:] == [3, card.input.height, card.input.width]
    assert graph.output[0].type.tensor_type.shape.dim[1].dim_value == card.embedding_size
    tensors = {output for node in graph.node for output in node.output}
    assert card.float32_until in (tensors if not name.endswith("int8") else {""})
    stored = {tensor.data_type for tensor in graph.initializer if tensor.dims and np.prod(tensor.dims[1:]) > 1}
    assert stored == {onnx.TensorProto.INT8 if name.endswith("int8") else onnx.TensorProto.FLOAT16}


def test_the_card_tells_what_it_learned_from() -> None:
    text = (models_folder() / DEFAULT / "MODEL.md").read_text("utf-8")
    for owner in ("Marcus Klasson", "Joshua Dela Cruz", "ML Illustrated"):
        assert owner in text


def test_looks_of_one_product_lie_nearer_than_its_twins() -> None:
    describer = Describer(open_embedder(DEFAULT, folders=[models_folder()], runtime="onnxruntime", threads=1))
    # Two flavors each; twins that differ in size alone are told apart by more than a picture in a square.
    products = (*demo().products[:3], *demo().products[5:8])
    rows = np.stack([describer.embed(looks(product, 3)) for product in products])
    means = rows[:, :2].mean(axis=1)
    cosines = rows[:, 2] @ (means / np.linalg.norm(means, axis=1, keepdims=True)).T
    assert cosines.argmax(axis=1).tolist() == list(range(len(products)))


def test_eight_bits_say_nearly_the_same() -> None:
    exact, whole = (
        open_embedder(name, folders=[models_folder()], runtime="onnxruntime", threads=1) for name in EMBEDDERS[:2]
    )
    crops = [look for product in demo().products[:4] for look in looks(product, 2)]
    cosines = (exact.embed(crops) * whole.embed(crops)).sum(axis=1)
    assert cosines.min() > 0.97


def test_a_turned_and_darker_look_stays_near() -> None:
    embedder = open_embedder(DEFAULT, folders=[models_folder()], runtime="onnxruntime", threads=1)
    first, other = (looks(product, 1)[0] for product in (demo().products[0], demo().products[5]))
    darker = cv2.convertScaleAbs(np.rot90(first).copy(), alpha=0.8)
    rows = embedder.embed([first, np.asarray(darker, np.uint8), other])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.15
