"""An engine's model, its store and the two packages over a card that is not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.vision.runtimes import cuda
from core.vision.runtimes.tensorrt_store import EngineStore
from tests.core.vision.fake_cuda import FakeCard, FakeContext, install_cuda
from tests.core.vision.fake_tensorrt import FakeTensorRt
from tests.core.vision.tiny_networks import save_embedder


@pytest.fixture
def card() -> FakeCard:
    return FakeCard()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    save_embedder(tmp_path / "tiny.onnx")
    return tmp_path / "tiny.onnx"


@pytest.fixture
def store(tmp_path: Path) -> EngineStore:
    return EngineStore(tmp_path / "engines")


@pytest.fixture
def tensorrt(card: FakeCard, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeTensorRt]:
    """Both packages, over one card."""
    install_cuda(monkeypatch, card)
    made = FakeTensorRt(card)
    made.install(monkeypatch, "tensorrt")
    made.install(monkeypatch, "tensorrt_rtx")
    yield made
    assert not FakeContext.stack(), "a context was left current"
    cuda.open_card.cache_clear()
