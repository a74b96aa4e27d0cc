"""A shop with the real catalog, review, enrollment and index, without camera and threads, and its enrollment page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.enrollment.page import EnrollmentPage
from tests.gui.back_office import BackOffice
from tests.gui.enrollment.enrolling import JAM, LEFT, Counter, opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[BackOffice]:
    shop = BackOffice(tmp_path)
    yield shop
    shop.close()


@pytest.fixture
def page(qtbot: QtBot, office: BackOffice) -> EnrollmentPage:
    return opened(qtbot, office)


@pytest.fixture
def counter(qtbot: QtBot, office: BackOffice, page: EnrollmentPage) -> Counter:
    """A running enrollment with one item in sight."""
    counter = Counter(office, page)
    counter.see((JAM, LEFT))
    qtbot.waitUntil(lambda: not page._is_beginning)
    counter.see((JAM, LEFT))
    return counter
