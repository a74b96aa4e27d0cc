"""What the embedder is trained on: nothing that it is judged by."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest


@pytest.fixture(scope="module")
def training() -> Callable[[str], Any]:
    """Imports a module of the training's by its name; those used here need no PyTorch."""
    return lambda name: importlib.import_module(f"models.training.embedder.{name}")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The three sets side by side as they are handed out, a picture or two of each product."""
    lines: dict[str, list[str]] = {"train": [], "val": [], "test": []}
    for split, told in lines.items():
        for fine in range(6):
            # Other splits under even numbers too: the split alone must keep them away.
            _draw(tmp_path / "grocery" / split / f"{fine}.jpg", shade=40 * fine)
            told.append(f"{split}/{fine}.jpg, {fine if split == 'train' else 6 + fine}, 0")
        (tmp_path / "grocery" / f"{split}.txt").write_text("\n".join(told), "utf-8")
    for name in ("00_soda", "01_cheese"):
        _draw(tmp_path / "up24" / "crops" / name / "1.jpg", shade=90)
    _draw(tmp_path / "up24" / "images" / "1.jpg", shade=120)
    polygon = [0.1, 0.1, 0.9, 0.1, 0.9, 0.9, 0.1, 0.9]
    entry = {"file": "images/1.jpg", "objects": [{"name": "soda", "polygon": polygon}]}
    annotations = {"classes": ["soda", "cheese"], "images": [entry]}
    (tmp_path / "up24" / "annotations.json").write_text(json.dumps(annotations), "utf-8")
    _draw(tmp_path / "counter19" / "crops" / "A" / "00_snack" / "1.jpg", shade=200)
    _draw(tmp_path / "counter19" / "images" / "1.jpg", shade=200)
    return tmp_path


def _draw(path: Path, *, shade: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.full((60, 50, 3), shade, np.uint8))


def test_only_even_classes_of_the_training_photographs_teach(training: Any, data: Path) -> None:
    kinds = training("pictures").read_grocery(data / "grocery")
    assert [kind.name for kind in kinds] == ["grocery 0", "grocery 2", "grocery 4"]
    assert [int(kind.pictures[0].pixels.mean()) for kind in kinds] == pytest.approx([0, 80, 160], abs=2)


def test_no_photograph_that_judges_is_opened(training: Any, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: set[str] = set()
    read = cv2.imread

    def watched(path: str, flags: int) -> Any:
        opened.add(Path(path).relative_to(data).as_posix())
        return read(path, flags)

    monkeypatch.setattr(cv2, "imread", watched)
    monkeypatch.setattr(training("collection"), "_BRANDS", 1)
    kinds, surfaces = training("collection").read_kinds(data, 7)
    assert opened == {f"grocery/train/{fine}.jpg" for fine in (0, 2, 4)} | {"up24/images/1.jpg"}
    assert {kind.source for kind in kinds} == {"grocery", "up24", "drawn"}
    assert len(surfaces) == 1 + 3


def test_a_prior_is_measured_on_what_teaches(training: Any, data: Path) -> None:
    produce, home = training("collection").shops_of_crops(data)
    assert produce == {f"grocery {fine}": [data / f"grocery/train/{fine}.jpg"] for fine in (0, 2, 4)}
    assert home == {name: [data / f"up24/crops/{name}/1.jpg"] for name in ("00_soda", "01_cheese")}


def test_drawn_twins_share_their_art_and_differ(training: Any) -> None:
    first, again = (training("drawn").draw_kinds(2, 5) for _ in range(2))
    for kind, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(kind.pictures[0].pixels, same.pictures[0].pixels)
    families = {kind.family for kind in first}
    assert len(families) == 2
    for family in families:
        twins = [kind.pictures[0].pixels for kind in first if kind.family == family]
        assert 3 <= len(twins) <= 5
        assert len({twin.tobytes() for twin in twins}) == len(twins)


def test_views_are_of_the_items_box_on_black(training: Any) -> None:
    pixels = np.full((120, 60, 3), 200, np.uint8)
    outline = np.array([(0, 0), (60, 0), (60, 120), (0, 120)], np.float32)
    picture = training("pictures").Picture(pixels, outline)
    views = training("views").Views(64, [pixels])
    upright, lying = views.plain(picture), views.plain(picture, 1)
    np.testing.assert_array_equal(lying, np.rot90(upright))
    assert (upright[:, 16:48] == 200).all()
    assert not upright[:, :16].any()
    assert not upright[:, 48:].any()
    drawn = [views.draw(picture, np.random.default_rng([3, number]), is_drawn=False) for number in range(20)]
    assert all(view.shape == (64, 64, 3) and view.dtype == np.uint8 for view in drawn)
    assert len({view.tobytes() for view in drawn}) == 20
