"""What a person does on the catalog page."""

from concurrent.futures import Future
from pathlib import Path

import cv2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from core.catalog.records import Product, ProductDetails, SoldBy
from core.errors import UserError
from gui.catalog.page import CatalogPage
from gui.catalog.product_table_model import Column, ProductFilter, ProductTableModel
from gui.messages import Messages
from tests.core.recognition.pictures import picture
from tests.gui.back_office import BackOffice
from tests.gui.model_watch import watched
from tests.gui.shown import shown


@pytest.fixture
def goods(office: BackOffice) -> list[Product]:
    return [
        office.stock("Milk", [picture(0, shot) for shot in range(3)], price_minor=120, barcode="4006381333931"),
        office.stock("Green tea", [picture(1, shot) for shot in range(2)], price_minor=350, sku="T-1"),
        office.stock("Apples", [], price_minor=299, sold_by=SoldBy.WEIGHT),
    ]


@pytest.fixture
def page(qtbot: QtBot, office: BackOffice, goods: list[Product]) -> CatalogPage:
    return opened(qtbot, office, len(goods))


def opened(qtbot: QtBot, office: BackOffice, rows: int) -> CatalogPage:
    page = shown(qtbot, CatalogPage(office, Messages()), width=1200, height=760)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: page.filter.rowCount() == rows and page._is_loaded)
    return page


def names(page: CatalogPage) -> list[str]:
    return [page.filter.index(row, Column.NAME).data() for row in range(page.filter.rowCount())]


def choose(qtbot: QtBot, page: CatalogPage, product: Product, *, references: int) -> None:
    page.table.choose(product.product_id)
    qtbot.waitUntil(lambda: page.editor.references.grid.model().rowCount() == references)


def test_the_model_keeps_its_promises(office: BackOffice, goods: list[Product]) -> None:
    model = ProductTableModel()
    watched(model)
    model.show(goods)
    model.show(goods[1:])
    assert model.row_of(goods[1].product_id) == 0


def test_products_are_sorted_by_value_not_by_text(goods: list[Product]) -> None:
    model, proxy = ProductTableModel(), ProductFilter()
    proxy.setSourceModel(model)
    model.show(goods)
    proxy.sort(Column.PRICE, Qt.SortOrder.DescendingOrder)
    assert [proxy.index(row, Column.NAME).data() for row in range(3)] == ["Green tea", "Apples", "Milk"]
    assert proxy.index(1, Column.PRICE).data() == "€2.99 / kg"


@pytest.mark.parametrize(("text", "found"), [("TEA gr", ["Green tea"]), ("t-1", ["Green tea"]), ("400638", ["Milk"])])
def test_the_search_looks_at_name_sku_and_barcode(qtbot: QtBot, page: CatalogPage, text: str, found: list[str]) -> None:
    QTest.keyClick(page.table, Qt.Key.Key_Slash)
    assert page.search.hasFocus()
    QTest.keyClicks(page.search, text)
    assert names(page) == found
    assert page.editor.product is not None
    assert page.editor.product.name == found[0]
    QTest.keyClick(page.search, Qt.Key.Key_Return)
    assert page.table.hasFocus()


def test_the_tab_key_goes_through_the_page_from_left_to_right(page: CatalogPage) -> None:
    places: list[QWidget] = []
    place: QWidget | None = page.search
    while place is not None and len(places) < 6:
        if place.isVisible() and place.focusPolicy() & Qt.FocusPolicy.TabFocus:
            places.append(place)
        place = place.nextInFocusChain()
    assert places == [page.search, page._archived, page._import, page._new, page.table, page.editor.form.name]


def test_a_search_without_result_says_so(qtbot: QtBot, page: CatalogPage) -> None:
    QTest.keyClicks(page.search, "xyz")
    assert page._empty.isVisible()
    assert page.editor.isHidden()
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert len(names(page)) == 3
    assert page.search.hasFocus()
    QTest.keyClick(page.search, Qt.Key.Key_Escape)
    assert page.table.hasFocus()


def test_escape_gives_up_moving_references(
    qtbot: QtBot, page: CatalogPage, goods: list[Product], office: BackOffice
) -> None:
    choose(qtbot, page, goods[0], references=3)
    panel = page.editor.references
    panel.grid.selectAll()
    panel._move.click()
    assert panel._target.hasFocus()
    parts: tuple[QWidget, ...] = (panel._target, panel._act, panel._move)
    qtbot.waitUntil(lambda: all(part.visibleRegion().boundingRect().height() == part.height() for part in parts))
    QTest.keyClick(panel._target, Qt.Key.Key_Escape)
    assert panel._target.isHidden()
    assert panel.grid.hasFocus()
    assert len(panel.grid.chosen_keys()) == 3
    QTest.keyClick(panel.grid, Qt.Key.Key_Escape)
    assert page.table.hasFocus()


