"""The checkout page over a counter with nothing on it, and a cashier in front of it."""

import pytest
from pytestqt.qtbot import QtBot

from gui.checkout.page import CheckoutPage
from gui.messages import Messages
from tests.gui.checkout.cashier import Cashier
from tests.gui.counter import CounterStation


@pytest.fixture
def page(qtbot: QtBot, station: CounterStation) -> CheckoutPage:
    page = CheckoutPage(station, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    # Nobody types by hand here, so a scanner's pause may be short.
    page.keys._pause.setInterval(15)
    page.resize(1204, 740)
    page.show()
    page.enter()
    return page


@pytest.fixture
def cashier(qtbot: QtBot, page: CheckoutPage, station: CounterStation) -> Cashier:
    cashier = Cashier(qtbot, page, station)
    cashier.look()
    return cashier
