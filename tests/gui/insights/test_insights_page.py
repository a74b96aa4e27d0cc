"""What a day came to, counted and shown."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.catalog.records import Act, LineOrigin, Product, SaleLine, SoldBy
from core.sightings import Candidate, Match, Outcome
from gui.insights.charts import HoursChart
from gui.insights.figures import gather_day
from gui.insights.page import InsightsPage
from gui.insights.rank_table import SHARE_ROLE, Rank, RankTable, RankTableModel
from gui.messages import Messages
from tests.core.recognition.pictures import picture
from tests.gui.back_office import BackOffice
from tests.gui.model_watch import watched


@pytest.fixture
def goods(office: BackOffice) -> list[Product]:
    return [office.stock(name, [picture(n)], price_minor=100 * (n + 1)) for n, name in enumerate(("Milk", "Tea"))]


def sell(office: BackOffice, *bought: tuple[Product, int], sold_by: SoldBy = SoldBy.UNIT, is_paid: bool = True) -> None:
    sales = office.catalog.sales
    sale = sales.open(currency="EUR")
    lines = [
        SaleLine(
            number,
            item.product_id,
            item.name,
            quantity,
            item.details.price_minor,
            700,
            sold_by,
            LineOrigin.SEEN,
        )
        for number, (item, quantity) in enumerate(bought, start=1)
    ]
    sales.record_lines(sale.sale_id, lines)
    if is_paid:
        sales.pay(sale.sale_id, payment="cash")
    else:
        sales.void(sale.sale_id, reason="left")


def confuse(office: BackOffice, said: Product, shown: Product) -> None:
    match = Match(
        Outcome.KNOWN, (Candidate(said.product_id, said.name, 0.8), Candidate(shown.product_id, shown.name, 0.1))
    )
    item = office.recognize(picture(9), match)
    office.correct(Act.PRODUCT, [item.recognition_id], product_id=shown.product_id).result()


def opened(qtbot: QtBot, office: BackOffice) -> InsightsPage:
    page = InsightsPage(office, Messages())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    page.enter()
    qtbot.waitUntil(lambda: page._title.text() != "")
    return page


def test_figures_count_paid_sales_only(office: BackOffice, goods: list[Product]) -> None:
    milk, tea = goods
    sell(office, (milk, 2), (tea, 1))
    sell(office, (tea, 3))
    sell(office, (tea, 50), is_paid=False)
    confuse(office, milk, tea)
    figures = gather_day(office.catalog, date.today(), currency="EUR")
    assert (figures.totals.total_minor, figures.totals.sales, figures.totals.items) == (1000, 2, 6)
    assert figures.average_minor == 500
    assert figures.voided_sales == 1
    assert sum(figures.hours.values()) == 1000
    assert [seller.name for seller in figures.best_sellers] == ["Tea", "Milk"]
    assert figures.recognitions.outcomes == {Outcome.KNOWN: 1}
    assert (figures.recognitions.judged, figures.recognitions.judged_right) == (1, 0)
    assert [(item.said_name, item.product_name, item.count) for item in figures.confusions] == [("Milk", "Tea", 1)]


def test_another_currency_does_not_count(office: BackOffice, goods: list[Product]) -> None:
    sell(office, (goods[0], 2))
    figures = gather_day(office.catalog, date.today(), currency="CHF")
    assert figures.totals.total_minor == 0
    assert sum(figures.hours.values()) == 0
    assert figures.best_sellers == ()


def test_the_page_says_what_was_sold_and_what_was_mistaken(
    qtbot: QtBot, office: BackOffice, goods: list[Product]
) -> None:
    milk, tea = goods
    sell(office, (milk, 2), (tea, 1))
    sell(office, (tea, 1500), sold_by=SoldBy.WEIGHT)
    confuse(office, milk, tea)
    page = opened(qtbot, office)
    qtbot.waitUntil(lambda: page._takings.accessibleName() != "")
    assert page._takings.accessibleName() == "Sold: €7.00 0.46 tax included"
    assert page._sellers.index(0, 0).data() == "Tea"
    assert page._sellers.index(0, 1).data() == "1 + 1.500 kg"
    assert page._mistakes.index(0, 0).data() == "Tea, taken for Milk"
    assert "✓ known 1" in page._outcomes.accessibleDescription()
    assert "7.00" in page._hours.accessibleDescription()
    assert page._right._figure.text() == "0 %"


def test_a_day_without_sales_says_so(qtbot: QtBot, office: BackOffice, goods: list[Product]) -> None:
    sell(office, (goods[0], 1))
    page = opened(qtbot, office)
    qtbot.waitUntil(lambda: page._stack.currentIndex() == 0)
    assert not page._after.isEnabled()
    QTest.mouseClick(page._before, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._stack.currentIndex() == 1)
    assert page._day == date.today() - timedelta(days=1)
    QTest.mouseClick(page._today, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._stack.currentIndex() == 0)


def test_counting_again_after_midnight_says_that_the_day_is_over(
    qtbot: QtBot, office: BackOffice, goods: list[Product], monkeypatch: pytest.MonkeyPatch
) -> None:
    sell(office, (goods[0], 1))
    page = opened(qtbot, office)
    assert page._title.text().startswith("Today, ")
    tomorrow = date.today() + timedelta(days=1)
    monkeypatch.setattr("gui.insights.page._today", lambda: tomorrow)
    QTest.mouseClick(page._refresh, Qt.MouseButton.LeftButton)
    assert not page._title.text().startswith("Today, ")
    QTest.mouseClick(page._today, Qt.MouseButton.LeftButton)
    assert page._title.text().startswith("Today, ")
    assert page._day == tomorrow


def test_a_day_of_items_without_sales_says_so_in_every_place(qtbot: QtBot, office: BackOffice) -> None:
    tea = office.stock("Tea", [picture(1)])
    confuse(office, tea, tea)
    page = opened(qtbot, office)
    qtbot.waitUntil(page._no_hours.isVisible)
    for words, blank in ((page._no_hours, page._hours), (page._no_sellers, page._seller_table)):
        assert words.isVisible()
        assert words.text() == "Nothing was sold on this day."
        assert not blank.isVisible()
    assert page._average._figure.text() == "–"
    sell(office, (tea, 1))
    QTest.mouseClick(page._refresh, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page._hours.isVisible)
    assert page._seller_table.isVisible()
    assert not page._no_hours.isVisible()


@pytest.mark.parametrize("busy", [(0,), (2,), (23,), (1, 22), (12, 13)])
def test_every_hour_with_sales_is_on_the_axis_be_they_of_nothing(qtbot: QtBot, busy: tuple[int, ...]) -> None:
    chart = HoursChart()
    qtbot.addWidget(chart)
    chart.show_hours(dict.fromkeys(busy, 0), str)
    assert set(busy) <= set(chart._span())
    assert len(chart._span()) >= 8


def test_a_long_mistake_is_told_in_two_lines(qtbot: QtBot) -> None:
    model = RankTableModel(["Shown, and what was said", "Times"])
    table = RankTable(model)
    qtbot.addWidget(table)
    table.resize(320, 300)
    table.show()
    long = "Onion and parsley chips, taken for salt and vinegar chips"
    model.show([Rank(long, ("2",), 1.0), Rank("Tea", ("1",), 0.5)])
    assert table.rowHeight(0) > table.rowHeight(1)
    table.resize(900, 300)
    qtbot.waitUntil(lambda: table.rowHeight(0) == table.rowHeight(1))


def test_the_rank_model_keeps_its_promises() -> None:
    model = RankTableModel(["Product", "Sold"])
    watched(model)
    model.show([Rank("Tea", ("3",), 1.0), Rank("Milk", ("1",), 0.3)])
    assert model.index(1, 0).data(SHARE_ROLE) == 0.3
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Sold"
    model.show([])
    assert model.rowCount() == 0
