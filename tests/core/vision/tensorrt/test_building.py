"""Engines are built from models without a card where TensorRT for RTX is installed, and kept as long as they fit."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from core.errors import DataFolderError, ModelError
from core.paths import models_folder
from core.settings import RecognitionSettings
from core.vision.card_engine import build_card_engine, samples_for, spans_of
from core.vision.model_card import DetectorCard, load_card
from core.vision.model_conversion.retail_shape import write_retail_shape
from core.vision.runtimes import cuda, tensorrt_engines
from core.vision.runtimes.nvidia import GraphicsCard
from core.vision.runtimes.runtime import TensorSpec
from core.vision.runtimes.tensorrt_build import BuildStopped, Plan, Progress, build, go_on, profiles, tell_nobody
from core.vision.runtimes.tensorrt_engines import build_engine
from core.vision.runtimes.tensorrt_package import TENSORRT, TENSORRT_RTX, is_installed
from core.vision.runtimes.tensorrt_store import EngineFacts, EngineStore, Machine, is_built_ahead
from tests.core.vision.fake_cuda import FakeCard, install_cuda
from tests.core.vision.fake_tensorrt import FakeTensorRt
from tests.core.vision.open_detector import write_open_detector
from tests.core.vision.tiny_networks import SIDE, embedder_tree, save_embedder, write_card

rtx = pytest.mark.skipif(not is_installed(TENSORRT_RTX.name), reason="TensorRT for RTX is not installed")

PICTURE = TensorSpec("pixels", (None, 3, 32, 32), "float32")
OPEN = TensorSpec("pixels", (None, 3, None, None), "float32")


@pytest.fixture
def tensorrt(monkeypatch: pytest.MonkeyPatch) -> FakeTensorRt:
    """The package for data centers, over a card that is not there."""
    card = FakeCard()
    install_cuda(monkeypatch, card)
    made = FakeTensorRt(card)
    made.install(monkeypatch, "tensorrt")
    return made


def save(path: Path, operator: str, *, inputs: int = 1, domain: str = "") -> Path:
    """A graph of one node, named "odd": ``a`` N×3 → ``b`` N×3."""
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 3]) for name in "ab"]
    node = helper.make_node(operator, ["a"] * inputs, ["b"], name="odd", domain=domain)
    graph = helper.make_graph([node], "one", values[:1], values[1:])
    opsets = [helper.make_opsetid("", 17), *([helper.make_opsetid(domain, 1)] if domain else [])]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


@rtx
def test_the_default_embedder_is_built_in_half_precision_without_a_card(store: EngineStore) -> None:
    card = load_card(RecognitionSettings().embedder, [models_folder()])
    heard: list[float] = []
    built = build_card_engine(
        card,
        store,
        package="tensorrt-rtx",
        capabilities=("8.6", "8.9"),
        on_progress=lambda what, share: heard.append(share),
    )
    stored = built.stored
    assert built.is_new
    assert is_built_ahead(stored.facts)
    assert [(s.name, s.shape, s.dtype) for s in stored.inputs] == [("images", (None, 3, 224, 224), "float32")]
    assert [(s.name, s.dtype) for s in stored.outputs] == [(card.outputs["embedding"], "float32")]
    assert stored.outputs[0].shape == (None, card.model_dump()["embedding_size"])
    plan = Plan(TENSORRT_RTX, 64, {}, ("8.6", "8.9"))
    whole = build(card.weights, plan, on_progress=tell_nobody, cancelled=go_on)
    assert stored.size == len(stored.read()) < 0.6 * len(whole.content)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert len(heard) > 50
    again = build_card_engine(card, store, package="tensorrt-rtx", capabilities=("8.9", "8.6"))
    assert not again.is_new
    assert again.stored == stored


@rtx
def test_a_graph_of_the_form_of_nvidias_embedder_is_built_without_a_card(tmp_path: Path) -> None:
    file = write_retail_shape(tmp_path).with_name("retail-shape.onnx")
    plan = Plan(TENSORRT_RTX, 64, {}, ("12.0",))
    made = build(file, plan, on_progress=tell_nobody, cancelled=go_on)
    file.unlink()
    assert made.inputs == (TensorSpec("inputs", (None, 3, 224, 224), "float32"),)
    assert made.outputs == (TensorSpec("outputs", (None, 2048), "float32"),)
    assert len(made.content) > 180e6, "all weights are inside"


@rtx
def test_a_detector_of_open_size_is_built_for_the_sizes_of_its_card(store: EngineStore) -> None:
    card = load_card("tillsight-detector", [models_folder()])
    assert isinstance(card, DetectorCard)
    built = build_card_engine(card, store, package="tensorrt-rtx", precision="fp32", capabilities=("8.9",))
    assert built.stored.facts.batch == 1
    assert {spec.name for spec in built.stored.outputs} >= set(card.outputs.values())
    assert spans_of(card) == {card.input.name: ((3, 32, 32), (3, 480, 480))}


def test_an_engine_takes_the_padding_of_a_size_that_is_no_multiple_of_trim(tmp_path: Path) -> None:
    card = load_card(write_open_detector(tmp_path, width=568, height=568), [])
    assert spans_of(card) == {"images": ((3, 32, 32), (3, 576, 576))}


@rtx
@pytest.mark.parametrize(
    ("operator", "inputs", "domain", "complaint"),
    [
        ("Strange", 1, "my.own", r"uses the operator Strange \(node 0, 'odd'\), which TensorRT for RTX does not have"),
        ("MatMul", 2, "", r"cannot build an engine of odd\.onnx: .*'odd' for Turing \(SM75\): FP32 GEMM"),
    ],
)
def test_what_tensorrt_does_not_take_is_told_with_its_words(
    operator: str, inputs: int, domain: str, complaint: str, tmp_path: Path
) -> None:
    file = save(tmp_path / "odd.onnx", operator, inputs=inputs, domain=domain)
    plan = Plan(TENSORRT_RTX, 4, {}, ("7.5",))
    with pytest.raises(ModelError, match=complaint) as told:
        build(file, plan, on_progress=tell_nobody, cancelled=go_on)
    assert "_src" not in told.value.message


@rtx
def test_a_file_that_is_no_model_and_a_card_that_is_not_supported_are_told(tmp_path: Path, model: Path) -> None:
    (tmp_path / "rubbish.onnx").write_bytes(b"rubbish")
    with pytest.raises(ModelError, match=r"rubbish\.onnx is damaged or no ONNX model"):
        build(tmp_path / "rubbish.onnx", Plan(TENSORRT_RTX, 4, {}), on_progress=tell_nobody, cancelled=go_on)
    with pytest.raises(ModelError, match=r"does not support cards of compute capability 9\.0") as told:
        build(model, Plan(TENSORRT_RTX, 4, {}, ("9.0",)), on_progress=tell_nobody, cancelled=go_on)
    assert "8.9, 12.0" in told.value.remedy


@rtx
def test_a_build_can_be_stopped_and_leaves_nothing(model: Path, store: EngineStore) -> None:
    asked = iter([False] * 5 + [True] * 10_000)
    with pytest.raises(BuildStopped):
        build_engine(
            model, store, package="tensorrt-rtx", precision="fp32", capabilities=("8.9",), cancelled=lambda: next(asked)
        )
    assert not store.folder.exists() or not any(store.folder.iterdir())


@rtx
def test_what_a_listener_raises_arrives(model: Path, store: EngineStore) -> None:
    def fail(what: str, share: float) -> None:
        raise RuntimeError(f"the bar broke at {what}")

    with pytest.raises(RuntimeError, match="the bar broke"):
        build(model, Plan(TENSORRT_RTX, 4, {}), on_progress=fail, cancelled=go_on)


def test_the_package_for_data_centers_builds_for_one_and_for_many_and_remembers_its_timings(
    model: Path, store: EngineStore, tensorrt: FakeTensorRt
) -> None:
    build_engine(model, store, package="tensorrt", precision="fp32", batch=16)
    build_engine(model, store, package="tensorrt", precision="fp32", batch=16, is_forced=True)
    first, second = tensorrt.configs
    one, many = [profile.ranges["pixels"] for profile in first.profiles]
    assert one == [[1, 3, SIDE, SIDE]] * 3
    assert [shape[0] for shape in many] == [1, 16, 16]
    assert "TF32" not in first.flags
    assert (first.timings.content, second.timings.content) == (b"", b"+")
    assert first.capabilities == []


def test_timings_that_are_damaged_are_measured_again(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    build_engine(model, store, package="tensorrt", precision="fp32")
    (timings,) = store.folder.glob("*.timings")
    timings.write_bytes(b"damaged")
    build_engine(model, store, package="tensorrt", precision="fp32", is_forced=True)
    assert timings.read_bytes() == b"+"


def test_a_build_without_room_on_the_card_says_so(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    tensorrt.build_error = "IBuilder::buildSerializedNetwork: Error Code 2: OutOfMemory (Requested size was 9 bytes.)"
    with pytest.raises(ModelError, match="the graphics card has too little free memory"):
        build_engine(model, store, package="tensorrt", precision="fp32")


def test_the_package_for_data_centers_needs_its_card(model: Path, store: EngineStore, tensorrt: FakeTensorRt) -> None:
    with pytest.raises(ModelError, match="builds for the card in this machine only"):
        build_engine(model, store, package="tensorrt", capabilities=("8.9",))
    cuda.open_card.cache_clear()
    tensorrt.card.cards = 0
    with pytest.raises(ModelError, match="no NVIDIA card"):
        build_engine(model, store, package="tensorrt")


@rtx
def test_a_card_that_cannot_be_reached_is_not_taken_for_none(
    model: Path, store: EngineStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuda.open_card.cache_clear()
    monkeypatch.setattr(cuda, "is_installed", lambda: False)
    monkeypatch.setattr(tensorrt_engines, "nvidia_card", lambda: GraphicsCard("NVIDIA L4", "580.65.06"))
    with pytest.raises(ModelError, match="PyCUDA"):
        build_engine(model, store, package="tensorrt-rtx", precision="fp32")
    assert build_engine(model, store, package="tensorrt-rtx", precision="fp32", capabilities=("8.9",)).is_new


def test_a_size_that_nobody_states_is_asked_for() -> None:
    assert profiles((TensorSpec("a", (1, 3, 8, 8), "float32"),), Plan(TENSORRT, 4, {})) == []
    with pytest.raises(ModelError, match="'pixels' is any×3×any×any"):
        profiles((OPEN,), Plan(TENSORRT_RTX, 4, {}))
    spans = {"pixels": ((3, 32, 32), (3, 64, 96))}
    (table,) = profiles((OPEN,), Plan(TENSORRT_RTX, 4, spans))
    assert table == {"pixels": ((1, 3, 32, 32), (4, 3, 64, 96), (4, 3, 64, 96))}
    (table,) = profiles((OPEN,), Plan(TENSORRT, 1, spans))
    assert table == {"pixels": ((1, 3, 32, 32), (1, 3, 64, 96), (1, 3, 64, 96))}
    (table,) = profiles((PICTURE,), Plan(TENSORRT_RTX, 64, {}))
    assert [shape[0] for shape in table["pixels"]] == [1, 8, 64]


def test_progress_of_nested_phases_never_goes_back() -> None:
    shares: list[float] = []
    progress = Progress(lambda what, share: shares.append(share), go_on)
    progress.start("all", None, 2)
    for _ in range(2):
        progress.start("part", "all", 2)
        progress.step("part", 0)
        progress.start("detail", "part", 4)
        progress.step("detail", 3)
        progress.finish("detail")
        progress.step("part", 1)
        progress.finish("part")
        progress.step("all", 0)
    progress.step("all", 1)
    assert shares == sorted(shares)
    assert shares[1:4] == [0, 0.25, 0.25]
    assert shares[-1] == 1


FACTS = EngineFacts("m" * 64, "tensorrt-rtx", "1.7", "fp16", 64, "", "", ("8.6", "8.9"), "")
HERE = Machine("NVIDIA Fake 4090", "8.9", "CUDA 13.0")


def keep(store: EngineStore, facts: EngineFacts = FACTS, name: str = "my model") -> Path:
    return store.keep(name, facts, b"engine", seconds=1, inputs=(PICTURE,), outputs=(PICTURE,)).file


def changed(**facts: Any) -> EngineFacts:
    return EngineFacts(**{field: getattr(FACTS, field) for field in FACTS.__dataclass_fields__} | facts)


def test_an_engine_is_found_by_all_that_it_depends_on(store: EngineStore) -> None:
    keep(store)
    stored = store.with_facts(FACTS)
    assert stored is not None
    assert (stored.read(), stored.inputs, stored.name) == (b"engine", (PICTURE,), "my model")
    for field in FACTS.__dataclass_fields__:
        other = changed(**{field: ("1.0",) if field == "capabilities" else 7 if field == "batch" else "x"})
        assert store.with_facts(other) is None, field
        assert other.key() != FACTS.key(), field


def test_the_old_engines_of_a_model_go_and_others_stay(store: EngineStore) -> None:
    old = [keep(store), keep(store, changed(version="1.6")), keep(store, changed(model="other file, same name"))]
    stay = [keep(store, changed(precision="fp32")), keep(store, changed(package="tensorrt"))]
    stay.append(keep(store, changed(model="another"), "another"))
    new = keep(store, changed(version="1.8"))
    assert {stored.file for stored in store.engines()} == {new, *stay}
    assert not any(file.exists() or file.with_suffix(".json").exists() for file in old)
    assert not list(store.folder.glob(".*")), "nothing half written is left"


def test_engines_of_other_models_whose_files_have_the_same_name_and_for_other_cards_stay(store: EngineStore) -> None:
    boxes = (TensorSpec("boxes", (None, 100, 4), "float32"),)
    detector = changed(model="d" * 64)
    keep(store, name="model")
    store.keep("model", detector, b"engine", seconds=1, inputs=(PICTURE,), outputs=boxes)
    keep(store, changed(capabilities=("12.0",)), "model")
    keep(store, changed(gpu=HERE.gpu, driver=HERE.driver, capabilities=("8.9",)), "model")
    assert len(list(store.engines())) == 4
    keep(store, changed(gpu=HERE.gpu, driver="CUDA 13.1", capabilities=("8.9",)), "model")
    assert len(list(store.engines())) == 4, "the one for the former driver is gone"


@pytest.mark.parametrize(
    ("facts", "serves"),
    [
        ({}, True),
        ({"capabilities": ("8.6",)}, False),
        ({"capabilities": ()}, True),
        ({"gpu": HERE.gpu, "driver": HERE.driver, "capabilities": ("8.9",)}, True),
        ({"gpu": HERE.gpu, "driver": "CUDA 12.8", "capabilities": ("8.9",)}, False),
        ({"gpu": "NVIDIA Other", "driver": HERE.driver, "capabilities": ("8.9",)}, False),
    ],
)
def test_an_engine_serves_the_cards_that_it_was_built_for(facts: dict[str, Any], serves: bool) -> None:
    assert changed(**facts).serves(HERE) is serves
    assert not changed(capabilities=()).serves(Machine("NVIDIA Old", "7.5", ""))
    assert changed(capabilities=()).serves(Machine("NVIDIA New", "12.0", ""))


def test_an_engine_built_on_this_card_comes_before_one_built_ahead(store: EngineStore) -> None:
    ahead = keep(store, name="one")
    own = changed(gpu=HERE.gpu, driver=HERE.driver, capabilities=("8.9",), batch=8)
    manifest = ahead.with_suffix(".json").read_bytes()
    here = keep(store, own, name="one")
    ahead.write_bytes(b"engine")
    ahead.with_suffix(".json").write_bytes(manifest)
    found = store.for_machine(FACTS.model, FACTS.package, FACTS.version, FACTS.precision, HERE)
    assert found is not None
    assert found.file == here


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1, "file": "x"}'])
def test_a_manifest_that_cannot_be_read_is_as_none(text: str, store: EngineStore) -> None:
    file = keep(store)
    file.with_suffix(".json").write_text(text, encoding="utf-8")
    assert list(store.engines()) == []
    assert keep(store) == file
    assert json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))["facts"]["version"] == "1.7"


def test_an_engine_of_another_content_than_its_manifest_says_is_damaged(store: EngineStore) -> None:
    keep(store).write_bytes(b"enginf")
    (stored,) = store.engines()
    assert not stored.is_whole()
    with pytest.raises(ModelError, match="is damaged"):
        stored.read()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DataFolderError, match="cannot be written"):
        keep(EngineStore(tmp_path / "file"))


@pytest.mark.parametrize("batch", [1, "n"])
def test_a_model_that_is_fed_levels_is_converted_by_what_levels_give(tmp_path: Path, batch: int | str) -> None:
    save_embedder(tmp_path / "tiny.onnx", batch=batch)
    card = load_card(write_card(tmp_path / "card.toml", embedder_tree()), [])
    samples = samples_for(card)
    assert samples is not None
    assert samples["pixels"].shape == (4 if batch == "n" else 1, 3, SIDE, SIDE)
    assert samples["pixels"].dtype == np.float32
    assert samples["pixels"].max() > 200
    normalized = embedder_tree()
    normalized["input"] |= {"scale": 1 / 127.5, "offset": 127.5}
    assert samples_for(load_card(write_card(tmp_path / "card.toml", normalized), [])) is None
