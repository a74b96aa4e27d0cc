"""Rows of the embedder's benchmark: what they hold, and what stands beside them."""

import importlib.util
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from core.evaluation import embedder_speed
from core.evaluation.device_peak import DevicePeak
from core.evaluation.embedder_speed import PUBLISHED, Entrant, Floors, measure_embedders
from core.vision.embedder import open_embedder
from core.vision.runtimes.choose import REFERENCE
from tests.core.vision.tiny_networks import embedder_tree, save_embedder, write_card

FIELDS = [
    "runtime",
    "threads",
    "model",
    "batch",
    "call_ms",
    "engine_ms",
    "images_per_second",
    "ratio",
    "cosine",
    "device",
    "floor_ms",
]


@pytest.fixture
def card(tmp_path: Path) -> Path:
    save_embedder(tmp_path / "tiny.onnx")
    return write_card(tmp_path / "card.toml", embedder_tree())


def entrants(card: Path) -> list[Entrant]:
    return [Entrant(open_embedder(card, folders=[], runtime=name, threads=1), 1) for name in (REFERENCE, "onnxruntime")]


def test_every_embedder_has_a_row(card: Path) -> None:
    rows = measure_embedders(entrants(card), 3, 4, Floors(card.parent / "tiny.onnx"))
    assert [list(row) for row in rows] == [FIELDS, FIELDS]
    assert rows[0]["ratio"] == 1
    for row in rows:
        assert row["device"] == "CPU"
        assert row["cosine"] == pytest.approx(1, abs=1e-5)
        assert row["images_per_second"] == pytest.approx(3e3 / row["call_ms"], rel=0.05)
        assert 0 < row["floor_ms"] < 1000


def test_published_rates_stand_beside_networks_of_that_form_only(tmp_path: Path) -> None:
    save_embedder(tmp_path / "tiny.onnx")
    card = write_card(tmp_path / "card.toml", embedder_tree(name="retail-shape"))
    floors = Floors(tmp_path / "tiny.onnx")
    first, _ = measure_embedders(entrants(card), 1, 3, floors)
    assert first["published"] == [
        {"device": "AGX Orin", "latency_ms": 1.59, "images_per_second": 627},
        {"device": "A10", "latency_ms": 0.98, "images_per_second": 1018},
    ]
    other, _ = measure_embedders(entrants(card), 2, 3, floors)
    assert "published" not in other


def test_published_rates_agree_with_themselves() -> None:
    for batch, rates in PUBLISHED.items():
        for rate in rates:
            assert rate.images_per_second == pytest.approx(1e3 * batch / rate.latency_ms, rel=0.01)


def test_without_its_package_there_is_no_floor_and_a_reason(card: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "onnx" else found(name))
    floors = Floors(card.parent / "tiny.onnx")
    assert "onnx" in floors.reason
    rows = measure_embedders(entrants(card), 1, 3, floors)
    assert rows[0]["floor_ms"] is None


def test_a_quantized_model_has_no_floor_and_a_reason(card: Path) -> None:
    weights = card.parent / "tiny.onnx"
    model = onnx.load(weights)
    first, rest = model.graph.node[0], list(model.graph.node[1:])
    scale = numpy_helper.from_array(np.array(0.01, np.float32), "scale")
    model.graph.initializer.append(scale)
    name = first.input[0]
    del model.graph.node[:]
    model.graph.node.append(helper.make_node("QuantizeLinear", [name, "scale"], ["whole"]))
    model.graph.node.append(helper.make_node("DequantizeLinear", ["whole", "scale"], ["near"]))
    first.input[0] = "near"
    model.graph.node.extend([first, *rest])
    onnx.save(model, weights)
    floors = Floors(weights)
    assert "whole numbers" in floors.reason
    assert floors.floor_ms("CPU", 1) is None


def test_a_card_is_held_to_its_floor_only_in_the_precision_that_its_rates_are_known_for(
    card: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder_speed, "card_peak", lambda: DevicePeak(1e12, 1e12, 2))
    floors = Floors(card.parent / "tiny.onnx")
    assert (floors.floor_ms("NVIDIA L4 in float16", 1) or 0) > 0
    assert floors.floor_ms("NVIDIA L4 in float32", 1) is None
    assert floors.floor_ms("NVIDIA L4", 1) is None
