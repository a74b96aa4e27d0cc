"""Products are enrolled, taught, removed and recognized; the saved index is whole or refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import DataFolderError, ModelError
from core.recognition.gallery import Gallery
from core.recognition.index_folder import IndexDamaged, IndexMissing, IndexOfOtherEmbedder
from core.recognition.reference_source import MemoryReferences
from core.sightings import Candidate, Match, Outcome
from tests.core.recognition.shop import VectorShop, unit

SHOP = VectorShop()


def filled(
    products: int = 8, shots: int = 10, shop: VectorShop = SHOP, source: MemoryReferences | None = None
) -> Gallery:
    gallery = Gallery(shop.dimension, "embedder-1", source=source)
    for product in range(products):
        ids = range(product * 1000, product * 1000 + shots)
        gallery.add(product + 1, f"Product {product + 1}", ids, shop.looks(product, shots))
    return gallery


def test_whitened_prototypes_name_what_the_nearest_reference_gets_wrong() -> None:
    gallery = filled(12, 12)
    recognizer = gallery.build()
    right = nearest = total = 0
    stored = np.concatenate([SHOP.looks(product, 12)[:, 0] for product in range(12)])
    for product in range(12):
        for look in SHOP.looks(product, 10, views=1, seed=77)[:, 0]:
            best = recognizer.match(look[None]).best
            right += best is not None and best.product_id == product + 1
            nearest += int(np.argmax(stored @ look)) // 12 == product
            total += 1
    assert right / total > 0.95
    assert right > nearest + 0.1 * total


def test_nothing_enrolled_is_unknown_without_candidates() -> None:
    recognizer = Gallery(16, "k").build()
    assert recognizer.match(np.ones((1, 16), np.float32)) == Match.nothing()
    assert (recognizer.products, recognizer.references) == (0, 0)


def test_one_product_with_one_shot_is_recognized_and_a_stranger_is_not_named() -> None:
    gallery = Gallery(SHOP.dimension, "k")
    gallery.add(7, "Only one", [70], SHOP.looks(0, 1))
    recognizer = gallery.build()
    own = recognizer.match(SHOP.looks(0, 1)[0])
    assert own.best is not None
    assert (own.best.product_id, own.outcome) == (7, Outcome.KNOWN)
    stranger = recognizer.match(SHOP.looks(5, 1)[0])
    assert stranger.outcome is not Outcome.KNOWN
    assert stranger.best is not None
    assert stranger.best.score < 0.5 * own.best.score


def test_identical_references_are_no_trouble() -> None:
    gallery = Gallery(8, "k")
    for product, axis in enumerate(np.eye(8, dtype=np.float32)[:3]):
        gallery.add(product, f"P{product}", range(product * 10, product * 10 + 5), np.tile(axis, (5, 4, 1)))
    match = gallery.build().match(np.eye(8, dtype=np.float32)[1:2])
    assert match.best is not None
    assert match.best.product_id == 1
    assert len(match.candidates) == 3


def test_a_product_with_many_shots_does_not_swallow_one_with_few() -> None:
    gallery = Gallery(SHOP.dimension, "k")
    gallery.add(1, "Many", range(200), SHOP.looks(0, 200))
    for product in range(1, 6):
        gallery.add(product + 1, f"P{product}", [1000 + product], SHOP.looks(product, 1))
    recognizer = gallery.build()
    hits = 0
    for product in range(1, 6):
        matches = recognizer.match_each(SHOP.looks(product, 10, seed=5).mean(axis=1))
        hits += sum(match.best is not None and match.best.product_id == product + 1 for match in matches)
    assert hits >= 40


@pytest.mark.parametrize("products", [1, 2, 3, 9])
def test_candidates_are_ranked_beliefs_for_every_outcome(products: int) -> None:
    recognizer = filled(products, 6).build()
    rng = np.random.default_rng(0)
    for look in [*SHOP.looks(0, 3, views=1, seed=9)[:, 0], *unit(rng.standard_normal((3, SHOP.dimension)))]:
        match = recognizer.match(look[None])
        scores = [candidate.score for candidate in match.candidates]
        assert len(scores) >= min(3, products)
        assert scores == sorted(scores, reverse=True)
        assert all(0.0 <= score <= 1.0 for score in scores)


def test_votes_name_the_closest_references() -> None:
    recognizer = filled().build()
    looks = SHOP.looks(2, 10)[0]
    votes = recognizer.with_votes(looks, recognizer.match(looks)).votes
    assert (votes[0].product_id, votes[0].reference_id) == (3, 2000)
    assert votes[0].similarity == max(vote.similarity for vote in votes)
    assert len({vote.reference_id for vote in votes}) == len(votes)


def test_a_product_that_is_gone_has_no_vote() -> None:
    recognizer = filled().build()
    looks = SHOP.looks(2, 10)[0]
    gone = Candidate(999, "Gone", 1.0)
    assert recognizer.with_votes(looks, Match(Outcome.KNOWN, (gone,))).votes == ()
    assert recognizer.with_votes(looks, Match.nothing()) == Match.nothing()


def test_strangers_get_names_about_as_often_as_the_owner_allows() -> None:
    shop = VectorShop(dimension=64, products=60, nuisance=0.9, noise=0.5)
    gallery = filled(30, 12, shop)
    strangers = np.concatenate([shop.looks(product, 20, seed=4).mean(axis=1) for product in range(30, 60)])
    shares = []
    for rate in (0.02, 0.3):
        gallery.false_name_rate = rate
        matches = gallery.build().match_each(strangers)
        shares.append(np.mean([match.outcome is Outcome.KNOWN for match in matches]))
    assert shares[0] <= 0.06
    assert shares[0] < shares[1]
    own = np.concatenate([shop.looks(product, 5, seed=8).mean(axis=1) for product in range(30)])
    gallery.false_name_rate = 0.05
    named = [match.outcome is Outcome.KNOWN for match in gallery.build().match_each(own)]
    assert np.mean(named) > 0.8


def test_a_built_recognizer_never_changes() -> None:
    gallery = filled(3)
    recognizer = gallery.build()
    look = SHOP.looks(1, 1, seed=6)[0]
    before = recognizer.match(look)
    gallery.remove_product(2)
    gallery.rename(1, "Another")
    gallery.add(9, "New", [9000], SHOP.looks(9, 1))
    assert recognizer.match(look) == before
    assert recognizer.products == 3


def test_removing_and_adding_again_gives_the_same_recognizer_as_a_fresh_gallery() -> None:
    gallery = filled(5)
    gallery.remove_references([1001, 1002, 99_999])
    gallery.remove_product(4)
    gallery.remove_product(4)
    gallery.add(2, "Product 2", [1001, 1002], SHOP.looks(1, 10)[1:3])
    gallery.add(4, "Product 4", range(3000, 3010), SHOP.looks(3, 10))
    fresh = filled(5)
    assert gallery.reference_ids() == fresh.reference_ids()
    looks = np.concatenate([SHOP.looks(product, 3, seed=2).mean(axis=1) for product in range(5)])
    for ours, theirs in zip(gallery.build().match_each(looks), fresh.build().match_each(looks), strict=True):
        assert ours.outcome is theirs.outcome
        assert [item.product_id for item in ours.candidates] == [item.product_id for item in theirs.candidates]
        np.testing.assert_allclose(
            [item.score for item in ours.candidates], [item.score for item in theirs.candidates], atol=1e-3
        )


def test_a_product_without_references_is_gone() -> None:
    gallery = filled(2, 2)
    gallery.remove_references([0, 1, 1000, 1001])
    assert (gallery.products, gallery.references) == (0, 0)
    assert gallery.build().match(SHOP.looks(0, 1)[0]) == Match.nothing()


def test_renaming_shows_in_the_next_recognizer() -> None:
    gallery = filled(2)
    gallery.build()
    gallery.rename(1, "Better name")
    best = gallery.build().match(SHOP.looks(0, 1)[0]).best
    assert best is not None
    assert best.name == "Better name"


def test_numbers_that_are_not_finite_are_refused_and_change_nothing() -> None:
    gallery = filled(2)
    broken = SHOP.looks(0, 1)
    broken[0, 0, 0] = np.nan
    with pytest.raises(ModelError):
        gallery.add(3, "Broken", [5000], broken)
    with pytest.raises(ModelError):
        gallery.build().match(broken[0])
    assert gallery.products == 2


@pytest.mark.parametrize("shape", [(1, 4, 7), (2, 4, 48), (1, 3, 48), (4, 48)])
def test_wrong_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        filled(2).add(3, "P", [5000], np.zeros(shape, np.float32))


def test_a_reference_is_enrolled_once() -> None:
    with pytest.raises(ValueError, match="already"):
        filled(2).add(3, "P", [1], SHOP.looks(0, 1))


def test_a_saved_gallery_says_the_same_and_can_be_changed(tmp_path: Path) -> None:
    source = MemoryReferences()
    gallery = filled(4, source=source)
    gallery.revision = "17"
    gallery.save(tmp_path)
    loaded = Gallery.load(tmp_path, "embedder-1", source=source)
    assert (loaded.revision, loaded.products, loaded.references) == ("17", 4, 40)
    look = SHOP.looks(2, 1, seed=3)[0]
    assert loaded.build().match(look) == gallery.build().match(look)
    for each in (loaded, gallery):
        each.remove_product(1)
        each.add(8, "Eight", [8000], SHOP.looks(8, 1))
    ours, theirs = loaded.build().match(look), gallery.build().match(look)
    assert [item.product_id for item in ours.candidates] == [item.product_id for item in theirs.candidates]
    assert ours.candidates[0].score == pytest.approx(theirs.candidates[0].score, abs=1e-4)


def test_an_empty_gallery_is_saved_and_loaded(tmp_path: Path) -> None:
    Gallery(16, "k").save(tmp_path)
    assert Gallery.load(tmp_path, "k").build().products == 0


def test_the_last_three_indexes_are_kept(tmp_path: Path) -> None:
    gallery = filled(2, 2)
    for _ in range(5):
        gallery.save(tmp_path)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["000003", "000004", "000005", "current.json"]


def test_a_missing_index_and_one_of_another_embedder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        Gallery.load(tmp_path, "embedder-1")
    filled(2).save(tmp_path)
    with pytest.raises(IndexOfOtherEmbedder):
        Gallery.load(tmp_path, "embedder-2")


FILES = (
    "manifest.json",
    "index.faiss",
    "names.json",
    "product_ids.npy",
    "counts.npy",
    "reference_ids.npy",
    "totals.npy",
    "judged.npy",
    "typical.npy",
    "scatter.npy",
)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("how", ["flipped", "short", "gone"])
def test_a_damaged_file_is_noticed(tmp_path: Path, name: str, how: str) -> None:
    filled(2, 3).save(tmp_path)
    path = tmp_path / "000001" / name
    data = bytearray(path.read_bytes())
    if how == "gone":
        path.unlink()
    else:
        data[len(data) // 2] ^= 0x41
        path.write_bytes(data if how == "flipped" else data[: len(data) // 2])
    with pytest.raises(IndexDamaged, match="damaged"):
        Gallery.load(tmp_path, "embedder-1")


@pytest.mark.parametrize(
    "pointer", [b"", b"[]", b"{}", b'{"folder": "../000001", "sha256": ""}', b'{"folder": 3}', b"\xff\xfe"]
)
def test_a_damaged_pointer_is_noticed(tmp_path: Path, pointer: bytes) -> None:
    filled(2, 3).save(tmp_path)
    (tmp_path / "current.json").write_bytes(pointer)
    with pytest.raises(IndexDamaged):
        Gallery.load(tmp_path, "embedder-1")


def test_a_crash_before_the_rename_leaves_the_former_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gallery = filled(2)
    gallery.save(tmp_path)
    gallery.remove_product(1)

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(DataFolderError, match="No space left"):
            gallery.save(tmp_path)
    assert Gallery.load(tmp_path, "embedder-1").products == 2
    gallery.save(tmp_path)
    assert Gallery.load(tmp_path, "embedder-1").products == 1
    assert json.loads((tmp_path / "current.json").read_bytes())["folder"] == "000002"
