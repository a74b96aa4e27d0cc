"""The shipped embedder on drawn pictures, and embedders that are broken in every way."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core.errors import ModelError
from core.frames import Pixels
from core.paths import models_folder
from core.settings import RecognitionSettings
from core.vision.embedder import Embedder, open_embedder
from core.vision.model_card import EmbedderCard, load_card
from core.vision.network import Network
from core.vision.runtimes.onnx import OnnxRuntime
from core.vision.runtimes.runtime import Tensor
from tests.core.vision.tiny_networks import (
    detector_tree,
    embedder_tree,
    save_bare_embedder,
    save_embedder,
    write_card,
)

DEFAULT = RecognitionSettings().embedder


def draw_pack(seed: int, *, width: int = 180, height: int = 240) -> Pixels:
    """A pack with stripes, discs and a word, the same for the same seed."""
    generator = np.random.default_rng(seed)
    pack = np.full((height, width, 3), generator.integers(60, 200, 3), np.uint8)
    for _ in range(6):
        color = generator.integers(0, 256, 3).tolist()
        start, end = generator.integers(0, (width, height), (2, 2)).tolist()
        cv2.line(pack, start, end, color, int(generator.integers(4, 20)))
        cv2.circle(pack, end, int(generator.integers(8, 40)), color, -1)
    cv2.putText(pack, f"No {seed}", (20, height // 2), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (255, 255, 255), 3)
    return pack


@pytest.fixture(scope="module")
def shipped() -> Embedder:
    return open_embedder(DEFAULT, folders=[models_folder()], runtime="onnxruntime", threads=1)


def test_the_shipped_embedder_says_what_it_is(shipped: Embedder) -> None:
    assert shipped.dimension == 1400
    assert shipped.runtime_label == "ONNX Runtime on CPU"
    assert len(shipped.key) == 16
    again = open_embedder(models_folder() / DEFAULT / "card.toml", folders=[], threads=1)
    assert again.key == shipped.key


def test_rows_are_unit_vectors_and_do_not_depend_on_the_batch(shipped: Embedder) -> None:
    crops = [draw_pack(seed) for seed in range(18)]
    together = shipped.embed(crops)
    assert together.shape == (18, 1400)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for place in (0, 15, 16, 17):
        np.testing.assert_allclose(together[place], shipped.embed([crops[place]])[0], atol=1e-5)


def test_pictures_that_differ_get_other_vectors(shipped: Embedder) -> None:
    pack = draw_pack(1)
    same, again, turned, other = shipped.embed([pack, pack.copy(), np.rot90(pack).copy(), draw_pack(2)])
    np.testing.assert_array_equal(same, again)
    brighter = shipped.embed([cv2.convertScaleAbs(pack, alpha=1.05, beta=3)])[0]
    assert same @ brighter > 0.97
    assert same @ turned < 0.95
    assert same @ other < 0.9


def test_no_crops_and_tiny_crops(shipped: Embedder) -> None:
    assert shipped.embed([]).shape == (0, 1400)
    rows = shipped.embed([np.zeros((1, 1, 3), np.uint8), np.full((2, 300, 3), 255, np.uint8)])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_many_threads_may_embed_at_once(shipped: Embedder) -> None:
    crops = [draw_pack(seed) for seed in range(4)]
    expected = [shipped.embed([crop])[0] for crop in crops]
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda crop: shipped.embed([crop])[0], crops * 3))
    np.testing.assert_allclose(rows, expected * 3, atol=1e-5)


def test_the_engine_alone_is_timed(shipped: Embedder) -> None:
    times = shipped.time_engine(2, 3)
    assert len(times) == 3
    assert min(times) > 0


def open_tiny(folder: Path, **changes: Any) -> Embedder:
    write_card(folder / "tiny" / "card.toml", embedder_tree(**changes))
    return open_embedder("tiny", folders=[folder], runtime="auto", threads=1)


def test_any_other_embedder_with_a_card(tmp_path: Path) -> None:
    save_embedder(tmp_path / "tiny" / "tiny.onnx")
    embedder = open_tiny(tmp_path)
    assert embedder.dimension == 6
    assert embedder.embed([draw_pack(1)]).shape == (1, 6)


def test_a_network_with_a_fixed_batch_takes_any_number(tmp_path: Path) -> None:
    crops = [draw_pack(seed) for seed in range(5)]
    save_embedder(tmp_path / "tiny" / "tiny.onnx")
    expected = open_tiny(tmp_path).embed(crops)
    save_embedder(tmp_path / "tiny" / "tiny.onnx", batch=2)
    np.testing.assert_allclose(open_tiny(tmp_path).embed(crops), expected, atol=1e-6)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_a_network_that_returns_a_bare_vector_takes_any_number(tmp_path: Path, runtime: str) -> None:
    if runtime == "openvino":
        pytest.importorskip("openvino")
    crops = [draw_pack(seed) for seed in range(3)]
    save_embedder(tmp_path / "tiny" / "tiny.onnx")
    expected = open_tiny(tmp_path).embed(crops)
    save_bare_embedder(tmp_path / "tiny" / "tiny.onnx")
    embedder = open_embedder("tiny", folders=[tmp_path], runtime=runtime, threads=1)
    np.testing.assert_allclose(embedder.embed(crops), expected, atol=1e-6)


def test_the_key_follows_weights_and_preprocessing_but_not_the_name(tmp_path: Path) -> None:
    weights = tmp_path / "tiny" / "tiny.onnx"
    save_embedder(weights)
    usual = open_tiny(tmp_path).key
    assert open_tiny(tmp_path, source="elsewhere").key == usual
    form = embedder_tree()["input"]
    keys = {
        open_tiny(tmp_path, input=form | change).key for change in ({"scale": 0.5}, {"color": "BGR"}, {"offset": 1})
    }
    save_embedder(weights, poison=2.0)
    keys.add(open_tiny(tmp_path).key)
    assert len(keys | {usual}) == 5


@pytest.mark.parametrize("poison", [float("nan"), float("inf"), 0.0])
def test_numbers_that_mean_nothing_are_refused(tmp_path: Path, poison: float) -> None:
    save_embedder(tmp_path / "tiny" / "tiny.onnx", poison=poison)
    with pytest.raises(ModelError, match="mean nothing"):
        open_tiny(tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"embedding_size": 7}, "returns a vector of length 6 for a crop, not 7"),
        ({"outputs": {"embedding": "other"}}, "returns 'vector', not 'other'"),
        ({"input": {"name": "other", "width": 32, "height": 32}}, "takes 'pixels', not 'other'"),
        ({"input": {"name": "pixels", "width": 64, "height": 32}}, "3×32×64"),
        ({"input": {"name": "pixels", "width": 32, "height": 32, "layout": "NHWC"}}, "NHWC"),
        ({"kind": "unheard"}, "damaged"),
    ],
)
def test_a_card_that_does_not_fit_its_model_is_told(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    save_embedder(tmp_path / "tiny" / "tiny.onnx")
    with pytest.raises(ModelError, match=words) as caught:
        open_tiny(tmp_path, **changes)
    assert caught.value.remedy


@pytest.mark.parametrize("damage", ["text", "empty", "cut"])
def test_a_file_that_is_no_model_is_told(tmp_path: Path, damage: str) -> None:
    weights = tmp_path / "tiny" / "tiny.onnx"
    save_embedder(weights)
    content = weights.read_bytes()
    weights.write_bytes(
        {"text": b"This is a shopping list.\n", "empty": b"", "cut": content[: len(content) // 2]}[damage]
    )
    with pytest.raises(ModelError, match="damaged or no ONNX model") as caught:
        open_tiny(tmp_path)
    assert "\n" not in caught.value.message
    assert caught.value.remedy


def test_a_folder_in_the_models_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "tiny" / "tiny.onnx").mkdir(parents=True)
    with pytest.raises(ModelError):
        open_tiny(tmp_path)


def test_the_shipped_model_damaged_by_one_byte_is_told(tmp_path: Path) -> None:
    source = models_folder() / DEFAULT
    copy = tmp_path / DEFAULT
    copy.mkdir()
    (copy / "card.toml").write_bytes((source / "card.toml").read_bytes())
    content = bytearray((source / f"{DEFAULT}.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / f"{DEFAULT}.onnx").write_bytes(content)
    with pytest.raises(ModelError, match="damaged or another"):
        open_embedder(DEFAULT, folders=[tmp_path])


def test_a_detector_is_no_embedder(tmp_path: Path) -> None:
    write_card(tmp_path / "tiny" / "card.toml", detector_tree())
    with pytest.raises(ModelError, match="finds items"):
        open_embedder("tiny", folders=[tmp_path])


@pytest.mark.parametrize(("device", "batches"), [("CPU", [16, 16, 16, 16, 1]), ("NVIDIA L4 in float16", [64, 1])])
def test_a_card_gets_as_many_crops_at_once_as_its_engines_are_made_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, device: str, batches: list[int]
) -> None:
    counts: list[int] = []

    class Counting(OnnxRuntime):
        def run(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
            counts.append(len(inputs["pixels"]))
            return super().run(inputs)

    save_embedder(tmp_path / "tiny.onnx")
    card = load_card(write_card(tmp_path / "card.toml", embedder_tree()), [])
    assert isinstance(card, EmbedderCard)
    engine = Counting(card.weights, threads=1)
    monkeypatch.setattr(engine, "device", device)
    embedder = Embedder(Network(card, engine, "digest"))
    counts.clear()
    crops = [np.full((4, 4, 3), 3 * level, np.uint8) for level in range(1, 66)]
    assert embedder.embed(crops).shape == (65, 6)
    assert counts == batches


@pytest.mark.parametrize(
    "changes", [{"outputs": {"embedding": "other"}}, {"embedding_size": 7}], ids=["another form", "another size"]
)
def test_an_engine_that_does_not_fit_its_card_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    closed: list[str] = []

    class Closing(OnnxRuntime):
        def close(self) -> None:
            closed.append(self.name)
            super().close()

    save_embedder(tmp_path / "tiny" / "tiny.onnx")
    monkeypatch.setattr("core.vision.network.open_runtime", lambda weights, **_: Closing(weights, threads=1))
    with pytest.raises(ModelError):
        open_tiny(tmp_path, **changes)
    assert closed == ["ONNX Runtime"]
