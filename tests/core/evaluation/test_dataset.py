"""Folders of references and queries are matched by the names of their products."""

from pathlib import Path

import pytest

from core.errors import UserError
from core.evaluation.dataset import read_dataset
from tests.core.evaluation.shelves import draw_folders


def test_folders_are_matched_by_name_whatever_their_order_and_capitals(tmp_path: Path) -> None:
    references = draw_folders(tmp_path / "references", {"07_Apple_juice": 2, "Bread": 1})
    queries = draw_folders(tmp_path / "queries", {"apple juice": 3})
    dataset = read_dataset(references, queries)
    assert [(one.name, len(one.references), len(one.queries)) for one in dataset.products] == [
        ("Apple juice", 2, 3),
        ("Bread", 1, 0),
    ]
    assert dataset.strangers == ()


def test_queries_without_references_are_strangers(tmp_path: Path) -> None:
    references = draw_folders(tmp_path / "references", {"Bread": 1})
    queries = draw_folders(tmp_path / "queries", {"Bread": 1, "Pear": 4})
    dataset = read_dataset(references, queries)
    assert [(one.name, len(one.pictures)) for one in dataset.strangers] == [("Pear", 4)]


def test_folders_that_share_no_product_are_told(tmp_path: Path) -> None:
    references = draw_folders(tmp_path / "references", {"Bread": 1})
    queries = draw_folders(tmp_path / "queries", {"Pear": 1})
    with pytest.raises(UserError, match="No product of"):
        read_dataset(references, queries)


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    references = draw_folders(tmp_path / "references", {"Bread": 1})
    with pytest.raises(UserError, match="no folder"):
        read_dataset(references, tmp_path / "nowhere")
