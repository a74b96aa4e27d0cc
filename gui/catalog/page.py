"""The page on which the shop's products are found, changed, archived and imported."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from core.catalog.records import Product
from core.errors import UserError
from core.recognition.folder_import import ImportReport
from gui import actions, background, theme
from gui.catalog.import_bar import ImportBar
from gui.catalog.product_editor import ProductEditor
from gui.catalog.product_table import ProductTable
from gui.catalog.product_table_model import ProductFilter, ProductTableModel
from gui.core_words import core_words
from gui.counted import products_text, references_text
from gui.enroll_more import begin_more_shots
from gui.messages import Messages
from gui.page import Page
from gui.widgets.buttons import KeyedButton, PrimaryButton, SecondaryButton
from gui.widgets.card import Card
from gui.widgets.empty_state import EmptyState
from gui.widgets.line_field import LineField
from gui.widgets.picture_lender import PictureLender

if TYPE_CHECKING:
    from core.station import Station

_EDITOR_WIDTH = 372
_EDITOR_LEAST = 340
_SEARCH_WIDTH = 220


class CatalogPage(Page):
    """A table of products at the left, the chosen one at the right."""

    name = "catalog"

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(station, messages, parent)
        self.products = ProductTableModel(self)
        self.filter = ProductFilter(self)
        self.filter.setSourceModel(self.products)
        self.table = ProductTable(self.filter, PictureLender(station.data.photographs, self))
        self.editor = ProductEditor(station, messages)
        self.search = LineField(placeholder=self.tr("Search products"), keys=actions.keys_of("find"))
        self.import_bar = ImportBar()
        self._archived = SecondaryButton(self.tr("Archived"), icon_name="archive")
        self._archived.setCheckable(True)
        self._import = SecondaryButton(icon_name="import")
        self._new = SecondaryButton(self.tr("New product"), icon_name="plus")
        self._empty = EmptyState("catalog", "")
        self._head = QGridLayout()
        self._left = QStackedLayout()
        self._asked = 0
        self._is_loaded = False
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self._head.setSpacing(theme.INSIDE)
        self._head.setColumnStretch(0, 1)
        # First of all, so that the Tab key begins with it.
        self._head.addWidget(self.search, 0, 0)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        for button in (self._archived, self._import, self._new):
            buttons.addWidget(button)
        self._head.addLayout(buttons, 1, 0, Qt.AlignmentFlag.AlignLeft)
        self._buttons = buttons
        plate = Card()
        inner = QVBoxLayout(plate)
        inner.setContentsMargins(2, 6, 2, 6)
        inner.addWidget(self.table)
        empty = Card()
        empty_column = QVBoxLayout(empty)
        empty_column.addWidget(self._empty)
        begin = PrimaryButton(self.tr("Enroll the first product"), keys=actions.keys_of("page.enroll"))
        begin.clicked.connect(lambda: self.page_wanted.emit("enroll"))
        self._bring = SecondaryButton(actions.words_of("catalog.import"), keys=actions.keys_of("catalog.import"))
        self._bring.clicked.connect(self._choose_folder)
        self._empty_buttons: tuple[KeyedButton, ...] = (begin, self._bring)
        for action_button in self._empty_buttons:
            self._empty.add_button(action_button)
        self._left.addWidget(plate)
        self._left.addWidget(empty)
        left = QVBoxLayout()
        left.setSpacing(theme.CARD_GAP)
        left.addLayout(self._head)
        left.addWidget(self.import_bar)
        left.addLayout(self._left, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN)
        row.setSpacing(theme.PAGE_MARGIN)
        row.addLayout(left, 1)
        row.addWidget(self.editor)
        self.editor.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.editor.setFixedWidth(max(_EDITOR_LEAST, min(_EDITOR_WIDTH, self.width() * 2 // 5)))
        self._place_head()

    def _place_head(self) -> None:
        """The search beside the buttons where there is room, above them otherwise."""
        room = self.width() - self.editor.width() - 3 * theme.PAGE_MARGIN
        is_beside = room >= self._buttons.sizeHint().width() + _SEARCH_WIDTH
        self._head.removeItem(self._buttons)
        self._head.addWidget(self.search, 0, 0)
        self._head.addLayout(self._buttons, 0 if is_beside else 1, 1 if is_beside else 0, Qt.AlignmentFlag.AlignLeft)

    def _connect(self) -> None:
        actions.make_action("find", self, lambda: self.search.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self._import_action = actions.make_action("catalog.import", self, self._choose_folder)
        self._import.follow(self._import_action)
        self.editor.reach_from(self)
        self._new.clicked.connect(lambda: self.page_wanted.emit("enroll"))
        self.search.setAccessibleName(self.tr("Search products"))
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._filter)
        self._archived.toggled.connect(self._show_archived)
        self.table.chosen.connect(self.editor.show_product)
        self.editor.changed.connect(self._read)
        self.editor.shots_wanted.connect(self._enroll_more)

    def enter(self) -> None:
        self._read()
        self.table.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search straight into the table with Down or Enter."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.filter.rowCount():
                self.table.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.editor.references.give_up_moving():
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _read(self) -> None:
        self._asked += 1
        asked = self._asked
        background.deliver(
            self.station.records(lambda catalog: catalog.products.all(include_archived=True)),
            on_success=self.show_products,
            owner=self,
            is_wanted=lambda: asked == self._asked,
        )

    def show_products(self, products: list[Product]) -> None:
        """Show what the shop sells; the chosen product stays chosen."""
        former = self.editor.product
        self._is_loaded = True
        self.products.show(products)
        self._settle(former.product_id if former is not None else None)

    def _filter(self, text: str) -> None:
        former = self.editor.product
        self.filter.search(text)
        self._settle(former.product_id if former is not None else None)

    def _show_archived(self, shown: bool) -> None:
        self.filter.show_archived(shown=shown)
        former = self.editor.product
        self._settle(former.product_id if former is not None else None)

    def _settle(self, product_id: int | None) -> None:
        """Keep table, editor and empty state in step after any change."""
        if not self._is_loaded:
            return
        has_rows = self.filter.rowCount() > 0
        self._left.setCurrentIndex(0 if has_rows else 1)
        self.editor.setVisible(has_rows)
        if has_rows:
            self.table.choose(product_id)
            product = self.table.chosen_product
            if product is not None:
                self.editor.show_product(product)
            return
        is_shop_empty = self.products.rowCount() == 0
        for button in self._empty_buttons:
            button.setVisible(is_shop_empty)
        if is_shop_empty:
            self._empty.say(
                "catalog",
                self.tr("No products yet"),
                self.tr("Put one under the camera and enroll it, or import a folder with one sub-folder a product."),
            )
        elif self.search.text():
            self._empty.say("search", self.tr("Nothing found"), self.tr("Esc shows all products again."))
        else:
            self._empty.say("archive", self.tr("Every product is archived"), self.tr("Press “Archived” to see them."))

    def _enroll_more(self, product: Product) -> None:
        background.deliver(
            self.station.enroll(lambda session: begin_more_shots(session, product)),
            on_success=lambda _: self.page_wanted.emit("enroll"),
            owner=self,
        )

    # Import

    def _choose_folder(self) -> None:
        title = self.tr("A folder with one sub-folder of pictures a product")
        dialog = QFileDialog(self, title, str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.import_folder(Path(folder)))
        dialog.open()

    def import_folder(self, folder: Path) -> None:
        """Enroll every product of a folder, off the GUI thread."""
        tell = self.import_bar.begin(folder.name)
        self._allow_import(is_allowed=False)
        background.deliver(
            self.station.import_folder(folder, tell),
            on_success=self._report,
            on_failure=self._fail,
            owner=self,
        )

    def _allow_import(self, *, is_allowed: bool) -> None:
        """One import at a time has the bar, by whichever way it was asked for."""
        self._import_action.setEnabled(is_allowed)
        self._bring.setEnabled(is_allowed)

    def _report(self, report: ImportReport) -> None:
        self._allow_import(is_allowed=True)
        self.import_bar.end(
            self.tr("{products} with {references} imported").format(
                products=products_text(len(report.products)), references=references_text(report.references)
            ),
            [core_words(sentence) for sentence in report.unreadable],
        )
        self._read()

    def _fail(self, error: Exception) -> None:
        self._allow_import(is_allowed=True)
        if not isinstance(error, UserError):
            self.import_bar.hide()
            raise error
        self.import_bar.fail(core_words(error.message), core_words(error.remedy))
        # What came before the failure is in the catalog.
        self._read()
