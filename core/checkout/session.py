"""The sale in progress: sightings and the cashier's acts become a basket."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.catalog.records import LineOrigin, Product, Sale, SaleState, SoldBy
from core.checkout.basket import BasketError
from core.checkout.basket_view import BasketView, Question
from core.checkout.belt_passage import BeltPassage
from core.checkout.counter_item import CounterItem
from core.checkout.doubts import Doubts
from core.checkout.items import CounterItems
from core.checkout.journal import ItemLog, SaleJournal
from core.checkout.open_sale import OpenSale
from core.checkout.stability import Belief, believe, is_whole, seen_twice
from core.frames import Frame
from core.settings import CheckoutSettings
from core.sightings import Outcome, Sighting


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
        self._doubts = Doubts()
        self._passage = BeltPassage()
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
        kept = self._doubts.item_ids if is_on_belt else frozenset[int]()
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
                self._passage.forget(track_id)
            self._stop_the_unnamed(sightings, frame)
            return
        self._doubts.keep({item.item_id for item in self._items if item.is_present})

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
        for passed in self._passage.take_gone(sightings):
            match = passed.sighting.match
            if match is not None and self._items.of_track(passed.sighting.track.track_id) is None:
                item = self._items.link(passed.sighting, product_id=None, now=frame.captured_at)
                item.is_present = False
                if item.verdict == "open":
                    self._sale.keep_for_review(item, match)
                    self._doubts.ask_afterwards(item, Belief(Outcome.POSSIBLE, match), passed.crop)
        for sighting in sightings:
            if self._items.of_track(sighting.track.track_id) is None:
                self._passage.watch(sighting, frame)
            else:
                self._passage.forget(sighting.track.track_id)

    def _take(self, sighting: Sighting, belief: Belief, frame: Frame) -> None:
        product = self._sold_as(belief)
        known_item = self._items.of_track(sighting.track.track_id)
        item = self._items.link(sighting, product_id=product.product_id if product else None, now=frame.captured_at)
        item.match = belief.match
        if known_item is None and item.verdict == "open":
            self._sale.keep_for_review(item, belief.match)
        is_decided = item.verdict in ("sold", "dismissed") or item.is_personal
        if product is not None and not is_decided:
            self._doubts.settle(item.item_id)
            is_counted_so = item.product_id == product.product_id
            if not is_counted_so and not self._sale.take_line_over(item, product, now=self._now):
                self._sale.count(item, product, origin=LineOrigin.SEEN)
        elif item.verdict == "open" and not is_decided:
            self._doubts.ask(item, belief, box=sighting.track.box, frame=frame)
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

    # What the cashier does

    def answer(self, track_id: int, product_id: int, *, quantity: int = 1) -> None:
        """Sell the item under ``track_id`` as this product, whatever was recognized; grams for weighed goods."""
        item = self._item_of(track_id)
        product = self._product(product_id)
        self._doubts.settle(item.item_id)
        self._sale.answer(item, product, quantity=quantity, now=self._now)

    def dismiss(self, track_id: int) -> None:
        """What lies there is not an item; it is taken out of the basket and not asked about again."""
        item = self._item_of(track_id)
        self._doubts.settle(item.item_id)
        self._sale.dismiss(item)

    def add_product(self, product_id: int, *, quantity: int = 1) -> None:
        """Sell a product that the camera does not see. Quantity in pieces, or grams when sold by weight."""
        self._selling().add(self._product(product_id), quantity=quantity)

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
        self._selling().set_quantity(line_id, quantity)

    def override_price(self, line_id: int, unit_price_minor: int, *, reason: str) -> None:
        self._selling().override_price(line_id, unit_price_minor, reason=reason)

    def remove(self, line_id: int, *, reason: str = "removed") -> None:
        """Void a line; it stays visible outside the total."""
        self._selling().remove(line_id, reason=reason)

    def restore(self, line_id: int) -> None:
        self._selling().restore(line_id)

    def pay(self, payment: str, *, given_minor: int | None = None) -> Paid:
        """Close the sale as paid (``cash``, ``card``, …); what lies on the counter is the customer's from now on.

        ``given_minor``: what is handed over, or the amount that the card is charged with. If the basket has changed
        meanwhile and it is too little, or not what the card is charged with, the sale stays open. Raises
        ``BasketError``.
        """
        sale = self._selling()
        if sale.is_empty:
            raise BasketError("There is nothing to pay.", remedy="Put items on the counter or look one up.")
        view = self.view()
        given = view.total_minor if given_minor is None else given_minor
        # Only cash gives change.
        if given < view.total_minor or (given > view.total_minor and payment != "cash"):
            raise BasketError("The amount has changed meanwhile.", remedy="Look at the new amount, then pay again.")
        self._leave_sale()
        self._journal.pay(sale.sale_id, sale.lines, payment=payment, given_minor=given_minor, then=self._begin)
        return Paid(view.sale_id, view.number, view.total_minor, view.currency, payment)

    def void(self, *, reason: str) -> None:
        """Call the whole sale off; it is kept, with the reason, as void."""
        sale = self._selling()
        if not reason.strip():
            raise BasketError("A void sale needs a reason.", remedy="Say why, for example: customer left.")
        self._leave_sale()
        self._journal.void(sale.sale_id, reason=reason.strip(), then=self._begin)

    def park(self) -> None:
        """Set the sale aside and start another one."""
        sale = self._selling()
        if sale.is_empty:
            raise BasketError("There is nothing to park.", remedy="Put items on the counter first.")
        self._leave_sale()

        def begin(following: Sale) -> None:
            # The same sale goes on when it could not be parked.
            self._parked += following.sale_id != sale.sale_id
            self._begin(following)

        self._journal.park(sale.sale_id, then=begin)

    def recall(self, sale_id: int) -> None:
        """Bring a parked sale back; only an empty basket can give way to it."""
        sale = self._selling()
        if not sale.is_empty:
            raise BasketError("This sale is not finished.", remedy="Pay, park or void it before recalling another.")
        self._leave_sale()

        def begin(following: Sale) -> None:
            if following.sale_id == sale_id:
                self._parked = max(0, self._parked - 1)
            self._begin(following)

        self._journal.recall(sale_id, then=begin)

    # What the rest of the program is told

    def view(self) -> BasketView:
        state = SaleState.OPEN if not self._is_between_sales else SaleState.PAID
        return self._sale.view(state=state, parked=self._parked)

    def questions(self) -> tuple[Question, ...]:
        """The items that need a person now, oldest first."""
        return self._doubts.questions(self.products)

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
                self._sale.show_picture(item, picture)

    def _begin(self, sale: Sale, *, is_reopened: bool = False) -> None:
        self._sale = OpenSale(sale, items=self._items, journal=self._journal, log=self._log)
        self._doubts.clear()
        self._passage.clear()
        self._items.recover(sale, has_places=is_reopened)
        self._is_between_sales = False

    def _leave_sale(self) -> None:
        self._items.settle(self._sale.sale_id)
        self._doubts.clear()
        self._is_between_sales = True

    def _selling(self) -> OpenSale:
        """The sale in progress; raises ``BasketError`` while none is."""
        if self._is_between_sales:
            raise BasketError("The sale is being closed.", remedy="Wait for the next sale to open.")
        return self._sale

    def sold_as(self, track_id: int) -> int | None:
        """The product that the item under a track is counted as, if it is."""
        item = self._items.of_track(track_id)
        return item.product_id if item is not None and item.verdict == "counted" else None

    def _item_of(self, track_id: int) -> CounterItem:
        self._selling()
        item = self._items.of_track(track_id)
        if item is None or item.verdict == "sold":
            raise BasketError("That item is no longer on the counter.", remedy="Choose an item that is shown.")
        return item

    def _product(self, product_id: int) -> Product:
        product = self.products.get(product_id)
        if product is None:
            raise BasketError("That product is not in the catalog.", remedy="Choose another product or enroll it.")
        return product