def test_a_product_without_a_price_says_so(qtbot: QtBot, office: BackOffice) -> None:
    office.stock("Mug", [])
    office.stock("Pears", [], sold_by=SoldBy.WEIGHT)
    page = opened(qtbot, office, 2)
    prices = [page.filter.index(row, Column.PRICE).data() for row in range(2)]
    assert prices == ["no price", "no price"]


def test_a_price_is_changed(qtbot: QtBot, page: CatalogPage, office: BackOffice, goods: list[Product]) -> None:
    choose(qtbot, page, goods[0], references=3)
    form = page.editor.form
    form.price.selectAll()
    QTest.keyClicks(form.price, "1,35")
    QTest.keyClick(form.price, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not page.editor.has_unsaved)
    changed = office.catalog.products.find(goods[0].product_id)
    assert changed is not None
    assert changed.details.price_minor == 135
    qtbot.waitUntil(lambda: "€1.35" in [page.filter.index(row, Column.PRICE).data() for row in range(3)])


def test_a_barcode_that_is_taken_is_refused_beside_the_field(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, goods: list[Product]
) -> None:
    choose(qtbot, page, goods[1], references=2)
    form = page.editor.form
    QTest.keyClicks(form.barcode, "4006381333931")
    page.editor._save.click()
    qtbot.waitUntil(lambda: form.first_problem() is form.barcode)
    assert "Milk" in form.barcode.accessibleDescription()
    assert page.editor.has_unsaved
    found = office.catalog.products.find(goods[1].product_id)
    assert found is not None
    assert found.details.barcode == ""


def test_a_product_without_a_name_is_not_saved(qtbot: QtBot, page: CatalogPage, goods: list[Product]) -> None:
    choose(qtbot, page, goods[0], references=3)
    page.editor.form.name.selectAll()
    QTest.keyClick(page.editor.form.name, Qt.Key.Key_Delete)
    page.editor._save.click()
    assert page.editor.form.first_problem() is page.editor.form.name


def test_what_is_typed_survives_a_fresh_list(qtbot: QtBot, page: CatalogPage, goods: list[Product]) -> None:
    choose(qtbot, page, goods[0], references=3)
    QTest.keyClicks(page.editor.form.sku, "M-9")
    page._read()
    qtbot.wait(20)
    assert page.editor.form.sku.text() == "M-9"


def test_an_archived_product_comes_back(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, goods: list[Product]
) -> None:
    choose(qtbot, page, goods[0], references=3)
    page.editor._archive.click()
    qtbot.waitUntil(lambda: names(page) == ["Apples", "Green tea"])
    assert office.recognizer.products == 1
    page._archived.click()
    assert names(page) == ["Apples", "Green tea", "Milk (archived)"]
    page.table.choose(goods[0].product_id)
    page.editor._archive.click()
    qtbot.waitUntil(lambda: "Milk" in names(page))
    assert office.recognizer.products == 2


def test_references_are_set_aside_and_used_again(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, goods: list[Product]
) -> None:
    choose(qtbot, page, goods[0], references=3)
    panel = page.editor.references
    panel.grid.setCurrentIndex(panel.grid.model().index(1, 0))
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: panel.grid.model().rowCount() == 2)
    assert office.recognizer.references == 4
    panel._filter.choose("removed")
    panel.grid.setCurrentIndex(panel.grid.model().index(0, 0))
    panel._act.click()
    qtbot.waitUntil(lambda: panel.grid.model().rowCount() == 0)
    assert office.recognizer.references == 5


def test_a_reference_is_moved_to_the_product_it_shows(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, goods: list[Product]
) -> None:
    choose(qtbot, page, goods[0], references=3)
    panel = page.editor.references
    panel.grid.setCurrentIndex(panel.grid.model().index(0, 0))
    panel._move.click()
    QTest.keyClicks(panel._target, "green")
    QTest.keyClick(panel._target, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.grid.model().rowCount() == 2)
    assert len(office.catalog.references.of_product(goods[1].product_id)) == 3


def test_more_shots_are_begun_for_the_chosen_product(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, goods: list[Product]
) -> None:
    choose(qtbot, page, goods[1], references=2)
    with qtbot.waitSignal(page.page_wanted) as wanted:
        page.editor._shots.click()
    assert wanted.args == ["enroll"]
    view = office.enrollment.view()
    assert view is not None
    assert view.product_id == goods[1].product_id


