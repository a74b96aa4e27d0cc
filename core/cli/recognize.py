"""`tillsight recognize`: which products pictures show."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.cli.opening import opened_shop
from core.cli.options import DataDir, Json, data_folder
from core.cli.telling import plain_console
from core.recognition.picture_file import SUFFIXES, PictureUnreadable, read_picture
from core.recognition.views import query_views
from core.shop import Shop
from core.sightings import Match, Outcome

_SIGNS = {Outcome.KNOWN: "✓", Outcome.POSSIBLE: "?", Outcome.UNKNOWN: "+"}


def recognize(
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE…", help="Pictures that show one item each.")],
    *,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Say which product each picture shows: known, possible or unknown, with the candidates, best first.

    A folder stands for all pictures in it. With `--json`, a line of JSON for each picture. Pictures that
    cannot be read, and folders without any, are told, and the exit code is then 1.

    Example: `tillsight recognize crop.jpg --json`
    """
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    expanded = {image: _expand(image) for image in images}
    empty = [folder for folder, pictures in expanded.items() if not pictures]
    for folder in empty:
        errors.print(f"There are no pictures in {folder}. They end in {', '.join(sorted(SUFFIXES))}.", markup=False)
    paths = [path for image in images for path in expanded[image]]
    table = Table("", "Picture", "Product", "Belief", "Others")
    unreadable = 0
    with opened_shop(data_folder(data_dir), is_alone=False) as shop:
        for path in paths:
            try:
                match = _match(shop, path)
            except PictureUnreadable as error:
                unreadable += 1
                errors.print(f"{error.message} {error.remedy}", markup=False)
                continue
            if as_json:
                typer.echo(json.dumps(_as_json(path, match), ensure_ascii=False))
            else:
                table.add_row(*_row(path, match))
    if not as_json and table.row_count:
        plain_console(wraps_softly=False).print(table)
    if unreadable or empty:
        raise typer.Exit(1)


def _expand(image: Path) -> list[Path]:
    if not image.is_dir():
        return [image]
    return sorted(path for path in image.rglob("*") if path.suffix.lower() in SUFFIXES)


def _match(shop: Shop, path: Path) -> Match:
    # A picture that is seen only once is worth all four turns.
    return shop.recognizer.match(*shop.embedder.describe(query_views(read_picture(path))))


def _as_json(path: Path, match: Match) -> dict[str, object]:
    best = match.best
    is_named = best is not None and match.outcome is not Outcome.UNKNOWN
    return {
        "path": str(path),
        "outcome": match.outcome.value,
        "product": best.name if best is not None and is_named else None,
        "score": round(best.score, 4) if best is not None else 0.0,
        "candidates": [
            {"product": candidate.name, "score": round(candidate.score, 4)} for candidate in match.candidates
        ],
    }


def _row(path: Path, match: Match) -> tuple[str, ...]:
    best = match.best
    if best is None:
        return _SIGNS[match.outcome], str(path), "–", "–", "the catalog is empty"
    name = best.name if match.outcome is not Outcome.UNKNOWN else "not enrolled"
    others = ", ".join(f"{other.name} {other.score:.0%}" for other in match.candidates[1:4])
    return f"{_SIGNS[match.outcome]} {match.outcome.value}", str(path), name, f"{best.score:.0%}", others
