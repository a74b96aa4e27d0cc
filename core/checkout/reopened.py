"""What a sale has counted on the counter, noted in its journal and expected again when the sale is opened again."""

import math
from collections.abc import Iterator

from core.catalog.records import LineOrigin, Sale, SaleItem, SaleLine, SoldBy
from core.checkout.counter_item import CounterItem
from core.sightings import Box

_NO_TRACK = -1
_NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)
_NOT_YET = -math.inf


def note(item: CounterItem, size: tuple[int, int] | None) -> SaleItem:
    """What is written down of a counted or dismissed item; ``size``: width and height of the picture it lies in."""
    place = item.place if item.is_hidden and item.place is not None else item.box
    return SaleItem(
        item_id=item.item_id,
        line_id=item.line_id,
        product_id=item.product_id,
        mistaken_for=item.mistaken_for,
        is_personal=item.is_personal,
        box=item.left if item.is_recovered or size is None else _rounded(_scaled(place, 1 / size[0], 1 / size[1])),
    )


def expected_items(sale: Sale, first_id: int, *, has_places: bool) -> Iterator[CounterItem]:
    """The things that a sale has dealt with, none of them seen yet; their ids count from ``first_id``.

    ``has_places``: they may still lie where they were. Of sales from before items were noted, the lines tell how many
    there are of which product.
    """
    notes = list(_of_lines(sale.lines)) if sale.items is None else sale.items
    lines = {line.line_id: line for line in sale.lines}
    for item_id, noted in enumerate(notes, first_id):
        line = _standing_line(lines, noted)
        yield CounterItem(
            item_id=item_id,
            track_id=_NO_TRACK,
            box=_NOWHERE,
            seen_at=_NOT_YET,
            # What was removed from the sale is not for sale while it lies there.
            verdict="counted" if line is not None else "dismissed",
            product_id=noted.product_id,
            line_id=line.line_id if line is not None else None,
            is_personal=noted.is_personal,
            mistaken_for=noted.mistaken_for,
            is_present=False,
            is_recovered=True,
            left=noted.box if has_places else None,
        )


def put_in_place(item: CounterItem, size: tuple[int, int], now: float) -> None:
    """Expect a recovered item from now on, where it lay; does nothing the second time."""
    if item.is_recovered and item.seen_at == _NOT_YET:
        item.seen_at = now
        if item.left is not None:
            item.box = _scaled(item.left, *size)


def _of_lines(lines: tuple[SaleLine, ...]) -> Iterator[SaleItem]:
    for line in lines:
        if not line.is_voided and line.origin is not LineOrigin.LOOKED_UP:
            for _ in range(line.quantity if line.sold_by is SoldBy.UNIT else 1):
                yield SaleItem(0, line.line_id, line.product_id)


def _standing_line(lines: dict[int, SaleLine], noted: SaleItem) -> SaleLine | None:
    """The line that an item is in; one that was restored may have joined another line of its product."""
    if noted.line_id is None:
        return None
    line = lines.get(noted.line_id)
    if line is None:
        line = next((one for one in lines.values() if one.product_id == noted.product_id and not one.is_voided), None)
    return None if line is None or line.is_voided else line


def _scaled(box: Box, across: float, down: float) -> Box:
    return box[0] * across, box[1] * down, box[2] * across, box[3] * down


def _rounded(box: Box) -> Box:
    """To a ten-thousandth: the journal has no use for more."""
    return round(box[0], 4), round(box[1], 4), round(box[2], 4), round(box[3], 4)
