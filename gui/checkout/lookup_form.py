"""Finding a product by name, SKU or barcode: to see its price, to sell it, or to say what an item is."""

from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.catalog.records import Product, ProductDetails, SoldBy
from gui import background, theme
from gui.checkout.form import Form
from gui.money import price_text
from gui.widgets.card import paint_card
from gui.widgets.empty_state import EmptyState
from gui.widgets.line_field import LineField
from gui.widgets.picture_lender import PictureLender, paint_focus_dots
from gui.widgets.product_search import PRODUCT_ROLE, FoundProductsModel, Index
from gui.widgets.slim_scroll_bar import SlimScrollBar
from gui.widgets.words import wrapped

_TYPING_MS = 80
_ROW_HEIGHT = 60
_PICTURE = 40.0
Search = Callable[[str], "Future[list[Product]]"]


class LookupForm(Form):
    """``chosen`` carries a ``Product``. Up and Down move in the list while the typing goes on; Enter takes it."""

    chosen = Signal(object)

    def __init__(self, search: Search, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._search = search
        self._asked = 0
        self._wants_first = False
        self.field = LineField(placeholder=self.tr("Name, SKU or barcode"))
        self.field.setAccessibleName(self.tr("Find a product by name, SKU or barcode"))
        self._found = FoundProductsModel(self)
        self.list = QListView()
        self.list.setModel(self._found)
        lender = PictureLender(photographs, self)
        lender.came.connect(self.list.viewport().update)
        self.list.setItemDelegate(PriceDelegate(lender, self.list))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setBackgroundRole(QPalette.ColorRole.Base)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollBar(SlimScrollBar(self.list))
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(self.tr("Products found"))
        self._nothing = EmptyState("search", "")
        self._body = QStackedWidget()
        self._body.addWidget(self.list)
        self._body.addWidget(self._nothing)
        self.column.addWidget(self.field)
        self.column.addWidget(self._body, 1)
        QWidget.setTabOrder(self.field, self.list)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._ask)
        self.field.textEdited.connect(self._note_typing)
        self.field.returnPressed.connect(self._take)
        self.list.clicked.connect(self._give)
        self.list.activated.connect(self._give)
        self.field.installEventFilter(self)

    def open(self, title: str) -> None:
        """Begin a search with an empty field and the first products of the shop."""
        self.set_title(title)
        self.field.clear()
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask()

    def _note_typing(self) -> None:
        self._wants_first = False
        self._typing.start()

    def _ask(self) -> None:
        self._typing.stop()
        self._asked += 1
        asked = self._asked
        background.deliver(
            self._search(self.field.text().strip()),
            on_success=self._show,
            owner=self,
            is_wanted=lambda: asked == self._asked,
        )

    def _show(self, products: list[Product]) -> None:
        self._found.show(products)
        self._body.setCurrentWidget(self.list if products else self._nothing)
        if self.field.text().strip():
            self._nothing.say("search", self.tr("Nothing found"), self.tr("Try fewer letters, or scan a barcode."))
        else:
            self._nothing.say("basket", self.tr("There are no products yet"), self.tr("Enroll or import some first."))
        if products:
            self.list.setCurrentIndex(self._found.index(0))
            if self._wants_first:
                self._give(self._found.index(0))
        self._wants_first = False

    def _take(self) -> None:
        if self._typing.isActive():
            # Enter came before the answer to what was typed: it means the best one of that.
            self._wants_first = True
            self._ask()
        elif not self._wants_first and self.list.currentIndex().isValid():
            self._give(self.list.currentIndex())

    def _give(self, index: Index) -> None:
        product = index.data(PRODUCT_ROLE)
        if isinstance(product, Product):
            self._asked += 1
            self.chosen.emit(product)

    def hideEvent(self, event: QHideEvent) -> None:
        # Whoever leaves takes nothing, also when the answer to an Enter is still on its way.
        self._wants_first = False
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self._found.rowCount():
                row = max(0, min(self._found.rowCount() - 1, self.list.currentIndex().row() + step))
                self.list.setCurrentIndex(self._found.index(row))
                return True
        return super().eventFilter(watched, event)


class PriceDelegate(QStyledItemDelegate):
    """Picture, name and price; below the name SKU and barcode where there is room."""

    def __init__(self, lender: PictureLender, parent: QObject) -> None:
        super().__init__(parent)
        self._lender = lender

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(option.rect.width(), _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tones = theme.colors()
        product: Product = index.data(PRODUCT_ROLE)
        details = product.details
        row = QRectF(option.rect).adjusted(0, 0, 0, -4)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            paint_card(painter, row, fill=tones.selected, border=tones.accent, radius=10)
        picture = QRectF(row.left() + 8, row.center().y() - _PICTURE / 2, _PICTURE, _PICTURE)
        self._lender.paint(painter, picture, product.picture or "")
        painter.setFont(theme.bold(figures=True))
        price = self.price(details)
        width = painter.fontMetrics().horizontalAdvance(price) + 4
        painter.setPen(tones.text if details.price_minor else tones.amber)
        place = QRectF(row.right() - 10 - width, row.top(), width, row.height())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), price)
        words = QRectF(picture.right() + 10, row.top() + 8, place.left() - picture.right() - 18, row.height() - 16)
        note = " · ".join(part for part in (details.sku, details.barcode) if part)
        self._paint_words(painter, words, product.name, note)
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_focus_dots(painter, row.adjusted(3, 3, -3, -3))
        painter.restore()

    def price(self, details: ProductDetails) -> str:
        """What stands at the right end of a row."""
        price = price_text(details.price_minor, details.currency)
        return f"{price} / kg" if details.price_minor and details.sold_by is SoldBy.WEIGHT else price

    def _paint_words(self, painter: QPainter, area: QRectF, name: str, note: str) -> None:
        """The name in two lines if it must be; the note takes the second line only when the name leaves it free."""
        tones = theme.colors()
        rows = [(line, theme.bold(), tones.text) for line in wrapped(name, theme.bold(), area.width(), most=2)]
        if note and len(rows) == 1:
            face = theme.font(theme.NOTE_SIZE, figures=True)
            rows += [(line, face, tones.note) for line in wrapped(note, face, area.width(), most=1)]
        line_height = area.height() / 2
        y = area.center().y() - line_height * len(rows) / 2
        for text, face, ink in rows:
            painter.setFont(face)
            painter.setPen(ink)
            line = QRectF(area.left(), y, area.width() + 2, line_height)
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), text)
            y += line_height
