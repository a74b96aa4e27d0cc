"""The most that this machine's processor or NVIDIA card can compute and move in a second."""

import ctypes
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from core.errors import ModelError
from core.vision.runtimes.choose import open_runtime, usable_cores

_TENSOR_OPERATIONS = {
    (7, 0): 1024,
    (7, 2): 1024,
    (7, 5): 1024,
    (8, 0): 2048,
    (8, 6): 1024,
    (8, 7): 2048,
    (8, 9): 1024,
    (9, 0): 4096,
    (10, 0): 8192,
    (10, 3): 8192,
    (12, 0): 1024,
    (12, 1): 1024,
}
"""Dense float16 operations of one multiprocessor in one clock by compute capability: the peak rates in NVIDIA's data
sheets (V100 125, T4 65, A100 312, A10 125, L4 121, H100 989, B200 2250 TFLOP/s) over multiprocessors and clock.
"""
_CLOCK_KHZ, _MULTIPROCESSORS, _MEMORY_CLOCK_KHZ, _BUS_BITS, _MAJOR, _MINOR = 13, 16, 36, 37, 75, 76
"""Numbers of the attributes in CUDA's driver interface (``cuDeviceGetAttribute``)."""
_TRANSFERS_A_CLOCK = 2

_MEASURE_S = 0.5
_COPIED = 1 << 26
_ROWS, _SIZE = 512, 2048


@dataclass(frozen=True, slots=True)
class DevicePeak:
    """Rates of a device for numbers of ``width`` bytes."""

    operations_per_second: float
    bytes_per_second: float
    width: int


def measure_processor(*, is_bfloat16: bool) -> DevicePeak | None:
    """All cores of this process, by a matrix product and a copy, for about two seconds; measure before what it judges.

    The product is NumPy's or OpenVINO's, whichever is quicker. ``None`` when the processor does not compute in
    bfloat16. Needs the package ``onnx``.
    """
    rate = _engine_rate("left" if is_bfloat16 else "")
    if not is_bfloat16:
        rate = max(rate or 0.0, _numpy_rate())
    return DevicePeak(rate, _copy_rate(), 2 if is_bfloat16 else 4) if rate else None


def card_peak(driver: Any = None) -> DevicePeak | None:
    """The first NVIDIA card in float16, from what its driver says of it at its highest clocks; ``None`` without one.

    Also ``None`` for a card of a generation that is not known here. ``driver`` stands for CUDA's driver library.
    """
    if driver is None:
        with suppress(OSError):
            driver = ctypes.CDLL("libcuda.so.1")
    device = ctypes.c_int()
    if driver is None or driver.cuInit(0) != 0 or driver.cuDeviceGet(ctypes.byref(device), 0) != 0:
        return None

    def read(attribute: int) -> int:
        value = ctypes.c_int()
        return value.value if driver.cuDeviceGetAttribute(ctypes.byref(value), attribute, device) == 0 else 0

    operations = _TENSOR_OPERATIONS.get((read(_MAJOR), read(_MINOR)), 0) * read(_MULTIPROCESSORS)
    moved = _TRANSFERS_A_CLOCK * read(_MEMORY_CLOCK_KHZ) * 1e3 * read(_BUS_BITS) / 8
    if not operations or not moved:
        return None
    return DevicePeak(operations * read(_CLOCK_KHZ) * 1e3, moved, 2)


def _engine_rate(float32_until: str) -> float | None:
    """Operations a second of a matrix product in OpenVINO; ``None`` when it is not there or not in that precision."""
    from core.vision.model_conversion.work import write_matrix_product

    with TemporaryDirectory(prefix="tillsight-peak-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "product.onnx"
        operations = write_matrix_product(path, _ROWS, _SIZE)
        try:
            engine = open_runtime(path, runtime="openvino", threads=usable_cores(), float32_until=float32_until)
        except ModelError:
            return None
        try:
            if bool(float32_until) != ("bfloat16" in engine.device):
                return None
            left = np.ones((_ROWS, _SIZE), np.float32)
            return operations / _quickest(lambda: engine.run({"left": left}))
        finally:
            engine.close()


def _numpy_rate() -> float:
    left, right = np.ones((_ROWS, _SIZE), np.float32), np.ones((_SIZE, _SIZE), np.float32)
    product = np.empty((_ROWS, _SIZE), np.float32)
    return 2 * _ROWS * _SIZE * _SIZE / _quickest(lambda: np.matmul(left, right, out=product))


def _copy_rate() -> float:
    """Bytes read and written a second, each core copying a part of its own."""
    cores = usable_cores()
    parts = [(np.ones(_COPIED // cores, np.uint8), np.empty(_COPIED // cores, np.uint8)) for _ in range(cores)]
    with ThreadPoolExecutor(cores) as pool:
        return (
            2
            * cores
            * (_COPIED // cores)
            / _quickest(lambda: list(pool.map(lambda part: np.copyto(*part[::-1]), parts)))
        )


def _quickest(call: Callable[[], object]) -> float:
    """Seconds of the quickest of the calls that fit into half a second, three at least."""
    call()
    times: list[float] = []
    while len(times) < 3 or sum(times) < _MEASURE_S:
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return min(times)
