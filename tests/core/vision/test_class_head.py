"""An embedder whose network also knows classes by heart: their numbers, their names, and cards that are wrong."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ModelError
from core.frames import Pixels
from core.paths import models_folder
from core.vision.model_card import EmbedderCard, load_card
from core.vision.model_import.trial import try_embedder
from tests.core.vision.tiny_networks import embedder_tree, save_embedder, write_card
from tests.core.vision.two_heads import open_two_heads, save_two_heads

LABELS = ["red", "green", "blue", "none"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_two_heads(tmp_path / "tiny" / "tiny.onnx")
    return tmp_path


def colored(red: int, green: int, blue: int) -> Pixels:
    return np.full((40, 40, 3), (red, green, blue), np.uint8)


def test_probabilities_come_with_the_vectors(folder: Path) -> None:
    embedder = open_two_heads(folder, labels=LABELS)
    crops = [colored(250, 90, 90), colored(90, 90, 250)] * 9
    vectors, probabilities = embedder.describe(crops)
    assert embedder.classes == tuple(LABELS)
    assert probabilities is not None
    assert probabilities.shape == (18, 4)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert probabilities.argmax(axis=1).tolist() == [0, 2] * 9
    np.testing.assert_array_equal(vectors, embedder.embed(crops))
    assert embedder.describe([]).vectors.shape == (0, 6)


def test_logits_become_probabilities(folder: Path, tmp_path: Path) -> None:
    save_two_heads(tmp_path / "raw" / "tiny" / "tiny.onnx", is_softmax=False)
    crops = [colored(250, 90, 20), colored(9, 9, 9)]
    expected = open_two_heads(folder, labels=LABELS).describe(crops).probabilities
    found = open_two_heads(tmp_path / "raw", labels=LABELS).describe(crops).probabilities
    assert expected is not None
    assert found is not None
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_names_stand_in_a_file_beside_the_weights_and_without_it_no_class_has_a_say(folder: Path) -> None:
    silent = open_two_heads(folder, label_file="names.txt")
    assert silent.classes == ()
    assert silent.describe([colored(1, 2, 3)]).probabilities is None
    (folder / "tiny" / "names.txt").write_text("red\ngreen; blue\n\nnone\n", encoding="utf-8")
    assert open_two_heads(folder, label_file="names.txt").classes == tuple(LABELS)


def test_the_names_of_a_shipped_card_lie_with_the_shops_weights(tmp_path: Path) -> None:
    card = load_card("retail-object-recognition-2.0", [tmp_path, models_folder()])
    assert isinstance(card, EmbedderCard)
    assert card.label_path == tmp_path / card.name / "recognitionv2_name_list.txt"
    assert card.label_path.parent == card.weights.parent


def test_references_stay_the_same_whether_classes_are_heard_or_not(folder: Path) -> None:
    heard = open_two_heads(folder, labels=LABELS)
    alone = open_two_heads(folder, outputs={"embedding": "vector"})
    assert heard.key == alone.key
    np.testing.assert_array_equal(heard.embed([colored(9, 80, 7)]), alone.embed([colored(9, 80, 7)]))


def test_a_network_without_classes_has_none(tmp_path: Path) -> None:
    save_embedder(tmp_path / "tiny" / "tiny.onnx")
    embedder = open_two_heads(tmp_path, outputs={"embedding": "vector"})
    assert embedder.classes == ()
    assert embedder.describe([colored(1, 2, 3)]).probabilities is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"labels": LABELS[:3]}, "tells apart: 4; named: 3"),
        ({"labels": LABELS, "label_file": "names.txt"}, "named by labels already"),
        ({"labels": LABELS, "outputs": {"embedding": "vector"}}, "need both"),
        ({}, "need both"),
        ({"labels": LABELS, "outputs": {"embedding": "vector", "probabilities": "shares"}}, "not 'shares'"),
        ({"label_file": "../names.txt"}, "label_file"),
    ],
)
def test_a_card_that_does_not_fit_is_told(folder: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ModelError, match=words) as caught:
        open_two_heads(folder, **changes)
    assert caught.value.remedy


def test_too_few_names_in_the_file_are_told_with_the_file(folder: Path) -> None:
    names = folder / "tiny" / "names.txt"
    names.write_text("red\n", encoding="utf-8")
    with pytest.raises(ModelError, match="named: 1") as caught:
        open_two_heads(folder, label_file="names.txt")
    assert str(names) in caught.value.remedy


def test_names_that_are_no_text_are_told(folder: Path) -> None:
    (folder / "tiny" / "names.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ModelError, match="cannot be read"):
        open_two_heads(folder, label_file="names.txt")


def test_an_imported_card_is_tried_with_its_classes(folder: Path) -> None:
    heads = {"embedding": "vector", "probabilities": "probs"}
    path = write_card(folder / "tiny" / "card.toml", embedder_tree(outputs=heads, labels=LABELS[:2]))
    card = load_card(path, ())
    assert isinstance(card, EmbedderCard)
    with pytest.raises(ModelError, match="named: 2"):
        try_embedder(card, colored(1, 2, 3))
