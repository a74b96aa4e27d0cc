"""A day at the checkout."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt

from core.cameras.demo_counter import DemoCounter
from core.catalog.database import open_catalog
from core.catalog.records import SaleState
from core.paths import DataFolder
from core.sightings import Outcome
from gui.checkout.page import CheckoutPage
from tests.journeys.person import Person

THREE = "demo:?script=still&items=3&fps=15&width=960&height=540"


def true_names(uri: str) -> Counter[str]:
    """What really lies on a still counter, once everything is there."""
    counter = DemoCounter.from_uri(uri, width=960, height=540, fps=15)
    return Counter(item.name for item in counter.truth(90))


def test_a_cashier_sells_three_items(person: Callable[..., Person], data: DataFolder) -> None:
    cashier = person(THREE)
    cashier.waits_for_basket(3)
    for question in cashier.questions:
        # What the camera is not sure of, the cashier names; the right one is among those offered.
        names = true_names(THREE)
        choice = next(choice for choice in question.choices if choice.name in names)
        cashier.station.checkout(
            lambda session, t=question.track_id, p=choice.product_id: session.answer(t, p)  # type: ignore[misc]
        ).result(10)
    cashier.waits_for(lambda: Counter(cashier.sold()) == true_names(THREE))
    total = cashier.basket.total_minor
    number = cashier.basket.number

    page = cashier.page(CheckoutPage)
    page.take_focus()
    cashier.presses(Qt.Key.Key_F9, on=page)
    cashier.presses(Qt.Key.Key_F9, on=cashier.running.window.focusWidget() or page)
    cashier.waits_for(lambda: cashier.basket.number == number + 1)
    cashier.qtbot.wait(600)
    assert cashier.sold() == {}, "paid items still on the counter are not sold again"
    cashier.leave()

    catalog = open_catalog(data)
    [sale] = [sale for sale in catalog.sales.closed_on(datetime.now().date()) if sale.state is SaleState.PAID]
    assert sale.total_minor == total
    assert Counter({line.name: line.quantity for line in sale.lines}) == true_names(THREE)
    assert (data.receipts / f"sale-{number}.txt").read_text(encoding="utf-8").startswith(f"Sale {number}")
    catalog.close()


def test_a_cashier_corrects_a_wrong_label(person: Callable[..., Person], data: DataFolder) -> None:
    one = "demo:?script=still&items=1&fps=15&width=960&height=540"
    [(right, _)] = true_names(one).items()
    catalog = open_catalog(data)
    product = catalog.products.named(right)
    assert product is not None
    # Nobody has taught this product yet, so the camera takes it for another one or for a stranger.
    catalog.references.remove([item.reference_id for item in catalog.references.of_product(product.product_id)])
    catalog.close()

    cashier = person(one)
    cashier.waits_for_basket(1)
    assert right not in cashier.sold()
    assert cashier.view is not None
    [sighting] = cashier.view.sightings
    track = sighting.track.track_id
    cashier.station.checkout(lambda session: session.answer(track, product.product_id)).result(10)
    cashier.waits_for(lambda: cashier.sold() == {right: 1})
    # The correction teaches: what the camera says of the same item is right from now on.
    cashier.waits_for(lambda: _says(cashier, right))


def _says(cashier: Person, name: str) -> bool:
    view = cashier.view
    if view is None or not view.sightings:
        return False
    match = view.sightings[0].match
    return match is not None and match.outcome is not Outcome.UNKNOWN and match.candidates[0].name == name
