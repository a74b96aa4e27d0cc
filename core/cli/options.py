"""Options that several commands share, and what they open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from core.errors import UserError
from core.paths import DataFolder, default_data_folder

DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        help="The shop's data folder. Default: the user's own, or $TILLSIGHT_DATA_DIR.",
        file_okay=False,
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for other programs instead of words.")]

SetValues = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Use another value for a setting this once, such as `detection.method=network`; repeatable.",
        show_default=False,
    ),
]

STANDARD_OUTPUT = "-"
"""In the place of a file: print it."""

ProgressReport = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


def data_folder(choice: Path | None) -> DataFolder:
    return DataFolder((choice or default_data_folder()).expanduser().absolute())


def check_writable(file: Path | None) -> None:
    """Raise ``UserError`` for a file that cannot be written: told before the long work rather than after it."""
    if file is None or str(file) == STANDARD_OUTPUT:
        return
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise UserError(f"{file} cannot be written.", remedy="Name a file in a folder that exists.")


@contextmanager
def progress_bar(title: str, *, is_quiet: bool = False) -> Iterator[ProgressReport]:
    """A progress bar on the error stream, so that output can be piped; hands out the function that moves it."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=is_quiet,
    ) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
