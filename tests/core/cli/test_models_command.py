"""`tillsight models`: a shop brings its own detector in and uses it by its name."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from core.cli.app import create_app, run
from core.errors import ModelError
from core.frames import Frame
from core.geometry import iou
from core.paths import DataFolder, models_folder
from core.settings import DetectionSettings
from core.vision.detector import open_detector
from core.vision.model_card import load_card
from tests.core.vision.foreign_graphs import save_graph, yolov8_columns

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"
NOTES = {"names": "{0: 'bag', 1: 'box'}"}


@pytest.fixture
def shop(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "shop")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    columns = yolov8_columns({5: (20, 16, 20, 10, 0.1, 0.8)}, classes=2)
    return save_graph(tmp_path / "My Detector.onnx", {"output0": columns}, notes=NOTES)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "counter.png"
    cv2.imwrite(str(file), np.full((64, 128, 3), 90, np.uint8))
    return file


def models(shop: DataFolder, *arguments: object) -> int:
    return run(create_app(), ["models", *map(str, arguments), "--data-dir", str(shop.root)])


def document(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_shop_imports_its_detector_and_uses_it_by_name(
    shop: DataFolder, model: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = tmp_path / "boxes.png"
    assert models(shop, "import", model, "--picture", picture, "--show", drawn, "--json") == 0
    told = document(capsys)
    assert (told["card"]["name"], told["card"]["decoder"], told["card"]["labels"]) == (
        "my-detector",
        "yolov8",
        ["bag", "box"],
    )
    assert told["boxes"] == [{"box": [20.0, 0.0, 60.0, 10.0], "score": 0.8, "label": "box"}]
    assert {"key": "names", "value": NOTES["names"], "file": str(model), "line": None, "used_as": "labels"} in told[
        "values"
    ]
    assert {finding["name"] for finding in told["findings"]} == {"preprocessing-guessed", "license-unknown"}
    assert told["path"] == str(shop.models / "my-detector" / "card.toml")
    changed = np.asarray(cv2.imread(str(drawn))) != 90
    assert changed.any()
    assert not changed[40:].any()
    settings = DetectionSettings(method="network", model="my-detector")
    detector = open_detector(settings, data=shop, runtime="onnxruntime", threads=1)
    frame = Frame.of(np.full((64, 128, 3), 90, np.uint8), sequence=0, captured_at=0.0)
    np.testing.assert_allclose(detector.detect(frame).boxes, [[20, 0, 60, 10]], atol=1e-3)


def test_the_words_name_boxes_guesses_and_the_next_step(
    shop: DataFolder, model: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models(shop, "import", model, "--picture", picture, "--name", "second") == 0
    words = capsys.readouterr().out
    for part in ("second: detector, decoder yolov8", "preprocessing-guessed", "box", "0.80", "detection.model=second"):
        assert part in words


def test_nothing_is_copied_by_a_dry_run(
    shop: DataFolder, model: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models(shop, "import", model, "--picture", picture, "--dry-run", "--json") == 0
    assert document(capsys)["path"] is None
    assert not shop.models.exists()


def test_a_name_is_taken_once_unless_replaced(
    shop: DataFolder, model: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models(shop, "import", model, "--picture", picture) == 0
    assert models(shop, "import", model, "--picture", picture) == 1
    assert "There is a model named my-detector" in capsys.readouterr().err
    assert models(shop, "import", model, "--picture", picture, "--replace", "--threshold", "0.6") == 0
    card = load_card("my-detector", (shop.models,))
    assert card.kind == "detector"
    assert card.threshold == 0.6
    assert card.verify() == card.sha256
    assert [entry.name for entry in shop.models.iterdir()] == ["my-detector"]


def test_the_name_of_a_model_that_ships_is_not_taken_unasked(
    shop: DataFolder, model: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    namesake = model.rename(model.with_name("tillsight-embedder.onnx"))
    assert models(shop, "import", namesake, "--picture", picture) == 1
    told = " ".join(capsys.readouterr().err.split())
    assert "tillsight-embedder is the name of a model that comes with Tillsight." in told
    assert "--name my-tillsight-embedder" in told
    assert not (shop.models / "tillsight-embedder").exists()
    assert models(shop, "import", namesake, "--picture", picture, "--name", "my-tillsight-embedder") == 0
    assert models(shop, "import", namesake, "--picture", picture, "--replace") == 0
    assert models(shop, "import", namesake, "--picture", picture, "--output", tmp_path / "elsewhere") == 0


def test_what_is_wrong_is_told_and_leaves_nothing_behind(
    shop: DataFolder, model: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("one\ntwo;three\n", encoding="utf-8")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no model")
    for arguments, words in (
        (("import", broken), "damaged or no ONNX model"),
        (("import", tmp_path / "x.onnx"), "is not there"),
        (("import", model, "--name", "../evil"), "cannot be the name of a model"),
        (("import", model, "--size", "big"), "“big” is not a size"),
        (("import", model, "--labels", labels, "--picture", picture), "the card names 3"),
        (("import", model, "--labels", tmp_path / "none.txt"), "cannot be read"),
        (("import", model, "--picture", broken), "cannot be read"),
        (("import", model, "--picture", picture, "--show", tmp_path / "no" / "boxes.png"), "cannot be written"),
    ):
        assert models(shop, *arguments) == 1
        assert words in capsys.readouterr().err
    assert not shop.models.exists() or not list(shop.models.iterdir())


def test_labels_come_from_a_file(
    shop: DataFolder, model: Path, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("Tüte;Karton\n", encoding="utf-8")
    assert models(shop, "import", model, "--labels", labels, "--picture", picture, "--json") == 0
    assert document(capsys)["boxes"][0]["label"] == "Karton"
    assert load_card("my-detector", (shop.models,)).model_dump()["labels"] == ("Tüte", "Karton")


def test_weak_boxes_are_shown_when_nothing_is_seen(
    shop: DataFolder, model: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models(shop, "import", model, "--threshold", "0.9", "--picture", picture, "--json") == 0
    told = document(capsys)
    assert [box["score"] for box in told["boxes"]] == [0.8]
    assert "nothing-found" in {finding["name"] for finding in told["findings"]}


def test_the_drawn_counter_serves_when_no_picture_is_given(
    shop: DataFolder, model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models(shop, "import", model, "--json") == 0
    assert document(capsys)["boxes"][0]["box"] == [200.0, 0.0, 600.0, 140.0]


def test_an_embedder_is_imported_for_recognition(
    shop: DataFolder, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    vectors = {"features": np.ones((1, 128), np.float32)}
    file = save_graph(tmp_path / "tower.onnx", vectors, image=("x", ("n", 3, 32, 32)))
    assert models(shop, "import", file, "--picture", picture) == 0
    assert "recognition.embedder=tower" in capsys.readouterr().out
    assert load_card("tower", (shop.models,)).kind == "embedder"


def test_the_list_names_what_the_settings_can_name(
    shop: DataFolder, model: Path, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models(shop, "import", model, "--picture", picture) == 0
    broken = shop.models / "broken" / "card.toml"
    broken.parent.mkdir()
    broken.write_text("kind = 3", encoding="utf-8")
    capsys.readouterr()
    assert models(shop, "list", "--json") == 0
    rows = {row["name"]: row for row in document(capsys)}
    assert rows["my-detector"]["decoder"] == "yolov8"
    assert rows["my-detector"]["is_there"] is True
    assert rows["efficientnet-lite2"]["kind"] == "embedder"
    assert rows["yolox-nano"]["is_there"] is False
    assert "is damaged" in rows["broken"]["problem"]
    assert models(shop, "list") == 0
    assert "my-detector" in capsys.readouterr().out


def nvinfer_config(folder: Path) -> Path:
    outputs = {
        "pred_logits": np.array([[[-6.0, 2.0], [-6.0, -6.0]]], np.float32),
        "pred_boxes": np.array([[[0.5, 0.25, 0.5, 0.25], [0.0, 0.0, 0.0, 0.0]]], np.float32),
    }
    save_graph(folder / "net" / "dino.onnx", outputs, image=("inputs", ("n", 3, 64, 64)))
    config = folder / "pgie.yml"
    config.write_text(
        "property:\n  onnx-file: net/dino.onnx\n  net-scale-factor: 0.017\n  infer-dims: 3;64;64\n"
        "  num-detected-classes: 2\n  parse-bbox-func-name: NvDsInferParseCustomDDETRTAO\n  gpu-id: 0\n  hello: 1\n"
        "class-attrs-all:\n  pre-cluster-threshold: 0.5\n",
        encoding="utf-8",
    )
    return config


def test_a_configuration_of_nvinfer_brings_its_model_along(
    shop: DataFolder, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = nvinfer_config(tmp_path)
    assert models(shop, "import", config, "--picture", picture, "--json") == 0
    told = document(capsys)
    assert (told["card"]["name"], told["card"]["decoder"], told["card"]["file"]) == ("pgie", "dino", "dino.onnx")
    scale = {"key": "net-scale-factor", "value": "0.017", "file": str(config), "line": 3, "used_as": "input.scale"}
    assert scale in told["values"]
    assert [entry["key"] for entry in told["ignored"]] == ["gpu-id"]
    assert "unknown-key" in {finding["name"] for finding in told["findings"]}
    assert told["boxes"] == [{"box": [32.0, 8.0, 96.0, 24.0], "score": 0.8808, "label": "item"}]
    assert (shop.models / "pgie" / "dino.onnx").is_file()


def test_a_card_waits_for_weights_that_are_not_there(
    shop: DataFolder, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = nvinfer_config(tmp_path)
    weights = tmp_path / "net" / "dino.onnx"
    moved = weights.rename(tmp_path / "later.onnx")
    assert models(shop, "import", config, "--picture", picture) == 0
    assert "model-missing" in capsys.readouterr().out
    settings = DetectionSettings(method="network", model="pgie")
    with pytest.raises(ModelError, match="do not ship with the program"):
        open_detector(settings, data=shop, threads=1)
    moved.rename(shop.models / "pgie" / "dino.onnx")
    detector = open_detector(settings, data=shop, runtime="onnxruntime", threads=1)
    assert len(detector.detect(Frame.of(np.zeros((64, 64, 3), np.uint8), sequence=0, captured_at=0.0))) == 1


def test_a_configuration_that_does_not_fit_its_model_is_told(
    shop: DataFolder, picture: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = nvinfer_config(tmp_path)
    config.write_text(config.read_text().replace("classes: 2", "classes: 5"), encoding="utf-8")
    assert models(shop, "import", config, "--picture", picture) == 1
    assert "scores of 2 classes, and the card names 5" in capsys.readouterr().err
    assert not shop.models.exists()


@pytest.mark.parametrize("suffix", ["txt", "yml"])
def test_an_exported_card_comes_back_the_same(
    shop: DataFolder, picture: Path, tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert models(shop, "import", nvinfer_config(tmp_path), "--picture", picture) == 0
    exported = tmp_path / "out" / f"again.{suffix}"
    exported.parent.mkdir()
    assert models(shop, "export", "pgie", "--nvinfer", "--output", exported) == 0
    assert "custom-lib-path" in capsys.readouterr().err
    assert (exported.parent / "labels.txt").read_text(encoding="utf-8") == "background\nitem\n"
    assert models(shop, "import", exported, "--picture", picture) == 0
    first, second = (load_card(name, (shop.models,)) for name in ("pgie", "again"))
    differing = {"name", "source"}
    assert first.model_dump(exclude=differing) == second.model_dump(exclude=differing)


def test_what_nvinfer_cannot_do_is_told(shop: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert models(shop, "export", "efficientnet-lite2", "--nvinfer") == 0
    words = capsys.readouterr().out
    assert "net-scale-factor=0.0078125" in words
    assert "network-type=100" in words
    assert models(shop, "export", "yolox-nano", "--nvinfer") == 0
    told = capsys.readouterr()
    assert "padding-black" in told.err
    assert "raw-outputs" in told.err
    assert models(shop, "export", "efficientnet-lite2") == 1
    assert "Add --nvinfer" in capsys.readouterr().err
    own = shop.models / "three" / "card.toml"
    own.parent.mkdir(parents=True)
    card = (models_folder() / "yolox-nano" / "card.toml").read_text(encoding="utf-8")
    own.write_text(card.replace("scale = 1.0", "scale = [1.0, 2.0, 3.0]"), encoding="utf-8")
    assert models(shop, "export", "three", "--nvinfer") == 1
    assert "another scale for each channel" in capsys.readouterr().err


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the measuring data are not there")
@pytest.mark.parametrize(
    ("file", "decoder", "least"),
    [
        ("fastestdet/FastestDet.onnx", "fastestdet", 0.5),
        ("kazuhito_nanodet/nanodet_m_416.onnx", "nanodet", 0.5),
        ("kazuhito_yolox/yolox_nano.onnx", "yolox", 0.5),
    ],
)
def test_published_detectors_find_bags_on_a_real_counter_at_a_low_score(
    shop: DataFolder, file: str, decoder: str, least: float, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = SHARED / "counter19"
    frames = [entry for entry in json.loads((folder / "annotations.json").read_text())["frames"] if entry["objects"]]
    weights = SHARED / "models" / file
    first = folder / frames[0]["file"]
    assert models(shop, "import", weights, "--name", "theirs", "--picture", first, "--threshold", "0.05", "--json") == 0
    told = document(capsys)
    assert told["card"]["decoder"] == decoder
    assert told["card"]["labels"][39] == "bottle"
    assert told["boxes"]
    settings = DetectionSettings(method="network", model="theirs", threshold=0.05)
    detector = open_detector(settings, data=shop, runtime="onnxruntime", threads=1)
    hits = total = 0
    for entry in frames[::20]:
        pixels = cv2.cvtColor(cv2.imread(str(folder / entry["file"])), cv2.COLOR_BGR2RGB)
        height, width = pixels.shape[:2]
        truth = np.array([thing["box"] for thing in entry["objects"]], np.float32) * (width, height, width, height)
        found = detector.detect(Frame.of(pixels, sequence=0, captured_at=0.0))
        hits += int((iou(truth.astype(np.float32), found.boxes).max(axis=1, initial=0) >= 0.5).sum())
        total += len(truth)
    assert hits / total > least
