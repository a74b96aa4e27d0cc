"""Folders of pictures become products."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.catalog.database import Catalog, open_catalog
from core.catalog.records import ProductDetails
from core.errors import UserError
from core.paths import DataFolder
from core.recognition.enroll import sync_gallery
from core.recognition.folder_import import fold_name, import_folders, product_name, read_product_folders
from core.recognition.picture_file import PictureUnreadable, read_picture
from tests.core.recognition.pictures import ThumbnailEmbedder, picture

DEFAULTS = ProductDetails("", price_minor=0, currency="CHF", tax_basis_points=260)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = open_catalog(DataFolder(tmp_path / "shop"))
    yield catalog
    catalog.close()


def draw(path: Path, product: int, shot: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(picture(product, shot)).save(path)
    return path


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("07_Ashi_Mashi_snacks", "Ashi Mashi snacks"),
        ("Golden-Delicious", "Golden-Delicious"),
        ("7up", "7up"),
        ("07_", "07"),
        ("12_7_Up__Zero", "7 Up Zero"),
        ("_", "_"),
    ],
)
def test_a_folder_names_its_product(folder: str, name: str) -> None:
    assert product_name(folder) == name


def test_names_are_compared_by_letters_and_digits() -> None:
    assert fold_name("Cheetoz snack 30g") == fold_name("cheetoz_Snack--30G") == "cheetoz_snack_30g"
    assert fold_name("Käse") == "käse"
    assert fold_name("Cafe\u0301") == fold_name("Caf\u00e9") == "caf\u00e9"


def test_nested_folders_are_walked_and_hidden_or_other_files_passed_over(tmp_path: Path) -> None:
    root = tmp_path / "goods"
    draw(root / "Fruit" / "Apple" / "01_Golden_Delicious" / "b.jpg", 0)
    draw(root / "Fruit" / "Apple" / "01_Golden_Delicious" / "a.PNG", 0, 1)
    draw(root / "More" / "Golden Delicious" / "c.webp", 0, 2)
    draw(root / "02_Pear" / "p.bmp", 1)
    draw(root / ".cache" / "x.jpg", 2)
    draw(root / "02_Pear" / ".hidden.jpg", 2)
    (root / "02_Pear" / "notes.txt").write_text("not a picture")
    folders = read_product_folders(root)
    assert [(item.name, [path.name for path in item.pictures]) for item in folders] == [
        ("Pear", ["p.bmp"]),
        ("Golden Delicious", ["a.PNG", "b.jpg", "c.webp"]),
    ]


def test_pictures_directly_in_the_folder_are_one_product(tmp_path: Path) -> None:
    draw(tmp_path / "03_Pear" / "a.jpg", 0)
    assert [item.name for item in read_product_folders(tmp_path / "03_Pear")] == ["Pear"]


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_pictures_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError):
        read_product_folders(tmp_path / name)


def test_an_import_enrolls_and_can_be_repeated(catalog: Catalog, tmp_path: Path) -> None:
    root = tmp_path / "goods"
    for product in range(3):
        for shot in range(4):
            draw(root / f"{product:02d}_Thing_{product}" / f"{shot}.png", product, shot)
    broken = root / "00_Thing_0" / "broken.jpg"
    broken.write_bytes(b"no picture at all")
    progress: list[tuple[int, int]] = []
    embedder = ThumbnailEmbedder()
    report = import_folders(
        catalog,
        embedder,
        read_product_folders(root),
        defaults=DEFAULTS,
        on_progress=lambda done, total: progress.append((done, total)),
    )
    assert (report.new_products, report.references, report.repeated) == (3, 12, 0)
    assert [product.name for product in report.products] == ["Thing 0", "Thing 1", "Thing 2"]
    assert [product.references for product in report.products] == [4, 4, 4]
    assert report.products[0].details.currency == "CHF"
    assert len(report.unreadable) == 1
    assert "broken.jpg" in report.unreadable[0]
    assert progress == [(0, 13), (5, 13), (9, 13), (13, 13)]
    embedded = embedder.crops
    again = import_folders(catalog, embedder, read_product_folders(root), defaults=DEFAULTS)
    assert (again.new_products, again.references, again.repeated) == (0, 0, 12)
    assert embedder.crops == embedded
    best = sync_gallery(catalog, embedder).build().match(embedder.embed([picture(1, 50)])).best
    assert best is not None
    assert best.name == "Thing 1"


def test_a_folder_without_a_readable_picture_makes_no_product(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "Bad").mkdir()
    (tmp_path / "Bad" / "a.jpg").write_bytes(b"")
    report = import_folders(catalog, ThumbnailEmbedder(), read_product_folders(tmp_path), defaults=DEFAULTS)
    assert (report.products, len(report.unreadable)) == ((), 1)
    assert catalog.products.count() == 0


def test_pictures_join_a_product_of_the_same_folded_name(catalog: Catalog, tmp_path: Path) -> None:
    existing = catalog.products.add(ProductDetails("CHEETOZ: snack (30g)"))
    draw(tmp_path / "07_Cheetoz_snack_30g" / "a.jpg", 0)
    report = import_folders(catalog, ThumbnailEmbedder(), read_product_folders(tmp_path), defaults=DEFAULTS)
    assert [product.product_id for product in report.products] == [existing.product_id]
    assert report.new_products == 0


def test_pictures_are_read_upright_small_and_in_color(tmp_path: Path) -> None:
    wide = Image.new("L", (3000, 1500), 200)
    exif = Image.Exif()
    exif[0x0112] = 6
    wide.save(tmp_path / "phone.jpg", exif=exif)
    assert read_picture(tmp_path / "phone.jpg").shape == (1024, 512, 3)
    Image.new("RGBA", (9, 5), (10, 20, 30, 128)).save(tmp_path / "small.png")
    assert read_picture(tmp_path / "small.png").shape == (5, 9, 3)


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0" + b"x" * 99]
)
def test_damaged_pictures_are_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.jpg"
    path.write_bytes(content)
    with pytest.raises(PictureUnreadable, match="cannot be read"):
        read_picture(path)
    with pytest.raises(PictureUnreadable, match="no picture"):
        read_picture(tmp_path / "gone.jpg")


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_grays_of_sixteen_bits_keep_their_tones(tmp_path: Path, suffix: str) -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(8, axis=0)
    Image.fromarray(ramp).save(tmp_path / f"gray.{suffix}")
    pixels = read_picture(tmp_path / f"gray.{suffix}")
    np.testing.assert_allclose(pixels[0, :, 0], np.arange(256), atol=1)


def test_grays_without_a_known_white_are_told(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), 0.5, np.float32)).save(tmp_path / "gray.tif")
    with pytest.raises(PictureUnreadable):
        read_picture(tmp_path / "gray.tif")


def shelf(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_folder_whose_name_is_no_text_is_a_product_all_the_same(catalog: Catalog, tmp_path: Path) -> None:
    """As an archive from another system leaves it; what follows it is imported too."""
    draw(tmp_path / "Tea" / "1.png", 1)
    draw(tmp_path / "shot.png", 0).rename(shelf(tmp_path / os.fsdecode(b"K\xe4se")) / "1.png")
    report = import_folders(catalog, ThumbnailEmbedder(), read_product_folders(tmp_path), defaults=DEFAULTS)
    assert [product.name for product in report.products] == ["K\N{REPLACEMENT CHARACTER}se", "Tea"]
