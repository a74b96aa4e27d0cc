"""`tillsight models build`: engines for NVIDIA's cards, made before the shop opens."""

import json
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn

from core.cli.options import DataDir, Json, data_folder
from core.errors import UserError
from core.paths import models_folder
from core.settings import load_settings
from core.shop_engines import cards_in_use
from core.vision.card_engine import build_card_engine
from core.vision.model_card import AnyCard, load_card
from core.vision.runtimes.choose import engine_folder
from core.vision.runtimes.tensorrt_engines import BuiltEngine
from core.vision.runtimes.tensorrt_package import TENSORRT, TENSORRT_RTX, installed_packages, package_named
from core.vision.runtimes.tensorrt_store import EngineStore

_CAPABILITY = re.compile(r"\d{1,2}\.\d")


def build_models(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]…", help="Models by their names or their cards' paths; those in the settings when not given."
        ),
    ] = None,
    *,
    runtime: Annotated[
        Literal["tensorrt", "tensorrt-rtx"] | None,
        typer.Option(help="Whose engine.", show_default="the one that is installed"),
    ] = None,
    precision: Annotated[Literal["fp16", "fp32"], typer.Option(help="What it computes in.")] = "fp16",
    batch: Annotated[
        int | None,
        typer.Option(min=1, max=512, help="The largest batch.", show_default="64 for an embedder, 1 for a detector"),
    ] = None,
    compute_capability: Annotated[
        str | None,
        typer.Option(
            metavar="N.N,N.N,…",
            help="Build for cards of these compute capabilities instead of this machine's; tensorrt-rtx only.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Build again even what is there and fits.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Build the engines with which TensorRT runs models on an NVIDIA card, and keep them in the data folder.

    An engine belongs to a model, a card, a driver and a version; when any of them changes, build again. TensorRT for
    RTX builds without a card, too: for all cards from Ampere on, or for those that are named.

    Example: `tillsight models build tillsight-embedder --runtime tensorrt-rtx`
    """
    data = data_folder(data_dir)
    package = runtime or _installed()
    capabilities = _capabilities(compute_capability)
    store = EngineStore(engine_folder(data.engines))
    built: list[tuple[AnyCard, BuiltEngine]] = []
    named = [load_card(name, (data.models, models_folder())) for name in names or ()]
    cards = named or cards_in_use(load_settings(data.settings), data)
    with _stoppable() as is_stopped:
        for card in cards:
            with _bar(card.name, is_quiet=as_json) as moved:
                engine = build_card_engine(
                    card,
                    store,
                    package=package,
                    precision=precision,
                    batch=batch,
                    capabilities=capabilities,
                    on_progress=moved,
                    cancelled=is_stopped,
                    is_forced=force,
                )
            built.append((card, engine))
            if not as_json:
                _print(card, engine)
    if as_json:
        typer.echo(json.dumps([_document(card, engine) for card, engine in built], ensure_ascii=False))


def _installed() -> str:
    found = installed_packages()
    if not found:
        raise UserError(
            "Neither TensorRT nor TensorRT for RTX is installed.",
            remedy=f"For a desktop card: {TENSORRT_RTX.remedy} {TENSORRT.remedy}",
        )
    return found[0]


def _capabilities(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    parts = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not parts or not all(_CAPABILITY.fullmatch(part) for part in parts):
        raise UserError(
            f"“{text}” is no list of compute capabilities.", remedy="Write numbers such as 8.6,8.9 with commas."
        )
    return parts


@contextmanager
def _stoppable() -> Iterator[Callable[[], bool]]:
    """Let Ctrl+C ask for stopping; a second one ends the program as usual.

    An interrupt that is raised inside of TensorRT's threads would end the program with a message that helps no one.
    """
    stops: list[int] = []

    def note(number: int, frame: object) -> None:  # noqa: ARG001 - given by the system
        stops.append(number)
        signal.signal(signal.SIGINT, former)

    former = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(stops)
    finally:
        signal.signal(signal.SIGINT, former)


@contextmanager
def _bar(title: str, *, is_quiet: bool) -> Iterator[Callable[[str, float], None]]:
    """A bar on the error stream, with what is being done."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=is_quiet,
    ) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda what, share: bar.update(task, completed=share, description=f"{title}: {what}")


def _print(card: AnyCard, engine: BuiltEngine) -> None:
    stored, facts = engine.stored, engine.stored.facts
    console = Console(highlight=False, soft_wrap=True)
    package = package_named(facts.package)
    cards = facts.gpu or f"cards of compute capability {', '.join(facts.capabilities) or '8.6 and later'}"
    head = "✓" if engine.is_new else "✓ still fits:"
    console.print(
        f"{head} {card.name} for {package.title} {facts.version} on {cards}, {facts.precision.upper()}, "
        f"batch up to {facts.batch}: {stored.size / 1e6:.1f} MB, built in {stored.seconds:.0f} s",
        markup=False,
    )
    if engine.note:
        console.print(f"  In FP32: {engine.note}", markup=False)
    console.print(f"  {stored.file}", markup=False)


def _document(card: AnyCard, engine: BuiltEngine) -> dict[str, Any]:
    stored, facts = engine.stored, engine.stored.facts
    return {
        "name": card.name,
        "runtime": facts.package,
        "version": facts.version,
        "precision": facts.precision,
        "note": engine.note,
        "batch": facts.batch,
        "gpu": facts.gpu,
        "compute_capabilities": list(facts.capabilities),
        "engine": str(stored.file),
        "bytes": stored.size,
        "seconds": round(stored.seconds, 2),
        "is_new": engine.is_new,
        "inputs": [asdict(spec) for spec in stored.inputs],
        "outputs": [asdict(spec) for spec in stored.outputs],
    }
