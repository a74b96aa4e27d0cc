"""What is shown when a sale is paid: its number, the change, and the receipt."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontDatabase, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from core.checkout.receipts import WIDTH
from core.checkout.session import Paid
from gui import theme
from gui.checkout.payment_form import CASH
from gui.money import money_text
from gui.widgets.buttons import PrimaryButton
from gui.widgets.words import Words

_LARGEST = 12.0
_MARGIN = 10


@dataclass(frozen=True, slots=True)
class Settled:
    """A payment with what was handed over, in minor units."""

    paid: Paid
    given_minor: int

    @property
    def change_minor(self) -> int:
        return self.given_minor - self.paid.total_minor


class _Tick(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(56, 56)

    def sizeHint(self) -> QSize:
        return QSize(56, 56)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = theme.colors()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tones.selected)
        painter.drawEllipse(QRectF(self.rect()))
        theme.paint_icon(painter, QRectF(self.rect()).adjusted(14, 14, -14, -14), "check", tones.accent)


class ReceiptView(QWidget):
    """``done`` asks for the next sale; Enter and Esc do the same. The Enter that has paid may still be held down."""

    done = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Words(size=theme.TITLE_SIZE, is_bold=True)
        self._total = Words(size=theme.TOTAL_SIZE, is_bold=True, figures=True)
        self._change = Words(size=18, is_bold=True, tone="accent", figures=True)
        for words in (self._title, self._total, self._change):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._receipt = QPlainTextEdit()
        self._receipt.setReadOnly(True)
        self._receipt.setAccessibleName(self.tr("Receipt"))
        self._receipt.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._receipt.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._receipt.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._receipt.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._receipt.setAutoFillBackground(True)
        self._receipt.viewport().setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self._receipt.setTabChangesFocus(True)
        self._next = PrimaryButton(self.tr("New sale"), keys="Enter", height=64)
        self._next.clicked.connect(self.done)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(_Tick(), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._title)
        column.addWidget(self._total)
        column.addWidget(self._change)
        column.addSpacing(6)
        column.addWidget(self._receipt, 1)
        column.addSpacing(6)
        column.addWidget(self._next)

    def show_settled(self, settled: Settled) -> None:
        """Show a payment; its receipt follows."""
        paid = settled.paid
        self._title.say(self.tr("Sale {number} is paid").format(number=paid.number))
        self._total.say(money_text(paid.total_minor, paid.currency))
        cash = self.tr("Change {amount}").format(amount=money_text(settled.change_minor, paid.currency))
        self._change.say(cash if paid.payment == CASH else self.tr("Paid by card"))
        self._receipt.setPlainText("")
        self._next.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_receipt(self, text: str) -> None:
        """Show the receipt; the station keeps it as a file."""
        self._receipt.setPlainText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        face = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        face.setPointSizeF(theme.font(_LARGEST).pointSizeF())
        needed = QFontMetricsF(face).horizontalAdvance("0" * (WIDTH + 1))
        face.setPointSizeF(face.pointSizeF() * min(1.0, (self.width() - 2 * _MARGIN) / needed))
        self._receipt.setFont(face)
        # In the middle of its plate, as on paper.
        text = QFontMetricsF(face).horizontalAdvance("0" * WIDTH) + 2 * self._receipt.document().documentMargin()
        side = max(0, round((self.width() - text) / 2) - 1)
        self._receipt.setViewportMargins(side, theme.INSIDE, side, theme.INSIDE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.done.emit()
        else:
            super().keyPressEvent(event)
