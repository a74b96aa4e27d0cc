"""An enrollment that cannot be saved goes on; one that is saved is over, whatever comes after."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog.records import ProductDetails
from core.enrollment.catalog_journal import CatalogShotJournal
from core.enrollment.session import EnrollmentError, EnrollmentSession
from core.errors import UserError
from core.shop_index import ShopIndex
from core.station import Station
from core.station_view import Mode
from tests.core.foundation.tiny_shop import TINY, tiny_shop

PATIENCE = 60.0


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """Tea is being taught, and one shot of it was kept."""
    settings = TINY.changed("detection", method="change")
    running = Station(tiny_shop(tmp_path), settings=settings, source="demo:?width=320&height=240&fps=5")
    running.start().result(PATIENCE)
    running.set_mode(Mode.ENROLLING).result(PATIENCE)
    running.enroll(lambda session: session.begin(details=ProductDetails("Tea"))).result(PATIENCE)
    while not running.enroll(take_a_shot).result(PATIENCE):
        running.views.take(timeout=PATIENCE)
    yield running
    running.stop(PATIENCE)


def take_a_shot(session: EnrollmentSession) -> bool:
    """Whether there was a picture to take it of; it is kept even if it is a poor one."""
    try:
        shot = session.capture()
    except EnrollmentError:
        return False
    if not shot.is_kept and shot.key is not None:
        session.restore_shot(shot.key)
    return True


def is_saving(station: Station) -> bool | None:
    """``None`` when no enrollment is under way."""

    def ask(session: EnrollmentSession) -> bool | None:
        view = session.view()
        return None if view is None else view.is_saving

    return station.enroll(ask).result(PATIENCE)


def products(station: Station) -> list[str]:
    return station.records(lambda catalog: [product.name for product in catalog.products.all()]).result(PATIENCE)


def test_a_product_that_is_saved_is_not_saved_again_when_the_index_does_not_follow(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(index: ShopIndex) -> None:
        raise UserError("The disk is full.", remedy="Free some space.")

    monkeypatch.setattr(ShopIndex, "refresh", is_full)
    with pytest.raises(UserError, match="disk is full"):
        station.save_enrollment().result(PATIENCE)
    monkeypatch.undo()
    assert products(station) == ["Tea"]
    assert is_saving(station) is None


def test_an_enrollment_goes_on_after_a_bug(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(CatalogShotJournal, "finish", fail)
    with pytest.raises(ZeroDivisionError):
        station.save_enrollment().result(PATIENCE)
    monkeypatch.undo()
    assert is_saving(station) is False
    station.save_enrollment().result(PATIENCE)
    assert products(station) == ["Tea"]


def test_an_enrollment_goes_on_when_it_is_handed_over_too_late(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.back_office._HAND_OVER_SECONDS", 0.05)
    is_free = threading.Event()
    station._loop.submit(is_free.wait)
    with pytest.raises(TimeoutError):
        station.save_enrollment().result(PATIENCE)
    is_free.set()
    assert is_saving(station) is False


def test_what_cannot_be_saved_yet_is_told_and_goes_on(station: Station) -> None:
    station.enroll(lambda session: session.set_details(ProductDetails(""))).result(PATIENCE)
    with pytest.raises(EnrollmentError, match="no name"):
        station.save_enrollment().result(PATIENCE)
    assert is_saving(station) is False
