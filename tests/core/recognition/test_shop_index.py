"""The shop's index survives what goes wrong: a failing embedder, a folder of another layout, a kill."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import pytest

from core.catalog.database import Catalog, open_catalog
from core.catalog.records import Origin, ProductDetails
from core.errors import ModelError, UserError
from core.frames import Pixels
from core.paths import DataFolder
from core.recognition.gallery import Gallery
from core.shop_embedder import ShopEmbedder
from core.shop_index import ShopIndex
from tests.core.recognition.pictures import ThumbnailEmbedder, picture

_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    catalog = open_catalog(DataFolder(tmp_path))
    for number in range(3):
        product = catalog.products.add(ProductDetails(f"Product {number}"))
        stored = [catalog.photographs.store(picture(number, shot)) for shot in range(4)]
        catalog.references.add(product.product_id, stored, origin=Origin.ENROLLED)
    yield catalog
    catalog.close()


def opened(catalog: Catalog, folder: Path, embedder: ThumbnailEmbedder) -> ShopIndex:
    def refuse(problem: UserError) -> None:
        raise AssertionError(problem.message)

    index = ShopIndex(catalog, DataFolder(folder), cast("ShopEmbedder", embedder), false_name_rate=0.05, tell=refuse)
    index.open()
    return index


class DyingEmbedder(ThumbnailEmbedder):
    """Gives NaN after some crops, as a damaged model does."""

    def __init__(self, key: str, crops: int) -> None:
        super().__init__(key)
        self._left = crops

    def embed(self, crops: Sequence[Pixels]) -> npt.NDArray[np.float32]:
        self._left -= len(crops)
        if self._left < 0:
            raise ModelError("The embedder gave numbers that are not finite.", remedy="Choose another embedder.")
        return super().embed(crops)


def test_an_embedder_that_fails_in_the_middle_of_a_rebuild_leaves_the_former_index(
    catalog: Catalog, tmp_path: Path
) -> None:
    first = ThumbnailEmbedder("first")
    index = opened(catalog, tmp_path, first)
    index.save()
    look = first.embed([picture(1, 50)])
    before = index.refresh().match(look)
    with pytest.raises(ModelError):
        index.use(cast("ShopEmbedder", DyingEmbedder("second", 20)), false_name_rate=0.01)
    assert index.embedder is cast("ShopEmbedder", first)
    assert index.refresh().match(look) == before
    assert Gallery.load(DataFolder(tmp_path).index, "first-views4c").references == 12
    second = ThumbnailEmbedder("second")
    assert index.use(cast("ShopEmbedder", second), false_name_rate=0.05).references == 12


def test_a_catalog_of_a_former_embedder_moves_over_when_the_shop_opens(catalog: Catalog, tmp_path: Path) -> None:
    opened(catalog, tmp_path, ThumbnailEmbedder("former")).save()
    told: list[tuple[int, int]] = []
    embedder = cast("ShopEmbedder", ThumbnailEmbedder("of our own"))
    index = ShopIndex(catalog, DataFolder(tmp_path), embedder, false_name_rate=0.05, tell=lambda problem: None)
    assert index.open(lambda done, total: told.append((done, total))).references == 12
    assert told == [(0, 12), (12, 12)]
    index.save()
    assert Gallery.load(DataFolder(tmp_path).index, "of our own-views4c").references == 12


def test_an_index_of_a_former_layout_is_made_again(catalog: Catalog, tmp_path: Path) -> None:
    opened(catalog, tmp_path, ThumbnailEmbedder()).save()
    folder = DataFolder(tmp_path).index
    manifest = folder / "000001" / "manifest.json"
    text = manifest.read_text().replace('"format": 2', '"format": 1')
    manifest.write_text(text)
    pointer = json.loads((folder / "current.json").read_text())
    pointer["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "current.json").write_text(json.dumps(pointer))
    again = ThumbnailEmbedder()
    index = opened(catalog, tmp_path, again)
    assert index.refresh().references == 12
    assert again.crops == 0
    index.save()
    assert Gallery.load(folder, "thumbnail-views4c").references == 12


_SAVING = """
import sys
from pathlib import Path
import numpy as np
from core.recognition.gallery import Gallery
gallery = Gallery(32, "k")
rows = np.random.default_rng(0).standard_normal((400, 3, 4, 32))
rows /= np.linalg.norm(rows, axis=3, keepdims=True)
for count in range(400):
    gallery.add(count, f"P{count}", range(3 * count, 3 * count + 3), rows[count])
    gallery.save(Path(sys.argv[1]))
    print(count + 1, flush=True)
"""


@pytest.mark.timeout(300)
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_kill_while_saving_leaves_a_whole_index(tmp_path: Path) -> None:
    saved = 0
    command = [sys.executable, "-c", _SAVING, str(tmp_path)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for report in process.stdout:
            saved = int(report)
            if saved == 5:
                process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    gallery = Gallery.load(tmp_path, "k")
    assert saved <= gallery.products <= saved + 1
    gallery.add(1000, "New", [9000], np.eye(32, dtype=np.float32)[None, :4])
    gallery.save(tmp_path)
    assert Gallery.load(tmp_path, "k").products == gallery.products
