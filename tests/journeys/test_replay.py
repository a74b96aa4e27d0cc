"""A recording held against its truth, as those do who judge a counter."""

import json
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.cameras.demo_counter import DemoCounter
from core.cli.app import create_app, run
from core.paths import DataFolder
from tests.core.vision.tiny_networks import detector_tree, save_detector, write_card

STILL = "demo:?script=still&items=3&fps=10&width=960&height=540&seed=4"


def tillsight(*arguments: str, data: DataFolder) -> int:
    return run(create_app(), [*arguments, "--data-dir", str(data.root)])


@pytest.fixture
def truth(tmp_path: Path, data: DataFolder) -> Path:
    file = tmp_path / "still.json"
    assert tillsight("replay", STILL, "--frames", "50", "--write-truth", str(file), data=data) == 0
    return file


def test_a_replay_is_scored_in_numbers_pictures_and_a_video(truth: Path, tmp_path: Path, data: DataFolder) -> None:
    # One item that nobody put there: the failures have something to show.
    tree = json.loads(truth.read_text())
    for frame in tree["frames"][40:]:
        frame["objects"].append({"name": "Ghost <b>&", "box": [0.0, 0.9, 0.05, 1.0], "moving": False})
    truth.write_text(json.dumps(tree))
    numbers, page, film = tmp_path / "score.json", tmp_path / "score.html", tmp_path / "score.mp4"
    assert (
        tillsight(
            *("replay", STILL, "--truth", str(truth), "--json", str(numbers)),
            *("--report", str(page), "--video", str(film)),
            data=data,
        )
        == 0
    )
    score = json.loads(numbers.read_text())
    assert score["frames"]["count"] == 50
    assert 0 < score["frames"]["exact"] < 41
    detection = score["detection"]
    assert detection["iou"] == 0.5
    assert 0.5 < detection["recall"] < 0.95, "the ghost is never found"
    assert detection["precision"] > 0.9
    assert detection["average_precision"] <= detection["recall"] + 1e-6
    assert score["labels"]["accuracy"] > 0.5
    baskets = score["baskets"]
    assert set(baskets["by_size"]) <= {"3", "4"}
    assert baskets["count"] == sum(part["count"] for part in baskets["by_size"].values()) == 2
    assert baskets["by_size"]["4"]["cacc"] == 0.0
    assert baskets["acd"] > 0
    assert set(score["camera_to_label_ms"]) == {"p50", "p95", "p99"}
    assert score["not_enrolled"] == ["Ghost <b>&"]

    html = page.read_text()
    assert "Ghost &lt;b&gt;&amp; was not found." in html
    assert html.startswith("<!doctype html>")
    assert html.count("data:image/jpeg;base64,") >= 2
    assert not re.search(r"(src|href)=\"(?!data:)", html), "the page needs nothing else"

    video = cv2.VideoCapture(str(film))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == 50
    assert video.get(cv2.CAP_PROP_FPS) == 10
    is_read, picture = video.read()
    assert is_read
    assert picture.shape == (540, 960, 3)
    video.release()


