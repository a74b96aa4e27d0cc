"""The NVIDIA card of this machine as its driver describes it to the system; no package for GPUs is imported."""

import ctypes
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_SYSTEM = Path("/")
_DRIVER_LIBRARY = "libcuda.so.1"
_DRIVER_VERSION = re.compile(r"\s(\d{3,}\.\d+(?:\.\d+)*)\s")


@dataclass(frozen=True, slots=True)
class GraphicsCard:
    """A card and its driver: "NVIDIA L4", "580.65.06". ``driver`` is empty where the system does not tell it."""

    name: str
    driver: str


def nvidia_card(system: Path = _SYSTEM) -> GraphicsCard | None:
    """The first NVIDIA card that a loaded driver serves; ``None`` when there is none. Reads a few small files.

    ``system``: the root of the file system. A Jetson counts: its board is the card.
    """
    driver = _text(system / "proc/driver/nvidia/version")
    board = _text(system / "proc/device-tree/model").rstrip("\0")
    release = _text(system / "etc/nv_tegra_release") if "NVIDIA" in board else ""
    if not driver and not release:
        return None
    found = _DRIVER_VERSION.search(driver)
    version = found[1] if found else release.splitlines()[0].lstrip("# ").split(", GCID")[0] if release else ""
    cards = system / "proc/driver/nvidia/gpus"
    for folder in sorted(cards.glob("*")):
        name = re.search(r"^Model:\s*(.+?)\s*$", _text(folder / "information"), re.MULTILINE)
        return GraphicsCard(name[1] if name else "NVIDIA card", version)
    if cards.is_dir() and not board:
        return None
    return GraphicsCard(board or "NVIDIA card", version)


def newest_cuda(library: str = _DRIVER_LIBRARY) -> tuple[int, int] | None:
    """The newest CUDA version, such as (13, 0), that the driver serves; ``None`` when its library does not load."""
    try:
        driver = ctypes.CDLL(library)
    except OSError:
        return None
    version = ctypes.c_int()
    if driver.cuDriverGetVersion(ctypes.byref(version)) != 0 or version.value <= 0:
        return None
    # 1000 × major + 10 × minor, says the reference of CUDA's driver interface.
    return version.value // 1000, version.value % 1000 // 10


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace")
    return ""
