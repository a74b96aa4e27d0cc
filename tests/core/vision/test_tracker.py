"""The same item through frames."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.sightings import Box, Detections, Track, no_boxes
from core.vision.tracker import Tracker

WIDTH, HEIGHT = 1280, 720
FIRST: Box = (100, 100, 220, 200)
SECOND: Box = (500, 300, 640, 420)


def seen(*boxes: Box, hands: tuple[Box, ...] = ()) -> Detections:
    return Detections(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.full(len(boxes), 0.9, np.float32),
        np.array(hands, np.float32).reshape(-1, 4) if hands else no_boxes(),
    )


class Watch:
    """A tracker on a clock of 30 frames a second."""

    def __init__(self) -> None:
        self.tracker = Tracker()
        self.now = 0.0

    def shows(self, detections: Detections, *, frames: int = 1) -> tuple[Track, ...]:
        for _ in range(frames):
            self.now += 1 / 30
            tracks = self.tracker.update(detections, width=WIDTH, height=HEIGHT, captured_at=self.now)
        return tracks


def moved(box: Box, across: float, down: float) -> Box:
    return box[0] + across, box[1] + down, box[2] + across, box[3] + down


def test_a_single_flash_is_no_track() -> None:
    watch = Watch()
    assert watch.shows(seen(FIRST)) == ()
    assert watch.shows(seen()) == ()
    assert watch.shows(seen(), frames=3) == ()


def test_a_resting_item_keeps_its_number_and_rests() -> None:
    watch = Watch()
    tracks = watch.shows(seen(FIRST, SECOND), frames=30)
    assert [track.is_moving for track in tracks] == [False, False]
    assert len({track.track_id for track in tracks}) == 2
    assert {track.track_id for track in watch.shows(seen(SECOND, FIRST))} == {track.track_id for track in tracks}


def test_a_sliding_item_keeps_its_number_and_moves() -> None:
    watch = Watch()
    (before,) = watch.shows(seen(FIRST), frames=15)
    for step in range(20):
        (track,) = watch.shows(seen(moved(FIRST, 12 * step, 6 * step)))
        assert track.track_id == before.track_id
    assert track.is_moving
    (after,) = watch.shows(seen(moved(FIRST, 228, 114)), frames=15)
    assert not after.is_moving


def test_an_item_that_is_gone_in_plain_sight_loses_its_track() -> None:
    watch = Watch()
    watch.shows(seen(FIRST), frames=10)
    assert len(watch.shows(seen(), frames=10)) == 1
    assert watch.shows(seen(), frames=20) == ()


def test_an_item_under_a_hand_keeps_its_track() -> None:
    watch = Watch()
    (before,) = watch.shows(seen(FIRST), frames=10)
    hand = (80.0, 0.0, 240.0, 210.0)
    (hidden,) = watch.shows(seen(hands=(hand,)), frames=150)
    assert hidden.is_covered
    (after,) = watch.shows(seen(FIRST), frames=2)
    assert after.track_id == before.track_id
    assert not after.is_covered


def test_the_shown_box_glides_to_a_trembling_detection() -> None:
    watch = Watch()
    watch.shows(seen(FIRST), frames=10)
    (track,) = watch.shows(seen(moved(FIRST, 4, 0)))
    assert FIRST[0] < track.box[0] < FIRST[0] + 4


def test_numbers_are_never_used_twice() -> None:
    watch = Watch()
    (first,) = watch.shows(seen(FIRST), frames=3)
    watch.tracker.reset()
    (second,) = watch.shows(seen(FIRST), frames=3)
    assert second.track_id > first.track_id


boxes = st.lists(
    st.tuples(
        st.floats(0, 1200, width=32),
        st.floats(0, 650, width=32),
        st.floats(5, 300, width=32),
        st.floats(5, 300, width=32),
    ).map(lambda edge: (edge[0], edge[1], edge[0] + edge[2], edge[1] + edge[3])),
    max_size=8,
)


@given(st.lists(boxes, min_size=1, max_size=12))
def test_whatever_comes_numbers_are_unique_and_boxes_inside(frames: list[list[Box]]) -> None:
    watch = Watch()
    for found in frames:
        tracks = watch.shows(seen(*found))
        assert len({track.track_id for track in tracks}) == len(tracks)
        for track in tracks:
            assert 0 <= track.box[0] <= track.box[2] <= WIDTH
            assert 0 <= track.box[1] <= track.box[3] <= HEIGHT
            assert track.age >= 2


@given(st.permutations([FIRST, SECOND, (800.0, 500.0, 900.0, 600.0)]))
def test_the_order_of_detections_does_not_matter(order: list[Box]) -> None:
    watch = Watch()
    before = {track.track_id: track.box for track in watch.shows(seen(FIRST, SECOND, (800, 500, 900, 600)), frames=5)}
    after = {track.track_id: track.box for track in watch.shows(seen(*order))}
    assert after == before
