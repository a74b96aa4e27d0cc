"""The pinned sets agree with one another, and no set holds two builds of one library."""

import re
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
