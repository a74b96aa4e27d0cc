"""`tillsight bench detector`: how long it takes from a frame to boxes, beside other detectors."""

import json
from contextlib import ExitStack
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from core.cli.measured_engines import open_measured_detector
from core.cli.options import DataDir, Json, data_folder, progress_bar
from core.counts import counted
from core.errors import ModelError
from core.evaluation.detector_speed import DetectorEntrant, DetectorTime, measure_detectors
from core.evaluation.frame_speed import HEIGHT, WIDTH
from core.settings import load_settings
from core.vision.runtimes.choose import installed_runtimes, usable_cores


def bench_detector(
    *,
    model: Annotated[
        str | None, typer.Option(metavar="CARD", help="Another detector than the one in the settings.")
    ] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CARD",
            help="A detector to compare with, by its card or its `.onnx` file; the first is what ratios are to.",
            show_default=False,
        ),
    ] = None,
    repeats: Annotated[int, typer.Option(min=5, help="Frames measured with each detector in each runtime.")] = 75,
    threads: Annotated[int, typer.Option(min=0, help="Threads of the engines; 0: one for each core.")] = 0,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Measure detectors (1280×720 frame in, boxes out) in each installed runtime, in turns.

    With `--json`, a list of `detector`, `runtime`, `threads`, `input` (width and height that the frame takes in the
    network), `call_ms` (median), `p95_ms`, `frames_per_second`, `ratio` (of the time, to that of the first detector in
    the same runtime; `null` where that one does not run) and `boxes` (found on each frame on average).
    """
    data = data_folder(data_dir)
    names = [*(against or ()), load_settings(data.settings).detection.model if model is None else model]
    count = threads or usable_cores()
    notes = Console(stderr=True, highlight=False, soft_wrap=True)
    runtimes = installed_runtimes()
    entrants: list[DetectorEntrant] = []
    with ExitStack() as opened:
        for runtime in runtimes:
            for number, name in enumerate(names):
                try:
                    detector = open_measured_detector(name, runtime, count, data)
                except ModelError as error:
                    # The first runtime is always there: what does not run in it is no usable detector.
                    if runtime == runtimes[0]:
                        raise
                    notes.print(f"{name} was not measured in {runtime}. {error}", markup=False)
                    continue
                opened.callback(detector.close)
                entrants.append(DetectorEntrant(detector, number, runtime, count))
        with progress_bar("Measuring") as moved:
            rows = measure_detectors(entrants, repeats, on_progress=moved)
    if as_json:
        typer.echo(json.dumps([row.as_tree() for row in rows]))
    else:
        _print(rows, count)


def _print(rows: list[DetectorTime], threads: int) -> None:
    table = Table(
        title=f"{WIDTH}×{HEIGHT} frame in, boxes out, {counted(threads, 'thread')}",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=0,
    )
    table.add_column("Detector", overflow="fold", min_width=12)
    table.add_column("Runtime", overflow="fold", min_width=12)
    for head in ("Input", "ms", "95 %", "Frames/s", "Ratio", "Boxes"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
        width, height = row.input
        numbers = (f"{row.call_ms:.1f}", f"{row.p95_ms:.1f}", f"{row.frames_per_second:.1f}", ratio, f"{row.boxes:.1f}")
        table.add_row(row.detector, row.runtime, f"{width}×{height}", *numbers)
    console = Console(highlight=False)
    console.print(table)
    console.print("Ratio: of the time, to the first detector in the same runtime.", soft_wrap=True)
