"""The checkout: the live picture, the questions under it, the basket beside it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.checkout.basket_view import Question
from core.station_view import Mode, StationView
from gui import background, theme
from gui.actions import COMMANDS, make_action
from gui.checkout import acts
from gui.checkout.form import Form
from gui.checkout.key_reader import KeyReader
from gui.checkout.question_area import QuestionArea
from gui.checkout.till import Till
from gui.counted import products_text
from gui.live.live_view import LiveView
from gui.live.metrics import LiveMetrics
from gui.messages import Messages
from gui.page import Page

if TYPE_CHECKING:
    from core.recognition.folder_import import ImportReport
    from core.station import Station

R = TypeVar("R")
_NARROW, _WIDE = 948, 1204


class CheckoutPage(Page):
    """Sells what lies on the counter. Every act is a command to the session; the page shows what the station tells."""

    name = "checkout"
    mode = Mode.SELLING
    _demo_moved = Signal(int, int)

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(station, messages, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Checkout"))
        photographs = station.data.photographs
        self.live = LiveView()
        self.questions = QuestionArea(photographs)
        self.till = Till(station, messages, self)
        self.keys = KeyReader(self)
        self._view: StationView | None = None
        self._corrected: Question | None = None
        self._first_question: int | None = None
        self._lay_out()
        self._make_actions()
        self._connect()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(theme.CARD_GAP)
        left.addWidget(self.live, 1)
        left.addWidget(self.questions)
        left.addStretch(0)
        self.live.set_hugging(hugs=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(*[theme.PAGE_MARGIN] * 4)
        row.setSpacing(theme.PAGE_MARGIN)
        row.addLayout(left, 1)
        row.addWidget(self.till.panel)
        QWidget.setTabOrder(self.live, self.questions)
        QWidget.setTabOrder(self.questions, self.till.panel)

    def _make_actions(self) -> None:
        for command_id, handler in (
            ("sale.park", self.till.park_or_recall),
            ("sale.void", self.till.ask_void),
            ("sale.pay", self.till.pay),
            ("sale.remove", self.till.remove_line),
        ):
            make_action(command_id, self, handler)

    def _connect(self) -> None:
        till = self.till
        self.keys.typed.connect(self._take_key)
        self.keys.scanned.connect(till.scan)
        till.watch_fields(self.keys)
        till.panel.face_left.connect(self.take_focus)
        till.item_named.connect(self._take_name)
        till.panel.basket.list.question_pressed.connect(self._put_first)
        self.live.item_pressed.connect(self.ask_about)
        self.questions.offer_taken.connect(self._take_offer)
        self._demo_moved.connect(self._tell_demo_progress, Qt.ConnectionType.QueuedConnection)
        for row in self.questions.rows:
            row.answered.connect(self._answer)
            row.search_pressed.connect(till.look_up)
            row.scan_pressed.connect(till.arm_scan)
            row.enroll_pressed.connect(lambda _track_id: self.page_wanted.emit("enroll"))
            row.dismissed.connect(self._dismiss)
            row.pressed.connect(self._put_first)

    # What the window asks

    @property
    def metrics(self) -> LiveMetrics:
        return self.live.metrics

    def enter(self) -> None:
        self.take_focus()

    def take_focus(self) -> None:
        """Let the keys reach the page itself."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_view(self, view: StationView) -> None:
        self._view = view
        self.live.show_view(view)
        asked = self._ordered(view.questions)
        currency = view.basket.currency if view.basket is not None else self.station.settings.shop.currency
        corrected = self._corrected.track_id if self._corrected is not None else None
        rows = self.questions.show_lacks(view.status)
        # While a form is open, what is typed goes into its fields.
        has_keys = not isinstance(self.till.panel.face, Form)
        self.questions.show_questions(asked[:rows], currency, corrected=corrected, has_keys=has_keys)
        self.live.set_asked(asked[0].track_id if asked else None)
        self.till.follow_item(
            seen={sighting.track.track_id for sighting in view.sightings},
            asked={question.track_id for question in asked},
        )
        self.till.show_basket(view.basket, view.questions)

    def _ordered(self, questions: tuple[Question, ...]) -> list[Question]:
        asked = list(questions)
        corrected = self._corrected
        if corrected is not None:
            if self._view is not None and all(s.track.track_id != corrected.track_id for s in self._view.sightings):
                self._corrected = None
            elif all(question.track_id != corrected.track_id for question in asked):
                asked.insert(0, corrected)
        asked.sort(key=lambda question: question.track_id != self._first_question)
        return asked

    def resizeEvent(self, _event: QResizeEvent) -> None:
        share = (self.width() - _NARROW) / (_WIDE - _NARROW)
        self.till.panel.setFixedWidth(round(min(420.0, max(308.0, 308 + share * 64))))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.keys.feed(event):
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self.till.panel.shows_basket:
            self.till.panel.basket.list.step_selection(step)
        elif event.key() == Qt.Key.Key_Escape:
            self._corrected = None
            self.till.go_back()
        else:
            super().keyPressEvent(event)

    def _take_key(self, character: str) -> None:
        key = character.upper()
        panel = self.till.panel
        if panel.face is panel.parked and key.isdigit() and key != "0":
            panel.parked.choose(int(key) - 1)
        elif isinstance(panel.face, Form):
            # The questions show no keys now: what is typed was meant for the form.
            return
        elif key in {"1", "2", "3"}:
            if self.questions.current is not None:
                self.questions.current.answer(int(key) - 1)
        else:
            commands: dict[str, Callable[[], object]] = {
                "choose.no_item": self._dismiss_current,
                "choose.next": self._next_question,
                "sale.look_up": self._look_up_current,
                "sale.more": lambda: self.till.change_current(1),
                "sale.fewer": lambda: self.till.change_current(-1),
                "sale.price": self.till.ask_price,
            }
            for command_id, handler in commands.items():
                if key in COMMANDS[command_id].keys:
                    handler()

    # Items and questions

    def ask_about(self, track_id: int) -> None:
        """A person points at an item: its question comes first, or a way to correct its name."""
        view = self._view
        if view is None or view.frame is None:
            return
        if any(question.track_id == track_id for question in view.questions):
            self._put_first(track_id)
            return
        frame = view.frame
        sighting = next((seen for seen in view.sightings if seen.track.track_id == track_id), None)
        if sighting is not None:
            self.till.do(lambda session: acts.question_about(session, sighting, frame), then=self._ask_correction)

    def _ask_correction(self, question: Question | None) -> None:
        self._corrected = question
        if question is not None:
            self._put_first(question.track_id)

    def _put_first(self, track_id: int) -> None:
        self._first_question = track_id
        if self._view is not None:
            self.show_view(self._view)

    def _next_question(self) -> None:
        shown = [row.track_id for row in self.questions.rows if not row.isHidden()]
        if len(shown) > 1:
            self._put_first(shown[1])

    def _answer(self, track_id: int, product_id: int) -> None:
        self._close_correction(track_id)
        self.till.sell(product_id, track_id=track_id)

    def _dismiss(self, track_id: int) -> None:
        self._close_correction(track_id)
        self.till.note_named(track_id)
        self.live.set_name(track_id, None)
        self.till.do(lambda session: session.dismiss(track_id))

    def _dismiss_current(self) -> None:
        if self.questions.current is not None:
            self._dismiss(self.questions.current.track_id)

    def _take_name(self, track_id: int, name: str) -> None:
        """A person has said what an item is: nothing more is asked about it, and its box says so."""
        self._close_correction(track_id)
        self.live.set_name(track_id, name)
        if self._view is not None:
            self.show_view(self._view)

    def _close_correction(self, track_id: int) -> None:
        if self._corrected is not None and self._corrected.track_id == track_id:
            self._corrected = None

    def _look_up_current(self) -> None:
        row = self.questions.current
        self.till.look_up(row.track_id if row is not None else None)

    # A shop that is not set up

    def _take_offer(self, offer: str) -> None:
        if offer == "empty":
            done = self.tr("The empty counter is learned.")
            background.deliver(
                self.station.learn_empty_counter(),
                on_success=lambda _nothing: self.messages.inform(done, key="empty counter"),
                owner=self,
            )
        elif offer == "demo":
            self._open_demo_shop()
        else:
            self.page_wanted.emit({"camera": "settings", "import": "catalog", "enroll": "enroll"}[offer])
            # The page that is open now has made the command.
            action = self.window().findChild(QAction, "catalog.import") if offer == "import" else None
            if isinstance(action, QAction):
                action.trigger()

    def _open_demo_shop(self) -> None:
        self.messages.inform(self.tr("The demo shop is being set up."), key="demo shop")
        if self._view is not None and self._view.status.is_demo:
            self._enroll_demo_products()
            return
        settings = self.station.settings.changed("camera", source="demo:")
        background.deliver(
            self.station.apply_settings(settings), on_success=lambda _nothing: self._enroll_demo_products(), owner=self
        )

    def _enroll_demo_products(self) -> None:
        background.deliver(
            self.station.enroll_demo_products(self._demo_moved.emit), on_success=self._greet_demo_shop, owner=self
        )

    @Slot(int, int)
    def _tell_demo_progress(self, done: int, total: int) -> None:
        words = self.tr("The demo shop is being set up: {done} of {total}.").format(done=done, total=total)
        self.messages.inform(words, key="demo shop")

    def _greet_demo_shop(self, report: "ImportReport") -> None:
        products = products_text(len(report.products))
        words = self.tr("The demo shop is open. It knows {products}.").format(products=products)
        self.messages.inform(words, key="demo shop")