def test_a_folder_is_imported_and_what_was_left_out_is_told(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, tmp_path: Path
) -> None:
    folder = tmp_path / "goods"
    for product in ("01_Jam", "02_Honey"):
        (folder / product).mkdir(parents=True)
        for shot in range(2):
            pixels = picture(hash(product) % 50 + 5, shot)
            cv2.imwrite(str(folder / product / f"{shot}.png"), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
    (folder / "01_Jam" / "broken.jpg").write_bytes(b"no picture")
    page.import_folder(folder)
    qtbot.waitUntil(lambda: "Jam" in names(page))
    assert page.import_bar.isVisible()
    assert "2 products with 4 references" in page.import_bar._words.text()
    page.import_bar._more.click()
    assert "broken.jpg" in page.import_bar._details.toPlainText()
    page.import_bar._read.click()
    assert page.import_bar.isHidden()


def test_a_folder_without_pictures_is_refused_in_words(qtbot: QtBot, page: CatalogPage, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    page.import_folder(tmp_path / "empty")
    qtbot.waitUntil(page.import_bar._read.isVisible)
    assert page.import_bar._words.text()
    assert page._import.isEnabled()


def test_an_empty_shop_offers_what_to_do(qtbot: QtBot, office: BackOffice) -> None:
    page = opened(qtbot, office, 0)
    assert page._empty._title.text() == "No products yet"
    assert all(button.isVisible() for button in page._empty_buttons)
    with qtbot.waitSignal(page.page_wanted) as wanted:
        page._empty_buttons[0].click()
    assert wanted.args == ["enroll"]


@pytest.mark.parametrize("text", ["creme", "Cr\u00e8me", "Cre\u0300me BRULEE"])
def test_the_search_does_not_mind_accents(qtbot: QtBot, office: BackOffice, text: str) -> None:
    """As the search at the checkout; and a folder from a Mac brings accents as signs of their own."""
    office.stock("Cre\u0300me br\u00fbl\u00e9e", [])
    page = opened(qtbot, office, 1)
    page.search.setText(text)
    assert len(names(page)) == 1


def unsaved(page: CatalogPage) -> tuple[bool, str, str]:
    """Whether something waits to be saved, with the price and barcode that are shown."""
    return page.editor.has_unsaved, page.editor.form.price.text(), page.editor.form.barcode.text()


def test_what_was_typed_about_a_product_is_there_when_it_is_chosen_again(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, goods: list[Product]
) -> None:
    choose(qtbot, page, goods[0], references=3)
    page.editor.form.price.selectAll()
    QTest.keyClicks(page.editor.form.price, "1.35")
    page.table.choose(goods[1].product_id)
    assert unsaved(page) == (False, "3.50", "")
    assert "Milk" in page.messages.waiting[0].text
    page.table.choose(goods[0].product_id)
    assert unsaved(page) == (True, "1.35", "4006381333931")
    page.editor._save.click()
    qtbot.waitUntil(lambda: "€1.35" in [page.filter.index(row, Column.PRICE).data() for row in range(3)])
    page.table.choose(goods[1].product_id)
    page.table.choose(goods[0].product_id)
    assert unsaved(page) == (False, "1.35", "4006381333931")


def test_a_refusal_that_comes_late_is_not_told_of_another_product(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, goods: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    late: Future[object] = Future()
    choose(qtbot, page, goods[1], references=2)
    QTest.keyClicks(page.editor.form.barcode, "4006381333931")
    monkeypatch.setattr(office, "change", lambda _command: late)
    page.editor._save.click()
    page.table.choose(goods[2].product_id)
    late.set_exception(UserError("The barcode belongs to Milk already.", remedy="Enter another barcode."))
    qtbot.waitUntil(lambda: bool(page.messages.waiting))
    assert page.editor.form.first_problem() is None
    assert unsaved(page) == (False, "2.99", "")
    page.table.choose(goods[1].product_id)
    assert unsaved(page) == (True, "3.50", "4006381333931")


def test_what_came_before_an_import_failed_is_shown(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: Future[object] = Future()
    monkeypatch.setattr(office, "import_folder", lambda _folder, _tell: failed)
    page.import_folder(tmp_path)
    office.catalog.products.add(ProductDetails("Jam"))
    failed.set_exception(UserError("The disk is full.", remedy="Free some space on it."))
    qtbot.waitUntil(lambda: "Jam" in names(page))
    assert page.import_bar._words.text() == "The disk is full."


def test_one_import_at_a_time(
    qtbot: QtBot, page: CatalogPage, office: BackOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running: Future[object] = Future()
    asked: list[Path] = []
    monkeypatch.setattr(office, "import_folder", lambda _folder, _tell: running)
    monkeypatch.setattr(QFileDialog, "open", lambda _dialog: asked.append(tmp_path))
    page.import_folder(tmp_path)
    QTest.keyClick(page.table, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert asked == []
    running.set_exception(UserError("There are no pictures.", remedy="Choose another folder."))
    qtbot.waitUntil(page._import.isEnabled)
    QTest.keyClick(page.table, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert asked == [tmp_path]
