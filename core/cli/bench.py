"""`tillsight bench`: how fast this machine is at the parts that a cashier notices."""

import json
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Annotated

import cv2
import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from core.cli.options import DataDir, Json, data_folder, progress_bar
from core.errors import UserError
from core.frames import Pixels
from core.paths import models_folder
from core.settings import load_settings
from core.vision.embedder import Embedder, open_embedder
from core.vision.runtimes.choose import REFERENCE, installed_runtimes, spare_cores, usable_cores

bench = typer.Typer(help="Measure speed on this machine.", no_args_is_help=True)

_CROP = (220, 180)
"""Height and width of the crops that are measured, in pixels: an item in a 1280×720 picture."""
_CALLS_A_TURN = 5
"""As a station calls: one engine again and again, its weights in the processor's cache."""


@bench.callback()
def bench_group() -> None:
    """Measure speed on this machine; each measures with the settings of the data folder."""


@bench.command("embedder")
def bench_embedder(
    *,
    batch: Annotated[str, typer.Option(metavar="N,N,…", help="Batch sizes to measure.")] = "1,8",
    model: Annotated[str | None, typer.Option(help="Another embedder's card than the one in the settings.")] = None,
    repeats: Annotated[int, typer.Option(min=3, help="Calls measured for each batch size.")] = 25,
    threads: Annotated[
        int, typer.Option(min=0, help="Threads of the engines; 0: as in the settings, and all cores beside it.")
    ] = 0,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Measure embedding calls (crop in, unit vector out) of each runtime, in turns with ONNX Runtime as it comes.

    With `--json`, a list of `runtime`, `threads`, `model`, `batch`, `call_ms`, `engine_ms` (the bare engine call),
    `images_per_second`, `ratio` (to the first row of the same batch: ONNX Runtime in float32 as it comes, on all
    cores), `cosine` (the smallest to that row's vectors).
    """
    sizes = _batch_sizes(batch)
    data = data_folder(data_dir)
    settings = load_settings(data.settings).recognition
    card = settings.embedder if model is None else model
    with ExitStack() as opened, progress_bar("Measuring") as moved:
        entrants = []
        for runtime, count in _entries(threads or settings.threads, is_alone=threads > 0):
            embedder = open_embedder(card, folders=(data.models, models_folder()), runtime=runtime, threads=count)
            opened.callback(embedder.close)
            entrants.append(Entrant(embedder, count))
        rows: list[dict[str, object]] = []
        for number, size in enumerate(sizes):
            moved(number, len(sizes))
            rows += _measure(entrants, size, repeats)
    if as_json:
        typer.echo(json.dumps(rows))
    else:
        _print(rows)


@dataclass(frozen=True, slots=True)
class Entrant:
    """An embedder and the threads of its engine."""

    embedder: Embedder
    threads: int


def _entries(threads: int, *, is_alone: bool) -> list[tuple[str, int]]:
    """Runtimes and threads to measure: what the others are compared with first. ``threads`` 0: as the station does."""
    station = threads or spare_cores()
    counts = [station] if is_alone else sorted({station, usable_cores()})
    return [(REFERENCE, usable_cores()), *((name, count) for name in installed_runtimes() for count in counts)]


def _measure(entrants: Sequence[Entrant], size: int, repeats: int) -> list[dict[str, object]]:
    """A row for each embedder; they take turns, so that whatever else the machine does falls on all alike."""
    random = np.random.default_rng(7)
    small = random.integers(0, 256, (size, 11, 9, 3), np.uint8)
    crops: list[Pixels] = [cv2.resize(picture, _CROP[::-1], interpolation=cv2.INTER_CUBIC) for picture in small]
    embedders = [entrant.embedder for entrant in entrants]
    vectors = [embedder.embed(crops) for embedder in embedders]
    calls: list[list[float]] = [[] for _ in embedders]
    engines: list[list[float]] = [[] for _ in embedders]
    for _ in range(-(-repeats // _CALLS_A_TURN)):
        for place, embedder in enumerate(embedders):
            # First, because its uncounted call wakes the engine's threads after another engine's turn.
            engines[place] += embedder.time_engine(size, _CALLS_A_TURN)
            for _ in range(_CALLS_A_TURN):
                begun = time.perf_counter()
                embedder.embed(crops)
                calls[place].append((time.perf_counter() - begun) * 1e3)
    medians = [statistics.median(times) for times in calls]
    return [
        {
            "runtime": entrant.embedder.runtime_label,
            "threads": entrant.threads,
            "model": entrant.embedder.name,
            "batch": size,
            "call_ms": round(call, 3),
            "engine_ms": round(statistics.median(engine), 3),
            "images_per_second": round(size * 1e3 / call, 1),
            "ratio": round(medians[0] / call, 2),
            "cosine": round(float((own * vectors[0]).sum(1).min()), 5),
        }
        for entrant, call, engine, own in zip(entrants, medians, engines, vectors, strict=True)
    ]


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
    table = Table(
        "Runtime",
        "Threads",
        "Batch",
        "Call ms",
        "Engine ms",
        "Images/s",
        "Ratio",
        "Cosine",
        title=str(rows[0]["model"]),
    )
    for row in rows:
        table.add_row(*(str(value) for key, value in row.items() if key != "model"))
    Console(highlight=False).print(table)
