"""Model cards: what they accept, what they refuse, and the words they say."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from core.errors import ModelError
from core.paths import models_folder
from core.vision.model_card import DetectorCard, EmbedderCard, InputForm, load_card
from tests.core.vision.tiny_networks import detector_tree, embedder_tree, write_card

CONTENT = b"weights"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of models with one embedder named tiny."""
    write_card(tmp_path / "tiny" / "card.toml", embedder_tree(sha256=hashlib.sha256(CONTENT).hexdigest()))
    (tmp_path / "tiny" / "tiny.onnx").write_bytes(CONTENT)
    return tmp_path


def test_a_card_is_found_by_name_and_by_path(folder: Path) -> None:
    by_name = load_card("tiny", [folder / "nowhere", folder])
    by_path = load_card(folder / "tiny" / "card.toml", [])
    by_folder = load_card(f"{folder}/tiny", [])
    assert by_name.model_dump() == by_path.model_dump() == by_folder.model_dump()
    assert isinstance(by_name, EmbedderCard)
    assert by_name.path == folder / "tiny" / "card.toml"
    assert by_name.weights == folder / "tiny" / "tiny.onnx"
    assert by_name.verify() == hashlib.sha256(CONTENT).hexdigest()


def test_a_card_by_relative_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert load_card("tiny/card.toml", []).weights == folder / "tiny" / "tiny.onnx"


def test_an_unknown_name_lists_the_known_ones(folder: Path) -> None:
    with pytest.raises(ModelError, match="no model card named 'other'") as caught:
        load_card("other", [folder])
    assert "tiny" in caught.value.remedy


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a b", "tiny\n"])
def test_a_name_is_never_a_way_out(folder: Path, name: str) -> None:
    with pytest.raises(ModelError):
        load_card(name, [folder])


@pytest.mark.parametrize(
    "file", ["../tiny.onnx", "a/../../b.onnx", "/etc/hostname", "C:\\models\\x.onnx", "..\\x.onnx"]
)
def test_weights_outside_the_folder_are_refused(folder: Path, file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_card(folder / "tiny" / "card.toml", embedder_tree(file=file))
    monkeypatch.chdir(folder)
    for way in ("tiny", "tiny/card.toml"):
        with pytest.raises(ModelError, match="outside its own folder"):
            load_card(way, [folder])


def test_a_card_given_by_absolute_path_may_point_anywhere(folder: Path) -> None:
    weights = folder / "elsewhere.onnx"
    weights.write_bytes(CONTENT)
    for file in ("../elsewhere.onnx", str(weights)):
        card = load_card(write_card(folder / "own" / "card.toml", embedder_tree(file=file)), [])
        assert card.weights.resolve() == weights.resolve()
        assert card.verify() == hashlib.sha256(CONTENT).hexdigest()


def form(**changes: Any) -> dict[str, Any]:
    return {"name": "x", "width": 32, "height": 32} | changes


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"misspelled": 1}, "misspelled"),
        ({"kind": "ranker"}, "kind"),
        ({"name": "../x"}, "name"),
        ({"license": ""}, "license"),
        ({"sha256": "abc"}, "sha256"),
        ({"embedding_size": 0}, "embedding_size"),
        ({"outputs": {}}, "outputs"),
        ({"outputs": {"vector": "v"}}, "outputs"),
        ({"input": form(width=0)}, "width"),
        ({"input": form(layout="HWC")}, "layout"),
        ({"input": form(color="GRAY")}, "color"),
        ({"input": form(scale=[1, 2])}, "scale"),
        ({"input": form(scale="much")}, "scale"),
        ({"input": form(offset=1e300)}, "offset"),
        ({"input": form(pad_value=256)}, "pad_value"),
        ({"input": form(depth=3)}, "depth"),
        ({"input": form(trim=-32, fit="letterbox")}, "trim"),
        ({"input": form(trim=16)}, 'only fit = "letterbox" has'),
        ({"input": form(trim=16, fit="letterbox")}, "trim is for detectors"),
    ],
)
def test_a_wrong_value_is_named(folder: Path, changes: dict[str, Any], place: str) -> None:
    write_card(folder / "tiny" / "card.toml", embedder_tree(**changes))
    with pytest.raises(ModelError, match="is damaged") as caught:
        load_card("tiny", [folder])
    assert place in caught.value.message


@pytest.mark.parametrize("content", [b"", b"kind = ", b"\xff\xfe\x00", b"[input]\nname = 3\n"])
def test_a_damaged_card_is_told(folder: Path, content: bytes) -> None:
    (folder / "tiny" / "card.toml").write_bytes(content)
    with pytest.raises(ModelError, match="is damaged"):
        load_card("tiny", [folder])


def test_a_missing_card_is_told(folder: Path) -> None:
    with pytest.raises(ModelError, match="is not there"):
        load_card(folder / "tiny" / "other.toml", [])


def test_one_number_stands_for_three_channels(folder: Path) -> None:
    write_card(folder / "tiny" / "card.toml", embedder_tree(input=form(scale=0.5, offset=[1, 2, 3])))
    card = load_card("tiny", [folder])
    assert card.input.scale == (0.5, 0.5, 0.5)
    assert card.input.offset == (1, 2, 3)


