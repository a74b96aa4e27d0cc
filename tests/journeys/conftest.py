"""A shop that was stocked once, and people in front of the whole program."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# The tests read English words on any desktop.
os.environ["LANGUAGE"] = "en"

import pytest
from filelock import FileLock
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.demo_shop import enroll_demo_products
from core.errors import UserError
from core.paths import DataFolder
from core.settings import Settings, save_settings
from core.shop import open_shop
from gui import background
from tests.journeys.person import Person

SHOTS = 8


def _fail(problem: UserError) -> None:
    raise problem


def _say_nothing(activity: str, done: int = 0, total: int = 0) -> None:
    del activity, done, total


@pytest.fixture(scope="session")
def stocked_shop(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The demo shop's products with a few references each; stocked once, whatever the number of test processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "stocked"
    with FileLock(f"{folder}.lock"):
        if not (folder / "done").exists():
            data = DataFolder(folder)
            data.prepare()
            save_settings(Settings().changed("recognition", threads=1), data.settings)
            with open_shop(data, Settings(), tell=_fail, narrate=_say_nothing) as shop:
                enroll_demo_products(shop.catalog, shop.embedder, shots=SHOTS)
                shop.index.refresh()
                shop.index.save()
            (folder / "done").touch()
    return folder


@pytest.fixture
def data(stocked_shop: Path, tmp_path: Path) -> DataFolder:
    """A copy of the stocked shop, for one test."""
    shutil.copytree(stocked_shop, tmp_path / "shop")
    return DataFolder(tmp_path / "shop")


@pytest.fixture
def person(qtbot: QtBot, qapp: QApplication, data: DataFolder) -> Iterator[Callable[..., Person]]:
    """Start the program in front of a person; every one that is still open is closed in the end."""
    QLocale.setDefault(QLocale("en_US"))
    people: list[Person] = []

    def start(source: str, *, data_dir: Path | None = None, page: str | None = None) -> Person:
        newcomer = Person(qtbot, qapp, data_dir or data.root, source, page)
        people.append(newcomer)
        return newcomer

    yield start
    for each in people:
        each.leave()
    background.hear_failures(None)
