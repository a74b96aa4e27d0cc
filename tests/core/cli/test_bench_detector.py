"""`tillsight bench detector` as it is typed: detectors beside each other, and what could not be measured."""

import json
import time
from pathlib import Path

import pytest

from core.cli.app import create_app, run
from core.cli.measured_engines import open_measured_detector
from core.evaluation.detector_speed import DetectorEntrant, measure_detectors
from core.frames import Frame
from core.paths import DataFolder
from core.sightings import Detections
from core.vision.detectors.network_detector import NetworkDetector
from tests.core.vision.open_detector import save_open_detector, write_open_detector


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "shop")
    folder.prepare()
    return folder


@pytest.fixture(autouse=True)
def one_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.cli.bench_detector.installed_runtimes", lambda: ("onnxruntime",))


def bench(*arguments: str, data: DataFolder) -> int:
    asked = ["bench", "detector", *arguments, "--repeats", "5", "--threads", "1", "--data-dir", str(data.root)]
    return run(create_app(), asked)


def test_the_shops_detector_stands_beside_another(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = write_open_detector(tmp_path / "other")
    assert bench("--against", str(other), "--json", data=data) == 0
    first, own = json.loads(capsys.readouterr().out)
    assert (first["detector"], first["ratio"], first["input"]) == ("open", 1.0, [128, 96])
    assert (own["detector"], own["threads"]) == ("tillsight-detector", 1)
    assert own["ratio"] == pytest.approx(own["call_ms"] / first["call_ms"], rel=0.1)
    assert own["frames_per_second"] == pytest.approx(1e3 / own["call_ms"], rel=0.05)
    assert own["p95_ms"] >= own["call_ms"]
    assert own["boxes"] == pytest.approx(5, abs=1), "five items lie on the drawn counter"


def test_a_table_tells_what_was_measured(data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = write_open_detector(tmp_path / "other")
    assert bench("--model", str(own), data=data) == 0
    told = capsys.readouterr().out
    assert "1280×720 frame in, boxes out" in told
    assert "128×96" in told
    assert "1.00" in told


def test_the_ratio_is_that_of_the_time(data: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cards = [str(write_open_detector(tmp_path / name)) for name in ("quick", "slow")]
    opened = [open_measured_detector(card, "onnxruntime", 1, data) for card in cards]
    quick, slow = (DetectorEntrant(one, number, "onnxruntime", 1) for number, one in enumerate(opened))
    detect = NetworkDetector.detect

    def slowly(self: NetworkDetector, frame: Frame) -> Detections:
        time.sleep(0.05 if self is slow.detector else 0.0)
        return detect(self, frame)

    monkeypatch.setattr(NetworkDetector, "detect", slowly)
    first, second = measure_detectors([quick, slow], 5, on_progress=lambda done, total: None)
    assert first.ratio == 1
    assert second.ratio is not None
    assert second.call_ms >= 50
    assert second.ratio == pytest.approx(second.call_ms / first.call_ms, rel=0.05)


def test_a_runtime_that_does_not_come_up_is_told_and_the_others_measured(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.bench_detector.installed_runtimes", lambda: ("onnxruntime", "abacus"))
    own = write_open_detector(tmp_path / "other")
    assert bench("--model", str(own), "--json", data=data) == 0
    told = capsys.readouterr()
    assert len(json.loads(told.out)) == 1
    assert "was not measured in abacus. There is no runtime named 'abacus'" in " ".join(told.err.split())


def test_a_detector_that_is_not_there_is_told_in_words(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench("--against", str(tmp_path / "nothing.onnx"), data=data) == 1
    assert "nothing.onnx is missing" in " ".join(capsys.readouterr().err.split())
    assert bench("--model", "tillsight-embedder", data=data) == 1
    assert "describes items; it does not find them" in " ".join(capsys.readouterr().err.split())


def test_a_bare_file_has_no_engine_built_for_it(
    data: DataFolder, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cli.bench_detector.installed_runtimes", lambda: ("onnxruntime", "tensorrt-rtx"))
    bare = save_open_detector(tmp_path / "bare.onnx", size=(128, 128))
    assert bench("--model", str(bare), "--json", data=data) == 0
    told = capsys.readouterr()
    assert len(json.loads(told.out)) == 1
    assert "bare.onnx has no card, and tensorrt-rtx needs one to build its engine" in " ".join(told.err.split())
