"""A graphics card that is not there: PyCUDA's and cuda-bindings' interfaces over host memory, with all their rules.

Work in a stream is done when the stream is waited for and not before, so that what is read or freed too early shows.
Every call needs the card's context in the calling thread.
"""

import itertools
import sys
import threading
import weakref
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

Work = Callable[[], None]


class CudaError(Exception):
    """PyCUDA's base of all errors."""


class CudaMemoryError(CudaError):
    """The card is full."""


class CudaLogicError(CudaError):
    """A call against the rules."""


class FakeContext:
    """The primary context; ``stacks`` keeps, for each thread, what is current there."""

    stacks = threading.local()

    def push(self) -> None:
        FakeContext.stack().append(self)

    @staticmethod
    def pop() -> None:
        if not FakeContext.stack():
            raise CudaLogicError("context::pop failed: invalid device context - cannot pop non-current context")
        FakeContext.stack().pop()

    @staticmethod
    def stack() -> list["FakeContext"]:
        found: list[FakeContext] = FakeContext.stacks.__dict__.setdefault("stack", [])
        return found


class Allocation:
    """Memory on the card or pinned on the host."""

    def __init__(self, card: "FakeCard", size: int, address: int) -> None:
        self._card, self.address = card, address
        self.bytes = np.zeros(size, np.uint8)
        self.is_free = False

    def __int__(self) -> int:
        return self.address

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return self.bytes.__array_interface__

    def free(self) -> None:
        self._card.need_context()
        if self.is_free:
            raise CudaLogicError("freed twice")
        if any(stream.queue for stream in self._card.streams):
            raise CudaLogicError("freed while work is under way")
        self.is_free = True
        self._card.note(f"free {self.bytes.size}")


class FakeStream:
    """A stream; ``recording`` is what a capture has taken down."""

    def __init__(self, card: "FakeCard") -> None:
        card.need_context()
        self._card = card
        self.handle = next(card.numbers)
        self.queue: list[Work] = []
        self.recording: list[Work] | None = None
        card.all_streams.append(weakref.ref(self))

    def __del__(self) -> None:
        # PyCUDA cannot destroy it without its context, and says so in a warning.
        if self._card.context not in FakeContext.stack():
            self._card.note("a stream was left")

    def put(self, work: Work) -> None:
        self._card.need_context()
        (self.queue if self.recording is None else self.recording).append(work)

    def synchronize(self) -> None:
        self._card.need_context()
        if self.recording is not None:
            raise CudaLogicError("cuStreamSynchronize failed: operation not permitted when stream is capturing")
        self._card.note("wait")
        while self.queue:
            self.queue.pop(0)()
        if self._card.broken:
            raise CudaLogicError(f"cuStreamSynchronize failed: {self._card.broken}")


class FakeCard:
    """The card, its memory and what happened to it (``events``). ``broken``: what the next wait fails with."""

    def __init__(self, *, memory: int = 1 << 30, cards: int = 1, init_error: str = "", can_record: bool = True) -> None:
        self.name, self.capability, self.version = "NVIDIA Fake 4090", (8, 9), 13000
        self.memory, self.cards, self.init_error, self.can_record = memory, cards, init_error, can_record
        self.numbers = itertools.count(1)
        self.context = FakeContext()
        self.device_memory: list[Allocation] = []
        self.pinned: list[Allocation] = []
        self.all_streams: list[weakref.ref[FakeStream]] = []
        self.events: list[str] = []
        self.broken = ""

    def note(self, event: str) -> None:
        self.events.append(event)

    def need_context(self) -> None:
        if self.context not in FakeContext.stack():
            raise CudaLogicError("invalid device context - no currently active context?")

    @property
    def streams(self) -> list["FakeStream"]:
        """Those that are there."""
        return [stream for stream in (reference() for reference in self.all_streams) if stream is not None]

    @property
    def used(self) -> int:
        return sum(one.bytes.size for one in self.device_memory if not one.is_free)

    def allocate(self, size: int) -> Allocation:
        self.need_context()
        if any(stream.recording is not None for stream in self.streams):
            raise CudaLogicError("cuMemAlloc failed: operation not permitted when stream is capturing")
        if self.used + size > self.memory:
            raise CudaMemoryError("cuMemAlloc failed: out of memory")
        self.note(f"allocate {size}")
        self.device_memory.append(Allocation(self, size, next(self.numbers) << 32))
        return self.device_memory[-1]

    def pin(self, shape: int, dtype: Any) -> npt.NDArray[np.uint8]:
        self.need_context()
        assert dtype is np.uint8
        self.pinned.append(Allocation(self, shape, 0))
        return np.asarray(self.pinned[-1])

    def at(self, address: int) -> npt.NDArray[np.uint8]:
        """Device memory from an address on."""
        for one in self.device_memory:
            if one.address <= address < one.address + one.bytes.size and not one.is_free:
                return one.bytes[address - one.address :]
        raise CudaLogicError("an illegal memory access was encountered")

    def stream_of(self, handle: int) -> FakeStream:
        return next(stream for stream in self.streams if stream.handle == handle)

    def upload(self, target: int, source: npt.NDArray[Any], stream: FakeStream) -> None:
        self._check_pinned(source)
        self.note(f"upload {source.nbytes}")
        stream.put(lambda: self._copy(self.at(target), np.frombuffer(source.tobytes(), np.uint8)))

    def download(self, target: npt.NDArray[Any], source: Allocation, stream: FakeStream) -> None:
        self._check_pinned(target)
        self.note(f"download {target.nbytes}")
        flat = target.reshape(-1).view(np.uint8)
        stream.put(lambda: self._copy(flat, self.at(int(source))[: flat.size]))

    def _check_pinned(self, array: npt.NDArray[Any]) -> None:
        if not any(np.shares_memory(array, one.bytes) for one in self.pinned if not one.is_free):
            raise CudaLogicError("the host memory is not pinned: the copy would not be asynchronous")

    @staticmethod
    def _copy(target: npt.NDArray[np.uint8], source: npt.NDArray[np.uint8]) -> None:
        if source.size > target.size:
            raise CudaLogicError("invalid argument: the memory is too small")
        target[: source.size] = source


