"""The program without a window, as other programs and careful people use it."""

import json
import re
from pathlib import Path

import cv2
import pytest

from core.cameras.demo_counter import DemoCounter
from core.catalog.database import open_catalog
from core.cli.app import create_app, run
from core.paths import DataFolder
from core.shop import hold

STILL = "demo:?script=still&items=3&fps=15&width=960&height=540"


def tillsight(*arguments: str, data: DataFolder) -> int:
    return run(create_app(), [*arguments, "--data-dir", str(data.root)])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Folders as shops have them: ordered, nested, with a broken file and one that is no picture."""
    counter = DemoCounter.from_uri("demo:", width=960, height=540, fps=15)
    for number, product in enumerate(counter.products[:2]):
        folder = tmp_path / "pictures" / ("spring" if number else ".") / f"0{number}_{product.name.replace(' ', '_')}"
        folder.mkdir(parents=True)
        for shot, crop in enumerate(counter.reference_pictures(product, 2, 3)):
            cv2.imwrite(str(folder / f"{shot}.png"), crop[..., ::-1])
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("not a picture")
    return tmp_path / "pictures"


@pytest.fixture
def empty(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "empty shop")


def test_folders_become_products_and_the_rest_is_told(
    pictures: Path, empty: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [product.name for product in DemoCounter.from_uri("demo:", width=960, height=540, fps=15).products[:2]]
    assert tillsight("enroll", str(pictures), "--json", data=empty) == 0
    report = json.loads(capsys.readouterr().out)
    assert sorted(report["products"]) == sorted(names)
    assert (report["new_products"], report["references"]) == (2, 4)
    assert len(report["unreadable"]) == 1
    assert "broken.jpg" in report["unreadable"][0]

    assert tillsight("enroll", str(pictures), "--json", data=empty) == 0
    assert json.loads(capsys.readouterr().out)["repeated"] == 4

    first = next(pictures.rglob("0.png"))
    assert tillsight("recognize", str(first), "--json", data=empty) == 0
    [line] = capsys.readouterr().out.splitlines()
    answer = json.loads(line)
    assert answer["path"] == str(first)
    assert answer["outcome"] in ("known", "possible", "unknown")
    assert answer["candidates"][0]["product"].replace(" ", "_") in str(first)
    assert [entry["score"] for entry in answer["candidates"]] == sorted(
        (entry["score"] for entry in answer["candidates"]), reverse=True
    )


def test_pictures_none_of_which_can_be_read_are_a_problem(
    tmp_path: Path, empty: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures" / "Milk"
    folder.mkdir(parents=True)
    (folder / "broken.jpg").write_bytes(b"no picture")
    assert tillsight("enroll", str(folder.parent), "--json", data=empty) == 1
    told = capsys.readouterr()
    assert "broken.jpg" in json.loads(told.out)["unreadable"][0]
    assert "None of the pictures can be read, so nothing was enrolled. Save them anew" in " ".join(told.err.split())


def test_an_empty_catalog_knows_nothing_and_says_so(
    pictures: Path, empty: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tillsight("recognize", str(next(pictures.rglob("0.png"))), "--json", data=empty) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["outcome"], answer["product"], answer["candidates"]) == ("unknown", None, [])


def test_a_picture_that_cannot_be_read_is_told_and_the_others_go_on(
    pictures: Path, empty: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tillsight("recognize", str(pictures), str(pictures / "missing.png"), "--json", data=empty) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 4
    assert "broken.jpg cannot be read" in told.err
    assert "missing.png" in told.err


def test_a_replay_sees_every_frame_and_touches_no_sale(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert tillsight("replay", STILL, "--frames", "90", "--json", data=data) == 0
    document = json.loads(capsys.readouterr().out)
    assert [frame["i"] for frame in document["frames"]] == list(range(90))
    assert document["size"] == [960, 540]
    last = document["frames"][-1]["sightings"]
    assert len(last) == 3
    assert {sighting["outcome"] for sighting in last} <= {"known", "possible", "unknown"}
    assert sum(line["quantity"] for line in document["basket"]["lines"]) + document["open_questions"] == 3
    catalog = open_catalog(data)
    assert catalog.sales.current() is None
    catalog.close()


def test_the_doctor_looks_at_everything(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert tillsight("doctor", "--json", data=data) == 0
    document = json.loads(capsys.readouterr().out)
    for topic in ("settings", "disk", "camera", "models", "runtime", "database", "index"):
        assert document[topic]["state"] in ("ok", "warn"), document[topic]
    assert document["database"]["message"].startswith("14 products")


def test_the_doctor_finds_what_is_wrong(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    data.database.write_bytes(b"this is no database" * 100)
    assert tillsight("doctor", "--json", data=data) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["database"]["state"] == "fail"
    assert document["database"]["remedy"]


def test_two_programs_never_write_into_one_shop(
    pictures: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    with hold(data):
        assert tillsight("enroll", str(pictures), data=data) == 1
    assert "already open" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["enroll", "/nowhere"], "There is no folder"),
        (["replay", "nothing.mp4"], "no camera, clip or folder"),
        (["replay", "demo:?items=99"], "items"),
        (["bench", "embedder", "--batch", "0"], "batch sizes"),
        (["replay", "demo:", "--set", "detection.threshold=7"], "threshold"),
        (["replay", "demo:", "--set", "nonsense"], "not a setting"),
    ],
)
def test_a_problem_is_one_sentence_with_a_remedy(
    arguments: list[str], words: str, empty: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tillsight(*arguments, data=empty) == 1
    told = capsys.readouterr()
    assert words in " ".join(told.err.split())
    assert "Traceback" not in told.err


@pytest.mark.parametrize("arguments", [["recognize"], ["nonsense"], ["replay"], ["enroll", "--nonsense"]])
def test_wrong_arguments_are_told_apart_from_problems(arguments: list[str], empty: DataFolder) -> None:
    assert tillsight(*arguments, data=empty) == 2


def test_the_embedder_is_measured_against_its_engine(empty: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert tillsight("bench", "embedder", "--batch", "1,2", "--repeats", "3", "--json", data=empty) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["batch"] for row in rows} == {1, 2}
    for row in rows:
        assert re.search(r" on (CPU|NVIDIA)", row["runtime"])
        assert row["call_ms"] > 0
        assert row["engine_ms"] > 0
        assert row["images_per_second"] > 0
