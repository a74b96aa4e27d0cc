"""One product to look at and change: its details, its references, and whether it is sold."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.catalog.records import Product, ProductDetails
from core.errors import UserError
from gui import actions, background, theme
from gui.catalog.reference_panel import ReferencePanel
from gui.dates import day_text
from gui.messages import Messages
from gui.widgets.buttons import PrimaryButton, SecondaryButton
from gui.widgets.card import Card
from gui.widgets.product_form import ProductForm
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.thumbnail import Thumbnail
from gui.widgets.words import ElidedWords, Words

if TYPE_CHECKING:
    from core.station import Station


class ProductEditor(Card):
    """``changed`` follows when the product or its references have changed; ``shots_wanted`` asks to enroll more."""

    changed = Signal()
    shots_wanted = Signal(object)

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._messages = messages
        self._product: Product | None = None
        self._typed: dict[int, ProductDetails] = {}
        self._picture = Thumbnail(56)
        self._title = ElidedWords(size=theme.TITLE_SIZE, is_bold=True)
        self._note = Words(size=theme.NOTE_SIZE, tone="note")
        self.form = ProductForm()
        self.references = ReferencePanel(station, messages)
        self._archive = SecondaryButton(actions.words_of("catalog.archive"), icon_name="archive")
        self._shots = SecondaryButton(self.tr("Add shots"), icon_name="enroll")
        self._save = PrimaryButton()
        self._lay_out()
        self._save_action = actions.make_action("catalog.save", self, self._save_details)
        self._save.follow(self._save_action)
        self.form.edited.connect(lambda: self._save_action.setEnabled(True))
        self._archive.clicked.connect(self._archive_or_restore)
        self._shots.clicked.connect(self._want_shots)
        self.references.changed.connect(self.changed)

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._note)
        head = QHBoxLayout()
        head.setSpacing(theme.CARD_GAP)
        head.addWidget(self._picture)
        head.addLayout(words, 1)
        scroll = ScrollColumn()
        scroll.column.addWidget(self.form)
        scroll.column.addWidget(self.references, 1)
        others = QHBoxLayout()
        others.setSpacing(theme.INSIDE)
        others.addWidget(self._shots, 1)
        others.addWidget(self._archive, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAGE_MARGIN, 14, theme.PAGE_MARGIN, theme.PAGE_MARGIN)
        column.setSpacing(theme.CARD_GAP)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        column.addLayout(others)
        column.addWidget(self._save)

    def reach_from(self, owner: QWidget) -> None:
        """Let Ctrl+S save wherever in ``owner`` the focus is."""
        owner.addAction(self._save_action)

    @property
    def product(self) -> Product | None:
        return self._product

    @property
    def has_unsaved(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._product is not None and self._save_action.isEnabled()

    def show_product(self, product: Product) -> None:
        """Show a product, with what was typed about it and not saved."""
        is_same = self._product is not None and product.product_id == self._product.product_id
        keeps_typing = is_same and self.has_unsaved
        if not is_same:
            self._set_typed_aside()
        self._product = product
        self._picture.set_path(self._station.data.photographs / product.picture if product.picture else None)
        self._title.say(product.name)
        self._note.say(
            self.tr("archived, neither sold nor recognized")
            if product.is_archived
            else self.tr("since {day}").format(day=day_text(product.created_at.astimezone().date()))
        )
        self._archive.setText(self.tr("Sell again") if product.is_archived else actions.words_of("catalog.archive"))
        self._archive.setAccessibleName(self._archive.text())
        self._shots.setEnabled(not product.is_archived)
        if not keeps_typing:
            typed = self._typed.pop(product.product_id, None)
            self.form.show_details(typed or product.details)
            self._save_action.setEnabled(typed is not None)
        self.references.show_product(product)

    def _set_typed_aside(self) -> None:
        """Another product is chosen: what was typed about this one comes back with it, if it can be saved at all."""
        if self._product is None or not self.has_unsaved:
            return
        typed = self.form.details()
        if typed is not None and typed != self._product.details:
            self._typed[self._product.product_id] = typed
            self._messages.inform(
                self.tr("What you typed about {name} is not saved yet.").format(name=self._product.name),
                self.tr("Choose it again to save it."),
            )

    def _save_details(self) -> None:
        details = self.form.details()
        if self._product is None:
            return
        if details is None:
            wrong = self.form.first_problem()
            if wrong is not None:
                wrong.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._save_action.setEnabled(False)
        product_id = self._product.product_id
        background.deliver(
            self._station.change(lambda catalog: catalog.products.update(product_id, details)),
            on_success=lambda _: self._saved(details.name),
            on_failure=lambda error: self._refuse(error, product_id, details),
            owner=self,
        )

    def _saved(self, name: str) -> None:
        self._messages.inform(self.tr("{name} is saved").format(name=name))
        self.changed.emit()

    def _refuse(self, error: Exception, product_id: int, details: ProductDetails) -> None:
        is_shown = self._product is not None and self._product.product_id == product_id
        if is_shown:
            self._save_action.setEnabled(True)
        else:
            self._typed[product_id] = details
        if not isinstance(error, UserError):
            raise error
        if is_shown:
            self.form.show_problem(error)
        else:
            self._messages.tell_error(error)

    def _archive_or_restore(self) -> None:
        product = self._product
        if product is None:
            return
        if product.is_archived:
            future = self._station.change(lambda catalog: catalog.products.restore(product.product_id))
            told = self.tr("{name} is sold and recognized again").format(name=product.name)
        else:
            future = self._station.change(lambda catalog: catalog.products.archive(product.product_id))
            told = self.tr("{name} is archived").format(name=product.name)
        background.deliver(future, on_success=lambda _: self._tell(told), owner=self)

    def _tell(self, text: str) -> None:
        self._messages.inform(text)
        self.changed.emit()

    def _want_shots(self) -> None:
        if self._product is not None:
            self.shots_wanted.emit(self._product)
