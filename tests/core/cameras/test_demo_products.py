"""The products of the demo shop: valid data, art of their own, near twins that can be told apart."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from core.cameras.demo_labels import print_label
from core.cameras.demo_outline import footprint
from core.cameras.demo_packs import VARIANTS, pack_sprite
from core.cameras.demo_products import PRODUCTS, DemoProduct

SCALE = 12.0


def check_digit(barcode: str) -> int:
    """The last digit that an EAN-13 with these first twelve must have."""
    return -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(barcode[:12])) % 10


def twins() -> list[tuple[DemoProduct, DemoProduct]]:
    return [(a, b) for a, b in combinations(PRODUCTS, 2) if a.look.design == b.look.design]


def test_each_product_has_a_name_a_number_and_a_barcode_of_its_own() -> None:
    for values in ([p.name for p in PRODUCTS], [p.sku for p in PRODUCTS], [p.barcode for p in PRODUCTS]):
        assert max(Counter(values).values()) == 1
        assert all(values)


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.sku)
def test_product_data_is_valid(product: DemoProduct) -> None:
    assert len(product.barcode) == 13
    assert int(product.barcode[12]) == check_digit(product.barcode)
    assert product.barcode.startswith("29"), "numbers from 20 to 29 are for use within a shop"
    assert 0 < product.price_minor < 1000
    assert product.tax_basis_points in {900, 2100}
    assert product.look.flavor
    assert product.look.amount
    assert all(3 <= side <= 20 for side in (product.width, product.length))


def test_there_are_twins_by_flavor_and_by_size() -> None:
    pairs = twins()
    assert any(a.look.flavor != b.look.flavor and a.width == b.width for a, b in pairs)
    assert any(a.look.flavor == b.look.flavor and a.width != b.width for a, b in pairs)
    assert len(pairs) >= 4


@pytest.mark.parametrize(("first", "second"), twins(), ids=lambda product: product.sku)
def test_twins_share_their_art_but_not_all_of_its_pixels(first: DemoProduct, second: DemoProduct) -> None:
    one, other = print_label(first).astype(int), print_label(second).astype(int)
    assert one.shape == other.shape
    differing = (np.abs(one - other).max(axis=2) > 24).mean()
    assert 0.001 < differing < 0.95


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.sku)
def test_a_sprite_fills_its_outline(product: DemoProduct) -> None:
    sprite = pack_sprite(product, 0, SCALE)
    outline = footprint(product)
    following = np.roll(outline, -1, axis=0)
    area = abs(float((outline[:, 0] * following[:, 1] - following[:, 0] * outline[:, 1]).sum())) / 2
    share = sprite.layer[..., 3].astype(float) / 255
    assert share.sum() / SCALE**2 == pytest.approx(area, rel=0.04)
    assert (sprite.layer[..., :3] <= sprite.layer[..., 3:].astype(int) + 1).all(), "colors are multiplied by the share"
    assert sprite.layer[..., :3][share > 0.99].std() > 12, "something is printed on it"


@pytest.mark.parametrize("product", [p for p in PRODUCTS if p.pack in VARIANTS], ids=lambda product: product.sku)
def test_rolled_and_creased_packs_look_different_each_time(product: DemoProduct) -> None:
    looks = [pack_sprite(product, variant, SCALE).layer for variant in range(VARIANTS[product.pack])]
    for one, other in combinations(looks, 2):
        assert (np.abs(one[..., :3].astype(int) - other[..., :3]).max(axis=2) > 8).mean() > 0.02
        assert np.array_equal(one[..., 3], other[..., 3])
