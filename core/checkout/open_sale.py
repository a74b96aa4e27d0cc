"""One sale from its opening to its end: items become lines, and the journal hears of every change."""

from core.catalog.records import LineOrigin, Product, Sale, SaleLine, SaleState, SoldBy
from core.checkout.basket import Basket, BasketError
from core.checkout.basket_view import BasketView
from core.checkout.counter_item import CounterItem
from core.checkout.items import CounterItems
from core.checkout.journal import ItemLog, SaleEvent, SaleJournal
from core.sightings import Match


class OpenSale:
    """The lines of one sale, and which item stands in which line. Belongs to the session's thread.

    Every change goes to the ``journal`` at once, with the notes of all ``items``; these outlive the sale. What was
    recognized and what a person says of it goes to the ``log``. The methods that change lines by hand raise
    ``BasketError``.
    """

    def __init__(self, sale: Sale, *, items: CounterItems, journal: SaleJournal, log: ItemLog) -> None:
        self.sale_id = sale.sale_id
        self._sale = sale
        self._basket = Basket(sale)
        self._items = items
        self._journal = journal
        self._log = log

    @property
    def lines(self) -> tuple[SaleLine, ...]:
        """All lines, the voided ones too."""
        return self._basket.lines

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to pay."""
        return self._basket.is_empty

    def view(self, *, state: SaleState, parked: int) -> BasketView:
        """``parked``: how many sales are set aside."""
        lines = self._basket.lines
        return BasketView(
            sale_id=self._sale.sale_id,
            number=self._sale.number,
            state=state,
            currency=self._sale.currency,
            lines=lines,
            total_minor=sum(line.amount_minor for line in lines),
            tax_minor=sum(line.tax_minor for line in lines),
            selected_line=self._basket.changed_line,
            parked=parked,
        )

    # Items on the counter

    def keep_for_review(self, item: CounterItem, match: Match) -> None:
        """Log what an item was recognized as."""
        item.match, item.is_logged = match, True
        self._log.recognized(item.item_id, item.track_id, match, sale_id=self.sale_id)

    def count(self, item: CounterItem, product: Product, *, origin: LineOrigin, quantity: int = 1) -> None:
        """Sell an item as this product, instead of what it was sold as before."""
        picture = item.picture
        if item.line_id is not None:
            self._basket.take_out(item.line_id, reason="recognized as another product")
            if origin is LineOrigin.SEEN:
                # Its picture was taken under the former name, and may show what the track lay on then.
                picture = product.picture or picture
        line = self._basket.add(product, origin=origin, quantity=quantity, picture=picture)
        item.product_id, item.line_id, item.verdict = product.product_id, line.line_id, "counted"
        item.is_removed = False
        self._record("added", line.line_id, detail=origin.value)
        if item.match is not None and not item.is_logged:
            # Of a reopened sale, and under another name than before: its new line wants a picture.
            self.keep_for_review(item, item.match)

    def take_line_over(self, item: CounterItem, product: Product, *, now: float, is_said: bool = False) -> bool:
        """Let an item take its line over that was counted, vanished and came back unrecognized; ``False`` for others.

        ``now`` in seconds, monotonic; ``is_said``: a person named the product.
        """
        twin = self._items.merge_returned(item, product.product_id, now=now, is_said=is_said)
        if twin is None:
            return False
        if twin.mistaken_for is not None:
            item.is_personal, item.mistaken_for = True, twin.mistaken_for
        former = item.line_id
        item.product_id, item.line_id, item.verdict = twin.product_id, twin.line_id, "counted"
        item.is_removed = twin.is_removed
        item.picture = item.picture or twin.picture
        if former is not None and self._basket.take_out(former, reason="the same item") is not None:
            self._record("voided", former, reason="the same item")
        return True

    def answer(self, item: CounterItem, product: Product, *, quantity: int, now: float) -> None:
        """A person says that the item is this product; grams for weighed goods."""
        was = item.product_id
        self._hear(item, product.product_id)
        is_fresh = item.verdict == "open" and product.details.sold_by is SoldBy.UNIT
        if is_fresh and quantity == 1 and self.take_line_over(item, product, now=now, is_said=True):
            self._record("confirmed", item.line_id)
        elif was != product.product_id or item.verdict != "counted" or not self._is_in_total(item):
            self.count(item, product, origin=LineOrigin.CHOSEN, quantity=quantity)
        elif product.details.sold_by is SoldBy.WEIGHT and item.line_id is not None:
            self.set_quantity(item.line_id, quantity)
        else:
            self._record("confirmed", item.line_id)

    def dismiss(self, item: CounterItem) -> None:
        """A person says that it is not an item: it is taken out of the basket."""
        former = item.line_id
        item.verdict, item.line_id, item.product_id = "dismissed", None, None
        self._hear(item, None)
        if former is not None:
            self._basket.take_out(former, reason="not an item")
        self._record("voided" if former is not None else "dismissed", former, reason="not an item")

    def show_picture(self, item: CounterItem, picture: str) -> None:
        """Remember an item's picture; its line, now or later, shows it when it has no picture yet."""
        item.picture = picture
        if item.line_id is not None and self._basket.set_picture(item.line_id, picture):
            self._record("pictured", item.line_id)

    # Lines, by hand

    def add(self, product: Product, *, quantity: int) -> None:
        """Sell a product that the camera does not see. Quantity in pieces, or grams when sold by weight."""
        line = self._basket.add(product, origin=LineOrigin.LOOKED_UP, quantity=quantity)
        self._record("added", line.line_id, detail=LineOrigin.LOOKED_UP.value)

    def set_quantity(self, line_id: int, quantity: int) -> None:
        line = self._basket.set_quantity(line_id, quantity)
        self._record("quantity", line_id, detail=str(line.quantity))

    def override_price(self, line_id: int, unit_price_minor: int, *, reason: str) -> None:
        if not reason.strip():
            raise BasketError("A changed price needs a reason.", remedy="Say why, for example: damaged pack.")
        self._basket.set_price(line_id, unit_price_minor)
        self._record("price", line_id, detail=str(unit_price_minor), reason=reason.strip())

    def remove(self, line_id: int, *, reason: str) -> None:
        """Void a line; it stays visible outside the total."""
        self._basket.void(line_id, reason=reason)
        for item in self._items:
            if item.line_id == line_id:
                item.is_removed = True
        self._record("voided", line_id, reason=reason)

    def restore(self, line_id: int) -> None:
        line = self._basket.restore(line_id)
        for item in self._items:
            if item.line_id == line_id:
                # Its line may have joined another one.
                item.line_id, item.is_removed = line.line_id, False
        self._record("restored", line.line_id)

    def _is_in_total(self, item: CounterItem) -> bool:
        return any(line.line_id == item.line_id and not line.is_voided for line in self._basket.lines)

    def _hear(self, item: CounterItem, product_id: int | None) -> None:
        """Take a person's word on an item, as which product it is sold, and keep it as a correction."""
        best = item.match.best if item.match is not None else None
        item.is_personal = True
        item.mistaken_for = best.product_id if best is not None and best.product_id != product_id else None
        if item.match is not None and not item.is_logged:
            # It was recognized before the program was started again: the word needs something that it is about.
            self.keep_for_review(item, item.match)
        self._log.answered(item.item_id, product_id)

    def _record(self, kind: str, line_id: int | None, *, detail: str = "", reason: str = "") -> None:
        event = SaleEvent(kind, line_id, detail, reason, self._items.notes())
        self._journal.record(self.sale_id, self._basket.lines, event)
