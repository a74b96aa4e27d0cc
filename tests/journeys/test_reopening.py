"""A sale that is opened again, by leaving and coming back or after the power was cut."""

import sys
from collections.abc import Callable

import pytest

from core.catalog.database import open_catalog
from core.catalog.records import Act, Correction, Origin
from core.paths import DataFolder
from tests.journeys.person import Person
from tests.journeys.test_selling import true_names
from tests.journeys.test_trouble import kill_when, lines_of

ONE = "demo:?script=still&items=1&fps=15&width=960&height=540"
A_WHILE_MS = 3000


@pytest.mark.parametrize("is_killed", [False, True])
def test_a_corrected_item_is_not_charged_twice_and_can_be_corrected_again(
    person: Callable[..., Person], data: DataFolder, *, is_killed: bool
) -> None:
    catalog = open_catalog(data)
    [camera_says] = true_names(ONE)
    first, second = [one for one in catalog.products.all() if one.name != camera_says][:2]
    catalog.close()
    if is_killed:
        command = [
            sys.executable,
            "-m",
            "tests.journeys.correcting_program",
            str(data.root),
            ONE,
            str(first.product_id),
        ]
        kill_when(command, lambda: any(line.name == first.name for line in lines_of(data)))
    else:
        cashier = person(ONE)
        cashier.waits_for_basket(1)
        _says(cashier, first.product_id)
        cashier.waits_for(lambda: cashier.sold() == {first.name: 1})
        cashier.leave()
    before = _corrections(data)

    cashier = person(ONE)
    cashier.waits_until_ready()
    cashier.waits_for(lambda: bool(cashier.view and cashier.view.sightings and cashier.view.sightings[0].is_settled))
    cashier.qtbot.wait(A_WHILE_MS)
    assert cashier.sold() == {first.name: 1}
    _says(cashier, second.product_id)
    cashier.waits_for(lambda: cashier.sold() == {second.name: 1})
    # The picture is stored a moment after the answer.
    cashier.waits_for(lambda: any(line.picture for line in lines_of(data) if line.name == second.name))
    cashier.leave()

    after = _corrections(data)
    assert len(after) == len(before) + 1
    assert (after[0].act, after[0].product_id) == (Act.PRODUCT, second.product_id)
    catalog = open_catalog(data)
    taught = [one for one in catalog.references.of_product(second.product_id) if one.origin is Origin.CORRECTED]
    [line] = [line for line in lines_of(data) if not line.is_voided]
    catalog.close()
    assert [one.reference_id for one in taught] == [after[0].reference_id]
    assert line.picture is not None


def _says(cashier: Person, product_id: int) -> None:
    assert cashier.view is not None
    [sighting] = cashier.view.sightings
    track = sighting.track.track_id
    cashier.station.checkout(lambda session: session.answer(track, product_id)).result(10)


def _corrections(data: DataFolder) -> list[Correction]:
    """Newest first."""
    catalog = open_catalog(data)
    try:
        return catalog.corrections.history()
    finally:
        catalog.close()