def test_a_score_can_be_printed(truth: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert tillsight("replay", STILL, "--truth", str(truth), "--frames", "12", "--json", "-", data=data) == 0
    score = json.loads(capsys.readouterr().out)
    assert (score["frames"], score["baskets"]["count"]) == ({"count": 12, "exact": 12}, 0)


def test_unrelated_pictures_are_scored_one_by_one(
    truth: Path, tmp_path: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each in its own size, found by a network of the shop that sees the same in every picture."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    random = np.random.default_rng(1)
    for number, side in enumerate((320, 200, 320)):
        cv2.imwrite(str(folder / f"{number}.png"), random.integers(0, 255, (side, side, 3), np.uint8))
    rows = np.zeros((84, 6), np.float32)
    # Center, logarithm of the sides in cells of 8 pixels, belief: one box well over the threshold, one far below.
    rows[8 * 2 + 2] = (0.8, 0.8, np.log(2.4), np.log(2.4), 0.9, 1.0)
    rows[8 * 6 + 6] = (0.5, 0.5, np.log(1.0), np.log(1.0), 0.1, 1.0)
    save_detector(data.models / "tiny" / "tiny.onnx", rows, side=64)
    write_card(data.models / "tiny" / "card.toml", detector_tree())
    ghost = {"name": "Ghost", "box": [0.2, 0.2, 0.5, 0.5]}
    frames = [{"i": number, "objects": [ghost]} for number in range(3)]
    truth.write_text(json.dumps({"fps": 1, "size": [320, 320], "frames": frames}))
    network = ("--set", "detection.method=network", "--set", "detection.model=tiny")
    assert tillsight("replay", f"folder:{folder}", "--truth", str(truth), "--json", "-", *network, data=data) == 0
    score = json.loads(capsys.readouterr().out)
    assert score["threshold"] == 0.35
    assert score["frames"] == {"count": 3, "exact": 0}, "nobody enrolled a ghost"
    assert (score["detection"]["recall"], score["detection"]["precision"]) == (1.0, 1.0)
    assert score["detection"]["average_precision"] == 1.0
    assert (score["labels"]["accuracy"], score["labels"]["count"]) == (0.0, 3)
    assert (score["baskets"]["count"], score["baskets"]["settled"], score["sales"]["count"]) == (1, 0, 0)


def test_an_unreadable_picture_is_told_and_missed(
    truth: Path, tmp_path: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pictures behind it keep their own truth; a folder's number is no part of a name."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    told = json.loads(truth.read_text())
    counter = DemoCounter.from_uri(STILL, width=960, height=540, fps=10)
    for number, place in enumerate((40, 41, 43, 45)):
        pixels = counter.frame(place).pixels
        cv2.imwrite(str(folder / f"{number}.png"), cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))
        told["frames"][number] = told["frames"][place] | {"i": number}
    (folder / "1.png").write_bytes(b"broken")
    things = told["frames"][3]["objects"]
    things[0]["name"] = f"07_{things[0]['name'].replace(' ', '_')}"
    truth.write_text(json.dumps(told | {"frames": told["frames"][:4]}))
    network = ("--set", "detection.method=network")
    page = tmp_path / "score.html"
    wanted = ("--json", "-", "--report", str(page))
    assert tillsight("replay", f"folder:{folder}", "--truth", str(truth), *wanted, *network, data=data) == 0
    printed = capsys.readouterr()
    score = json.loads(printed.out)
    assert "1.png cannot be read" in " ".join(printed.err.split())
    html = page.read_text()
    assert f"The picture {folder / '1.png'} cannot be read." in html
    assert "Frame of the truth that never came, with every item missed: 1." in html
    assert (score["frames"]["count"], score["missing_frames"]) == (4, 1)
    detection = score["detection"]
    assert (detection["items"], detection["found"], detection["false"]) == (12, 9, 0)
    assert score["not_enrolled"] == []


def test_a_folder_without_one_readable_picture_is_one_sentence(
    truth: Path, tmp_path: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    cv2.imwrite(str(folder / "0.jpg"), np.random.default_rng(1).integers(0, 255, (90, 90, 3), np.uint8))
    (folder / "0.jpg").write_bytes((folder / "0.jpg").read_bytes()[:2000])
    assert tillsight("replay", f"folder:{folder}", "--truth", str(truth), data=data) == 1
    assert "0.jpg cannot be read" in " ".join(capsys.readouterr().err.split())


def test_a_belt_is_paid_when_the_customer_is_done(
    tmp_path: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    belt, truth = "demo:?script=belt&items=2&seed=3&fps=10&width=960&height=540", tmp_path / "belt.json"
    assert tillsight("replay", belt, "--frames", "150", "--write-truth", str(truth), data=data) == 0
    capsys.readouterr()
    mode = ("--set", "checkout.mode=belt")
    assert tillsight("replay", belt, "--truth", str(truth), "--json", "-", *mode, data=data) == 0
    score = json.loads(capsys.readouterr().out)
    assert (score["sales"]["count"], score["sales"]["cacc"]) == (1, 1.0)
    assert score["baskets"]["count"] >= 3
    assert score["baskets"]["cacc"] == 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"fps": 25}, "25 frames a second"),
        ({"frames": "none"}, "is broken"),
        ({"frames": [{"i": 0, "objects": [{"name": "a", "box": [3, 3, 9, 9]}]}]}, "fractions"),
    ],
)
def test_a_truth_of_something_else_is_one_sentence(
    change: dict[str, object], words: str, truth: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    truth.write_text(json.dumps(json.loads(truth.read_text()) | change))
    assert tillsight("replay", STILL, "--truth", str(truth), data=data) == 1
    told = capsys.readouterr()
    assert words in " ".join(told.err.split())
    assert "Traceback" not in told.err


def test_a_truth_longer_than_the_clip_is_told_and_its_frames_are_missed(
    truth: Path, tmp_path: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    clip = tmp_path / "clip.mp4"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"mp4v"), 10, (960, 540))
    for _ in range(4):
        writer.write(np.full((540, 960, 3), 90, np.uint8))
    writer.release()
    numbers, page = tmp_path / "score.json", tmp_path / "score.html"
    files = ("--json", str(numbers), "--report", str(page))
    assert tillsight("replay", str(clip), "--truth", str(truth), *files, data=data) == 0
    assert "50 frames, of which 46 never came, frame 4 first" in " ".join(capsys.readouterr().err.split())
    score, told = json.loads(numbers.read_text()), json.loads(truth.read_text())["frames"]
    assert (score["frames"]["count"], score["missing_frames"]) == (50, 46)
    assert score["detection"]["items"] == sum(len(frame["objects"]) for frame in told)
    assert (score["detection"]["recall"], score["baskets"]["cacc"]) == (0.0, 0.0)
    html = page.read_text()
    assert "Frames of the truth that never came, with every item missed: 4–49." in html
    assert "50 frames, of which 46 never came" in html


