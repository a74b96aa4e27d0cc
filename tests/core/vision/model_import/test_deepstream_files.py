"""NVIDIA's own nvinfer files, of every release and in both dialects: their cards, and the traps in them."""

import math
import re
from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelError
from core.paths import models_folder
from core.vision.model_card import DetectorCard, EmbedderCard, load_card
from core.vision.model_import.trial import try_embedder
from tests.core.vision.foreign_graphs import save_graph
from tests.core.vision.model_import.proposing import PICTURE, card_of, message, names, propose, write

FOLDER = Path(__file__).parent / "deepstream"
FILES = sorted(FOLDER.glob("*/*.*"))
ENCRYPTED = [file for file in FILES if "tlt-encoded-model" in file.read_text(encoding="utf-8")]
PLAIN = [file for file in FILES if file not in ENCRYPTED]


def label(file: Path) -> str:
    return f"{file.parent.name}-{file.name}"


@pytest.mark.parametrize("file", PLAIN, ids=label)
def test_every_value_is_told_with_its_file_and_line(file: Path) -> None:
    proposal = propose(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    stated = [line for line in lines if re.match(r"\s*[\w-]+\s*(=|:\s)", line)]
    assert len(proposal.values) == len(stated)
    reasons = {ignored.key: ignored.reason for ignored in proposal.ignored}
    for value in proposal.values:
        assert value.line is not None
        line = lines[value.line - 1]
        assert value.key in line
        assert line.rstrip().endswith(value.value)
        assert value.file == str(file)
        assert bool(value.used_as) != bool(reasons.get(value.key))
    assert "unknown-key" not in names(proposal)


@pytest.mark.parametrize("file", PLAIN, ids=label)
def test_both_dialects_make_the_same_card(file: Path) -> None:
    other = file.with_suffix(".yml" if file.suffix == ".txt" else ".txt")
    first, second = (card_of(propose(path)).model_dump(exclude={"source"}) for path in (file, other))
    if file.parent.name == "ds7.1" and file.stem == "binary_dino":
        assert {first["input"].pop("height"), second["input"].pop("height")} == {540, 544}
    assert first == second


@pytest.mark.parametrize(
    ("file", "size", "layout", "threshold", "classes"),
    [
        ("ds6.4/binary_effdet", (960, 544), "NHWC", 0.7, 1),
        ("ds7.0/hundred", (416, 416), "NHWC", 0.5, 0),
        ("ds6.4/binary_dino", (960, 544), "NCHW", 0.5, 2),
        ("ds7.0/meta_dino", (960, 544), "NCHW", 0.5, 11),
        ("ds8.0/binary_dino", (960, 540), "NCHW", 0.5, 2),
    ],
)
def test_nvidias_detectors(file: str, size: tuple[int, int], layout: str, threshold: float, classes: int) -> None:
    card = card_of(propose(FOLDER / f"{file}.yml"))
    assert isinstance(card, DetectorCard)
    is_dino = "dino" in file
    assert card.decoder == ("dino" if is_dino else "efficientdet")
    assert ((card.input.width, card.input.height), card.input.layout) == (size, layout)
    assert (card.threshold, len(card.labels), card.provided_by_shop) == (threshold, classes, False)
    assert (card.input.fit, card.input.padding, card.input.pad_value) == ("letterbox", "end", 0)
    assert card.input.name == ("inputs" if is_dino else "input")
    if is_dino:
        assert card.outputs == {"logits": "pred_logits", "boxes": "pred_boxes"}
        assert card.ignored_labels == ("background",)
        assert card.input.scale == pytest.approx((1 / (255 * 0.226),) * 3)
        assert card.input.offset == (123.675, 116.28, 103.53)
    else:
        assert card.outputs["boxes"] == "detection_boxes"
        assert (card.input.scale, card.input.color) == ((1.0,) * 3, "RGB")


@pytest.mark.parametrize(
    ("file", "image", "output", "size", "scale"),
    [
        ("ds6.4/recognition.txt", "inputs", "outputs", 2048, 1 / 255),
        ("ds8.0/recognition.txt", "input", "embeddings", 448, 0.01460167693791089),
    ],
)
def test_nvidias_embedders(file: str, image: str, output: str, size: int, scale: float) -> None:
    card = card_of(propose(FOLDER / file))
    assert isinstance(card, EmbedderCard)
    assert (card.input.name, card.outputs, card.embedding_size) == (image, {"embedding": output}, size)
    assert (card.input.width, card.input.height, card.input.fit) == (224, 224, "stretch")
    assert card.input.scale[0] == pytest.approx(scale)


@pytest.mark.parametrize(
    ("shipped", "file"),
    [
        ("retail-object-detection-1.0-100", "ds7.0/hundred.yml"),
        ("retail-object-detection-1.1-binary", "ds7.0/binary_effdet.yml"),
        ("retail-object-detection-2.0-binary", "ds7.0/binary_dino.yml"),
        ("retail-object-detection-2.2-binary", "ds8.0/binary_dino.yml"),
        ("retail-object-recognition-1.0", "ds6.4/recognition.yml"),
        ("retail-object-recognition-2.0", "ds8.0/recognition.yml"),
    ],
)
def test_shipped_cards_feed_and_read_as_the_files_do(shipped: str, file: str) -> None:
    card, imported = load_card(shipped, [models_folder()]), card_of(propose(FOLDER / file))
    if "dino" in file:
        # The one place where the card follows Triton's file instead.
        imported = imported.model_copy(update={"input": imported.input.model_copy(update={"color": "RGB"})})
    told = {"name", "source", "license", "provided_by_shop"}
    if isinstance(card, EmbedderCard) and "probabilities" in card.outputs:
        # The file's own classes are not named, so that they have no say.
        card = card.model_copy(update={"label_file": "", "outputs": {"embedding": card.outputs["embedding"]}})
    assert card.file == imported.file
    form, expected = card.model_dump(exclude=told | {"input"}), imported.model_dump(exclude=told | {"input"})
    assert form == expected
    unused = {"padding", "pad_value"} if card.input.fit == "stretch" else set()
    assert card.input.model_dump(exclude=unused) == imported.input.model_dump(exclude=unused)


def test_the_second_embedders_classes_come_from_its_label_file(tmp_path: Path) -> None:
    outputs = {"probs": np.full((1, 3), 1 / 3, np.float32), "embeddings": np.ones((1, 448), np.float32)}
    model = tmp_path / "models" / "recognition" / "FANDualHead_Base_NVIN_op16.onnx"
    save_graph(model, outputs, image=("input", ("n", 3, 224, 224)))
    (tmp_path / "ds8.0").mkdir()
    file = write(tmp_path / "ds8.0", (FOLDER / "ds8.0" / "recognition.yml").read_text(encoding="utf-8"), "r.yml")
    (model.parent / "labels.txt").write_text("milk\ntea\nbread\n", encoding="utf-8")
    card = card_of(propose(file))
    assert isinstance(card, EmbedderCard)
    assert card.labels == ("milk", "tea", "bread")
    assert card.outputs == {"embedding": "embeddings", "probabilities": "probs"}
    try_embedder(card, PICTURE)
    (model.parent / "labels.txt").write_text("milk;tea", encoding="utf-8")
    told = propose(file)
    assert "tells 3 classes apart, and 2 are named" in message(told, "class-count")
    assert card_of(told).outputs == {"embedding": "embeddings"}


@pytest.mark.parametrize("file", ENCRYPTED, ids=label)
def test_encrypted_models_are_refused_with_their_twin(file: Path) -> None:
    with pytest.raises(ModelError, match="is encrypted") as caught:
        propose(file)
    assert re.search(r"as ONNX \(retail_\w+\.onnx", caught.value.remedy)


def test_the_twin_beside_an_encrypted_model_is_used(tmp_path: Path) -> None:
    vectors = {"outputs": np.ones((1, 2048), np.float32)}
    models = tmp_path / "models" / "recognition"
    save_graph(models / "retail_object_recognition.onnx", vectors, image=("inputs", ("n", 3, 224, 224)))
    (tmp_path / "ds6.2").mkdir()
    text = (FOLDER / "ds6.2" / "recognition.yml").read_text(encoding="utf-8")
    proposal = propose(write(tmp_path / "ds6.2", text, "recognition.yml"))
    assert proposal.weights == models / "retail_object_recognition.onnx"
    card = card_of(proposal)
    assert isinstance(card, EmbedderCard)
    assert card.embedding_size == 2048
    try_embedder(card, PICTURE)
    (models / "x.etlt").write_bytes(b"")
    with pytest.raises(ModelError, match=r"x\.etlt is encrypted"):
        propose(models / "x.etlt")


@pytest.mark.parametrize(
    ("file", "finding", "words"),
    [
        ("ds7.0/recognition.yml", "v1-model-v2-normalization", "first embedder"),
        ("ds7.0/recognition.yml", "output-order", "probs, embeddings"),
        ("ds7.0/binary_dino.txt", "dino-color-order", "BGR with means in the order of RGB"),
        ("ds7.1/binary_dino.txt", "twin-differs", "infer-dims is 3;544;960 in binary_dino.txt, line 12"),
        ("ds7.0/hundred.txt", "class-count", "100 or 101"),
        ("ds7.0/hundred.yml", "dims-order", "416×416×3"),
        ("ds8.0/binary_dino.yml", "model-missing", "retail_object_detection_dino_binary.onnx is not there"),
        ("ds8.0/binary_dino.yml", "label-file-missing", "class_map.txt"),
    ],
)
def test_the_traps_in_nvidias_files_are_findings(file: str, finding: str, words: str) -> None:
    assert words in message(propose(FOLDER / file), finding)


def test_files_without_traps_tell_none() -> None:
    quiet = {"label-file-missing", "model-missing", "input-name-guessed", "license-unknown", "outputs-guessed"}
    assert set(names(propose(FOLDER / "ds6.4" / "recognition.yml"))) <= quiet
    assert "twin-differs" not in names(propose(FOLDER / "ds7.0" / "binary_dino.txt"))
    assert "v1-model-v2-normalization" not in names(propose(FOLDER / "ds8.0" / "recognition.txt"))


def test_scales_are_not_rounded() -> None:
    card = card_of(propose(FOLDER / "ds8.0" / "recognition.yml"))
    assert math.isclose(card.input.scale[0], 0.01460167693791089, rel_tol=1e-12)
