"""What the camera sees of the counter: learn it empty, and say which part of the picture counts."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.settings import Point
from gui import theme
from gui.settings.counter_picture import CounterPicture
from gui.widgets.buttons import SecondaryButton
from gui.widgets.words import Words


class CounterPanel(QWidget):
    """``empty_told``: the counter is empty now. ``region_set``: the new region, empty for the whole picture."""

    empty_told = Signal()
    region_set = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = CounterPicture()
        self.picture.setMinimumHeight(220)
        self.picture.setMaximumHeight(380)
        self.empty = SecondaryButton(self.tr("Counter is empty"), icon_name="refresh")
        self.draw = SecondaryButton(self.tr("Draw region"), icon_name="edit")
        self.draw.setCheckable(True)
        self.close_region = SecondaryButton(self.tr("Close region"), keys="Enter")
        self.whole = SecondaryButton(self.tr("Whole picture"))
        self._hint = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._region: tuple[Point, ...] = ()
        self._lay_out()
        self.empty.clicked.connect(self.empty_told)
        self.draw.clicked.connect(self._toggle)
        self.close_region.clicked.connect(self.picture.close_region)
        self.whole.clicked.connect(lambda: self.region_set.emit(()))
        self.picture.region_drawn.connect(self.region_set)
        self.picture.drawing_changed.connect(self._describe)
        self._describe()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for button in (self.empty, self.draw, self.close_region, self.whole):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addWidget(self.picture, 1)
        column.addWidget(self._hint)
        column.addLayout(row)

    def show_limits(self, *, border: float, region: Sequence[Point]) -> None:
        """Show the border and region that hold."""
        self._region = tuple(region)
        self.picture.show_limits(border=border, region=region)
        self.whole.setEnabled(bool(region))
        self._describe()

    def _toggle(self) -> None:
        if self.picture.is_drawing:
            self.picture.cancel_drawing()
        else:
            self.picture.begin_drawing()

    def _describe(self) -> None:
        is_drawing = self.picture.is_drawing
        corners = len(self.picture.corners)
        self.draw.setChecked(is_drawing)
        self.draw.setText(self.tr("Give up") if is_drawing else self.tr("Draw region"))
        self.draw.set_keys("Esc" if is_drawing else "")
        self.close_region.setVisible(is_drawing)
        self.close_region.setEnabled(corners >= 3)
        self.whole.setVisible(not is_drawing)
        if not is_drawing:
            text = self.tr(
                "Items are looked for in the bright part. Learn the empty counter again when the light changes."
            )
        elif corners < 3:
            text = self.tr("Press the corners of the counter, or move the cross with the arrow keys and press Space.")
        else:
            text = self.tr("{count} corners. Enter closes the region, Backspace takes the last one back.").format(
                count=corners
            )
        self._hint.say(text)
