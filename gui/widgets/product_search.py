"""Find any product of the shop by a few letters of its name, its SKU or its barcode."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtCore import Signal as QtSignal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.catalog.records import Product
from gui import background, theme
from gui.money import money_text, no_price_text
from gui.widgets.line_field import LineField
from gui.widgets.picture_lender import PictureLender
from gui.widgets.slim_scroll_bar import SlimScrollBar

Index = QModelIndex | QPersistentModelIndex
PRODUCT_ROLE = Qt.ItemDataRole.UserRole
_TYPING_MS = 120
_ROW_HEIGHT = 52
_PICTURE = 40
_LIST_WIDTH = 400
_INNER_MARGIN = 8


class FoundProductsModel(QAbstractListModel):
    """The products that a search has found; ``PRODUCT_ROLE`` gives the record."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._products: list[Product] = []

    def show(self, products: Sequence[Product]) -> None:
        self.beginResetModel()
        self._products = list(products)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._products)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        product = self._products[index.row()]
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                value = product.name
            case Qt.ItemDataRole.AccessibleTextRole:
                value = f"{product.name}, {note_of(product)}"
            case _ if role == PRODUCT_ROLE:
                value = product
        return value


class ProductSearch(LineField):
    """Type, choose with the arrow keys or a press, and ``chosen`` gives the product.

    Esc clears the field and closes the list; once there is nothing of both, it gives the focus back to where it came
    from. ``search`` looks the text up off the GUI thread, best first; answers that come late are dropped.
    """

    chosen = QtSignal(object)

    def __init__(
        self,
        search: Callable[[str], "Future[list[Product]]"],
        photographs: Path,
        *,
        placeholder: str,
        keys: QKeySequence | str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, keys=keys, parent=parent)
        self._search = search
        self._asked = 0
        self._came_from: QWidget | None = None
        self._invitations: tuple[str, ...] = (placeholder,)
        self._widest = 0
        self._found = FoundProductsModel(self)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._ask)
        lender = PictureLender(photographs, self)
        popup = QListView()
        popup.setUniformItemSizes(True)
        popup.setVerticalScrollBar(SlimScrollBar(popup))
        popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        popup.setAccessibleName(self.tr("Products found"))
        completer = QCompleter(self._found, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setPopup(popup)
        completer.setMaxVisibleItems(7)
        # Not setCompleter: the field asks by itself, and what is chosen is not to be written into it.
        completer.setWidget(self)
        # QCompleter replaces the delegate when it takes the popup over.
        popup.setItemDelegate(_FoundDelegate(lender, popup))
        lender.came.connect(popup.viewport().update)
        completer.activated[QModelIndex].connect(self._choose)  # type: ignore[index]
        self._completer = completer
        self._popup = popup
        self.setAccessibleName(placeholder)
        QApplication.instance().focusChanged.connect(self._note_focus)  # type: ignore[union-attr]
        self.textEdited.connect(lambda _text: self._typing.start())
        self.textChanged.connect(lambda _text: self.set_note(""))
        self.returnPressed.connect(self._choose_first)

    def invite(self, words: str, *shorter: str) -> None:
        """Say while it is empty what it is for, in the longest of these words that has room."""
        self._invitations = (words, *shorter)
        self._widest = max(self._widest, self.fontMetrics().horizontalAdvance(words))
        self.setAccessibleName(words)
        self.updateGeometry()
        self._show_invitation()

    def sizeHint(self) -> QSize:
        # As wide as the widest words that were ever in it: others must not move it.
        hint = super().sizeHint()
        return QSize(max(hint.width(), self._widest + self._beside_words), hint.height())

    @property
    def _beside_words(self) -> int:
        margins = self.textMargins()
        return margins.left() + margins.right() + _INNER_MARGIN

    def _show_invitation(self) -> None:
        room = self.width() - self._beside_words
        width = self.fontMetrics().horizontalAdvance
        self.setPlaceholderText(
            next((words for words in self._invitations if width(words) <= room), self._invitations[-1])
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_invitation()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and not self._popup.isVisible():
            self._ask()
        elif event.key() == Qt.Key.Key_Escape:
            self._go_back(event)
        else:
            super().keyPressEvent(event)

    def _go_back(self, event: QKeyEvent) -> None:
        if self.text() or self._popup.isVisible():
            self._put_away()
            return
        if self._came_from is not None and shiboken6.isValid(self._came_from) and self._came_from.isVisible():
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
        # A page may know a better place.
        event.ignore()

    @Slot(QWidget, QWidget)
    def _note_focus(self, former: QWidget | None, now: QWidget | None) -> None:
        if now is self and former is not None:
            self._came_from = former

    def _ask(self, *, wants_first: bool = False) -> None:
        self._typing.stop()
        self._asked += 1
        asked = self._asked
        background.deliver(
            self._search(self.text().strip()),
            on_success=lambda products: self._show(products, wants_first=wants_first),
            owner=self,
            is_wanted=lambda: asked == self._asked,
        )

    def _show(self, products: list[Product], *, wants_first: bool) -> None:
        self._found.show(products)
        if wants_first and products:
            self._give(products[0])
        elif not products:
            self.set_note(self.tr("nothing found"), "amber")
        elif self.hasFocus():
            self.set_note("")
            self._completer.setCompletionPrefix("")
            self._completer.complete(QRect(0, 0, max(_LIST_WIDTH, self.width()), self.height() - 2))

    def _choose_first(self) -> None:
        """Enter takes the best one, even before the list is there: a scanner types faster than a search answers."""
        if self.text().strip():
            self._ask(wants_first=True)

    def _choose(self, index: QModelIndex) -> None:
        product = index.data(PRODUCT_ROLE)
        if isinstance(product, Product):
            self._give(product)

    def _give(self, product: Product) -> None:
        self._put_away()
        self.chosen.emit(product)

    def _put_away(self) -> None:
        """Clear the field and close the list; an answer that is under way opens it no more."""
        self._typing.stop()
        self._asked += 1
        self._popup.hide()
        self.clear()
        self.set_note("")


class _FoundDelegate(QStyledItemDelegate):
    def __init__(self, lender: PictureLender, parent: QObject) -> None:
        super().__init__(parent)
        self._lender = lender

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        # No wider than the list: a row that reaches beyond it would be cut there.
        return QSize(_PICTURE + 40, max(_ROW_HEIGHT, super().sizeHint(option, index).height()))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tones = theme.colors()
        product: Product = index.data(PRODUCT_ROLE)
        row = QRectF(option.rect)
        painter.save()
        painter.fillRect(row, tones.selected if option.state & QStyle.StateFlag.State_Selected else tones.card)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(QRectF(row.left(), row.top(), 3, row.height()), tones.accent)
        place = QRectF(row.left() + 10, row.center().y() - _PICTURE / 2, _PICTURE, _PICTURE)
        self._lender.paint(painter, place, product.picture or "")
        words = row.adjusted(_PICTURE + 20, 6, -10, -6)
        name, note = found_lines(product, words.width())
        painter.setPen(tones.text)
        painter.setFont(theme.bold())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignTop), name)
        painter.setPen(tones.note)
        painter.setFont(_note_face())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignBottom), note)
        painter.restore()


def found_lines(product: Product, width: float) -> tuple[str, str]:
    """Name and note as they stand in the list, with an ellipsis where the width ends."""
    lines = ((product.name, theme.bold()), (note_of(product), _note_face()))
    name, note = (QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, int(width)) for text, face in lines)
    return name, note


def _note_face() -> QFont:
    return theme.font(theme.NOTE_SIZE, figures=True)


def note_of(product: Product) -> str:
    """Price, SKU and barcode in one line, whichever there are."""
    details = product.details
    price = money_text(details.price_minor, details.currency) if details.price_minor else no_price_text()
    return " · ".join(part for part in (price, details.sku, details.barcode) if part)
