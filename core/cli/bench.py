"""`tillsight bench`: how fast this machine is at the parts that a cashier notices."""

import json
import statistics
import time
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from core.cli.options import DataDir, Json, data_folder, progress_bar
from core.errors import UserError
from core.frames import Pixels
from core.settings import load_settings
from core.shop_embedder import open_embedder_of
from core.vision.embedder import Embedder
from core.vision.runtimes.choose import installed_runtimes

bench = typer.Typer(help="Measure speed on this machine.", no_args_is_help=True)

_CROP = (220, 180)
"""Height and width of the crops that are measured, in pixels: an item in a 1280×720 picture."""


@bench.callback()
def bench_group() -> None:
    """Measure speed on this machine; each measures with the settings of the data folder."""


@bench.command("embedder")
def bench_embedder(
    *,
    batch: Annotated[str, typer.Option(metavar="N,N,…", help="Batch sizes to measure.")] = "1,8",
    model: Annotated[str | None, typer.Option(help="Another embedder's card than the one in the settings.")] = None,
    repeats: Annotated[int, typer.Option(min=3, help="Calls measured for each batch size.")] = 40,
    threads: Annotated[int, typer.Option(min=0, help="Threads of the engine; 0 as in the settings.")] = 0,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Measure an embedding call (crop in, unit vector out) against the bare engine call, in turns, for each runtime.

    With `--json`, a list of `runtime`, `model`, `batch`, `call_ms`, `engine_ms`, `images_per_second`.
    """
    sizes = _batch_sizes(batch)
    data = data_folder(data_dir)
    settings = load_settings(data.settings)
    if model is not None:
        settings = settings.changed("recognition", embedder=model)
    if threads:
        settings = settings.changed("recognition", threads=threads)
    rows: list[dict[str, object]] = []
    with progress_bar("Measuring") as moved:
        runtimes = installed_runtimes()
        for done, runtime in enumerate(runtimes):
            embedder = open_embedder_of(settings.changed("recognition", runtime=runtime).recognition, data).network
            for number, size in enumerate(sizes):
                moved(done * len(sizes) + number, len(runtimes) * len(sizes))
                rows.append(_measure(embedder, size, repeats))
            embedder.close()
    if as_json:
        typer.echo(json.dumps(rows))
    else:
        _print(rows)


def _measure(embedder: Embedder, size: int, repeats: int) -> dict[str, object]:
    random = np.random.default_rng(7)
    crops: list[Pixels] = [random.integers(0, 256, (*_CROP, 3), np.uint8) for _ in range(size)]
    embedder.embed(crops)
    calls: list[float] = []
    engine: list[float] = []
    for _ in range(repeats):
        # In turns, so that whatever else the machine does falls on both alike.
        begun = time.perf_counter()
        embedder.embed(crops)
        calls.append((time.perf_counter() - begun) * 1e3)
        engine += embedder.time_engine(size, 1)
    call = statistics.median(calls)
    return {
        "runtime": embedder.runtime_label,
        "model": embedder.name,
        "batch": size,
        "call_ms": round(call, 3),
        "engine_ms": round(statistics.median(engine), 3),
        "images_per_second": round(size * 1e3 / call, 1),
    }


def _batch_sizes(text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.split(",")]
    except ValueError:
        sizes = []
    if not sizes or not all(1 <= size <= 256 for size in sizes):
        raise UserError(
            f"“{text}” is not a list of batch sizes.", remedy="Write numbers from 1 to 256, such as 1,8,16."
        )
    return sizes


def _print(rows: list[dict[str, object]]) -> None:
    table = Table("Runtime", "Model", "Batch", "Call ms", "Engine ms", "Images/s")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    Console(highlight=False).print(table)
