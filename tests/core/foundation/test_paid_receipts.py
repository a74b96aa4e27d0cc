"""The receipt that the station keeps of each paid sale."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.records import ProductDetails
from core.checkout.receipts import ReceiptLanguage
from core.station import Station
from tests.core.foundation.tiny_shop import TINY, tiny_shop

PATIENCE = 60.0


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    settings = TINY.changed("detection", method="change")
    running = Station(tiny_shop(tmp_path / "shop"), settings=settings, source="demo:?width=320&height=240&fps=5")
    running.start().result(PATIENCE)
    yield running
    running.stop(PATIENCE)


def test_the_file_speaks_the_language_of_the_shop_and_tells_the_change(station: Station) -> None:
    station.receipt_language = ReceiptLanguage(locale="de", total="Summe", given="Bar gegeben", change="Rückgeld")
    tea = station.change(lambda catalog: catalog.products.add(ProductDetails("Tea", price_minor=349))).result(PATIENCE)
    station.checkout(lambda session: session.add_product(tea.product_id)).result(PATIENCE)
    paid = station.checkout(lambda session: session.pay("cash", given_minor=500)).result(PATIENCE)
    # What is read next comes after what was written.
    station.records(lambda catalog: catalog.sales.find(paid.sale_id)).result(PATIENCE)
    text = (station.data.receipts / f"sale-{paid.number}.txt").read_text(encoding="utf-8")
    told = {" ".join(line.split()) for line in text.splitlines()}
    assert {"Tea 3,49", "Summe 3,49 €", "Bar gegeben 5,00", "Rückgeld 1,51"} <= told
