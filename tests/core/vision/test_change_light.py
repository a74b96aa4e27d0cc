"""Light, shadow and noise are no items."""

import pytest

from core.paths import DataFolder
from tests.core.vision.counter_scene import Pack, Scene
from tests.core.vision.counter_watch import BAR, CARTON, fit, last, ready, rest


def test_nothing_is_found_on_the_empty_counter(data: DataFolder) -> None:
    scene = Scene(noise=4.0)
    detector = ready(data, scene)
    for _ in range(40):
        found = detector.detect(scene.frame())
        assert len(found) == 0
        assert len(found.hands) == 0


@pytest.mark.parametrize("shade", [0.6, 0.8])
def test_a_shadow_is_not_an_item(data: DataFolder, shade: float) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, frames=3)
    found = rest(detector, scene, Pack(300, 170, width=150, length=90, is_shadow=True), frames=6)
    assert len(found) == 0
    found = last(detector, (scene.frame(CARTON, shade=shade) for _ in range(12)))
    assert fit(found, CARTON) > 0.75


@pytest.mark.parametrize("gain", [(0.7, 0.7, 0.7), (1.3, 1.3, 1.3), (1.12, 1.0, 0.88)])
def test_another_exposure_or_white_balance_is_not_an_item(data: DataFolder, gain: tuple[float, float, float]) -> None:
    scene = Scene()
    detector = ready(data, scene)
    rest(detector, scene, CARTON)
    scene.gain = gain
    for _ in range(10):
        found = detector.detect(scene.frame(CARTON))
        assert len(found) == 1
        assert fit(found, CARTON) > 0.75


def test_light_that_wanders_over_the_counter_is_followed(data: DataFolder) -> None:
    scene = Scene()
    detector = ready(data, scene)
    for step in range(120):
        scene.lean = step / 200
        found = detector.detect(scene.frame(CARTON))
    assert len(found) == 1
    assert fit(found, CARTON) > 0.75


def test_a_more_sensitive_counter_finds_a_fainter_item(data: DataFolder) -> None:
    faint = Pack(300, 180, color=(180, 158, 126), has_label=False)

    def found(sensitivity: float) -> int:
        scene = Scene()
        return len(rest(ready(data, scene, sensitivity=sensitivity), scene, faint))

    assert (found(0.0), found(1.0)) == (0, 1)


@pytest.mark.parametrize("light", [0.0, 0.08])
def test_the_counter_and_what_lies_there_are_known_again_when_the_light_is_back(data: DataFolder, light: float) -> None:
    """The light goes off for a while, or somebody covers the lens."""
    scene = Scene()
    detector = ready(data, scene)
    assert fit(rest(detector, scene, CARTON, BAR), CARTON, BAR) > 0.75
    scene.gain = (light, light, light)
    assert len(rest(detector, scene, CARTON, BAR, frames=60)) == 0
    scene.gain = (1.0, 1.0, 1.0)
    found = rest(detector, scene, CARTON, BAR, frames=30)
    assert len(found) == 2
    assert fit(found, CARTON, BAR) > 0.75
    assert detector.take_notices() == ()
    assert len(rest(detector, scene)) == 0
