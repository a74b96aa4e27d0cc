"""The page of the settings, made from their schema; a change takes effect as soon as it is made."""

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from core.cameras.source import AttachedCamera
from core.errors import UserError
from core.settings import Settings, SettingsError
from core.shop_engines import engine_workshop
from gui import background, theme
from gui.core_words import core_words
from gui.messages import Messages
from gui.page import Page
from gui.settings import words
from gui.settings.controls import CameraControl, make_control
from gui.settings.counter_link import CounterLink
from gui.settings.engine_dialog import EngineDialog
from gui.settings.engine_link import EngineLink
from gui.settings.field_row import FieldRow
from gui.settings.schema import FieldSpec, SectionSpec, read_sections
from gui.widgets.card import Card, paint_card, paint_focus_ring
from gui.widgets.scroll_column import ScrollColumn
from gui.widgets.words import Rule, Words

if TYPE_CHECKING:
    from core.station import Station


class SettingsPage(Page):
    """Sections at the left, the fields of one at the right."""

    name = "settings"

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(station, messages, parent)
        self.rows: dict[str, FieldRow] = {}
        self.specs: dict[str, FieldSpec] = {}
        self.counter = CounterLink()
        self.engines = EngineLink()
        self.engine_dialog: EngineDialog | None = None
        self.sections = QListWidget()
        self._stack = QStackedWidget()
        self._state = Words(size=theme.NOTE_SIZE, tone="note")
        self._wanted = station.settings
        self._under_way = 0
        self._lay_out()
        self.sections.currentRowChanged.connect(self._stack.setCurrentIndex)
        self.sections.setCurrentRow(0)
        self.counter.pressed.connect(lambda: self.page_wanted.emit("counter"))
        self.engines.pressed.connect(self._open_engines)

    def _lay_out(self) -> None:
        self.sections.setAccessibleName(self.tr("Sections"))
        self.sections.setFixedWidth(190)
        self.sections.setFrameShape(QListWidget.Shape.NoFrame)
        self.sections.setFont(theme.bold())
        self.sections.viewport().setAutoFillBackground(False)
        self.sections.setItemDelegate(_SectionDelegate(self.sections))
        for section in read_sections():
            item = QListWidgetItem(words.section_title(section))
            item.setSizeHint(QSize(160, theme.TARGET))
            self.sections.addItem(item)
            self._stack.addWidget(self._section_page(section))
        head = QHBoxLayout()
        head.addWidget(Words(self.tr("Settings"), size=theme.TITLE_SIZE, is_bold=True), 1)
        head.addWidget(self._state)
        body = QHBoxLayout()
        body.setSpacing(theme.PAGE_MARGIN)
        body.addWidget(self.sections)
        body.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN)
        column.setSpacing(theme.CARD_GAP)
        column.addLayout(head)
        column.addLayout(body, 1)

    def _section_page(self, section: SectionSpec) -> QWidget:
        scroll = ScrollColumn()
        if section.name == "detection":
            scroll.column.addWidget(self.counter)
        if section.name == "recognition":
            scroll.column.addWidget(self.engines)
        card = Card()
        column = QVBoxLayout(card)
        column.setContentsMargins(18, 14, 18, 14)
        column.setSpacing(theme.INSIDE)
        column.addWidget(Words(words.section_title(section), size=16, is_bold=True))
        column.addWidget(Words(words.section_description(section), size=theme.NOTE_SIZE, tone="note", wraps=True))
        for spec in section.fields:
            self.specs[spec.key] = spec
            control = make_control(spec)
            if control is None:
                continue
            row = FieldRow(control)
            row.entered.connect(lambda value, spec=spec: self._set(spec, value))
            self.rows[spec.key] = row
            column.addWidget(Rule())
            column.addWidget(row)
        scroll.column.addWidget(card)
        scroll.column.addStretch(1)
        return scroll

    # Page

    def enter(self) -> None:
        if not self._under_way:
            self._wanted = self.station.settings
        self._show(self._wanted)
        self._offer_engines()
        self.sections.setFocus()
        background.deliver(self.station.list_cameras(), on_success=self._offer_cameras, owner=self)

    def leave(self) -> None:
        # The window may be about to close, and the station with it.
        for row in self.rows.values():
            row.control.finish()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._show(self._wanted, only_refused=True)
            self.sections.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _show(self, settings: Settings, *, only_refused: bool = False) -> None:
        """Show what holds in every row, or in those whose value was refused; nothing is said of a refusal any more."""
        for key, row in self.rows.items():
            if row.has_problem or not only_refused:
                section, _, name = key.partition(".")
                row.show_value(getattr(getattr(settings, section), name))
                row.show_problem("")

    def _offer_cameras(self, cameras: list[AttachedCamera]) -> None:
        control = self.rows["camera.source"].control
        assert isinstance(control, CameraControl)
        control.offer([(camera.uri, core_words(camera.label)) for camera in cameras])

    # Engines for the graphics card

    def _offer_engines(self) -> None:
        workshop = engine_workshop(self._wanted)
        if workshop is None:
            self.engines.hide()
        else:
            self.engines.offer(workshop.card, workshop.title)

    def _open_engines(self) -> None:
        """Show the dialog that is open, or a new one."""
        if self.engine_dialog is not None:
            self.engine_dialog.raise_()
            self.engine_dialog.activateWindow()
            return
        workshop = engine_workshop(self._wanted)
        if workshop is None:
            self.engines.hide()
            return
        build = partial(workshop.build, self._wanted, self.station.data)
        is_used = self._wanted.recognition.runtime == workshop.runtime
        dialog = EngineDialog(workshop, build, offers_use=not is_used, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.use_wanted.connect(lambda: self._set(self.specs["recognition.runtime"], workshop.runtime))
        dialog.finished.connect(self._forget_engines)
        self.engine_dialog = dialog
        dialog.show()

    def _forget_engines(self) -> None:
        self.engine_dialog = None
        self.engines.open.setFocus(Qt.FocusReason.OtherFocusReason)

    # Changes

    def _set(self, spec: FieldSpec, value: Any) -> None:
        """Check a value, then let the station follow; what it refuses stands beside the field."""
        # What was set elsewhere since the page was opened stays; what is still under way is not undone.
        base = self._wanted if self._under_way else self.station.settings
        try:
            wanted = base.changed(spec.section, **{spec.name: value})
        except SettingsError as error:
            self._complain(spec, error)
            return
        self._complain(spec, None)
        self._wanted = wanted
        self._show_row(spec)
        if wanted == base:
            return
        self._under_way += 1
        self._state.say(self.tr("Applying…"))
        background.deliver(
            self.station.apply_settings(wanted),
            on_success=lambda _: self._applied(spec, wanted),
            on_failure=lambda error: self._refused(spec, error),
            owner=self,
        )

    def _show_row(self, spec: FieldSpec) -> None:
        if spec.key in self.rows:
            self.rows[spec.key].show_value(getattr(getattr(self._wanted, spec.section), spec.name))

    def _applied(self, spec: FieldSpec, settings: Settings) -> None:
        self._settle()
        application = QApplication.instance()
        if spec.key == "appearance.theme" and isinstance(application, QApplication):
            theme.apply_theme(application, settings.appearance.theme)
        if spec.key == "appearance.language":
            self.messages.inform(self.tr("The language changes with the next start."))

    def _refused(self, spec: FieldSpec, error: Exception) -> None:
        self._settle()
        if not isinstance(error, UserError):
            raise error
        self._complain(spec, error)
        if not self._under_way:
            self._wanted = self.station.settings

    def _settle(self) -> None:
        self._under_way -= 1
        self._state.say(self.tr("Applying…") if self._under_way else self.tr("✓ Saved"))

    def _complain(self, spec: FieldSpec, error: UserError | None) -> None:
        row = self.rows.get(spec.key)
        sentence = words.problem(spec, error) if error is not None else ""
        if row is not None:
            row.show_problem(sentence)
        elif error is not None:
            self.messages.tell_error(error)


class _SectionDelegate(QStyledItemDelegate):
    """Paints sections as the rail paints pages: the chosen one on the selected color with a bar before it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        tones = theme.colors()
        row = QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_chosen:
            paint_card(painter, row, fill=tones.selected, border=tones.selected, radius=theme.CONTROL_RADIUS)
            bar = QRectF(row.left(), row.top() + 10, 3, row.height() - 20)
            paint_card(painter, bar, fill=tones.accent, border=tones.accent, radius=1)
        painter.setFont(theme.bold())
        painter.setPen(tones.accent if is_chosen else tones.text)
        words = row.adjusted(14, 0, -4, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), str(index.data()))
        if option.state & QStyle.StateFlag.State_HasFocus:
            paint_focus_ring(painter, row)
        painter.restore()
