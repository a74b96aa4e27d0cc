"""What only a graphics card can show, in one run: `pytest tests/gpu`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer

from core.cli.app import create_app, run
from core.errors import ModelError
from core.paths import DataFolder, models_folder
from core.recognition.card_rows import CardRows, cards
from core.vision.card_engine import build_card_engine
from core.vision.embedder import Embedder, open_embedder
from core.vision.model_card import load_card
from core.vision.model_conversion.retail_shape import write_retail_shape
from core.vision.runtimes.agreement import AGREEMENT
from core.vision.runtimes.choose import BUILT_RUNTIMES, CARD_RUNTIMES, REFERENCE, engine_folder, installed_runtimes
from core.vision.runtimes.tensorrt_store import EngineStore
from tests.gpu.real_crops import crops, picture_folders

pytestmark = [pytest.mark.gpu, pytest.mark.timeout(1800)]

RUNTIMES = [name for name in installed_runtimes() if name in CARD_RUNTIMES] or ["none"]
"""The engines for a card whose packages are here."""
DEFAULT = "tillsight-embedder"


@pytest.fixture(autouse=True)
def engines_are_there() -> None:
    if RUNTIMES == ["none"]:
        pytest.skip("no engine for a card is here: set the program up with `make run GPU=1`")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """One data folder for all tests, so that every engine is built once."""
    folder = DataFolder(tmp_path_factory.mktemp("shop"))
    folder.prepare()
    return folder


@pytest.fixture(scope="module")
def retail_shape(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_retail_shape(tmp_path_factory.mktemp("drawn")))


Open = Callable[[str, str], Embedder]


@pytest.fixture
def open_in(data: DataFolder) -> Open:
    """Opens a card in a runtime, whose engine is built before where it needs one."""

    def open_card(name: str, runtime: str) -> Embedder:
        if runtime in BUILT_RUNTIMES and not runtime.startswith("onnxruntime"):
            store = EngineStore(engine_folder(data.engines))
            try:
                build_card_engine(load_card(name, [models_folder()]), store, package=runtime)
            except ModelError as error:
                skip_unless_possible(error, "does not support cards of compute capability")
                raise
        try:
            return open_embedder(name, folders=[models_folder()], runtime=runtime, memory=data.engines)
        except ModelError as error:
            skip_unless_possible(error, "libnvinfer")
            raise

    return open_card


def skip_unless_possible(error: ModelError, reason: str) -> None:
    """Skip what this card cannot do or what is not installed for it, in the program's words; all else is a failure."""
    if reason in error.message:
        pytest.skip(str(error))


def tillsight(*arguments: str, data: DataFolder) -> None:
    assert run(create_app(), [*arguments, "--data-dir", str(data.root)]) == 0


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("batch", [1, 5, 16, 64])
def test_every_runtime_gives_real_crops_the_vectors_of_the_processor(
    open_in: Open, record_property: Callable[[str, object], None], runtime: str, batch: int
) -> None:
    exact, embedder = open_in(DEFAULT, REFERENCE), open_in(DEFAULT, runtime)
    pictures = crops(batch)
    cosines = (embedder.embed(pictures) * exact.embed(pictures)).sum(1)
    record_property(embedder.runtime_label, f"batch {batch}: smallest cosine {cosines.min():.6f}")
    assert not embedder.runtime_label.endswith("on CPU")
    assert cosines.min() >= AGREEMENT
    assert embedder.key == exact.key, "embeddings of both are comparable"
    embedder.close()
    exact.close()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_network_like_nvidias_gives_the_vectors_of_the_processor(
    open_in: Open, retail_shape: str, runtime: str
) -> None:
    exact, embedder = open_in(retail_shape, REFERENCE), open_in(retail_shape, runtime)
    pictures = crops(8)
    assert (embedder.embed(pictures) * exact.embed(pictures)).sum(1).min() >= AGREEMENT
    embedder.close()
    exact.close()


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_evaluate_gives_the_results_of_the_processor(open_in: Open, tmp_path: Path, runtime: str) -> None:
    references, queries = picture_folders(tmp_path, products=10)
    open_in(DEFAULT, runtime).close()
    found = {name: evaluated(tmp_path, references, queries, name) for name in ("onnxruntime", runtime)}
    ours, theirs = (accuracies(document) for document in found.values())
    np.testing.assert_allclose(theirs, ours, atol=0.005)


def evaluated(folder: Path, references: Path, queries: Path, runtime: str) -> dict[str, Any]:
    """What `tillsight evaluate` writes, from a data folder of its own: embeddings are kept there."""
    shop = DataFolder(folder / f"shop-{runtime}")
    shop.prepare()
    file = folder / f"{runtime}.json"
    where = ("--references", str(references), "--queries", str(queries), "--shots", "1,3", "--draws", "3")
    if runtime in BUILT_RUNTIMES and not runtime.startswith("onnxruntime"):
        tillsight("models", "build", DEFAULT, "--runtime", runtime, data=shop)
    tillsight(
        "evaluate",
        *where,
        "--hold-out-products",
        "2",
        "--set",
        f"recognition.runtime={runtime}",
        "--json",
        str(file),
        data=shop,
    )
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


def accuracies(document: dict[str, Any]) -> list[float]:
    """By number of shots for both rules, and how well strangers are told apart."""
    shares = [shot["mean_class_accuracy"] for rule in ("shots", "nearest") for shot in points(document[rule])]
    return [*shares, document["open_set"]["auroc"]]


def points(curve: Any) -> list[dict[str, float]]:
    return list(curve.values()) if isinstance(curve, dict) else list(curve)


def test_faiss_finds_on_the_card_what_it_finds_here() -> None:
    if cards() == 0:
        pytest.skip("the installed FAISS is the one for processors")
    random = np.random.default_rng(0)
    rows, asked = (random.normal(size=(count, 256)).astype(np.float32) for count in (100_000, 64))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    cosines, places = CardRows(rows).search(asked, 10)
    exact = asked @ rows.T
    np.testing.assert_allclose(cosines, -np.sort(-exact, axis=1)[:, :10], atol=1e-4)
    np.testing.assert_allclose(np.take_along_axis(exact, places, axis=1), cosines, atol=1e-4)


def test_the_benchmark_prints_rows_of_the_card(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ("--model", "retail-shape", "--batch", "1,16,32,64", "--repeats", "25", "--detector", "tillsight-detector")
    tillsight("bench", "embedder", *sizes, "--json", data=data)
    rows = json.loads(capsys.readouterr().out)
    measured = [row for row in rows if not row["device"].startswith("CPU")]
    with capsys.disabled():
        for row in measured:
            typer.echo(json.dumps(row))
    assert {row["batch"] for row in measured if "batch" in row} == {1, 16, 32, 64}
    for row in measured:
        if "batch" in row:
            assert row["cosine"] >= AGREEMENT
            assert row["published"]
            assert row["floor_ms"] is None or row["engine_ms"] > row["floor_ms"] > 0
        else:
            assert row["frames_per_second"] > 0
