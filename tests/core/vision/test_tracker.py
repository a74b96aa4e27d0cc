"""The same item through frames."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sightings import Box, Detections, Track, no_boxes
from core.vision.tracker import Tracker

WIDTH, HEIGHT = 1280, 720
STEADY = settings(deadline=None, derandomize=True, max_examples=60)
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


def test_without_times_frames_come_thirty_a_second() -> None:
    tracker = Tracker()

    def shows(detections: Detections, frames: int) -> tuple[Track, ...]:
        for _ in range(frames):
            tracks = tracker.update(detections, width=WIDTH, height=HEIGHT)
        return tracks

    shows(seen(FIRST), 5)
    assert len(shows(seen(), 15)) == 1
    assert shows(seen(), 10) == ()


def test_at_few_frames_a_second_one_missed_frame_loses_nothing() -> None:
    tracker = Tracker()
    for second in range(4):
        tracks = tracker.update(seen(FIRST), width=WIDTH, height=HEIGHT, captured_at=float(second))
    assert [track.missed for track in tracker.update(seen(), width=WIDTH, height=HEIGHT, captured_at=4.0)] == [1]
    (again,) = tracker.update(seen(FIRST), width=WIDTH, height=HEIGHT, captured_at=5.0)
    assert again.track_id == tracks[0].track_id


def test_nobody_is_kept_under_a_hand_for_ever() -> None:
    watch = Watch()
    watch.shows(seen(FIRST), frames=10)
    hand = (80.0, 0.0, 240.0, 210.0)
    assert len(watch.shows(seen(hands=(hand,)), frames=280)) == 1
    assert watch.shows(seen(hands=(hand,)), frames=40) == ()


def test_several_boxes_of_one_arm_cover_together() -> None:
    watch = Watch()
    watch.shows(seen(FIRST), frames=10)
    tiles = ((100.0, 100.0, 126.0, 200.0), (126.0, 100.0, 152.0, 200.0))
    (track,) = watch.shows(seen(hands=tiles))
    assert track.is_covered


def test_an_item_that_a_hand_pushed_aside_is_the_same() -> None:
    watch = Watch()
    (before,) = watch.shows(seen(FIRST), frames=10)
    watch.shows(seen(hands=((60, 0, 300, 260),)), frames=20)
    watch.shows(seen(), frames=2)
    (after,) = watch.shows(seen(moved(FIRST, 150, 60)), frames=3)
    assert after.track_id == before.track_id


def test_an_item_far_from_where_a_hand_took_one_is_another() -> None:
    watch = Watch()
    (before,) = watch.shows(seen(FIRST), frames=10)
    watch.shows(seen(hands=((60, 0, 300, 260),)), frames=20)
    tracks = watch.shows(seen(moved(FIRST, 700, 300)), frames=30)
    assert before.track_id not in {track.track_id for track in tracks}


def test_two_of_the_same_product_side_by_side_are_two_and_never_swap() -> None:
    watch = Watch()
    left, right = FIRST, moved(FIRST, 122, 0)
    before = {track.track_id: track.box[0] for track in watch.shows(seen(left, right), frames=10)}
    assert len(before) == 2
    for step in range(30):
        shift = 4.0 * step
        after = {
            track.track_id: track.box[0] for track in watch.shows(seen(moved(right, shift, 0), moved(left, shift, 0)))
        }
    assert sorted(after, key=after.__getitem__) == sorted(before, key=before.__getitem__)


def test_items_pushed_together_into_one_box_come_apart_as_themselves() -> None:
    watch = Watch()
    left, right = FIRST, moved(FIRST, 125, 0)
    before = {track.track_id: track.box[0] for track in watch.shows(seen(left, right), frames=15)}
    both = (left[0], left[1], right[2], right[3])
    merged = watch.shows(seen(both), frames=30)
    assert {track.track_id for track in merged} == set(before)
    assert all(track.is_covered for track in merged)
    after = {track.track_id: track.box[0] for track in watch.shows(seen(right, left), frames=3)}
    assert after == before


def test_an_item_that_something_was_carried_across_finds_home() -> None:
    watch = Watch()
    (lying,) = watch.shows(seen(FIRST), frames=30)
    x0, y0, x1, y1 = FIRST
    left, right = (x0, y0, x0 + 60, y1), (x0 + 55, y0, x1, y1)
    arm: Box = (x0 + 20, y0 - 40, x1, y1 + 200)
    # A hand parts it, and what the hand carries takes the other half; then both halves are one box again.
    watch.shows(seen(left, right, hands=(arm,)), frames=12)
    watch.shows(seen(hands=(arm,)), frames=3)
    tracks = watch.shows(seen(FIRST), frames=3)
    for _ in range(10):
        assert [track.track_id for track in tracks if track.missed == 0] == [lying.track_id]
        tracks = watch.shows(seen(FIRST))
    assert [track.track_id for track in watch.shows(seen(FIRST), frames=20)] == [lying.track_id], "the parts are gone"


def test_a_flickering_half_does_not_keep_a_track_of_its_own() -> None:
    watch = Watch()
    left, right = (100.0, 100.0, 160.0, 200.0), (160.0, 100.0, 220.0, 200.0)
    watch.shows(seen(left, right), frames=3)
    assert len(watch.shows(seen(FIRST), frames=40)) == 1


def test_a_neighbor_that_leaves_does_not_take_the_number_along() -> None:
    watch = Watch()
    left, right = FIRST, moved(FIRST, 130, 0)
    before = {track.track_id: track.box[0] for track in watch.shows(seen(left, right), frames=10)}
    (after,) = watch.shows(seen(right), frames=40)
    assert before[after.track_id] == right[0]


boxes = st.lists(
    st.tuples(
        st.floats(0, 1200, width=32),
        st.floats(0, 650, width=32),
        st.floats(5, 300, width=32),
        st.floats(5, 300, width=32),
    ).map(lambda edge: (edge[0], edge[1], edge[0] + edge[2], edge[1] + edge[3])),
    max_size=8,
)


@STEADY
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


@STEADY
@given(st.permutations([FIRST, SECOND, (800.0, 500.0, 900.0, 600.0)]))
def test_the_order_of_detections_does_not_matter(order: list[Box]) -> None:
    watch = Watch()
    before = {track.track_id: track.box for track in watch.shows(seen(FIRST, SECOND, (800, 500, 900, 600)), frames=5)}
    after = {track.track_id: track.box for track in watch.shows(seen(*order))}
    assert after == before


@STEADY
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=8, unique=True),
    st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=4, max_size=12),
)
def test_trembling_items_keep_their_numbers(cells: list[tuple[int, int]], tremble: list[tuple[float, float]]) -> None:
    watch = Watch()
    at_rest = [moved((40, 40, 150, 140), 200 * column, 160 * row) for column, row in cells]
    before = {track.track_id: track.box for track in watch.shows(seen(*at_rest), frames=4)}
    for across, down in tremble:
        tracks = watch.shows(seen(*(moved(box, across, down) for box in at_rest)))
        assert {track.track_id for track in tracks} == set(before)
        assert not any(track.missed or track.is_covered for track in tracks)
        for track in tracks:
            assert np.abs(np.subtract(track.box, before[track.track_id])).max() <= 3.01


@STEADY
@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_age_and_missed_count_frames(is_seen: list[bool]) -> None:
    watch = Watch()
    watch.shows(seen(FIRST), frames=2)
    age, missed = 2, 0
    for is_there in is_seen:
        tracks = watch.shows(seen(FIRST) if is_there else seen())
        if not tracks:
            break
        age, missed = (age + 1, 0) if is_there else (age, missed + 1)
        assert [(track.age, track.missed) for track in tracks] == [(age, missed)]
    else:
        return
    assert missed >= 20


@STEADY
@given(st.integers(0, 2**32 - 1))
def test_scores_and_empty_boxes_of_any_kind_are_survived(seed: int) -> None:
    random = np.random.default_rng(seed)
    tracker = Tracker()
    for _ in range(5):
        count = int(random.integers(0, 6))
        corners = random.uniform(-200, 1500, (count, 2, 2)).astype(np.float32)
        boxes = corners.reshape(count, 4)
        found = Detections(boxes, random.random(count).astype(np.float32), boxes[:1])
        for track in tracker.update(found, width=WIDTH, height=HEIGHT):
            assert 0 <= track.score <= 1
            assert np.isfinite(track.box).all()


def test_items_on_a_belt_keep_their_numbers_through_missed_frames() -> None:
    watch = Watch()
    row = [moved(FIRST, 150.0 * place, 0) for place in range(4)]
    numbers = None
    for step in range(40):
        boxes = [moved(box, 14.0 * step, 0) for box in row]
        blind = {1, 2} if step in (20, 21, 22, 23) else set()
        tracks = watch.shows(seen(*(box for place, box in enumerate(boxes) if place not in blind)))
        order = [track.track_id for track in sorted(tracks, key=lambda track: track.box[0])]
        numbers = order if step == 19 else numbers
    assert len(set(order)) == 4
    assert order == numbers


def test_an_item_that_drives_out_of_the_picture_is_gone_at_once() -> None:
    watch = Watch()
    for step in range(12):
        watch.shows(seen(moved(FIRST, 1000 + 14.0 * step, 0)))
    last = 1000 + 14.0 * 11
    assert last + 160 > WIDTH, "its middle is about to leave"
    assert len(watch.shows(seen(), frames=1)) <= 1
    assert watch.shows(seen(), frames=3) == ()


def test_a_camera_that_comes_back_with_frames_of_another_size_shows_the_same_items() -> None:
    """The second item lies at the pixels at which the first one lay in the larger frames."""
    large: tuple[Box, Box] = ((240, 240, 600, 600), (900, 500, 1100, 660))
    small: tuple[Box, Box] = ((120, 120, 300, 300), (450, 250, 550, 330))
    for first, second, ratio in ((small, large, 0.5), (large, small, 2.0)):
        tracker, at = Tracker(), 0.0
        for _ in range(20):
            at += 1 / 30
            former = tracker.update(
                seen(*first), width=round(ratio * WIDTH), height=round(ratio * HEIGHT), captured_at=at
            )
        tracks = tracker.update(seen(*second), width=WIDTH, height=HEIGHT, captured_at=at + 1 / 30)
        assert [track.track_id for track in tracks] == [track.track_id for track in former]
        np.testing.assert_allclose([track.box for track in tracks], second, atol=1)


def test_an_item_under_a_hand_is_found_where_it_lay_in_frames_of_another_size() -> None:
    tracker, far, arm = Tracker(), moved(FIRST, 800, 400), moved(FIRST, 810, 390)
    for number in range(20):
        tracker.update(seen(FIRST, far), width=WIDTH, height=HEIGHT, captured_at=number / 30)
    before = tracker.update(seen(FIRST, hands=(arm,)), width=WIDTH, height=HEIGHT, captured_at=20 / 30)
    halves = Detections(np.multiply(seen(FIRST, far).boxes, np.float32(0.5)), np.full(2, 0.9, np.float32), no_boxes())
    after = tracker.update(halves, width=WIDTH // 2, height=HEIGHT // 2, captured_at=21 / 30)
    assert [track.track_id for track in after] == [track.track_id for track in before]
    assert not any(track.missed for track in after)
