"""`tillsight bench index`: how recognizing and learning grow with the shop."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.cli.options import DataDir, Json, check_writable, data_folder, progress_bar
from core.errors import DataFolderError, UserError
from core.evaluation.index_chart import draw_index_speed
from core.evaluation.index_speed import IndexSpeed, measure_index
from core.evaluation.made_up_shop import SyntheticShop
from core.settings import load_settings
from core.shop_embedder import open_embedder_of


def bench_index(
    *,
    products: Annotated[str, typer.Option(metavar="N,N,…", help="Sizes of shops to measure.")] = "100,2000,10000",
    references: Annotated[str, typer.Option(metavar="N,N,…", help="References of each product.")] = "100",
    chart: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw how it grows, as SVG.")] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Measure searching and learning in made-up shops, against comparing with every single reference.

    The embeddings are drawn, of the embedder's own size, and kept in a database of their own until all is measured: a
    million references need 12 GB of disk. `IndexFlatL2` over all raw references is measured in the same run, where
    there is memory for it. With `--json`, a list of `products`, `references`, `search_ms` and `flat_search_ms` (`p50`,
    `p95`), `agreement`, `accuracy`, `flat_accuracy`, `rss_mb`, `open_ms`, `readiness_ms`, `readiness_cpu_ms`, `gap_ms`.
    """
    sizes = _numbers(products, "products", 2, 1_000_000)
    counts = _numbers(references, "references", 1, 1000)
    check_writable(chart)
    data = data_folder(data_dir)
    embedder = open_embedder_of(load_settings(data.settings).recognition, data)
    dimension = embedder.dimension
    embedder.close()
    measured: list[IndexSpeed] = []
    for size in sizes:
        for count in counts:
            with progress_bar(f"{size:,} products × {count}") as moved:
                measured.append(measure_index(SyntheticShop(dimension, size, count), on_progress=moved))
    if chart is not None:
        _draw(measured, chart)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in measured]))
    else:
        _print(measured)


def _numbers(text: str, what: str, least: int, most: int) -> list[int]:
    try:
        numbers = sorted({int(part) for part in text.split(",")})
    except ValueError:
        numbers = []
    if not numbers or not all(least <= number <= most for number in numbers):
        raise UserError(
            f"“{text}” is not a list of numbers of {what}.",
            remedy=f"Write numbers from {least} to {most}, such as 100,200.",
        )
    return numbers


def _draw(measured: list[IndexSpeed], path: Path) -> None:
    try:
        path.write_text(draw_index_speed([asdict(one) for one in measured]), encoding="utf-8")
    except OSError as error:
        raise DataFolderError(
            f"The chart cannot be written to {path} ({error.strerror}).", remedy="Choose another place for it."
        ) from error


def _print(measured: list[IndexSpeed]) -> None:
    table = Table("Products", *(f"{one.products:,}" for one in measured))
    table.add_row("References each", *(f"{one.references:,}" for one in measured))
    table.add_row("Search, ms (95 %)", *(_times(one.search_ms) for one in measured))
    table.add_row("Comparing with every reference", *(_times(one.flat_search_ms) for one in measured))
    table.add_row("Both give the same name", *(_share(one.agreement) for one in measured))
    table.add_row("The right name", *(_share(one.accuracy) for one in measured))
    table.add_row("… comparing with every reference", *(_share(one.flat_accuracy) for one in measured))
    table.add_row("Memory, MB", *(f"{one.rss_mb:,.0f}" for one in measured))
    table.add_row("Opened in, ms", *(f"{one.open_ms:,.0f}" for one in measured))
    table.add_row("A new product is ready in, ms", *(f"{one.readiness_ms:,.0f}" for one in measured))
    table.add_row("… of the processor's time", *(f"{one.readiness_cpu_ms:,.0f}" for one in measured))
    table.add_row("… longest pause of others, ms", *(f"{one.gap_ms:,.0f}" for one in measured))
    console = Console(highlight=False)
    console.print(table)
    if any(one.flat_search_ms is None for one in measured):
        console.print("–: comparing with every reference needs more memory than is free.")


def _times(milliseconds: dict[str, float] | None) -> str:
    return f"{milliseconds['p50']:.2f} ({milliseconds['p95']:.2f})" if milliseconds else "–"


def _share(share: float | None) -> str:
    return f"{share:.1%}" if share is not None else "–"
