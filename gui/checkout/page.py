"""The checkout: the live picture, the questions under it, the basket beside it."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.catalog.records import Product
from core.checkout.basket_view import Question
from core.checkout.session import CheckoutSession, Paid
from core.station_view import Mode, StationView
from gui import background, theme
from gui.actions import COMMANDS, make_action
from gui.checkout import acts
from gui.checkout.acts import WeightNeeded
from gui.checkout.basket_panel import BasketPanel
from gui.checkout.key_reader import KeyReader
from gui.checkout.question_area import ROWS, QuestionArea
from gui.checkout.receipt_view import Settled
from gui.live.live_view import LiveView
from gui.live.metrics import LiveMetrics
from gui.messages import Messages
from gui.money import money_text
from gui.page import Page

if TYPE_CHECKING:
    from core.station import Station

R = TypeVar("R")
_NARROW, _WIDE = 948, 1204


class CheckoutPage(Page):
    """Sells what lies on the counter. Every act is a command to the session; the page shows what the station tells."""

    name = "checkout"
    mode = Mode.SELLING

    def __init__(self, station: "Station", messages: Messages, parent: QWidget | None = None) -> None:
        super().__init__(station, messages, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Checkout"))
        photographs = station.data.photographs
        self.live = LiveView()
        self.questions = QuestionArea(photographs)
        self.panel = BasketPanel(self._search, photographs)
        self.keys = KeyReader(self)
        self._view: StationView | None = None
        self._corrected: Question | None = None
        self._first_question: int | None = None
        self._looked_up_for: int | None = None
        self._scanned_for: int | None = None
        self._needed: WeightNeeded | None = None
        self._settled: Settled | None = None
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
        row.addWidget(self.panel)
        QWidget.setTabOrder(self.live, self.questions)
        QWidget.setTabOrder(self.questions, self.panel)

    def _make_actions(self) -> None:
        for command_id, handler in (
            ("sale.park", self.park_or_recall),
            ("sale.void", self.ask_void),
            ("sale.pay", self.pay),
            ("sale.remove", self.remove_line),
        ):
            make_action(command_id, self, handler)

    def _connect(self) -> None:
        self.keys.typed.connect(self._take_key)
        self.keys.scanned.connect(self.scan)
        panel, face = self.panel, self.panel.basket
        for field in (panel.lookup.field, panel.payment.given, panel.price.price, panel.price.reason, panel.void.words):
            self.keys.watch(field)
        self.live.item_pressed.connect(self.ask_about)
        face.list.more_pressed.connect(lambda line_id: self._change_quantity(line_id, 1))
        face.list.fewer_pressed.connect(lambda line_id: self._change_quantity(line_id, -1))
        face.list.restore_pressed.connect(lambda line_id: self._do(lambda session: session.restore(line_id)))
        face.list.question_pressed.connect(self._put_first)
        face.park.clicked.connect(self.park_or_recall)
        face.void.clicked.connect(self.ask_void)
        face.look_up.clicked.connect(lambda: self.look_up(None))
        face.pay.clicked.connect(self.pay)
        panel.payment.paid.connect(self._settle)
        panel.lookup.chosen.connect(self._take_product)
        panel.parked.chosen.connect(self._recall)
        panel.price.given.connect(self._change_price)
        panel.weight.given.connect(self._take_weight)
        panel.void.given.connect(self._void)
        panel.face_left.connect(self._forget_errand)
        self.questions.offer_taken.connect(self._take_offer)
        for row in self.questions.rows:
            row.answered.connect(self._answer)
            row.search_pressed.connect(self.look_up)
            row.scan_pressed.connect(self._arm_scan)
            row.enroll_pressed.connect(lambda _track_id: self.page_wanted.emit("enroll"))
            row.dismissed.connect(self._dismiss)
            row.pressed.connect(self._put_first)

    # What the window asks

    @property
    def metrics(self) -> LiveMetrics:
        return self.live.metrics

    def enter(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_view(self, view: StationView) -> None:
        self._view = view
        self.live.show_view(view)
        asked = self._ordered(view.questions)
        currency = view.basket.currency if view.basket is not None else self.station.settings.shop.currency
        corrected = self._corrected.track_id if self._corrected is not None else None
        self.questions.show_questions(asked[:ROWS], currency, corrected=corrected)
        self.questions.show_lacks(view.status, free_rows=ROWS - min(ROWS, len(asked)))
        self.live.set_mark(asked[0].track_id if asked else None)
        self.panel.basket.show_basket(view.basket, view.questions)
        self._follow_basket(view)

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

    def _follow_basket(self, view: StationView) -> None:
        basket = view.basket
        if basket is None:
            return
        panel = self.panel
        if panel.face is panel.payment:
            panel.payment.follow_total(basket.total_minor, basket.currency)
        elif self._settled is not None and basket.sale_id != self._settled.paid.sale_id and basket.lines:
            # The next customer's items are there: their basket must be seen.
            panel.show_basket_face()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        share = (self.width() - _NARROW) / (_WIDE - _NARROW)
        self.panel.setFixedWidth(round(min(420.0, max(308.0, 308 + share * 64))))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.keys.feed(event):
            return
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self.panel.shows_basket:
            self.panel.basket.list.step_selection(step)
        elif event.key() == Qt.Key.Key_Escape:
            self._corrected = None
            self._scanned_for = None
            self.panel.show_basket_face()
        else:
            super().keyPressEvent(event)

    def _take_key(self, character: str) -> None:
        key = character.upper()
        panel = self.panel
        if panel.face is panel.parked and key.isdigit() and key != "0":
            panel.parked.choose(int(key) - 1)
        elif key in {"1", "2", "3"}:
            if self.questions.current is not None:
                self.questions.current.answer(int(key) - 1)
        else:
            commands: dict[str, Callable[[], object]] = {
                "choose.no_item": self._dismiss_current,
                "choose.next": self._next_question,
                "sale.look_up": self._look_up_current,
                "sale.more": lambda: self._change_current(1),
                "sale.fewer": lambda: self._change_current(-1),
                "sale.price": self.ask_price,
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
            self._do(lambda session: acts.question_about(session, sighting, frame), then=self._ask_correction)

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

    def _answer(self, track_id: int, product_id: int, grams: int | None = None) -> None:
        self._close_correction(track_id)
        self._do(lambda session: acts.sell(session, product_id, track_id=track_id, grams=grams), then=self._ask_weight)

    def _dismiss(self, track_id: int) -> None:
        self._close_correction(track_id)
        self._do(lambda session: session.dismiss(track_id))

    def _dismiss_current(self) -> None:
        if self.questions.current is not None:
            self._dismiss(self.questions.current.track_id)

    def _close_correction(self, track_id: int) -> None:
        if self._corrected is not None and self._corrected.track_id == track_id:
            self._corrected = None

    def _arm_scan(self, track_id: int) -> None:
        self._scanned_for = track_id
        self.messages.inform(self.tr("Scan the item's barcode now."), key="scan")

    def scan(self, code: str) -> None:
        """A scanner has read a code: sell its product, or answer the item that waits for it."""
        panel = self.panel
        if panel.face is panel.payment:
            self.messages.warn(
                self.tr("The sale is being paid."), self.tr("Press Esc to go on selling, then scan again."), key="scan"
            )
            return
        if panel.face is panel.receipt or panel.face is panel.lookup:
            panel.show_basket_face()
        track_id, self._scanned_for = self._scanned_for, None
        self.messages.take_back("scan")
        self._do(lambda session: acts.scan(session, code, track_id=track_id), then=self._ask_weight)

    # Products by name

    def look_up(self, track_id: int | None) -> None:
        """Find a product, to sell it or to say what the item under ``track_id`` is."""
        title = self.tr("Look up") if track_id is None else self.tr("What is it?")
        self.panel.show_face(self.panel.lookup)
        self._looked_up_for = track_id
        self.panel.lookup.open(title)

    def _look_up_current(self) -> None:
        row = self.questions.current
        self.look_up(row.track_id if row is not None else None)

    def _search(self, text: str) -> "Future[list[Product]]":
        return self.station.records(lambda catalog: catalog.products.search(text, limit=40))

    def _take_product(self, product: Product) -> None:
        track_id = self._looked_up_for
        self.panel.show_basket_face()
        if track_id is not None:
            self._answer(track_id, product.product_id)
        else:
            self._do(lambda session: acts.sell(session, product.product_id, track_id=None), then=self._ask_weight)

    def _ask_weight(self, needed: WeightNeeded | None) -> None:
        if needed is None:
            return
        details = needed.product.details
        self.panel.show_face(self.panel.weight)
        self._needed = needed
        self.panel.weight.open(details.name, money_text(details.price_minor, details.currency))

    def _take_weight(self, grams: int) -> None:
        needed = self._needed
        self.panel.show_basket_face()
        if needed is not None:
            product_id, track_id = needed.product.product_id, needed.track_id
            self._do(lambda session: acts.sell(session, product_id, track_id=track_id, grams=grams))

    def _forget_errand(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._looked_up_for = None
        self._needed = None
        self._settled = None

    # Lines

    def _change_quantity(self, line_id: int, step: int) -> None:
        self._do(lambda session: acts.change_quantity(session, line_id, step))

    def _change_current(self, step: int) -> None:
        line_id = self.panel.basket.list.current_line
        if line_id is not None and self.panel.shows_basket:
            self._change_quantity(line_id, step)

    def remove_line(self) -> None:
        """Void the selected line; a voided one comes back."""
        row = self.panel.basket.list.current_row
        if row is None or row.line is None or not self.panel.shows_basket:
            return
        line_id = row.line.line_id
        if row.is_voided:
            self._do(lambda session: session.restore(line_id))
        else:
            reason = self.tr("removed")
            self._do(lambda session: session.remove(line_id, reason=reason))

    def ask_price(self) -> None:
        """Ask for another price of the selected line."""
        row = self.panel.basket.list.current_row
        basket = self._view.basket if self._view is not None else None
        if row is None or row.line is None or row.is_voided or basket is None or not self.panel.shows_basket:
            return
        self.panel.show_face(self.panel.price)
        self.panel.price.open(row.line.line_id, row.line.name, row.line.unit_price_minor, basket.currency)

    def _change_price(self, line_id: int, price_minor: int, reason: str) -> None:
        self.panel.show_basket_face()
        self._do(lambda session: session.override_price(line_id, price_minor, reason=reason))

    # The sale

    def pay(self) -> None:
        """Open the payment; pressed again there, it means the card."""
        basket = self._view.basket if self._view is not None else None
        panel = self.panel
        if panel.face is panel.payment:
            panel.payment.pay_card()
        elif basket is not None and acts.standing_lines(basket.lines):
            panel.show_face(panel.payment)
            panel.payment.open(basket.total_minor, basket.currency)

    def _settle(self, payment: str, given_minor: int) -> None:
        self._do(lambda session: session.pay(payment), then=lambda paid: self._show_paid(paid, given_minor))

    def _show_paid(self, paid: Paid, given_minor: int) -> None:
        # Items may have come while the amount was typed: what is handed over is never less than what was paid.
        self._settled = Settled(paid, max(given_minor, paid.total_minor))
        self.panel.show_face(self.panel.receipt)
        self.panel.receipt.show_settled(self._settled)
        read = partial(
            acts.receipt_text,
            sale_id=paid.sale_id,
            shop=self.station.settings.shop,
            locale=QLocale().name(),
        )
        background.deliver(self.station.records(read), on_success=self.panel.receipt.show_receipt, owner=self)

    def ask_void(self) -> None:
        """Ask why the sale is called off."""
        basket = self._view.basket if self._view is not None else None
        if basket is None or not basket.lines:
            return
        self.panel.show_face(self.panel.void)
        amount = money_text(basket.total_minor, basket.currency)
        self.panel.void.open(
            self.tr("Why is sale {number} over {amount} called off? It is kept as void.").format(
                number=basket.number, amount=amount
            )
        )

    def _void(self, reason: str) -> None:
        self.panel.show_basket_face()
        self._do(lambda session: session.void(reason=reason))

    def park_or_recall(self) -> None:
        """Set the sale aside; with an empty basket, show those that were set aside."""
        basket = self._view.basket if self._view is not None else None
        if basket is None:
            return
        if acts.standing_lines(basket.lines):
            self.panel.show_basket_face()
            self._do(lambda session: session.park())
        elif basket.parked:
            self.panel.show_face(self.panel.parked)
            future = self.station.records(lambda catalog: catalog.sales.parked())
            background.deliver(future, on_success=self.panel.parked.show_sales, owner=self)

    def _recall(self, sale_id: int) -> None:
        self.panel.show_basket_face()
        self._do(lambda session: session.recall(sale_id))

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

    def _open_demo_shop(self) -> None:
        settings = self.station.settings.changed("camera", source="demo:")
        self.messages.inform(self.tr("The demo shop is being set up."), key="demo shop")
        background.deliver(
            self.station.apply_settings(settings),
            on_success=lambda _nothing: background.deliver(self.station.enroll_demo_products(), owner=self),
            owner=self,
        )

    def _do(self, command: Callable[[CheckoutSession], R], *, then: Callable[[R], object] | None = None) -> None:
        background.deliver(self.station.checkout(command), on_success=then, owner=self)
