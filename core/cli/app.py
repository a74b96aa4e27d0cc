"""The command line: one application, problems told in one sentence, exit codes 0, 1 and 2."""

import logging
import sys

import click
import typer
from rich.console import Console

from core.cli.bench import bench
from core.cli.doctor import doctor
from core.cli.enroll import enroll
from core.cli.recognize import recognize
from core.cli.replay import replay
from core.errors import UserError

DONE, TOLD, WRONG_ARGUMENTS, INTERRUPTED = 0, 1, 2, 130

_log = logging.getLogger(__name__)


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
    app.command()(replay)
    app.command()(doctor)
    app.add_typer(bench, name="bench")
    return app


def run(app: typer.Typer, arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code: 0 done, 1 a problem that was told, 2 wrong arguments."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        result = app(args=arguments, standalone_mode=False)
    except UserError as error:
        errors.print(f"[bold red]✗[/] {_plain(error.message)}\n  {_plain(error.remedy)}")
        return TOLD
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show(sys.stderr)
        return WRONG_ARGUMENTS if isinstance(error, click.UsageError) else TOLD
    except (click.Abort, KeyboardInterrupt):
        errors.print("Stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        return DONE
    return result if isinstance(result, int) else DONE


def main() -> int:
    """The commands alone, for an installation without Qt."""
    return run(create_app())


def _plain(text: str) -> str:
    return text.replace("[", "\\[")
