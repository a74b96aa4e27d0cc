"""What the embedder is trained on: nothing that it is judged by."""

import importlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

EMBEDDER = Path(__file__).parents[2] / "models" / "training" / "embedder"


@pytest.fixture(scope="module")
def pictures() -> Any:
    """The module that reads the photographs; it needs no PyTorch."""
    return importlib.import_module("models.training.embedder.pictures")


def test_only_even_classes_of_the_training_photographs_teach(pictures: Any, tmp_path: Path) -> None:
    lines: dict[str, list[str]] = {"train": [], "val": [], "test": []}
    for split, told in lines.items():
        for fine in range(6):
            path = tmp_path / split / f"{fine}.jpg"
            path.parent.mkdir(exist_ok=True)
            cv2.imwrite(str(path), np.full((40, 30, 3), 40 * fine, np.uint8))
            told.append(f"{split}/{fine}.jpg, {fine if split == 'train' else 6 + fine}, 0")
        (tmp_path / f"{split}.txt").write_text("\n".join(told), "utf-8")
    kinds = pictures.read_grocery(tmp_path)
    assert [kind.name for kind in kinds] == ["grocery 0", "grocery 2", "grocery 4"]
    assert [int(kind.pictures[0].pixels.mean()) for kind in kinds] == pytest.approx([0, 80, 160], abs=2)


def test_no_photograph_of_the_judging_counter_is_read() -> None:
    for module in sorted(EMBEDDER.glob("*.py")):
        assert "counter19" not in module.read_text("utf-8"), module.name
