"""A coarse look at a picture: blind to noise and exposure, awake to what is put down."""

import pytest

from core.paths import DataFolder
from core.settings import DetectionSettings
from core.vision.detectors.change import ChangeDetector
from core.vision.detectors.glance import Glance
from tests.core.vision.counter_scene import Hand, Pack, Scene
from tests.core.vision.counter_watch import ready, rest

PACK = Pack(300, 160, angle=0)


def glance(detector: ChangeDetector, scene: Scene, *packs: Pack, hand: Hand | None = None) -> Glance:
    detector.detect(scene.frame(*packs, hand=hand))
    assert detector.glance is not None
    return detector.glance


@pytest.mark.parametrize("noise", [1.0, 4.0, 10.0])
def test_noise_is_nothing_new(data: DataFolder, noise: float) -> None:
    scene = Scene(noise=noise)
    detector = ready(data, scene)
    rest(detector, scene, PACK, frames=30)
    first = glance(detector, scene, PACK)
    assert not any(glance(detector, scene, PACK).differs_from(first) for _ in range(20))


def test_exposure_is_nothing_new(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, PACK, frames=20)
    first = glance(detector, scene, PACK)
    scene.gain = (0.9, 0.92, 0.88)
    assert not glance(detector, scene, PACK).differs_from(first)


@pytest.mark.parametrize(
    "pack",
    [
        PACK,
        Pack(300, 160, width=14, length=14, has_label=False, casts_shadow=False),
        Pack(300, 160, color=(170, 152, 130), has_label=False, casts_shadow=False),
        Pack(300, 160, color=(176, 158, 150), has_label=False, casts_shadow=False),
    ],
    ids=["plain", "tiny", "a little darker", "a little bluer"],
)
def test_an_item_is_new_and_so_is_its_absence(data: DataFolder, pack: Pack) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, frames=20)
    empty = glance(detector, scene)
    there = glance(detector, scene, pack)
    assert there.differs_from(empty)
    assert glance(detector, scene).differs_from(there)


def test_a_slow_shift_is_noticed_in_the_end(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, PACK, frames=30)
    first = glance(detector, scene, PACK)
    assert not glance(detector, scene, PACK.at(300.05, 160)).differs_from(first)
    assert any(glance(detector, scene, PACK.at(300 + step * 0.25, 160)).differs_from(first) for step in range(12))


def test_what_lies_beyond_the_counter_is_not_looked_at(data: DataFolder) -> None:
    scene = Scene()
    corners = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
    detector = ready(data, scene, counter_region=corners)
    rest(detector, scene, frames=20)
    first = glance(detector, scene)
    assert not glance(detector, scene, PACK.at(60, 60)).differs_from(first)
    assert glance(detector, scene, PACK).differs_from(first)


def test_until_the_counter_is_known_there_is_no_glance(data: DataFolder) -> None:
    scene = Scene()
    detector = ChangeDetector(DetectionSettings(), data)
    detector.detect(scene.frame())
    assert detector.glance is None
