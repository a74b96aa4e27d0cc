"""The line at the window's foot: camera, pace, runtime, catalog, who sells."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from core.cameras.capture import CaptureState
from core.station_view import Phase, StationStatus
from gui import theme
from gui.actions import keys_of
from gui.core_words import core_words
from gui.counted import products_text, references_text
from gui.figures import share_text
from gui.live.picture_words import short_warning
from gui.widgets.key_cap import key_text
from gui.widgets.words import ElidedWords, Words

_HEIGHT = 30


class _Dot(QWidget):
    """Shows the camera's state by shape as well as color: a disk when all is well, a ring when not."""

    def __init__(self) -> None:
        super().__init__()
        self.state = CaptureState.OPENING
        self.setFixedSize(10, 10)

    def sizeHint(self) -> QSize:
        return QSize(10, 10)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tones = theme.colors()
        color = {
            CaptureState.READING: tones.accent,
            CaptureState.OPENING: tones.amber,
            CaptureState.ENDED: tones.note,
            CaptureState.LOST: tones.red,
        }[self.state]
        rect = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.state is CaptureState.READING:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(rect)
        else:
            pen = painter.pen()
            pen.setColor(QColor(color))
            pen.setWidthF(2)
            painter.setPen(pen)
            painter.drawEllipse(rect.adjusted(1, 1, -1, -1))


class StatusLine(QWidget):
    """Say it with ``show_status``, not more than a few times a second: figures that run cannot be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self._dot = _Dot()
        self._camera = ElidedWords(size=theme.NOTE_SIZE, tone="note")
        self._pace = Words(size=theme.NOTE_SIZE, tone="note", figures=True)
        self._runtime = Words(size=theme.NOTE_SIZE, tone="note")
        self._catalog = Words(size=theme.NOTE_SIZE, tone="note", figures=True)
        self._activity = Words(size=theme.NOTE_SIZE, tone="accent")
        self._picture = Words(size=theme.NOTE_SIZE, tone="amber", is_bold=True)
        self._place = Words(size=theme.NOTE_SIZE, tone="note")
        row = QHBoxLayout(self)
        row.setContentsMargins(15, 1, 14, 0)
        row.setSpacing(22)
        camera = QHBoxLayout()
        camera.setSpacing(5)
        camera.addWidget(self._dot)
        camera.addWidget(self._camera)
        row.addLayout(camera)
        row.addWidget(self._picture)
        for words in (self._pace, self._runtime, self._catalog, self._activity):
            row.addWidget(words)
        row.addStretch(1)
        row.addWidget(self._place)
        self.setAccessibleName(self.tr("State of the station"))

    @property
    def text(self) -> str:
        """All that the line says."""
        words = (
            self._camera,
            self._picture,
            self._pace,
            self._runtime,
            self._catalog,
            self._activity,
            self._place,
        )
        return "  ".join(part.text() for part in words if part.text())

    def show_status(self, status: StationStatus, *, shown_fps: float) -> None:
        """Show the newest status; ``shown_fps`` is what the live picture painted in the last second."""
        self._dot.show()
        if self._dot.state is not status.camera:
            self._dot.state = status.camera
            self._dot.update()
        self._camera.say(self._camera_words(status))
        self._camera.set_tone("amber" if status.is_demo else "red" if status.camera is CaptureState.LOST else "note")
        is_live = status.camera is CaptureState.READING and status.phase is Phase.READY
        pace = self.tr("{fps} fps shown · label in {ms} ms").format(fps=round(shown_fps), ms=round(status.label_ms))
        self._pace.say(pace if is_live and shown_fps >= 1 else "")
        self._runtime.say(core_words(status.runtime))
        catalog = f"{products_text(status.products)} · {references_text(status.references)}"
        self._catalog.say(catalog if status.phase is Phase.READY else "")
        progress = f" {share_text(status.progress)}" if status.progress is not None else ""
        self._activity.say(f"{core_words(status.activity)}{progress}" if status.activity else "")
        self._picture.say(self._picture_words(status))
        for words in (self._picture, self._pace, self._runtime, self._catalog, self._activity):
            words.setVisible(bool(words.text()))

    def show_nothing(self) -> None:
        """Say nothing of a station: there is none."""
        self._dot.hide()
        for words in (self._camera, self._picture, self._pace, self._runtime, self._catalog, self._activity):
            words.say("")

    def show_place(self, counter: str, cashier: str) -> None:
        """Show who sells where."""
        self._place.say(" · ".join(part for part in (counter, cashier) if part))

    def _picture_words(self, status: StationStatus) -> str:
        """What is wrong with the picture, and where to read more; nothing while it is not live."""
        if status.camera is not CaptureState.READING or not status.picture.warnings:
            return ""
        warnings = status.picture.warnings
        words = short_warning(warnings[0])
        if len(warnings) > 1:
            words = self.tr("{warning} and {count} more").format(warning=words, count=len(warnings) - 1)
        return f"! {words} ({key_text(keys_of('page.counter'))})"

    def _camera_words(self, status: StationStatus) -> str:
        if status.is_demo:
            return self.tr("Demo shop: a drawn counter")
        states = {
            CaptureState.OPENING: self.tr("opening…"),
            CaptureState.LOST: self.tr("lost"),
            CaptureState.ENDED: self.tr("ended"),
        }
        label = core_words(status.camera_label) or self.tr("Camera")
        if status.camera in states:
            return f"{label}: {states[status.camera]}"
        size = f" {status.camera_width}×{status.camera_height}" if status.camera_width else ""
        return f"{label}{size}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        painter.fillRect(self.rect(), tones.card)
        painter.fillRect(QRectF(0, 0, self.width(), 1), tones.line)
