"""Truth files: what they say, and what is said about broken ones."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cameras.demo_counter import DemoCounter
from core.catalog.names import product_key
from core.evaluation.truth import TruthError, match_names, missing_names, read_truth

THING = {"name": "Cheetoz snack 30g", "box": [0.1, 0.2, 0.5, 0.6]}


def write(folder: Path, *frames: dict[str, object], **others: object) -> Path:
    file = folder / "clip.gt.json"
    tree = {"fps": 8, "size": [640, 480], "frames": list(frames)} | others
    file.write_text(json.dumps(tree), encoding="utf-8")
    return file


def test_a_labelers_file_is_read_with_keys_that_nobody_knows(tmp_path: Path) -> None:
    file = write(tmp_path, {"i": 0, "objects": []}, {"i": 3, "src_frame": 9, "objects": [THING | {"cls": 7}]})
    truth = read_truth(file)
    assert (truth.fps, truth.size, truth.tells_motion) == (8.0, (640, 480), False)
    assert [frame.number for frame in truth.frames] == [0, 3]
    assert truth.names == {"Cheetoz snack 30g"}
    boxes = truth.frames[1].boxes(width=640, height=480)
    assert np.allclose(boxes, [[64, 96, 320, 288]])


def test_what_moves_or_is_hidden_is_not_judged(tmp_path: Path) -> None:
    things = [THING, THING | {"moving": True}, THING | {"visible": 0.39}, THING | {"visible": 0.4, "moving": False}]
    (frame,) = read_truth(write(tmp_path, {"i": 0, "objects": things})).frames
    assert [thing.is_judged for thing in frame.objects] == [True, False, False, True]
    assert len(frame.boxes(width=10, height=10)) == len(frame.judged) == 2
    assert len(frame.boxes(width=10, height=10, is_judged=False)) == 2


def test_the_demo_writes_what_is_read(tmp_path: Path) -> None:
    counter = DemoCounter.from_uri("demo:?seed=5&items=2&script=still", width=320, height=180, fps=10)
    counter.write_truth(tmp_path / "truth.json", range(25))
    truth = read_truth(tmp_path / "truth.json")
    assert (truth.fps, truth.size, len(truth.frames), truth.tells_motion) == (10.0, (320, 180), 25, True)
    assert len(truth.frames[24].judged) == 2
    assert truth.names == {item.name for item in counter.truth(24)}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{", "is broken"),
        ('{"fps": 8}', "is broken"),
        ('{"fps": 8, "size": [4, 4], "frames": []}', "frames"),
        ('{"fps": 0, "size": [4, 4], "frames": [{"i": 0, "objects": []}]}', "fps"),
        (
            '{"fps": 8, "size": [4, 4], "frames": [{"i": 1, "objects": []}, {"i": 1, "objects": []}]}',
            "frame 1 is there twice",
        ),
        ('{"fps": 8, "size": [4, 4], "frames": [{"i": 0, "objects": [{"name": "a", "box": [1, 2, 30, 40]}]}]}', "box"),
        (
            '{"fps": 8, "size": [4, 4], "frames": [{"i": 3, "objects": [{"name": "a", "box": [0.5, 0, 0.2, 1]}]}]}',
            "the box of frame 3, object 0 (a) is 0.5, 0, 0.2, 1, not x0, y0, x1, y1",
        ),
        ('{"fps": 8, "size": [4, 4], "frames": [{"i": 0, "objects": [{"name": "a"}]}]}', "box"),
        ('{"fps": 8, "size": [4, 4], "frames": [{"i": 0, "objects": [{"box": [0, 0, 1, NaN]}]}]}', "is broken"),
    ],
)
def test_a_broken_file_is_told_in_one_sentence(tmp_path: Path, written: str, words: str) -> None:
    file = tmp_path / "broken.json"
    file.write_text(written)
    with pytest.raises(TruthError) as told:
        read_truth(file)
    assert words in told.value.message
    assert "\n" not in told.value.message
    assert told.value.remedy


def test_boxes_end_at_the_border_and_what_has_no_area_is_left_out_and_told(tmp_path: Path) -> None:
    over = THING | {"box": [-0.05, 0.5, 0.5, 1.04]}
    flat, outside = THING | {"box": [0.5, 0.1, 0.5, 0.4]}, THING | {"box": [1.01, 0.1, 1.2, 0.4]}
    truth = read_truth(write(tmp_path, {"i": 0, "objects": [THING, over]}, {"i": 4, "objects": [THING, flat, outside]}))
    assert [thing.box for thing in truth.frames[0].objects] == [(0.1, 0.2, 0.5, 0.6), (0.0, 0.5, 0.5, 1.0)]
    assert len(truth.frames[1].objects) == 1
    (notice,) = truth.notices
    assert "the box of frame 4, object 1 (Cheetoz snack 30g) has no area" in notice.message
    assert "1 more" in notice.message


def test_frames_may_come_in_any_order_and_after_a_byte_order_mark(tmp_path: Path) -> None:
    file = write(tmp_path, {"i": 2, "objects": [THING]}, {"i": 0, "objects": []}, {"i": 1, "objects": []})
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    truth = read_truth(file)
    assert [frame.number for frame in truth.frames] == [0, 1, 2]
    assert [len(frame.objects) for frame in truth.frames] == [0, 0, 1]
    assert truth.notices == ()


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(TruthError, match="cannot be read"):
        read_truth(tmp_path / "nowhere.json")


def test_only_the_frames_that_are_replayed_are_kept(tmp_path: Path) -> None:
    truth = read_truth(write(tmp_path, *({"i": number, "objects": []} for number in range(5, 10))))
    assert [frame.number for frame in truth.until(7).frames] == [5, 6]
    with pytest.raises(TruthError, match="first 5 frames"):
        truth.until(5)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Cheetoz snack 90g", "cheetoz_snack_90g"),
        ("Noctelle Dark — Chocolate!", "noctelle_dark_chocolate"),
        ("Süßer Käse, 1/2 kg", "süßer_käse_1_2_kg"),
        ("", ""),
        ("Cafe\u0301 Cre\u0300me", "caf\u00e9_cr\u00e8me"),
    ],
)
def test_names_match_by_letters_and_digits(name: str, key: str) -> None:
    assert product_key(name) == key


@given(st.text())
def test_a_key_is_its_own_key(name: str) -> None:
    assert product_key(product_key(name)) == product_key(name)


def test_names_that_the_shop_lacks_are_listed(tmp_path: Path) -> None:
    truth = read_truth(write(tmp_path, {"i": 0, "objects": [THING, THING | {"name": "Mini Lina"}]}))
    assert missing_names(truth, ["cheetoz_Snack 30G"]) == ["Mini Lina"]


def test_a_folders_number_is_no_part_of_the_name_unless_it_is_enrolled_so(tmp_path: Path) -> None:
    names = ("07_Mini_Lina", "7 Up", "12_nobody", "Mini Lina")
    truth = read_truth(write(tmp_path, {"i": 0, "objects": [THING | {"name": name} for name in names]}))
    enrolled = ["Mini Lina", "7 Up", "Up"]
    matched = match_names(truth, enrolled)
    assert [thing.name for thing in matched.frames[0].objects] == ["Mini Lina", "7 Up", "12_nobody", "Mini Lina"]
    assert missing_names(matched, enrolled) == ["12_nobody"]


@pytest.mark.parametrize("name", [" ", "\t", "\u00a0 "])
def test_a_name_of_spaces_is_none(tmp_path: Path, name: str) -> None:
    things = [THING | {"name": name}, THING | {"name": f"{name}Mini Lina{name}"}]
    truth = read_truth(write(tmp_path, {"i": 0, "objects": things}))
    assert [thing.name for thing in truth.frames[0].objects] == ["", "Mini Lina"]
    assert missing_names(truth, ["Mini Lina"]) == []
