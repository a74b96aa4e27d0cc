"""A product that the shop has never seen."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.catalog.database import open_catalog
from core.paths import DataFolder
from gui.enrollment.page import EnrollmentPage
from tests.journeys.person import Person
from tests.journeys.test_selling import true_names

ONE = "demo:?script=still&items=1&fps=15&width=960&height=540"


def test_a_new_product_is_taught_by_clicking_and_sold(person: Callable[..., Person], data: DataFolder) -> None:
    [(unknown_name, _)] = true_names(ONE).items()
    catalog = open_catalog(data)
    stranger = catalog.products.named(unknown_name)
    assert stranger is not None
    catalog.products.archive(stranger.product_id)
    before = catalog.products.count()
    catalog.close()

    owner = person(ONE, page="enroll")
    owner.waits_until_ready()
    owner.waits_for(lambda: owner.view is not None and bool(owner.view.sightings))
    owner.waits_for(lambda: owner.view is not None and owner.view.enrollment is not None)
    page = owner.page(EnrollmentPage)
    owner.types("House brand tomatoes", on=page.panel.form.name)
    # A still item gives the same picture again and again, so each tap is one deliberate shot.
    page.stage.setFocus()
    QTest.keyClick(page.stage, Qt.Key.Key_Space)
    owner.waits_for(
        lambda: owner.view is not None and owner.view.enrollment is not None and owner.view.enrollment.kept >= 1
    )
    QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    owner.waits_for(lambda: owner.view is not None and owner.view.status.products == before + 1)

    owner.opens("checkout")
    owner.waits_for_basket(1)
    for question in owner.questions:
        assert question.choices[0].name == "House brand tomatoes"
    if owner.questions:
        page_key = owner.running.window.page
        assert page_key is not None
        owner.presses(Qt.Key.Key_1, on=page_key)
    owner.waits_for(lambda: owner.sold() == {"House brand tomatoes": 1})
