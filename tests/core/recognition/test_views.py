"""Views are a constant number of turns and closer looks; passes can be spread over the looks of a track."""

import numpy as np
import pytest

from core.recognition.views import REFERENCE_VIEWS, query_views, reference_views, view
from tests.core.recognition.pictures import picture


def test_a_reference_has_the_same_number_of_views_whatever_its_size() -> None:
    for height, width in ((100, 60), (1, 1), (3, 200)):
        views = reference_views(np.zeros((height, width, 3), np.uint8))
        assert len(views) == REFERENCE_VIEWS
        assert all(item.flags.c_contiguous and item.size for item in views)


def test_views_show_the_crop_at_four_angles() -> None:
    crop = np.zeros((40, 80, 3), np.uint8)
    crop[:16] = 255
    for views in (reference_views(crop), query_views(crop)):
        lies = [item.shape[1] > item.shape[0] for item in views]
        assert sorted(lies) == [False, False, True, True]
        assert len({(item.shape, item.tobytes()) for item in views}) == 4


def test_a_single_pass_looks_at_the_middle() -> None:
    crop = picture(1)
    np.testing.assert_array_equal(query_views(crop, passes=1)[0], view(crop, quarters=0, share=0.8))


def test_a_view_is_the_middle_turned() -> None:
    crop = np.arange(10 * 20 * 3, dtype=np.uint8).reshape(10, 20, 3)
    turned = view(crop, quarters=1, share=0.5)
    assert turned.shape == (10, 5, 3)
    np.testing.assert_array_equal(turned, np.rot90(crop[2:7, 5:15]))


@pytest.mark.parametrize("first", [0, 1, 3, 9])
def test_four_single_passes_are_the_four_views_of_one_look(first: int) -> None:
    crop = picture(2)
    single = [query_views(crop, passes=1, first=first + step)[0] for step in range(4)]
    for ours, theirs in zip(single, query_views(crop, first=first), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    sizes = {(item.shape, item.tobytes()) for item in single}
    assert len(sizes) == 4


def test_never_more_than_four_passes() -> None:
    assert len(query_views(picture(1), passes=9)) == 4
    assert len(query_views(picture(1), passes=0)) == 1