def test_a_form_that_trims_nothing_is_written_as_before_there_was_trimming() -> None:
    plain = InputForm(name="x", width=8, height=16)
    assert "trim" not in plain.model_dump()
    assert plain.model_dump_json() == (
        '{"name":"x","width":8,"height":16,"layout":"NCHW","color":"RGB","scale":[1.0,1.0,1.0],"offset":[0.0,0.0,0.0],'
        '"fit":"stretch","padding":"end","pad_value":0,"resampling":"area"}'
    )
    trimmed = InputForm(name="x", width=8, height=16, fit="letterbox", trim=8)
    assert InputForm.model_validate(trimmed.model_dump()) == trimmed
    assert trimmed.model_dump()["trim"] == 8


def test_a_card_can_be_looked_at_for_another_size(folder: Path) -> None:
    write_card(folder / "tiny" / "card.toml", detector_tree(input=form(fit="letterbox", trim=16)))
    card = load_card("tiny", [folder])
    assert isinstance(card, DetectorCard)
    assert card.at_size(32, 32) is card
    smaller = card.at_size(32, 16)
    assert (smaller.input.width, smaller.input.height, smaller.path) == (32, 16, card.path)
    assert card.input.height == 32


def test_every_key_of_a_card_is_explained() -> None:
    words = (models_folder() / "README.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in words.splitlines() if line.startswith("| `")]
    for section in (DetectorCard, InputForm):
        for key in section.model_fields:
            if key not in ("input", "outputs"):
                assert any(f"`{key}`" in row for row in rows), f"models/README.md does not explain {key}"


def test_ignored_labels_must_be_labels(folder: Path) -> None:
    write_card(folder / "tiny" / "card.toml", detector_tree(labels=["bag"], ignored_labels=["person"]))
    with pytest.raises(ModelError, match="person"):
        load_card("tiny", [folder])


def test_damaged_weights_are_told_also_after_a_good_look(folder: Path) -> None:
    card = load_card("tiny", [folder])
    card.verify()
    card.weights.write_bytes(CONTENT + b"!")
    with pytest.raises(ModelError, match="not the one that its card tiny names") as caught:
        card.verify()
    assert "a test" in caught.value.remedy


def test_weights_are_read_once_while_they_stay_the_same(folder: Path) -> None:
    card = load_card("tiny", [folder])
    card.verify()
    before = card.weights.stat()
    card.weights.write_bytes(CONTENT[::-1])
    os.utime(card.weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert load_card("tiny", [folder]).verify() == hashlib.sha256(CONTENT).hexdigest()


def test_missing_weights_are_told(folder: Path) -> None:
    (folder / "tiny" / "tiny.onnx").unlink()
    with pytest.raises(ModelError, match="is missing"):
        load_card("tiny", [folder]).verify()


def test_a_shop_puts_weights_that_do_not_ship_into_its_own_folder(folder: Path, tmp_path: Path) -> None:
    write_card(folder / "tiny" / "card.toml", embedder_tree(provided_by_shop=True))
    (folder / "tiny" / "tiny.onnx").unlink()
    own = tmp_path / "own"
    with pytest.raises(ModelError, match="do not ship with the program") as caught:
        load_card("tiny", [own, folder]).verify()
    assert str(own / "tiny" / "tiny.onnx") in caught.value.message
    (own / "tiny").mkdir(parents=True)
    (own / "tiny" / "tiny.onnx").write_bytes(CONTENT)
    assert load_card("tiny", [own, folder]).verify() == hashlib.sha256(CONTENT).hexdigest()


def test_the_shops_own_card_wins_over_the_shipped_one(folder: Path, tmp_path: Path) -> None:
    own = write_card(tmp_path / "own" / "tiny" / "card.toml", embedder_tree(source="the shop"))
    card = load_card("tiny", [tmp_path / "own", folder])
    assert card.path == own
    assert card.weights == own.parent / "tiny.onnx"


@pytest.mark.parametrize("path", sorted(models_folder().glob("*/card.toml")), ids=lambda path: path.parent.name)
def test_shipped_cards_are_whole(path: Path) -> None:
    card = load_card(path.parent.name, [models_folder()])
    assert card.name == path.parent.name
    if card.provided_by_shop:
        assert not card.weights.exists()
        return
    assert card.sha256
    assert card.verify() == card.sha256
    assert card.weights.stat().st_size <= 12_000_000
    assert (path.parent / "LICENSE").is_file()
    assert (path.parent / "MODEL.md").is_file()


def test_the_yolox_card_names_the_classes_of_its_training() -> None:
    card = load_card("yolox-nano", [models_folder()])
    assert isinstance(card, DetectorCard)
    assert len(card.labels) == len(set(card.labels)) == 80


def test_a_file_that_cannot_be_is_told(folder: Path) -> None:
    write_card(folder / "tiny" / "card.toml", embedder_tree(file="a\0b.onnx"))
    with pytest.raises(ModelError, match="file"):
        load_card("tiny", [folder])
    write_card(folder / "tiny" / "card.toml", embedder_tree(file=f"{'a' * 300}.onnx"))
    with pytest.raises(ModelError, match="cannot be read"):
        load_card("tiny", [folder]).verify()


@pytest.mark.parametrize(
    "name", ["~nobody-of-this-name/card.toml", "a\0/card.toml", f"/{'a' * 300}/card.toml", "a" * 300]
)
def test_a_card_that_cannot_be_is_told(folder: Path, name: str) -> None:
    with pytest.raises(ModelError) as caught:
        load_card(name, [folder])
    assert caught.value.remedy
