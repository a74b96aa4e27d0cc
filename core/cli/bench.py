"""`tillsight bench`: how fast this machine is at the parts that a cashier notices."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from core.cli.measured_engines import open_measured_detector, open_measured_embedder
from core.cli.options import DataDir, Json, data_folder, progress_bar
from core.errors import ModelError, UserError
from core.evaluation.embedder_speed import Entrant, Floors, Row, measure_embedders
from core.evaluation.frame_speed import Pair, measure_frames
from core.paths import models_folder
from core.settings import load_settings
from core.vision.model_card import load_card
from core.vision.model_conversion.onnx_package import require_onnx
from core.vision.runtimes.choose import (
    CARD_RUNTIMES,
    REFERENCE,
    installed_runtimes,
    spare_cores,
    usable_cores,
)

bench = typer.Typer(help="Measure speed on this machine.", no_args_is_help=True)

_DRAWN = "retail-shape"
_COLUMNS = ("runtime", "threads", "call_ms", "engine_ms", "images_per_second", "ratio", "cosine", "floor_ms")
_LEGEND = "Ratio: to the first row. ×: the engine's time, to the floor."
_NO_CARD = "No NVIDIA card was measured: `tillsight doctor` tells what is missing for one."


@bench.callback()
def bench_group() -> None:
    """Measure speed on this machine; each measures with the settings of the data folder."""


@bench.command("embedder")
def bench_embedder(
    *,
    batch: Annotated[str, typer.Option(metavar="N,N,…", help="Batch sizes to measure.")] = "1,8",
    model: Annotated[
        str | None,
        typer.Option(
            help="Another embedder's card than the one in the settings; `retail-shape` is a network of the size of "
            "NVIDIA's retail embedder, with random weights."
        ),
    ] = None,
    repeats: Annotated[int, typer.Option(min=3, help="Calls measured for each batch size.")] = 25,
    threads: Annotated[
        int, typer.Option(min=0, help="Threads of the engines; 0: as in the settings, and all cores beside it.")
    ] = 0,
    detector: Annotated[
        str | None,
        typer.Option(metavar="CARD", help="Measure whole frames, too: this detector, and five items of each frame."),
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Measure embedding calls (crop in, unit vector out) of each runtime, in turns with ONNX Runtime as it comes.

    With `--json`, a list of `runtime`, `threads`, `model`, `batch`, `call_ms`, `engine_ms` (the bare engine call),
    `images_per_second`, `ratio` (to the first row of the same batch: ONNX Runtime in float32 as it comes, on all
    cores), `cosine` (the smallest to that row's vectors), `device`, `floor_ms` (the shortest time that the device
    could do it in, from counted operations and bytes; `null` where that is not known), `published` (rows of NVIDIA's
    model card for the same batch, each `device`, `latency_ms`, `images_per_second`), where there are some. With
    `--detector`, rows with `detector`, `items`, `call_ms` and `frames_per_second` follow.
    """
    sizes = _batch_sizes(batch)
    data = data_folder(data_dir)
    settings = load_settings(data.settings).recognition
    notes = Console(stderr=True, highlight=False, soft_wrap=True)
    with ExitStack() as opened:
        path = opened.enter_context(_card_path(settings.embedder if model is None else model))
        card = load_card(path, (data.models, models_folder()))
        card.verify()
        if detector is not None:
            load_card(detector, (data.models, models_folder())).verify()
        floors = Floors(card.weights)
        entrants: list[Entrant] = []
        pairs: list[Pair] = []
        for runtime, count in _entries(threads or settings.threads, is_alone=threads > 0):
            try:
                entrant = Entrant(open_measured_embedder(card, path, runtime, count, data), count)
            except ModelError as error:
                if not entrants:
                    raise
                notes.print(f"{runtime} was not measured. {error}", markup=False)
                continue
            opened.callback(entrant.embedder.close)
            entrants.append(entrant)
            if detector is None:
                continue
            try:
                pairs.append(Pair(open_measured_detector(detector, runtime, count, data), entrant))
            except ModelError as error:
                notes.print(f"{runtime} was not measured with whole frames. {error}", markup=False)
        rows: list[Row] = []
        with progress_bar("Measuring") as moved:
            for number, size in enumerate(sizes):
                moved(number, len(sizes))
                rows += measure_embedders(entrants, size, repeats, floors)
        whole = measure_frames(pairs, repeats) if pairs else []
    if as_json:
        typer.echo(json.dumps(rows + whole))
        return
    _print(rows)
    if whole:
        _print_frames(whole)
    for note in filter(None, (_LEGEND, floors.reason, "" if any(one.is_on_card for one in entrants) else _NO_CARD)):
        Console(highlight=False).print(note, soft_wrap=True)


@contextmanager
def _card_path(name: str) -> Iterator[str]:
    """The card's name, or the path of the card of a network that is drawn for this measurement and gone afterwards."""
    if name != _DRAWN:
        yield name
        return
    require_onnx(f"The network {_DRAWN} cannot be drawn")
    from core.vision.model_conversion.retail_shape import write_retail_shape

    with TemporaryDirectory(prefix="tillsight-bench-", ignore_cleanup_errors=True) as folder:
        yield str(write_retail_shape(Path(folder) / _DRAWN))


def _entries(threads: int, *, is_alone: bool) -> list[tuple[str, int]]:
    """Runtimes and threads to measure: what the others are compared with first. ``threads`` 0: as the station does."""
    station = threads or spare_cores()
    counts = [station] if is_alone else sorted({station, usable_cores()})
    entries = [(REFERENCE, usable_cores())]
    for name in installed_runtimes():
        entries += [(name, count) for count in (counts[:1] if name in CARD_RUNTIMES else counts)]
    return entries


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


def _print(rows: list[Row]) -> None:
    for batch in dict.fromkeys(row["batch"] for row in rows):
        own = [row for row in rows if row["batch"] == batch]
        table = _table(
            f"{own[0]['model']}, batch {batch}",
            ("Cores", "Call ms", "Engine ms", "Images/s", "Ratio", "Cosine", "Floor ms", "×"),
        )
        for row in own:
            table.add_row(*(_cell(row[key]) for key in _COLUMNS), _times_floor(row))
        for rate in own[0].get("published", ()):
            speed = (_cell(rate[key]) for key in ("latency_ms", "images_per_second"))
            table.add_row(f"{rate['device']}, published", "", "", *speed, style="dim")
        Console(highlight=False).print(table)


def _print_frames(rows: list[Row]) -> None:
    first = rows[0]
    table = _table(f"{first['detector']} and {first['items']} × {first['model']}", ("Cores", "Frame ms", "Frames/s"))
    for row in rows:
        table.add_row(*(_cell(row[key]) for key in ("runtime", "threads", "call_ms", "frames_per_second")))
    for rate in first.get("published", ()):
        table.add_row(f"{rate['device']}, published", "", "", _cell(rate["frames_per_second"]), style="dim")
    Console(highlight=False).print(table)


def _table(title: str, heads: Sequence[str]) -> Table:
    """Runtimes and their numbers, which fit into 80 columns."""
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=0)
    table.add_column("Runtime", overflow="fold", min_width=12)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _times_floor(row: Row) -> str:
    floor = row["floor_ms"]
    return f"{row['engine_ms'] / floor:.2f}" if floor else "–"


def _cell(value: object) -> str:
    return "–" if value is None else str(value)
