"""The photographs by which a product is recognized: look through them, set some aside, bring them back, move them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.catalog.database import Catalog
from core.catalog.records import Origin, Product, Reference
from gui import background, theme
from gui.counted import references_text
from gui.dates import moment_text
from gui.messages import Messages
from gui.widgets.buttons import SecondaryButton
from gui.widgets.picture_grid import PictureGrid, Tile, TileListModel
from gui.widgets.picture_lender import PictureLender
from gui.widgets.product_search import ProductSearch
from gui.widgets.segmented_filter import SegmentedFilter
from gui.widgets.words import Words

if TYPE_CHECKING:
    from core.station import Station


@dataclass(frozen=True, slots=True)
class ProductReferences:
    """The references of one product, those in use and those set aside."""

    product_id: int
    used: tuple[Reference, ...]
    removed: tuple[Reference, ...]

    @classmethod
    def read(cls, catalog: Catalog, product_id: int) -> "ProductReferences":
        references = catalog.references
        return cls(
            product_id,
            tuple(references.of_product(product_id)),
            tuple(references.of_product(product_id, is_removed=True)),
        )


class ReferencePanel(QWidget):
    """Shows the references of one product; ``changed`` follows when some were removed, restored or moved."""

    changed = Signal()

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._messages = messages
        self._product: Product | None = None
        self._references: ProductReferences | None = None
        self._tiles = TileListModel(self)
        lender = PictureLender(station.data.photographs, self)
        self.grid = PictureGrid(self._tiles, lambda painter, area, tile: lender.paint(painter, area, tile.picture))
        lender.came.connect(self.grid.viewport().update)
        # One row of pictures at least: what can be done with them must be in sight below.
        self.grid.setMinimumHeight(72)
        self.grid.setAccessibleName(self.tr("References"))
        self._filter = SegmentedFilter([("used", self.tr("In use")), ("removed", self.tr("Set aside"))])
        self._act = SecondaryButton(self.tr("Set aside"), keys=self.tr("Del"))
        self._move = SecondaryButton(self.tr("Move to…"))
        self._move.setCheckable(True)
        self._target = ProductSearch(
            lambda text: station.records(lambda catalog: catalog.products.search(text)),
            station.data.photographs,
            placeholder=self.tr("The product they belong to"),
        )
        self._hint = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._lay_out()
        self._filter.chosen.connect(lambda _key: self._show_tiles())
        self.grid.removal_wanted.connect(lambda _keys: self._set_aside_or_back())
        self.grid.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self._act.clicked.connect(self._set_aside_or_back)
        self._move.toggled.connect(self._toggle_target)
        self._target.chosen.connect(self._move_to)
        self._tiles.modelReset.connect(self._offer)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Words(self.tr("References"), size=theme.NOTE_SIZE, tone="note"), 1)
        head.addWidget(self._filter)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.INSIDE)
        buttons.addWidget(self._act, 1)
        buttons.addWidget(self._move, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.INSIDE)
        column.addLayout(head)
        column.addWidget(self.grid, 1)
        column.addWidget(self._hint)
        column.addWidget(self._target)
        column.addLayout(buttons)
        self._target.hide()

    def show_product(self, product: Product | None) -> None:
        """Read and show the references of a product."""
        if product is None or self._product is None or product.product_id != self._product.product_id:
            self._references = None
            self._move.setChecked(False)
            self._filter.choose("used")
            self._show_tiles()
        self._product = product
        if product is None:
            return
        product_id = product.product_id
        background.deliver(
            self._station.records(lambda catalog: ProductReferences.read(catalog, product_id)),
            on_success=self._take,
            owner=self,
            is_wanted=lambda: self._product is not None and self._product.product_id == product_id,
        )

    def _take(self, references: ProductReferences) -> None:
        self._references = references
        self._show_tiles()

    def _show_tiles(self) -> None:
        references = self._references
        used: Sequence[Reference] = references.used if references is not None else ()
        removed: Sequence[Reference] = references.removed if references is not None else ()
        self._filter.set_count("used", len(used))
        self._filter.set_count("removed", len(removed))
        shown = used if self._filter.key == "used" else removed
        self._tiles.show([Tile(item.reference_id, item.picture, self._words(item)) for item in shown])
        self._offer()

    def _words(self, reference: Reference) -> str:
        origin = {
            Origin.ENROLLED: self.tr("enrolled"),
            Origin.IMPORTED: self.tr("imported"),
            Origin.CORRECTED: self.tr("from a correction"),
        }[reference.origin]
        return f"{origin}, {moment_text(reference.created_at)}"

    def _offer(self) -> None:
        """Only what can be done with what is chosen."""
        chosen = len(self.grid.selectedIndexes())
        is_used = self._filter.key == "used"
        self._act.setText(self.tr("Set aside") if is_used else self.tr("Use again"))
        self._act.setVisible(chosen > 0)
        self._move.setVisible(chosen > 0 and is_used)
        if not chosen:
            self._move.setChecked(False)
        empty = self.tr("No references yet: it cannot be recognized.") if is_used else self.tr("Nothing is set aside.")
        count = self.tr("{count} chosen").format(count=chosen)
        self._hint.say(count if chosen else "" if self._tiles.rowCount() else empty)
        self._show_hint()

    def _show_hint(self) -> None:
        # The search needs its room.
        self._hint.setVisible(bool(self._hint.text()) and not self._move.isChecked())

    def _toggle_target(self, is_wanted: bool) -> None:
        self._target.setVisible(is_wanted)
        self._show_hint()
        if is_wanted:
            self._target.setFocus()

    def give_up_moving(self) -> bool:
        """Put the search for another product away; false when there is none."""
        if not self._move.isChecked():
            return False
        self._move.setChecked(False)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _set_aside_or_back(self) -> None:
        chosen = self.grid.chosen_keys()
        if not chosen:
            return
        if self._filter.key == "used":
            future = self._station.change(lambda catalog: catalog.references.remove(chosen))
            told = self.tr("{references} set aside").format(references=references_text(len(chosen)))
        else:
            future = self._station.change(lambda catalog: catalog.references.restore(chosen))
            told = self.tr("{references} in use again").format(references=references_text(len(chosen)))
        background.deliver(future, on_success=lambda _: self._tell(told), owner=self)

    def _move_to(self, target: Product) -> None:
        chosen = self.grid.chosen_keys()
        if not chosen or self._product is None or target.product_id == self._product.product_id:
            return
        told = self.tr("{references} moved to {name}").format(references=references_text(len(chosen)), name=target.name)
        background.deliver(
            self._station.change(lambda catalog: catalog.references.move(chosen, target.product_id)),
            on_success=lambda _: self._tell(told),
            owner=self,
        )

    def _tell(self, text: str) -> None:
        self._move.setChecked(False)
        self._messages.inform(text)
        self.show_product(self._product)
        self.changed.emit()