def test_a_truth_of_another_size_is_told_and_scored(
    truth: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    truth.write_text(json.dumps(json.loads(truth.read_text()) | {"size": [640, 480]}))
    assert tillsight("replay", STILL, "--truth", str(truth), "--frames", "4", "--json", "-", data=data) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["frames"] == {"count": 4, "exact": 4}
    assert "640×480 pixels, but the source has 960×540" in " ".join(told.err.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--report", "page.html"), "needs to know what is right"),
        (("--truth", "nowhere.json"), "cannot be read"),
        (("--video", "nowhere/film.mp4"), "cannot be written"),
        (("--json", "nowhere/score.json"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_told_before_the_work(
    arguments: tuple[str, ...], words: str, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tillsight("replay", STILL, "--frames", "3", *arguments, data=data) == 1
    assert words in " ".join(capsys.readouterr().err.split())


def test_only_the_demo_shop_knows_its_own_truth(
    tmp_path: Path, data: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    cv2.imwrite(str(tmp_path / "one.png"), np.zeros((20, 20, 3), np.uint8))
    assert tillsight("replay", f"folder:{tmp_path}", "--write-truth", str(tmp_path / "t.json"), data=data) == 1
    assert "Only demo:" in capsys.readouterr().err
    assert not (tmp_path / "t.json").exists()


def test_baskets_of_the_demo_shop_are_counted(data: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    assert tillsight("bench", "baskets", "--baskets", "1", "--fps", "6", "--seed", "5", "--json", data=data) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["baskets"]["count"] == 1
    assert len(document["failures"]) == 1 - document["baskets"]["cacc"]


@pytest.mark.parametrize("tail", [("--json",), ("--json", "--frames", "2"), ("--json", "-"), ("--json", "out.json")])
def test_numbers_may_be_asked_for_without_naming_a_file(
    tail: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tillsight("replay", "nothing.mp4", *tail, data=DataFolder(tmp_path / "shop")) == 1
    assert "no camera, clip or folder" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out.json").exists()
