"""The items of a sale as plain JSON in its journal: all of them once, and from then on what has changed."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from core.catalog.records import SaleItem

_MOVED = 0.01
"""Share of the picture's sides from which an item was moved; boxes tremble."""

_ALL, _CHANGED, _GONE = "all_items", "changed_items", "gone_items"


def items_changed(
    former: Mapping[int, SaleItem] | None, items: Iterable[SaleItem]
) -> tuple[dict[str, Any], dict[int, SaleItem]]:
    """What the next entry's payload says of the items, and what is noted with it.

    ``former`` is what was noted before, by ``item_id``; ``None``: nothing in this run of the program.
    """
    if former is None:
        noted = {item.item_id: item for item in items}
        return {_ALL: [asdict(item) for item in noted.values()]}, noted
    noted = {item.item_id: _unless_it_trembles(former.get(item.item_id), item) for item in items}
    changed = [asdict(item) for key, item in noted.items() if item != former.get(key)]
    gone = [key for key in former if key not in noted]
    return {**({_CHANGED: changed} if changed else {}), **({_GONE: gone} if gone else {})}, noted


def read_items(payloads: Iterable[Mapping[str, Any]]) -> tuple[SaleItem, ...] | None:
    """The items after all entries of a sale, in order; ``None`` for a journal from before items were noted."""
    items: dict[int, SaleItem] | None = None
    for payload in payloads:
        if _ALL in payload:
            items = {}
        if items is not None:
            for noted in (*payload.get(_ALL, ()), *payload.get(_CHANGED, ())):
                items[noted["item_id"]] = _item(noted)
            for key in payload.get(_GONE, ()):
                items.pop(key, None)
    return None if items is None else tuple(items.values())


def _unless_it_trembles(former: SaleItem | None, item: SaleItem) -> SaleItem:
    if former is None or former.box is None or item.box is None:
        return item
    is_moved = any(abs(was - now) > _MOVED for was, now in zip(former.box, item.box, strict=True))
    return item if is_moved else replace(item, box=former.box)


def _item(noted: Mapping[str, Any]) -> SaleItem:
    """From ``asdict`` and JSON; what a later version may have added is left out."""
    box = noted["box"]
    return SaleItem(
        item_id=noted["item_id"],
        line_id=noted["line_id"],
        product_id=noted["product_id"],
        mistaken_for=noted["mistaken_for"],
        is_personal=noted["is_personal"],
        box=None if box is None else (box[0], box[1], box[2], box[3]),
    )
