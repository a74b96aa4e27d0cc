"""What the window shows while the station is being built, and when that failed."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui import theme
from gui.live import overlay
from gui.widgets.buttons import PrimaryButton, SecondaryButton
from gui.widgets.card import Card
from gui.widgets.empty_state import EmptyState


class _DarkPicture(QWidget):
    """The place of the live picture before there is one."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words

    def sizeHint(self) -> QSize:
        return QSize(784, 441)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        area.setHeight(min(area.height(), area.width() * 9 / 16))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.VIDEO_LABEL)
        painter.drawRoundedRect(area, theme.CARD_RADIUS, theme.CARD_RADIUS)
        overlay.paint_notice(
            painter=painter, area=area, icon_name="camera", title=self.tr("Getting ready"), sentence=self._words
        )


class StartingPage(QWidget):
    """The checkout's outline; or, after a failure, what is wrong and what to do."""

    retry_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = _DarkPicture(self.tr("The shop is being opened."))
        self._panel = Card()
        self._panel.setMinimumWidth(300)
        self._failure = EmptyState("error", "")
        self._again = PrimaryButton(self.tr("Try again"))
        self._again.clicked.connect(self.retry_wanted)
        leave = SecondaryButton(self.tr("Close Tillsight"))
        leave.clicked.connect(self.leave_wanted)
        self._failure.add_button(self._again)
        self._failure.add_button(leave)
        self._failure.hide()
        inside = QVBoxLayout(self._panel)
        inside.addWidget(EmptyState("basket", self.tr("One moment"), self.tr("The basket opens with the shop.")))
        row = QHBoxLayout(self)
        row.setContentsMargins(*[theme.PAGE_MARGIN] * 4)
        row.setSpacing(theme.PAGE_MARGIN)
        row.addWidget(self._picture, 784)
        row.addWidget(self._panel, 372)
        row.addWidget(self._failure, 1)

    @property
    def has_failed(self) -> bool:
        """Whether it tells of a failure."""
        return not self._failure.isHidden()

    def show_failure(self, message: str, remedy: str) -> None:
        """Tell why the shop cannot be opened; the keyboard is on the button that tries again."""
        self._failure.say("error", message, remedy)
        self._failure.setAccessibleName(f"{message} {remedy}")
        self._picture.hide()
        self._panel.hide()
        self._failure.show()
        self._again.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_start(self) -> None:
        """Show again that the shop is being opened."""
        self._failure.hide()
        self._picture.show()
        self._panel.show()
