"""The card is read from the system's files, and a failed setup is told in a sentence with what to install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.paths import models_folder
from core.vision.runtimes.nvidia import GraphicsCard, newest_cuda, nvidia_card
from core.vision.runtimes.setup_trouble import heard_on_error_stream, trouble
from tests.core.vision.fake_card import CARD, LIBRARY_SAID

OPEN_DRIVER = (
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build  (dvs-builder@U22)  Sun Jul 27\n"
    "GCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n"
)
CLOSED_DRIVER = "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\n"
CARD_FACTS = "Model: \t\t NVIDIA GeForce RTX 4090\nIRQ:   \t\t 142\nGPU UUID: \t GPU-0\n"


def write(system: Path, **files: str) -> Path:
    """A system with these files; slashes are written as two underscores."""
    for name, text in files.items():
        path = system / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return system


def test_a_machine_without_a_card_has_none(tmp_path: Path) -> None:
    assert nvidia_card(tmp_path) is None
    (tmp_path / "proc/driver/nvidia/gpus").mkdir(parents=True)
    write(tmp_path, proc__driver__nvidia__version=OPEN_DRIVER)
    assert nvidia_card(tmp_path) is None, "a driver without a card"
    other = write(tmp_path / "other", **{"proc__device-tree__model": "Raspberry Pi 5 Model B\0"})
    assert nvidia_card(other) is None


@pytest.mark.parametrize(("driver", "version"), [(OPEN_DRIVER, "580.65.06"), (CLOSED_DRIVER, "550.54.15")])
def test_card_and_driver_are_read(tmp_path: Path, driver: str, version: str) -> None:
    system = write(
        tmp_path,
        proc__driver__nvidia__version=driver,
        **{"proc__driver__nvidia__gpus__0000:01:00.0__information": CARD_FACTS},
    )
    assert nvidia_card(system) == GraphicsCard("NVIDIA GeForce RTX 4090", version)


def test_a_jetson_is_a_card(tmp_path: Path) -> None:
    system = write(
        tmp_path,
        etc__nv_tegra_release="# R36 (release), REVISION: 4.0, GCID: 37537400, BOARD: generic, EABI: aarch64\n",
        **{"proc__device-tree__model": "NVIDIA Jetson AGX Orin Developer Kit\0"},
    )
    assert nvidia_card(system) == GraphicsCard("NVIDIA Jetson AGX Orin Developer Kit", "R36 (release), REVISION: 4.0")


def test_the_newest_cuda_is_unknown_without_a_driver() -> None:
    assert newest_cuda("libno-such-driver.so.1") is None


@pytest.mark.parametrize(
    ("said", "reason", "remedy"),
    [
        (LIBRARY_SAID, "libcublasLt.so.13: library not found", "make run GPU=1"),
        ("libnvinfer.so.10: cannot open shared object file", "libnvinfer.so.10: library not found", "TensorRT 10"),
        ("error: libcuda.so.1: cannot open shared object file", "libcuda.so.1 is not found", "driver"),
        ("CUDA failure 35: CUDA driver version is insufficient", "the driver 580.65.06 is too old", "Update"),
        ("CUDA failure 2: out of memory ; GPU=0", "the memory of the card is full", "Close"),
        ("CUDA failure 100: no CUDA-capable device is detected", "CUDA sees no card", "access"),
        (
            "\x1b[0;93m2026 [W:onnxruntime:Default, a.cc:856 operator()] No device found\x1b[m\n"
            "\x1b[1;31m2026 [E:onnxruntime:Default, b.cc:2458 operator()] [ONNXRuntimeError] : 1 : FAIL : It is odd.\n"
            "\x1b[0;93m2026 [W:onnxruntime:Default, c.cc:1295 Create] Failed to create it.\x1b[m\n",
            "did not come up: It is odd.",
            "tillsight doctor",
        ),
        ("", "no reason given", "tillsight doctor"),
    ],
)
def test_trouble_is_told_in_one_sentence_with_what_to_do(said: str, reason: str, remedy: str) -> None:
    error = trouble("ONNX Runtime with CUDA", said, CARD)
    assert reason in error.message
    assert remedy in error.remedy
    assert "choose auto" in error.remedy
    assert "\n" not in str(error)
    assert "\x1b" not in str(error)


def test_what_libraries_write_is_heard() -> None:
    with heard_on_error_stream() as heard:
        os.write(2, b"a library complains\n")
    assert heard == ["a library complains\n"]


def test_a_program_without_an_error_stream_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(stream: int) -> int:
        raise OSError("Bad file descriptor")

    monkeypatch.setattr(os, "dup", refuse)
    with heard_on_error_stream() as heard:
        pass
    assert heard == []


def test_without_being_asked_no_package_for_cards_is_imported() -> None:
    model = next(models_folder().glob("*/*.onnx"))
    source = (
        "import sys; from pathlib import Path; import core.station\n"
        "from core.vision.runtimes.choose import installed_runtimes, open_runtime\n"
        "from core.vision.runtimes import nvidia\n"
        f"open_runtime(Path({str(model)!r}), runtime='onnxruntime', threads=1).close()\n"
        "installed_runtimes()\n"
        "names = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(names & {'tensorrt', 'tensorrt_rtx', 'pycuda', 'cuda', 'onnx', 'pynvml', 'cupy'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
