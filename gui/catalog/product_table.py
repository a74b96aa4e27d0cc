"""The table of products, as large rows with a picture."""

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from core.catalog.records import Product
from gui import theme
from gui.catalog.product_table_model import PRODUCT_ROLE, Column, Index, ProductFilter, ProductTableModel
from gui.widgets.picture_lender import PictureLender, paint_focus_dots
from gui.widgets.plain_header import PlainHeader
from gui.widgets.slim_scroll_bar import scroll_slimly
from gui.widgets.words import wrapped

_ROW_HEIGHT = 56
_PICTURE = 44
_WIDTHS = {
    Column.PICTURE: 64,
    Column.SKU: 84,
    Column.BARCODE: 134,
    Column.PRICE: 108,
    Column.TAX: 56,
    Column.REFERENCES: 92,
}
_DISPENSABLE = ((Column.TAX, 700), (Column.SKU, 620), (Column.BARCODE, 540))
"""Columns that give way, in this order, when the table is narrower than so many pixels; the editor shows them all."""


def _lacks(product: Product, column: Column) -> bool:
    """Whether this is what a product needs before it can be recognized and sold."""
    if product.is_archived:
        return False
    return (column is Column.REFERENCES and not product.references) or (
        column is Column.PRICE and not product.details.price_minor
    )


class ProductTable(QTableView):
    """One row is chosen at a time; ``chosen`` gives its product, also when the keyboard moves on."""

    chosen = Signal(object)

    def __init__(self, products: ProductFilter, lender: PictureLender, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._products = products
        self.setModel(products)
        self.setItemDelegate(_ProductDelegate(lender, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setWordWrap(False)
        self.setAccessibleName(self.tr("Products"))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = PlainHeader(pad=7, parent=self)
        header.setSectionsClickable(True)
        self.setHorizontalHeader(header)
        scroll_slimly(self)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(Column.NAME, QHeaderView.ResizeMode.Stretch)
        self.setSortingEnabled(True)
        self.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
        lender.came.connect(self.viewport().update)
        self.selectionModel().currentRowChanged.connect(self._tell)

    @property
    def chosen_product(self) -> Product | None:
        index = self.currentIndex()
        product = index.data(PRODUCT_ROLE) if index.isValid() else None
        return product if isinstance(product, Product) else None

    def choose(self, product_id: int | None) -> bool:
        """Choose a product's row, or the first; false if there is none to choose."""
        source = self._products.sourceModel()
        assert isinstance(source, ProductTableModel)
        row = source.row_of(product_id) if product_id is not None else None
        index = self._products.mapFromSource(source.index(row, 0)) if row is not None else QModelIndex()
        if not index.isValid():
            index = self._products.index(0, 0)
        if not index.isValid():
            return False
        self.selectRow(index.row())
        self.scrollTo(index)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        for column, least in _DISPENSABLE:
            self.setColumnHidden(column, self.width() < least)
        super().resizeEvent(event)

    def _tell(self, *_: object) -> None:
        product = self.chosen_product
        if product is not None:
            self.chosen.emit(product)


class _ProductDelegate(QStyledItemDelegate):
    def __init__(self, lender: PictureLender, table: ProductTable) -> None:
        super().__init__(table)
        self._lender = lender
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tones = theme.colors()
        product: Product = index.data(PRODUCT_ROLE)
        cell = QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.fillRect(cell, tones.selected if is_chosen else tones.card)
        painter.fillRect(QRectF(cell.left(), cell.bottom() - 1, cell.width(), 1), tones.line)
        if product.is_archived:
            painter.setOpacity(0.65)
        if index.column() == Column.PICTURE:
            if is_chosen:
                painter.fillRect(QRectF(cell.left(), cell.top(), 3, cell.height()), tones.accent)
            place = QRectF(cell.left() + 10, cell.center().y() - _PICTURE / 2, _PICTURE, _PICTURE)
            self._lender.paint(painter, place, product.picture or "")
        else:
            words = cell.adjusted(7, 0, -7, 0)
            painter.setFont(index.data(Qt.ItemDataRole.FontRole))
            needs_more = _lacks(product, Column(index.column()))
            painter.setPen(tones.amber if needs_more else tones.text)
            text = ("! " if needs_more else "") + str(index.data(Qt.ItemDataRole.DisplayRole))
            lines = wrapped(text, painter.font(), words.width(), most=2 if index.column() == Column.NAME else 1)
            painter.drawText(words, int(index.data(Qt.ItemDataRole.TextAlignmentRole)), "\n".join(lines))
        if option.state & QStyle.StateFlag.State_HasFocus and self._table.hasFocus():
            paint_focus_dots(painter, cell.adjusted(2, 2, -2, -2))
        painter.restore()
