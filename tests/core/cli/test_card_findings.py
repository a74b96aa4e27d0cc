"""The doctor tells of an NVIDIA card what is missing, version by version, and of none in one line."""

import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from core.cli import card_findings
from core.cli.app import create_app
from core.cli.card_findings import examine_card
from core.cli.finding import Finding
from core.errors import ModelError
from core.paths import DataFolder
from core.recognition import card_rows
from core.settings import Settings
from core.vision.runtimes import cuda
from core.vision.runtimes.nvidia import GraphicsCard

CARD = GraphicsCard("NVIDIA L4", "580.65.06")
ALL = {
    "onnxruntime-gpu": "1.31.1",
    "nvidia-cuda-runtime": "13.5.37",
    "nvidia-cublas": "13.10.0.20",
    "nvidia-cudnn-cu13": "9.28.1.4",
    "tensorrt-rtx-cu13": "1.7.1.116",
    "pycuda": "2026.1",
    "faiss-gpu-cuvs": "1.15.1",
}


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path)
    folder.prepare()
    return folder


def put_in(
    patch: pytest.MonkeyPatch,
    packages: Mapping[str, str],
    *,
    card: GraphicsCard | None = CARD,
    newest: tuple[int, int] | None = (13, 0),
    trouble: ModelError | None = None,
) -> None:
    """A machine with this card, and these packages alone; ``trouble`` is what opening an engine or the card raises."""
    real = importlib.metadata.version

    def version(name: str) -> str:
        if name not in card_findings.CARD_PACKAGES and name != "onnxruntime":
            return real(name)
        if name not in packages:
            raise importlib.metadata.PackageNotFoundError(name)
        return packages[name]

    def open_it(*arguments: object, **options: object) -> SimpleNamespace:
        if trouble is not None:
            raise trouble
        return SimpleNamespace(device="NVIDIA L4 in float16", close=lambda: None, name=CARD.name, capability="8.9")

    patch.setattr(importlib.metadata, "version", version)
    patch.setattr(card_findings, "nvidia_card", lambda: card)
    patch.setattr(card_findings, "newest_cuda", lambda: newest)
    patch.setattr(card_findings, "open_runtime", open_it)
    patch.setattr("core.vision.runtimes.onnx_gpu.OnnxRuntimeGpu", open_it)
    patch.setattr(cuda, "open_card", open_it)
    patch.setattr("ctypes.util.find_library", lambda name: None)
    has_rtx = "tensorrt-rtx-cu13" in packages
    patch.setattr(card_findings, "installed_runtimes", lambda: ("onnxruntime", *(["tensorrt-rtx"] if has_rtx else [])))
    patch.setattr(card_rows, "cards", lambda: int("faiss-gpu-cuvs" in packages))


def findings(data: DataFolder) -> dict[str, Finding]:
    return {finding.topic: finding for finding in examine_card(Settings(), data)}


def test_without_a_card_there_is_one_line(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, {}, card=None)
    [finding] = examine_card(Settings(), data)
    assert (finding.topic, finding.state, finding.remedy) == ("gpu", "ok", "")
    assert finding.message == "No NVIDIA graphics card; everything runs on the processor."


