"""Commands with names, paths and files that people really have, or give by mistake."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.catalog.database import open_catalog
from core.cli.app import create_app, run
from core.paths import DataFolder
from core.settings import save_settings
from tests.core.evaluation.shelves import draw_folders
from tests.core.foundation.tiny_shop import TINY, tiny_shop

MILK = "Milk [lactose-free]"
NO_TEXT = os.fsdecode(b"K\xe4se")
"""What a computer that wrote Latin-1 called a file."""


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    data = tiny_shop(tmp_path / "shop")
    save_settings(TINY, data.settings)
    return data


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Pictures of two products, one of which a shop calls with brackets."""
    draw_folders(tmp_path / "pictures", {MILK: 3, "Bread": 3})
    return tmp_path / "pictures"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "clip.mp4"
    film = cv2.VideoWriter(str(file), cv2.VideoWriter.fourcc(*"mp4v"), 10, (320, 240))
    for _ in range(6):
        film.write(np.full((240, 320, 3), 200, np.uint8))
    film.release()
    return file


def tillsight(data: DataFolder, *arguments: object) -> int:
    return run(create_app(), [*map(str, arguments), "--data-dir", str(data.root)])


def test_brackets_in_names_are_printed(
    data: DataFolder,
    pictures: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    (pictures / MILK / "new [old].jpg").write_bytes(b"no picture")
    assert tillsight(data, "enroll", pictures) == 0
    assert "new [old].jpg cannot be read" in capsys.readouterr().out
    shutil.copy(next((pictures / MILK).glob("*.png")), tmp_path / "crop [a].png")
    assert tillsight(data, "recognize", tmp_path / "crop [a].png") == 0
    said = capsys.readouterr().out
    assert MILK in said
    assert "crop [a].png" in said


def test_what_reads_like_the_end_of_markup_is_printed(
    data: DataFolder, pictures: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert tillsight(data, "enroll", pictures) == 0
    catalog = open_catalog(data)
    for product in catalog.products.all():
        catalog.products.update(product.product_id, replace(product.details, name=f"{product.name} [/kg]"))
    catalog.close()
    capsys.readouterr()
    assert tillsight(data, "recognize", pictures / "Bread") == 0
    assert "[/kg]" in capsys.readouterr().out


def test_a_name_that_is_no_text_is_written_as_json(
    data: DataFolder, pictures: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert tillsight(data, "enroll", pictures) == 0
    file = shutil.copy(next((pictures / "Bread").glob("*.png")), pictures / f"{NO_TEXT}.png")
    capsysbinary.readouterr()
    assert tillsight(data, "recognize", file, "--json") == 0
    answer = json.loads(capsysbinary.readouterr().out.decode("utf-8"))
    assert answer["path"] == str(file)


def test_an_evaluation_of_files_whose_names_are_no_text_is_written(data: DataFolder, tmp_path: Path) -> None:
    for folder, first in (("references", 0), ("queries", 30)):
        draw_folders(tmp_path / folder, {"Bread": 2, "Milk": 2}, first_shot=first)
    (tmp_path / "queries" / "Bread" / f"{NO_TEXT}.png").write_bytes(b"no picture")
    folders = ("--references", tmp_path / "references", "--queries", tmp_path / "queries")
    numbers, page = tmp_path / "numbers.json", tmp_path / "page.html"
    assert tillsight(data, "evaluate", *folders, "--shots", "1", "--json", numbers, "--report", page) == 0
    assert f"{NO_TEXT}.png" in json.loads(numbers.read_text(encoding="utf-8"))["unreadable"][0]
    assert "K\\udce4se" in page.read_text(encoding="utf-8")


def test_a_folder_without_pictures_is_told(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "empty").mkdir()
    draw_folders(tmp_path / "pictures", {"Bread": 1})
    assert tillsight(data, "recognize", tmp_path / "empty", tmp_path / "pictures", "--json") == 1
    said = capsys.readouterr()
    assert f"There are no pictures in {tmp_path / 'empty'}." in said.err
    assert json.loads(said.out)["outcome"] == "unknown", "the others go on"


def test_a_replay_never_writes_over_what_it_reads(
    data: DataFolder, clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text('{"fps": 10, "size": [320, 240], "frames": [{"i": 0, "objects": []}]}')
    before = {file: file.read_bytes() for file in (clip, truth)}
    again = tmp_path / "again.mp4"
    again.symlink_to(clip)
    assert tillsight(data, "replay", clip, "--video", clip) == 1
    assert f"{clip} would be written over" in capsys.readouterr().err
    assert tillsight(data, "replay", f"file:{clip}?loop=0", "--json", again) == 1
    assert tillsight(data, "replay", clip, "--truth", truth, "--json", truth) == 1
    assert {file: file.read_bytes() for file in (clip, truth)} == before


def test_the_names_of_classes_never_take_the_place_of_their_configuration(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("models", "export", "tillsight-detector", "--nvinfer", "--output")
    assert tillsight(data, *arguments, tmp_path / "labels.txt") == 1
    assert "takes the names of the classes" in capsys.readouterr().err
    assert not (tmp_path / "labels.txt").exists()


def test_the_doctor_tells_of_a_data_folder_that_cannot_be_made(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    missing = DataFolder(tmp_path / "file" / "shop")
    assert tillsight(missing, "doctor") == 1
    assert "cannot be written" in capsys.readouterr().out


def test_a_chart_that_cannot_be_written_is_told_before_the_work(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.bench_index.measure_index", lambda *_args, **_options: pytest.fail("measured"))
    assert tillsight(data, "bench", "index", "--chart", tmp_path / "nowhere" / "chart.svg") == 1
    assert "Name a file in a folder that exists." in capsys.readouterr().err
