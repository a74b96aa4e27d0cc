"""The basket's panel in a narrow window: no amount loses a figure, no word its meaning."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from core.catalog.records import LineOrigin, SaleLine, SaleState, SoldBy
from core.checkout.basket_view import BasketView
from gui import theme
from gui.checkout.basket_delegate import note_lines, places_of
from gui.checkout.basket_panel import BasketFace

NARROW, USUAL, WIDE = 276, 340, 388
"""What is left for the basket in a window 1024, 1280 and 1920 wide."""


def basket(total_minor: int, currency: str = "EUR") -> BasketView:
    line = SaleLine(1, 1, "Oat biscuits", 1, total_minor, 900, SoldBy.UNIT, LineOrigin.SEEN)
    return BasketView(1, 1, SaleState.OPEN, currency, (line,), total_minor, 0, parked=1)


def face_with(qtbot: QtBot, tmp_path: Path, total_minor: int, width: int, currency: str = "EUR") -> BasketFace:
    face = BasketFace(tmp_path)
    qtbot.addWidget(face)
    face.resize(width, 700)
    face.show()
    face.show_basket(basket(total_minor, currency), ())
    qtbot.wait(1)
    assert face.width() == width
    return face


def test_a_recalled_sale_opens_at_its_first_line(qtbot: QtBot, tmp_path: Path) -> None:
    def sale(sale_id: int, count: int, selected: int | None = None) -> BasketView:
        lines = tuple(
            SaleLine(number, number, f"Thing {number}", 1, 100, 900, SoldBy.UNIT, LineOrigin.LOOKED_UP)
            for number in range(1, count + 1)
        )
        return BasketView(sale_id, sale_id, SaleState.OPEN, "EUR", lines, 100 * count, 0, selected_line=selected)

    face = face_with(qtbot, tmp_path, 100, USUAL)
    for basket_view in (sale(1, 12, selected=12), sale(2, 0), sale(1, 12)):
        face.show_basket(basket_view, ())
        qtbot.wait(1)
    assert face.list.visualRect(face.model.index(0)).top() == 0


@pytest.mark.parametrize("width", [NARROW, USUAL, WIDE])
def test_why_a_line_was_voided_can_be_read(qtbot: QtBot, tmp_path: Path, width: int) -> None:
    face = face_with(qtbot, tmp_path, 100, width)
    line = SaleLine(
        1, 1, "Cheetoz ketchup chips", 1, 100, 900, SoldBy.UNIT, LineOrigin.SEEN,
        void_reason="recognized as another product",
    )  # fmt: skip
    face.show_basket(BasketView(1, 1, SaleState.OPEN, "EUR", (line,), 0, 0), ())
    [row] = face.model.rows
    words = places_of(QRectF(face.list.visualRect(face.model.index(0))), row).words
    shown = note_lines(row, words.width())
    assert " ".join(shown) == "void: recognized as another product"


def room_left(label: QLabel) -> float:
    return label.width() - QFontMetricsF(label.font()).horizontalAdvance(label.text())


@pytest.mark.parametrize("width", [NARROW, USUAL, WIDE])
@pytest.mark.parametrize("total_minor", [0, 1184, 151_085, 12_345_678, 999_999_999])
def test_a_large_total_keeps_all_its_figures(qtbot: QtBot, tmp_path: Path, total_minor: int, width: int) -> None:
    face = face_with(qtbot, tmp_path, total_minor, width)
    total = face.total
    assert room_left(total.amount) >= 0
    assert total.amount.font().pointSizeF() >= theme.bold(theme.BODY_SIZE).pointSizeF()
    assert total.rect().contains(total.amount.geometry())


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("width", [NARROW, USUAL, WIDE])
@pytest.mark.parametrize("total_minor", [0, 1184, 151_085, 12_345_678, 999_999_999])
def test_a_large_total_keeps_all_its_figures_in_german(
    qtbot: QtBot, tmp_path: Path, total_minor: int, width: int
) -> None:
    face = face_with(qtbot, tmp_path, total_minor, width)
    total = face.total
    assert total.word.text() == "Summe"
    assert room_left(total.amount) >= 0
    assert room_left(total.word) >= 0
    assert total.amount.font().pointSizeF() >= theme.bold(theme.BODY_SIZE).pointSizeF()


def test_a_total_is_as_large_as_it_fits_and_grows_again(qtbot: QtBot, tmp_path: Path) -> None:
    face = face_with(qtbot, tmp_path, 12_345_678, NARROW)
    height = face.total.height()
    assert face.total.amount.font().pointSizeF() < theme.bold(theme.TOTAL_SIZE).pointSizeF()
    face.show_basket(basket(1184), ())
    assert face.total.amount.font().pointSizeF() == theme.bold(theme.TOTAL_SIZE).pointSizeF()
    assert face.total.height() == height


@pytest.mark.usefixtures("german")
def test_the_buttons_of_the_sale_keep_their_words(qtbot: QtBot, tmp_path: Path) -> None:
    face = face_with(qtbot, tmp_path, 1184, NARROW)
    for button in (face.park, face.void, face.look_up):
        assert button.minimumSizeHint().width() <= button.width(), button.text()
        assert min(button.width(), button.height()) >= theme.TARGET
        assert button.is_stacked
    wide = face_with(qtbot, tmp_path, 1184, 400)
    assert not any(button.is_stacked for button in (wide.park, wide.void, wide.look_up))
