"""The card that warns of a product that the shots resemble, and shows both side by side on request."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from core.catalog.records import Product, Reference
from core.enrollment.view import LooksLike, ShotView
from core.frames import Pixels
from gui import background, theme
from gui.widgets.buttons import SecondaryButton
from gui.widgets.card import Card
from gui.widgets.picture_lender import PictureLender
from gui.widgets.thumbnail import Thumbnail, pixmap_of
from gui.widgets.words import Words

if TYPE_CHECKING:
    from core.station import Station

_STRIP = 72


class LookAlikeCard(Card):
    """Hidden while the shots resemble nothing else."""

    def __init__(self, station: "Station", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._station = station
        self._shown: LooksLike | None = None
        self._picture = Thumbnail(72)
        self._title = Words(is_bold=True, wraps=True)
        self._note = Words(size=theme.NOTE_SIZE, tone="note", wraps=True)
        self._compare = SecondaryButton(self.tr("Compare"))
        self._compare.setCheckable(True)
        self._own = PictureStrip(station.data.photographs)
        self._other = PictureStrip(station.data.photographs)
        self._other_title = Words(size=theme.NOTE_SIZE, tone="note")
        self._strips = QWidget()
        self._lay_out()
        self._shots: list[Pixels] = []
        self._compare.toggled.connect(self._toggle)
        self.hide()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._note)
        words.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(self._picture)
        row.addLayout(words, 1)
        row.addWidget(self._compare)
        strips = QVBoxLayout(self._strips)
        strips.setContentsMargins(0, 0, 0, 0)
        strips.setSpacing(theme.SPACE)
        strips.addWidget(Words(self.tr("Your shots"), size=theme.NOTE_SIZE, tone="note"))
        strips.addWidget(self._own)
        strips.addWidget(self._other_title)
        strips.addWidget(self._other)
        self._strips.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(theme.INSIDE)
        column.addLayout(row)
        column.addWidget(self._strips)

    def show_look_alike(self, looks_like: LooksLike | None, shots: Sequence[ShotView]) -> None:
        """Show which product the shots resemble; cheap when nothing has changed."""
        self._shots = [shot.thumbnail for shot in shots if shot.is_kept]
        if not self._strips.isHidden():
            self._own.show_shots(self._shots)
        if looks_like == self._shown:
            return
        is_other = looks_like is None or self._shown is None or looks_like.product_id != self._shown.product_id
        self._shown = looks_like
        self.setVisible(looks_like is not None)
        if looks_like is None:
            self._compare.setChecked(False)
            return
        self._title.say(self.tr("Looks like “{name}”").format(name=looks_like.name))
        self._note.say(self._note_of(looks_like))
        self._other_title.say(self.tr("References of “{name}”").format(name=looks_like.name))
        self.setAccessibleName(self._title.text())
        if is_other:
            self._read(looks_like.product_id)

    def _note_of(self, looks_like: LooksLike) -> str:
        if looks_like.judged == 1:
            closer = self.tr("The shot is closer to it than to its own product.")
        elif looks_like.closer == 1:
            closer = self.tr("1 of {judged} shots is closer to it than to the others.")
        else:
            closer = self.tr("{closer} of {judged} shots are closer to it than to each other.")
        what_to_do = self.tr("Show what differs, or enroll both at the same distance.")
        return f"{closer.format(closer=looks_like.closer, judged=looks_like.judged)} {what_to_do}"

    def _toggle(self, is_wanted: bool) -> None:
        self._strips.setVisible(is_wanted)
        self._own.show_shots(self._shots)

    def _read(self, product_id: int) -> None:
        background.deliver(
            self._station.records(
                lambda catalog: (catalog.products.find(product_id), catalog.references.of_product(product_id))
            ),
            on_success=self._take,
            owner=self,
            is_wanted=lambda: self._shown is not None and self._shown.product_id == product_id,
        )

    def _take(self, found: tuple[Product | None, list[Reference]]) -> None:
        product, references = found
        photographs = self._station.data.photographs
        self._picture.set_path(photographs / product.picture if product is not None and product.picture else None)
        self._other.show_references([reference.picture for reference in references])


class PictureStrip(QWidget):
    """A row of small pictures, as many of the newest as fit."""

    def __init__(self, photographs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lender = PictureLender(photographs, self)
        self._lender.came.connect(self.update)
        self._files: list[str] = []
        self._shots: list[Pixels] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_STRIP)

    def sizeHint(self) -> QSize:
        return QSize(4 * _STRIP, _STRIP)

    def show_references(self, files: Sequence[str]) -> None:
        """Show photographs by their paths."""
        self._files = list(files)
        self.update()

    def show_shots(self, shots: Sequence[Pixels]) -> None:
        """Show pixels, if they are others than before."""
        if [id(pixels) for pixels in shots] != [id(pixels) for pixels in self._shots]:
            self._shots = list(shots)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        room = max(1, (self.width() + theme.INSIDE) // (_STRIP + theme.INSIDE))
        for number in range(min(room, len(self._files) or len(self._shots))):
            place = QRectF(number * (_STRIP + theme.INSIDE), 0, _STRIP, _STRIP)
            if self._files:
                self._lender.paint(painter, place, self._files[number])
            else:
                pixels = self._shots[-1 - number]
                pixmap = pixmap_of(pixels, QSize(_STRIP, _STRIP), self.devicePixelRatioF())
                painter.drawPixmap(place, pixmap, QRectF(pixmap.rect()))
