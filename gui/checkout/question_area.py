"""The place under the picture where the station asks; it keeps its height, so that nothing moves when a row comes."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.checkout.basket_view import Question
from core.station_view import Phase, StationStatus
from gui import theme
from gui.checkout.question_row import HEIGHT, QuestionRow
from gui.widgets.buttons import PrimaryButton, SecondaryButton
from gui.widgets.card import Border, Card
from gui.widgets.words import Words

ROWS = 2


class OfferRow(Card):
    """A sentence of the station with what to do about it; ``pressed`` carries the name of what was chosen."""

    pressed = Signal(str)

    def __init__(
        self, title: str, note: str, offers: Sequence[tuple[str, str]], *, border: Border, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, border=border)
        self.setMinimumHeight(HEIGHT)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        words.addWidget(Words(title, is_bold=True, wraps=True))
        words.addWidget(Words(note, size=theme.NOTE_SIZE, tone="note", wraps=True))
        words.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.setSpacing(8)
        row.addLayout(words, 1)
        for place, (name, text) in enumerate(offers):
            button = PrimaryButton(text) if place == 0 else SecondaryButton(text)
            button.clicked.connect(lambda _checked=False, name=name: self.pressed.emit(name))
            row.addWidget(button)
        self.setAccessibleName(f"{title} {note}")


class QuestionArea(QWidget):
    """Up to two questions, or what the shop lacks.

    ``offer_taken`` is ``demo``, ``camera``, ``import``, ``enroll`` or ``empty``. The rows' own signals are connected by
    whoever holds the area.
    """

    offer_taken = Signal(str)

    def __init__(self, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(ROWS * HEIGHT + (ROWS - 1) * theme.CARD_GAP)
        self.rows = [QuestionRow(photographs) for _ in range(ROWS)]
        self._first_start = OfferRow(
            self.tr("This shop knows no products yet"),
            self.tr("Try it with the demo shop, or teach it yours."),
            (
                ("demo", self.tr("Demo shop")),
                ("enroll", self.tr("Enroll")),
                ("import", self.tr("Import")),
                ("camera", self.tr("Camera")),
            ),
            border="accent",
        )
        self._empty_counter = OfferRow(
            self.tr("Show me the empty counter"),
            self.tr("Take everything off it, then press. Items are found by what has changed."),
            (("empty", self.tr("It is empty now")),),
            border="amber",
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.CARD_GAP)
        for row in (self._first_start, self._empty_counter, *self.rows):
            row.hide()
            column.addWidget(row)
        column.addStretch(1)
        for offer in (self._first_start, self._empty_counter):
            offer.pressed.connect(self.offer_taken)

    @property
    def current(self) -> QuestionRow | None:
        """The row whose keys are shown."""
        return self.rows[0] if self.rows[0].question is not None and not self.rows[0].isHidden() else None

    def show_questions(
        self, questions: Sequence[Question], currency: str, *, corrected: int | None = None, has_keys: bool = True
    ) -> None:
        """Show the first questions; the first is current. ``corrected`` is the item that a person pointed at.

        Without ``has_keys`` no row shows keys: what is typed goes into a field.
        """
        for place, row in enumerate(self.rows):
            if place < len(questions):
                question = questions[place]
                is_current, is_correction = has_keys and place == 0, question.track_id == corrected
                row.ask(question, currency, is_current=is_current, is_correction=is_correction)
            _set_visible(row, is_visible=place < len(questions))

    def show_lacks(self, status: StationStatus) -> int:
        """Offer what helps a shop that is not set up; tells how many rows are left for questions."""
        is_ready = status.phase is Phase.READY
        lacks_counter = is_ready and not status.is_empty_counter_learned
        lacks_products = is_ready and status.products == 0
        _set_visible(self._empty_counter, is_visible=lacks_counter)
        _set_visible(self._first_start, is_visible=lacks_products)
        return ROWS - int(lacks_counter) - int(lacks_products)


def _set_visible(widget: QWidget, *, is_visible: bool) -> None:
    if widget.isHidden() == is_visible:
        widget.setVisible(is_visible)
