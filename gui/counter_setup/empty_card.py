"""The empty counter: what was learned of it, and learning it anew."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.vision.setup_picture import SetupPicture
from gui import theme
from gui.actions import keys_of
from gui.dates import moment_text
from gui.live.frame_image import FrameImage
from gui.widgets.buttons import PrimaryButton
from gui.widgets.card import Card, paint_card
from gui.widgets.words import Words

_WIDTH, _HEIGHT = 120, 72


class _LearnedPicture(QWidget):
    """The picture itself; a plate with a sign while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._setup: SetupPicture | None = None
        self._frame_image = FrameImage()
        self.setFixedSize(_WIDTH, _HEIGHT)
        self.setAccessibleName(self.tr("Learned picture of the empty counter"))

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def show_setup(self, setup: SetupPicture | None) -> None:
        if setup is not self._setup:
            self._setup = setup
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        tones = theme.colors()
        rect = QRectF(self.rect())
        if self._setup is None:
            paint_card(painter, rect, fill=tones.cap, border=tones.line, radius=theme.CONTROL_RADIUS)
            sign = QRectF(rect.center().x() - 12, rect.center().y() - 12, 24, 24)
            theme.paint_icon(painter, sign, "picture", tones.note)
            return
        height, width = self._setup.picture.shape[:2]
        scale = min(rect.width() / width, rect.height() / height)
        size = QSize(max(1, round(width * scale)), max(1, round(height * scale)))
        ratio = self.devicePixelRatioF()
        image: QImage = self._frame_image.take(
            self._setup.picture, width=round(size.width() * ratio), height=round(size.height() * ratio)
        )
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(rect.center())
        path = QPainterPath()
        path.addRoundedRect(place, 6, 6)
        painter.setClipPath(path)
        painter.drawImage(place, image)


class EmptyCard(Card):
    """``told``: a person says that the counter is empty now."""

    told = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = _LearnedPicture()
        self.empty = PrimaryButton(self.tr("Counter is empty"), keys=keys_of("counter.empty"), icon_name="check")
        self._state = Words(is_bold=True, wraps=True)
        self._note = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._state)
        words.addWidget(self._note)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(theme.CARD_GAP)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 14)
        column.setSpacing(10)
        column.addWidget(Words(self.tr("Empty counter"), size=16, is_bold=True))
        column.addLayout(row)
        column.addWidget(self.empty)
        self.empty.clicked.connect(self.told)
        self.show_setup(None, is_learned=False, method="change")

    @property
    def text(self) -> str:
        """What the card says of the learned picture."""
        return f"{self._state.text()} {self._note.text()}"

    def show_setup(self, setup: SetupPicture | None, *, is_learned: bool, method: str) -> None:
        """Show what is compared with; ``is_learned``: the detector knows what it needs; ``method`` finds items."""
        self.picture.show_setup(setup)
        self.picture.setAccessibleDescription(self._state.text())
        if setup is None:
            self._state.say(self.tr("Not set up yet"))
            self._note.say(self.tr("Take everything off the counter, then press."))
            return
        moment = moment_text(setup.taken_at)
        by_person, by_itself = self.tr("Set up {time}").format(time=moment), self.tr("Learned by itself")
        self._state.say(by_person if setup.is_by_person else by_itself)
        if not setup.is_by_person:
            note = self.tr("{time}. To be sure, clear the counter and press.").format(time=moment)
        elif not is_learned:
            note = self.tr("The detector is learning it.")
        elif method == "network":
            note = self.tr("Tells whether camera and light are as they were.")
        else:
            note = self.tr("What differs from it is taken for an item.")
        self._note.say(note)
