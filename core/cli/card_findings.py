"""What the doctor finds about an NVIDIA card: driver, libraries, engines; version by version, with what to install."""

import ctypes.util
import importlib.util
from collections.abc import Iterator
from pathlib import Path

from core.cli.finding import Finding, checked, installed
from core.errors import ModelError
from core.paths import DataFolder
from core.recognition import card_rows
from core.settings import Settings
from core.shop_engines import cards_in_use
from core.vision.runtimes.choose import engine_folder, installed_runtimes, open_runtime
from core.vision.runtimes.nvidia import GraphicsCard, newest_cuda, nvidia_card

_ONNX_PROCESSOR, _ONNX_CARD = "onnxruntime", "onnxruntime-gpu"
_CUDA = {13: "nvidia-cuda-runtime", 12: "nvidia-cuda-runtime-cu12"}
_CUBLAS = {13: "nvidia-cublas", 12: "nvidia-cublas-cu12"}
_CUDNN = ("nvidia-cudnn-cu13", "nvidia-cudnn-cu12")
_TENSORRT = ("tensorrt", "tensorrt-cu13", "tensorrt-cu12", "tensorrt-rtx", "tensorrt-rtx-cu13", "tensorrt-rtx-cu12")
_BINDINGS = "cuda-bindings"
_FAISS_CARD = ("faiss-gpu-cuvs", "faiss-gpu", "faiss-gpu-cu12", "faiss-cuda")
CARD_PACKAGES = (
    _ONNX_CARD,
    *_CUDA.values(),
    *_CUBLAS.values(),
    *_CUDNN,
    *_TENSORRT,
    "pycuda",
    _BINDINGS,
    *_FAISS_CARD,
)
"""The packages that are for a card."""

_SET_UP = "Set the program up with `make run GPU=1`, or with `make run GPU=cu12` for a driver before 580."
_OLDEST_DRIVER = "525"
_NVINFER = "libnvinfer.so.10"


def examine_card(settings: Settings, data: DataFolder) -> Iterator[Finding]:
    """One finding when there is no NVIDIA card, and nothing of its packages is imported; else one for each part.

    Nothing here is a failure: without the card everything runs on the processor.
    """
    card = nvidia_card()
    if card is None:
        yield Finding("gpu", "ok", "No NVIDIA graphics card; everything runs on the processor.")
        return
    newest = newest_cuda()
    yield _driver(card, newest)
    yield _cuda(newest)
    yield _cudnn()
    yield checked("gpu-onnxruntime", lambda: _onnxruntime(settings, data), otherwise="warn")
    yield _tensorrt()
    yield checked("gpu-pycuda", _pycuda, otherwise="warn")
    yield checked("gpu-engines", lambda: _engines(settings, data), otherwise="warn")
    yield _faiss()


def _driver(card: GraphicsCard, newest: tuple[int, int] | None) -> Finding:
    words = f"{card.name}, driver {card.driver or 'of unknown version'}"
    if newest is None:
        return Finding(
            "gpu",
            "warn",
            f"{words}, whose library libcuda.so.1 does not load.",
            "Install NVIDIA's driver again; in a container, give it access to the card.",
        )
    words += f", which serves CUDA up to {newest[0]}.{newest[1]}."
    if newest[0] < min(_CUDA):
        return Finding("gpu", "warn", words, f"Update NVIDIA's driver to {_OLDEST_DRIVER} or newer.")
    return Finding("gpu", "ok", words)


def _cuda(newest: tuple[int, int] | None) -> Finding:
    """The libraries that ONNX Runtime and FAISS need; TensorRT for RTX needs none of them."""
    found = {major: version for major, name in _CUDA.items() for version in installed([name]).values()}
    if not found:
        system = ctypes.util.find_library("cudart")
        if system is not None:
            return Finding("gpu-cuda", "ok", f"CUDA's libraries come with the system ({system}).")
        return Finding("gpu-cuda", "warn", "The libraries of CUDA are not installed.", _SET_UP)
    major = max(found)
    words = f"CUDA runtime {found[major]}, cuBLAS {installed([_CUBLAS[major]]).get(_CUBLAS[major], 'not installed')}"
    if newest is not None and newest[0] < major:
        served = f"{newest[0]}.{newest[1]}"
        return Finding(
            "gpu-cuda",
            "warn",
            f"{words}, but the driver serves CUDA up to {served} only.",
            "Update NVIDIA's driver to 580 or newer, or set the program up with `make run GPU=cu12`.",
        )
    if "not installed" in words:
        return Finding("gpu-cuda", "warn", f"{words}.", _SET_UP)
    return Finding("gpu-cuda", "ok", f"{words}.")


def _cudnn() -> Finding:
    for name, version in installed(_CUDNN).items():
        return Finding("gpu-cudnn", "ok", f"cuDNN {version} ({name}).")
    system = ctypes.util.find_library("cudnn")
    if system is not None:
        return Finding("gpu-cudnn", "ok", f"cuDNN comes with the system ({system}).")
    return Finding("gpu-cudnn", "warn", "cuDNN is not installed; ONNX Runtime needs version 9 of it.", _SET_UP)


