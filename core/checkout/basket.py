"""The lines of the sale in progress."""

from dataclasses import replace

from core.catalog.records import LineOrigin, Product, Sale, SaleLine, SoldBy
from core.errors import UserError

LARGEST_QUANTITY = 99_999


class BasketError(UserError):
    """A change that the basket does not allow."""


class Basket:
    """The lines of one sale: pieces of one product at one price share a line, weighed goods have a line each.

    Voided lines stay. Not thread-safe: it belongs to the session's thread.
    """

    def __init__(self, sale: Sale) -> None:
        self._lines: dict[int, SaleLine] = {line.line_id: line for line in sale.lines}
        self._last_id = max(self._lines, default=0)
        self.changed_line: int | None = None

    @property
    def lines(self) -> tuple[SaleLine, ...]:
        return tuple(self._lines.values())

    @property
    def is_empty(self) -> bool:
        return all(line.is_voided for line in self._lines.values())

    def line(self, line_id: int) -> SaleLine:
        """Raises ``BasketError`` when there is no such line."""
        if line_id not in self._lines:
            raise BasketError("That line is no longer in the basket.", remedy="Choose a line that is shown.")
        return self._lines[line_id]

    def add(self, product: Product, *, origin: LineOrigin, quantity: int = 1, picture: str | None = None) -> SaleLine:
        """Put a product in; pieces join the product's open line. Quantity in pieces, or grams when sold by weight.

        A line whose price was changed is not joined: a damaged pack says nothing of the next one. One of a product
        without a price is, because a price that was typed counts for the sale.
        """
        _check_quantity(quantity)
        details = product.details
        is_weighed = details.sold_by is SoldBy.WEIGHT
        open_line = None if is_weighed else self._open_line(product.product_id, details.price_minor or None)
        if open_line is not None:
            _check_quantity(open_line.quantity + quantity)
            return self._put(replace(open_line, quantity=open_line.quantity + quantity))
        # A line that has joined another leaves its number unused: whatever tells of that line still means it.
        self._last_id += 1
        return self._put(
            SaleLine(
                line_id=self._last_id,
                product_id=product.product_id,
                name=details.name,
                quantity=quantity,
                unit_price_minor=details.price_minor,
                tax_basis_points=details.tax_basis_points,
                sold_by=details.sold_by,
                origin=origin,
                picture=picture,
            )
        )

    def take_out(self, line_id: int, *, reason: str) -> SaleLine | None:
        """One piece less; the last one voids the line. ``None`` when it is voided or gone already."""
        line = self._lines.get(line_id)
        if line is None or line.is_voided:
            return None
        if line.sold_by is SoldBy.WEIGHT or line.quantity <= 1:
            return self.void(line_id, reason=reason)
        return self._put(replace(line, quantity=line.quantity - 1))

    def set_quantity(self, line_id: int, quantity: int) -> SaleLine:
        _check_quantity(quantity)
        return self._put(replace(self._standing(line_id), quantity=quantity))

    def set_price(self, line_id: int, unit_price_minor: int) -> SaleLine:
        if unit_price_minor < 0:
            raise BasketError("A price cannot be below zero.", remedy="Enter the price as a positive amount.")
        return self._put(replace(self._standing(line_id), unit_price_minor=unit_price_minor))

    def set_picture(self, line_id: int, picture: str) -> bool:
        """Attach the crop of an item; ``False`` when the line has one or is gone: then it stays as it is."""
        line = self._lines.get(line_id)
        if line is None or line.picture is not None:
            return False
        self._lines[line_id] = replace(line, picture=picture)
        return True

    def void(self, line_id: int, *, reason: str) -> SaleLine:
        """Take the line out of the total; it stays visible with its reason."""
        return self._put(replace(self._standing(line_id), void_reason=reason or "removed"))

    def restore(self, line_id: int) -> SaleLine:
        """Bring a voided line back; joins the product's open line of the same price when there is one meanwhile.

        Raises ``BasketError`` when there is no such line, or more than can be sold would be in one.
        """
        line = self.line(line_id)
        if not line.is_voided:
            return line
        twin = self._open_line(line.product_id, line.unit_price_minor) if line.sold_by is SoldBy.UNIT else None
        if twin is not None:
            _check_quantity(twin.quantity + line.quantity)
            del self._lines[line_id]
            return self._put(replace(twin, quantity=twin.quantity + line.quantity))
        return self._put(replace(line, void_reason=None))

    def _open_line(self, product_id: int | None, price_minor: int | None) -> SaleLine | None:
        """The line that pieces of a product at this price join; ``None`` for the price: at whichever."""
        return next(
            (
                line
                for line in self._lines.values()
                if line.product_id == product_id
                and not line.is_voided
                and line.sold_by is SoldBy.UNIT
                and price_minor in (None, line.unit_price_minor)
            ),
            None,
        )

    def _standing(self, line_id: int) -> SaleLine:
        line = self.line(line_id)
        if line.is_voided:
            raise BasketError(f"{line.name} was voided.", remedy="Restore the line first, or add the product again.")
        return line

    def _put(self, line: SaleLine) -> SaleLine:
        self._lines[line.line_id] = line
        self.changed_line = line.line_id
        return line


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= LARGEST_QUANTITY:
        raise BasketError(
            f"{quantity} is not a quantity that can be sold.",
            remedy=f"Enter 1 to {LARGEST_QUANTITY}, or remove the line.",
        )
