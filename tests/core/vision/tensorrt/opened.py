"""Engines built and opened at once, and pictures for them."""

from pathlib import Path

import numpy as np

from core.vision.runtimes.tensorrt import TensorRt
from core.vision.runtimes.tensorrt_engines import build_engine
from core.vision.runtimes.tensorrt_store import EngineStore
from tests.core.vision.tiny_networks import SIDE


def pictures(count: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 3, SIDE, SIDE), np.float32)


def opened(model: Path, store: EngineStore, package: str = "tensorrt", batch: int = 8) -> TensorRt:
    build_engine(model, store, package=package, precision="fp32", batch=batch)
    return TensorRt(model, engines=store.folder, package=package, precision="fp32")
