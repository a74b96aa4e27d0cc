"""Finding a product by typing."""

from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from core.catalog.records import Product, ProductDetails
from core.errors import UserError
from gui.widgets.product_search import PRODUCT_ROLE, FoundProductsModel, ProductSearch, found_lines
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
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(320, 60)
    return page


@pytest.fixture
def field(qtbot: QtBot, page: QWidget, library: Library, tmp_path: Path) -> ProductSearch:
    shown = ProductSearch(library.search, tmp_path, placeholder="Search products", keys="/", parent=page)
    shown.resize(300, 44)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
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


def test_enter_counts_for_what_was_asked_then_alone(
    qtbot: QtBot, field: ProductSearch, library: Library, failures: list[Exception]
) -> None:
    given: list[Product] = []
    field.chosen.connect(given.append)
    library.is_slow = True
    QTest.keyClicks(field, "crisps")
    QTest.keyClick(field, Qt.Key.Key_Return)
    library.waiting[-1][1].set_exception(UserError("The database is busy.", remedy="Try again."))
    qtbot.waitUntil(lambda: bool(failures))
    library.is_slow = False
    # Typed without Enter: the list opens, and nothing is chosen by itself.
    field.selectAll()
    QTest.keyClicks(field, "salt")
    qtbot.waitUntil(lambda: field._popup.isVisible() or bool(given))
    assert given == []


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


def test_escape_closes_the_list_and_then_gives_the_focus_back(
    qtbot: QtBot, page: QWidget, field: ProductSearch
) -> None:
    before = QPushButton(page)
    before.show()
    qtbot.waitExposed(before)
    before.setFocus()
    field.setFocus()
    QTest.keyClicks(field, "crisps")
    qtbot.waitUntil(field._popup.isVisible)
    QTest.keyClick(field._popup, Qt.Key.Key_Escape)
    assert (field.text(), field._popup.isVisible(), field.hasFocus()) == ("", False, True)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert before.hasFocus()


def test_an_answer_under_way_opens_no_list_after_escape(qtbot: QtBot, field: ProductSearch, library: Library) -> None:
    library.is_slow = True
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClicks(field, "a")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    library.answer(0)
    qtbot.wait(200)
    assert not field._popup.isVisible()
    assert len(library.waiting) == 1, "what was cleared is not looked up"


def test_sku_and_barcode_end_with_an_ellipsis_where_the_list_ends(
    qtbot: QtBot, field: ProductSearch, station: CounterStation
) -> None:
    station.catalog.products.add(
        ProductDetails("Buongiorno", "IPERBUONGIORNO-1-LONG-ENOUGH-TO-REACH-BEYOND", "8001234567890", 250)
    )
    QTest.keyClicks(field, "buongiorno")
    qtbot.waitUntil(field._popup.isVisible)
    row = field._popup.visualRect(field._found.index(0))
    assert row.width() <= field._popup.viewport().width(), "no row reaches beyond the list"
    name, note = found_lines(field._found.index(0).data(PRODUCT_ROLE), 250)
    assert (name, note[-1]) == ("Buongiorno", "…")


def test_what_it_is_for_is_said_in_as_many_words_as_fit(field: ProductSearch) -> None:
    field.invite("Name the item: search products", "Name the item")
    assert field.placeholderText() == "Name the item: search products"
    field.resize(180, 44)
    assert field.placeholderText() == "Name the item"
    assert field.accessibleName() == "Name the item: search products"


def test_the_model_keeps_its_promises(station: CounterStation) -> None:
    model = FoundProductsModel()
    watched(model)
    model.show(station.catalog.products.all())
    assert model.rowCount() == 4
    assert "€1.20" in model.index(3).data(Qt.ItemDataRole.AccessibleTextRole)