def test_where_all_is_there_every_part_is_told_with_its_version(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_in(monkeypatch, ALL)
    found = findings(data)
    assert [finding.topic for finding in found.values() if finding.state != "ok" or finding.remedy] == []
    assert found["gpu"].message == "NVIDIA L4, driver 580.65.06, which serves CUDA up to 13.0."
    for topic, version in {
        "gpu-cuda": "13.5.37",
        "gpu-cudnn": "9.28.1.4",
        "gpu-onnxruntime": "1.31.1 computes on NVIDIA L4 in float16 with CUDA",
        "gpu-tensorrt": "tensorrt-rtx-cu13 1.7.1.116",
        "gpu-pycuda": "2026.1",
        "gpu-engines": "All engines of tensorrt-rtx are built",
        "gpu-faiss": "1.15.1",
    }.items():
        assert version in found[topic].message


def test_what_is_missing_is_told_with_what_to_install(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, {"onnxruntime": "1.31.1"})
    found = findings(data)
    assert {topic for topic, finding in found.items() if finding.state == "warn"} == {
        "gpu-cuda",
        "gpu-cudnn",
        "gpu-onnxruntime",
        "gpu-tensorrt",
        "gpu-pycuda",
    }
    assert all(finding.remedy for finding in found.values() if finding.state == "warn")
    assert "build for processors" in found["gpu-onnxruntime"].message
    assert "make run GPU=1" in found["gpu-onnxruntime"].remedy
    assert ".[gpu]" in found["gpu-tensorrt"].remedy


@pytest.mark.parametrize("missing", ["nvidia-cuda-runtime", "nvidia-cublas", "nvidia-cudnn-cu13", "pycuda"])
def test_one_missing_package_is_one_warning(data: DataFolder, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, {name: version for name, version in ALL.items() if name != missing})
    [warned] = [finding for finding in examine_card(Settings(), data) if finding.state == "warn"]
    assert "not installed" in warned.message


def test_libraries_of_the_system_count(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, {})
    monkeypatch.setattr("ctypes.util.find_library", lambda name: f"lib{name}.so.12")
    found = findings(data)
    assert (found["gpu-cuda"].state, found["gpu-cudnn"].state) == ("ok", "ok")
    assert "libcudnn.so.12" in found["gpu-cudnn"].message


@pytest.mark.parametrize(
    ("newest", "topic", "words"),
    [
        (None, "gpu", "libcuda.so.1 does not load"),
        ((11, 8), "gpu", "up to 11.8"),
        ((12, 4), "gpu-cuda", "serves CUDA up to 12.4 only"),
    ],
)
def test_an_old_driver_is_told(
    data: DataFolder,
    newest: tuple[int, int] | None,
    topic: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put_in(monkeypatch, ALL, newest=newest)
    finding = findings(data)[topic]
    assert finding.state == "warn"
    assert words in finding.message
    assert "driver" in finding.remedy


def test_two_builds_of_onnx_runtime_are_told(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, ALL | {"onnxruntime": "1.31.1"})
    finding = findings(data)["gpu-onnxruntime"]
    assert finding.state == "warn"
    assert "overwrite each other" in finding.message


def test_why_engines_do_not_open_is_told(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, ALL, trouble=ModelError("There is none.", remedy="Build it: tillsight models build"))
    found = findings(data)
    for topic in ("gpu-onnxruntime", "gpu-pycuda", "gpu-engines"):
        assert found[topic].state == "warn"
        assert "There is none." in found[topic].message
        assert found[topic].remedy == "Build it: tillsight models build"


def test_faiss_that_sees_no_card_is_told(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, ALL)
    monkeypatch.setattr(card_rows, "cards", lambda: 0)
    assert "sees no card" in findings(data)["gpu-faiss"].message


def test_the_command_tells_other_programs(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, ALL, newest=(12, 4))
    monkeypatch.setattr("core.cli.doctor._runtime", lambda *_: Finding("runtime", "ok", "OpenVINO on CPU."))
    result = CliRunner().invoke(create_app(), ["doctor", "--json", "--data-dir", str(data.root)])
    assert result.exit_code == 0, "a card that does not serve keeps nothing from working"
    document = json.loads(result.stdout)
    assert document["gpu"]["state"] == "ok"
    assert document["gpu-cuda"]["state"] == "warn"
    assert document["libraries"]["onnxruntime-gpu"] == "1.31.1"


@pytest.mark.parametrize(("bindings", "state"), [({}, "warn"), ({"cuda-bindings": "13.5.0"}, "ok")])
def test_tensorrt_without_what_records_graphs_is_told(
    data: DataFolder, monkeypatch: pytest.MonkeyPatch, bindings: dict[str, str], state: str
) -> None:
    put_in(monkeypatch, ALL | {"tensorrt-cu13": "11.0.0"} | bindings)
    finding = findings(data)["gpu-tensorrt"]
    assert finding.state == state
    assert "11.0.0" in finding.message
    assert ("cuda-bindings" in finding.remedy) == (state == "warn")
