"""Which part of the picture counts: the buttons and the slider beside the picture on which it is drawn."""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.actions import keys_of
from gui.counter_setup.counter_picture import CounterPicture
from gui.counter_setup.limits import FEWEST_CORNERS, WIDEST_BORDER, Limits
from gui.figures import share_text
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Card
from gui.widgets.slim_slider import SlimSlider
from gui.widgets.words import Words

_STEPS = 400
_SETTLE_MS = 350


class RegionCard(Card):
    """``limits_set`` carries the ``Limits`` that a person settled on here; the picture tells its own."""

    limits_set = Signal(object)

    def __init__(self, picture: CounterPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.draw = SecondaryButton(self.tr("Draw region"))
        self.whole = SecondaryButton(self.tr("Whole picture"))
        self.close_region = SecondaryButton(self.tr("Close region"), keys="Enter")
        self.add = SecondaryButton(self.tr("Corner"), keys=self.tr("Ins"), icon_name="plus")
        self.add.setAccessibleName(self.tr("Add corner"))
        self.remove = SecondaryButton(self.tr("Corner"), keys=self.tr("Del"), icon_name="minus")
        self.remove.setAccessibleName(self.tr("Remove corner"))
        for button in (self.add, self.remove):
            button.setToolTip(button.accessibleName())
        self.border = SlimSlider()
        self._percent = Words(is_bold=True, figures=True)
        self._hint = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._lay_out()
        self._connect()
        self._describe()

    def _lay_out(self) -> None:
        label = Words(self.tr("Ignored border"))
        label.setBuddy(self.border)
        self.border.setRange(0, _STEPS)
        self.border.setSingleStep(_STEPS // 40)
        self.border.setPageStep(_STEPS // 8)
        self.border.setAccessibleName(self.tr("Ignored border"))
        self._percent.setMinimumWidth(44)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        slider = QHBoxLayout()
        slider.setSpacing(theme.INSIDE)
        slider.addWidget(label)
        slider.addWidget(self.border, 1)
        slider.addWidget(self._percent)
        # While a region is drawn, closing it takes the place of what its corners have to wait for.
        rows = []
        for buttons in ((self.draw, self.whole), (self.add, self.remove, self.close_region)):
            row = QHBoxLayout()
            row.setSpacing(theme.INSIDE)
            for button in buttons:
                row.addWidget(button, 1)
            rows.append(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 14)
        column.setSpacing(theme.INSIDE)
        column.addWidget(Words(self.tr("Where items lie"), size=16, is_bold=True))
        column.addWidget(self._hint)
        for row in rows:
            column.addLayout(row)
        column.addLayout(slider)

    def _connect(self) -> None:
        picture = self._picture
        self.draw.clicked.connect(self.toggle_drawing)
        self.close_region.clicked.connect(picture.close_region)
        self.whole.clicked.connect(lambda: self.limits_set.emit(Limits(picture.limits.border)))
        self.add.clicked.connect(picture.add_corner)
        self.remove.clicked.connect(picture.remove_corner)
        self.border.valueChanged.connect(self._slide)
        self._settled.timeout.connect(lambda: self.limits_set.emit(self._limits()))
        picture.state_changed.connect(self._describe)

    def toggle_drawing(self) -> None:
        """Begin to draw a region, or give it up."""
        if self._picture.is_drawing:
            self._picture.cancel_drawing()
        else:
            self._picture.begin_drawing()

    @property
    def hint(self) -> str:
        return self._hint.text()

    def _limits(self) -> Limits:
        return Limits(round(self.border.value() / _STEPS * WIDEST_BORDER, 4), self._picture.limits.corners)

    def _slide(self, _step: int) -> None:
        self._picture.preview(self._limits())
        self._settled.start()

    def _describe(self) -> None:
        picture = self._picture
        is_drawing = picture.is_drawing
        limits, selected = picture.limits, picture.selected
        number = selected.corner if selected is not None else None
        self.draw.setText(self.tr("Give up") if is_drawing else self.tr("Draw region"))
        self.draw.set_keys(self.tr("Esc") if is_drawing else keys_of("counter.draw"))
        self.close_region.setVisible(is_drawing)
        self.close_region.setEnabled(len(picture.corners) >= FEWEST_CORNERS)
        self.add.setVisible(not is_drawing)
        self.remove.setVisible(not is_drawing)
        self.whole.setEnabled(bool(limits.corners) and not is_drawing)
        self.add.setEnabled(number is not None)
        self.remove.setEnabled(number is not None and len(limits.corners) > FEWEST_CORNERS)
        self._percent.say(share_text(limits.border))
        if not self.border.isSliderDown() and not self._settled.isActive():
            with QSignalBlocker(self.border):
                self.border.setValue(round(limits.border / WIDEST_BORDER * _STEPS))
        self._hint.say(self._drawing_hint() if is_drawing else self._handle_hint())
        self._picture.setAccessibleDescription(self._hint.text())

    def _drawing_hint(self) -> str:
        corners = len(self._picture.corners)
        if corners < FEWEST_CORNERS:
            return self.tr("Press the corners of the counter, or move the cross with the arrow keys and press Space.")
        return self.tr("{count} corners. Enter closes the region, Backspace takes the last one back.").format(
            count=corners
        )

    def _handle_hint(self) -> str:
        picture = self._picture
        selected, limits = picture.selected, picture.limits
        if selected is None:
            return self.tr("Items are looked for in the bright part. Drag a handle; or press Space and use the arrows.")
        if selected.corner is not None:
            x, y = limits.place(selected)
            return self.tr("Corner {number} of {count} at {x} %, {y} %. Arrow keys move it, Space goes on.").format(
                number=selected.corner + 1, count=len(limits.corners), x=round(x * 100), y=round(y * 100)
            )
        return self.tr("Ignored border: {percent} %. Arrow keys change it, Space goes on.").format(
            percent=round(limits.border * 100)
        )
