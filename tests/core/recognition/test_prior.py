"""What is known of looks in general helps a shop that has shown every product once."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.errors import ModelError
from core.recognition.gallery import Gallery
from core.recognition.prior import Prior, make_prior, read_prior, write_prior
from core.recognition.whitening import WithinScatter, merged, whitening
from core.sightings import Match
from tests.core.recognition.shop import VectorShop

DIMENSION = 48


def scatter_of(shop: VectorShop, *, shots: int) -> WithinScatter:
    scatter = WithinScatter(shop.dimension)
    for product in range(shop.products):
        rows = shop.looks(product, shots).reshape(-1, shop.dimension)
        scatter.join(rows, count=0, mean=np.zeros(shop.dimension))
    return scatter


def diagonal_scatter(*variances: float) -> WithinScatter:
    scatter = WithinScatter(len(variances))
    scatter.total = np.diag(variances) * 10.0
    scatter.freedom = 10
    return scatter


def test_the_prior_is_the_mean_covariance_of_all_shops() -> None:
    prior = make_prior([diagonal_scatter(1.0, 3.0, 0.0), diagonal_scatter(3.0, 1.0, 2.0)])
    np.testing.assert_allclose(prior.covariance(), np.diag([2.0, 2.0, 1.0]), atol=1e-6)


def test_directions_that_are_not_kept_keep_their_variance_together() -> None:
    rng = np.random.default_rng(1)
    variances = rng.random(300)
    prior = make_prior([diagonal_scatter(*variances)])
    assert prior.factor.shape == (256, 300)
    assert np.trace(prior.covariance()) == pytest.approx(variances.sum(), rel=1e-5)


def test_a_shop_without_a_second_look_makes_no_prior() -> None:
    with pytest.raises(ValueError, match="two references"):
        make_prior([diagonal_scatter(1.0, 1.0), WithinScatter(2)])


def test_one_shot_is_worth_more_with_the_prior_of_another_shop() -> None:
    taught = VectorShop(products=10, seed=3, nuisance=1.2)
    # The same nuisance directions, other products.
    others = VectorShop(products=30, seed=3, nuisance=1.2)
    scatter = WithinScatter(DIMENSION)
    for product in range(10, 30):
        rows = others.looks(product, 6).reshape(-1, DIMENSION)
        scatter.join(rows, count=0, mean=np.zeros(DIMENSION))
    prior = make_prior([scatter])

    def accuracy(transform: npt.NDArray[np.float32]) -> float:
        prototypes = np.stack([taught.looks(product, 1, views=1)[0, 0] for product in range(10)]) @ transform.T
        prototypes /= np.linalg.norm(prototypes, axis=1, keepdims=True)
        right = [
            (
                np.argmax(taught.looks(product, 20, views=1, seed=1)[:, 0] @ transform.T @ prototypes.T, axis=1)
                == product
            )
            for product in range(10)
        ]
        return float(np.mean(right))

    without = accuracy(whitening(WithinScatter(DIMENSION), shrinkage=0.1))
    assert accuracy(whitening(merged(prior.scatters()), shrinkage=0.1)) > without + 0.1


def test_a_written_prior_is_read_again(tmp_path: Path) -> None:
    prior = make_prior([scatter_of(VectorShop(), shots=4)])
    write_prior(prior, tmp_path / "prior.npz")
    again = read_prior(tmp_path / "prior.npz", DIMENSION)
    np.testing.assert_allclose(again.covariance(), prior.covariance(), atol=1e-3 * np.abs(prior.covariance()).max())


@pytest.mark.parametrize("content", [b"", b"no arrays", b"PK\x03\x04cut short", None])
def test_a_file_that_is_no_prior_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "prior.npz"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ModelError, match="cannot be used"):
        read_prior(file, DIMENSION)


@pytest.mark.parametrize(
    "prior",
    [
        Prior(np.ones((2, 7), np.float32), 0.1),
        Prior(np.full((2, DIMENSION), np.nan, np.float32), 0.1),
        Prior(np.ones((2, DIMENSION), np.float32), -1.0),
    ],
    ids=["another embedder's", "not finite", "negative"],
)
def test_a_prior_that_does_not_fit_is_told(tmp_path: Path, prior: Prior) -> None:
    write_prior(prior, tmp_path / "prior.npz")
    with pytest.raises(ModelError, match="48 numbers"):
        read_prior(tmp_path / "prior.npz", DIMENSION)


def test_a_gallery_begins_with_the_prior_and_again_when_it_is_emptied() -> None:
    shop = VectorShop(products=10, nuisance=1.2)
    prior = make_prior([scatter_of(VectorShop(products=30, nuisance=1.2), shots=4)])
    emptied, fresh, without = (Gallery(DIMENSION, "key", prior=given) for given in (prior, prior, None))
    emptied.add(99, "passing through", [990, 991], shop.looks(0, 2, seed=5))
    emptied.remove_product(99)
    for gallery in (emptied, fresh, without):
        for product in range(shop.products):
            # Four views of one shot that hardly differ, as of a pack that is only turned.
            gallery.add(product, f"product {product}", [product], shop.looks(product, 1, views=1).repeat(4, axis=1))
    looks = np.concatenate([shop.looks(product, 20, views=1, seed=1)[:, 0] for product in range(shop.products)])
    truth = np.repeat(np.arange(shop.products), 20)
    began, again, plain = (gallery.build().match_each(looks) for gallery in (fresh, emptied, without))
    assert _accuracy(began, truth) > _accuracy(plain, truth) + 0.1
    np.testing.assert_allclose(
        [match.candidates[0].score for match in again], [match.candidates[0].score for match in began], atol=1e-6
    )


def _accuracy(matches: list[Match], truth: npt.NDArray[np.int64]) -> float:
    return float(
        np.mean([match.candidates[0].product_id == product for match, product in zip(matches, truth, strict=True)])
    )


def test_a_prior_with_a_damaged_byte_is_read_or_told(tmp_path: Path) -> None:
    file = tmp_path / "prior.npz"
    write_prior(Prior(np.random.default_rng(0).normal(size=(4, 16)).astype(np.float32), 0.1), file)
    content = file.read_bytes()
    told = 0
    for place in range(len(content)):
        file.write_bytes(content[:place] + bytes([content[place] ^ 0x21]) + content[place + 1 :])
        try:
            read_prior(file, 16)
        except ModelError:
            told += 1
    assert told > len(content) / 2
