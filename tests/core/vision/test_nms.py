"""Properties of non-maximum suppression."""

import numpy as np
import numpy.typing as npt
from hypothesis import given
from hypothesis import strategies as st

from core.geometry import iou
from core.sightings import Boxes, no_boxes
from core.vision.detectors.nms import keep_best

overlaps = st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.95])


@st.composite
def candidates(draw: st.DrawFn) -> tuple[Boxes, npt.NDArray[np.float32]]:
    """Boxes with whole corners, and scores that may tie."""
    count = draw(st.integers(1, 25))
    corner, side = st.integers(0, 60), st.integers(1, 50)
    rows = [(draw(corner), draw(corner), draw(side), draw(side)) for _ in range(count)]
    boxes = np.array([(x, y, x + width, y + height) for x, y, width, height in rows], np.float32)
    scores = [draw(st.integers(1, 20)) / 20 for _ in range(count)]
    return boxes, np.array(scores, np.float32)


@given(found=candidates(), overlap=overlaps)
def test_kept_boxes_are_apart_and_every_other_lies_on_a_better_one(
    found: tuple[Boxes, npt.NDArray[np.float32]], overlap: float
) -> None:
    boxes, scores = found
    kept = keep_best(boxes, scores, overlap=overlap)
    assert len(set(kept.tolist())) == len(kept) >= 1
    assert (np.diff(scores[kept]) <= 0).all()
    assert scores[kept[0]] == scores.max()
    among = iou(boxes[kept], boxes[kept])
    assert (among[~np.eye(len(kept), dtype=bool)] <= overlap + 1e-5).all()
    for place in set(range(len(boxes))) - set(kept.tolist()):
        better = kept[scores[kept] >= scores[place]]
        assert iou(boxes[place : place + 1], boxes[better]).max() > overlap - 1e-5


@given(found=candidates(), overlap=overlaps)
def test_what_was_kept_is_kept_again(found: tuple[Boxes, npt.NDArray[np.float32]], overlap: float) -> None:
    boxes, scores = found
    kept = keep_best(boxes, scores, overlap=overlap)
    assert len(keep_best(boxes[kept], scores[kept], overlap=overlap)) == len(kept)


def test_two_boxes_on_one_item_and_one_apart() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [20, 20, 30, 30]], np.float32)
    kept = keep_best(boxes, np.array([0.5, 0.9, 0.7], np.float32), overlap=0.5)
    assert kept.tolist() == [1, 2]
    assert len(keep_best(no_boxes(), np.zeros(0, np.float32), overlap=0.5)) == 0
