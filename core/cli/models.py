"""`tillsight models`: bringing a shop's own models in, and which there are."""

import json
import re
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from core.cameras.source import open_source
from core.cli.models_build import build_models
from core.cli.models_classes import list_classes
from core.cli.options import DataDir, Json, check_writable, data_folder
from core.cli.telling import plain_console
from core.errors import ModelError, UserError
from core.frames import Pixels
from core.paths import models_folder
from core.recognition.picture_file import read_picture
from core.vision.model_card import AnyCard, DetectorCard, load_card, proposed_card
from core.vision.model_import.importers import propose_card
from core.vision.model_import.model_folder import check_name, place_model, usual_name
from core.vision.model_import.nvinfer_export import LABEL_FILE, nvinfer_text
from core.vision.model_import.proposal import ImportRequest, Proposal
from core.vision.model_import.trial import SeenBox, draw_boxes, save_picture, try_detector, try_embedder

models = typer.Typer(help="Bring in a shop's own models, and list those that are there.", no_args_is_help=True)
models.command("build")(build_models)
models.command("classes")(list_classes)

_DRAWN = "demo:?script=still&items=8&seed=1&fps=1"
_DRAWN_FRAME = 4
"""The picture that a model is tried on when none is given: at that second all items lie on the counter."""
_WEAKEST, _FEW = 0.05, 10
"""When nothing is seen, so many boxes of at least this score tell whether the card fits all the same."""


@models.callback()
def models_group() -> None:
    """Bring in a shop's own models, and list those that are there."""


@models.command("import")
def import_model(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An ONNX file, or a configuration file of nvinfer or Triton.")
    ],
    *,
    name: Annotated[
        str | None, typer.Option(help="What the model is called here.", show_default="the file's name")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Another folder of models than the shop's.", show_default=False),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Try it on this picture; on a drawn counter when not given."),
    ] = None,
    show: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the boxes into a PNG file.", show_default=False)
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="The input's size, for a model that takes any.")
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The classes in the model's order, one a line or parted by semicolons."),
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0.01, max=0.99, help="The score from which a box counts.", show_default="0.25")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of a model of the same name.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done; nothing is copied.")] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Read a model's file, propose its card, try it on a picture, and put both among the shop's models.

    Afterwards the settings can name it: `detection.model`, or `recognition.embedder` for one that describes items.

    Example: `tillsight models import yolo11n.onnx --show boxes.png`
    """
    path = file.expanduser()
    folder = output.expanduser() if output is not None else data_folder(data_dir).models
    called = name if name is not None else usual_name(path)
    check_writable(show)
    if not dry_run:
        check_name(called, folder, replace=replace)
        if output is None and not replace:
            _check_is_no_shipped_name(called)
    wanted_size, classes = _size(size), _labels(labels) if labels is not None else ()
    pixels = read_picture(picture.expanduser()) if picture is not None else _drawn_counter()
    request = ImportRequest(pixels, size=wanted_size, labels=classes, threshold=threshold)
    proposal = propose_card(path, request)
    proposal.tree["name"] = called
    card = proposed_card(proposal.weights, proposal.tree)
    boxes = _try(card, proposal, pixels)
    if not dry_run:
        card = place_model(proposal, called, folder, replace=replace)
    if show is not None:
        save_picture(draw_boxes(pixels, boxes), show.expanduser())
    if as_json:
        typer.echo(json.dumps(_document(card, proposal, boxes, is_placed=not dry_run), ensure_ascii=False))
    else:
        _print(card, proposal, boxes, is_placed=not dry_run)


@models.command("export")
def export_model(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model's name, or its card's path.")],
    *,
    nvinfer: Annotated[
        bool, typer.Option("--nvinfer", help="Write the file that configures DeepStream's nvinfer.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write here, as YAML if it ends in .yml; printed when not given."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Write a model's card in the form of another program, so that it feeds and reads the model alike.

    The names of the classes go into `labels.txt` beside the file.

    Example: `tillsight models export my-detector --nvinfer --output my-detector.yml`
    """
    if not nvinfer:
        raise UserError("Nothing is said to be written.", remedy="Add --nvinfer.")
    card = load_card(name, (data_folder(data_dir).models, models_folder()))
    is_yaml = output is not None and output.suffix.lower() in (".yml", ".yaml")
    if card.labels and output is not None and output.name == LABEL_FILE:
        raise UserError(f"{LABEL_FILE} takes the names of the classes.", remedy="Give the other file another name.")
    text, findings = nvinfer_text(card, "yml" if is_yaml else "txt", weights=str(card.weights.absolute()))
    if output is None:
        typer.echo(text, nl=False)
    else:
        _write(output.expanduser(), text)
        if card.labels:
            _write(output.expanduser().with_name(LABEL_FILE), "\n".join(card.labels) + "\n")
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for finding in findings:
        console.print(f"! {finding.name}: {finding.message}", markup=False)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{file} cannot be written ({error.strerror or error}).", remedy="Name a file in a folder that exists."
        ) from error


