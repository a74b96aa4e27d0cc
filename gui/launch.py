"""The `tillsight` command: opens the window, or runs one of the core's commands."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.cli.app import create_app, run
from core.cli.bench import bench
from core.cli.options import DataDir, SetValues, data_folder
from gui.benchmarks import bench_live, bench_startup
from gui.screen import LONGEST_SECONDS, prepare_screen

PAGES = ("checkout", "enroll", "review", "catalog", "insights", "counter", "settings")


def open_tillsight(
    context: typer.Context,
    *,
    source: Annotated[
        str | None,
        typer.Option(
            help="Camera or clip: auto, usb:0, csi:0, gst:…, rtsp://…, file:…, folder:…, demo: or a plain path.",
            show_default="the one in the settings",
        ),
    ] = None,
    data_dir: DataDir = None,
    fullscreen: Annotated[bool, typer.Option("--fullscreen", help="Fill the whole screen.")] = False,
    quit_after: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.0, max=LONGEST_SECONDS, help="Close by itself after so many seconds."),
    ] = None,
    page: Annotated[str | None, typer.Option(help=f"Open on this page: {', '.join(PAGES)}.")] = None,
    values: SetValues = None,
    screenshot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Save a picture of the window once it shows items.")
    ] = None,
) -> int | None:
    """A checkout counter that sees: find the items, name them, sell them, teach new ones by clicking.

    Without a command the window opens. Without a camera it opens on the demo shop.
    """
    if context.invoked_subcommand is not None:
        return None
    if page is not None and page not in PAGES:
        raise typer.BadParameter(f"'{page}' is not one of {', '.join(PAGES)}.", param_hint="--page")
    prepare_screen(may_be_hidden=screenshot is not None or quit_after is not None)
    # Qt is loaded only now, so that the other commands start without it.
    from gui.application import WindowOptions, open_window

    code = open_window(
        WindowOptions(
            source=source,
            data_dir=data_folder(data_dir).root,
            fullscreen=fullscreen,
            quit_after=quit_after,
            page=page,
            screenshot=screenshot,
            values=tuple(values or ()),
        )
    )
    raise typer.Exit(code)


def main() -> int:
    """Entry point of the ``tillsight`` script; the return value is the exit code."""
    app = create_app()
    add_window_commands(app)
    return run(app)


def add_window_commands(app: typer.Typer) -> None:
    """Add what needs a window; Qt itself is loaded by the command that runs."""
    app.callback(invoke_without_command=True)(open_tillsight)
    measured = {command.name for command in bench.registered_commands}
    for name, command in (("live", bench_live), ("startup", bench_startup)):
        if name not in measured:
            bench.command(name)(command)


if __name__ == "__main__":
    sys.exit(main())
