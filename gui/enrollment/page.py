"""The page on which a product is taught by showing it to the camera."""

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from core.catalog.records import FinishedDraft, Product, ProductDetails
from core.enrollment.session import EnrollmentError, EnrollmentSession
from core.enrollment.view import EnrollmentView, ShotResult
from core.errors import UserError
from core.station_view import Mode, Phase, StationView
from gui import actions, background, theme
from gui.enroll_more import begin_more_shots
from gui.enrollment.barcode_watch import BarcodeWatch
from gui.enrollment.chips import Chip
from gui.enrollment.look_alike import LookAlikeCard
from gui.enrollment.product_panel import OfferBar, ProductPanel
from gui.enrollment.shot_bar import ShotBar
from gui.enrollment.stage import Stage
from gui.enrollment.words import in_own_language
from gui.live.metrics import LiveMetrics
from gui.messages import Messages
from gui.page import Page

if TYPE_CHECKING:
    from core.station import Station

R = TypeVar("R")

_PANEL_WIDTH = 372
_PANEL_LEAST = 340
_TOLD_MS = 2500


class EnrollmentPage(Page):
    """The live picture at the left, the product and its shots at the right."""

    name = "enroll"
    mode = Mode.ENROLLING

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(station, messages, parent)
        self.stage = Stage()
        self.panel = ProductPanel(station)
        self.bar = ShotBar()
        self.look_alike = LookAlikeCard(station)
        self.offer = OfferBar()
        self.barcodes = BarcodeWatch(self)
        self._enrollment: EnrollmentView | None = None
        self._is_beginning = False
        self._is_saving = False
        self._has_begun_one = False
        self._has_led = False
        self._product_id: int | None = None
        self._removed: list[int] = []
        self._told = ""
        self._telling = QTimer(self, singleShot=True, interval=_TOLD_MS)
        self._telling.timeout.connect(self._forget_told)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.CARD_GAP)
        left.addWidget(self.stage, 1)
        left.addWidget(self.bar)
        left.addWidget(self.offer)
        left.addWidget(self.look_alike)
        left.addStretch(0)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN, theme.PAGE_MARGIN)
        row.setSpacing(theme.PAGE_MARGIN)
        row.addLayout(left, 1)
        row.addWidget(self.panel)
        # The name is what is typed; the space bar takes shots from anywhere, so its button comes last.
        chain = (self.stage, *self.panel.tab_chain, self.bar.record)
        for former, following in pairwise(chain):
            QWidget.setTabOrder(former, following)

    def _connect(self) -> None:
        record = self.bar.record
        record.tapped.connect(self._capture)
        record.begun.connect(lambda: self._hold(is_held=True))
        record.ended.connect(lambda: self._hold(is_held=False))
        self.stage.item_pressed.connect(self._choose)
        self.panel.described.connect(self._describe)
        self.panel.save_wanted.connect(self._save)
        self.panel.discard_wanted.connect(self._ask_to_discard)
        self.panel.existing_wanted.connect(self._begin_more)
        self.panel.removal_wanted.connect(self._remove)
        self.panel.keeping_wanted.connect(self._restore)
        self.panel.reach_from(self)
        self.panel.form.name.installEventFilter(self)
        self.barcodes.found.connect(self.panel.form.offer_barcode)
        actions.make_action("review.undo", self, self._bring_back)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.panel.setFixedWidth(max(_PANEL_LEAST, min(_PANEL_WIDTH, self.width() * 2 // 5)))
        self._limit_stage()

    def _limit_stage(self) -> None:
        """The picture is no higher than its width fills, so that count and button stand right below it."""
        frame = self.stage.frame
        width = self.width() - self.panel.width() - 3 * theme.PAGE_MARGIN
        aspect = frame.height / frame.width if frame is not None else 9 / 16
        height = max(self.stage.minimumHeight(), round(width * aspect))
        if self.stage.maximumHeight() != height:
            self.stage.setMaximumHeight(height)

    @property
    def metrics(self) -> LiveMetrics:
        return self.stage.metrics

    # Page

    def enter(self) -> None:
        self.panel.begin_anew()
        self._enrollment = None
        self.stage.setFocus()

    def leave(self) -> None:
        self.bar.record.cancel()
        self.panel.flush()
        self.offer.hide()

    def show_view(self, view: StationView) -> None:
        self.stage.show_enrollment(view)
        self._limit_stage()
        enrollment = view.enrollment
        self.bar.show_enrollment(enrollment)
        if enrollment is None:
            self._enrollment = None
            self.panel.setEnabled(False)
            # A view from before this page was opened has no enrollment, but there may be one.
            if view.status.phase is Phase.READY and view.mode is self.mode:
                self._begin()
            return
        if self._enrollment is None:
            self.panel.setEnabled(True)
            self._note_other_product(enrollment)
            self._offer_draft(enrollment)
        self._enrollment = enrollment
        self.panel.show_enrollment(enrollment)
        self._lead_to_name(enrollment)
        self.bar.chips.show_chips(self._chips(enrollment))
        self.look_alike.show_look_alike(enrollment.looks_like, enrollment.shots)
        if view.frame is not None and enrollment.target is not None and not self.panel.form.barcode.text():
            self.barcodes.look(view.frame, enrollment.target)

    def _chips(self, enrollment: EnrollmentView) -> list[Chip]:
        told = [Chip(self._told, is_good=False)] if self._told else []
        checks = [Chip(in_own_language(check.text), check.is_good) for check in enrollment.checks]
        return told + checks + [Chip(in_own_language(hint), is_good=False) for hint in enrollment.hints]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            if not event.isAutoRepeat():
                self.bar.record.press()
        elif event.key() == Qt.Key.Key_Escape:
            self.panel.put_search_away()
            self.stage.setFocus()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self.bar.record.let_go()
        else:
            super().keyReleaseEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """No name begins with a space: in an empty one the space bar takes shots, as everywhere else."""
        if watched is self.panel.form.name and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            if event.type() == QEvent.Type.KeyPress and not self.panel.form.name.text() and not event.modifiers():
                self.keyPressEvent(event)
                return True
            if event.type() == QEvent.Type.KeyRelease:
                self.keyReleaseEvent(event)
        return super().eventFilter(watched, event)

    def _lead_to_name(self, enrollment: EnrollmentView) -> None:
        """Once there are shots, the name of a new product is what is missing; asked once, and never amid typing."""
        if not enrollment.kept:
            self._has_led = False
        elif not self._has_led and not enrollment.is_held and not self.bar.record.is_pressed:
            self._has_led = True
            place = QApplication.focusWidget()
            if place in {self, self.stage, self.bar.record} and not self.panel.form.name.text():
                self.panel.form.name.setFocus(Qt.FocusReason.OtherFocusReason)

    # Beginning and ending

    def _usual_details(self) -> ProductDetails:
        shop = self.station.settings.shop
        return ProductDetails("", currency=shop.currency, tax_basis_points=round(shop.tax_percent * 100))

    def _begin(self) -> None:
        """Without an enrollment the page begins one by itself."""
        if self._is_beginning:
            return
        self._is_beginning = True
        self._has_begun_one = True
        details = self._usual_details()

        def begin(session: EnrollmentSession) -> None:
            if not session.is_active:
                session.begin(details=details)

        background.deliver(self.station.enroll(begin), on_success=self._begun, on_failure=self._not_begun, owner=self)

    def _begun(self, _: object) -> None:
        self._is_beginning = False
        self._removed.clear()
        self.barcodes.forget()
        self.panel.begin_anew()
        self._enrollment = None

    def _not_begun(self, error: Exception) -> None:
        self._is_beginning = False
        self._tell_error(error)

    def _note_other_product(self, enrollment: EnrollmentView) -> None:
        """Another page has begun more shots of a product: what was removed before is none of them."""
        if enrollment.product_id != self._product_id:
            self._product_id = enrollment.product_id
            self._removed.clear()
            self.barcodes.forget()

    def _offer_draft(self, enrollment: EnrollmentView) -> None:
        """An enrollment that this page did not see begin, and that has shots, is one from before."""
        if self._has_begun_one:
            return
        self._has_begun_one = True
        if not enrollment.shots:
            return
        name = enrollment.details.name
        question = (
            self.tr("“{name}” was not finished").format(name=name) if name else self.tr("A product was not finished")
        )
        count = len(enrollment.shots)
        self.offer.ask(
            question,
            self.tr("Its shot is here again.")
            if count == 1
            else self.tr("Its {count} shots are here again.").format(count=count),
            first=self.tr("Continue"),
            on_first=self.stage.setFocus,
            second=self.tr("Discard"),
            on_second=self._discard,
        )

    def _ask_to_discard(self) -> None:
        enrollment = self._enrollment
        if enrollment is None or not enrollment.shots:
            self._discard()
            return
        count = len(enrollment.shots)
        is_one = count == 1
        self.offer.ask(
            self.tr("Discard 1 shot?") if is_one else self.tr("Discard {count} shots?").format(count=count),
            self.tr("It cannot be brought back.") if is_one else self.tr("They cannot be brought back."),
            first=self.tr("Keep it") if is_one else self.tr("Keep them"),
            on_first=self.stage.setFocus,
            second=self.tr("Discard"),
            on_second=self._discard,
        )

    def _discard(self) -> None:
        def discard(session: EnrollmentSession) -> None:
            if session.is_active:
                session.discard()

        self._command(discard, on_success=self._begun)
        self.stage.setFocus()

    def _begin_more(self, product: Product) -> None:
        self._has_begun_one = True
        self._command(lambda session: begin_more_shots(session, product), on_success=self._begun)
        self.stage.setFocus()

    def _save(self) -> None:
        if self._is_saving:
            return
        details = self.panel.details_to_save()
        if details is None:
            return
        self._is_saving = True
        # Commands keep their order, so the details are there before they are saved.
        self._describe(details)
        background.deliver(
            self.station.save_enrollment(), on_success=self._saved, on_failure=self._not_saved, owner=self
        )

    def _saved(self, finished: FinishedDraft) -> None:
        self._is_saving = False
        product = finished.product
        if product.references == 1:
            count = self.tr("1 reference. Put the next product under the camera.")
        else:
            count = self.tr("{count} references. Put the next product under the camera.")
        self.messages.inform(
            self.tr("“{name}” is recognized from now on.").format(name=product.name),
            count.format(count=product.references),
        )
        self.panel.begin_anew()
        self._enrollment = None
        self._has_begun_one = True
        self.stage.setFocus()

    def _not_saved(self, error: Exception) -> None:
        self._is_saving = False
        if not isinstance(error, UserError):
            raise error
        if isinstance(error, EnrollmentError):
            self.messages.tell_error(error)
        else:
            self.panel.form.show_problem(error)

    # Shots

    def _capture(self) -> None:
        self._command(EnrollmentSession.capture, on_success=self._tell_shot)

    def _hold(self, *, is_held: bool) -> None:
        self._command(lambda session: session.hold(is_held=is_held))

    def _tell_shot(self, result: ShotResult) -> None:
        if result.sentence:
            self._told = in_own_language(result.sentence)
            self._telling.start()

    def _forget_told(self) -> None:
        self._told = ""

    def _choose(self, track_id: int) -> None:
        self.barcodes.forget()
        self._command(lambda session: session.choose_track(track_id))

    def _describe(self, details: ProductDetails) -> None:
        self._command(lambda session: session.set_details(details))

    def _remove(self, keys: list[int]) -> None:
        self._removed += keys

        def remove(session: EnrollmentSession) -> None:
            for key in keys:
                session.remove_shot(key)

        self._command(remove)

    def _restore(self, keys: list[int]) -> None:
        def restore(session: EnrollmentSession) -> None:
            for key in keys:
                session.restore_shot(key)

        self._command(restore)

    def _bring_back(self) -> None:
        """Undo: the shot removed last is there again."""
        if self._removed:
            self._restore([self._removed.pop()])

    def _command(
        self,
        command: Callable[[EnrollmentSession], R],
        *,
        on_success: Callable[[R], object] | None = None,
    ) -> None:
        background.deliver(self.station.enroll(command), on_success=on_success, on_failure=self._tell_error, owner=self)

    def _tell_error(self, error: Exception) -> None:
        if not isinstance(error, UserError):
            raise error
        self.messages.tell_error(error)
