"""What a person changes in the records is in effect at the counter once the future is done."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.catalog.database import Catalog
from core.catalog.records import Act, ProductDetails, ReviewFilter
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
    return enroll_goods(station, tmp_path)


def enroll_goods(station: Station, tmp_path: Path) -> dict[str, int]:
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


def test_what_was_imported_before_an_import_broke_off_can_be_sold(station: Station, tmp_path: Path) -> None:
    for number, name in enumerate(("Coffee", "Tea")):
        folder = tmp_path / "goods" / name
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "1.png"), picture(number, 1))

    def break_off(done: int, total: int) -> None:
        if done:
            raise UserError("The disk is full.", remedy="Free some space.")

    with pytest.raises(UserError, match="disk is full"):
        station.import_folder(tmp_path / "goods", break_off).result(PATIENCE)
    assert (status(station).products, status(station).references) == (1, 1)
    on_sale = station.checkout(lambda session: session.products).result(PATIENCE)
    assert {product.name for product in on_sale.values()} == {"Coffee"}


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


def unknown(station: Station, *shots: int) -> list[int]:
    """Tea that was at the counter before anything of it was enrolled."""
    embedder = station._fitter.equipment.shop.embedder

    def recognize(catalog: Catalog) -> list[int]:
        kept = []
        for shot in shots:
            # OpenCV has written the references with red and blue exchanged.
            crop = np.ascontiguousarray(picture(0, shot)[..., ::-1])
            stored, looks = catalog.photographs.store(crop), embedder.embed([crop])
            item = catalog.recognitions.add(stored.picture, Match.nothing(), looks=looks, embedder_key=embedder.key)
            kept.append(item.recognition_id)
        return kept

    return station.records(recognize).result(PATIENCE)


def outcomes(station: Station, ids: list[int]) -> set[Outcome]:
    return {
        item.outcome for item in station.records(lambda catalog: catalog.recognitions.find_all(ids)).result(PATIENCE)
    }


def doubtful(station: Station) -> int:
    return station.records(lambda catalog: catalog.recognitions.counts()).result(PATIENCE)[ReviewFilter.DOUBTFUL]


def wait(is_true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_unknown_items_are_judged_again_once_their_product_is_imported(station: Station, tmp_path: Path) -> None:
    ids = unknown(station, *range(20))
    enroll_goods(station, tmp_path)
    wait(lambda: status(station).queue_round > 0)
    assert outcomes(station, ids) == {Outcome.KNOWN}
    wait(lambda: status(station).to_review == doubtful(station))


def test_a_queue_from_before_is_judged_when_a_person_comes_to_review_it(
    station: Station, goods: dict[str, int]
) -> None:
    assert goods
    station.review(lambda review: review.queue.counts()).result(PATIENCE)
    ids = unknown(station, 5, 6)
    station._office._judged_with = None
    station.review(lambda review: review.queue.counts()).result(PATIENCE)
    wait(lambda: status(station).queue_round > 0)
    assert outcomes(station, ids) == {Outcome.KNOWN}


def test_a_correction_is_not_praised_for_what_an_import_has_done(station: Station, goods: dict[str, int]) -> None:
    ids = unknown(station, *range(5, 10))
    corrected = station.correct(Act.PRODUCT, [ids[0]], product_id=goods["Tea"], keep_as_reference=True).result(PATIENCE)
    assert (corrected.rescored.changed, corrected.rescored.towards_label) == (0, 0)
    assert outcomes(station, ids[1:]) == {Outcome.KNOWN}
    wait(lambda: status(station).to_review == doubtful(station))


def test_items_at_the_counter_are_counted_for_review_as_they_come(station: Station) -> None:
    """Nothing is enrolled, so that each of them is unknown."""
    wait(lambda: status(station).to_review > 0)


def test_before_the_shop_is_open_a_person_is_told_to_wait(tmp_path: Path) -> None:
    station = Station(DataFolder(tmp_path), settings=SETTINGS, source="demo:")
    with pytest.raises(UserError, match="still starting"):
        station.records(lambda catalog: catalog.products.count()).result(PATIENCE)
    with pytest.raises(UserError, match="still starting"):
        station.undo_correction().result(PATIENCE)
    assert station.stop(PATIENCE) == []
    with pytest.raises(UserError, match="closing"):
        station.save_enrollment().result(PATIENCE)
