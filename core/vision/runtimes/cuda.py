"""CUDA through PyCUDA: the card, its primary context, a stream, and memory on both sides; the only user of PyCUDA."""

import importlib
import importlib.util
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from core.errors import ModelError
from core.vision.runtimes.nvidia import nvidia_card
from core.vision.runtimes.runtime import Tensor

_SLICE = 4 << 20
"""Bytes that are handed to the card at once; a crop of 224×224 has 0.6 million."""
_COPIERS = 4

_INSTALL = "Run `make run GPU=1`, or pip install '.[pycuda]'; it is compiled, with a C++ compiler and CUDA's headers."
_DRIVER = "Install NVIDIA's driver for your card, then restart the computer."


def is_installed() -> bool:
    """Whether PyCUDA can be imported; imports nothing."""
    return importlib.util.find_spec("pycuda") is not None


class Card:
    """A graphics card and its primary context, which all CUDA libraries of a process share. Any thread.

    Made by ``open_card``. ``capability``: "8.9". ``driver``: the CUDA version that it serves, and its own version.
    """

    def __init__(self, driver: Any, number: int) -> None:
        self.cuda = driver
        device = driver.Device(number)
        self.name = str(device.name())
        self.capability = ".".join(str(part) for part in device.compute_capability())
        version = int(driver.get_driver_version())
        # 1000 × major + 10 × minor, says the reference of CUDA's driver interface.
        described = nvidia_card()
        served = f"CUDA {version // 1000}.{version % 1000 // 10}"
        self.driver = f"{served}, {described.driver}" if described is not None and described.driver else served
        self._context = device.retain_primary_context()

    @contextmanager
    def current(self) -> Iterator[None]:
        """Make the card's context this thread's while the block runs, and the former again afterwards.

        PyCUDA's errors leave as ``ModelError``.
        """
        with self.told():
            self._context.push()
            try:
                yield
            finally:
                self.cuda.Context.pop()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell PyCUDA's errors in words that a person can act on."""
        try:
            yield
        except self.cuda.MemoryError as error:
            raise ModelError(
                f"The memory of the graphics card ({self.name}) is full.",
                remedy="Close other programs that use the card, or build the engine again with a smaller --batch.",
            ) from error
        except self.cuda.Error as error:
            raise ModelError(
                f"The graphics card ({self.name}) reports an error: {str(error).rstrip('.')}.",
                remedy="Start Tillsight again. If it comes back, install the newest NVIDIA driver.",
            ) from error


@lru_cache(maxsize=1)
def _copiers() -> ThreadPoolExecutor:
    """Threads that copy into pinned memory; a single one does not fill the memory's or the card's bus."""
    return ThreadPoolExecutor(_COPIERS, thread_name_prefix="pinned-copies")


@lru_cache(maxsize=8)
def open_card(number: int = 0) -> Card:
    """The card of this number, opened once in a process; raises ``ModelError`` when it cannot be used."""
    return Card(_driver(number), number)


def _driver(number: int) -> Any:
    """PyCUDA's interface to the driver, started."""
    if not is_installed():
        raise ModelError("PyCUDA, which hands pictures to the graphics card, is not installed.", remedy=_INSTALL)
    try:
        driver = importlib.import_module("pycuda.driver")
    except ImportError as error:
        if "libcuda" in str(error) or "nvcuda" in str(error):
            raise ModelError("There is no NVIDIA driver on this machine.", remedy=_DRIVER) from error
        raise ModelError(f"PyCUDA is installed, but does not load: {error}.", remedy=_INSTALL) from error
    try:
        driver.init()
        count = driver.Device.count()
    except driver.Error as error:
        if "insufficient" in str(error) or "mismatch" in str(error):
            raise ModelError(f"The NVIDIA driver is too old ({error}).", remedy=_DRIVER) from error
        raise ModelError(f"No NVIDIA card can be used here ({error}).", remedy=_DRIVER) from error
    if number >= count:
        raise ModelError("There is no NVIDIA card in this machine.", remedy="Choose a runtime for the processor.")
    return driver


class Lane:
    """A stream of its own, with pinned host memory and device memory for tensors by name.

    Used by one thread at a time, within ``card.current()``. Memory is reused and grows; it never shrinks.
    """

    def __init__(self, card: Card) -> None:
        self._cuda = card.cuda
        self._stream = card.cuda.Stream()
        self._host: dict[str, Any] = {}
        self._views: dict[str, Tensor] = {}
        self._device: dict[str, Any] = {}

    @property
    def handle(self) -> int:
        """CUDA's own handle of the stream."""
        return int(self._stream.handle)

    def place(self, name: str, shape: tuple[int, ...], dtype: str) -> Tensor:
        """Memory for a tensor on both sides; what is returned is pinned and read after ``download`` and ``wait``.

        Nothing may be under way in the stream.
        """
        size = max(1, prod(shape) * np.dtype(dtype).itemsize)
        if name not in self._host or self._host[name].nbytes < size:
            self._grow(name, size)
        view: Tensor = self._host[name][: prod(shape) * np.dtype(dtype).itemsize].view(dtype).reshape(shape)
        self._views[name] = view
        return view

    def address(self, name: str) -> int:
        """Where the tensor is on the card."""
        return int(self._device[name])

    def upload(self, name: str, value: Tensor) -> None:
        """Copy a value of the placed shape to the card: into its pinned memory now, from there in the stream.

        A large one goes in slices, so that the card fetches one while the next are copied.
        """
        view = self._views[name]
        if view.nbytes <= _SLICE:
            np.copyto(view, value)
            self._cuda.memcpy_htod_async(self.address(name), view, self._stream)
            return
        target, source = view.reshape(-1), np.ascontiguousarray(value).reshape(-1)
        step = _SLICE // view.itemsize
        starts = range(0, target.size, step)
        slices = [target[start : start + step] for start in starts]
        copied = [
            _copiers().submit(np.copyto, part, source[at : at + step]) for at, part in zip(starts, slices, strict=True)
        ]
        try:
            for start, part, done in zip(starts, slices, copied, strict=True):
                done.result()
                self._cuda.memcpy_htod_async(self.address(name) + start * view.itemsize, part, self._stream)
        finally:
            wait(copied)

    def download(self, name: str) -> None:
        """Copy the tensor from the card, in the stream."""
        self._cuda.memcpy_dtoh_async(self._views[name], self._device[name], self._stream)

    def wait(self) -> None:
        """Until all that was put into the stream is done."""
        self._stream.synchronize()

    def close(self) -> None:
        """Free the memory; nothing may be done with the lane afterwards."""
        for name in list(self._device):
            self._free(name)
        # Destroyed here, where the context is current: PyCUDA cannot do it from another thread.
        del self._stream

    def _grow(self, name: str, size: int) -> None:
        former = self._host[name].nbytes if name in self._host else 0
        self._free(name)
        room = max(size, min(2 * former, former + (64 << 20)))
        self._device[name] = self._cuda.mem_alloc(room)
        self._host[name] = self._cuda.pagelocked_empty(room, np.uint8)

    def _free(self, name: str) -> None:
        self._views.pop(name, None)
        pinned = self._host.pop(name, None)
        if pinned is not None:
            pinned.base.free()
        allocation = self._device.pop(name, None)
        if allocation is not None:
            allocation.free()
