"""The basket's lines, and the items that wait for an answer, as rows of a list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from core.catalog.records import SaleLine, SoldBy
from core.checkout.basket_view import BasketView, Question
from core.sightings import Outcome
from gui.figures import kilograms_text
from gui.money import amount_text, money_text, no_price_text

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class BasketRow:
    """A line of the sale, or an item that is not counted yet (``line`` is ``None`` then).

    ``has_no_price``: it would be sold for nothing, and nobody has said so.
    """

    key: int
    name: str
    note: str
    quantity: str
    amount: str
    picture: str = ""
    line: SaleLine | None = None
    track_id: int | None = None
    has_no_price: bool = False

    @property
    def is_waiting(self) -> bool:
        return self.line is None

    @property
    def is_voided(self) -> bool:
        return self.line is not None and self.line.is_voided

    @property
    def is_counted_in_pieces(self) -> bool:
        return self.line is not None and not self.line.is_voided and self.line.sold_by is SoldBy.UNIT


class BasketListModel(QAbstractListModel):
    """Takes over a new basket by changing only the rows that differ."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[BasketRow] = []
        self._source: tuple[tuple[SaleLine, ...], str, frozenset[int]] | None = None
        self._line_rows: list[BasketRow] = []

    @property
    def rows(self) -> tuple[BasketRow, ...]:
        return tuple(self._rows)

    def show(
        self, basket: BasketView | None, questions: Sequence[Question] = (), *, given_away: Collection[int] = ()
    ) -> bool:
        """Show lines first, then what waits; tells whether anything changed.

        ``given_away``: the lines that a person has let go for nothing.
        """
        lines = basket.lines if basket is not None else ()
        currency = basket.currency if basket is not None else ""
        source = (lines, currency, frozenset(given_away))
        if source != self._source:
            # Most frames change nothing, and writing amounts takes longest.
            self._source = source
            self._line_rows = [
                self._line_row(line, currency, is_given_away=line.line_id in given_away) for line in lines
            ]
        rows = self._line_rows + [self._waiting_row(question) for question in questions]
        if rows == self._rows:
            return False
        wanted = {row.key for row in rows}
        for place in range(len(self._rows) - 1, -1, -1):
            if self._rows[place].key not in wanted:
                self.beginRemoveRows(QModelIndex(), place, place)
                del self._rows[place]
                self.endRemoveRows()
        if [row.key for row in self._rows] != [row.key for row in rows if row.key in {r.key for r in self._rows}]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        for place, row in enumerate(rows):
            if place >= len(self._rows) or self._rows[place].key != row.key:
                self.beginInsertRows(QModelIndex(), place, place)
                self._rows.insert(place, row)
                self.endInsertRows()
            elif self._rows[place] != row:
                self._rows[place] = row
                self.dataChanged.emit(self.index(place), self.index(place))
        return True

    def place_of(self, key: int) -> int | None:
        """The row with this key."""
        return next((place for place, row in enumerate(self._rows) if row.key == key), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not self.checkIndex(index, QAbstractListModel.CheckIndexOption.IndexIsValid):
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (row.name, row.quantity, row.amount, row.note) if part)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{row.name}\n{row.note}" if row.note else row.name
            case _ if role == ROW_ROLE:
                return row
        return None

    def _line_row(self, line: SaleLine, currency: str, *, is_given_away: bool) -> BasketRow:
        unit = amount_text(line.unit_price_minor, currency)
        if line.void_reason is not None:
            note = self.tr("void: {reason}").format(reason=self._reason(line.void_reason))
        elif line.costs_nothing:
            note = self.tr("given away") if is_given_away else no_price_text()
        elif line.sold_by is SoldBy.WEIGHT:
            note = self.tr("{price} a kilogram").format(price=money_text(line.unit_price_minor, currency))
        elif line.quantity > 1:
            note = self.tr("{price} each").format(price=unit)
        else:
            note = ""
        weighs = line.sold_by is SoldBy.WEIGHT
        quantity = kilograms_text(line.quantity) if weighs else str(line.quantity)
        pieces = line.quantity if not weighs else 1
        former = (line.unit_price_minor * line.quantity + 500) // 1000 if weighs else line.unit_price_minor * pieces
        amount = amount_text(former if line.is_voided else line.amount_minor, currency)
        return BasketRow(
            line.line_id,
            line.name,
            note,
            quantity,
            amount,
            line.picture or "",
            line,
            has_no_price=line.costs_nothing and not is_given_away,
        )

    def _reason(self, reason: str) -> str:
        """Why a line was voided: in the window's language where the till has found it out by itself."""
        words = {
            "recognized as another product": self.tr("recognized as another product"),
            "the same item": self.tr("the same item"),
            "not an item": self.tr("not an item"),
        }
        return words.get(reason, reason)

    def _waiting_row(self, question: Question) -> BasketRow:
        best = question.choices[0] if question.choices else None
        is_possible = question.outcome is Outcome.POSSIBLE and best is not None
        return BasketRow(
            key=-1 - question.track_id,
            name=best.name if is_possible and best is not None else self.tr("Not enrolled"),
            note=self.tr("your choice"),
            quantity="",
            amount="–",
            picture=(best.picture or "") if is_possible and best is not None else "",
            track_id=question.track_id,
        )