def _onnxruntime(settings: Settings, data: DataFolder) -> Finding:
    """Whether the build for cards is there and really comes up with the shop's embedder."""
    found = installed((_ONNX_PROCESSOR, _ONNX_CARD))
    if len(found) == 2:
        return Finding(
            "gpu-onnxruntime",
            "warn",
            "Both onnxruntime and onnxruntime-gpu are installed, and overwrite each other's files.",
            "Uninstall both, then install onnxruntime-gpu.",
        )
    if _ONNX_PROCESSOR in found:
        words = f"ONNX Runtime {found[_ONNX_PROCESSOR]} is the build for processors."
        return Finding("gpu-onnxruntime", "warn", words, _SET_UP)
    from core.vision.runtimes.onnx_gpu import OnnxRuntimeGpu

    engine = OnnxRuntimeGpu(
        _weights(settings, data)[0],
        way="onnxruntime-cuda",
        store=engine_folder(data.engines),
        threads=1,
        may_convert=False,
    )
    engine.close()
    name = f"ONNX Runtime {found.get(_ONNX_CARD, 'of the system')}"
    return Finding("gpu-onnxruntime", "ok", f"{name} computes on {engine.device} with CUDA; {_tensorrt_10()}.")


def _tensorrt_10() -> str:
    """Whether the libraries are there that ONNX Runtime's provider for TensorRT is made for."""
    package = importlib.util.find_spec("tensorrt_libs")
    folders = (package.submodule_search_locations or ()) if package is not None else ()
    is_there = any((Path(folder) / _NVINFER).exists() for folder in folders)
    if is_there or ctypes.util.find_library("nvinfer") == _NVINFER:
        return "TensorRT 10 is there for onnxruntime-tensorrt"
    return "onnxruntime-tensorrt needs the libraries of TensorRT 10, which are not there"


def _tensorrt() -> Finding:
    found = installed(_TENSORRT)
    if not found:
        return Finding(
            "gpu-tensorrt",
            "warn",
            "Neither TensorRT nor TensorRT for RTX is installed; they run models fastest.",
            "Install TensorRT for RTX: pip install '.[gpu]', or '.[gpu-cu12]' with a driver before 580.",
        )
    words = ", ".join(f"{name} {version}" for name, version in found.items())
    if any("rtx" not in name for name in found) and not installed([_BINDINGS]):
        return Finding(
            "gpu-tensorrt",
            "warn",
            f"{words}; without {_BINDINGS}, often used batches are not launched as CUDA graphs.",
            "Install it: pip install cuda-bindings, or 'cuda-bindings<13' with a driver before 580.",
        )
    return Finding("gpu-tensorrt", "ok", f"{words}.")


def _pycuda() -> Finding:
    version = installed(["pycuda"]).get("pycuda")
    if version is None:
        raise ModelError(
            "PyCUDA is not installed; TensorRT's engines need it.",
            remedy="Install a C++ compiler and Python's headers (see the guide on NVIDIA cards), then: make run GPU=1",
        )
    from core.vision.runtimes.cuda import open_card

    card = open_card()
    return Finding("gpu-pycuda", "ok", f"PyCUDA {version} reaches {card.name}, compute capability {card.capability}.")


def _engines(settings: Settings, data: DataFolder) -> Finding:
    """Whether TensorRT's engines of the models in use are built and fit this card, driver and version."""
    packages = [name for name in installed_runtimes() if name in ("tensorrt", "tensorrt-rtx")]
    if not packages:
        return Finding("gpu-engines", "ok", "No engines of TensorRT, because it is not installed.")
    troubles: list[ModelError] = []
    for package in packages:
        troubles.clear()
        for weights in _weights(settings, data):
            try:
                open_runtime(weights, runtime=package, threads=1, memory=data.engines).close()
            except ModelError as error:
                troubles.append(error)
        if not troubles:
            return Finding(
                "gpu-engines", "ok", f"All engines of {package} are built, in {engine_folder(data.engines)}."
            )
    return Finding("gpu-engines", "warn", " ".join(error.message for error in troubles), troubles[0].remedy)


def _faiss() -> Finding:
    found = ", ".join(f"{name} {version}" for name, version in installed(_FAISS_CARD).items())
    if not found:
        words = "FAISS is the build for processors, which search ten thousand products in about a millisecond."
        return Finding("gpu-faiss", "ok", words)
    if card_rows.cards() == 0:
        return Finding("gpu-faiss", "warn", f"{found} sees no card; products are searched by the processor.", _SET_UP)
    return Finding(
        "gpu-faiss", "ok", f"{found}: the card is used for many products, where it is measured to be faster."
    )


def _weights(settings: Settings, data: DataFolder) -> list[Path]:
    """The files of the models in use, the embedder's first."""
    return [card.weights for card in cards_in_use(settings, data)]
