"""The pinned sets agree with one another, and no set holds two builds of one library."""

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETS = ("requirements", "requirements-dev", "requirements-gpu", "requirements-gpu-cu12", "requirements-pycuda")
CARD_SETS = ("requirements-gpu", "requirements-gpu-cu12")
BUILDS = {
    "onnxruntime": {"onnxruntime", "onnxruntime-gpu"},
    "faiss": {"faiss-cpu", "faiss-gpu", "faiss-gpu-cuvs"},
    "tensorrt_rtx": {"tensorrt-rtx-cu12", "tensorrt-rtx-cu13"},
}
"""Packages that bring the same module."""


def pins(name: str) -> dict[str, set[str]]:
    """Package → its versions, several where they differ by Python's version or the platform."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9-]+)==(\S+)", read(name), re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return found


def read(name: str) -> str:
    return (ROOT / "packaging" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SETS)
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    text = read(name)
    assert pins(name)
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert "://" not in text


@pytest.mark.parametrize("name", CARD_SETS)
def test_a_set_for_a_card_takes_the_place_of_the_usual_one(name: str) -> None:
    usual, card = pins("requirements"), pins(name)
    for module, builds in BUILDS.items():
        assert len(builds & set(card)) == 1, module
    left_out = {package for package in usual if package not in card}
    assert left_out == {"onnxruntime", "faiss-cpu"}
    assert {package: card[package] for package in usual if package in card} == {
        package: versions for package, versions in usual.items() if package in card
    }


@pytest.mark.parametrize(("name", "foreign"), [("requirements-gpu", "cu12"), ("requirements-gpu-cu12", "cu13")])
def test_a_set_for_a_card_is_for_one_version_of_cuda(name: str, foreign: str) -> None:
    assert not [package for package in pins(name) if package.endswith(foreign)]


def test_the_tests_bring_no_second_build() -> None:
    assert not {"onnxruntime", "faiss-cpu"} & set(pins("requirements-dev")), "they are installed before, of either kind"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(
    ("card", "left_out"), [("cu12", {f"tensorrt-rtx-cu13{part}" for part in ("", "-bindings", "-libs")}), ("1", set())]
)
def test_the_tests_bring_no_second_build_of_tensorrt(card: str, left_out: set[str]) -> None:
    pinned = "packaging/requirements-dev.txt"
    goal = ("--dry-run", "--what-if", pinned, f"GPU={card}", ".venv/.ready-dev")
    # `make test` hands its own goals and variables on to whatever it starts.
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    shown = subprocess.run(["make", *goal], cwd=ROOT, env=plain, capture_output=True, text=True, check=True).stdout
    (line,) = [line for line in shown.splitlines() if line.startswith("sed ")]
    command = shlex.split(line.partition(" > ")[0])
    assert command[2:] == [pinned]
    text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    entries = re.split(r"\n(?=\S)", read("requirements-dev").strip())
    kept = [entry for entry in entries if entry.partition("==")[0] not in left_out]
    assert text.strip() == "\n".join(kept)
    assert len(entries) - len(kept) == len(left_out)


def test_makefile_and_sets_name_the_same_builds() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for package in BUILDS["onnxruntime"] | BUILDS["faiss"]:
        assert re.search(rf"_BUILDS := [^#]*\b{package}\b", makefile), package


def test_the_extras_hold_nothing_that_takes_the_place_of_what_is_always_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    always = {re.split(r"[^a-zA-Z0-9-]", requirement)[0] for requirement in project["dependencies"]}
    assert {"onnxruntime", "faiss-cpu"} <= always
    for name in ("gpu", "gpu-cu12"):
        extra = {re.split(r"[^a-zA-Z0-9-]", requirement)[0] for requirement in project["optional-dependencies"][name]}
        for builds in BUILDS.values():
            assert len(builds & (always | extra)) <= 1, name
