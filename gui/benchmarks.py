"""`tillsight bench live` and `bench startup`: what only a running window can measure."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from core.cli.opening import opened_shop
from core.cli.options import DataDir, Json, data_folder, progress_bar
from core.demo_shop import enroll_demo_products
from core.errors import UserError
from core.paths import DataFolder
from gui.screen import LONGEST_SECONDS, prepare_screen

if TYPE_CHECKING:
    from gui.application import Running

STILL_COUNTER = "demo:?script=still&items=5&fps=30&width=1280&height=720"

_WARM_UP_SECONDS = 5.0
_CHILD_SECONDS = 60.0


def bench_live(
    *,
    seconds: Annotated[
        float,
        typer.Option(min=1.0, max=LONGEST_SECONDS, help="How long to measure, after 5 seconds of warming up."),
    ] = 30.0,
    source: Annotated[str, typer.Option(help="What the camera sees; five drawn items at 30 frames a second.")] = (
        STILL_COUNTER
    ),
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Run the window and measure frames shown, the time from camera to label, and gaps in the window's event loop.

    Without `--data-dir`, a scratch shop with the demo products is made for it. With `--json`: `shown_fps`,
    `camera_to_label_ms`, `event_loop_gap_ms`, `dropped_frames`, `rss_mb`.
    """
    prepare_screen(may_be_hidden=True)
    from gui.application import WindowOptions, open_window
    from gui.live_measurement import LiveMeasurement

    with _shop_to_measure(data_dir) as data:
        measurements: list[LiveMeasurement] = []

        def begin(running: "Running") -> None:
            measurements.append(LiveMeasurement(running, warm_up=_WARM_UP_SECONDS, seconds=seconds))

        code = open_window(WindowOptions(data_dir=data.root, source=source), on_open=begin)
    result = measurements[0].result if measurements else None
    if code != 0 or result is None:
        raise UserError("The window did not run to the end of the measurement.", remedy="See the log file.")
    if as_json:
        typer.echo(json.dumps(result))
        return
    console = Console(highlight=False)
    for name, value in result.items():
        console.print(f"{name}: {value}")


def bench_startup(
    *,
    repeats: Annotated[int, typer.Option(min=1, help="Starts to measure; the median counts.")] = 3,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Start the window and measure from the command until it is drawn, and until it recognizes.

    The first start warms the disk and is not counted. With `--json`: `window_ms`, `ready_ms`.
    """
    prepare_screen(may_be_hidden=True)
    environment = dict(os.environ)
    starts: list[dict[str, float]] = []
    with _shop_to_measure(data_dir) as data, progress_bar("Starting") as moved:
        for number in range(repeats + 1):
            moved(number, repeats + 1)
            starts.append(_start_once(data, environment))
    counted = starts[1:]
    result = {name: sorted(start[name] for start in counted)[len(counted) // 2] for name in ("window_ms", "ready_ms")}
    if as_json:
        typer.echo(json.dumps(result))
    else:
        Console(highlight=False).print(
            f"Window drawn after {result['window_ms']:.0f} ms, recognizing after {result['ready_ms']:.0f} ms."
        )


def _start_once(data: DataFolder, environment: dict[str, str]) -> dict[str, float]:
    begun = time.time()
    command = [sys.executable, "-m", "gui.startup_probe", str(data.root), STILL_COUNTER, repr(begun)]
    try:
        child = subprocess.run(  # noqa: S603 - our own module, no shell
            command, env=environment, capture_output=True, text=True, timeout=_CHILD_SECONDS, check=True
        )
        measured: dict[str, float] = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise UserError("The window did not start.", remedy="Try `tillsight` itself; it tells why.") from error
    return measured


@contextmanager
def _shop_to_measure(data_dir: Path | None) -> Iterator[DataFolder]:
    """The given shop, or a scratch one with the demo products."""
    if data_dir is not None:
        yield data_folder(data_dir)
        return
    with TemporaryDirectory(prefix="tillsight-bench-", ignore_cleanup_errors=True) as scratch:
        data = DataFolder(Path(scratch))
        with opened_shop(data, is_alone=True) as shop, progress_bar("Making a scratch shop") as moved:
            enroll_demo_products(shop.catalog, shop.embedder, on_progress=moved)
            shop.index.refresh()
            shop.index.save()
        yield data
