"""TensorRT's two Python packages behind one face: which are there, and what their messages mean to a person."""

import importlib
import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.errors import ModelError
from core.vision.runtimes.runtime import Tensor, TensorSpec

Module = Any
"""The imported package; both have the same interface, but for what ``hasattr`` is asked here and there."""

_DTYPES = {
    "FLOAT": "float32",
    "HALF": "float16",
    "INT8": "int8",
    "INT32": "int32",
    "INT64": "int64",
    "BOOL": "bool",
    "UINT8": "uint8",
}
"""TensorRT's element types, and NumPy's name for each that it has."""

_AGAIN = "Build it again."
_DRIVER = "Install the newest NVIDIA driver for your card, then restart the computer."
_INVALID = {
    "VERSION_MISMATCH": ("was built by another version of {title}", _AGAIN),
    "UNSUPPORTED_CC": ("was built for cards of another compute capability", _AGAIN),
    "OLD_CUDA_DRIVER": ("needs a newer NVIDIA driver", _DRIVER),
    "OLD_CUDA_RUNTIME": ("needs a newer CUDA", _DRIVER),
    "INSUFFICIENT_GPU_MEMORY": ("needs more memory than is free on the card", "Build it with a smaller --batch."),
    "MALFORMED_ENGINE": ("is damaged", _AGAIN),
    "CUDA_ERROR": ("finds no working CUDA", _DRIVER),
}
"""What TensorRT for RTX can say against an engine, and what to do; what tells most comes first."""

_SERIOUS = ("INTERNAL_ERROR", "ERROR")


@dataclass(frozen=True, slots=True)
class Package:
    """``name`` in settings and commands, ``title`` to people, ``module`` to Python, ``remedy`` when it is missing."""

    name: str
    title: str
    module: str
    remedy: str


TENSORRT = Package(
    "tensorrt",
    "TensorRT",
    "tensorrt",
    "Install NVIDIA's package tensorrt for your CUDA (on a Jetson it comes with JetPack), or use tensorrt-rtx.",
)
TENSORRT_RTX = Package(
    "tensorrt-rtx",
    "TensorRT for RTX",
    "tensorrt_rtx",
    "Install it: pip install tensorrt-rtx-cu13, or tensorrt-rtx-cu12 with an older driver.",
)
PACKAGES = (TENSORRT, TENSORRT_RTX)


def is_installed(name: str) -> bool:
    """Whether the package of this name can be imported; imports nothing."""
    return any(name == package.name and importlib.util.find_spec(package.module) is not None for package in PACKAGES)


def installed_packages() -> tuple[str, ...]:
    """The names of those that can be imported, the one for data centers and Jetson first; imports nothing."""
    return tuple(package.name for package in PACKAGES if is_installed(package.name))


def package_named(name: str) -> Package:
    """Raises ``ModelError`` for a name that is none."""
    for package in PACKAGES:
        if package.name == name:
            return package
    raise ModelError(
        f"There is no package named '{name}'.", remedy=f"Choose one of these: {', '.join(p.name for p in PACKAGES)}."
    )


def load_package(package: Package) -> Module:
    """Import it; raises ``ModelError`` when it is missing or does not load."""
    if importlib.util.find_spec(package.module) is None:
        raise ModelError(f"{package.title} is not installed.", remedy=package.remedy)
    try:
        return importlib.import_module(package.module)
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(
            f"{package.title} is installed, but does not load: {str(error).rstrip('.')}.",
            remedy="Install it again, of the same CUDA version as your driver.",
        ) from error


def made(make: Callable[[Any], Any], package: Package, complaints: "Complaints") -> Any:
    """What one of the package's factories makes with the logger; raises ``ModelError`` when it does not."""
    try:
        one = make(complaints.logger)
    except (RuntimeError, TypeError) as error:
        raise failure(package, f"{package.title} does not start ({error})", complaints) from error
    if one is None:
        raise failure(package, f"{package.title} does not start", complaints)
    return one


def load_plugins(module: Module, package: Package, complaints: "Complaints") -> None:
    """Make operators known that are TensorRT's own, such as ``EfficientNMS_TRT``; ``TENSORRT_RTX`` ships none."""
    if package is TENSORRT:
        module.init_libnvinfer_plugins(complaints.logger, "")


