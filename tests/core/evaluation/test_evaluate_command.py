"""`tillsight evaluate` and `tillsight bench index` as a person runs them, with a small real network."""

import json
from pathlib import Path

import pytest

from core.cli.app import create_app, run
from tests.core.evaluation.shelves import draw_folders
from tests.core.vision.tiny_networks import embedder_tree, save_embedder, write_card


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A data folder with a tiny embedder of its own, beside pictures of three products."""
    models = tmp_path / "data" / "models" / "tiny"
    save_embedder(models / "tiny.onnx")
    write_card(models / "card.toml", embedder_tree())
    settings = {"version": 1, "recognition": {"embedder": "tiny", "runtime": "onnxruntime"}}
    (tmp_path / "data" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    names = {"Apple": 4, "Bread": 4, "Milk": 4}
    draw_folders(tmp_path / "references", names)
    draw_folders(tmp_path / "queries", names, first_shot=30)
    return tmp_path


def evaluate(shop: Path, *arguments: str) -> int:
    folders = ["--references", str(shop / "references"), "--queries", str(shop / "queries")]
    return run(create_app(), ["evaluate", *folders, *arguments, "--data-dir", str(shop / "data")])


def test_an_owner_measures_the_shops_pictures(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [shop / "numbers.json", shop / "report.html"]
    arguments = ["--shots", "4,1", "--draws", "2", "--hold-out-products", "1"]
    assert evaluate(shop, *arguments, "--json", str(files[0]), "--report", str(files[1])) == 0
    document = json.loads(files[0].read_text(encoding="utf-8"))
    assert list(document["shots"]) == ["1", "4"]
    assert document["embedder"].startswith("tiny")
    assert document["computed_embeddings"] == 24
    assert files[1].read_text(encoding="utf-8").startswith("<!doctype html>")
    said = capsys.readouterr().out
    assert "12 references of 3 products, 12 queries" in said
    assert "nearest" in said
    # Once more, in the field's rule: the embeddings are there.
    assert evaluate(shop, "--shots", "4", "--rule", "nearest", "--json", "-") == 0
    again = json.loads(capsys.readouterr().out)
    assert again["computed_embeddings"] == 0
    assert again["shots"] == again["nearest"] == {"4": document["nearest"]["4"]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--shots", "0"], "is not a list of numbers of shots"),
        (["--shots", "many"], "is not a list of numbers of shots"),
        (["--hold-out-products", "3"], "cannot be left out"),
        (["--json", "nowhere/numbers.json"], "cannot be written"),
        (["--set", "recognition.embedder=none-such"], "none-such"),
    ],
)
def test_what_cannot_be_measured_is_told(
    shop: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(shop, *arguments) == 1
    assert said in capsys.readouterr().err


def test_an_owner_asks_how_the_index_grows(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["bench", "index", "--products", "5,2", "--references", "3", "--data-dir", str(shop / "data")]
    assert run(create_app(), [*arguments, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["products"], row["references"]) for row in rows] == [(2, 3), (5, 3)]
    names = {"products", "references", "search_ms", "flat_search_ms", "agreement", "rss_mb", "readiness_ms"}
    assert all(names <= set(row) for row in rows)
    assert run(create_app(), arguments) == 0
    assert "A new product is ready in" in capsys.readouterr().out
    assert run(create_app(), ["bench", "index", "--products", "1"]) == 1
