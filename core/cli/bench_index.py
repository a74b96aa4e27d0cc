"""`tillsight bench index`: how recognizing and learning grow with the shop."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.cli.options import DataDir, Json, data_folder, progress_bar
from core.errors import UserError
from core.evaluation.index_speed import IndexSpeed, SyntheticShop, measure_index
from core.settings import load_settings
from core.shop_embedder import open_embedder_of


def bench_index(
    *,
    products: Annotated[str, typer.Option(metavar="N,N,…", help="Sizes of shops to measure.")] = "100,2000,10000",
    references: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="References of each product.")] = 100,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Measure searching and learning in made-up shops, against comparing with every single reference.

    The embeddings are drawn, of the embedder's own size. `IndexFlatL2` over all raw references is measured in the same
    run, where there is memory for it. With `--json`, a list of `products`, `references`, `search_ms` and
    `flat_search_ms` (`p50`, `p95`), `agreement`, `accuracy`, `flat_accuracy`, `rss_mb`, `readiness_ms`.
    """
    sizes = _sizes(products)
    data = data_folder(data_dir)
    embedder = open_embedder_of(load_settings(data.settings).recognition, data)
    dimension = embedder.dimension
    embedder.close()
    measured: list[IndexSpeed] = []
    for size in sizes:
        with progress_bar(f"{size:,} products") as moved:
            measured.append(measure_index(SyntheticShop(dimension, size, references), on_progress=moved))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in measured]))
    else:
        _print(measured)


def _sizes(text: str) -> list[int]:
    try:
        sizes = sorted({int(part) for part in text.split(",")})
    except ValueError:
        sizes = []
    if not sizes or not all(2 <= size <= 1_000_000 for size in sizes):
        raise UserError(
            f"“{text}” is not a list of numbers of products.", remedy="Write numbers from 2, such as 100,2000."
        )
    return sizes


def _print(measured: list[IndexSpeed]) -> None:
    table = Table("Products", *(f"{one.products:,}" for one in measured))
    table.add_row("References each", *(f"{one.references:,}" for one in measured))
    table.add_row("Search, ms (95 %)", *(_times(one.search_ms) for one in measured))
    table.add_row("Comparing with every reference", *(_times(one.flat_search_ms) for one in measured))
    table.add_row("Both give the same name", *(_share(one.agreement) for one in measured))
    table.add_row("The right name", *(_share(one.accuracy) for one in measured))
    table.add_row("… comparing with every reference", *(_share(one.flat_accuracy) for one in measured))
    table.add_row("Memory, MB", *(f"{one.rss_mb:,.0f}" for one in measured))
    table.add_row("A new product is ready in, ms", *(f"{one.readiness_ms:,.0f}" for one in measured))
    console = Console(highlight=False)
    console.print(table)
    if any(one.flat_search_ms is None for one in measured):
        console.print("–: comparing with every reference needs more memory than is free.")


def _times(milliseconds: dict[str, float] | None) -> str:
    return f"{milliseconds['p50']:.2f} ({milliseconds['p95']:.2f})" if milliseconds else "–"


def _share(share: float | None) -> str:
    return f"{share:.1%}" if share is not None else "–"
