"""`tillsight doctor`: what works here, what does not, and what to do about it."""

import json
import platform
import shutil
from collections.abc import Iterator
from dataclasses import asdict

import typer
from rich.console import Console

from core.cameras.source import list_sources, resolve_source, without_secrets
from core.catalog.database import open_catalog
from core.cli.card_findings import CARD_PACKAGES, examine_card
from core.cli.finding import Finding, checked, installed
from core.cli.options import DataDir, Json, data_folder
from core.counts import counted
from core.errors import UserError
from core.paths import DataFolder, models_folder
from core.recognition.enroll import reference_key
from core.recognition.gallery import Gallery
from core.recognition.index_folder import IndexDamaged
from core.settings import Settings, load_settings
from core.shop_embedder import ShopEmbedder, open_embedder_of
from core.vision.model_card import load_card

_LITTLE_SPACE = 500 * 1024 * 1024
_LIBRARIES = ("PySide6-Essentials", "opencv-python-headless", "numpy", "onnxruntime", "faiss-cpu", "SQLAlchemy")


def doctor(*, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Look at camera, models, runtime, graphics card, database, index and disk, and say what to do about what is wrong.

    The exit code is 1 when something keeps Tillsight from working; warnings do not count.
    """
    findings = list(examine(data_folder(data_dir)))
    if as_json:
        versions = {name: _version(name) for name in _LIBRARIES} | installed(CARD_PACKAGES)
        document = {
            "version": _version("tillsight"),
            "python": platform.python_version(),
            "libraries": versions,
            "data_dir": str(data_folder(data_dir).root),
            **{finding.topic: {k: v for k, v in asdict(finding).items() if k != "topic"} for finding in findings},
        }
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _print(findings)
    if any(finding.state == "fail" for finding in findings):
        raise typer.Exit(1)


def examine(data: DataFolder) -> Iterator[Finding]:
    """Look at everything, one finding a topic; raises nothing that a person could mend."""
    settings, finding = _settings(data)
    yield finding
    yield checked("disk", lambda: _disk(data))
    yield checked("camera", lambda: _camera(settings))
    embedder: list[ShopEmbedder] = []
    yield checked("models", lambda: _models(settings, data))
    yield checked("runtime", lambda: _runtime(settings, data, embedder))
    yield from examine_card(settings, data)
    yield checked("database", lambda: _database(data))
    yield checked("index", lambda: _index(data, embedder))
    for opened in embedder:
        opened.close()


def _settings(data: DataFolder) -> tuple[Settings, Finding]:
    try:
        settings = load_settings(data.settings)
    except UserError as error:
        return Settings(), Finding("settings", "fail", error.message, error.remedy)
    where = str(data.settings) if data.settings.exists() else "the usual ones"
    return settings, Finding("settings", "ok", f"Settings: {where}.")


def _disk(data: DataFolder) -> Finding:
    data.prepare()
    free = shutil.disk_usage(data.root).free
    words = f"{free / 2**30:.1f} GB free for {data.root}."
    if free < _LITTLE_SPACE:
        return Finding("disk", "warn", words, "Free some space: pictures of items need it.")
    return Finding("disk", "ok", words)


def _camera(settings: Settings) -> Finding:
    uri = resolve_source(settings.camera.source)
    attached = [f"{camera.label} ({camera.uri})" for camera in list_sources()]
    chosen = f"{without_secrets(settings.camera.source)} → {without_secrets(uri)}"
    words = f"Source {chosen}. Attached: {', '.join(attached)}."
    if uri.startswith("demo:") and settings.camera.source == "auto":
        return Finding("camera", "warn", words, "No camera was found: plug one in, or sell in the demo shop.")
    return Finding("camera", "ok", words)


def _models(settings: Settings, data: DataFolder) -> Finding:
    names = [settings.recognition.embedder]
    if settings.detection.method != "change" and settings.detection.model:
        names.append(settings.detection.model)
    cards = [load_card(name, (data.models, models_folder())) for name in names if not name.endswith(".onnx")]
    for card in cards:
        card.verify()
    return Finding("models", "ok", "; ".join(f"{card.name} ({card.license})" for card in cards) + ".")


def _runtime(settings: Settings, data: DataFolder, opened: list[ShopEmbedder]) -> Finding:
    embedder = open_embedder_of(settings.recognition, data)
    opened.append(embedder)
    return Finding("runtime", "ok", f"{embedder.runtime_label}, {embedder.dimension} numbers an item.")


def _database(data: DataFolder) -> Finding:
    if not data.database.exists():
        return Finding("database", "ok", "No database yet; it is made at the first start.")
    catalog = open_catalog(data)
    try:
        problems = catalog.problems()
        if problems:
            return Finding("database", "fail", f"The database is damaged: {problems[0]}", "Put back a copy.")
        products, references = catalog.products.count(), catalog.references.count()
    finally:
        catalog.close()
    return Finding("database", "ok", f"{counted(products, 'product')}, {counted(references, 'reference')}.")


def _index(data: DataFolder, opened: list[ShopEmbedder]) -> Finding:
    if not opened:
        return Finding("index", "warn", "Not looked at: the embedder did not open.", "Mend the models first.")
    # What is wrong with the folder is told here, too, rather than as a bug.
    data.prepare()
    if not any(data.index.iterdir()):
        return Finding("index", "ok", "No index yet; it is made at the first start.")
    try:
        gallery = Gallery.load(data.index, reference_key(opened[0]))
    except IndexDamaged as error:
        return Finding("index", "warn", error.message, error.remedy)
    products, references = counted(gallery.products, "product"), counted(gallery.references, "reference")
    return Finding("index", "ok", f"{products}, {references}.")


def _version(name: str) -> str:
    return installed([name]).get(name, "not installed")


def _print(findings: list[Finding]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    signs = {"ok": "[green]✓[/] ", "warn": "[yellow]![/] ", "fail": "[red]✗[/] "}
    for finding in findings:
        console.print(signs[finding.state], end="")
        console.print(f"{finding.topic}: {finding.message}", markup=False)
        if finding.remedy:
            console.print(f"    {finding.remedy}", markup=False)
