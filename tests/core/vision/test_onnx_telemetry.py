"""ONNX Runtime reports nothing over the network and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
SWITCH = "ORT_DISABLE_TELEMETRY"

_WATCH = """
import os, sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            print(os.environ.get("ORT_DISABLE_TELEMETRY"))
sys.meta_path.insert(0, Watch())
import importlib
importlib.import_module(sys.argv[1])
assert "onnxruntime" in sys.modules
"""


@pytest.mark.parametrize(
    "module",
    [
        "core.vision.runtimes.onnx",
        "core.vision.runtimes.onnx_gpu",
        "core.vision.runtimes.card_buffers",
        "core.vision.model_conversion.half_graph",
        "models.training.onnx_file",
        "models.training.embedder.quantize",
    ],
)
def test_whoever_loads_the_engine_has_switched_its_reports_off_before(module: str, tmp_path: Path) -> None:
    told = _python(_WATCH, module, home=tmp_path)
    assert told.split() == ["1"]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == []


def test_somebody_who_wants_the_reports_keeps_them(tmp_path: Path) -> None:
    told = _python(f"import core, os; print(os.environ['{SWITCH}'])", home=tmp_path, extra={SWITCH: "0"})
    assert told.strip() == "0"


def _python(code: str, *arguments: str, home: Path, extra: dict[str, str] | None = None) -> str:
    """What a program prints whose home is an empty folder, and which nobody has told anything about reports."""
    own = {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_CACHE_HOME": str(home / ".cache")}
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, *arguments],
        cwd=ROOT,
        env=own | (extra or {}),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
