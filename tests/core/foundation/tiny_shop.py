"""A data folder whose settings choose an embedder of a few numbers, so that a station opens at once."""

from pathlib import Path

from core.paths import DataFolder
from core.settings import Settings
from tests.core.vision.tiny_networks import embedder_tree, save_embedder, write_card

TINY = Settings().changed("recognition", threads=1, runtime="onnxruntime", embedder="tiny")
"""The detector is the shipped one."""


def tiny_shop(folder: Path) -> DataFolder:
    data = DataFolder(folder)
    data.prepare()
    save_embedder(data.models / "tiny" / "tiny.onnx")
    write_card(data.models / "tiny" / "card.toml", embedder_tree())
    return data
