"""`tillsight models classes`: which of the classes that an embedder knows by heart are products of the shop."""

import json
from typing import Annotated

import typer
from rich.table import Table

from core.catalog.database import open_catalog
from core.catalog.records import Product
from core.cli.options import DataDir, Json, data_folder
from core.cli.telling import plain_console
from core.counts import counted
from core.errors import UserError
from core.paths import models_folder
from core.recognition.class_votes import map_classes
from core.settings import load_settings
from core.vision.class_labels import labels_of
from core.vision.model_card import EmbedderCard, load_card


def list_classes(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="An embedder; the one in the settings when not given.")
    ] = None,
    *,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """List the classes that an embedder knows by heart, and the products that they are.

    A class is the product with the same name, SKU or barcode; only classes of products that were taught have a say.

    Example: `tillsight models classes retail-object-recognition-2.0`
    """
    data = data_folder(data_dir)
    chosen = name or load_settings(data.settings).recognition.embedder
    card = load_card(chosen, (data.models, models_folder()))
    labels = labels_of(card) if isinstance(card, EmbedderCard) else ()
    if not labels:
        raise UserError(f"The model {card.name} names no classes that could have a say.", remedy=_remedy(card))
    catalog = open_catalog(data)
    try:
        products = {product.product_id: product for product in catalog.products.all()}
    finally:
        catalog.close()
    votes = map_classes(labels, ((key, product.details) for key, product in products.items()), weight=1.0)
    found = {
        column: products[key] for column, key in zip(votes.columns.tolist(), votes.product_ids.tolist(), strict=True)
    }
    if as_json:
        rows = [_row(number, label, found.get(number)) for number, label in enumerate(labels)]
        typer.echo(json.dumps(rows, ensure_ascii=False))
    else:
        _print(labels, found)


def _remedy(card: object) -> str:
    if not isinstance(card, EmbedderCard):
        return "Choose an embedder."
    if card.label_path is None:
        return "Choose an embedder that knows classes by heart."
    return f"Put the file with their names at {card.label_path}."


def _row(number: int, label: str, product: Product | None) -> dict[str, object]:
    return {
        "number": number,
        "class": label,
        "product": product.name if product is not None else None,
        "references": product.references if product is not None else 0,
    }


def _print(labels: tuple[str, ...], found: dict[int, Product]) -> None:
    console = plain_console(wraps_softly=False)
    table = Table("Class", "Product", "")
    for number in sorted(range(len(labels)), key=lambda number: number not in found):
        product = found.get(number)
        state = "" if product is None else "votes" if product.references else "not taught yet"
        table.add_row(labels[number], product.name if product is not None else "–", state)
    console.print(table)
    voting = sum(product.references > 0 for product in found.values())
    console.print(f"{voting} of {counted(len(labels), 'class', 'classes')} {'votes' if voting == 1 else 'vote'}.")
