"""`tillsight models build`: engines for the shop's card, and words about them."""

import json
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from core.cli.app import create_app, run
from core.paths import DataFolder
from core.vision.runtimes import cuda
from tests.core.vision.fake_cuda import FakeCard, install_cuda
from tests.core.vision.fake_tensorrt import FakeTensorRt
from tests.core.vision.tiny_networks import SIDE, embedder_tree, save_embedder, write_card


@pytest.fixture
def shop(tmp_path: Path) -> DataFolder:
    """With one model of its own."""
    shop = DataFolder(tmp_path / "shop")
    shop.prepare()
    write_card(shop.models / "tiny" / "card.toml", embedder_tree())
    save_embedder(shop.models / "tiny" / "tiny.onnx")
    return shop


@pytest.fixture
def tensorrt(monkeypatch: pytest.MonkeyPatch) -> FakeTensorRt:
    card = FakeCard()
    install_cuda(monkeypatch, card)
    made = FakeTensorRt(card)
    made.install(monkeypatch, "tensorrt")
    made.install(monkeypatch, "tensorrt_rtx")
    return made


def build(shop: DataFolder, *arguments: str) -> int:
    return run(create_app(), ["models", "build", *arguments, "--data-dir", str(shop.root)])


def test_a_shop_builds_the_engine_of_its_model_once(
    shop: DataFolder, tensorrt: FakeTensorRt, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build(shop, "tiny", "--batch", "32", "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["name"], told["runtime"], told["precision"], told["batch"]) == ("tiny", "tensorrt", "fp16", 32)
    assert (told["gpu"], told["compute_capabilities"], told["is_new"]) == ("NVIDIA Fake 4090", ["8.9"], True)
    assert Path(told["engine"]).stat().st_size == told["bytes"]
    assert Path(told["engine"]).is_relative_to(shop.root)
    assert told["inputs"] == [{"name": "pixels", "shape": [None, 3, 32, 32], "dtype": "float32"}]
    assert told["outputs"] == [{"name": "vector", "shape": [None, 6], "dtype": "float32"}]
    assert build(shop, "tiny", "--batch", "32") == 0
    words = capsys.readouterr().out
    assert "still fits: tiny for TensorRT 10.9.0 on NVIDIA Fake 4090, FP16, batch up to 32" in words
    assert told["engine"] in words
    assert build(shop, "tiny", "--batch", "32", "--force", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["is_new"]


def test_a_model_that_half_precision_is_not_for_is_built_in_full_and_that_is_said(
    shop: DataFolder, tensorrt: FakeTensorRt, capsys: pytest.CaptureFixture[str]
) -> None:
    write_card(shop.models / "colors" / "card.toml", embedder_tree(name="colors", embedding_size=3))
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("pixels", ["n", 3, SIDE, SIDE]), ("vector", ["n", 3]))
    ]
    nodes = [
        helper.make_node("GlobalAveragePool", ["pixels"], ["means"]),
        helper.make_node("Flatten", ["means"], ["vector"]),
    ]
    graph = helper.make_graph(nodes, "colors", values[:1], values[1:])
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8),
        shop.models / "colors" / "tiny.onnx",
    )
    assert build(shop, "colors") == 0
    assert "In FP32: The model tiny.onnx has no convolution" in " ".join(capsys.readouterr().out.split())


def test_engines_for_other_cards_are_built_ahead(
    shop: DataFolder, tensorrt: FakeTensorRt, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("tiny", "--runtime", "tensorrt-rtx", "--precision", "fp32", "--compute-capability", "8.6, 8.9")
    assert build(shop, *arguments) == 0
    assert "on cards of compute capability 8.6, 8.9, FP32, batch up to 64" in capsys.readouterr().out
    assert tensorrt.configs[-1].capabilities == ["SM86", "SM89"]


def test_the_models_of_the_settings_are_built_when_none_is_named(
    shop: DataFolder, tensorrt: FakeTensorRt, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.settings.write_text(
        json.dumps({"recognition": {"embedder": "tiny"}, "detection": {"method": "change"}}), encoding="utf-8"
    )
    assert build(shop, "--precision", "fp32", "--json") == 0
    assert [told["name"] for told in json.loads(capsys.readouterr().out)] == ["tiny"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nothing"], "no model card named 'nothing'"),
        (["tiny", "--compute-capability", "eight"], "“eight” is no list"),
        (["tiny", "--compute-capability", "8.9"], "builds for the card in this machine only"),
    ],
)
def test_what_cannot_be_built_is_told(
    arguments: list[str],
    complaint: str,
    shop: DataFolder,
    tensorrt: FakeTensorRt,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert build(shop, *arguments) != 0
    assert complaint in " ".join(capsys.readouterr().err.split())


def test_without_tensorrt_it_says_what_to_install(
    shop: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cuda.open_card.cache_clear()
    monkeypatch.setattr("core.cli.models_build.installed_packages", tuple)
    assert build(shop, "tiny") != 0
    assert "pip install tensorrt-rtx-cu13" in " ".join(capsys.readouterr().err.split())
