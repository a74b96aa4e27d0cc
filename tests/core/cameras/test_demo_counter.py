"""The demo shop as a source: the same address gives the same frames, and the truth fits the pixels."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.cameras.address import SourceError
from core.cameras.demo_counter import DemoCounter
from core.cameras.source import open_source
from core.errors import UserError
from core.frames import Pixels

WIDTH, HEIGHT = 640, 360


def opened(options: str = "", *, width: int = WIDTH, height: int = HEIGHT, fps: float = 30) -> DemoCounter:
    return DemoCounter.from_uri(f"demo:{options}", width=width, height=height, fps=fps)


@pytest.fixture(scope="module")
def shop() -> DemoCounter:
    return opened()


def clean(counter: DemoCounter, first: int, frames: int = 8) -> npt.NDArray[np.float32]:
    """The mean of some frames: most of the noise is gone."""
    pictures = [counter.frame(first + n).pixels for n in range(frames)]
    return np.asarray(np.mean(pictures, axis=0), np.float32)


def other_color(picture: npt.NDArray[np.float32], empty: Pixels) -> npt.NDArray[np.bool_]:
    """Where the color, not only the brightness, differs from the empty counter: items, but no shadows."""
    one, other = picture + 1, empty.astype(np.float32) + 1
    cosine = (one * other).sum(axis=2) / (np.linalg.norm(one, axis=2) * np.linalg.norm(other, axis=2))
    return np.asarray(cosine < np.cos(np.radians(5.0)), np.bool_)


def whole_runs(counter: DemoCounter, until: int) -> list[tuple[int, int]]:
    """Runs of at least two seconds in which a whole basket lies there."""
    runs = counter.placements(until)
    return [(run.start, run.stop) for run in runs if run.is_whole and run.stop - run.start > 60 and run.stop < until]


def test_reading_gives_the_frames_in_order_at_once() -> None:
    counter = opened("?fps=25")
    frames = [counter.read() for _ in range(3)]
    for number, frame in enumerate(frames):
        assert frame is not None
        assert (frame.sequence, frame.media_time) == (number, number / 25)
        assert frame.pixels.shape == (HEIGHT, WIDTH, 3)
        assert not frame.pixels.flags.writeable
        assert np.array_equal(frame.pixels, counter.frame(number).pixels)


def test_reading_goes_on_from_customer_to_customer() -> None:
    counter = opened("?fps=2&items=1", width=160, height=120)
    for _ in range(150):
        assert counter.read() is not None
    assert counter.placements(150)[-1].customer >= 3


def test_after_closing_there_are_no_more_frames() -> None:
    counter = opened()
    assert counter.read() is not None
    counter.close()
    counter.close()
    assert counter.read() is None


def test_a_frame_depends_on_seed_and_number_alone() -> None:
    first, second = opened("?seed=5"), opened("?seed=5")
    numbers = [400, 75, 0, 130]
    pictures = {number: first.frame(number).pixels for number in numbers}
    for number in reversed(numbers):
        assert np.array_equal(second.frame(number).pixels, pictures[number])
        assert second.truth(number) == first.truth(number)


def test_seeds_differ_in_counter_and_customers() -> None:
    first, second = opened("?seed=1"), opened("?seed=2")
    assert np.abs(first.empty_counter.astype(int) - second.empty_counter).mean() > 3
    assert [run.names for run in first.placements(900)] != [run.names for run in second.placements(900)]


def test_the_counter_is_empty_for_two_seconds_but_for_noise(shop: DemoCounter) -> None:
    assert all(shop.truth(number) == () for number in range(60))
    one, other = shop.frame(10).pixels.astype(int), shop.frame(11).pixels.astype(int)
    assert 0.5 < np.abs(one - other).mean() < 4
    assert 0.5 < np.abs(one - shop.empty_counter).mean() < 4
    means = [shop.frame(number).pixels.mean() for number in range(40)]
    assert 0.3 < np.ptp(means) < 4, "the exposure flickers a little"


def test_all_that_differs_in_color_is_inside_the_true_boxes(shop: DemoCounter) -> None:
    start, stop = whole_runs(shop, 1800)[0]
    at = (start + stop) // 2
    items = shop.truth(at)
    assert len(items) == 5
    differs = other_color(clean(shop, at), shop.empty_counter)
    outside = differs.copy()
    for item in items:
        x0, y0, x1, y1 = (int(n) for n in item.box)
        outside[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = False
        rows, columns = (
            np.flatnonzero(differs[y0:y1, x0:x1].any(axis=1)),
            np.flatnonzero(differs[y0:y1, x0:x1].any(axis=0)),
        )
        assert (rows[0], columns[0]) <= (3, 3)
        assert y1 - y0 - rows[-1] <= 4
        assert x1 - x0 - columns[-1] <= 4
    assert outside.sum() / differs.sum() < 0.005


def test_items_cast_shadows(shop: DemoCounter) -> None:
    start, stop = whole_runs(shop, 1800)[0]
    darker = shop.empty_counter.astype(np.float32).mean(axis=2) - clean(shop, (start + stop) // 2).mean(axis=2)
    outside = np.ones((HEIGHT, WIDTH), np.bool_)
    for item in shop.truth((start + stop) // 2):
        x0, y0, x1, y1 = (int(n) for n in item.box)
        outside[y0:y1, x0:x1] = False
    assert (darker[outside] > 12).mean() > 0.005


@pytest.mark.parametrize("seed", range(8))
def test_resting_items_are_seen_almost_wholly(seed: int) -> None:
    counter = opened(f"?seed={seed}", width=320, height=180)
    runs = whole_runs(counter, 1500)
    assert runs
    for start, stop in runs:
        for item in counter.truth((start + stop) // 2):
            assert item.visible > 0.97
            assert not item.is_moving
            x0, y0, x1, y1 = item.box
            assert 0 <= x0 < x1 <= 320
            assert 0 <= y0 < y1 <= 180
            assert 10 <= x1 - x0 <= 85, "an item covers about 40 to 300 of 1280 pixels"


def test_hands_hide_parts_and_items_come_over_the_border(shop: DemoCounter) -> None:
    carried = [item for number in range(60, 400) for item in shop.truth(number) if item.is_moving]
    assert min(item.visible for item in carried) < 0.5
    assert max(item.visible for item in carried) < 1
    assert any(item.box[3] == HEIGHT or item.box[1] == 0 for item in carried)
    touched = [item for number in range(60, 400) for item in shop.truth(number) if not item.is_moving]
    assert any(item.visible < 0.9 for item in touched), "a hand that lets go still covers the item"


def test_the_visible_share_counts_pixels(shop: DemoCounter) -> None:
    """An item that a hand uncovers gains as many of its own pixels as its visible share says."""
    start, stop = whole_runs(shop, 1800)[0]
    truth = {item.item_id: item for item in shop.truth((start + stop) // 2)}
    resting = clean(shop, (start + stop) // 2)
    for number in range(stop - 14, stop + 1):
        for item in shop.truth(number):
            if item.is_moving or item.visible > 0.9:
                continue
            x0, y0, x1, y1 = (int(n) for n in truth[item.item_id].box)
            now = shop.frame(number).pixels[y0:y1, x0:x1].astype(np.float32)
            same = (np.abs(now - resting[y0:y1, x0:x1]).max(axis=2) < 14).mean()
            assert same < 0.5 + item.visible / 2
            return
    pytest.fail("no hand came over an item")


def test_placements_cover_every_frame_and_agree_with_the_truth(shop: DemoCounter) -> None:
    runs = shop.placements(1500)
    assert runs[0].start == 0
    assert runs[-1].stop == 1500
    for before, after in pairwise(runs):
        assert before.stop == after.start
        assert before.names != after.names
    for run in runs:
        for number in (run.start, (run.start + run.stop) // 2, run.stop - 1):
            seen = Counter(item.name for item in shop.truth(number) if not item.is_moving)
            assert seen == Counter(run.names)


@pytest.mark.parametrize("fps", [8, 29.97, 30, 60])
def test_placements_are_exact_at_any_rate(fps: float) -> None:
    counter = opened(f"?seed=3&items=3&fps={fps}", width=160, height=120)
    for run in counter.placements(round(20 * fps)):
        for number in (run.start, run.stop - 1):
            seen = sorted(item.name for item in counter.truth(number) if not item.is_moving)
            assert tuple(seen) == run.names


def test_each_basket_can_be_recovered() -> None:
    counter = opened("?seed=12", width=320, height=180)
    whole = {run.customer: run.names for run in counter.placements(4500) if run.is_whole}
    assert len(whole) >= 3
    assert sorted(whole) == list(range(max(whole) + 1))
    assert all(1 <= len(names) <= 8 for names in whole.values())


def test_still_items_lie_there_from_the_second_second_on() -> None:
    counter = opened("?script=still&items=5")
    assert counter.truth(59) == ()
    assert len(counter.truth(60)) == 5
    assert counter.truth(60) == counter.truth(1_000_000)
    assert [len(run.names) for run in counter.placements(300)] == [0, 5]
    assert np.abs(clean(counter, 100) - clean(counter, 9_000)).mean() < 1.5


def test_reference_pictures_are_repeatable_and_all_different(shop: DemoCounter) -> None:
    for product in shop.products:
        pictures = shop.reference_pictures(product, 3, 8)
        again = shop.reference_pictures(product, 3, 8)
        assert len(pictures) == 3
        for one, other in zip(pictures, again, strict=True):
            assert np.array_equal(one, other)
            assert one.dtype == np.uint8
            assert one.ndim == 3
            assert min(one.shape[:2]) >= 20
        assert len({picture.tobytes() for picture in pictures}) == 3
    first = shop.reference_pictures(shop.products[0], 1, 8)[0]
    assert not np.array_equal(first, shop.reference_pictures(shop.products[0], 1, 9)[0])


def test_reference_pictures_are_cut_around_the_product(shop: DemoCounter) -> None:
    """The honey box is far more colorful than the counter: it reaches all four sides of its pictures."""
    for picture in shop.reference_pictures(shop.products[0], 6, 1):
        vivid = np.ptp(picture.astype(int), axis=2) > 100
        height, width = vivid.shape
        rows, columns = np.flatnonzero(vivid.any(axis=1)), np.flatnonzero(vivid.any(axis=0))
        assert rows[0] < 0.15 * height
        assert rows[-1] > 0.85 * height
        assert columns[0] < 0.15 * width
        assert columns[-1] > 0.85 * width


def test_truth_is_written_in_fractions_of_the_picture(shop: DemoCounter, tmp_path: Path) -> None:
    path = tmp_path / "truth.json"
    shop.write_truth(path, range(80, 200, 40))
    written = json.loads(path.read_text("utf-8"))
    assert written["fps"] == 30
    assert written["size"] == [WIDTH, HEIGHT]
    assert [frame["i"] for frame in written["frames"]] == [80, 120, 160]
    for frame in written["frames"]:
        truth = shop.truth(frame["i"])
        assert [item["name"] for item in frame["objects"]] == [item.name for item in truth]
        for item, true in zip(frame["objects"], truth, strict=True):
            fractions = np.array(true.box) / [WIDTH, HEIGHT, WIDTH, HEIGHT]
            assert np.allclose(item["box"], fractions, atol=1e-5)


def test_truth_that_cannot_be_written_is_told(shop: DemoCounter, tmp_path: Path) -> None:
    with pytest.raises(UserError) as told:
        shop.write_truth(tmp_path / "nowhere" / "truth.json", range(1))
    assert told.value.remedy


@pytest.mark.parametrize(
    "options",
    [
        "?seed=-1", "?seed=x", "?seed=1.5", "?seed=99999999999", "?seed=nan", "?items=0", "?items=99", "?items=2.5",
        "?items=", "?fps=0", "?fps=-5", "?fps=1000", "?fps=inf", "?width=10", "?height=0", "?width=abc",
        "?script=dance", "?colour=red", "elsewhere",
    ],
)  # fmt: skip
def test_wrong_options_are_told_with_a_remedy(options: str) -> None:
    with pytest.raises(SourceError) as told:
        opened(options)
    assert told.value.remedy


def test_the_address_decides_and_the_caller_fills_in() -> None:
    counter = open_source("demo:?width=320&height=240&fps=12", width=800, height=600, fps=24)
    described = counter.description
    assert (described.width, described.height, described.fps) == (320, 240, 12)
    assert described.is_demo
    assert not described.is_live
    assert described.label == "Demo shop"
    plain = opened(width=800, height=600, fps=24).description
    assert (plain.width, plain.height, plain.fps) == (800, 600, 24)


@pytest.mark.parametrize(("width", "height"), [(160, 120), (333, 250), (240, 420), (960, 320)])
def test_pictures_of_any_shape_hold_the_whole_shop(width: int, height: int) -> None:
    counter = opened("?seed=6&items=8", width=width, height=height)
    run = max((run for run in counter.placements(1500) if run.is_whole), key=lambda run: run.stop - run.start)
    items = counter.truth((run.start + run.stop) // 2)
    assert len(items) == 8
    assert all(item.visible > 0.95 for item in items)
    assert counter.frame(run.start - 10).pixels.shape == (height, width, 3)
