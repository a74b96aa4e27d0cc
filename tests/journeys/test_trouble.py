"""What may go wrong in a shop, and what is still there afterwards."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event

import core.camera_post
from core.cameras.capture import CaptureState
from core.cameras.demo_counter import DemoCounter
from core.catalog.database import Catalog, open_catalog
from core.catalog.records import SaleLine
from core.paths import DataFolder
from core.settings import load_settings, save_settings
from gui.widgets.words import Words
from tests.fakes import CameraPort
from tests.journeys.person import PATIENCE_MS, Person
from tests.journeys.test_selling import THREE

ROOT = Path(__file__).parent.parent.parent


def lines_of(data: DataFolder) -> tuple[SaleLine, ...]:
    catalog = open_catalog(data)
    try:
        sale = catalog.sales.current()
        return sale.lines if sale is not None else ()
    finally:
        catalog.close()


def kill_when(command: list[str], is_time: Callable[[], bool]) -> None:
    """Run the program, and end it as a power cut would."""
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not is_time():
            assert program.poll() is None, "the program ended by itself"
            assert time.monotonic() < deadline, "the program never came so far"
            time.sleep(0.1)
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()


def test_a_sale_is_there_again_after_the_power_was_cut(person: Callable[..., Person], data: DataFolder) -> None:
    command = [sys.executable, "-m", "gui.launch", "--source", THREE, "--data-dir", str(data.root)]
    kill_when(command, lambda: bool(lines_of(data)))
    before = {line.name: line.quantity for line in lines_of(data)}
    assert before

    cashier = person("demo:?script=still&items=1&fps=15&width=960&height=540")
    cashier.waits_until_ready()
    cashier.waits_for(lambda: before.items() <= cashier.sold().items())


def test_an_enrollment_is_there_again_after_the_power_was_cut(person: Callable[..., Person], data: DataFolder) -> None:
    def has_shot() -> bool:
        catalog = open_catalog(data)
        try:
            draft = catalog.drafts.current()
            return draft is not None and len(draft.kept) >= 1
        finally:
            catalog.close()

    kill_when([sys.executable, "-m", "tests.journeys.enrolling_program", str(data.root), THREE], has_shot)
    owner = person(THREE, page="enroll")
    owner.waits_for(lambda: owner.view is not None and owner.view.enrollment is not None)
    assert owner.view is not None
    assert owner.view.enrollment is not None
    assert owner.view.enrollment.details.name == "Half-taught jam"
    assert owner.view.enrollment.kept >= 1


def test_the_camera_is_unplugged_in_the_middle_of_a_sale(
    person: Callable[..., Person], data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = CameraPort(width=960, height=540)
    monkeypatch.setattr(core.camera_post, "open_source", lambda *_, **__: port.open())
    counter = DemoCounter.from_uri(THREE, width=960, height=540, fps=15)
    pictures = [frame.pixels for frame in (counter.read() for _ in range(150)) if frame is not None]
    shown = 0

    def show_next() -> None:
        nonlocal shown
        port.show(np.array(pictures[min(shown, len(pictures) - 1)]))
        shown += 1

    cashier = person("usb:0")
    cashier.waits_until_ready()

    def sells() -> bool:
        show_next()
        cashier.qtbot.wait(30)
        return bool(cashier.sold())

    cashier.waits_for(sells)
    before = cashier.sold()
    port.unplug()
    cashier.waits_for(lambda: cashier.view is not None and cashier.view.status.camera is CaptureState.LOST)
    assert "unplugged" in cashier.told()
    assert before.items() <= cashier.sold().items()
    port.plug_in()

    def is_back() -> bool:
        show_next()
        cashier.qtbot.wait(30)
        return cashier.view is not None and cashier.view.status.camera is CaptureState.READING

    cashier.waits_for(is_back)
    assert before.items() <= cashier.sold().items()


def test_a_damaged_index_is_made_again(person: Callable[..., Person], data: DataFolder) -> None:
    for file in data.index.rglob("*"):
        if file.is_file():
            file.write_bytes(b"\0" * 100)
    cashier = person(THREE)
    cashier.waits_until_ready()
    cashier.waits_for_basket(3)


def test_a_broken_model_is_told_and_nothing_is_lost(person: Callable[..., Person], data: DataFolder) -> None:
    folder = data.models / "broken"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(b"this is no model")
    (folder / "card.toml").write_text(
        'kind = "embedder"\nname = "broken"\nfile = "model.onnx"\nlicense = "none"\nsource = "a test"\n'
        'embedding_size = 8\n[input]\nname = "x"\nwidth = 32\nheight = 32\n[outputs]\nembedding = "y"\n',
        encoding="utf-8",
    )
    settings = load_settings(data.settings)
    save_settings(settings.changed("recognition", embedder="broken"), data.settings)
    cashier = person(THREE)
    starting = cashier.running.window.starting
    cashier.waits_for(lambda: starting.has_failed)
    assert any("model.onnx" in words.text() for words in starting.findChildren(Words))
    assert "model.onnx" not in cashier.told(), "it is told in one place"
    cashier.leave()
    save_settings(settings, data.settings)
    again = person(THREE)
    again.waits_until_ready()


def test_a_text_file_as_a_clip_is_told(person: Callable[..., Person], tmp_path: Path) -> None:
    clip = tmp_path / "notes.mp4"
    clip.write_text("milk, bread, eggs", encoding="utf-8")
    cashier = person(f"file:{clip}")
    cashier.waits_for(lambda: "holds text, not a video" in cashier.told())


def test_a_data_folder_that_cannot_be_written_is_told(person: Callable[..., Person], tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder", encoding="utf-8")
    cashier = person(THREE, data_dir=occupied / "shop")
    words = cashier.running.window.starting
    cashier.waits_for(lambda: "cannot be" in cashier.told() or words.isVisible())
    cashier.waits_for(lambda: cashier.running.exit_code == 1 or "cannot be" in cashier.told())


def test_a_full_disk_is_told_and_the_sale_stays(person: Callable[..., Person], data: DataFolder) -> None:
    cashier = person(THREE)
    cashier.waits_for_basket(1)
    cashier.station.records(_fill_up).result(10)
    product = cashier.station.records(lambda catalog: catalog.products.all()[0]).result(10)
    before = cashier.basket.total_minor

    def sells_on_until_told() -> bool:
        # Small changes still fit into the pages that the file has.
        cashier.station.checkout(lambda session: session.add_product(product.product_id)).result(10)
        cashier.qtbot.wait(20)
        return "full" in cashier.told()

    cashier.waits_for(sells_on_until_told)
    assert cashier.basket.total_minor > before, "the sale goes on in the window"


def _fill_up(catalog: Catalog) -> None:
    """From now on the database file may not grow by a single page, as on a full disk."""
    engine = catalog._database._engine

    def limit(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}").close()

    event.listen(engine, "connect", limit)
    engine.dispose()
