"""The right side of the enrollment: what the product is called, its shots, and saving it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.catalog.records import Product, ProductDetails
from core.enrollment.view import EnrollmentView
from gui import actions, theme
from gui.enrollment.shot_grid import ShotGrid
from gui.enrollment.words import in_own_language
from gui.widgets.buttons import IconButton, PrimaryButton, SecondaryButton
from gui.widgets.card import Card
from gui.widgets.product_form import ProductForm
from gui.widgets.product_search import ProductSearch
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.words import ElidedWords, Words

if TYPE_CHECKING:
    from core.station import Station

_TYPING_MS = 400


class ProductPanel(Card):
    """``described`` follows a pause in typing; the other signals ask for what their button says."""

    described = Signal(object)
    save_wanted = Signal()
    discard_wanted = Signal()
    existing_wanted = Signal(object)
    removal_wanted = Signal(list)
    keeping_wanted = Signal(list)

    def __init__(self, station: "Station", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: ProductDetails | None = None
        self._product_id: int | None = None
        self._title = ElidedWords(size=theme.TITLE_SIZE, is_bold=True)
        self._existing = SecondaryButton(self.tr("Existing…"))
        self._existing.setCheckable(True)
        self._existing.setToolTip(self.tr("Add shots to a product that is in the catalog already"))
        self._discard = IconButton("trash", self.tr("Discard this enrollment"))
        self._search = ProductSearch(
            lambda text: station.records(lambda catalog: catalog.products.search(text)),
            station.data.photographs,
            placeholder=self.tr("The product to add shots to"),
        )
        self.form = ProductForm()
        self.grid = ShotGrid()
        self.grid.setMinimumHeight(152)
        self._count = Words(size=theme.NOTE_SIZE, tone="note")
        self._remove = SecondaryButton(self.tr("Remove"), keys=self.tr("Del"))
        self._keep = SecondaryButton(self.tr("Keep it anyway"))
        self._recognized = Words(is_bold=True, figures=True)
        self._enough = Words(is_bold=True)
        self._save = PrimaryButton(height=64)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.INSIDE)
        head.addWidget(self._title, 1)
        head.addWidget(self._existing)
        head.addWidget(self._discard)
        self._search.hide()
        chosen = QHBoxLayout()
        chosen.setSpacing(theme.INSIDE)
        chosen.addWidget(self._remove, 1)
        chosen.addWidget(self._keep, 1)
        scroll = ScrollColumn()
        scroll.column.setSpacing(theme.INSIDE)
        scroll.column.addWidget(self.form)
        scroll.column.addWidget(self._count)
        scroll.column.addWidget(self.grid, 1)
        scroll.column.addLayout(chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAGE_MARGIN, 14, theme.PAGE_MARGIN, theme.PAGE_MARGIN)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addWidget(self._search)
        column.addWidget(scroll, 1)
        column.addLayout(self._pair(self.tr("Own shots recognized"), self._recognized))
        column.addLayout(self._pair(self.tr("Enough?"), self._enough))
        column.addWidget(self._save)

    def _pair(self, name: str, value: Words) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.SPACE, 0, theme.SPACE, 0)
        row.addWidget(Words(name), 1)
        row.addWidget(value)
        value.setAccessibleDescription(name)
        return row

    def _connect(self) -> None:
        self._save_action = actions.make_action("enroll.save", self, self.save_wanted.emit)
        self._save.follow(self._save_action)
        self._typing.timeout.connect(self._describe)
        self.form.edited.connect(self._typing.start)
        self._existing.toggled.connect(self._toggle_search)
        self._search.chosen.connect(self._choose_existing)
        self._discard.clicked.connect(self.discard_wanted)
        self.grid.removal_wanted.connect(self.removal_wanted)
        self.grid.keeping_wanted.connect(self.keeping_wanted)
        self.grid.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self._remove.clicked.connect(lambda: self.removal_wanted.emit(self.grid.chosen_keys()))
        self._keep.clicked.connect(lambda: self.keeping_wanted.emit(self.grid.chosen_left_out()))
        self._offer()

    def reach_from(self, owner: QWidget) -> None:
        """Let Ctrl+S save wherever in ``owner`` the focus is."""
        owner.addAction(self._save_action)

    @property
    def tab_chain(self) -> tuple[QWidget, ...]:
        """What the Tab key goes through: first what is typed, last what leads away."""
        return (
            self.form.name,
            self.form.price,
            self.form.tax,
            self.form.barcode,
            self.form.sku,
            self.form.sold_by,
            self.grid,
            self._remove,
            self._keep,
            self._save,
            self._existing,
            self._search,
            self._discard,
        )

    def put_search_away(self) -> None:
        """No shots for another product after all."""
        self._existing.setChecked(False)

    # What is shown

    def begin_anew(self) -> None:
        """Another enrollment: take its details over with the next view, whatever was typed."""
        self._typing.stop()
        self._shown = None
        self.grid.forget()
        self._existing.setChecked(False)

    def show_enrollment(self, enrollment: EnrollmentView) -> None:
        """Show how far it is; what is being typed stays."""
        if self._shown is None:
            self._shown = enrollment.details
            self._product_id = enrollment.product_id
            self.form.show_details(enrollment.details)
        is_new = enrollment.product_id is None
        self._title.say(self.tr("New product") if is_new else self.tr("More shots"))
        kept = self.tr("Shots · {kept} kept").format(kept=enrollment.kept)
        left_out = self.tr(", {left_out} left out").format(left_out=enrollment.left_out)
        self._count.say(kept + (left_out if enrollment.left_out else ""))
        self.grid.show_shots(enrollment.shots)
        share = self.tr("{recognized} of {judged}").format(recognized=enrollment.recognized, judged=enrollment.judged)
        self._recognized.say(share if enrollment.judged else "–")
        is_fine = enrollment.recognized * 10 >= enrollment.judged * 9
        self._recognized.set_tone("accent" if is_fine and enrollment.judged else "note" if is_fine else "amber")
        self._enough.say(in_own_language(enrollment.enough))
        self._enough.set_tone("accent" if enrollment.enough == "enough" else "amber")
        self._save_action.setEnabled(enrollment.kept > 0 and not enrollment.is_saving)
        text = self.tr("Teaching…") if enrollment.is_saving else actions.words_of("enroll.save")
        if self._save.text() != text:
            self._save.setText(text)
            self._save.setAccessibleName(text)
        for widget in (self.form, self._discard, self._existing, self.grid):
            if widget.isEnabled() == enrollment.is_saving:
                widget.setEnabled(not enrollment.is_saving)

    def details_to_save(self) -> ProductDetails | None:
        """What was typed; ``None`` when something cannot be, which then stands beside its field and has the focus."""
        self._typing.stop()
        details = self.form.details()
        wrong = self.form.first_problem()
        if wrong is not None:
            wrong.setFocus()
        return details

    def flush(self) -> None:
        """Tell what was typed just now, before the page is left."""
        if self._typing.isActive():
            self._typing.stop()
            self._describe()

    def _describe(self) -> None:
        self.described.emit(self.form.typed())

    def _offer(self) -> None:
        chosen = self.grid.selectedIndexes()
        self._remove.setVisible(bool(chosen))
        self._keep.setVisible(bool(self.grid.chosen_left_out()))

    def _toggle_search(self, is_wanted: bool) -> None:
        self._search.setVisible(is_wanted)
        if is_wanted:
            self._search.setFocus()

    def _choose_existing(self, product: Product) -> None:
        self._existing.setChecked(False)
        self.existing_wanted.emit(product)


Answer = Callable[[], object]


class OfferBar(Card):
    """A question about the enrollment with two answers; hidden while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, border="accent")
        self._question = Words(is_bold=True, wraps=True)
        self._note = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._first, self._second = SecondaryButton(), SecondaryButton()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._question)
        words.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(theme.INSIDE)
        row.addLayout(words, 1)
        row.addWidget(self._first)
        row.addWidget(self._second)
        self._answers: tuple[Answer, Answer] = (_do_nothing, _do_nothing)
        self._first.clicked.connect(lambda: self._answer(0))
        self._second.clicked.connect(lambda: self._answer(1))
        self.hide()

    def ask(self, question: str, note: str, *, first: str, on_first: Answer, second: str, on_second: Answer) -> None:
        """Ask; the first answer is the one that loses nothing."""
        self._question.say(question)
        self._note.say(note)
        self._note.setVisible(bool(note))
        for button, text in ((self._first, first), (self._second, second)):
            button.setText(text)
            button.setAccessibleName(text)
            button.updateGeometry()
        self._answers = (on_first, on_second)
        self.setAccessibleName(f"{question} {note}")
        self.show()
        self._first.setFocus()

    def _answer(self, number: int) -> None:
        self.hide()
        self._answers[number]()


def _do_nothing() -> None:
    pass
