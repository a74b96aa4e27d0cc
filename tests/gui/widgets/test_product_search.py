"""Finding a product by typing."""

from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.catalog.records import Product
from gui.widgets.product_search import FoundProductsModel, ProductSearch
from tests.gui.counter import CounterStation
from tests.gui.model_watch import watched


class Library:
    """Answers searches from the real catalog, at once or when told to."""

    def __init__(self, station: CounterStation) -> None:
        self._station = station
        self.is_slow = False
        self.waiting: list[tuple[str, Future[list[Product]]]] = []

    def search(self, text: str) -> "Future[list[Product]]":
        future: Future[list[Product]] = Future()
        if self.is_slow:
            self.waiting.append((text, future))
        else:
            future.set_result(self._station.catalog.products.search(text))
        return future

    def answer(self, number: int) -> None:
        text, future = self.waiting[number]
        future.set_result(self._station.catalog.products.search(text))


@pytest.fixture
def library(station: CounterStation) -> Library:
    return Library(station)


@pytest.fixture
def field(qtbot: QtBot, library: Library, tmp_path: Path) -> ProductSearch:
    shown = ProductSearch(library.search, tmp_path, placeholder="Search products", keys="/")
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitExposed(shown)
    shown.activateWindow()
    shown.setFocus()
    return shown


def test_a_product_is_chosen_from_the_list_with_the_arrow_keys(qtbot: QtBot, field: ProductSearch) -> None:
    QTest.keyClicks(field, "crisps")
    qtbot.waitUntil(field._popup.isVisible)
    with qtbot.waitSignal(field.chosen) as chosen:
        QTest.keyClick(field._popup, Qt.Key.Key_Down)
        QTest.keyClick(field._popup, Qt.Key.Key_Down)
        QTest.keyClick(field._popup, Qt.Key.Key_Return)
    assert chosen.args is not None
    assert chosen.args[0].name == "Salt crisps"
    assert field.text() == ""


def test_a_scanner_takes_the_best_at_once(qtbot: QtBot, field: ProductSearch) -> None:
    with qtbot.waitSignal(field.chosen) as chosen:
        QTest.keyClicks(field, "4006381333955")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args is not None
    assert chosen.args[0].name == "Oat biscuits"


def test_an_answer_that_comes_late_is_dropped(qtbot: QtBot, field: ProductSearch, library: Library) -> None:
    library.is_slow = True
    QTest.keyClicks(field, "oat")
    qtbot.waitUntil(lambda: len(library.waiting) == 1)
    field.selectAll()
    QTest.keyClicks(field, "app")
    qtbot.waitUntil(lambda: len(library.waiting) == 2)
    library.answer(1)
    qtbot.waitUntil(lambda: field._found.rowCount() == 1)
    library.answer(0)
    qtbot.wait(20)
    assert field._found.index(0).data() == "Apples"


def test_nothing_found_is_said(qtbot: QtBot, field: ProductSearch) -> None:
    QTest.keyClicks(field, "xyz")
    qtbot.waitUntil(lambda: field.accessibleDescription() == "nothing found")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert field.accessibleDescription() == ""


def test_the_down_key_shows_what_there_is(qtbot: QtBot, field: ProductSearch) -> None:
    QTest.keyClick(field, Qt.Key.Key_Down)
    qtbot.waitUntil(field._popup.isVisible)
    assert field._found.rowCount() == 4


def test_the_model_keeps_its_promises(station: CounterStation) -> None:
    model = FoundProductsModel()
    watched(model)
    model.show(station.catalog.products.all())
    assert model.rowCount() == 4
    assert "€1.20" in model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
