"""The command line: one application, problems told in one sentence, exit codes 0, 1 and 2."""

import io
import sys

import typer

from core.cli.bench import bench
from core.cli.bench_baskets import bench_baskets
from core.cli.bench_detector import bench_detector
from core.cli.bench_index import bench_index
from core.cli.doctor import doctor
from core.cli.enroll import enroll
from core.cli.evaluate import evaluate
from core.cli.models import models
from core.cli.recognize import recognize
from core.cli.replay import ReplayCommand, replay
from core.cli.telling import tell_problem
from core.errors import UserError

DONE, TOLD = 0, 1


def create_app() -> typer.Typer:
    """All commands that need no window."""
    app = typer.Typer(
        name="tillsight",
        help="A checkout counter that sees. Without a command, the window opens.",
        no_args_is_help=False,
        rich_markup_mode="markdown",
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.command()(enroll)
    app.command()(recognize)
    app.command(cls=ReplayCommand)(replay)
    app.command()(evaluate)
    app.command()(doctor)
    if bench_index not in {command.callback for command in bench.registered_commands}:
        bench.command("detector")(bench_detector)
        bench.command("index")(bench_index)
        bench.command("baskets")(bench_baskets)
    app.add_typer(bench, name="bench")
    app.add_typer(models, name="models")
    return app


def run(app: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 a problem that was told, 2 wrong arguments."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # The name of a file may be no text, and a terminal may lack a sign: neither is worth stopping for. Such
            # bytes come as \udcNN, which JSON reads.
            stream.reconfigure(errors="backslashreplace")
    try:
        app(args=arguments)
    except UserError as error:
        tell_problem(error.message, error.remedy)
        return TOLD
    except SystemExit as leaving:
        # The framework has told what was wrong with the arguments.
        return leaving.code if isinstance(leaving.code, int) else DONE
    return DONE


def main() -> int:
    """The commands alone, for an installation without Qt."""
    return run(create_app())
