"""What the page says of an enrollment with a single shot."""

from pytestqt.qtbot import QtBot

from gui.enrollment.page import EnrollmentPage
from tests.gui.back_office import BackOffice
from tests.gui.enrollment.enrolling import JAM, LEFT, Counter, opened, take


def test_one_shot_from_before_is_offered_and_discarded_as_one(
    qtbot: QtBot, counter: Counter, page: EnrollmentPage, office: BackOffice
) -> None:
    take(qtbot, counter, 1)
    page.panel._discard.click()
    assert page.offer.accessibleName() == "Discard 1 shot? It cannot be brought back."
    assert page.offer._first.text() == "Keep it"
    page.offer._first.click()
    fresh = opened(qtbot, office)
    Counter(office, fresh).see((JAM, LEFT))
    assert fresh.offer.accessibleName() == "A product was not finished Its shot is here again."


def test_several_shots_are_counted(qtbot: QtBot, counter: Counter, page: EnrollmentPage) -> None:
    take(qtbot, counter, 2)
    page.panel._discard.click()
    assert page.offer.accessibleName() == "Discard 2 shots? They cannot be brought back."
