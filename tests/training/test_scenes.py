"""The scenes that detectors are trained on: their truth is what can be seen, and nobody trains on what judges."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest


@pytest.fixture(scope="module")
def scenes() -> Callable[[str], Any]:
    """Imports a module of the training's own by its name."""
    return lambda name: importlib.import_module(f"models.training.scenes.{name}")


@pytest.fixture(scope="module")
def stock(scenes: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small stock: red goods on gray surfaces, green arms, blue things, one photograph with one label."""
    folder = tmp_path_factory.mktemp("stock")
    rng = np.random.default_rng(5)
    for kind in ("goods_D", "surfaces", "arms", "things", "frames", "goods_U", "goods_P", "goods_A"):
        (folder / kind).mkdir()
    good = np.zeros((90, 60, 4), np.uint8)
    good[...] = (0, 0, 255, 255)
    cv2.imwrite(str(folder / "goods_D" / "0.png"), good)
    cv2.imwrite(str(folder / "surfaces" / "0.jpg"), np.full((448, 448, 3), 120, np.uint8))
    arm = np.zeros((640, 162, 4), np.uint8)
    arm[:, 40:120] = (0, 255, 0, 255)
    cv2.imwrite(str(folder / "arms" / "0.png"), arm)
    thing, length = scenes("distractors").draw_distractor(rng)
    cv2.imwrite(str(folder / "things" / "0.png"), thing)
    (folder / "things.json").write_text(json.dumps({"things/0.png": length}), encoding="utf-8")
    photo = np.full((320, 240, 3), 60, np.uint8)
    cv2.imwrite(str(folder / "frames" / "0.jpg"), photo)
    label = {
        "file": "frames/0.jpg",
        "source": "U",
        "complete": False,
        "polygons": [[0.2, 0.2, 0.6, 0.2, 0.6, 0.5, 0.2, 0.5]],
        "boxes": [[0.2, 0.2, 0.6, 0.5]],
    }
    (folder / "frames.json").write_text(json.dumps([label]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def composer(scenes: Any, stock: Path) -> Any:
    module = scenes("composing")
    return module.Composer(module.Stock(stock, sessions=""), np.random.default_rng(3), sessions="")


def test_boxes_enclose_what_is_seen_of_the_goods(composer: Any) -> None:
    hits = []
    for _ in range(40):
        example = composer.scene(items=1)
        height, width = example.picture.shape[:2]
        assert (height % 32, width % 32, max(height, width)) == (0, 0, 480)
        assert example.known.shape == (height // 8, width // 8)
        for x0, y0, x1, y1 in example.boxes:
            inside = example.picture[int(y0) : int(y1), int(x0) : int(x1)].astype(int)
            hits.append(float((inside[..., 2] > inside[..., 1] + 10).mean()))
            assert 0 <= x0 < x1 <= width
            assert 0 <= y0 < y1 <= height
    assert len(hits) > 15
    assert float(np.median(hits)) > 0.3


def test_scenes_with_nothing_for_sale_have_no_boxes(composer: Any) -> None:
    examples = [composer.scene(items=0) for _ in range(10)]
    assert all(len(example.boxes) == len(example.ignored) == 0 for example in examples)
    assert all(example.known.all() for example in examples)


def test_a_photograph_is_known_at_its_labels_alone(composer: Any) -> None:
    photos = [frame for frame in composer._photos if frame["source"] == "U"]
    examples = [composer.real(photos) for _ in range(12)]
    assert any(not example.known.all() for example in examples)
    for example in examples:
        for x0, y0, x1, y1 in example.boxes:
            assert example.known[int((y0 + y1) / 16), int((x0 + x1) / 16)]


def test_the_same_seed_gives_the_same_scene(scenes: Any, stock: Path) -> None:
    module = scenes("composing")
    loaded = module.Stock(stock, sessions="")
    first, second = (module.Composer(loaded, np.random.default_rng(9), sessions="").example() for _ in range(2))
    np.testing.assert_array_equal(first.picture, second.picture)
    np.testing.assert_array_equal(first.boxes, second.boxes)


def test_a_smaller_example_is_the_same_example(scenes: Any, composer: Any) -> None:
    example = composer.scene(items=3)
    small = scenes("composing").resized(example, 2 / 3)
    height, width = example.picture.shape[:2]
    tall, wide = small.picture.shape[:2]
    assert (tall % 32, wide % 32, max(tall, wide)) == (0, 0, 320)
    assert small.known.shape == (tall // 8, wide // 8)
    shares = example.boxes / (width, height, width, height)
    np.testing.assert_allclose(small.boxes / (wide, tall, wide, tall), shares, rtol=1e-5)


def test_photographs_of_one_burst_stay_on_one_side(scenes: Any) -> None:
    is_held_out = scenes("stock").is_held_out
    sides = {number: is_held_out(f"images/07{number:04d}.jpg") for number in range(600)}
    assert 0.15 < sum(sides.values()) / len(sides) < 0.25
    assert all(sides[number] == sides[number - number % 20] for number in sides)


@pytest.mark.parametrize("seed", range(6))
def test_drawn_goods_distractors_and_surfaces_are_pictures(scenes: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    good = scenes("goods").draw_good(rng, [])
    thing, length = scenes("distractors").draw_distractor(rng)
    surface = scenes("surfaces").draw_surface(rng)
    for layer in (good, thing):
        assert layer.dtype == np.uint8
        assert layer.shape[2] == 4
        assert int((layer[..., 3] > 8).sum()) > 100
    assert length > 0
    assert surface.shape == (448, 448, 3)
    assert float(surface.std()) > 0


def test_goods_in_rows_lie_beside_each_other(scenes: Any, composer: Any) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        places = scenes("rows").row_places((270, 480), (40.0, 60.0), 20.0, rng)
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)[np.triu_indices(len(places), 1)]
        assert ((places > 0) & (places < (480, 270))).all()
        assert (apart > 30).all()
    crowds = []
    for _ in range(10):
        canvas = composer._surface()
        composer._put_rows(canvas, 90.0)
        crowds.append(len(canvas.areas))
        assert set(np.unique(canvas.owners).tolist()) <= set(range(len(canvas.areas) + 1))
    assert max(crowds) > 4


@pytest.mark.parametrize("first", [(288, 480), (480, 288)])
def test_a_mosaic_shows_four_examples_and_their_boxes(scenes: Any, first: tuple[int, int]) -> None:
    examples = []
    for number, (rows, columns) in enumerate((first, (288, 480), (480, 288), (480, 480))):
        picture = np.full((rows, columns, 3), 40 * number, np.uint8)
        picture[32:160, 64:128] = (0, 0, 255)
        known = np.zeros((rows // 8, columns // 8), np.bool_)
        known[4:20, 8:16] = True
        boxes = np.array([[64, 32, 128, 160], [8, 8, 16, 30]], np.float32)
        hidden = np.array([[200, 200, 240, 240]], np.float32)
        examples.append(scenes("composing").Example(picture, boxes, hidden, known))
    example = scenes("mosaic").mosaic(examples)
    rows, columns = first
    assert example.picture.shape == (rows, columns, 3)
    assert example.known.shape == (rows // 8, columns // 8)
    assert (len(example.boxes), len(example.ignored)) == (4, 8)
    centers = example.boxes.reshape(-1, 2, 2).mean(1)
    assert {(bool(x > columns / 2), bool(y > rows / 2)) for x, y in centers} == {
        (wide, tall) for wide in (False, True) for tall in (False, True)
    }
    asked = np.zeros((rows, columns), np.bool_)
    for x0, y0, x1, y1 in example.boxes.round().astype(int):
        asked[y0:y1, x0:x1] = True
    red = (example.picture[..., 2] > 200) & (example.picture[..., 1] < 60)
    assert (red & asked).sum() > 0.9 * max(red.sum(), asked.sum())
    grid = cv2.resize(example.known.astype(np.uint8), (columns, rows), interpolation=cv2.INTER_NEAREST) > 0
    assert (grid & asked).sum() > 0.8 * max(grid.sum(), asked.sum())
