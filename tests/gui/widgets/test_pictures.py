"""Grids of pictures, and the pictures that delegates borrow."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.widgets.picture_grid import PictureGrid, Tile, TileListModel
from gui.widgets.picture_lender import PictureLender
from tests.gui.model_watch import watched


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    image.save(str(tmp_path / "red.png"))
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    return tmp_path


def painted(lender: PictureLender, picture: str) -> QImage:
    canvas = QImage(64, 64, QImage.Format.Format_RGB32)
    canvas.fill(Qt.GlobalColor.white)
    painter = QPainter(canvas)
    lender.paint(painter, QRectF(0, 0, 64, 64), picture)
    painter.end()
    return canvas


def test_a_picture_is_lent_once_it_was_read(qtbot: QtBot, folder: Path) -> None:
    lender = PictureLender(folder)
    with qtbot.waitSignal(lender.came):
        assert lender.get("red.png", QSize(64, 64), 1.0) is None
    pixmap = lender.get("red.png", QSize(64, 64), 1.0)
    assert pixmap is not None
    assert painted(lender, "red.png").pixelColor(32, 32) == Qt.GlobalColor.red


def test_nearly_equal_sizes_share_one_picture(qtbot: QtBot, folder: Path) -> None:
    lender = PictureLender(folder)
    with qtbot.waitSignal(lender.came):
        lender.get("red.png", QSize(100, 100), 1.0)
    assert lender.get("red.png", QSize(120, 120), 1.0) is not None


@pytest.mark.parametrize("picture", ["broken.jpg", "missing.jpg"])
def test_a_file_that_cannot_be_read_is_asked_for_once(qtbot: QtBot, folder: Path, picture: str) -> None:
    lender = PictureLender(folder)
    with qtbot.waitSignal(lender.came):
        lender.get(picture, QSize(64, 64), 1.0)
    assert lender.get(picture, QSize(64, 64), 1.0) is None
    assert painted(lender, picture) != painted(lender, "red.png")


def tiles(*keys: int) -> list[Tile]:
    return [Tile(key, "", f"shot {key}") for key in keys]


def test_the_model_keeps_its_promises() -> None:
    model = TileListModel()
    watched(model)
    for shown in (tiles(1, 2), tiles(1, 2, 3), tiles(2, 3), tiles()):
        model.show(shown)
        assert model.tiles == tuple(shown)


def test_a_choice_survives_new_tiles_at_the_end(qtbot: QtBot) -> None:
    model = TileListModel()
    grid = PictureGrid(model, lambda *_: None)
    qtbot.addWidget(grid)
    model.show(tiles(1, 2))
    grid.setCurrentIndex(model.index(1))
    model.show([*tiles(1, 2), Tile(3, "", "shot 3", is_faded=True, mark="blurred")])
    assert grid.chosen_keys() == [2]


def test_delete_asks_to_remove_what_is_chosen(qtbot: QtBot) -> None:
    model = TileListModel()
    grid = PictureGrid(model, lambda *_: None)
    qtbot.addWidget(grid)
    model.show(tiles(7, 8, 9))
    with qtbot.assertNotEmitted(grid.removal_wanted):
        QTest.keyClick(grid, Qt.Key.Key_Delete)
    grid.selectAll()
    with qtbot.waitSignal(grid.removal_wanted) as asked:
        QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert asked.args == [[7, 8, 9]]


def test_columns_fill_the_width(qtbot: QtBot) -> None:
    model = TileListModel()
    grid = PictureGrid(model, lambda *_: None, columns=4)
    qtbot.addWidget(grid)
    model.show(tiles(*range(8)))
    grid.resize(340, 200)
    grid.show()
    qtbot.waitExposed(grid)
    tops = {grid.visualRect(model.index(row)).top() for row in range(4)}
    assert len(tops) == 1
    assert grid.visualRect(model.index(4)).top() not in tops
