"""`tillsight enroll`: products from folders of pictures."""

import json
from pathlib import Path
from typing import Annotated

import typer

from core.catalog.records import ProductDetails
from core.cli.opening import opened_shop
from core.cli.options import DataDir, Json, data_folder, progress_bar
from core.cli.telling import plain_console
from core.counts import counted
from core.demo_shop import enroll_demo_products
from core.errors import UserError
from core.recognition.folder_import import ImportReport, import_folders, read_product_folders
from core.recognition.picture_file import SUFFIXES

_DEMO = "demo:"


def enroll(
    folder: Annotated[
        str,
        typer.Argument(
            metavar="DIR",
            help="A folder that holds a folder of pictures for each product, or `demo:` for the demo shop.",
        ),
    ],
    *,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Enroll products from pictures: each picture's folder names its product.

    Nested folders are walked. `07_Cheetoz_snack` becomes "Cheetoz snack": a leading number is an order only.
    Products that exist already get the new pictures as well; pictures that were enrolled before are passed over.
    When none of the pictures can be read, the exit code is 1.

    Example: `tillsight enroll pictures/`, where `pictures/Apple juice/` holds 20 photographs of apple juice.
    """
    folders = [] if folder == _DEMO else read_product_folders(Path(folder).expanduser())
    with opened_shop(data_folder(data_dir), is_alone=True) as shop, progress_bar("Enrolling") as moved:
        if folder == _DEMO:
            report = enroll_demo_products(shop.catalog, shop.embedder, on_progress=moved)
        else:
            usual = shop.settings.shop
            defaults = ProductDetails("", currency=usual.currency, tax_basis_points=round(usual.tax_percent * 100))
            report = import_folders(shop.catalog, shop.embedder, folders, defaults=defaults, on_progress=moved)
        shop.index.refresh()
        shop.index.save()
    if as_json:
        typer.echo(json.dumps(_as_json(report), ensure_ascii=False))
    else:
        _print(report)
    if report.unreadable and not report.references and not report.repeated:
        raise UserError(
            "None of the pictures can be read, so nothing was enrolled.",
            remedy=f"Save them anew as pictures ({', '.join(sorted(SUFFIXES))}), then enroll them again.",
        )


def _as_json(report: ImportReport) -> dict[str, object]:
    return {
        "products": [product.name for product in report.products],
        "new_products": report.new_products,
        "references": report.references,
        "repeated": report.repeated,
        "unreadable": list(report.unreadable),
    }


def _print(report: ImportReport) -> None:
    console = plain_console()
    console.print(
        f"Enrolled {counted(report.references, 'picture')} of {counted(len(report.products), 'product')}, "
        f"{report.new_products} of them new."
    )
    if report.repeated:
        were = "was" if report.repeated == 1 else "were"
        console.print(f"{counted(report.repeated, 'picture')} {were} enrolled before and passed over.")
    for sentence in report.unreadable:
        console.print("Left out:", style="yellow", end=" ")
        console.print(sentence)
