"""Opening models in a runtime to measure them: an engine that has to be built ahead is built first."""

from pathlib import Path

from core.cli.options import progress_bar
from core.errors import ModelError
from core.paths import DataFolder, models_folder
from core.settings import DetectionSettings
from core.vision.detector import open_detector
from core.vision.detectors.network_detector import NetworkDetector
from core.vision.embedder import Embedder, open_embedder
from core.vision.model_card import AnyCard, load_card
from core.vision.runtimes.choose import REFERENCE, engine_folder

_BUILT_BEFORE = ("tensorrt", "tensorrt-rtx")


def open_measured_embedder(card: AnyCard, path: str, runtime: str, threads: int, data: DataFolder) -> Embedder:
    """The embedder in the runtime; raises ``ModelError``."""
    _build(card, runtime, data)
    folders = (data.models, models_folder())
    # ONNX Runtime builds an engine of TensorRT while it opens, which takes minutes the first time.
    with progress_bar(f"Opening {card.name} in {runtime}"):
        return open_embedder(path, folders=folders, runtime=runtime, threads=threads, memory=data.engines)


def open_measured_detector(name: str, runtime: str, threads: int, data: DataFolder) -> NetworkDetector:
    """The detector of a card, or of a bare ``.onnx`` file, in the runtime at usual settings; raises ``ModelError``.

    ONNX Runtime as it comes is for embedders; beside it the detector runs in the usual way.
    """
    usual = "onnxruntime" if runtime == REFERENCE else runtime
    is_bare = Path(name).suffix.lower() == ".onnx"
    if is_bare and usual in _BUILT_BEFORE:
        raise ModelError(
            f"The model {Path(name).name} has no card, and {usual} needs one to build its engine.",
            remedy=f"Bring it in with `tillsight models import {Path(name).name}`.",
        )
    if not is_bare:
        _build(load_card(name, (data.models, models_folder())), usual, data)
    settings = DetectionSettings(method="network", model=name)
    with progress_bar(f"Opening {Path(name).name} in {usual}"):
        detector = open_detector(settings, data=data, runtime=usual, threads=threads)
    assert isinstance(detector, NetworkDetector)
    return detector


def _build(card: AnyCard, runtime: str, data: DataFolder) -> None:
    """Make TensorRT's engine of the model, unless there is one that fits; raises ``ModelError``."""
    if runtime not in _BUILT_BEFORE:
        return
    from core.vision.card_engine import build_card_engine
    from core.vision.runtimes.tensorrt_store import EngineStore

    with progress_bar(f"Building an engine of {card.name} for {runtime}") as moved:
        store = EngineStore(engine_folder(data.engines))
        build_card_engine(card, store, package=runtime, on_progress=lambda _, share: moved(round(100 * share), 100))