def install_cuda(monkeypatch: pytest.MonkeyPatch, card: FakeCard) -> None:
    """Put ``pycuda`` and ``cuda.bindings`` into the interpreter, with this card."""
    from core.vision.runtimes import cuda

    cuda.open_card.cache_clear()
    monkeypatch.setattr(cuda, "nvidia_card", lambda: None)
    for name, module in (("pycuda", ModuleType("pycuda")), ("pycuda.driver", _pycuda_driver(card))):
        put_module(monkeypatch, name, module)
    if card.can_record:
        for name in ("cuda", "cuda.bindings"):
            put_module(monkeypatch, name, ModuleType(name))
        put_module(monkeypatch, "cuda.bindings.driver", _bindings_driver(card))


def put_module(monkeypatch: pytest.MonkeyPatch, name: str, module: ModuleType) -> None:
    module.__spec__ = ModuleSpec(name, None)
    monkeypatch.setitem(sys.modules, name, module)


def _pycuda_driver(card: FakeCard) -> ModuleType:
    driver = ModuleType("pycuda.driver")

    def start() -> None:
        if card.init_error:
            raise CudaError(card.init_error)

    class Device:
        """A card by its number."""

        def __init__(self, number: int) -> None:
            assert number < card.cards

        count = staticmethod(lambda: card.cards)

        def name(self) -> str:
            return card.name

        def compute_capability(self) -> tuple[int, int]:
            return card.capability

        def retain_primary_context(self) -> FakeContext:
            return card.context

    contents: dict[str, Any] = {
        "Error": CudaError,
        "MemoryError": CudaMemoryError,
        "LogicError": CudaLogicError,
        "init": start,
        "Device": Device,
        "Context": FakeContext,
        "Stream": lambda: FakeStream(card),
        "get_driver_version": lambda: card.version,
        "mem_alloc": card.allocate,
        "pagelocked_empty": card.pin,
        "memcpy_htod_async": card.upload,
        "memcpy_dtoh_async": card.download,
    }
    driver.__dict__.update(contents)
    return driver


def _bindings_driver(card: FakeCard) -> ModuleType:
    driver = ModuleType("cuda.bindings.driver")
    fine, refused = SimpleNamespace(name="CUDA_SUCCESS"), SimpleNamespace(name="CUDA_ERROR_NOT_SUPPORTED")

    def begin(handle: int, mode: str) -> tuple[Any, ...]:
        assert mode == "thread local"
        if card.broken:
            return (refused,)
        card.stream_of(handle).recording = []
        card.note("record")
        return (fine,)

    def end(handle: int) -> tuple[Any, ...]:
        stream = card.stream_of(handle)
        recorded, stream.recording = stream.recording, None
        return fine, recorded

    def launch(recorded: list[Work], handle: int) -> tuple[Any, ...]:
        card.note("launch")
        for work in recorded:
            card.stream_of(handle).put(work)
        return (fine,)

    contents: dict[str, Any] = {
        "CUresult": SimpleNamespace(CUDA_SUCCESS=fine),
        "CUstreamCaptureMode": SimpleNamespace(CU_STREAM_CAPTURE_MODE_THREAD_LOCAL="thread local"),
        "cuStreamBeginCapture": begin,
        "cuStreamEndCapture": end,
        "cuGraphInstantiate": lambda recorded, flags: (fine, list(recorded)),
        "cuGraphLaunch": launch,
        "cuGraphDestroy": lambda recorded: (fine,),
        "cuGraphExecDestroy": lambda recorded: (fine,),
    }
    driver.__dict__.update(contents)
    return driver