class Complaints:
    """What TensorRT had to say: ``logger`` is handed to it, ``last`` is its most telling sentence.

    TensorRT reports the cause of a failure here and returns nothing; it calls from threads of its own.
    """

    def __init__(self, module: Module) -> None:
        heard: list[str] = []
        self._heard = heard

        class Logger(module.ILogger):  # type: ignore[misc] # its type is only known when it is installed
            """Keeps errors and leaves the rest."""

            def __init__(self) -> None:
                module.ILogger.__init__(self)

            def log(self, severity: Any, message: str) -> None:
                if severity.name in _SERIOUS:
                    heard.append(message)

        self.logger = Logger()

    def forget(self) -> None:
        self._heard.clear()

    @property
    def last(self) -> str:
        """The newest error without its codes and places; empty when there was none."""
        return _sentence(self._heard[-1]) if self._heard else ""

    @property
    def tells_of_driver(self) -> bool:
        """Whether the driver was found missing or too old."""
        return any("driver version is insufficient" in message for message in self._heard)

    @property
    def tells_of_version(self) -> bool:
        """Whether an engine of another version was refused."""
        return any("version" in message.lower() and "engine" in message.lower() for message in self._heard)

    @property
    def tells_of_memory(self) -> bool:
        """Whether there was too little memory on the card."""
        return any("outofmemory" in "".join(message.lower().split()) for message in self._heard)


def failure(package: Package, what: str, complaints: Complaints) -> ModelError:
    """The error for something that TensorRT refused: ``what`` as a beginning, then its own words."""
    if complaints.tells_of_driver:
        return ModelError(
            f"The NVIDIA driver of this machine is missing or too old for {package.title}.",
            remedy=_DRIVER,
        )
    if complaints.tells_of_memory:
        return no_memory(what)
    words = complaints.last or "it gives no reason"
    return ModelError(
        f"{what}: {words.rstrip('.')}.", remedy="Choose another model, or another runtime in the settings."
    )


def unfit(engine: str, package: Package, diagnostics: int, module: Module) -> ModelError:
    """The error for an engine's file of which TensorRT for RTX says that it cannot be used here."""
    for name, (words, remedy) in _INVALID.items():
        flag = getattr(module.EngineInvalidityDiagnostics, name, None)
        if flag is not None and diagnostics & int(flag):
            return ModelError(f"The engine {engine} {words.format(title=package.title)}.", remedy=remedy)
    return ModelError(f"The engine {engine} cannot be used here.", remedy=_AGAIN)


def no_memory(what: str) -> ModelError:
    """The error for a card whose memory is full."""
    return ModelError(
        f"{what}: the graphics card has too little free memory.",
        remedy="Close other programs that use the card, or build the engine again with a smaller --batch.",
    )


def spec_of(module: Module, name: str, shape: Any, dtype: Any) -> TensorSpec:
    """A tensor as the rest of the program speaks of it; raises ``ModelError`` for a type that NumPy does not have."""
    for kind, numpy_name in _DTYPES.items():
        if dtype == getattr(module.DataType, kind, None):
            return TensorSpec(name, tuple(None if size < 0 else int(size) for size in shape), numpy_name)
    raise ModelError(
        f"The model's tensor '{name}' is of type {getattr(dtype, 'name', dtype)}, which cannot be read here.",
        remedy="Export the model with inputs and outputs of float32 or float16.",
    )


def check_inputs(specs: dict[str, TensorSpec], inputs: dict[str, Tensor]) -> str:
    """What is wrong with the inputs of a call, in words; empty when nothing is."""
    missing = [name for name in specs if name not in inputs]
    if missing:
        return f"'{missing[0]}' is missing."
    for name, value in inputs.items():
        if name not in specs or not specs[name].accepts(value):
            return f"'{name}' is {value.shape} of {value.dtype}."
    return ""


def _sentence(message: str) -> str:
    """TensorRT's words without the codes before them and the places in its source: ``Error Code 4: … In f at …``."""
    text = message.strip().partition("\n")[0]
    text = re.sub(r"^(\[\S+\] ?)?([\w:]+: )?Error Code \d+: ", "", text)
    return re.sub(r"\.? In \w+ at [^\s)]+(:\d+)?", "", text).strip()