@models.command("list")
def list_models(*, data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the models that the settings can name: the shop's own, then those that ship.

    With `--json`, a list of `name`, `kind`, `decoder`, `license`, `card`, `is_there` (the weights), `problem`.
    """
    folders = (data_folder(data_dir).models, models_folder())
    names = dict.fromkeys(card.parent.name for folder in folders for card in sorted(folder.glob("[!.]*/card.toml")))
    rows = [_row(name, folders) for name in names]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Name", "Kind", "Decoder", "License", "Weights")
    for row in rows:
        state = row["problem"] or ("there" if row["is_there"] else "missing")
        table.add_row(*(str(row[key] or "–") for key in ("name", "kind", "decoder", "license")), str(state))
    plain_console(wraps_softly=False).print(table)


def _row(name: str, folders: tuple[Path, Path]) -> dict[str, object]:
    try:
        card = load_card(name, folders)
    except ModelError as error:
        return {"name": name, "kind": "", "decoder": "", "license": "", "card": "", "is_there": False} | {
            "problem": error.message
        }
    return {
        "name": name,
        "kind": card.kind,
        "decoder": card.decoder if isinstance(card, DetectorCard) else "",
        "license": card.license,
        "card": str(card.path),
        "is_there": card.weights.is_file(),
        "problem": "",
    }


def _check_is_no_shipped_name(name: str) -> None:
    """Settings that mean the shipped model would mean this one from now on."""
    if (models_folder() / name / "card.toml").is_file():
        raise UserError(
            f"{name} is the name of a model that comes with Tillsight.",
            remedy=f"Choose another one, such as --name my-{name}; or add --replace, and the name means yours.",
        )


def _drawn_counter() -> Pixels:
    with closing(open_source(_DRAWN)) as source:
        frames = [source.read() for _ in range(_DRAWN_FRAME)]
    assert frames[-1] is not None
    return frames[-1].pixels


def _size(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text.strip())
    if match is None:
        raise UserError(f"“{text}” is not a size.", remedy="Write width and height, such as 640x480.")
    return int(match[1]), int(match[2])


def _labels(file: Path) -> tuple[str, ...]:
    try:
        text = file.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The labels in {file} cannot be read.", remedy="Check the file.") from error
    labels = tuple(part.strip() for part in re.split(r"[;\n]", text) if part.strip())
    if not labels:
        raise UserError(f"There are no labels in {file}.", remedy="Write one a line.")
    return labels


def _try(card: AnyCard, proposal: Proposal, picture: Pixels) -> list[SeenBox]:
    if not proposal.is_run:
        return []
    if not isinstance(card, DetectorCard):
        try_embedder(card, picture)
        return []
    boxes = try_detector(card, picture, threshold=card.threshold)
    if boxes:
        return boxes
    weak = try_detector(card, picture, threshold=_WEAKEST)[:_FEW]
    rest = f"the best of what it half believes, from {_WEAKEST:g}, is shown" if weak else "nor at a lower one"
    proposal.find("nothing-found", f"It sees nothing in the picture at a score of {card.threshold:g}; {rest}.")
    return weak


def _document(card: AnyCard, proposal: Proposal, boxes: list[SeenBox], *, is_placed: bool) -> dict[str, object]:
    return {
        "card": card.model_dump(mode="json"),
        "path": str(card.path) if is_placed else None,
        "values": [
            {"key": v.key, "value": v.value, "file": v.file, "line": v.line, "used_as": v.used_as}
            for v in proposal.values
        ],
        "ignored": [{"key": key.key, "reason": key.reason} for key in proposal.ignored],
        "findings": [{"name": finding.name, "message": finding.message} for finding in proposal.findings],
        "boxes": [
            {"box": [round(side, 1) for side in seen.box], "score": round(seen.score, 4), "label": seen.label}
            for seen in boxes
        ],
    }


def _print(card: AnyCard, proposal: Proposal, boxes: list[SeenBox], *, is_placed: bool) -> None:
    console = Console(highlight=False, soft_wrap=True)
    what = f"decoder {card.decoder}" if isinstance(card, DetectorCard) else f"{card.embedding_size} numbers"
    form = card.input
    console.print(f"{card.name}: {card.kind}, {what}, {form.width}×{form.height} {form.color}", markup=False)
    values = Table("In the file", "Value", "Used as")
    for value in proposal.values:
        place = value.key if value.line is None else f"{value.key} ({Path(value.file).name}:{value.line})"
        values.add_row(*(_cell(text) for text in (place, value.value, value.used_as)))
    console.print(values)
    for finding in proposal.findings:
        console.print(f"! {finding.name}: {finding.message}", markup=False)
    for key in proposal.ignored:
        console.print(f"Ignored {key.key}: {key.reason}.", markup=False)
    if boxes:
        seen = Table("", "Class", "Score", "Box")
        for number, box in enumerate(boxes, 1):
            corners = ", ".join(f"{side:.0f}" for side in box.box)
            seen.add_row(str(number), _cell(box.label), f"{box.score:.2f}", corners)
        console.print(seen)
    if is_placed:
        console.print(f"✓ {card.path}", markup=False)
        console.print(_how_to_use(card), markup=False)


def _cell(text: str) -> str:
    """Text for a table, shortened; brackets are no markup."""
    short = text if len(text) <= 60 else text[:59] + "…"
    return short.replace("[", r"\[")


def _how_to_use(card: AnyCard) -> str:
    name = card.path.parent.name
    if isinstance(card, DetectorCard):
        return (
            f"  Use it: --set detection.method=network --set detection.model={name} "
            f"--set detection.threshold={card.threshold:g}, or choose it in Settings."
        )
    return f"  Use it: --set recognition.embedder={name}, or choose it in Settings."
