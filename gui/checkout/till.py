"""What the cashier does with the sale: every act is a command to the session."""

from collections.abc import Callable, Collection
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from core.catalog.records import Product, SaleLine, SaleState
from core.checkout.basket_view import BasketView, Question
from core.checkout.session import CheckoutSession, Paid
from gui import background
from gui.checkout import acts
from gui.checkout.acts import Following, ItemNamed, WeightNeeded
from gui.checkout.basket_panel import BasketPanel
from gui.checkout.key_reader import KeyReader
from gui.checkout.receipt_language import receipt_language
from gui.checkout.receipt_view import Settled
from gui.messages import Messages
from gui.money import money_text

if TYPE_CHECKING:
    from core.station import Station

R = TypeVar("R")


class Till(QObject):
    """Owns the panel at the right and what is under way in it.

    ``item_named`` carries the track of an item and what a person said that it is, however it was said.
    """

    item_named = Signal(int, str)

    def __init__(self, station: "Station", messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._station = station
        station.receipt_language = receipt_language()
        self._messages = messages
        self.panel = BasketPanel(self._search, station.data.photographs)
        self._basket: BasketView | None = None
        self._looked_up_for: int | None = None
        self._scanned_for: int | None = None
        self._recognized: int | None = None
        self._needed: WeightNeeded | None = None
        self._settled: Settled | None = None
        self._is_settling = False
        self._paid_basket: BasketView | None = None
        self._given_away: set[tuple[int, int]] = set()
        self._connect()

    def _connect(self) -> None:
        panel, face = self.panel, self.panel.basket
        face.list.more_pressed.connect(lambda line_id: self.change_quantity(line_id, 1))
        face.list.fewer_pressed.connect(lambda line_id: self.change_quantity(line_id, -1))
        face.list.restore_pressed.connect(lambda line_id: self.do(lambda session: session.restore(line_id)))
        face.line_buttons.price.clicked.connect(self.ask_price)
        face.line_buttons.remove.clicked.connect(self.remove_line)
        face.park.clicked.connect(self.park_or_recall)
        face.void.clicked.connect(self.ask_void)
        face.look_up.clicked.connect(lambda: self.look_up(None))
        face.pay.clicked.connect(self.pay)
        panel.payment.paid.connect(self._settle)
        panel.lookup.chosen.connect(self._take_product)
        panel.parked.chosen.connect(self._recall)
        panel.price.given.connect(self._change_price)
        panel.weight.given.connect(self._take_weight)
        panel.missing_price.given.connect(self._take_missing_price)
        panel.void.given.connect(self._void)
        panel.face_left.connect(self._forget_errand)

    def watch_fields(self, keys: KeyReader) -> None:
        """Let a scanner be heard while one of the panel's fields has the focus."""
        panel = self.panel
        for field in (
            panel.lookup.field,
            panel.payment.given,
            panel.missing_price.price,
            panel.price.price,
            panel.price.reason,
            panel.weight.grams,
            panel.void.words,
        ):
            keys.watch(field)

    def show_basket(self, basket: BasketView | None, questions: tuple[Question, ...]) -> None:
        """Show the newest basket, wherever it is shown now."""
        if basket is not None and self._basket is not None and basket.sale_id != self._basket.sale_id:
            self._disarm_scan()
        self._basket = basket
        panel = self.panel
        panel.basket.show_basket(basket, questions, given_away=self._lines_given_away)
        if basket is None:
            return
        if panel.face is panel.payment:
            panel.payment.follow_total(basket.total_minor, basket.currency)
        elif panel.face is panel.missing_price:
            self._follow_missing_prices()
        elif panel.face is panel.receipt and self._settled is not None:
            is_next = basket.sale_id != self._settled.paid.sale_id
            # It could not be kept as paid and goes on; the basket that was shown before says nothing of that.
            is_back = not is_next and basket.state is SaleState.OPEN and basket is not self._paid_basket
            if is_back or (is_next and basket.lines):
                # The next customer's items are there, or this one still has to pay: the basket must be seen.
                panel.show_basket_face()

    def do(self, command: Callable[[CheckoutSession], R], *, then: Callable[[R], object] | None = None) -> None:
        """Ask the session for something; problems are told in the window."""
        background.deliver(self._station.checkout(command), on_success=then, owner=self)

    def go_back(self) -> None:
        """Leave what is under way; the basket is shown again."""
        self._disarm_scan()
        self._messages.take_back("scan")
        self.panel.show_basket_face()

    # Products

    def sell(self, product_id: int, *, track_id: int | None = None, grams: int | None = None) -> None:
        """Sell a product: as the answer for an item, or as looked up."""
        self.do(lambda session: acts.sell(session, product_id, track_id=track_id, grams=grams), then=self._go_on)

    def arm_scan(self, track_id: int) -> None:
        """The next code that is scanned says what this item is."""
        self._scanned_for = track_id
        self._messages.inform(self.tr("Scan the item's barcode now."), key="scan")

    def follow_item(self, *, seen: Collection[int], asked: Collection[int]) -> None:
        """Stop waiting for the code of an item that lies in sight and is not asked about any more.

        ``seen`` and ``asked`` are tracks. One that is out of sight may be in the cashier's hand, to be scanned.
        """
        track_id = self._scanned_for
        if track_id in seen and track_id not in asked:
            self._disarm_scan()
            self._recognized = track_id

    def note_named(self, track_id: int) -> None:
        """A person has said what an item is: the next code is not about it."""
        if self._scanned_for == track_id:
            self._disarm_scan()

    def _disarm_scan(self) -> None:
        self._recognized = None
        if self._scanned_for is not None:
            self._scanned_for = None
            self._messages.take_back("scan")

    def scan(self, code: str) -> None:
        """A scanner has read a code: sell its product, or answer the item that waits for it."""
        panel = self.panel
        if panel.face is panel.payment or panel.face is panel.missing_price:
            self._messages.warn(
                self.tr("The sale is being paid."), self.tr("Press Esc to go on selling, then scan again."), key="scan"
            )
            return
        track_id, self._scanned_for = self._scanned_for, None
        recognized, self._recognized = self._recognized, None
        if panel.face is panel.lookup:
            track_id = self._looked_up_for
        if panel.face is panel.receipt or panel.face is panel.lookup:
            panel.show_basket_face()
        self._messages.take_back("scan")
        self.do(lambda session: acts.scan(session, code, track_id=track_id, recognized=recognized), then=self._go_on)

    def look_up(self, track_id: int | None) -> None:
        """Find a product, to sell it or to say what the item under ``track_id`` is."""
        title = self.tr("Look up") if track_id is None else self.tr("What is it?")
        self.panel.show_face(self.panel.lookup)
        self._looked_up_for = track_id
        self.panel.lookup.open(title)

    def _search(self, text: str) -> "Future[list[Product]]":
        return self._station.records(lambda catalog: catalog.products.search(text, limit=40))

    def _take_product(self, product: Product) -> None:
        track_id = self._looked_up_for
        self.panel.show_basket_face()
        self.sell(product.product_id, track_id=track_id)

    def _go_on(self, following: Following) -> None:
        match following:
            case WeightNeeded():
                self._ask_weight(following)
            case ItemNamed(track_id, name):
                self.note_named(track_id)
                self.item_named.emit(track_id, name)

    def _ask_weight(self, needed: WeightNeeded) -> None:
        details = needed.product.details
        self.panel.show_face(self.panel.weight)
        self._needed = needed
        self.panel.weight.open(details.name, money_text(details.price_minor, details.currency))

    def _take_weight(self, grams: int) -> None:
        needed = self._needed
        self.panel.show_basket_face()
        if needed is not None:
            self.sell(needed.product.product_id, track_id=needed.track_id, grams=grams)

    def _forget_errand(self) -> None:
        self._looked_up_for = None
        self._needed = None
        self._settled = None

    # Lines

    def change_quantity(self, line_id: int, step: int) -> None:
        reason = self.tr("removed")
        self.do(lambda session: acts.change_quantity(session, line_id, step, reason=reason))

    def change_current(self, step: int) -> None:
        line_id = self.panel.basket.list.current_line
        if line_id is not None and self.panel.shows_basket:
            self.change_quantity(line_id, step)

    def remove_line(self) -> None:
        """Void the selected line; a voided one comes back."""
        row = self.panel.basket.list.current_row
        if row is None or row.line is None or not self.panel.shows_basket:
            return
        line_id = row.line.line_id
        if row.is_voided:
            self.do(lambda session: session.restore(line_id))
        else:
            reason = self.tr("removed")
            self.do(lambda session: session.remove(line_id, reason=reason))

    def ask_price(self) -> None:
        """Ask for another price of the selected line."""
        row = self.panel.basket.list.current_row
        basket = self._basket
        if row is None or row.line is None or row.is_voided or basket is None or not self.panel.shows_basket:
            return
        self.panel.show_face(self.panel.price)
        self.panel.price.open(row.line.line_id, row.line.name, row.line.unit_price_minor, basket.currency)

    def _change_price(self, line_id: int, price_minor: int, reason: str) -> None:
        self.panel.show_basket_face()
        self._note_price(line_id, price_minor)
        self.do(lambda session: session.override_price(line_id, price_minor, reason=reason))

    # The sale

    def pay(self) -> None:
        """Open the payment, after asking for prices that are missing; pressed again there, it means the card."""
        panel = self.panel
        if panel.face is panel.payment:
            panel.payment.pay_card()
        elif panel.face is panel.missing_price:
            panel.missing_price.give()
        else:
            self._ask_payment()

    def _ask_payment(self) -> None:
        basket = self._basket
        if basket is not None and acts.standing_lines(basket.lines) and not self._ask_missing_price():
            self.panel.show_face(self.panel.payment)
            self.panel.payment.open(basket.total_minor, basket.currency)

    @property
    def _lines_given_away(self) -> set[int]:
        """The lines of this sale of which a person said that they cost nothing."""
        sale_id = self._basket.sale_id if self._basket is not None else None
        return {line_id for given_in, line_id in self._given_away if given_in == sale_id}

    @property
    def _missing_prices(self) -> list[SaleLine]:
        lines = acts.unpriced_lines(self._basket.lines) if self._basket is not None else ()
        given_away = self._lines_given_away
        return [line for line in lines if line.line_id not in given_away]

    def _ask_missing_price(self) -> bool:
        """Ask for the first price that is missing; tells whether there is one."""
        missing = self._missing_prices
        if not missing or self._basket is None:
            return False
        self.panel.show_face(self.panel.missing_price)
        self.panel.missing_price.open(missing[0], self._basket.currency, missing=len(missing))
        return True

    def _follow_missing_prices(self) -> None:
        """The basket has changed: go on when the line that is asked about has its price, or is gone."""
        asked = self.panel.missing_price.line_id
        if self._basket is not None and not acts.standing_lines(self._basket.lines):
            self.panel.show_basket_face()
        elif all(line.line_id != asked for line in self._missing_prices):
            self._ask_payment()

    def _take_missing_price(self, line_id: int, price_minor: int) -> None:
        self._note_price(line_id, price_minor)
        reason = self.tr("no price in the catalog") if price_minor else self.tr("given away")
        self.do(lambda session: session.override_price(line_id, price_minor, reason=reason))

    def _note_price(self, line_id: int, price_minor: int) -> None:
        if price_minor == 0 and self._basket is not None:
            self._given_away.add((self._basket.sale_id, line_id))

    def _settle(self, payment: str, given_minor: int) -> None:
        if self._ask_missing_price():
            # It came while the amount was typed.
            return
        if self._is_settling:
            # Pressed twice: the first one is on its way.
            return
        self._is_settling = True
        future = self._station.checkout(lambda session: session.pay(payment, given_minor=given_minor))
        background.deliver(future, on_success=lambda paid: self._show_paid(paid, given_minor), owner=self)
        # After the receipt is shown, or the problem told.
        background.deliver(future, on_success=self._end_settling, on_failure=self._end_settling, owner=self)

    def _end_settling(self, _answer: object) -> None:
        self._is_settling = False

    def _show_paid(self, paid: Paid, given_minor: int) -> None:
        self._settled, self._paid_basket = Settled(paid, given_minor), self._basket
        self.panel.show_face(self.panel.receipt)
        self.panel.receipt.show_settled(self._settled)
        read = partial(
            acts.receipt_text,
            sale_id=paid.sale_id,
            shop=self._station.settings.shop,
            language=self._station.receipt_language,
        )
        background.deliver(self._station.records(read), on_success=self.panel.receipt.show_receipt, owner=self)

    def ask_void(self) -> None:
        """Ask why the sale is called off."""
        basket = self._basket
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
        self.do(lambda session: session.void(reason=reason))

    def park_or_recall(self) -> None:
        """Set the sale aside; with an empty basket, show those that were set aside."""
        basket = self._basket
        if basket is None:
            return
        if acts.standing_lines(basket.lines):
            self.panel.show_basket_face()
            self.do(lambda session: session.park())
        elif basket.parked:
            parked = self.panel.parked
            self.panel.show_face(parked)
            parked.forget()
            future = self._station.records(lambda catalog: catalog.sales.parked())
            background.deliver(
                future, on_success=parked.show_sales, owner=self, is_wanted=lambda: self.panel.face is parked
            )

    def _recall(self, sale_id: int) -> None:
        self.panel.show_basket_face()
        self.do(lambda session: session.recall(sale_id))
