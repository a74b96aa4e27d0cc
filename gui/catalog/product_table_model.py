"""The shop's products as a Qt table."""

from collections.abc import Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt

from core.catalog.products import fold_for_search
from core.catalog.records import Product, SoldBy
from gui import theme
from gui.figures import tax_text
from gui.money import money_text, no_price_text

Index = QModelIndex | QPersistentModelIndex
PRODUCT_ROLE = Qt.ItemDataRole.UserRole
SORT_ROLE = Qt.ItemDataRole.UserRole + 1


class Column(IntEnum):
    PICTURE = 0
    NAME = 1
    SKU = 2
    BARCODE = 3
    PRICE = 4
    TAX = 5
    REFERENCES = 6


class ProductTableModel(QAbstractTableModel):
    """One row a product; ``PRODUCT_ROLE`` gives its record, ``SORT_ROLE`` a value that compares."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._products: list[Product] = []
        self._rows: dict[int, int] = {}

    def show(self, products: Sequence[Product]) -> None:
        """Take over a fresh list. Rows that are the same product keep their index, so a selection survives."""
        if [product.product_id for product in products] != [product.product_id for product in self._products]:
            self.beginResetModel()
            self._products = list(products)
            self._rows = {product.product_id: row for row, product in enumerate(self._products)}
            self.endResetModel()
            return
        for row, product in enumerate(products):
            if product != self._products[row]:
                self._products[row] = product
                self.dataChanged.emit(self.index(row, 0), self.index(row, self.columnCount() - 1))

    def row_of(self, product_id: int) -> int | None:
        return self._rows.get(product_id)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._products)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Picture"),
                self.tr("Name"),
                self.tr("SKU"),
                self.tr("Barcode"),
                self.tr("Price"),
                self.tr("Tax"),
                self.tr("References"),
            )[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(Column(section))
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.checkIndex(index, QAbstractTableModel.CheckIndexOption.IndexIsValid):
            return None
        product, column = self._products[index.row()], Column(index.column())
        value: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                value = self._text(product, column)
            case Qt.ItemDataRole.AccessibleTextRole:
                value = product.name if column is Column.PICTURE else self._text(product, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                value = _alignment(column)
            case Qt.ItemDataRole.FontRole:
                value = theme.bold() if column is Column.NAME else theme.font(figures=True)
            case _ if role == PRODUCT_ROLE:
                value = product
            case _ if role == SORT_ROLE:
                value = _sort_value(product, column)
        return value

    def _text(self, product: Product, column: Column) -> str:
        details = product.details
        match column:
            case Column.PICTURE:
                text = ""
            case Column.NAME:
                text = self.tr("{name} (archived)").format(name=product.name) if product.is_archived else product.name
            case Column.SKU:
                text = details.sku
            case Column.BARCODE:
                text = details.barcode
            case Column.PRICE:
                text = money_text(details.price_minor, details.currency)
                if details.price_minor == 0:
                    text = no_price_text()
                elif details.sold_by is SoldBy.WEIGHT:
                    text = self.tr("{price} / kg").format(price=text)
            case Column.TAX:
                text = tax_text(details.tax_basis_points)
            case Column.REFERENCES:
                text = str(product.references)
        return text


def _alignment(column: Column) -> Qt.AlignmentFlag:
    is_figure = column in {Column.PRICE, Column.TAX, Column.REFERENCES}
    return (Qt.AlignmentFlag.AlignRight if is_figure else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter


def _sort_value(product: Product, column: Column) -> str | int:
    details = product.details
    match column:
        case Column.PICTURE | Column.NAME:
            return product.name.casefold()
        case Column.SKU:
            return details.sku.casefold()
        case Column.BARCODE:
            return details.barcode
        case Column.PRICE:
            return details.price_minor
        case Column.TAX:
            return details.tax_basis_points
        case Column.REFERENCES:
            return product.references


@lru_cache(maxsize=20_000)
def _search_text(text: str) -> str:
    # Kept, for every letter that is typed asks for that of every product.
    return fold_for_search(text)


class ProductFilter(QSortFilterProxyModel):
    """Sorts by any column and keeps the products whose name, SKU or barcode holds every word of a search."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: list[str] = []
        self._shows_archived = False
        self.setSortRole(SORT_ROLE)
        self.setSortLocaleAware(True)

    def search(self, text: str) -> None:
        """Show the products that hold every word of ``text``, without regard to case and accents."""
        self.beginFilterChange()
        self._words = fold_for_search(text).split()
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def show_archived(self, *, shown: bool) -> None:
        self.beginFilterChange()
        self._shows_archived = shown
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        source = self.sourceModel()
        product: Product = source.index(source_row, 0, source_parent).data(PRODUCT_ROLE)
        if product.is_archived and not self._shows_archived:
            return False
        details = product.details
        text = _search_text(f"{product.name} {details.sku} {details.barcode}")
        return all(word in text for word in self._words)
