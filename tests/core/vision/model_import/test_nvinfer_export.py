"""What is written for nvinfer is read as it was meant."""

from pathlib import Path

import pytest

from core.vision.model_card import load_card
from core.vision.model_import.config_text import read_ini, read_yaml
from core.vision.model_import.nvinfer_export import Dialect, nvinfer_text
from tests.core.vision.tiny_networks import detector_tree, write_card


@pytest.mark.parametrize(
    "name", ["shelf.onnx", "shelf #2.onnx", "shelf: new.onnx", "[2] shelf.onnx", "#2.onnx", "a#b:c"]
)
@pytest.mark.parametrize("dialect", ["txt", "yml"])
def test_any_name_of_a_file_is_read_again(tmp_path: Path, dialect: Dialect, name: str) -> None:
    card = load_card(write_card(tmp_path / "card.toml", detector_tree()), [])
    text, _ = nvinfer_text(card, dialect, weights=name)
    read = {"txt": read_ini, "yml": read_yaml}[dialect]
    entries = {entry.key: entry.value for entry in read(text, tmp_path / f"config.{dialect}")}
    assert entries["onnx-file"] == name
    assert entries["offsets"].count(";") == 2
