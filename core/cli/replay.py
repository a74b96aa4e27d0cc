"""`tillsight replay`: the station over a clip, every frame of it."""

import json
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.checkout.basket_view import BasketView
from core.checkout.stability import believe
from core.cli.opening import opened_shop
from core.cli.options import DataDir, Json, SetValues, data_folder, progress_bar
from core.evaluation.latency import percentiles
from core.money import format_money
from core.replay import Replayed
from core.replay import replay as replay_source
from core.sightings import Outcome, Sighting

_DEMO_FRAMES = 900


def replay(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A clip, a folder of pictures, or `demo:`.")],
    *,
    data_dir: DataDir = None,
    as_json: Json = False,
    frames: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Stop after N frames; demo: never ends and gives 900.")
    ] = None,
    values: SetValues = None,
) -> None:
    """Run the station over a recorded source, frame by frame, and say what it saw and what is in the basket.

    The shop's own sales are not touched. With `--json`, one document: every frame's sightings (box in pixels, outcome,
    product, score) and the basket at the end.

    Example: `tillsight replay clip.mp4 --json > clip.json`
    """
    limit = frames if frames is not None else (_DEMO_FRAMES if source.startswith("demo:") else None)
    shown: list[dict[str, object]] = []
    times: list[float] = []
    size = [0, 0]
    last: BasketView | None = None
    questions = 0
    with opened_shop(data_folder(data_dir), is_alone=False, values=values) as shop, progress_bar("Replaying") as moved:
        begun = time.perf_counter()
        for number, replayed in enumerate(replay_source(shop, source, most_frames=limit), 1):
            times.append((time.perf_counter() - begun) * 1e3)
            frame = replayed.observation.frame
            size = [frame.width, frame.height]
            shown.append(_frame_as_json(replayed))
            last, questions = replayed.basket, replayed.open_questions
            moved(number, limit or 0)
            begun = time.perf_counter()
    document = {
        "source": source,
        "size": size,
        "frames": shown,
        "basket": _basket_as_json(last),
        "open_questions": questions,
        "frame_ms": percentiles(times, 50, 95, 99),
    }
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False))
    else:
        _print(source, len(shown), last, questions, percentiles(times, 50, 95, 99))


def _frame_as_json(replayed: Replayed) -> dict[str, object]:
    observation = replayed.observation
    return {
        "i": observation.frame.sequence,
        "seconds": round(replayed.seconds, 4),
        "sightings": [_sighting_as_json(sighting) for sighting in observation.sightings],
    }


def _sighting_as_json(sighting: Sighting) -> dict[str, object]:
    track, match = sighting.track, sighting.match
    best = match.best if match is not None else None
    is_named = match is not None and best is not None and match.outcome is not Outcome.UNKNOWN
    return {
        "track": track.track_id,
        "box": [round(float(edge), 1) for edge in track.box],
        "outcome": match.outcome.value if match is not None else None,
        "product": best.name if best is not None and is_named else None,
        "score": round(best.score, 4) if best is not None else 0.0,
        "looks": sighting.looks,
        "is_believed": believe(sighting) is not None,
        "is_moving": track.is_moving,
        "is_covered": track.is_covered,
    }


def _basket_as_json(basket: BasketView | None) -> dict[str, object]:
    if basket is None:
        return {"lines": [], "total_minor": 0, "currency": ""}
    lines = [
        {
            "product": line.name,
            "quantity": line.quantity,
            "amount_minor": line.amount_minor,
            "is_voided": line.is_voided,
        }
        for line in basket.lines
    ]
    return {"lines": lines, "total_minor": basket.total_minor, "currency": basket.currency}


def _print(source: str, frames: int, basket: BasketView | None, questions: int, times: dict[str, float]) -> None:
    console = Console(highlight=False)
    console.print(f"{frames} frames of {source}, {times['p50']:.0f} ms each (95 % within {times['p95']:.0f} ms).")
    if basket is None or not basket.lines:
        console.print("Nothing was put into the basket.")
    else:
        table = Table("Product", "Quantity", "Amount")
        for line in basket.lines:
            name = f"{line.name} (voided: {line.void_reason})" if line.is_voided else line.name
            table.add_row(name, str(line.quantity), format_money(line.amount_minor, basket.currency))
        table.add_row("Total", "", format_money(basket.total_minor, basket.currency), style="bold")
        console.print(table)
    if questions:
        console.print(f"{questions} items at the end need a person to name them.")
