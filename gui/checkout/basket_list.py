"""The list of what is sold, with a press for one more, one fewer, and back again."""

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from gui.checkout.basket_delegate import BasketDelegate, Part, part_at
from gui.checkout.basket_list_model import ROW_ROLE, BasketListModel, BasketRow
from gui.widgets.picture_lender import PictureLender
from gui.widgets.slim_scroll_bar import SlimScrollBar

_OWN_KEYS = {
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}


class BasketList(QListView):
    """Shows a ``BasketListModel``; every signal carries a line's id, ``question_pressed`` a track's."""

    more_pressed = Signal(int)
    fewer_pressed = Signal(int)
    restore_pressed = Signal(int)
    question_pressed = Signal(int)

    def __init__(self, model: BasketListModel, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        lender = PictureLender(photographs, self)
        lender.came.connect(self.viewport().update)
        self._delegate = BasketDelegate(lender, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setVerticalScrollBar(SlimScrollBar(self))
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAccessibleName(self.tr("Basket"))

    @property
    def current_row(self) -> BasketRow | None:
        row = self.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, BasketRow) else None

    @property
    def current_line(self) -> int | None:
        """The id of the line that is selected."""
        row = self.current_row
        return row.line.line_id if row is not None and row.line is not None else None

    def select(self, key: int) -> None:
        """Select the row with this key and bring it into sight."""
        place = self._rows.place_of(key)
        if place is not None:
            self.setCurrentIndex(self._rows.index(place))
            self.scrollTo(self._rows.index(place))

    def step_selection(self, step: int) -> None:
        """Select another row, ``step`` rows down."""
        count = self._rows.rowCount()
        if count:
            place = self.currentIndex().row() if self.currentIndex().isValid() else (-1 if step > 0 else count)
            self.setCurrentIndex(self._rows.index(max(0, min(count - 1, place + step))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.currentIndex().isValid():
            self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _OWN_KEYS:
            super().keyPressEvent(event)
        else:
            # The list would search by the letters that are commands here.
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._delegate.pressed = self._hit(event)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._delegate.pressed = self._delegate.pressed, None
        self.viewport().update()
        hit = self._hit(event)
        if hit is None or hit != pressed:
            return
        row = self._rows.rows[hit[0]]
        if row.track_id is not None:
            self.question_pressed.emit(row.track_id)
        elif hit[1] is Part.MORE:
            self.more_pressed.emit(row.key)
        elif hit[1] is Part.FEWER:
            self.fewer_pressed.emit(row.key)
        elif hit[1] is Part.RESTORE:
            self.restore_pressed.emit(row.key)

    def _hit(self, event: QMouseEvent) -> tuple[int, Part] | None:
        index = self.indexAt(event.position().toPoint())
        row = index.data(ROW_ROLE)
        if not isinstance(row, BasketRow):
            return None
        return index.row(), part_at(QRectF(self.visualRect(index)), row, event.position())
