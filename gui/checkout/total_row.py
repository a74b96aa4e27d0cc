"""The total of a sale, never cut: it gets smaller before a figure of it could be lost."""

from PySide6.QtCore import QMargins, Qt
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui import theme
from gui.widgets.words import ElidedWords, Words

_GAP = 12
_MARGINS = QMargins(4, 0, 4, 0)
_LEAST_SIZE = int(theme.BODY_SIZE)


class TotalRow(QWidget):
    """A word at the left and an amount at the right, as large as both fit; the word gives way first.

    The row keeps its height, so that nothing moves when the amount changes.
    """

    def __init__(self, word: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.word = ElidedWords(word, size=theme.TOTAL_SIZE, is_bold=True)
        self.amount = Words(size=theme.TOTAL_SIZE, is_bold=True, figures=True)
        self.amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(_MARGINS)
        row.setSpacing(_GAP)
        row.addWidget(self.word)
        row.addStretch(1)
        row.addWidget(self.amount)
        self.setFixedHeight(self.amount.fontMetrics().height())

    def say(self, amount: str) -> None:
        """Show an amount."""
        self.amount.say(amount)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.width() - _MARGINS.left() - _MARGINS.right() - 2 * _GAP
        word_size, size = self._sizes(room)
        self.word.setFont(theme.bold(word_size))
        self.amount.setFont(theme.bold(size, figures=True))
        # The layout may not take from the figures what it gives to the word.
        self.amount.setMinimumWidth(self.amount.sizeHint().width())

    def _sizes(self, room: float) -> tuple[float, float]:
        """The sizes of word and amount."""
        for word_size in (theme.TOTAL_SIZE, theme.TITLE_SIZE):
            word = QFontMetricsF(theme.bold(word_size)).horizontalAdvance(self.word.text())
            least = theme.TOTAL_SIZE if word_size == theme.TOTAL_SIZE else _LEAST_SIZE
            for size in range(int(theme.TOTAL_SIZE), int(least) - 1, -1):
                amount = QFontMetricsF(theme.bold(size, figures=True)).horizontalAdvance(self.amount.text())
                if word + amount + 2 <= room:
                    return word_size, float(size)
        return theme.TITLE_SIZE, float(_LEAST_SIZE)
