"""One item that needs a person, in words, with its answers as presses."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from core.checkout.basket_view import Question
from core.sightings import Outcome
from gui import theme
from gui.actions import keys_of
from gui.money import price_text
from gui.widgets.buttons import ChoiceButton
from gui.widgets.card import Card
from gui.widgets.thumbnail import Thumbnail, pictures
from gui.widgets.words import ElidedWords

HEIGHT = 92
_WORDS = 132
_CHOICES = 3
_NARROW = 900
"""A row that is narrower puts its words above the answers."""
_SMALLEST = 480
"""A row that is narrower still leaves the item's picture out."""
_TIGHT = 700
"""A row that is narrower still shows no pictures of the choices, and signs for the last answers."""


class QuestionRow(Card):
    """``answered`` carries track and product; the others a track. The row that is current shows the keys."""

    answered = Signal(int, int)
    search_pressed = Signal(int)
    scan_pressed = Signal(int)
    enroll_pressed = Signal(int)
    dismissed = Signal(int)
    pressed = Signal(int)

    def __init__(self, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photographs = photographs
        self._question: Question | None = None
        self._shown: tuple[object, ...] = ()
        self._currency = ""
        self._is_narrow = False
        self._is_tight = False
        self._is_current = False
        self._is_correction = False
        self.setFixedHeight(HEIGHT)
        self._crop = Thumbnail(64)
        self._title = ElidedWords(is_bold=True)
        self._note = ElidedWords(size=theme.NOTE_SIZE + 0.5, tone="note")
        self._choices = [ChoiceButton() for _ in range(_CHOICES)]
        self._search = ChoiceButton(self.tr("Other…"))
        self._scan = ChoiceButton(self.tr("Scan its barcode"))
        self._enroll = ChoiceButton(self.tr("Enroll it now"), keys=keys_of("page.enroll"))
        self._dismiss = ChoiceButton(self.tr("No item"))
        self._lay_out()
        self._arrange()
        self._connect()

    def _lay_out(self) -> None:
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(6)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._words = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._words.setSpacing(1)
        self._words.addStretch(1)
        self._words.addWidget(self._title)
        self._words.addWidget(self._note)
        self._words.addStretch(1)
        for words in (self._title, self._note):
            words.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        answers = QHBoxLayout()
        answers.setSpacing(6)
        for button in self._buttons():
            button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            answers.addWidget(button, 1 if button in self._choices else 0)
        answers.addStretch(0)
        self._row.addLayout(self._words)
        self._row.addLayout(answers, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(12, 6, 8, 8)
        whole.setSpacing(10)
        whole.addWidget(self._crop)
        whole.addLayout(self._row, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._crop.setVisible(self.width() >= _SMALLEST)
        is_narrow, is_tight = self.width() < _NARROW, self.width() < _TIGHT
        if (is_narrow, is_tight) != (self._is_narrow, self._is_tight):
            self._is_narrow, self._is_tight = is_narrow, is_tight
            self._arrange()

    def _arrange(self) -> None:
        """Words beside the answers, or above them where there is little room."""
        is_narrow = self._is_narrow
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if is_narrow else direction.LeftToRight)
        self._row.setSpacing(4 if is_narrow else 6)
        self._words.setDirection(direction.LeftToRight if is_narrow else direction.TopToBottom)
        self._words.setSpacing(8 if is_narrow else 1)
        # Wide enough for any title, so that the answers of all rows begin below one another.
        words = max(_WORDS, *(self._title.fontMetrics().horizontalAdvance(title) + 2 for title in self._titles()))
        self._title.setMinimumWidth(0 if is_narrow else words)
        self._note.setMinimumWidth(0 if is_narrow else words)
        self._words.setStretch(0, 0 if is_narrow else 1)
        self._search.set_icon("search" if self._is_tight else "")
        self._dismiss.set_icon("not-item" if self._is_tight else "")
        self._shown = ()
        if self._question is not None and self._currency:
            self.ask(self._question, self._currency, is_current=self._is_current, is_correction=self._is_correction)

    def _buttons(self) -> list[ChoiceButton]:
        return [*self._choices, self._search, self._scan, self._enroll, self._dismiss]

    def _connect(self) -> None:
        for place, button in enumerate(self._choices):
            button.clicked.connect(lambda _checked=False, place=place: self.answer(place))
        for button, signal in (
            (self._search, self.search_pressed),
            (self._scan, self.scan_pressed),
            (self._enroll, self.enroll_pressed),
            (self._dismiss, self.dismissed),
        ):
            button.clicked.connect(lambda _checked=False, signal=signal: signal.emit(self.track_id))

    @property
    def question(self) -> Question | None:
        return self._question

    @property
    def track_id(self) -> int:
        """The item that is asked about; −1 when nothing is."""
        return self._question.track_id if self._question is not None else -1

    def answer(self, place: int) -> None:
        """Take the choice in this place, counted from 0, if it is offered."""
        if self._question is not None and place < len(self._question.choices):
            self.answered.emit(self._question.track_id, self._question.choices[place].product_id)

    def ask(self, question: Question, currency: str, *, is_current: bool, is_correction: bool = False) -> None:
        """Show a question; changes only what differs. ``is_correction``: a person doubts a name that was given."""
        is_new = question.track_id != self.track_id
        self._question, self._currency = question, currency
        shown = (question.track_id, question.outcome, question.choices, is_current, is_correction)
        if shown == self._shown:
            return
        self._shown = shown
        self._is_current, self._is_correction = is_current, is_correction
        if is_new:
            self._crop.set_pixels(question.crop)
        is_possible = question.outcome is Outcome.POSSIBLE and bool(question.choices)
        self._say(question, is_possible=is_possible)
        for place, button in enumerate(self._choices):
            is_offered = is_possible and place < len(question.choices)
            button.setVisible(is_offered)
            if is_offered:
                self._offer(button, question, place, currency)
        self._scan.setVisible(not is_possible)
        self._enroll.setVisible(not is_possible)
        self._name(self._search, self.tr("Other…") if is_possible else self.tr("Find it…"), shortens=is_possible)
        self._name(self._dismiss, self.tr("No item") if is_possible else self.tr("Not an item"), shortens=is_possible)
        self._show_keys()
        self.setAccessibleName(f"{self._title.text()} {self._note.text()}")

    def _say(self, question: Question, *, is_possible: bool) -> None:
        what, which, unknown = self._titles()
        if self._is_correction:
            title, note = what, self.tr("Say so if the name is wrong")
        elif is_possible:
            title = which
            count = len(question.choices)
            note = {1: self.tr("Not quite sure"), 2: self.tr("Two look alike")}.get(count, self.tr("These look alike"))
        else:
            title, note = unknown, self.tr("Nothing comes close")
        self._title.say(title)
        self._note.say(note)

    def _titles(self) -> tuple[str, str, str]:
        return self.tr("What is it?"), self.tr("Which one is it?"), self.tr("I don't know this")

    def _name(self, button: ChoiceButton, text: str, *, shortens: bool) -> None:
        """Where there is little room for the choices, the icon stands for the words."""
        button.set_choice("" if shortens and self._is_tight else text, "")
        button.setAccessibleName(text)
        button.setToolTip(text)

    def _offer(self, button: ChoiceButton, question: Question, place: int, currency: str) -> None:
        choice = question.choices[place]
        button.set_choice(choice.name, price_text(choice.price_minor, currency))
        button.set_best(is_best=place == 0)
        button.set_picture(None, has_picture=not self._is_tight)
        button.setToolTip(choice.name)
        if choice.picture is None or self._is_tight:
            return

        def show(pixmap: QPixmap | None) -> None:
            if self._question is not None and choice in self._question.choices:
                button.set_picture(pixmap)

        side = button.picture_side
        pictures.request(
            self._photographs / choice.picture,
            size=QSize(side, side),
            ratio=self.devicePixelRatioF(),
            owner=self,
            on_ready=show,
            radius=6,
        )

    def _show_keys(self) -> None:
        for place, button in enumerate(self._choices):
            button.set_keys(str(place + 1) if self._is_current else "")
        self._search.set_keys(keys_of("sale.look_up") if self._is_current else "")
        self._dismiss.set_keys(keys_of("choose.no_item") if self._is_current else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._question is not None:
            self.pressed.emit(self._question.track_id)
        super().mousePressEvent(event)
