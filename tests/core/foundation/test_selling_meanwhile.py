"""What takes long on the records thread does not hold up selling: a sale is paid and written meanwhile."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from core.catalog.database import Catalog
from core.catalog.records import ProductDetails
from core.checkout.session import CheckoutSession
from core.errors import UserError
from core.frames import Pixels
from core.recognition import enroll
from core.recognition.describer import CropEmbedder
from core.station import Station
from tests.core.foundation.tiny_shop import TINY, tiny_shop
from tests.core.recognition.pictures import picture
from tests.core.vision.tiny_networks import embedder_tree, save_embedder, write_card

PATIENCE = 60.0
SETTINGS = TINY.changed("detection", method="change")


class Till:
    """Sells one piece of tea from the records thread, in the middle of something."""

    def __init__(self, station: Station, tea: int) -> None:
        self.station, self.tea = station, tea
        self.is_begun = False

    def sell(self) -> None:
        """Once. The vision thread, which sells, never waits for the records thread."""
        if self.is_begun:
            return
        self.is_begun = True

        def sell(session: CheckoutSession) -> None:
            session.add_product(self.tea)
            session.pay("cash")

        self.station.checkout(sell).result(PATIENCE)

    @property
    def is_written(self) -> bool:
        return any(self.station.data.receipts.glob("sale-*.txt"))


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    running = Station(tiny_shop(tmp_path / "shop"), settings=SETTINGS, source="demo:?width=320&height=240&fps=5")
    running.start().result(PATIENCE)
    yield running
    running.stop(PATIENCE)


@pytest.fixture
def till(station: Station, tmp_path: Path) -> Till:
    """Of a shop that sells tea, taught with more pictures than are embedded at a time."""
    report = station.import_folder(pictures(tmp_path / "goods", "Tea", 20)).result(PATIENCE)
    return Till(station, report.products[0].product_id)


def pictures(folder: Path, name: str, count: int, *, kind: int = 0) -> Path:
    (folder / name).mkdir(parents=True)
    for shot in range(count):
        cv2.imwrite(str(folder / name / f"{shot:02}.png"), picture(kind, shot))
    return folder


def test_a_sale_is_written_while_products_are_imported(till: Till, tmp_path: Path) -> None:
    more = pictures(tmp_path / "more", "Milk", 2, kind=1)
    pictures(more, "Rice", 2, kind=2)
    written = []

    def on_progress(done: int, total: int) -> None:
        till.sell()
        written.append(till.is_written)

    till.station.import_folder(more, on_progress).result(PATIENCE)
    assert written[0] is False
    assert written[-1] is True


def test_the_catalog_is_read_while_products_are_imported(till: Till, tmp_path: Path) -> None:
    more = pictures(tmp_path / "more", "Milk", 2, kind=1)
    pictures(more, "Rice", 2, kind=2)
    order: list[str] = []

    def read(catalog: Catalog) -> None:
        order.append("read")

    def on_progress(done: int, total: int) -> None:
        if not done:
            till.station.records(read)
        order.append(str(done))

    till.station.import_folder(more, on_progress).result(PATIENCE)
    assert order == ["0", "read", "2", "4"]


def test_a_product_taken_off_sale_meanwhile_gets_no_more_pictures(till: Till, tmp_path: Path) -> None:
    def on_progress(done: int, total: int) -> None:
        if not done:
            till.station.change(lambda catalog: catalog.products.archive(till.tea))

    more = pictures(tmp_path / "more", "Milk", 17, kind=1)
    pictures(more, "Tea", 2, kind=3)
    report = till.station.import_folder(more, on_progress).result(PATIENCE)
    assert [product.name for product in report.products] == ["Milk"]


def test_a_product_that_was_taught_meanwhile_is_not_made_twice(till: Till, tmp_path: Path) -> None:
    def on_progress(done: int, total: int) -> None:
        if not done:
            till.station.change(lambda catalog: catalog.products.add(ProductDetails("Rice", price_minor=129)))

    more = pictures(tmp_path / "more", "Milk", 2, kind=1)
    pictures(more, "Rice", 2, kind=2)
    report = till.station.import_folder(more, on_progress).result(PATIENCE)
    assert [(product.name, product.details.price_minor) for product in report.products][1:] == [("Rice", 129)]


def test_a_sale_is_written_while_references_are_learned_again(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    other = till.station.data.models / "other"
    save_embedder(other / "other.onnx", size=5)
    write_card(other / "card.toml", {**embedder_tree(), "name": "other", "file": "other.onnx", "embedding_size": 5})
    embed, written = enroll.embed_references, []

    def embed_slowly(embedder: CropEmbedder, crops: Sequence[Pixels]) -> npt.NDArray[np.float32]:
        till.sell()
        written.append(till.is_written)
        return embed(embedder, crops)

    monkeypatch.setattr(enroll, "embed_references", embed_slowly)
    till.station.apply_settings(till.station.settings.changed("recognition", embedder="other")).result(PATIENCE)
    assert written == [False, True]


def test_closing_ends_an_import_and_keeps_what_it_has_brought(till: Till, tmp_path: Path) -> None:
    more = pictures(tmp_path / "more", "Milk", 2, kind=1)
    pictures(more, "Rice", 2, kind=2)
    data = till.station.data

    def on_progress(done: int, total: int) -> None:
        # What the station does when it is stopped, between two portions.
        if done:
            till.station._records.submit(till.station._close)

    imported = till.station.import_folder(more, on_progress)
    with pytest.raises(UserError, match="closing"):
        imported.result(PATIENCE)
    again = Station(data, settings=SETTINGS, source="demo:?width=320&height=240&fps=5")
    again.start().result(PATIENCE)
    names = again.records(lambda catalog: {product.name for product in catalog.products.all()}).result(PATIENCE)
    again.stop(PATIENCE)
    assert names == {"Tea", "Milk", "Rice"}
