"""What is compared of a crop: flattened activations and colors, of one length, whatever the turn."""

import numpy as np
import pytest

from core.recognition.describer import COLOR_WEIGHT, Describer, color_histogram
from tests.core.recognition.pictures import ThumbnailEmbedder, picture


def test_rows_are_of_length_one_and_as_long_as_stated() -> None:
    describer = Describer(ThumbnailEmbedder())
    rows = describer.embed([picture(1), picture(2), picture(3, size=20)])
    assert rows.shape == (3, describer.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    assert describer.embed([]).shape == (0, describer.dimension)


def test_the_key_tells_described_rows_from_the_embedder_s_own() -> None:
    assert Describer(ThumbnailEmbedder("a")).key != Describer(ThumbnailEmbedder("b")).key
    assert Describer(ThumbnailEmbedder("a")).key != "a"


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_colors_do_not_change_with_the_turn(quarters: int) -> None:
    crop = picture(4)
    np.testing.assert_allclose(
        color_histogram(np.ascontiguousarray(np.rot90(crop, quarters))), color_histogram(crop), atol=1e-5
    )


def test_colors_tell_apart_what_has_one_shape() -> None:
    red = np.full((40, 30, 3), (180, 40, 30), np.uint8)
    green = np.full((40, 30, 3), (60, 150, 50), np.uint8)
    assert float(color_histogram(red) @ color_histogram(green)) < 0.1
    assert float(color_histogram(red) @ color_histogram((red * 0.95).astype(np.uint8))) > 0.8
    assert np.linalg.norm(color_histogram(red)) == pytest.approx(1.0, abs=1e-5)


def test_the_color_part_has_its_weight() -> None:
    embedder = ThumbnailEmbedder()
    row = Describer(embedder).embed([picture(1)])[0]
    parts = np.linalg.norm(row[: embedder.dimension]), np.linalg.norm(row[embedder.dimension :])
    assert parts[1] / parts[0] == pytest.approx(COLOR_WEIGHT, abs=1e-5)
