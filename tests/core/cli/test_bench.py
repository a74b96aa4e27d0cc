"""`tillsight bench embedder` as it is typed: rows, tables, and what could not be measured."""

import json
from pathlib import Path

import pytest

from core.cli.app import create_app, run
from core.paths import DataFolder
from tests.core.vision.tiny_networks import detector_tree, embedder_tree, save_embedder, write_card


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "shop")
    folder.prepare()
    return folder


@pytest.fixture
def tiny(data: DataFolder) -> str:
    """A small embedder in the shop's own folder, under the name of the stand-in for NVIDIA's."""
    save_embedder(data.models / "retail-object-recognition-1.0" / "tiny.onnx")
    tree = embedder_tree(name="retail-object-recognition-1.0")
    write_card(data.models / "retail-object-recognition-1.0" / "card.toml", tree)
    return "retail-object-recognition-1.0"


@pytest.fixture(autouse=True)
def rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor is not measured for every test."""
    monkeypatch.setattr("core.evaluation.device_peak._MEASURE_S", 0.0)


def bench(*arguments: str, data: DataFolder) -> int:
    return run(create_app(), ["bench", "embedder", *arguments, "--repeats", "3", "--data-dir", str(data.root)])


def test_tables_show_what_was_measured_beside_what_was_published(
    tiny: str, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("--model", tiny, "--batch", "1,2", "--threads", "1", data=data) == 0
    told = capsys.readouterr().out
    assert f"{tiny}, batch 1" in told
    assert f"{tiny}, batch 2" in told
    assert "AGX Orin," in told
    assert "1.59" in told
    assert "No NVIDIA card was measured" in told


def test_an_engine_that_does_not_come_up_is_told_and_the_others_measured(
    tiny: str, data: DataFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.bench.installed_runtimes", lambda: ("onnxruntime", "abacus"))
    assert bench("--model", tiny, "--batch", "2", "--threads", "1", "--json", data=data) == 0
    told = capsys.readouterr()
    assert [row["batch"] for row in json.loads(told.out)] == [2, 2]
    assert "abacus was not measured. There is no runtime named 'abacus'" in told.err


def test_whole_frames_are_measured_with_a_detector(
    tiny: str, data: DataFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.bench.installed_runtimes", lambda: ("onnxruntime",))
    asked = ("--model", tiny, "--batch", "1", "--threads", "1", "--detector", "tillsight-detector")
    assert bench(*asked, "--json", data=data) == 0
    rows = json.loads(capsys.readouterr().out)
    frames = [row for row in rows if "detector" in row]
    assert len(frames) == 2
    for row in frames:
        assert (row["detector"], row["items"]) == ("tillsight-detector", 5)
        assert row["frames_per_second"] == pytest.approx(1e3 / row["call_ms"], rel=0.05)
        assert row["published"] == [{"device": "A30", "frames_per_second": 310}]


def test_a_detector_that_an_engine_cannot_run_leaves_the_embedders_rows(
    tiny: str, data: DataFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.bench.installed_runtimes", lambda: ("onnxruntime",))
    save_embedder(data.models / "odd" / "tiny.onnx")
    write_card(data.models / "odd" / "card.toml", detector_tree(name="odd"))
    asked = ("--model", tiny, "--batch", "1", "--threads", "1", "--detector")
    assert bench(*asked, "odd", "--json", data=data) == 0
    told = capsys.readouterr()
    assert len(json.loads(told.out)) == 2
    assert "onnxruntime was not measured with whole frames. The model tiny.onnx is not of the form" in told.err
    assert bench(*asked, "nothing", data=data) == 1


def test_the_drawn_network_needs_its_package(
    data: DataFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.vision.model_conversion.onnx_package.importlib.util.find_spec", lambda name: None)
    assert bench("--model", "retail-shape", data=data) == 1
    assert "onnx is not installed" in capsys.readouterr().err


def test_a_model_that_is_not_there_is_told_before_anything_is_measured(
    data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("--model", "retail-object-recognition-2.0", data=data) == 1
    assert "do not ship with the program" in capsys.readouterr().err
