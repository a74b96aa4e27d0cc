"""The checks of the camera's picture side by side; the chosen one is explained below, with what to do."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.vision.picture_checks import CheckResult, Finding, PictureCheck
from gui import theme
from gui.live.picture_words import check_title, check_words
from gui.widgets.buttons import KeyedButton
from gui.widgets.card import Card, paint_card, paint_focus_ring
from gui.widgets.words import Words

_HEIGHT = 56
_SIGN = 16
_EXPLANATION = 76


class CheckTile(KeyedButton):
    """One check: its sign (✓, ! or –), its name, and its state in a word or two."""

    def __init__(self, check: PictureCheck, parent: QWidget | None = None) -> None:
        super().__init__(check_title(check), height=_HEIGHT, parent=parent)
        self.check = check
        self.result = CheckResult(check, Finding.UNKNOWN)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_result(self.result)

    def show_result(self, result: CheckResult) -> None:
        """Show what was found, if it differs."""
        self.result = result
        words = check_words(result)
        name = f"{self.sign} {words.title}: {words.state}"
        if name != self.accessibleName():
            self.setAccessibleName(name)
            self.setAccessibleDescription(f"{words.sentence} {words.remedy}".strip())
            self.setToolTip(f"{words.title}: {words.state}")
            self.update()

    @property
    def sign(self) -> str:
        if self.result.is_warning:
            return "!"
        return "✓" if self.result.finding is Finding.FINE else "–"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # A button would move the focus by itself; the row also chooses.
        if event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(132, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(84, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colors()
        rect = QRectF(self.rect())
        is_warning = self.result.is_warning
        fill = tones.selected if self.isChecked() else tones.hover if self.underMouse() else tones.card
        border = tones.amber if is_warning else tones.accent if self.isChecked() else tones.line
        paint_card(
            painter, rect, fill=fill, border=border, radius=theme.CONTROL_RADIUS, width=2.0 if is_warning else 1.0
        )
        ink = tones.amber if is_warning else tones.accent if self.sign == "✓" else tones.note
        inside = rect.adjusted(10, 8, -8, -8)
        row = inside.height() / 2
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine)
        face, note = theme.bold(theme.BODY_SIZE - 0.5), theme.font(theme.NOTE_SIZE)
        painter.setFont(face)
        painter.setPen(tones.text)
        title = QFontMetricsF(face).elidedText(self._plain_text(), Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(QRectF(inside.left(), inside.top(), inside.width() + 2, row), middle, title)
        place = QRectF(inside.left(), inside.top() + row, inside.width() + 2, row)
        painter.setPen(ink)
        painter.setFont(theme.bold(theme.BODY_SIZE))
        painter.drawText(place, middle, self.sign)
        painter.setFont(note)
        words = place.adjusted(_SIGN, 0, 0, 0)
        state = check_words(self.result).state
        state = QFontMetricsF(note).elidedText(state, Qt.TextElideMode.ElideRight, words.width() - 2)
        painter.drawText(words, middle, state)
        if self.shows_focus:
            paint_focus_ring(painter, rect)


class CheckRow(QWidget):
    """All checks; the first warning explains itself until a person chooses another one. Arrow keys choose."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tiles = {check: CheckTile(check) for check in PictureCheck}
        self._chosen: PictureCheck | None = None
        self._has_results = False
        self._is_set_up = True
        self._card = Card()
        self._sentence = Words(is_bold=True, wraps=True)
        self._remedy = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self.setAccessibleName(self.tr("Checks of the picture"))
        row = QHBoxLayout()
        row.setSpacing(theme.INSIDE)
        for check, tile in self.tiles.items():
            row.addWidget(tile, 1)
            tile.clicked.connect(lambda _checked=False, check=check: self.choose(check))
        # It keeps its height, so that nothing moves when a warning comes or goes.
        self._card.setFixedHeight(_EXPLANATION)
        words = QVBoxLayout(self._card)
        words.setContentsMargins(14, 8, 12, 8)
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._sentence)
        words.addWidget(self._remedy)
        words.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(row)
        column.addWidget(self._card)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_checks(())

    @property
    def explained(self) -> PictureCheck | None:
        """The check that is explained now."""
        if self._chosen is not None:
            return self._chosen
        return next((check for check, tile in self.tiles.items() if tile.result.is_warning), None)

    @property
    def explanation(self) -> str:
        return f"{self._sentence.text()} {self._remedy.text()}".strip()

    def choose(self, check: PictureCheck | None) -> None:
        """Explain this check from now on; the same one again, or ``None``: the first warning."""
        self._chosen = None if check is self._chosen else check
        self._explain()

    def show_checks(self, results: Sequence[CheckResult], *, is_set_up: bool = True) -> None:
        """Show what is believed; none: nothing was looked at yet. ``is_set_up``: there is a counter to compare with."""
        self._is_set_up = is_set_up
        found = {result.check: result for result in results}
        for check, tile in self.tiles.items():
            tile.show_result(found.get(check, CheckResult(check, Finding.UNKNOWN)))
        self._has_results = bool(found)
        self._explain()

    def _explain(self) -> None:
        check = self.explained
        is_warning = check is not None and self.tiles[check].result.is_warning
        self._card.set_border("amber" if is_warning else "line")
        for other, tile in self.tiles.items():
            if tile.isChecked() != (other is check):
                tile.setChecked(other is check)
        if check is not None and self._has_results:
            words = check_words(self.tiles[check].result, is_set_up=self._is_set_up)
            self._sentence.say(words.sentence)
            self._remedy.say(words.remedy)
        elif self._has_results:
            is_all_known = all(tile.result.finding is Finding.FINE for tile in self.tiles.values())
            doubtful = self.tr("Nothing is wrong with the picture, as far as it shows.")
            self._sentence.say(self.tr("Nothing is wrong with the picture.") if is_all_known else doubtful)
            self._remedy.say(self.tr("Choose a check to see what it says. They are repeated every two seconds."))
        else:
            self._sentence.say(self.tr("The picture is being looked at."))
            self._remedy.say("")
        self._card.setAccessibleName(self.explanation)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()), 0)
        tiles = list(self.tiles.values())
        place = next((number for number, tile in enumerate(tiles) if tile.hasFocus()), None)
        if not step or place is None:
            super().keyPressEvent(event)
            return
        tile = tiles[(place + step) % len(tiles)]
        tile.setFocus(Qt.FocusReason.TabFocusReason)
        if self._chosen is not tile.check:
            self.choose(tile.check)
