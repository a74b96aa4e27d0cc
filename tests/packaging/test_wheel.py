"""What an installed program brings along."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_model_is_in_the_wheel_and_the_training_is_not() -> None:
    tree = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = tree["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    models = {f"models/{card.parent.name}" for card in (ROOT / "models").glob("*/card.toml")}
    assert {source for source in included if source.startswith("models/")} == models
    assert all(included[source] == f"tillsight_data/{source}" for source in models)
    assert included["resources"] == "tillsight_data/resources"
