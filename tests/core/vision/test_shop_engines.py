"""Which engines a shop can build, and building them one after the other, over a card that is not there."""

from pathlib import Path

import pytest

from core import shop_engines
from core.errors import ModelError
from core.paths import DataFolder
from core.settings import Settings
from core.shop_engines import cards_in_use, engine_workshop, renew_engines
from core.vision.runtimes.choose import engine_folder
from core.vision.runtimes.nvidia import GraphicsCard
from core.vision.runtimes.tensorrt_build import BuildStopped
from core.vision.runtimes.tensorrt_store import EngineStore
from tests.core.vision.fake_cuda import FakeCard, install_cuda
from tests.core.vision.fake_tensorrt import FakeTensorRt
from tests.core.vision.tiny_networks import detector_tree, embedder_tree, save_embedder, write_card


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    """A shop with an embedder and a detector of its own."""
    folder = DataFolder(tmp_path)
    folder.prepare()
    write_card(folder.models / "tiny" / "card.toml", embedder_tree())
    save_embedder(folder.models / "tiny" / "tiny.onnx")
    write_card(folder.models / "finder" / "card.toml", detector_tree(name="finder", file="finder.onnx"))
    # An engine is built of any graph; whether it finds items is not asked.
    save_embedder(folder.models / "finder" / "finder.onnx", size=9)
    return folder


@pytest.fixture
def settings() -> Settings:
    return Settings().with_values(["recognition.embedder=tiny", "detection.model=finder", "detection.method=both"])


@pytest.fixture
def _card(monkeypatch: pytest.MonkeyPatch) -> None:
    card = FakeCard()
    install_cuda(monkeypatch, card)
    FakeTensorRt(card).install(monkeypatch, "tensorrt_rtx")
    monkeypatch.setattr(shop_engines, "nvidia_card", lambda: GraphicsCard("NVIDIA L4", "580.65"))
    monkeypatch.setattr(shop_engines, "installed_packages", lambda: ("tensorrt", "tensorrt-rtx"))


@pytest.mark.parametrize(("card", "packages"), [(None, ("tensorrt",)), (GraphicsCard("NVIDIA L4", ""), ()), (None, ())])
def test_nothing_can_be_built_without_a_card_or_a_package(
    monkeypatch: pytest.MonkeyPatch, card: GraphicsCard | None, packages: tuple[str, ...]
) -> None:
    monkeypatch.setattr(shop_engines, "nvidia_card", lambda: card)
    monkeypatch.setattr(shop_engines, "installed_packages", lambda: packages)
    assert engine_workshop(Settings()) is None


@pytest.mark.usefixtures("_card")
@pytest.mark.parametrize(
    ("runtime", "chosen"), [("auto", "tensorrt"), ("openvino", "tensorrt"), ("tensorrt-rtx", "tensorrt-rtx")]
)
def test_engines_are_for_the_runtime_in_use_where_it_needs_some(runtime: str, chosen: str) -> None:
    workshop = engine_workshop(Settings().changed("recognition", runtime=runtime))
    assert workshop is not None
    assert (workshop.card, workshop.runtime) == ("NVIDIA L4", chosen)
    assert workshop.title == {"tensorrt": "TensorRT", "tensorrt-rtx": "TensorRT for RTX"}[chosen]


def test_the_models_in_use_are_those_of_the_settings(data: DataFolder, settings: Settings) -> None:
    assert [card.name for card in cards_in_use(settings, data)] == ["tiny", "finder"]
    only = settings.changed("detection", method="change")
    assert [card.name for card in cards_in_use(only, data)] == ["tiny"]


@pytest.mark.usefixtures("_card")
def test_every_model_in_use_gets_its_engine_once(data: DataFolder, settings: Settings) -> None:
    settings = settings.changed("recognition", runtime="tensorrt-rtx")
    workshop = engine_workshop(settings)
    assert workshop is not None
    told: list[tuple[str, float]] = []

    def tell(model: str, what: str, share: float) -> None:
        assert what
        told.append((model, share))

    made = workshop.build(settings, data, on_progress=tell, cancelled=lambda: False)
    assert [(engine.model, engine.is_new) for engine in made] == [("tiny", True), ("finder", True)]
    assert told[-1] == ("finder", 1.0)
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert max(share for model, share in told if model == "tiny") == 0.5
    assert len(list(EngineStore(engine_folder(data.engines)).engines())) == 2
    again = workshop.build(settings, data, on_progress=tell, cancelled=lambda: False)
    assert [(engine.model, engine.is_new) for engine in again] == [("tiny", False), ("finder", False)]


@pytest.mark.usefixtures("_card")
@pytest.mark.parametrize(("runtime", "built"), [("tensorrt-rtx", 2), ("auto", 0), ("openvino", 0)])
def test_a_start_renews_the_engines_that_a_named_runtime_needs(
    data: DataFolder, settings: Settings, runtime: str, built: int
) -> None:
    settings = settings.changed("recognition", runtime=runtime)
    made = renew_engines(settings, data, on_progress=lambda *_: None, cancelled=lambda: False)
    assert [engine.is_new for engine in made] == [True] * built
    again = renew_engines(settings, data, on_progress=lambda *_: None, cancelled=lambda: False)
    assert [engine.is_new for engine in again] == [False] * built


def test_a_start_without_a_card_builds_nothing(data: DataFolder, settings: Settings) -> None:
    settings = settings.changed("recognition", runtime="tensorrt-rtx")
    assert renew_engines(settings, data, on_progress=lambda *_: None, cancelled=lambda: False) == ()


@pytest.mark.usefixtures("_card")
def test_a_stopped_build_and_missing_weights_are_told(data: DataFolder, settings: Settings) -> None:
    settings = settings.changed("recognition", runtime="tensorrt-rtx")
    workshop = engine_workshop(settings)
    assert workshop is not None
    with pytest.raises(BuildStopped):
        workshop.build(settings, data, on_progress=lambda *_: None, cancelled=lambda: True)
    (data.models / "tiny" / "tiny.onnx").unlink()
    with pytest.raises(ModelError, match="missing"):
        workshop.build(settings, data, on_progress=lambda *_: None, cancelled=lambda: False)
