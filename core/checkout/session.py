"""The sale in progress: sightings and the cashier's acts become a basket."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.catalog.records import LineOrigin, Product, Sale, SaleState, SoldBy
from core.checkout.basket import Basket, BasketError
from core.checkout.basket_view import BasketView, ProductChoice, Question
from core.checkout.counter_item import CounterItem
from core.checkout.items import CounterItems
from core.checkout.journal import ItemLog, SaleEvent, SaleJournal
from core.checkout.stability import Belief, believe, is_whole, seen_twice
from core.frames import Frame, Pixels
from core.geometry import crop_slices
from core.settings import CheckoutSettings
from core.sightings import Match, Outcome, Sighting

_CHOICES = 3
_MOST_QUESTIONS = 2
_FEWEST_LOOKS = 2
"""Looks from which something on the belt was an item and no flash."""


@dataclass(slots=True)
class _Doubt:
    """An item that waits for a person, with its picture from the moment the doubt arose."""

    item: CounterItem
    belief: Belief
    crop: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class _Passing:
    """An item on the belt that is not believed yet, as it was at its last look."""

    sighting: Sighting
    crop: Pixels


@dataclass(frozen=True, slots=True)
class Paid:
    """What a payment settled, for the receipt."""

    sale_id: int
    number: int
    total_minor: int
    currency: str
    payment: str


class CheckoutSession:
    """A state machine over one sale after another. Not thread-safe: it lives on the vision thread.

    ``products`` maps ids to what is sold; replace it when the catalog changes. Every change goes to the ``journal`` at
    once, so that the sale is there again after a crash.
    """

    def __init__(
        self,
        sale: Sale,
        *,
        journal: SaleJournal,
        items: ItemLog,
        products: Mapping[int, Product],
        settings: CheckoutSettings,
    ) -> None:
        self.products = products
        self.settings = settings
        self._journal = journal
        self._log = items
        self._items = CounterItems(mode=settings.mode)
        self._doubts: dict[int, _Doubt] = {}
        self._passing: dict[int, _Passing] = {}
        self._now = 0.0
        self._parked = 0
        self._is_between_sales = False
        self._begin(sale, is_reopened=True)

    # What the checkout sees

    def observe(self, sightings: tuple[Sighting, ...], frame: Frame) -> None:
        """Count what is believed; ask about what is not."""
        now = self._now = frame.captured_at
        is_on_belt = self.settings.mode == "belt"
        # On a belt, who has passed is asked about too.
        kept = frozenset(self._doubts) if is_on_belt else frozenset[int]()
        self._items.refresh(sightings, now=now, size=(frame.width, frame.height), kept=kept)
        if self._is_between_sales:
            return
        doubled = self._doubled(sightings)
        sightings = tuple(sighting for sighting in sightings if sighting.track.track_id not in doubled)
        for sighting in sightings:
            if self._may_be_hidden(sighting, sightings):
                continue
            belief = believe(sighting, is_on_belt=is_on_belt)
            is_in_sight = not is_on_belt or is_whole(sighting.track.box, width=frame.width, height=frame.height)
            if belief is not None and is_in_sight:
                self._take(sighting, belief, frame)
        if is_on_belt:
            for track_id in doubled:
                self._passing.pop(track_id, None)
            self._stop_the_unnamed(sightings, frame)
            return
        present = {item.item_id for item in self._items if item.is_present}
        self._doubts = {key: doubt for key, doubt in self._doubts.items() if key in present}

    def _doubled(self, sightings: tuple[Sighting, ...]) -> set[int]:
        """Tracks without an item of their own that show one which another track stands for."""
        doubled = set()
        for part, whole in seen_twice(sightings):
            other = whole if self._items.of_track(part) is not None else part
            if self._items.of_track(other) is None:
                doubled.add(other)
        return doubled

    def _may_be_hidden(self, sighting: Sighting, sightings: tuple[Sighting, ...]) -> bool:
        """Whether a track without an item may show one that is out of sight right here: then it waits."""
        is_new = self._items.of_track(sighting.track.track_id) is None
        return is_new and self._items.hides_near(sighting, sightings)

    def _stop_the_unnamed(self, sightings: tuple[Sighting, ...], frame: Frame) -> None:
        """Ask about what passed too quickly for a belief, so that nothing goes by unpaid."""
        gone = self._passing.keys() - {sighting.track.track_id for sighting in sightings}
        for passed in [self._passing.pop(track_id) for track_id in sorted(gone)]:
            match = passed.sighting.match
            if match is not None and self._items.of_track(passed.sighting.track.track_id) is None:
                item = self._items.link(passed.sighting, product_id=None, now=frame.captured_at)
                item.is_present = False
                if item.verdict == "open":
                    self._keep_for_review(item, match)
                    self._doubts[item.item_id] = _Doubt(item, Belief(Outcome.POSSIBLE, match), passed.crop)
        for sighting in sightings:
            track = sighting.track
            if sighting.looks < _FEWEST_LOOKS or self._items.of_track(track.track_id) is not None:
                self._passing.pop(track.track_id, None)
                continue
            former = self._passing.get(track.track_id)
            slices = crop_slices(track.box, width=frame.width, height=frame.height)
            if slices is not None and (former is None or sighting.looks > former.sighting.looks):
                self._passing[track.track_id] = _Passing(sighting, frame.pixels[slices].copy())

    def _take(self, sighting: Sighting, belief: Belief, frame: Frame) -> None:
        product = self._sold_as(belief)
        known_item = self._items.of_track(sighting.track.track_id)
        item = self._items.link(sighting, product_id=product.product_id if product else None, now=frame.captured_at)
        item.match = belief.match
        if known_item is None and item.verdict == "open":
            self._keep_for_review(item, belief.match)
        is_decided = item.verdict in ("sold", "dismissed") or item.is_personal
        if product is not None and not is_decided:
            self._doubts.pop(item.item_id, None)
            if item.product_id != product.product_id and not self._is_counted_before(item, product):
                self._count(item, product, origin=LineOrigin.SEEN)
        elif item.verdict == "open" and not is_decided:
            self._ask(item, sighting, belief, frame)
        if product is not None and item.product_id == product.product_id:
            item.place = sighting.track.box

    def _sold_as(self, belief: Belief) -> Product | None:
        best = belief.match.best
        if best is None or belief.outcome is Outcome.UNKNOWN:
            return None
        if belief.outcome is Outcome.POSSIBLE and self.settings.ask_possible:
            return None
        product = self.products.get(best.product_id)
        # Weighed goods need a weight, which only a person can give here.
        return None if product is None or product.details.sold_by is SoldBy.WEIGHT else product

    def _ask(self, item: CounterItem, sighting: Sighting, belief: Belief, frame: Frame) -> None:
        former = self._doubts.get(item.item_id)
        if former is not None:
            former.belief = belief
            return
        slices = crop_slices(sighting.track.box, width=frame.width, height=frame.height)
        if slices is not None:
            self._doubts[item.item_id] = _Doubt(item, belief, frame.pixels[slices].copy())

    def _is_counted_before(self, item: CounterItem, product: Product, *, is_said: bool = False) -> bool:
        """Whether the item is one that was counted, vanished and came back unrecognized: it takes its line over."""
        twin = self._items.merge_returned(item, product.product_id, now=self._now, is_said=is_said)
        if twin is None:
            return False
        if twin.mistaken_for is not None:
            item.is_personal, item.mistaken_for = True, twin.mistaken_for
        former = item.line_id
        item.product_id, item.line_id, item.verdict = twin.product_id, twin.line_id, "counted"
        item.picture = item.picture or twin.picture
        if former is not None and self._basket.take_out(former, reason="the same item") is not None:
            self._record("voided", former, reason="the same item")
        return True

    def _count(self, item: CounterItem, product: Product, *, origin: LineOrigin, quantity: int = 1) -> None:
        picture = item.picture
        if item.line_id is not None:
            self._basket.take_out(item.line_id, reason="recognized as another product")
            if origin is LineOrigin.SEEN:
                # Its picture was taken under the former name, and may show what the track lay on then.
                picture = product.picture or picture
        line = self._basket.add(product, origin=origin, quantity=quantity, picture=picture)
        item.product_id, item.line_id, item.verdict = product.product_id, line.line_id, "counted"
        self._record("added", line.line_id, detail=origin.value)
        if item.match is not None and not item.is_logged:
            # Of a reopened sale, and under another name than before: its new line wants a picture.
            self._keep_for_review(item, item.match)

    # What the cashier does

    def answer(self, track_id: int, product_id: int, *, quantity: int = 1) -> None:
        """Sell the item under ``track_id`` as this product, whatever was recognized; grams for weighed goods."""
        item = self._item_of(track_id)
        product = self._product(product_id)
        self._doubts.pop(item.item_id, None)
        was = item.product_id
        self._hear(item, product_id)
        is_fresh = item.verdict == "open" and product.details.sold_by is SoldBy.UNIT
        if is_fresh and quantity == 1 and self._is_counted_before(item, product, is_said=True):
            self._record("confirmed", item.line_id)
        elif was != product_id or item.verdict != "counted":
            self._count(item, product, origin=LineOrigin.CHOSEN, quantity=quantity)
        else:
            self._record("confirmed", item.line_id)

    def dismiss(self, track_id: int) -> None:
        """What lies there is not an item; it is taken out of the basket and not asked about again."""
        item = self._item_of(track_id)
        self._doubts.pop(item.item_id, None)
        former = item.line_id
        item.verdict, item.line_id, item.product_id = "dismissed", None, None
        self._hear(item, None)
        if former is not None:
            self._basket.take_out(former, reason="not an item")
        self._record("voided" if former is not None else "dismissed", former, reason="not an item")

    def _hear(self, item: CounterItem, product_id: int | None) -> None:
        """Take a person's word on an item, as which product it is sold, and keep it as a correction."""
        best = item.match.best if item.match is not None else None
        item.is_personal = True
        item.mistaken_for = best.product_id if best is not None and best.product_id != product_id else None
        if item.match is not None and not item.is_logged:
            # It was recognized before the program was started again: the word needs something that it is about.
            self._keep_for_review(item, item.match)
        self._log.answered(item.item_id, product_id)

    def add_product(self, product_id: int, *, quantity: int = 1) -> None:
        """Sell a product that the camera does not see. Quantity in pieces, or grams when sold by weight."""
        self._need_open_sale()
        line = self._basket.add(self._product(product_id), origin=LineOrigin.LOOKED_UP, quantity=quantity)
        self._record("added", line.line_id, detail=LineOrigin.LOOKED_UP.value)

    def add_barcode(self, barcode: str) -> str:
        """Sell one piece of the product with this barcode; returns its name; ``BasketError`` if none has it."""
        code = barcode.strip()
        for product in self.products.values():
            if code and product.details.barcode == code and not product.is_archived:
                self.add_product(product.product_id)
                return product.name
        raise BasketError(
            f"No product has the barcode {code}.", remedy="Find the product by name, or enroll it with this barcode."
        )

    def set_quantity(self, line_id: int, quantity: int) -> None:
        self._need_open_sale()
        line = self._basket.set_quantity(line_id, quantity)
        self._record("quantity", line_id, detail=str(line.quantity))

    def override_price(self, line_id: int, unit_price_minor: int, *, reason: str) -> None:
        self._need_open_sale()
        if not reason.strip():
            raise BasketError("A changed price needs a reason.", remedy="Say why, for example: damaged pack.")
        self._basket.set_price(line_id, unit_price_minor)
        self._record("price", line_id, detail=str(unit_price_minor), reason=reason.strip())

    def remove(self, line_id: int, *, reason: str = "removed") -> None:
        """Void a line; it stays visible outside the total."""
        self._need_open_sale()
        self._basket.void(line_id, reason=reason)
        self._record("voided", line_id, reason=reason)

    def restore(self, line_id: int) -> None:
        self._need_open_sale()
        line = self._basket.restore(line_id)
        self._record("restored", line.line_id)

    def pay(self, payment: str, *, given_minor: int | None = None) -> Paid:
        """Close the sale as paid (``cash``, ``card``, …); what lies on the counter is the customer's from now on.

        ``given_minor``: what is handed over, or the amount that the card is charged with. If items have come meanwhile
        and it is too little, the sale stays open. Raises ``BasketError``.
        """
        self._need_open_sale()
        if self._basket.is_empty:
            raise BasketError("There is nothing to pay.", remedy="Put items on the counter or look one up.")
        view = self.view()
        if given_minor is not None and given_minor < view.total_minor:
            raise BasketError("The amount has changed meanwhile.", remedy="Look at the new amount, then pay again.")
        self._leave_sale()
        self._journal.pay(
            self._sale.sale_id, self._basket.lines, payment=payment, given_minor=given_minor, then=self._begin
        )
        return Paid(view.sale_id, view.number, view.total_minor, view.currency, payment)

    def void(self, *, reason: str) -> None:
        """Call the whole sale off; it is kept, with the reason, as void."""
        self._need_open_sale()
        if not reason.strip():
            raise BasketError("A void sale needs a reason.", remedy="Say why, for example: customer left.")
        self._leave_sale()
        self._journal.void(self._sale.sale_id, reason=reason.strip(), then=self._begin)

    def park(self) -> None:
        """Set the sale aside and start another one."""
        self._need_open_sale()
        if self._basket.is_empty:
            raise BasketError("There is nothing to park.", remedy="Put items on the counter first.")
        self._leave_sale()
        self._parked += 1
        self._journal.park(self._sale.sale_id, then=self._begin)

    def recall(self, sale_id: int) -> None:
        """Bring a parked sale back; only an empty basket can give way to it."""
        self._need_open_sale()
        if not self._basket.is_empty:
            raise BasketError("This sale is not finished.", remedy="Pay, park or void it before recalling another.")
        self._leave_sale()
        self._parked = max(0, self._parked - 1)
        self._journal.recall(sale_id, then=self._begin)

    # What the rest of the program is told

    def view(self) -> BasketView:
        lines = self._basket.lines
        return BasketView(
            sale_id=self._sale.sale_id,
            number=self._sale.number,
            state=SaleState.OPEN if not self._is_between_sales else SaleState.PAID,
            currency=self._sale.currency,
            lines=lines,
            total_minor=sum(line.amount_minor for line in lines),
            tax_minor=sum(line.tax_minor for line in lines),
            selected_line=self._basket.changed_line,
            parked=self._parked,
        )

    def questions(self) -> tuple[Question, ...]:
        """The items that need a person now, oldest first."""
        asked = list(self._doubts.values())[:_MOST_QUESTIONS]
        return tuple(
            Question(
                track_id=doubt.item.track_id,
                box=doubt.item.box,
                outcome=Outcome.UNKNOWN if doubt.belief.outcome is Outcome.UNKNOWN else Outcome.POSSIBLE,
                choices=self._choices(doubt.belief),
                crop=doubt.crop,
            )
            for doubt in asked
        )

    @property
    def open_questions(self) -> int:
        return len(self._doubts)

    def use(self, settings: CheckoutSettings) -> None:
        """Go on by other rules."""
        self.settings = settings
        self._items.mode = settings.mode

    def set_parked(self, count: int) -> None:
        """Tell how many sales are set aside, as known from the database."""
        self._parked = count

    def attach_picture(self, item_id: int, picture: str) -> None:
        """The crop of an item was stored; its line, now or later, shows it when it has no picture yet."""
        for item in self._items:
            if item.item_id == item_id:
                item.picture = picture
                if item.line_id is not None and self._basket.set_picture(item.line_id, picture):
                    self._record("pictured", item.line_id)

    def _choices(self, belief: Belief) -> tuple[ProductChoice, ...]:
        ranked = belief.match.candidates[:_CHOICES]
        products = ((candidate, self.products.get(candidate.product_id)) for candidate in ranked)
        return tuple(
            ProductChoice(
                product.product_id, product.name, product.details.price_minor, candidate.score, product.picture
            )
            for candidate, product in products
            if product is not None
        )

    def _keep_for_review(self, item: CounterItem, match: Match) -> None:
        item.match, item.is_logged = match, True
        self._log.recognized(item.item_id, item.track_id, match, sale_id=self._sale.sale_id)

    def _begin(self, sale: Sale, *, is_reopened: bool = False) -> None:
        self._sale = sale
        self._basket = Basket(sale)
        self._doubts.clear()
        self._passing.clear()
        self._items.recover(sale, has_places=is_reopened)
        self._is_between_sales = False

    def _leave_sale(self) -> None:
        self._items.settle()
        self._doubts.clear()
        self._is_between_sales = True

    def _need_open_sale(self) -> None:
        if self._is_between_sales:
            raise BasketError("The sale is being closed.", remedy="Wait for the next sale to open.")

    def _item_of(self, track_id: int) -> CounterItem:
        self._need_open_sale()
        item = self._items.of_track(track_id)
        if item is None or item.verdict == "sold":
            raise BasketError("That item is no longer on the counter.", remedy="Choose an item that is shown.")
        return item

    def _product(self, product_id: int) -> Product:
        product = self.products.get(product_id)
        if product is None:
            raise BasketError("That product is not in the catalog.", remedy="Choose another product or enroll it.")
        return product

    def _record(self, kind: str, line_id: int | None, *, detail: str = "", reason: str = "") -> None:
        event = SaleEvent(kind, line_id, detail, reason, self._items.notes())
        self._journal.record(self._sale.sale_id, self._basket.lines, event)
