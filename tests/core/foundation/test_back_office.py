"""What a person changes in the records is in effect at the counter once the future is done."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from core.catalog.database import Catalog
from core.catalog.records import Act, ProductDetails
from core.errors import UserError
from core.paths import DataFolder
from core.sightings import Candidate, Match, Outcome
from core.station import Station
from core.station_view import Mode, StationStatus
from tests.core.foundation.tiny_shop import TINY, tiny_shop
from tests.core.recognition.pictures import picture

PATIENCE = 60.0
SETTINGS = TINY.changed("detection", method="change").changed("shop", currency="CHF", tax_percent=7.5)


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    running = Station(tiny_shop(tmp_path / "shop"), settings=SETTINGS, source="demo:?width=320&height=240&fps=5")
    running.start().result(PATIENCE)
    yield running
    running.stop(PATIENCE)


@pytest.fixture
def goods(station: Station, tmp_path: Path) -> dict[str, int]:
    """Tea and milk, imported from folders of pictures: names and numbers."""
    for number, name in enumerate(("Tea", "Milk")):
        folder = tmp_path / "goods" / name
        folder.mkdir(parents=True)
        for shot in range(3):
            cv2.imwrite(str(folder / f"{shot}.png"), picture(number, shot))
    report = station.import_folder(tmp_path / "goods").result(PATIENCE)
    return {product.name: product.product_id for product in report.products}


def status(station: Station) -> StationStatus:
    """As a view tells it that was made after this was asked."""
    station.set_mode(Mode.SELLING).result(PATIENCE)
    station.views.take(timeout=PATIENCE)
    view = station.views.take(timeout=PATIENCE)
    assert view is not None
    return view.status


def test_imported_products_can_be_sold_with_the_usual_details(station: Station, goods: dict[str, int]) -> None:
    assert (status(station).products, status(station).references) == (2, 6)
    on_sale = station.checkout(lambda session: session.products).result(PATIENCE)
    assert {product.name for product in on_sale.values()} == {"Tea", "Milk"}
    tea = on_sale[goods["Tea"]].details
    assert (tea.currency, tea.tax_basis_points) == ("CHF", 750)


def test_a_new_price_counts_from_the_next_frame_on(station: Station, goods: dict[str, int]) -> None:
    tea = goods["Tea"]
    details = ProductDetails("Tea", price_minor=490, currency="CHF")
    station.change(lambda catalog: catalog.products.update(tea, details)).result(PATIENCE)
    assert station.checkout(lambda session: session.products[tea].details.price_minor).result(PATIENCE) == 490


def test_a_correction_teaches_and_is_taken_back(station: Station, goods: dict[str, int]) -> None:
    tea, milk = goods["Tea"], goods["Milk"]
    said = Match(Outcome.POSSIBLE, (Candidate(milk, "Milk", 0.4), Candidate(tea, "Tea", 0.3)))

    def recognize(catalog: Catalog) -> int:
        stored = catalog.photographs.store(picture(0, 9))
        return catalog.recognitions.add(stored.picture, said).recognition_id

    recognition = station.change(recognize).result(PATIENCE)
    assert status(station).to_review == 1
    corrected = station.correct(Act.PRODUCT, [recognition], product_id=tea, keep_as_reference=True).result(PATIENCE)
    assert corrected.effect.label == tea
    assert (status(station).to_review, status(station).references) == (0, 7)
    assert station.undo_correction().result(PATIENCE) is not None
    assert (status(station).to_review, status(station).references) == (1, 6)
    assert station.undo_correction().result(PATIENCE) is None


def test_before_the_shop_is_open_a_person_is_told_to_wait(tmp_path: Path) -> None:
    station = Station(DataFolder(tmp_path), settings=SETTINGS, source="demo:")
    with pytest.raises(UserError, match="still starting"):
        station.records(lambda catalog: catalog.products.count()).result(PATIENCE)
    with pytest.raises(UserError, match="still starting"):
        station.undo_correction().result(PATIENCE)
    assert station.stop(PATIENCE) == []
    with pytest.raises(UserError, match="closing"):
        station.save_enrollment().result(PATIENCE)
