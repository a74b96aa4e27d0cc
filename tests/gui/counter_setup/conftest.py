"""A shop with the real catalog, review, enrollment and index, without camera and threads."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.back_office import BackOffice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[BackOffice]:
    opened = BackOffice(tmp_path)
    yield opened
    opened.close()
