"""`tillsight models classes`: a shop sees which classes of its embedder are its products."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.catalog.database import open_catalog
from core.catalog.records import Origin, ProductDetails
from core.cli.app import create_app, run
from core.paths import DataFolder
from core.settings import Settings, save_settings
from tests.core.recognition.pictures import picture
from tests.core.vision.tiny_networks import detector_tree, embedder_tree, write_card


@pytest.fixture
def shop(tmp_path: Path) -> DataFolder:
    """Cola Cherry is taught, Milk is not; the embedder of the settings names four classes, without weights."""
    data = DataFolder(tmp_path / "shop")
    catalog = open_catalog(data)
    cola = catalog.products.add(ProductDetails("Cola Cherry"))
    catalog.products.add(ProductDetails("Milk", barcode="4009"))
    catalog.references.add(cola.product_id, [catalog.photographs.store(picture(1))], origin=Origin.ENROLLED)
    catalog.close()
    heads = {"embedding": "vector", "probabilities": "probs"}
    write_card(data.models / "tiny" / "card.toml", embedder_tree(outputs=heads, label_file="names.txt"))
    (data.models / "tiny" / "names.txt").write_text("tea\n4009\ncola_cherry\nbread\n", encoding="utf-8")
    save_settings(Settings().changed("recognition", embedder="tiny"), data.settings)
    return data


def classes(shop: DataFolder, *arguments: str) -> int:
    return run(create_app(), ["models", "classes", *arguments, "--data-dir", str(shop.root)])


def test_the_classes_are_listed_with_their_products(shop: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert classes(shop, "--json") == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    assert [(row["number"], row["class"], row["product"], row["references"]) for row in rows] == [
        (0, "tea", None, 0),
        (1, "4009", "Milk", 0),
        (2, "cola_cherry", "Cola Cherry", 1),
        (3, "bread", None, 0),
    ]


def test_those_that_vote_come_first(shop: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert classes(shop, "tiny") == 0
    told = capsys.readouterr().out
    assert told.index("4009") < told.index("cola_cherry") < told.index("bread")
    assert "not taught yet" in told
    assert "1 of 4 classes votes." in told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tillsight-embedder", "Choose an embedder that knows classes"),
        ("finder", "Choose an embedder."),
        ("retail-object-recognition-2.0", "recognitionv2_name_list.txt"),
    ],
)
def test_a_model_without_named_classes_is_told(
    shop: DataFolder, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_card(shop.models / "finder" / "card.toml", detector_tree(name="finder"))
    assert classes(shop, name) == 1
    told = capsys.readouterr().err
    assert "names no classes" in told
    assert words in told
