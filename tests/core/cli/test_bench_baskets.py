"""`tillsight bench baskets` as it is typed, in a shop of one's own."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.cameras.demo_products import PRODUCTS
from core.catalog.database import open_catalog
from core.catalog.records import Origin, ProductDetails
from core.cli.app import create_app, run
from core.paths import DataFolder


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "corner shop")
    folder.prepare()
    return folder


def bench(*arguments: str, data: DataFolder) -> int:
    quick = ("--set", "detection.method=change", "--set", "recognition.runtime=onnxruntime")
    return run(create_app(), ["bench", "baskets", *quick, *arguments, "--data-dir", str(data.root)])


def teach(data: DataFolder, name: str) -> None:
    catalog = open_catalog(data)
    product = catalog.products.add(ProductDetails(name, price_minor=100))
    pixels = np.random.default_rng(5).integers(0, 255, (3, 80, 60, 3), np.uint8)
    catalog.references.add(
        product.product_id, [catalog.photographs.store(one) for one in pixels], origin=Origin.IMPORTED
    )
    catalog.close()


def test_a_shop_without_the_demo_products_is_told_how_to_get_them(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    teach(data, "Own jam")
    assert bench(data=data) == 1
    told = capsys.readouterr()
    assert "has none of them" in told.err
    assert f"tillsight enroll demo: --data-dir '{data.root}'" in told.err
    assert told.out == ""


def test_a_shop_with_some_of_them_is_measured_and_told_what_it_lacks(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    teach(data, PRODUCTS[0].name.upper())
    assert bench("--baskets", "1", "--fps", "2", "--json", data=data) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["baskets"]["count"] == 1
    lacking = [line for line in told.err.splitlines() if line.startswith("Not enrolled, so never named: ")]
    assert len(lacking) == len(PRODUCTS) - 1
    assert not any(PRODUCTS[0].name in line for line in lacking)
